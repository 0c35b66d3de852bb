//! The proofs that were made again after the run was over.

use super::words::{count, grouped, moment, span, why_not_comparable};
use super::{Later, Story};
use crate::again::{LaterProof, LaterVerdict, Lost, Resolution, Source};
use crate::census::NotComparable;
use crate::event::Event;

pub(super) fn later(story: &Story<'_>) -> Vec<Later> {
    let proofs = story.records.iter().filter_map(|record| match &record.event {
        Event::ProvedAgain { proof } => {
            Some(Later { sequence: record.sequence, at: record.at, proof: proof.as_ref().clone() })
        }
        Event::Started { .. }
        | Event::Resumed { .. }
        | Event::Intended { .. }
        | Event::Answered { .. }
        | Event::Observed { .. }
        | Event::NotSeen { .. }
        | Event::Waiting { .. }
        | Event::Waited { .. }
        | Event::Measured { .. }
        | Event::Proved { .. }
        | Event::Unreadable { .. }
        | Event::Compared { .. }
        | Event::AccountSeen { .. }
        | Event::Unwinding { .. }
        | Event::Stuck { .. }
        | Event::Freed
        | Event::Finished { .. }
        | Event::ClocksSeen { .. }
        | Event::Counted { .. } => None,
    });
    proofs.collect()
}

/// The latest proof made again, in a sentence; what is wrong comes first.
pub(super) fn sentence(later: &[Later]) -> Option<String> {
    let last = later.last()?;
    Some(format!("Proved again {}: {}.", moment(last.at), last.proof.words()))
}

/// What leads the page when the latest of them found something wrong.
pub(super) fn alarm(later: &[Later]) -> Option<String> {
    let last = later.last().filter(|last| last.proof.is_alarm())?;
    Some(format!("Since then, on {}: {}.", last.at.strftime("%Y-%m-%d"), last.proof.words()))
}

impl LaterProof {
    /// Returns what was found, for people, without an end to the sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = vec![self.verdict_words()];
        parts.extend(self.beyond_words());
        parts.extend(self.person_words().map(ToOwned::to_owned));
        parts.join("; ")
    }

    /// Returns what became of the history, for people.
    #[must_use]
    pub fn verdict_words(&self) -> String {
        let before = count(self.before.conversations, "conversation");
        match &self.verdict {
            LaterVerdict::Intact => format!("all {before} still there, and still the person's"),
            LaterVerdict::Broken { missing, altered, nameless } => {
                let mut parts = Vec::new();
                parts.extend(lost_words(missing, "missing"));
                parts.extend(lost_words(altered, "altered"));
                if *nameless > 0 {
                    parts.push(format!("{} without the person's name", grouped(*nameless)));
                }
                format!("of {before}, {}", parts.join(", "))
            }
            LaterVerdict::NoHistoryFound => {
                "no history found, where a query by the same client sees others'".to_owned()
            }
            LaterVerdict::BeyondRetention => {
                "nothing is left that the organization must still keep".to_owned()
            }
            LaterVerdict::NotComparable(NotComparable::ControlSawNothing) => {
                "no statement: nothing was found, and no control query showed that this client can see \
                 conversations at all"
                    .to_owned()
            }
            LaterVerdict::NotComparable(why) => format!("no statement: {}", why_not_comparable(why)),
        }
    }

    /// Returns what the vendor's retention took out, for people.
    #[must_use]
    pub fn beyond_words(&self) -> Option<String> {
        let beyond = self.beyond.as_ref()?;
        Some(format!(
            "{} from before {} beyond retention ({} days)",
            count(beyond.conversations, "conversation"),
            beyond.until.strftime("%Y-%m-%d"),
            grouped(u64::from(beyond.retention_days)),
        ))
    }

    /// Returns what asking for the person gave, for people, where it is not simply the person.
    #[must_use]
    pub fn person_words(&self) -> Option<&'static str> {
        match self.person {
            Resolution::Resolves => None,
            Resolution::Nameless => Some("the person's id resolves to an account without their name"),
            Resolution::Nobody => Some("the person's id resolves to nobody"),
            Resolution::NotAsked { .. } => Some("whether the person's id still resolves could not be asked"),
        }
    }

    /// Returns what of the records could not be read or not be compared, for people.
    #[must_use]
    pub fn not_known_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(
            self.not_compared.words().map(|words| format!("not compared, since not stated twice: {words}")),
        );
        let unread = &self.after.unread;
        words.extend((!unread.is_empty()).then(|| format!("not readable in {}", unread.words())));
        words
    }

    /// Returns which due point it answers, for people.
    #[must_use]
    pub fn due_words(&self) -> String {
        match self.due {
            Some(due) => format!("due {} after the end", span(due.after)),
            None => "on request".to_owned(),
        }
    }

    /// Returns how the history was read, for people.
    #[must_use]
    pub fn source_words(&self) -> &'static str {
        match self.source {
            Source::Query => "details queries",
            Source::Job => "a details job",
        }
    }
}

fn lost_words(lost: &Lost, how: &str) -> Option<String> {
    let first = lost.first.first()?.conversation;
    let number = grouped(lost.count);
    let more = if lost.count > 1 { ", …" } else { "" };
    Some(format!("{number} {how} ({}: {first}{more})", lost.months_words()))
}
