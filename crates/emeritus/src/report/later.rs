//! The rows of the proofs that were made again after the run was over.

use emeritus_core::again::{LaterVerdict, Lost, SecondOpinion};
use emeritus_core::evidence::{Later, count, grouped, moment};

use super::Tone;
use super::row::{IdList, stamp, typeset};

/// One proof made again.
pub(super) struct LaterRow {
    pub(super) due: String,
    pub(super) at: String,
    pub(super) sealed: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) verdict: String,
    pub(super) tone: Tone,
    pub(super) beyond: String,
    pub(super) person: &'static str,
    pub(super) window: String,
    pub(super) readings: String,
    pub(super) source: &'static str,
    pub(super) completeness: &'static str,
    pub(super) control: String,
    pub(super) second_opinion: String,
    pub(super) not_known: String,
    pub(super) root: String,
}

impl LaterRow {
    pub(super) fn of(later: &Later) -> Self {
        let proof = &later.proof;
        let window = proof.before.window;
        let second_opinion = match (&proof.second_opinion, &proof.no_second_opinion) {
            (Some(second), _) => format!(
                "Second opinion: the aggregates count {} from {} to {}.",
                counted(second),
                second.window.from.strftime("%Y-%m"),
                (second.window.to - jiff::SignedDuration::from_hours(1)).strftime("%Y-%m"),
            ),
            (None, Some(why)) => format!("Second opinion: none, the aggregates were not to be had ({why})."),
            (None, None) => String::new(),
        };
        Self {
            due: typeset(&proof.due_words()),
            at: moment(later.at),
            sealed: grouped(proof.sealed.conversations),
            before: grouped(proof.before.conversations),
            after: grouped(proof.after.conversations),
            verdict: proof.verdict_words(),
            tone: tone(&proof.verdict),
            beyond: proof.beyond_words().unwrap_or_default(),
            person: proof.person_words().unwrap_or_default(),
            window: format!("{} to {}", stamp(window.from), moment(window.to)),
            readings: if proof.readings == 1 {
                "once".to_owned()
            } else {
                format!("{} times", proof.readings)
            },
            source: proof.source_words(),
            completeness: proof.completeness.words(),
            control: proof.control.words(),
            second_opinion,
            not_known: proof.not_known_words().join(". "),
            root: proof.after.root.clone(),
        }
    }
}

/// Earlier releases asked for what they took for the person's connections.
fn counted(second: &SecondOpinion) -> String {
    match (second.handled, second.connected) {
        (Some(handled), _) => format!("{} handled", count(handled, "interaction")),
        (None, Some(connected)) => count(connected, "connection"),
        (None, None) => "nothing".to_owned(),
    }
}

fn tone(verdict: &LaterVerdict) -> Tone {
    match verdict {
        LaterVerdict::Intact => Tone::Good,
        LaterVerdict::Broken { .. } => Tone::Bad,
        LaterVerdict::NoHistoryFound | LaterVerdict::NotComparable(_) => Tone::Attention,
        LaterVerdict::BeyondRetention => Tone::Neutral,
    }
}

/// Returns the conversations that the latest proof lacks; those of earlier ones are in `evidence.json`.
pub(super) fn lists(later: &[Later]) -> Vec<IdList> {
    let Some(LaterVerdict::Broken { missing, altered, .. }) = later.last().map(|later| &later.proof.verdict)
    else {
        return Vec::new();
    };
    [("Missing", missing), ("Altered", altered)]
        .into_iter()
        .filter(|(_, lost)| lost.count > 0)
        .map(|(word, lost)| list(word, lost))
        .collect()
}

fn list(word: &str, lost: &Lost) -> IdList {
    let line = |start: jiff::Timestamp, id: uuid::Uuid| format!("{id} {}", start.strftime("%Y-%m-%d"));
    let named = lost.first.len() as u64;
    IdList {
        title: format!(
            "{word} ({}), by the month in which they began: {}",
            grouped(lost.count),
            lost.months_words()
        ),
        ids: lost.first.iter().map(|lost| line(lost.start, lost.conversation)).collect(),
        more: grouped(lost.count.saturating_sub(named)),
        is_cut: lost.count > named,
    }
}
