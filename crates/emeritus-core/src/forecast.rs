//! What the vendor's own rules will do to a person's history: what it drops, when the first of it goes, and what its
//! views no longer reach. It is a forecast from the rules as they are documented and set today, and no observation.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::evidence::{count, grouped};
use crate::retention::Retention;

/// After this many months the interaction's detail view, playback included, no longer opens it, unless the vendor has
/// allowed the organization more.
const VIEW_MONTHS: i32 = 18;

/// After this many years a search in the interactions view no longer finds it.
const SEARCH_YEARS: i32 = 5;

/// How many conversations began on each day, in UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<Date, u64>,
}

impl Calendar {
    /// Adds conversations of the day of this moment.
    pub fn add(&mut self, start: Timestamp, conversations: u64) {
        *self.days.entry(day(start)).or_default() += conversations;
    }

    /// Returns how many there are.
    #[must_use]
    pub fn conversations(&self) -> u64 {
        self.days.values().sum()
    }

    /// Returns the conversations of each month from the first to the last, months without any included.
    #[must_use]
    pub fn months(&self) -> Vec<(Date, u64)> {
        let bounds = self.days.first_key_value().zip(self.days.last_key_value());
        let Some(((first, _), (last, _))) = bounds else { return Vec::new() };
        let mut counted: BTreeMap<Date, u64> = BTreeMap::new();
        for (day, conversations) in &self.days {
            *counted.entry(day.first_of_month()).or_default() += conversations;
        }
        let mut months = Vec::new();
        let mut month = first.first_of_month();
        while month <= *last {
            months.push((month, counted.get(&month).copied().unwrap_or_default()));
            let Ok(next) = month.checked_add(1.month()) else { break };
            month = next;
        }
        months
    }

    /// Returns how many began before a day.
    fn before(&self, day: Option<Date>) -> u64 {
        day.map_or(0, |day| self.days.range(..day).map(|(_, conversations)| conversations).sum())
    }
}

/// What will become of a person's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// When it was made.
    pub at: Timestamp,
    /// Of how many conversations.
    pub conversations: u64,
    /// By how many days of retention it was made, if by any.
    pub retention_days: Option<u32>,
    /// What the organization said when it was asked last. Forecasts of releases that did not write it down lack it: read
    /// it with [`Forecast::told`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// How many of them it need not keep any more.
    pub dropped: u64,
    /// When the first of the others may go.
    pub next_drop: Option<Timestamp>,
    /// How many go within 90 days.
    pub within_90_days: u64,
    /// How many go within a year.
    pub within_a_year: u64,
    /// How many the detail view, playback included, no longer opens.
    pub out_of_view: u64,
    /// How many a search in the interactions view no longer finds.
    pub out_of_search: u64,
}

impl Forecast {
    /// Returns what will become of these conversations.
    #[must_use]
    pub fn of(calendar: &Calendar, retention: &Retention, now: Timestamp) -> Self {
        Self::by(calendar, retention, retention.days(), now)
    }

    /// As [`Forecast::of`], where the organization had stated its retention before: that stands while it cannot be asked
    /// what it is now.
    #[must_use]
    pub fn after(calendar: &Calendar, before: &Retention, retention: &Retention, now: Timestamp) -> Self {
        let known = !matches!(retention, Retention::Unknown(_) | Retention::NotTold);
        let days = if known { retention.days() } else { before.days() };
        Self::by(calendar, retention, days, now)
    }

    fn by(calendar: &Calendar, retention: &Retention, retention_days: Option<u32>, now: Timestamp) -> Self {
        let today = day(now);
        let horizon = |ahead: i64| {
            let days = i64::from(retention_days?);
            today.checked_sub(SignedDuration::from_hours(24 * (days - ahead))).ok()
        };
        let dropped = calendar.before(horizon(0));
        let within = |days| calendar.before(horizon(days)).saturating_sub(dropped);
        let next = horizon(0).and_then(|from| calendar.days.range(from..).next());
        let next_drop = next.zip(retention_days).and_then(|((day, _), days)| {
            let gone = day.checked_add(SignedDuration::from_hours(24 * (i64::from(days) + 1))).ok()?;
            gone.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp())
        });
        Self {
            at: now,
            conversations: calendar.conversations(),
            retention_days,
            retention: Some(retention.clone()),
            dropped,
            next_drop,
            within_90_days: within(90),
            within_a_year: within(365),
            out_of_view: calendar.before(today.checked_sub(VIEW_MONTHS.months()).ok()),
            out_of_search: calendar.before(today.checked_sub(SEARCH_YEARS.years()).ok()),
        }
    }

    /// Returns how many go within a length of time from when it was made: what [`Forecast::of`] counted, for others.
    #[must_use]
    pub fn within(calendar: &Calendar, retention_days: u32, now: Timestamp, length: SignedDuration) -> u64 {
        let keep = SignedDuration::from_hours(24 * i64::from(retention_days));
        let today = day(now);
        let gone = calendar.before(today.checked_sub(keep).ok());
        let later = today.checked_sub(keep.saturating_sub(length)).ok();
        calendar.before(later).saturating_sub(gone)
    }

    /// Returns it in sentences, for people.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![self.retention()];
        if self.out_of_view > 0 {
            sentences.push(format!(
                "{} began more than {VIEW_MONTHS} months ago: by the vendor's documentation the detail view, playback \
                 included, no longer opens them unless the organization was allowed more.",
                grouped(self.out_of_view)
            ));
        }
        if self.out_of_search > 0 {
            sentences.push(format!(
                "{} began more than {SEARCH_YEARS} years ago: the interactions view no longer finds them.",
                grouped(self.out_of_search)
            ));
        }
        sentences
    }

    /// Returns what the organization said of its retention when it was asked last.
    #[must_use]
    pub fn told(&self) -> Retention {
        match (&self.retention, self.retention_days) {
            (Some(retention), _) => retention.clone(),
            (None, Some(days)) => Retention::Days(days),
            (None, None) => Retention::NotTold,
        }
    }

    fn retention(&self) -> String {
        let told = self.told();
        let mut text = match (&told, self.retention_days) {
            (Retention::Days(days), _) => {
                format!("The organization keeps conversations for {}.", count((*days).into(), "day"))
            }
            (Retention::Unknown(_) | Retention::NotTold, Some(days)) => {
                format!("{}; before, it had stated {}.", capitalized(&told), count(days.into(), "day"))
            }
            (Retention::NoLimit, _) => {
                return "The organization states no limit: by the vendor's documentation, conversation detail is then \
                        kept for the life of the contract."
                    .to_owned();
            }
            (Retention::NotALength(_) | Retention::Unknown(_) | Retention::NotTold, _) => {
                return format!("{}. What will be dropped, and when, is not foretold.", capitalized(&told));
            }
        };
        if self.dropped > 0 {
            text.push_str(" Of these ");
            text.push_str(&grouped(self.dropped));
            text.push_str(" need not be there any more.");
        }
        if let Some(at) = self.next_drop {
            let words = format!(
                " The next may go on {}; {} within 90 days, {} within a year.",
                at.strftime("%Y-%m-%d"),
                grouped(self.within_90_days),
                grouped(self.within_a_year)
            );
            text.push_str(&words);
        }
        text
    }
}

fn capitalized(retention: &Retention) -> String {
    let text = retention.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Why;

    fn calendar(days: &[(&str, u64)]) -> Calendar {
        let mut calendar = Calendar::default();
        for (day, conversations) in days {
            calendar.add(format!("{day}T13:00:00Z").parse().unwrap(), *conversations);
        }
        calendar
    }

    fn now() -> Timestamp {
        "2026-11-02T09:30:00Z".parse().unwrap()
    }

    #[test]
    fn what_goes_is_counted_by_the_day_on_which_it_goes() {
        let history = calendar(&[("2023-11-01", 2), ("2023-11-03", 3), ("2024-01-20", 5), ("2026-10-01", 7)]);
        let forecast = Forecast::of(&history, &Retention::Days(1_095), now());
        assert_eq!((forecast.conversations, forecast.dropped), (17, 2));
        assert_eq!((forecast.within_90_days, forecast.within_a_year), (8, 8));
        assert_eq!(forecast.next_drop, Some("2026-11-03T00:00:00Z".parse().unwrap()));
        assert_eq!((forecast.out_of_view, forecast.out_of_search), (10, 0));
        insta::assert_snapshot!(forecast.sentences().join("\n"), @r"
        The organization keeps conversations for 1,095 days. Of these 2 need not be there any more. The next may go on 2026-11-03; 8 within 90 days, 8 within a year.
        10 began more than 18 months ago: by the vendor's documentation the detail view, playback included, no longer opens them unless the organization was allowed more.
        ");
        let week = SignedDuration::from_hours(24 * 7);
        assert_eq!(Forecast::within(&history, 1_095, now(), week), 3);
    }

    #[test]
    fn where_no_limit_is_stated_nothing_goes() {
        let history = calendar(&[("2019-01-01", 2), ("2026-10-01", 7)]);
        let forecast = Forecast::of(&history, &Retention::NoLimit, now());
        assert_eq!((forecast.dropped, forecast.next_drop, forecast.within_a_year), (0, None, 0));
        assert_eq!((forecast.out_of_view, forecast.out_of_search), (2, 2));
    }

    #[test]
    fn no_limit_no_length_no_permission_and_no_question_are_told_apart() {
        let history = calendar(&[("2023-11-01", 2), ("2026-10-01", 7)]);
        let refused = Retention::Unknown(Why::Forbidden { permissions: vec!["a:b:view".to_owned()] });
        let said = |retention: &Retention| Forecast::of(&history, retention, now()).sentences().remove(0);
        let all = [Retention::NoLimit, Retention::NotALength(0), refused.clone(), Retention::NotTold];
        insta::assert_snapshot!(all.iter().map(said).collect::<Vec<_>>().join("\n"), @r"
        The organization states no limit: by the vendor's documentation, conversation detail is then kept for the life of the contract.
        The organization states a retention of 0 days, which is no length of time. What will be dropped, and when, is not foretold.
        How long the organization keeps conversations is unknown: needs permission a:b:view. What will be dropped, and when, is not foretold.
        Whether the organization states no limit or could not be asked was not written down. What will be dropped, and when, is not foretold.
        ");
        let later = Forecast::after(&history, &Retention::Days(1_095), &refused, now());
        assert_eq!((later.dropped, later.told()), (2, refused));
        insta::assert_snapshot!(later.sentences().remove(0), @"How long the organization keeps conversations is unknown: needs permission a:b:view; before, it had stated 1,095 days. Of these 2 need not be there any more. The next may go on 2029-10-01; 0 within 90 days, 0 within a year.");
        let lifted = Forecast::after(&history, &Retention::Days(1_095), &Retention::NoLimit, now());
        assert_eq!((lifted.dropped, lifted.retention_days), (0, None));
        // Forecasts of earlier releases do not say which of them it was.
        let mut stored = serde_json::to_value(&lifted).unwrap();
        stored.as_object_mut().unwrap().remove("retention");
        let read: Forecast = serde_json::from_value(stored).unwrap();
        assert_eq!(read.told(), Retention::NotTold);
    }

    #[test]
    fn months_without_conversations_are_among_the_months() {
        let history = calendar(&[("2025-11-30", 2), ("2025-11-01", 1), ("2026-02-10", 4)]);
        let months: Vec<_> =
            history.months().into_iter().map(|(month, n)| (month.strftime("%Y-%m").to_string(), n)).collect();
        let expected = [("2025-11", 3), ("2025-12", 0), ("2026-01", 0), ("2026-02", 4)];
        assert_eq!(months, expected.map(|(month, n)| (month.to_owned(), n)));
        assert!(Calendar::default().months().is_empty());
    }
}
