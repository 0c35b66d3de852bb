//! JSON text written straight into bytes.
//!
//! A page of the details query is most of what the emulator sends; going through a tree of owned strings would
//! make it the bottleneck of every measurement taken against it.

use std::io::Write as _;

use uuid::Uuid;

use super::calendar::DAY_MS;

/// Appends `text` as a JSON string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        // A String always serializes, and writing to a Vec cannot fail.
        let quoted = serde_json::to_string(text).unwrap_or_default();
        out.extend_from_slice(quoted.as_bytes());
    } else {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

/// Appends `number`.
pub(crate) fn integer(out: &mut Vec<u8>, number: i64) {
    write!(out, "{number}").unwrap_or_default();
}

/// Appends `hundredths` divided by a hundred, as a decimal number.
pub(crate) fn decimal(out: &mut Vec<u8>, hundredths: i64) {
    let (whole, rest) = (hundredths / 100, (hundredths % 100).abs());
    write!(out, "{whole}.{rest:02}").unwrap_or_default();
}

/// Appends `id` as a JSON string.
pub(crate) fn uuid(out: &mut Vec<u8>, id: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    out.push(b'"');
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

/// Appends the instant as a JSON string, `2026-03-01T09:30:00.000Z`.
pub(crate) fn time(out: &mut Vec<u8>, at_ms: i64) {
    out.push(b'"');
    out.extend_from_slice(&iso(at_ms));
    out.push(b'"');
}

/// The instant as ISO 8601 in UTC with milliseconds, 24 bytes; years 0 to 9999.
pub(crate) fn iso(at_ms: i64) -> [u8; 24] {
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let (year, month, day) = civil(at_ms.div_euclid(DAY_MS));
    let in_day = at_ms.rem_euclid(DAY_MS);
    let parts = [
        (3, 4, year),
        (6, 2, month),
        (9, 2, day),
        (12, 2, in_day / 3_600_000),
        (15, 2, in_day / 60_000 % 60),
        (18, 2, in_day / 1_000 % 60),
        (22, 3, in_day % 1_000),
    ];
    for (last, width, mut number) in parts {
        for at in 0..width {
            if let (Some(place), Ok(digit)) = (text.get_mut(last - at), u8::try_from(number % 10)) {
                *place = b'0' + digit;
            }
            number /= 10;
        }
    }
    text
}

/// [`iso`] as a string.
pub(crate) fn iso_string(at_ms: i64) -> String {
    String::from_utf8_lossy(&iso(at_ms)).into_owned()
}

/// Year, month and day of the proleptic Gregorian calendar, `days` after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
