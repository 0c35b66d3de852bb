//! History read by whatever source: every conversation once, and the same census.

mod jobs;
pub(crate) mod lake;
mod odd;

use std::collections::BTreeMap;
use std::convert::Infallible;

use emeritus::census::Window;
use emeritus::event::Completeness;
use emeritus::id::UserId;
use emeritus::{Choice, RecordsError, Source, Streamed};
use genesys_emulator::{Clock, Emulator, Settings};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::cost::Organization;
use crate::world::NOW;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

pub(crate) fn settings() -> Settings {
    Settings { seed: 11, clock: Clock::virtual_at(at(NOW)), retention_days: 366 * 5, ..Settings::default() }
}

fn user(id: &str) -> UserId {
    UserId::parse(id.to_owned()).unwrap()
}

/// Reads the records of people; each by its id, and the account of the reading.
fn stream(
    organization: &Organization,
    ids: &[&str],
    window: Window,
    choice: Choice,
) -> (BTreeMap<String, Value>, Streamed) {
    let users: Vec<UserId> = ids.iter().map(|id| user(id)).collect();
    let mut met = BTreeMap::new();
    let mut sink = |record: &[u8]| {
        let value: Value = serde_json::from_slice(record).unwrap();
        let id = value["conversationId"].as_str().unwrap().to_owned();
        assert_eq!(met.insert(id, value), None, "handed on twice");
        Ok::<_, Infallible>(())
    };
    let read = organization.emeritus.conversations(&users, window, choice, &mut sink);
    let streamed = organization.emulator.clock().run(read).unwrap();
    assert_eq!(streamed.records, met.len() as u64);
    (met, streamed)
}

/// The conversations of people that began in a window, as the emulator has them.
fn truth(emulator: &Emulator, ids: &[&str], window: Window) -> BTreeMap<String, Value> {
    let ids = ids.iter().flat_map(|id| emulator.conversations_of(id));
    let records = ids.map(|id| {
        let record = emulator.conversation(&id).unwrap();
        (id, record)
    });
    records.filter(|(_, record)| window.contains(at(record["conversationStart"].as_str().unwrap()))).collect()
}

#[test]
fn every_record_is_handed_on_once_however_many_took_part() {
    let organization = Organization::of(settings());
    let emulator = &organization.emulator;
    let (ada, grace) = (emulator.user("Ada").add(), emulator.user("Grace").add());
    let now = at(NOW);
    emulator.give_shared_history(&ada, &[&grace], 900, now - days(200), now);
    emulator.give_history(&grace, 300, now - days(200), now);
    let window = Window { from: now - days(150) - SignedDuration::from_hours(5), to: now - days(3) };
    let (met, streamed) = stream(&organization, &[&ada, &grace], window, Choice::Always(Source::Query));
    assert_eq!(met, truth(emulator, &[&ada, &grace], window));
    assert!(met.len() > 700, "{}", met.len());
    let own = truth(emulator, &[&ada], window).len() + truth(emulator, &[&grace], window).len();
    assert!(own > met.len(), "some are shared");
    assert_eq!((streamed.source, streamed.completeness), (Source::Query, Completeness::ByCount));
    assert_eq!(streamed.notes, []);
}

#[test]
fn a_sink_that_fails_ends_the_reading() {
    let organization = Organization::of(settings());
    let ada = organization.emulator.user("Ada").add();
    organization.emulator.give_history(&ada, 300, at(NOW) - days(90), at(NOW));
    let window = Window { from: at(NOW) - days(90), to: at(NOW) };
    let mut left = 120;
    let mut sink = |_: &[u8]| {
        left -= 1;
        if left == 0 { Err(std::io::Error::from(std::io::ErrorKind::StorageFull)) } else { Ok(()) }
    };
    let users = [user(&ada)];
    let read = organization.emeritus.conversations(&users, window, Choice::BySize, &mut sink);
    let failed = organization.emulator.clock().run(read);
    assert!(matches!(failed, Err(RecordsError::Sink(_))), "{failed:?}");
    assert_eq!(left, 0, "nothing is handed on after that");
}
