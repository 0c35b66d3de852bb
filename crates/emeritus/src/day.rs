//! A day as people write it on a command line and in files.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The first moment of a day, in UTC as the vendor's days are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Timestamp);

impl std::str::FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let date: Date = text.parse().map_err(|_| NotADay)?;
        date.to_zoned(TimeZone::UTC).map(|day| Self(day.timestamp())).map_err(|_| NotADay)
    }
}

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day: write it as 2023-01-31")
    }
}

impl std::error::Error for NotADay {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_utc() {
        let day: Day = "2023-01-31".parse().unwrap();
        assert_eq!(day.0.to_string(), "2023-01-31T00:00:00Z");
        assert_eq!("31.1.2023".parse::<Day>(), Err(NotADay));
        assert_eq!("2023-02-30".parse::<Day>(), Err(NotADay));
    }
}
