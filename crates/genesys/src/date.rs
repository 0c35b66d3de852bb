//! What the vendor's answers say of the time: the `Date` of each is a second clock, and the only one that a wrong clock of
//! this machine cannot bend.

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// How an emulated organization says that its time is its own.
const EMULATOR_CLOCK: &str = "emeritus-emulator-clock";

/// Two dates of one answer that are no further apart are taken for one: a proxy adds its own, a moment later.
const AGREE: SignedDuration = SignedDuration::from_secs(2);

/// A `Date` is cut off to the second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What the last answer says of the vendor's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VendorDate {
    /// Nothing was answered yet.
    #[default]
    Unasked,
    /// It states no date.
    Absent,
    /// What it states cannot be read, or it states two dates.
    Unreadable,
    /// It states one.
    Stated(DateReading),
}

/// A date that an answer states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateReading {
    /// The vendor's time, cut off to the second.
    pub date: Timestamp,
    /// This machine's time when the answer came.
    pub received: Timestamp,
    /// Whether it is the virtual time of an emulated organization. Believed on loopback only.
    pub is_virtual: bool,
}

impl VendorDate {
    /// Reads the headers of an answer. `may_be_virtual` tells whether the answer comes from this machine.
    pub(crate) fn of(headers: &HeaderMap, received: Timestamp, may_be_virtual: bool) -> Self {
        let mut stated = headers.get_all(header::DATE).iter().rev().map(|value| {
            let text = value.to_str().ok()?;
            rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
        });
        // A proxy puts a date of its own before the one that it passes on, so the origin's is the last.
        let Some(last) = stated.next() else { return Self::Absent };
        let Some(date) = last else { return Self::Unreadable };
        let says_virtual = headers.get(EMULATOR_CLOCK).is_some_and(|value| value == "virtual");
        let is_virtual = may_be_virtual && says_virtual;
        let agrees =
            |other: Option<Timestamp>| other.is_some_and(|other| other.duration_since(date).abs() <= AGREE);
        // Only of a virtual time it is known which of two is the origin's; otherwise two that differ say nothing.
        if !is_virtual && !stated.all(agrees) {
            return Self::Unreadable;
        }
        Self::Stated(DateReading { date, received, is_virtual })
    }
}

impl DateReading {
    /// Returns how far this machine's clock was ahead of the vendor's: the least difference that the date, cut off to the
    /// second, allows. Negative when it was behind.
    #[must_use]
    pub fn ahead(&self) -> SignedDuration {
        let apart = self.received.duration_since(self.date);
        if apart.is_negative() { apart } else { apart.saturating_sub(SECOND).max(SignedDuration::ZERO) }
    }

    /// Returns what the vendor's clock says when this machine's says `now`: this machine's time where the date, cut off to
    /// the second, makes no difference, and otherwise the least that it allows.
    #[must_use]
    pub fn vendor_now(&self, now: Timestamp) -> Timestamp {
        if self.ahead().is_zero() {
            return now;
        }
        let apart = self.received.duration_since(self.date);
        let end = if apart.is_negative() { Timestamp::MAX } else { Timestamp::MIN };
        now.checked_sub(apart).unwrap_or(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn read(dates: &[&str], is_virtual: bool, local: bool) -> VendorDate {
        let mut headers = HeaderMap::new();
        for date in dates {
            headers.append(header::DATE, date.parse().unwrap());
        }
        if is_virtual {
            headers.insert(EMULATOR_CLOCK, "virtual".parse().unwrap());
        }
        VendorDate::of(&headers, at("2026-03-02T09:00:00.25Z"), local)
    }

    fn stated(date: &str, is_virtual: bool) -> VendorDate {
        let received = at("2026-03-02T09:00:00.25Z");
        VendorDate::Stated(DateReading { date: at(date), received, is_virtual })
    }

    #[test]
    fn no_date_one_that_cannot_be_read_and_two_that_differ_are_told_apart() {
        let nine = "Mon, 02 Mar 2026 09:00:00 GMT";
        assert_eq!(read(&[], false, false), VendorDate::Absent);
        assert_eq!(read(&["yesterday"], false, false), VendorDate::Unreadable);
        assert_eq!(read(&[""], false, false), VendorDate::Unreadable);
        assert_eq!(read(&[nine, "Tue, 03 Mar 2026 09:00:00 GMT"], false, false), VendorDate::Unreadable);
        assert_eq!(read(&[nine, "x"], false, false), VendorDate::Unreadable);
        assert_eq!(read(&[nine], false, false), stated("2026-03-02T09:00:00Z", false));
        let with_a_proxys = read(&["Mon, 02 Mar 2026 09:00:01 GMT", nine], false, false);
        assert_eq!(with_a_proxys, stated("2026-03-02T09:00:00Z", false));
    }

    #[test]
    fn virtual_time_is_believed_of_this_machine_alone() {
        let nine = ["Mon, 02 Mar 2026 09:00:00 GMT"];
        assert_eq!(read(&nine, true, true), stated("2026-03-02T09:00:00Z", true));
        assert_eq!(read(&nine, true, false), stated("2026-03-02T09:00:00Z", false));
        let behind_a_proxy = ["Tue, 03 Mar 2026 09:00:00 GMT", nine[0]];
        assert_eq!(read(&behind_a_proxy, true, true), stated("2026-03-02T09:00:00Z", true));
        assert_eq!(read(&behind_a_proxy, true, false), VendorDate::Unreadable);
    }

    #[test]
    fn a_date_cut_off_to_the_second_makes_no_difference_within_the_second() {
        let reading =
            |date, received| DateReading { date: at(date), received: at(received), is_virtual: false };
        let ms = SignedDuration::from_millis;
        for (received, ahead) in [
            ("2026-03-02T09:00:00Z", ms(0)),
            ("2026-03-02T09:00:00.999Z", ms(0)),
            ("2026-03-02T09:00:01.5Z", ms(500)),
            ("2026-03-02T08:59:59.5Z", ms(-500)),
            ("2026-03-02T10:00:01Z", ms(3_600_000)),
        ] {
            let reading = reading("2026-03-02T09:00:00Z", received);
            assert_eq!(reading.ahead(), ahead, "{received}");
            let vendor = reading.vendor_now(reading.received);
            let expected = if ahead.is_zero() { reading.received } else { reading.date };
            assert_eq!(vendor, expected, "{received}: never before its date");
        }
    }

    #[test]
    fn the_end_of_time_is_no_overflow() {
        let last = DateReading { date: Timestamp::MAX, received: Timestamp::MIN, is_virtual: false };
        assert_eq!(last.vendor_now(at("2026-03-02T09:00:00Z")), Timestamp::MAX);
        let first = DateReading { date: Timestamp::MIN, received: Timestamp::MAX, is_virtual: false };
        assert_eq!(first.vendor_now(at("2026-03-02T09:00:00Z")), Timestamp::MIN);
    }
}
