//! Reading what stands in a request's address and forms: percent-decoding, query parameters.

use crate::reply::Failure;

/// Query parameters or form fields in the order sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
            })
            .collect();
        Self { pairs }
    }

    /// Returns the first value of `name`, if it is there and not empty.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// Returns every value of `name`; the vendor takes lists repeated (`id=a&id=b`) and with commas (`id=a,b`).
    pub(crate) fn many(&self, name: &str) -> Vec<&str> {
        self.pairs
            .iter()
            .filter(|(n, _)| n == name)
            .flat_map(|(_, v)| v.split(','))
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .collect()
    }

    /// Returns a whole number, or the vendor's 400 when it is something else.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        let Some(text) = self.one(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Failure::invalid_value(text, "Integer", "whole numbers"))
    }

    /// Returns `true` or `false`, or the vendor's 400 when it is something else.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(text) = self.one(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Failure::invalid_value(text, "Boolean", "true, false"))
    }

    /// Returns the parameters as a query string with `name` set to `value`.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let mut parts: Vec<String> = self
            .pairs
            .iter()
            .filter(|(n, _)| n != name)
            .map(|(n, v)| format!("{}={}", encode(n), encode(v)))
            .collect();
        parts.push(format!("{}={}", encode(name), encode(value)));
        parts.join("&")
    }
}

/// Decodes `%xx`; what is no escape stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%'
            && let Some((value, after)) = hex_pair(rest)
        {
            decoded.push(value);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex_pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let (pair, rest) = text.split_at_checked(2)?;
    let value = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    Some((value, rest))
}

/// Encodes everything but the characters that need no escape anywhere in an address.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            let digits = [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16));
            encoded.extend(digits.into_iter().flatten().map(|digit| digit.to_ascii_uppercase()));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{Query, decode, encode};

    #[test]
    fn lists_may_be_repeated_or_joined_by_commas() {
        let query = Query::parse("id=a,b&x=1&id=c%20d");
        assert_eq!(query.many("id"), ["a", "b", "c d"]);
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(decode("a%2Fb%zz%4"), "a/b%zz%4");
        assert_eq!(decode(&encode("ä b/c?d&e=%")), "ä b/c?d&e=%");
    }

    #[test]
    fn one_parameter_is_replaced_and_the_others_stay() {
        assert_eq!(Query::parse("pageNumber=3&state=any").with("pageNumber", "2"), "state=any&pageNumber=2");
    }
}
