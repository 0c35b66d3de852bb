//! A proof as commands tell it: its figures, what is missing or altered, and what could not be compared.

use std::fmt::Write as _;

use emeritus::census::{CensusSummary, Comparison, NotCompared, Unread, Verdict, Window};
use emeritus::evidence::{count, grouped};
use jiff::Timestamp;
use serde::Serialize;

/// A proof with its figures.
#[derive(Debug, Serialize)]
pub(crate) struct ProofObject {
    pub(crate) verdict: &'static str,
    pub(crate) conversations: u64,
    pub(crate) window: Window,
    pub(crate) before: CensusObject,
    pub(crate) after: CensusObject,
    pub(crate) missing: Vec<String>,
    pub(crate) altered: Vec<String>,
    pub(crate) added: u64,
    /// What one reading or both do not state, each with the number of conversations.
    #[serde(skip_serializing_if = "NotCompared::is_empty")]
    pub(crate) not_compared: NotCompared,
    /// What of the records of the later reading could not be read.
    #[serde(skip_serializing_if = "Unread::is_empty")]
    pub(crate) unread: Unread,
}

/// The figures of one census.
#[derive(Debug, Serialize)]
pub(crate) struct CensusObject {
    pub(crate) conversations: u64,
    pub(crate) root: String,
}

impl ProofObject {
    pub(crate) fn of(comparison: &Comparison) -> Self {
        let census = |summary: &CensusSummary| CensusObject {
            conversations: summary.conversations,
            root: summary.root.clone(),
        };
        let (missing, altered) = match &comparison.verdict {
            Verdict::Broken { missing, altered } => (missing.as_slice(), altered.as_slice()),
            Verdict::Intact | Verdict::NoHistoryFound | Verdict::NotComparable(_) => (&[][..], &[][..]),
        };
        Self {
            verdict: comparison.verdict.name(),
            conversations: comparison.before.conversations,
            window: comparison.before.window,
            before: census(&comparison.before),
            after: census(&comparison.after),
            missing: missing.iter().map(ToString::to_string).collect(),
            altered: altered.iter().map(ToString::to_string).collect(),
            added: comparison.added,
            not_compared: comparison.not_compared,
            unread: comparison.after.unread.as_ref().clone(),
        }
    }

    /// Returns the proof in one or two lines for people.
    pub(crate) fn text(&self) -> String {
        let day = |moment: Timestamp| moment.strftime("%Y-%m-%d");
        let mut text = format!(
            "{}: {} before, {} after ({} to {})",
            self.verdict,
            count(self.before.conversations, "conversation"),
            grouped(self.after.conversations),
            day(self.window.from),
            day(self.window.to),
        );
        for (what, ids) in [("missing", &self.missing), ("no longer the same", &self.altered)] {
            if let Some(first) = ids.first() {
                let more = if ids.len() > 1 { ", …" } else { "" };
                // Writing to a string does not fail.
                let _written =
                    write!(text, "\n                {} {what}: {first}{more}", grouped(ids.len() as u64));
            }
        }
        if let Some(words) = self.not_compared.words() {
            let _written = write!(text, "\n                not compared, since not stated twice: {words}");
        }
        if !self.unread.is_empty() {
            let _written = write!(text, "\n                not readable in {}", self.unread.words());
        }
        text
    }
}
