//! Text that somebody else wrote: names, addresses, details as the vendor gives them. It is kept as it came and shown
//! without what steers a terminal, so that a name cannot clear the screen on which a plan is approved, write a line of
//! its own, or turn the order of what is read.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A text of somebody else's. [`Display`](fmt::Display) escapes; [`Text::as_str`] is what came.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// Returns it as it came: for comparing and for files, not for a screen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(&self.0).fmt(f)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.0
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.0 == *other
    }
}

/// What [`shown`] returns.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    text: &'a str,
    lines: bool,
}

/// Returns a single line of somebody else's text as it may be shown: what steers a terminal is escaped, line ends too.
#[must_use]
pub fn shown(text: &str) -> Shown<'_> {
    Shown { text, lines: false }
}

/// Returns a text of several lines as it may be shown: as [`shown`], with its line ends left.
#[must_use]
pub fn shown_lines(text: &str) -> Shown<'_> {
    Shown { text, lines: true }
}

/// Returns whether a character steers what shows it, or hides in it, instead of being seen.
#[must_use]
pub fn steers(character: char) -> bool {
    character.is_control()
        // Marks and overrides of direction, line and paragraph separators, and what has no width; but the joiners
        // (U+200C, U+200D) belong to the spelling of names.
        || matches!(character, '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passes = |character| !steers(character) || (self.lines && character == '\n');
        if self.text.chars().all(passes) {
            return f.pad(self.text);
        }
        let mut escaped = String::with_capacity(self.text.len() + 16);
        for character in self.text.chars() {
            match character {
                _ if passes(character) => escaped.push(character),
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                '\t' => escaped.push_str("\\t"),
                _ => write!(escaped, "\\u{{{:x}}}", u32::from(character))?,
            }
        }
        f.pad(&escaped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_everything_else_is_shown_as_it_is() {
        for (text, expected) in [
            (
                "Zoë O'Neill, 李小龙 👩\u{200d}💻 علی\u{200c}رضا",
                "Zoë O'Neill, 李小龙 👩\u{200d}💻 علی\u{200c}رضا",
            ),
            ("Ada\x1b[2J\nNothing to do\r", "Ada\\u{1b}[2J\\nNothing to do\\r"),
            ("\u{9b}31m\u{7f}\t", "\\u{9b}31m\\u{7f}\\t"),
            ("\u{202e}gnp\u{2066}\u{200f}", "\\u{202e}gnp\\u{2066}\\u{200f}"),
        ] {
            assert_eq!(Text::from(text).to_string(), expected);
            assert_eq!(Text::from(text).as_str(), text);
        }
        assert_eq!(shown_lines("a\nb\x07").to_string(), "a\nb\\u{7}");
        assert_eq!(format!("{:<6}|", Text::from("a\n")), "a\\n   |", "an escaped text keeps to its column");
    }

    #[test]
    fn it_is_stored_as_it_came() {
        let text = Text::from("Ada\x1b");
        let stored = serde_json::to_string(&text).unwrap();
        assert_eq!(serde_json::from_str::<Text>(&stored).unwrap(), text);
    }
}
