//! Conversations of the kinds that reading a history goes wrong with, planted to be found again by name.

mod record;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use self::record::{Case, Part};
use crate::Emulator;
use crate::generate::calendar::DAY_MS;
use crate::generate::draw::Draw;

/// Minutes as milliseconds.
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The conversations that [`Emulator::plant_history_cases`] plants, by what is special about each.
///
/// All of them are over. Those in whom the colleagues have a part are in their histories too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlantedHistory {
    /// A call that the user took and sent on to the first colleague, who sent it on to the second.
    pub transfer_chain: String,
    /// A call in which the user and the first colleague speak with the customer at once.
    pub conference: String,
    /// An e-mail that stayed open for forty days.
    pub forty_days: String,
    /// A call from ten minutes before midnight UTC to twenty minutes after it.
    pub across_midnight: String,
    /// A chat that began the day before [`window_from`](Self::window_from) and ended two hours after it: a details job
    /// of the window has it, a query of the window has not.
    pub into_window: String,
    /// The midnight UTC, twenty days ago, into whose day that chat reached.
    pub window_from: Timestamp,
    /// A call of a day ago that comes to be seen later than it took place.
    pub late: String,
    /// From when on queries see it: an hour from now.
    pub late_in_queries: Timestamp,
    /// From when on the data lake has it: two days from now.
    pub late_in_jobs: Timestamp,
}

impl PlantedHistory {
    /// The ids of all of them.
    pub fn ids(&self) -> [&str; 6] {
        [
            &self.transfer_chain,
            &self.conference,
            &self.forty_days,
            &self.across_midnight,
            &self.into_window,
            &self.late,
        ]
    }
}

impl Emulator {
    /// Gives a user one conversation of each kind that reading a history goes wrong with; see [`PlantedHistory`].
    ///
    /// A page that comes twice, or shifts, is no matter of a conversation: that is what the faults
    /// [`DuplicatePage`](crate::FaultKind::DuplicatePage) and [`PageDrift`](crate::FaultKind::PageDrift) are for.
    ///
    /// # Panics
    /// When one of the ids is not a UUID.
    pub fn plant_history_cases(&self, user_id: &str, colleagues: [&str; 2]) -> PlantedHistory {
        let now = self.clock().now();
        let today = now.as_millisecond().div_euclid(DAY_MS) * DAY_MS;
        let [first, second] = colleagues;
        let noon = |days_ago: i64| today - days_ago * DAY_MS + 12 * HOUR_MS;
        let plant = |number: u64, media: &'static str, parts: Vec<Part<'_>>| {
            self.plant_case(user_id, number, &Case { media, conference: number == 2, parts })
        };
        let alone = |from: i64, to: i64| vec![Part { user: user_id, from, to }];
        let chain = noon(9);
        let transfer_chain = plant(
            1,
            "voice",
            vec![
                Part { user: user_id, from: chain, to: chain + 3 * MINUTE_MS },
                Part { user: first, from: chain + 4 * MINUTE_MS, to: chain + 9 * MINUTE_MS },
                Part { user: second, from: chain + 10 * MINUTE_MS, to: chain + 20 * MINUTE_MS },
            ],
        );
        let (from, to) = (noon(8), noon(8) + 15 * MINUTE_MS);
        let both =
            vec![Part { user: user_id, from, to }, Part { user: first, from: from + 5 * MINUTE_MS, to }];
        let conference = plant(2, "voice", both);
        let forty_days = plant(3, "email", alone(noon(52), noon(12)));
        let midnight = today - 7 * DAY_MS;
        let across_midnight = plant(4, "voice", alone(midnight - 10 * MINUTE_MS, midnight + 20 * MINUTE_MS));
        let window = today - 20 * DAY_MS;
        let into_window = plant(5, "chat", alone(window - 20 * HOUR_MS, window + 2 * HOUR_MS));
        let late = plant(6, "voice", alone(noon(2), noon(2) + 7 * MINUTE_MS));
        let after = |hours: i64| now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now);
        let (late_in_queries, late_in_jobs) = (after(1), after(48));
        self.delay_conversation(&late, late_in_queries, late_in_jobs);
        PlantedHistory {
            transfer_chain,
            conference,
            forty_days,
            across_midnight,
            into_window,
            window_from: Timestamp::from_millisecond(window).unwrap_or(now),
            late,
            late_in_queries,
            late_in_jobs,
        }
    }

    /// Adds one record; its id comes from the user and the number of the case.
    fn plant_case(&self, user_id: &str, number: u64, case: &Case<'_>) -> String {
        let user = Uuid::try_parse(user_id).expect("users with a history have a UUID for an id");
        let draw = Draw::new(self.settings().seed, [0xCA5E, user.as_u64_pair().0, number]);
        let name = |id: &str| {
            let known = self.state().world.directory.users.get(id).map(|user| user.name.clone());
            known.unwrap_or_default()
        };
        let record = case.record(draw, name);
        self.add_conversation(&record).expect("the record has an id, a start and UUIDs for users")
    }
}
