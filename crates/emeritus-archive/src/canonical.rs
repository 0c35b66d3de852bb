//! The canonical form of a record, over which its SHA-256 is taken.
//!
//! JSON in UTF-8 without white space. Members stand in order of the bytes of their names. Strings carry no escape
//! but `\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u00xx` (lower case) for the other control characters below
//! U+0020, and `\udxxx` for half of a surrogate pair. Numbers stand as the vendor spells them: turning one into
//! floating point and back may change it. So the form keeps every value and drops only what carries none: the
//! order of members, white space, and the choice among escapes of one string.
//!
//! An object that names a member twice has no canonical form and is refused.

use sha2::{Digest as _, Sha256};

use crate::tape::{JsonError, Member, Record, Tape, Text, Value, special};

/// Returns the canonical form of a JSON record.
///
/// # Errors
/// When the bytes are not one JSON value, or an object in it names a member twice.
pub fn canonical_form(record: &[u8]) -> Result<Vec<u8>, JsonError> {
    let mut tape = Tape::default();
    let record = tape.read(record)?;
    let mut out = Vec::new();
    write(&record, record.root(), &mut out);
    Ok(out)
}

/// Returns the SHA-256 of a record's canonical form.
///
/// # Errors
/// As [`canonical_form`].
pub fn fingerprint(record: &[u8]) -> Result<[u8; 32], JsonError> {
    canonical_form(record).map(|form| sha256(&form))
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Writes a value in canonical form.
pub(crate) fn write(record: &Record<'_>, value: Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(span) => out.extend_from_slice(record.number(span)),
        Value::Text(text) => write_text(record, text, out),
        Value::List(span) => {
            out.push(b'[');
            for (place, item) in record.members(span).iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(record, item.value, out);
            }
            out.push(b']');
        }
        Value::Object(span) => {
            out.push(b'{');
            for (place, member) in record.members(span).iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_member(record, *member, out);
            }
            out.push(b'}');
        }
    }
}

/// Writes a member: its name, a colon, its value.
pub(crate) fn write_member(record: &Record<'_>, member: Member, out: &mut Vec<u8>) {
    write_text(record, member.name, out);
    out.push(b':');
    write(record, member.value, out);
}

fn write_text(record: &Record<'_>, text: Text, out: &mut Vec<u8>) {
    out.push(b'"');
    match text {
        // What the vendor could write without an escape has none here either.
        Text::Plain(_) | Text::Broken(_) => out.extend_from_slice(record.name(text)),
        Text::Decoded(_) => escape(record.name(text), out),
    }
    out.push(b'"');
}

/// Writes a string's bytes as they stand between quotes.
pub(crate) fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = bytes;
    while let Some(place) = special(rest) {
        let (plain, from) = rest.split_at(place);
        out.extend_from_slice(plain);
        let Some((&byte, after)) = from.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                for nibble in [byte >> 4, byte & 15] {
                    out.extend(HEX.get(usize::from(nibble)));
                }
            }
        }
        rest = after;
    }
    out.extend_from_slice(rest);
}

/// Writes a whole number.
pub(crate) fn write_integer(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut left, mut from) = (value.unsigned_abs(), digits.len());
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
        (left, from) = (left / 10, place);
        if left == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_as_everybody_writes_them() {
        for value in [0, 7, -7, 10, 1_234_567_890, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            write_integer(value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    #[test]
    fn what_must_be_escaped_is_found_at_any_place() {
        for special in [b'"', b'\\', 0, 10, 31] {
            for before in 0..20 {
                let mut bytes = "é !~\u{7f}#[]".repeat(3).into_bytes();
                bytes.truncate(before);
                bytes.push(special);
                bytes.extend_from_slice(b"\"\\\n and more");
                assert_eq!(crate::tape::special(&bytes), Some(before), "{special} after {before}");
            }
        }
        assert_eq!(crate::tape::special("éß ~ !#[] no such byte \u{7f}".as_bytes()), None);
    }
}
