//! The report page: the evidence of a run for people. One page without scripts and without anything from
//! elsewhere, to be read on a screen, printed and kept. It shows what the evidence says and adds nothing.

mod chart;
mod later;
mod row;

use askama::Template;
use emeritus_core::census::Verdict;
use emeritus_core::event::Outcome;
use emeritus_core::evidence::{Evidence, count, grouped, moment, span};
use emeritus_core::forecast::Calendar;
use emeritus_core::plan::Purpose;
use emeritus_core::policy::Mode;

use chart::Chart;
use later::LaterRow;
use row::{Day, Fact, FindingRow, HeldRow, IdList, ReadingRow, StepRow};

/// The page's accent: how glad a reader may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Good,
    Attention,
    Bad,
    Neutral,
    Quiet,
}

impl std::fmt::Display for Tone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
            Self::Quiet => "quiet",
        })
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    evidence: &'a Evidence,
    title: String,
    tone: Tone,
    kind: &'static str,
    outcome: &'static str,
    facts: Vec<Fact>,
    history_from: String,
    history_bound: String,
    readings: Vec<ReadingRow>,
    lists: Vec<IdList>,
    chart: Option<Chart>,
    forecast: Vec<String>,
    forecast_at: String,
    later: Vec<LaterRow>,
    later_lists: Vec<IdList>,
    steps: Vec<StepRow>,
    findings: Vec<FindingRow<'a>>,
    taken_at: String,
    held: Vec<HeldRow>,
    days: Vec<Day>,
}

/// Returns the report of a run. The calendar is that of the census that the run sealed.
///
/// # Errors
/// The page cannot be rendered.
pub(crate) fn html(evidence: &Evidence, calendar: &Calendar) -> Result<String, askama::Error> {
    let kind = match evidence.purpose {
        Purpose::Retire => "Evidence of a retirement",
        Purpose::Restore { .. } => "Evidence of a restore",
        Purpose::Revive => "Evidence of a revival",
    };
    let page = Page {
        title: format!("{kind}: {} <{}>", evidence.subject.name, evidence.subject.email),
        tone: tone(evidence),
        kind,
        outcome: outcome(evidence.outcome),
        facts: facts(evidence),
        history_from: evidence.history.from.strftime("%Y-%m-%d").to_string(),
        history_bound: evidence.history_bound(),
        readings: evidence.readings.iter().map(ReadingRow::of).collect(),
        lists: IdList::all(&evidence.readings),
        chart: Chart::of(calendar),
        forecast: evidence.forecast.as_ref().map(|forecast| forecast.sentences()).unwrap_or_default(),
        forecast_at: evidence.forecast.as_ref().map(|forecast| moment(forecast.at)).unwrap_or_default(),
        later: evidence.later.iter().map(LaterRow::of).collect(),
        later_lists: later::lists(&evidence.later),
        steps: evidence.steps.iter().map(|step| StepRow::of(step, evidence.became(step))).collect(),
        findings: evidence.findings.iter().map(FindingRow::of).collect(),
        taken_at: moment(evidence.snapshot.taken_at),
        held: evidence.held.iter().map(HeldRow::of).collect(),
        days: row::days(&evidence.timeline),
        evidence,
    };
    page.render()
}

/// Returns the accent. Good is only what was done and seen, with a history that was compared and found whole.
fn tone(evidence: &Evidence) -> Tone {
    if evidence.later.last().is_some_and(|later| later.proof.is_alarm()) {
        return Tone::Bad;
    }
    let proofs = evidence.readings.iter().rev().filter(|reading| reading.place.undo.is_none());
    let last = proofs.filter_map(|reading| reading.verdict.as_ref()).next();
    match (evidence.outcome, last) {
        (Some(Outcome::ProofBroken), _) | (_, Some(Verdict::Broken { .. })) => Tone::Bad,
        (Some(Outcome::Stuck | Outcome::WrittenNotVerified | Outcome::Failed), _) => Tone::Attention,
        (Some(Outcome::Verified), Some(Verdict::NoHistoryFound | Verdict::NotComparable(_))) => {
            Tone::Attention
        }
        (Some(Outcome::Verified), Some(Verdict::Intact) | None) => Tone::Good,
        (Some(Outcome::Skipped) | None, _) => Tone::Neutral,
    }
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Verified) => "verified",
        Some(Outcome::WrittenNotVerified) => "written, not verified",
        Some(Outcome::Failed) => "failed, taken back",
        Some(Outcome::Skipped) => "nothing to do",
        Some(Outcome::Stuck) => "stuck: a person is needed",
        Some(Outcome::ProofBroken) => "proof broken",
        None => "under way",
    }
}

fn facts(evidence: &Evidence) -> Vec<Fact> {
    let subject = &evidence.subject;
    let aim = match (&evidence.purpose, evidence.mode) {
        (Purpose::Restore { from_run, .. }, _) => {
            Fact { code: from_run.to_string(), ..Fact::new("Asked for", "put back from the snapshot of run") }
        }
        (Purpose::Revive, _) => Fact::new("Asked for", "bring the account back; there is no snapshot"),
        (Purpose::Retire, Mode::Keep) => Fact::new("Asked for", "keep the account, inactive"),
        (Purpose::Retire, Mode::Delete { hold }) if hold.is_zero() => {
            Fact::new("Asked for", "delete the account, without a hold")
        }
        (Purpose::Retire, Mode::Delete { hold }) => {
            Fact::new("Asked for", format!("delete the account after a hold of {}", span(hold)))
        }
    };
    let approval = &evidence.approval;
    let last = if evidence.outcome.is_some() { "last record" } else { "last record so far" };
    vec![
        Fact {
            small: subject.email.to_string(),
            code: subject.id.to_string(),
            ..Fact::new("Person", subject.name.to_string())
        },
        Fact {
            small: if evidence.emulated { "emulated".to_owned() } else { String::new() },
            code: evidence.organization.id.to_string(),
            ..Fact::new("Organization", evidence.organization.name.clone())
        },
        Fact { small: format!("from {}, version {}", subject.state, subject.version), ..aim },
        Fact {
            small: format!("{}; {}", moment(approval.at), evidence.approved_how()),
            ..Fact::new("Approved by", approval.by.clone())
        },
        Fact {
            small: format!("{last} {}", moment(evidence.last_at)),
            ..Fact::new("Run began", moment(evidence.started_at))
        },
        Fact {
            small: format!("{} in the journal", count(evidence.records, "record")),
            ..Fact::new("Requests sent", requests(evidence))
        },
        Fact { code: approval.digest.to_string(), ..Fact::new("Plan", "approved by its digest") },
        Fact { code: evidence.run.to_string(), ..Fact::new("Run", evidence.engine.clone()) },
    ]
}

/// What nobody counted is not none.
fn requests(evidence: &Evidence) -> String {
    let counted = grouped(evidence.calls);
    match (evidence.calls_not_all_counted, evidence.calls) {
        (false, _) => counted,
        (true, 0) => "not counted".to_owned(),
        (true, _) => format!("at least {counted}"),
    }
}

#[cfg(test)]
mod tests;
