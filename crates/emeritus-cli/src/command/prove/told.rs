//! How a proof made again is told: an object for scripts, a few lines for people.

use emeritus::RunState;
use emeritus::census::{CensusSummary, NotCompared, Unread, Window};
use emeritus::evidence::{count, grouped};
use emeritus::forecast::Forecast;
use emeritus::inventory::Why;
use emeritus::later::{Beyond, Due, LaterProof, LaterVerdict, Lost, Resolution, SecondOpinion, Source};
use emeritus::text::Text;
use jiff::Timestamp;
use serde::Serialize;

use crate::report::CensusObject;

/// What is printed of one person.
#[derive(Debug, Serialize)]
pub(super) struct Proved {
    pub(super) run_id: String,
    pub(super) user_id: String,
    pub(super) email: Text,
    pub(super) proof: ProofObject,
    pub(super) emulated: bool,
}

/// A proof with its figures.
#[derive(Debug, Serialize)]
pub(super) struct ProofObject {
    pub(super) verdict: &'static str,
    conversations: u64,
    window: Window,
    sealed: u64,
    before: CensusObject,
    after: CensusObject,
    /// The first of them, in the order in which they began.
    missing: Vec<String>,
    missing_count: u64,
    missing_months: std::collections::BTreeMap<String, u64>,
    altered: Vec<String>,
    altered_count: u64,
    altered_months: std::collections::BTreeMap<String, u64>,
    /// Altered ones that do not carry the person's name any more.
    nameless: u64,
    added: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    beyond_retention: Option<Beyond>,
    person: Resolution,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Due>,
    readings: u16,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_opinion: Option<SecondOpinion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_second_opinion: Option<Why>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
    /// What one reading or both do not state, each with the number of conversations.
    #[serde(skip_serializing_if = "NotCompared::is_empty")]
    not_compared: NotCompared,
    /// What of today's records could not be read.
    #[serde(skip_serializing_if = "Unread::is_empty")]
    unread: Unread,
    /// Whether somebody must look.
    pub(super) alarm: bool,
}

impl ProofObject {
    fn of(proof: &LaterProof) -> Self {
        let census = |summary: &CensusSummary| CensusObject {
            conversations: summary.conversations,
            root: summary.root.clone(),
        };
        let nothing = Lost::default();
        let (missing, altered, nameless) = match &proof.verdict {
            LaterVerdict::Broken { missing, altered, nameless } => (missing, altered, *nameless),
            LaterVerdict::Intact
            | LaterVerdict::NoHistoryFound
            | LaterVerdict::BeyondRetention
            | LaterVerdict::NotComparable(_) => (&nothing, &nothing, 0),
        };
        let ids = |lost: &Lost| lost.first.iter().map(|lost| lost.conversation.to_string()).collect();
        Self {
            verdict: proof.verdict.name(),
            conversations: proof.before.conversations,
            window: proof.before.window,
            sealed: proof.sealed.conversations,
            before: census(&proof.before),
            after: census(&proof.after),
            missing: ids(missing),
            missing_count: missing.count,
            missing_months: missing.months.clone(),
            altered: ids(altered),
            altered_count: altered.count,
            altered_months: altered.months.clone(),
            nameless,
            added: proof.added,
            beyond_retention: proof.beyond,
            person: proof.person.clone(),
            due: proof.due,
            readings: proof.readings,
            source: proof.source,
            second_opinion: proof.second_opinion,
            no_second_opinion: proof.no_second_opinion.clone(),
            forecast: proof.forecast.clone(),
            not_compared: proof.not_compared,
            unread: proof.after.unread.as_ref().clone(),
            alarm: proof.is_alarm(),
        }
    }
}

impl Proved {
    pub(super) fn of(state: &RunState, proof: &LaterProof) -> Self {
        let plan = state.plan();
        Self {
            run_id: state.run().to_string(),
            user_id: plan.subject.id.to_string(),
            email: plan.subject.email.clone(),
            proof: ProofObject::of(proof),
            emulated: plan.emulated,
        }
    }
}

/// Returns a proof for people.
pub(super) fn text(state: &RunState, proof: &LaterProof) -> String {
    let subject = &state.plan().subject;
    let emulated = if state.plan().emulated { "  [emulated]" } else { "" };
    let mut lines = vec![
        format!("{} <{}>{emulated}", subject.name, subject.email),
        format!("  sealed by run   {}", state.run()),
        format!("  proof           {}", in_short(proof)),
    ];
    if let LaterVerdict::Broken { missing, altered, nameless } = &proof.verdict {
        lost(&mut lines, missing, "missing");
        lost(&mut lines, altered, "altered");
        if *nameless > 0 {
            lines.push(format!("                  {} without the person's name", grouped(*nameless)));
        }
    }
    lines.extend(proof.beyond_words().map(|words| format!("  left out        {words}")));
    lines.extend(proof.person_words().map(|words| format!("  person          {words}")));
    lines.extend(proof.not_known_words().into_iter().map(|words| format!("  not known       {words}")));
    let forecast = proof.forecast.as_ref().map(|forecast| forecast.sentences()).unwrap_or_default();
    lines.extend(forecast.into_iter().map(|sentence| format!("  forecast        {sentence}")));
    lines.push(format!("  root sealed     {}", proof.before.root));
    lines.push(format!("  root now        {}", proof.after.root));
    lines.join("\n")
}

fn lost(lines: &mut Vec<String>, lost: &Lost, how: &str) {
    let Some(first) = lost.first.first() else { return };
    let more = if lost.count > 1 { ", …" } else { "" };
    let line =
        format!("{} {how}, of {}: {}{more}", grouped(lost.count), lost.months_words(), first.conversation);
    lines.push(format!("                  {line}"));
}

/// Returns the verdict with its figures.
fn in_short(proof: &LaterProof) -> String {
    let day = |moment: Timestamp| moment.strftime("%Y-%m-%d");
    let window = proof.before.window;
    match &proof.verdict {
        LaterVerdict::Intact | LaterVerdict::Broken { .. } => format!(
            "{}: {} before, {} after ({} to {})",
            proof.verdict.name(),
            count(proof.before.conversations, "conversation"),
            grouped(proof.after.conversations),
            day(window.from),
            day(window.to),
        ),
        LaterVerdict::NoHistoryFound | LaterVerdict::BeyondRetention | LaterVerdict::NotComparable(_) => {
            format!("{}: {}", proof.verdict.name(), proof.verdict_words())
        }
    }
}
