//! What a text holds: an address (a telephone number, an e-mail address, a URI), a name, both or neither.
//!
//! The vendor puts either into the same member: `remote` of a chat is the customer's name and of a call their number,
//! and who calls without a name is called by the number. So it is the text that says which group it belongs to.

/// Digits from which on a text is taken to hold a telephone number, or another number of somebody.
const DIGITS: usize = 7;

/// Beginnings of URIs that are somebody's address.
const SCHEMES: [&str; 6] = ["tel:", "sip:", "sips:", "mailto:", "xmpp:", "whatsapp:"];

/// Whether a text holds somebody's address.
pub(super) fn has_address(text: &str) -> bool {
    // Most texts are words of the vendor's: one look at their bytes is enough.
    let (mut digits, mut mark) = (0, false);
    for byte in text.bytes() {
        digits += usize::from(byte.is_ascii_digit());
        mark |= byte == b'@' || byte == b':';
    }
    (mark && tokens(text).any(is_uri)) || (digits >= DIGITS && !is_uuid(text) && has_number(text))
}

/// Words, without what stands around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | '<' | '>' | '"' | '(' | ')');
    text.split(between).filter(|token| !token.is_empty())
}

fn is_uri(token: &str) -> bool {
    let begins =
        |scheme: &&str| token.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    token.contains('@') || SCHEMES.iter().any(begins)
}

/// Whether digits, with nothing but what people write between them, are as many as a number of somebody has. Those of
/// a UUID or a day are none.
fn has_number(text: &str) -> bool {
    let others: Vec<&str> = tokens(text).filter(|token| !is_uuid(token)).collect();
    let part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '/' | ' ');
    others.join(" ").split(|c| !part(c)).any(|run| {
        let run = run.trim_matches(|c: char| !c.is_ascii_digit());
        run.bytes().filter(u8::is_ascii_digit).count() >= DIGITS && !is_date(run)
    })
}

fn is_date(run: &str) -> bool {
    let mut parts = run.split('-').map(str::len);
    run.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && (parts.next(), parts.next(), parts.next(), parts.next()) == (Some(4), Some(2), Some(2), None)
}

/// Whether a text is a UUID, in capitals or not.
pub(super) fn is_uuid(text: &str) -> bool {
    let dash = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    text.len() == 36
        && text.bytes().enumerate().all(
            |(place, byte)| {
                if dash(place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
            },
        )
}

/// Whether a text can be nothing but an instant, however it is spelled.
pub(super) fn is_instant(text: &str) -> bool {
    let bytes = text.as_bytes();
    let allowed =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'+' | b'T' | b'Z' | b' ');
    text.len() <= 40 && bytes.iter().all(allowed) && bytes.get(..5).is_some_and(|start| {
        matches!(start, [y0, y1, y2, y3, b'-'] if [y0, y1, y2, y3].iter().all(|byte| byte.is_ascii_digit()))
    })
}

/// Whether a text is one word.
pub(super) fn is_word(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

/// What a text of somebody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holds {
    pub(super) address: bool,
    pub(super) name: bool,
}

/// What a text holds that may be somebody's name and may be somebody's address; `is_name` says which the vendor means
/// it for, where the text itself does not say.
pub(super) fn holds(text: &str, is_name: bool) -> Holds {
    let text = text.trim();
    let letters = |token: &str| token.chars().any(char::is_alphabetic);
    let is_one = tokens(text).count() <= 1;
    if text.is_empty() {
        return Holds { address: false, name: false };
    }
    if has_address(text) {
        // Letters of the address itself are no name, but for a handle that was meant as one.
        let stray = |token: &str| !is_uri(token) && letters(token) && (!is_one || is_name);
        return Holds { address: true, name: tokens(text).any(stray) };
    }
    let is_named = if is_one {
        // A handle has digits or marks in it, a first name has none.
        letters(text) && text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '\u{2019}' | '.'))
    } else {
        letters(text)
    };
    let name = is_name || is_named;
    Holds { address: !name, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_what_it_looks_like() {
        for text in [
            "tel:+12025550190",
            "+45 20 00 01 87",
            "51900000000",
            "(202) 555-0190",
            "q@kunde.example",
            "SIP:trunk",
            "call 0033 7 00 00 01 85 again",
            "call2@gw2710.example_2_2",
            "Sales 18005550100",
            "192.168.1.20",
            "a0000001-c0de-4000-8000-000000000001 +12025550190",
        ] {
            assert!(has_address(text), "{text}");
        }
        for text in [
            "",
            "voice",
            "First line",
            "ININ-WRAP-UP-TIMEOUT",
            "Menu 2025-05-19",
            "error.ininedgecontrol.x:y",
            "00000001-0000-4000-8000-000000000001",
            "Flow 2711 87",
            "7.0",
            "12:30",
        ] {
            assert!(!has_address(text), "{text}");
        }
    }

    #[test]
    fn what_somebody_is_called_by_is_a_name_an_address_or_both() {
        let of = |text, is_name| {
            let holds = holds(text, is_name);
            (holds.address, holds.name)
        };
        for is_name in [true, false] {
            assert_eq!(of("Jane Roe", is_name), (false, true));
            assert_eq!(of("Jane", is_name), (false, true));
            assert_eq!(of("51900000000", is_name), (true, false));
            assert_eq!(of("tel:+51900000000", is_name), (true, false));
            assert_eq!(of("\"Jane Roe\" <jane@kunde.example>", is_name), (true, true));
            assert_eq!(of("+37060000173, Lithuania", is_name), (true, true));
            assert_eq!(of("jane@kunde.example", is_name), (true, false));
            assert_eq!(of(" ", is_name), (false, false));
        }
        // What the text does not say is what the vendor means the member for.
        assert_eq!((of("guest_17", true), of("guest_17", false)), ((false, true), (true, false)));
        assert_eq!((of("00182", true), of("00182", false)), ((false, true), (true, false)));
        assert_eq!(
            (of("Jane51900000000", true), of("Jane51900000000", false)),
            ((true, true), (true, false))
        );
    }

    #[test]
    fn an_instant_is_one_however_it_is_spelled() {
        for text in
            ["2025-05-19T21:00:52.686Z", "2025-05-19T21:00:52Z", "2025-05-19 21:00", "2025-05-19T21:00+02:00"]
        {
            assert!(is_instant(text), "{text}");
        }
        for text in ["12025550190", "+2025-05", "2025-05-19 Jane", "soon"] {
            assert!(!is_instant(text), "{text}");
        }
    }
}
