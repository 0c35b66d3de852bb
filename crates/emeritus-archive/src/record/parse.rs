//! Whether a value can be had back from a column as it was written, and the column's value if so.

use std::io::Write as _;

use crate::buffer::Cell;
use crate::schema::Kind;
use crate::tape::{Record, Value};
use crate::time::read_time;

/// The value for a column of this kind, if the column gives it back as it is spelled.
pub(super) fn cell<'a>(
    record: &Record<'a>,
    kind: Kind,
    value: Value,
    scratch: &mut Vec<u8>,
) -> Option<Cell<'a>> {
    match (kind, value) {
        (Kind::Text, Value::Text(text)) => record.text(text).map(Cell::Bytes),
        (Kind::Time, Value::Text(text)) => record.text(text).and_then(read_time).map(Cell::Integer),
        (Kind::Flag, Value::Bool(flag)) => Some(Cell::Flag(flag)),
        (Kind::Integer, Value::Number(span)) => integer(record.number(span)).map(Cell::Integer),
        (Kind::Real, Value::Number(span)) => real(record.number(span), scratch).map(Cell::Real),
        (
            Kind::Text
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
