//! What is known of how long an organization keeps conversation detail. Stated, no limit, refused and unreadable are
//! different things: only an organization that was asked, and answered, states no limit.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::grouped;
use crate::inventory::Why;

/// The longest stated length that is taken for one, in days: a century.
const LONGEST_DAYS: u32 = 36_525;

/// What an organization says of how long it keeps conversation detail (`GET /analytics/dataretention/settings`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// It keeps so many days and no more.
    Days(u32),
    /// It was asked, and states no limit.
    NoLimit,
    /// It was asked, and what it states is no length of time: zero days, fewer, or more than a century.
    NotALength(i64),
    /// It was asked, and gave no answer that says anything: the client may not ask, or the answer could not be had.
    Unknown(Why),
    /// It was not asked; or a release wrote this that did not tell no limit from no answer.
    #[default]
    NotTold,
}

impl Retention {
    /// Returns what the vendor's `retentionDays` says.
    #[must_use]
    pub fn stated(days: Option<i64>) -> Self {
        let Some(days) = days else { return Self::NoLimit };
        match u32::try_from(days) {
            Ok(length) if (1..=LONGEST_DAYS).contains(&length) => Self::Days(length),
            Ok(_) | Err(_) => Self::NotALength(days),
        }
    }

    /// Returns the limit, where one is stated.
    #[must_use]
    pub fn days(&self) -> Option<u32> {
        match self {
            Self::Days(days) => Some(*days),
            Self::NoLimit | Self::NotALength(_) | Self::Unknown(_) | Self::NotTold => None,
        }
    }

    /// Returns why the organization's answer is not known, where it was asked.
    #[must_use]
    pub fn unknown(&self) -> Option<&Why> {
        match self {
            Self::Unknown(why) => Some(why),
            Self::Days(_) | Self::NoLimit | Self::NotALength(_) | Self::NotTold => None,
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => {
                write!(f, "the organization keeps {} days and no more", grouped(u64::from(*days)))
            }
            Self::NoLimit => f.write_str("the organization states no limit"),
            Self::NotALength(days) => {
                write!(f, "the organization states a retention of {days} days, which is no length of time")
            }
            Self::Unknown(why) => {
                write!(f, "how long the organization keeps conversations is unknown: {why}")
            }
            Self::NotTold => f.write_str(
                "whether the organization states no limit or could not be asked was not written down",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_without_days_states_no_limit() {
        assert_eq!(Retention::stated(None), Retention::NoLimit);
        assert_eq!(Retention::stated(Some(1_095)), Retention::Days(1_095));
        for odd in [0, -1, i64::MIN, i64::from(u32::MAX), i64::MAX] {
            assert_eq!(Retention::stated(Some(odd)), Retention::NotALength(odd));
            assert_eq!(Retention::stated(Some(odd)).days(), None);
        }
        let forbidden = Retention::Unknown(Why::Forbidden { permissions: vec!["a:b:c".to_owned()] });
        let said = [Retention::NoLimit, Retention::NotALength(0), forbidden, Retention::NotTold];
        let said: Vec<_> = said.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        the organization states no limit
        the organization states a retention of 0 days, which is no length of time
        how long the organization keeps conversations is unknown: needs permission a:b:c
        whether the organization states no limit or could not be asked was not written down
        ");
    }
}
