//! Whether a value can be had back from a column as it was written, and the column's value if so.

use std::io::Write as _;

use crate::buffer::Cell;
use crate::schema::Kind;
use crate::tape::{Record, Value};
use crate::time::Calendar;

/// The value for a column of this kind, if the column gives it back as it is spelled.
pub(super) fn cell<'a>(
    record: &Record<'a>,
    kind: Kind,
    value: Value,
    scratch: &mut Vec<u8>,
    calendar: &mut Calendar,
) -> Option<Cell<'a>> {
    match (kind, value) {
        (Kind::Text, Value::Text(text)) => record.text(text).map(Cell::Bytes),
        (Kind::Uuid, Value::Text(text)) => record.text(text).and_then(uuid).map(Cell::Uuid),
        (Kind::Time, Value::Text(text)) => {
            record.text(text).and_then(|text| calendar.read(text)).map(Cell::Integer)
        }
        (Kind::Flag, Value::Bool(flag)) => Some(Cell::Flag(flag)),
        (Kind::Integer, Value::Number(span)) => integer(record.number(span)).map(Cell::Integer),
        (Kind::Real, Value::Number(span)) => real(record.number(span), scratch).map(Cell::Real),
        (
            Kind::Text
            | Kind::Uuid
            | Kind::Time
            | Kind::Flag
            | Kind::Integer
            | Kind::Real
            | Kind::Json
            | Kind::Texts
            | Kind::Integers
            | Kind::Object(_)
            | Kind::Objects(_),
            _,
        ) => None,
    }
}

/// Where the bytes of a UUID stand in its text.
const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// A UUID that is written as [`write_uuid`] would write it.
pub(crate) fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text = <&[u8; 36]>::try_from(text).ok()?;
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if [text[8], text[13], text[18], text[23]] != *b"----" {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, place) in bytes.iter_mut().zip(PAIRS) {
        *byte = nibble(*text.get(place)?)? << 4 | nibble(*text.get(place + 1)?)?;
    }
    Some(bytes)
}

/// Writes a UUID: lower case, with dashes.
pub(crate) fn write_uuid(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = *b"00000000-0000-0000-0000-000000000000";
    for (byte, place) in bytes.iter().zip(PAIRS) {
        for (place, nibble) in [(place, byte >> 4), (place + 1, byte & 15)] {
            if let (Some(digit), Some(to)) = (HEX.get(usize::from(nibble)), text.get_mut(place)) {
                *to = *digit;
            }
        }
    }
    out.extend_from_slice(&text);
}

/// A whole number that is written without fraction or exponent, and not as `-0`.
fn integer(digits: &[u8]) -> Option<i64> {
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, digits),
    };
    if negative && digits == b"0" {
        return None;
    }
    digits.iter().try_fold(0_i64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        let sum = sum.checked_mul(10)?;
        if negative { sum.checked_sub(digit) } else { sum.checked_add(digit) }
    })
}

/// A number that is written as [`write_real`] would write it.
fn real(spelled: &[u8], scratch: &mut Vec<u8>) -> Option<f64> {
    let number: f64 = std::str::from_utf8(spelled).ok()?.parse().ok()?;
    scratch.clear();
    write_real(number, scratch);
    (scratch.as_slice() == spelled).then_some(number)
}

/// Writes a number in its shortest decimal form, with a fraction even if that is zero.
pub(crate) fn write_real(number: f64, out: &mut Vec<u8>) {
    let from = out.len();
    // Writing to memory does not fail.
    drop(write!(out, "{number:?}"));
    debug_assert!(out.len() > from, "a number has digits");
}
