//! Lengths of time as people write them on a command line and in files: `30d`, `12h`, `30m`, `90s`, `0`.

use std::fmt;

use jiff::SignedDuration;

/// Ten years: longer is a slip of the finger, and every sum with a date stays inside the calendar.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 3_650);

/// A length of time, from zero to ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length(pub SignedDuration);

impl std::str::FromStr for Length {
    type Err = NotALength;

    fn from_str(text: &str) -> Result<Self, NotALength> {
        if text == "0" {
            return Ok(Self(SignedDuration::ZERO));
        }
        let wrong = || NotALength { text: text.chars().take(40).collect() };
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let seconds: i64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let number = text.strip_suffix(unit).ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let length = SignedDuration::from_secs(i64::from(number) * seconds);
        if length > LONGEST { Err(wrong()) } else { Ok(Self(length)) }
    }
}

impl<'de> serde::Deserialize<'de> for Length {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotALength {
    text: String,
}

impl fmt::Display for NotALength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a length of time: write 30d, 12h, 30m, 90s or 0, ten years at most", self.text)
    }
}

impl std::error::Error for NotALength {}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        text.parse::<Length>().ok().map(|length| length.0.as_secs())
    }

    #[test]
    fn each_unit_counts() {
        let read = ["0", "90s", "30m", "12h", "30d"].map(seconds);
        assert_eq!(read, [Some(0), Some(90), Some(1_800), Some(43_200), Some(2_592_000)]);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "30", "d", "-1d", "1.5h", "30 d", "30w", "3651d", "99999999999d", "3ü"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
