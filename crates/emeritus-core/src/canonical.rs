//! The canonical form over which every digest of Emeritus is taken: JSON without white space, object members
//! sorted by the bytes of their names, numbers and strings as `serde_json` writes them, UTF-8.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Returns the canonical JSON of a value.
///
/// # Errors
/// Fails only when the value cannot be written as JSON (a map whose keys are not strings).
pub fn canonical_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    write(&serde_json::to_value(value)?, &mut out);
    Ok(out)
}

/// Returns the SHA-256 of a value's canonical JSON, in lower-case hexadecimal. `domain` separates kinds of
/// digest, so that a plan can never pass for an inventory.
///
/// # Errors
/// As [`canonical_json`].
pub fn digest_of(domain: &str, value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut hasher = Sha256::new();
    hasher.update(domain.as_bytes());
    hasher.update([0]);
    hasher.update(canonical_json(value)?.as_bytes());
    Ok(hex(&hasher.finalize()))
}

/// Returns bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)))
        .collect()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            // Sorted here rather than trusting the map: a dependency may switch on `preserve_order`.
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            out.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = serde_json::json!({"b": [{"z": 1, "a": "é\""}], "a": null});
        assert_eq!(canonical_json(&value).unwrap(), r#"{"a":null,"b":[{"a":"é\"","z":1}]}"#);
    }

    #[test]
    fn a_domain_separates_equal_values() {
        assert_ne!(digest_of("plan", &1).unwrap(), digest_of("inventory", &1).unwrap());
    }
}
