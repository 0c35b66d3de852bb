//! Instants as the vendor writes them, `YYYY-MM-DDThh:mm:ss.mmmZ`, and as columns hold them: milliseconds since 1970.

const DAY_MS: i64 = 86_400_000;

/// Reads an instant. `None` when it is not written exactly as [`write_time`] would write it.
pub(crate) fn read_time(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    Some(read_date(*date)? * DAY_MS + read_clock(rest)?)
}

/// Reads an instant as people spell them: any fraction of a second or none, and any offset. To the millisecond.
pub(crate) fn read_instant(text: &[u8]) -> Option<i64> {
    if let Some(instant) = read_time(text) {
        return Some(instant);
    }
    let (date, rest) = text.split_first_chunk::<10>()?;
    let ([b'T' | b't' | b' ', h0, h1, b':', i0, i1, b':', s0, s1], rest) = rest.split_first_chunk::<9>()?
    else {
        return None;
    };
    let (hour, minute, second) = (number(&[*h0, *h1])?, number(&[*i0, *i1])?, number(&[*s0, *s1])?);
    let digits =
        rest.strip_prefix(b".").map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let (fraction, zone) = match rest {
        [b'.', rest @ ..] if digits > 0 => rest.split_at_checked(digits)?,
        rest => rest.split_at_checked(0)?,
    };
    let places = fraction.iter().copied().chain([b'0'; 3]).take(3);
    let millis = places.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let is_time = hour < 24 && minute < 60 && second < 60;
    let of_day = is_time.then(|| ((hour * 60 + minute) * 60 + second) * 1000 + millis)?;
    Some(read_date(*date)? * DAY_MS + of_day - read_offset(zone)?)
}

/// `Z`, `+hh:mm` or `+hhmm`, in milliseconds.
fn read_offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        [b'Z' | b'z'] => return Some(0),
        [sign, h0, h1, b':', i0, i1] | [sign, h0, h1, i0, i1] => {
            (sign, number(&[h0, h1])?, number(&[i0, i1])?)
        }
        _ => return None,
    };
    let offset = (hours < 24 && minutes < 60).then_some((hours * 60 + minutes) * 60_000)?;
    match sign {
        b'+' => Some(offset),
        b'-' => Some(-offset),
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits
        .iter()
        .try_fold(0_i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

/// `YYYY-MM-DD`, in days.
fn read_date(date: [u8; 10]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = date else { return None };
    days(number(&[y0, y1, y2, y3])?, number(&[m0, m1])?, number(&[d0, d1])?)
}

/// `Thh:mm:ss.mmmZ`, in milliseconds.
fn read_clock(clock: &[u8]) -> Option<i64> {
    let [b'T', h0, h1, b':', i0, i1, b':', s0, s1, b'.', f0, f1, f2, b'Z'] =
        *<&[u8; 14]>::try_from(clock).ok()?
    else {
        return None;
    };
    let (hour, minute, second) = (number(&[h0, h1])?, number(&[i0, i1])?, number(&[s0, s1])?);
    let fraction = number(&[f0, f1, f2])?;
    (hour < 24 && minute < 60 && second < 60).then(|| ((hour * 60 + minute) * 60 + second) * 1000 + fraction)
}

/// Remembers the last day: the instants of a record are of one day, or two.
#[derive(Debug)]
pub(crate) struct Calendar {
    day: i64,
    date: [u8; 10],
}

impl Default for Calendar {
    fn default() -> Self {
        Self { day: 0, date: *b"1970-01-01" }
    }
}

impl Calendar {
    /// As [`read_time`].
    pub(crate) fn read(&mut self, text: &[u8]) -> Option<i64> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        if *date != self.date {
            (self.day, self.date) = (read_date(*date)?, *date);
        }
        Some(self.day * DAY_MS + read_clock(rest)?)
    }

    /// As [`write_time`].
    pub(crate) fn write(&mut self, instant: i64, out: &mut Vec<u8>) {
        if instant.div_euclid(DAY_MS) != self.day {
            let mut text = Vec::with_capacity(24);
            write_time(instant, &mut text);
            if let Some(date) = text.first_chunk::<10>() {
                (self.day, self.date) = (instant.div_euclid(DAY_MS), *date);
            }
        }
        out.extend_from_slice(&self.date);
        write_clock(instant.rem_euclid(DAY_MS), out);
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, for a date that exists.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    // Years that begin in March, so that the leap day is a year's last.
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (date(days) == (year, month, day)).then_some(days)
}

/// Year, month and day of a day counted from 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// Writes an instant.
pub(crate) fn write_time(instant: i64, out: &mut Vec<u8>) {
    let (year, month, day) = date(instant.div_euclid(DAY_MS));
    let digit = |number: i64| b'0' + u8::try_from(number % 10).unwrap_or_default();
    out.extend([digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), b'-']);
    out.extend([digit(month / 10), digit(month), b'-', digit(day / 10), digit(day)]);
    write_clock(instant.rem_euclid(DAY_MS), out);
}

fn write_clock(of_day: i64, out: &mut Vec<u8>) {
    let of_day = u32::try_from(of_day).unwrap_or_default();
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    let (fraction, second, minute, hour) =
        (of_day % 1000, of_day / 1000 % 60, of_day / 60_000 % 60, of_day / 3_600_000);
    out.extend_from_slice(&[
        b'T',
        digit(hour / 10),
        digit(hour),
        b':',
        digit(minute / 10),
        digit(minute),
        b':',
        digit(second / 10),
        digit(second),
        b'.',
        digit(fraction / 100),
        digit(fraction / 10),
        digit(fraction),
        b'Z',
    ]);
}

/// Returns an instant as text.
pub(crate) fn time_text(instant: i64) -> String {
    let mut out = Vec::with_capacity(24);
    write_time(instant, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// The month of an instant in UTC, `YYYY-MM`: the table's partition.
pub(crate) fn month(instant: i64) -> String {
    let (year, month, _) = date(instant.div_euclid(DAY_MS));
    // Years of more digits would not stand in order of text; there are none in any record.
    format!("{:04}-{month:02}", year.clamp(0, 9999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_and_written_back() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "2024-02-29T23:59:59.999Z",
            "2000-03-01T12:00:00.001Z",
            "0001-01-01T00:00:00.000Z",
        ] {
            assert_eq!(time_text(read_time(text.as_bytes()).unwrap()), text);
            let (mut calendar, mut out) = (Calendar::default(), Vec::new());
            for _ in 0..2 {
                let read = calendar.read(text.as_bytes());
                assert_eq!(read, read_time(text.as_bytes()));
                Calendar::default().write(read.unwrap(), &mut out);
                calendar.write(read.unwrap(), &mut out);
            }
            assert_eq!(String::from_utf8(out).unwrap(), text.repeat(4));
        }
        assert_eq!(read_time(b"2001-09-09T01:46:40.000Z"), Some(1_000_000_000_000));
    }

    #[test]
    fn an_instant_is_read_however_it_is_spelled() {
        let same = read_time(b"2024-03-01T05:06:07.120Z");
        for text in [
            "2024-03-01T05:06:07.12Z",
            "2024-03-01T05:06:07.1200000Z",
            "2024-03-01t05:06:07.1204999z",
            "2024-03-01 05:06:07.120Z",
            "2024-03-01T07:36:07.120+02:30",
            "2024-02-29T23:06:07.120-0600",
        ] {
            assert_eq!(read_instant(text.as_bytes()), same, "{text}");
        }
        assert_eq!(read_instant(b"2024-03-01T05:06:07Z"), read_time(b"2024-03-01T05:06:07.000Z"));
        for text in [
            "",
            "2024-03-01",
            "2024-03-01T05:06Z",
            "2024-03-01T05:06:07",
            "2024-03-01T05:06:07.Z",
            "2024-02-30T05:06:07Z",
            "2024-03-01T24:06:07Z",
            "2024-03-01T05:06:07+24:00",
            "2024-03-01T05:06:07.120",
            "...",
        ] {
            assert_eq!(read_instant(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_would_be_written_otherwise_is_not_read() {
        for text in [
            "2023-02-29T00:00:00.000Z",
            "2024-13-01T00:00:00.000Z",
            "2024-01-01T24:00:00.000Z",
            "2024-01-01T00:00:60.000Z",
            "2024-01-01T00:00:00Z",
            "2024-01-00T00:00:00.000Z",
            "2024-01-01T00:00:00.00aZ",
        ] {
            assert_eq!(read_time(text.as_bytes()), None, "{text}");
            assert_eq!(Calendar::default().read(text.as_bytes()), None, "{text}");
        }
    }
}
