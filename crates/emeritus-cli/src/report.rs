//! How a run stands, as `retire`, `resume`, `restore` and `status` tell it: one object for scripts, a few lines for people, one
//! exit code.

mod account;
mod proof;

use std::path::{Path, PathBuf};

use emeritus::census::Comparison;
use emeritus::event::{Because, Difference, Outcome, Place, StepFailure};
use emeritus::evidence::{grouped, moment};
use emeritus::finding::FindingCode;
use emeritus::id::RunId;
use emeritus::overrides::Override;
pub(crate) use emeritus::person::held_until;
use emeritus::plan::{Approval, Plan, Purpose, StepKind, Undo};
use emeritus::policy::Mode;
use emeritus::state::Progress;
use emeritus::text::Text;
use emeritus::{RunState, Stats};
use jiff::Timestamp;
use serde::Serialize;

use crate::exit_code::ExitCode;
pub(crate) use account::AccountObject;
use account::NotVerified;
pub(crate) use proof::{CensusObject, ProofObject};

/// The object that a run is told by.
#[derive(Debug, Serialize)]
pub(crate) struct RunObject {
    run_id: String,
    user_id: String,
    email: Text,
    mode: &'static str,
    /// `None` while the run is under way or held.
    outcome: Option<&'static str>,
    /// Who approved the plan and how; `stated` is what nobody checked.
    approval: Approval,
    /// The blocks that somebody lifted, each with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    overrides: Vec<Override>,
    /// The account when it was looked at last; `None` when nobody looked.
    account: Option<AccountObject>,
    /// What keeps a run that is over from being called verified.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_verified: Vec<NotVerified>,
    proof: Option<ProofObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_after_put_back: Option<ProofObject>,
    /// `None` while an executor has not counted its requests, or never will: it was killed.
    calls: Option<u64>,
    /// What those before it counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_at_least: Option<u64>,
    /// `None` until the evidence is written.
    evidence_dir: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stuck: Option<StuckObject>,
    /// What the vendor refused, or what did not come about, before access ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<StuckObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_back: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<Difference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    will_not_come_back: Vec<String>,
    /// The restore or revival for which this run was given up: it is not resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    /// The restore or revival that brought the person back whom this run had retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    put_back_by: Option<String>,
    emulated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stats: Option<Stats>,
}

/// Returns the requests by what they were for, for people.
pub(crate) fn requests(stats: &Stats) -> String {
    let mut lines = vec!["Requests".to_owned()];
    let sent = stats.named().into_iter().filter(|(_, calls)| *calls > 0);
    lines.extend(sent.chain([("together", stats.total())]).map(|(name, calls)| row(name, grouped(calls))));
    lines.join("\n")
}

/// Where and why a person is needed.
#[derive(Debug, Serialize)]
struct StuckObject {
    step: String,
    code: String,
    detail: String,
}

impl StuckObject {
    fn of(place: Place, failure: &StepFailure) -> Self {
        Self { step: place.to_string(), code: code_name(&failure.code), detail: failure.detail.clone() }
    }
}

/// A run as it stands.
pub(crate) struct Standing<'a> {
    pub(crate) state: &'a RunState,
    pub(crate) evidence_dir: &'a Path,
    pub(crate) held_until: Option<Timestamp>,
    /// Whether an executor is at work on the run; `None` where nobody looked, or it cannot be told.
    pub(crate) is_at_work: Option<bool>,
    pub(crate) since: Since,
}

/// What later runs of the same person made of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) superseded_by: Option<RunId>,
    pub(crate) put_back_by: Option<RunId>,
}

impl Since {
    pub(crate) fn of(person: &emeritus::person::Standing<'_>, run: &RunId) -> Self {
        Self {
            superseded_by: person.superseded_by(run).cloned(),
            put_back_by: person.put_back_by(run).cloned(),
        }
    }
}

impl Standing<'_> {
    /// Returns the exit code that the run's end calls for.
    pub(crate) fn code(&self) -> ExitCode {
        match self.outcome() {
            None | Some(Outcome::Verified | Outcome::Skipped) => ExitCode::Done,
            Some(Outcome::WrittenNotVerified) => ExitCode::NotVerified,
            Some(Outcome::Failed) => ExitCode::TakenBack,
            Some(Outcome::Stuck) => ExitCode::Stuck,
            Some(Outcome::ProofBroken) => ExitCode::ProofBroken,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        self.state.outcome().or_else(|| self.state.stuck().map(|_| Outcome::Stuck))
    }

    pub(crate) fn object(&self) -> RunObject {
        let (state, plan) = (self.state, self.state.plan());
        RunObject {
            run_id: state.run().to_string(),
            user_id: plan.subject.id.to_string(),
            email: plan.subject.email.clone(),
            mode: mode(plan),
            outcome: self.outcome().map(Outcome::name),
            approval: state.approved().approval().clone(),
            overrides: plan.policy.overrides.clone(),
            account: AccountObject::of(state),
            not_verified: account::not_verified(state).iter().map(NotVerified::of).collect(),
            proof: state.last_proof().map(ProofObject::of),
            proof_after_put_back: self.proof_after_put_back().map(ProofObject::of),
            calls: state.calls_are_counted().then_some(state.calls()),
            calls_at_least: Some(state.calls()).filter(|calls| *calls > 0 && !state.calls_are_counted()),
            evidence_dir: self.report().is_some().then(|| self.evidence_dir.to_owned()),
            held_until: self.held_until,
            stuck: state.stuck().map(|(place, failure)| StuckObject::of(*place, failure)),
            refused: self.refused().map(|(place, failure)| StuckObject::of(place, failure)),
            taken_back: self.taken_back(),
            differences: state.differences().to_vec(),
            will_not_come_back: will_not_come_back(plan),
            superseded_by: self.since.superseded_by.as_ref().map(ToString::to_string),
            put_back_by: self.since.put_back_by.as_ref().map(ToString::to_string),
            emulated: plan.emulated,
            stats: None,
        }
    }

    /// Returns what the history was like once a deleted account was back.
    fn proof_after_put_back(&self) -> Option<&Comparison> {
        let delete = self.state.plan().steps.iter().find(|step| step.kind == StepKind::Delete)?;
        let parts = 0..=u8::MAX;
        let Undo::By(kinds) = &delete.undo else { return None };
        let proof = kinds.iter().zip(parts).find(|(kind, _)| matches!(kind, StepKind::Prove { .. }));
        let place = Place { step: delete.id, undo: proof.map(|(_, part)| part) };
        self.state.proof(place).map(|(_, comparison)| comparison)
    }

    /// Returns what turned a run back before access ended.
    fn refused(&self) -> Option<(Place, &StepFailure)> {
        match self.state.unwinding()? {
            Because::Refused { step, failure } => Some((Place::forward(*step), failure)),
            Because::ProofBroken { .. } => None,
        }
    }

    /// Returns whether any request of the run may have changed the organization.
    fn may_have_changed(&self) -> bool {
        self.state.plan().steps.iter().any(|step| {
            let progress = self.state.progress(Place::forward(step.id));
            step.kind.is_effect() && progress.is_some_and(Progress::may_have_changed)
        })
    }

    /// Returns what a run that went backward brought about, in words that claim no more than its end says.
    fn taken_back(&self) -> Option<&'static str> {
        let ended = self.state.outcome().is_some();
        self.state.unwinding().map(|because| match because {
            Because::ProofBroken { .. } if ended => "the deleted account was put back, and seen to be back",
            Because::Refused { .. } if ended && !self.may_have_changed() => "nothing had been changed",
            Because::Refused { .. } if ended => "what had been done was taken back",
            Because::ProofBroken { .. } | Because::Refused { .. } => "taking back is under way",
        })
    }

    pub(crate) fn text(&self) -> String {
        let (state, plan) = (self.state, self.state.plan());
        let subject = &plan.subject;
        let emulated = if plan.emulated { "  [emulated]" } else { "" };
        let mut lines = vec![
            format!("{}: {} <{}>{emulated}", self.headline(), subject.name, subject.email),
            row("run", state.run()),
        ];
        lines.extend(plan.policy.overrides.iter().map(|given| row("lifted", given)));
        lines.extend(account::row_of(state));
        for reason in account::not_verified(state) {
            lines.push(row("not verified", reason));
        }
        if let Some(comparison) = state.last_proof() {
            lines.push(row("proof", ProofObject::of(comparison).text()));
            lines.push(row("root before", &comparison.before.root));
        }
        if let Some((place, failure)) = self.refused() {
            lines.push(row(
                "refused at",
                format!("{place} ({}): {}", code_name(&failure.code), failure.detail),
            ));
        }
        if let Some(words) = self.taken_back() {
            lines.push(row("taken back", words));
        }
        if let Some(comparison) = self.proof_after_put_back() {
            lines.push(row("proof since", ProofObject::of(comparison).text()));
        }
        if let Some((place, failure)) = state.stuck() {
            lines
                .push(row("stuck at", format!("{place} ({}): {}", code_name(&failure.code), failure.detail)));
        }
        for difference in state.differences() {
            let foretold = if difference.foretold { ", as foretold" } else { "" };
            lines.push(row(
                "differs",
                format!(
                    "{}: was {}, is {}{foretold}",
                    difference.field, difference.expected, difference.found
                ),
            ));
        }
        for limit in will_not_come_back(plan) {
            lines.push(row("not back", limit));
        }
        if let Some(by) = &self.since.superseded_by {
            lines.push(row("given up", format!("for run {by}: it is not resumed")));
        }
        if let Some(by) = &self.since.put_back_by {
            lines.push(row("put back", format!("by run {by}")));
        }
        lines.push(row("requests", self.requests()));
        lines.push(match self.report() {
            Some(report) => row("evidence", report.display()),
            None if state.outcome().is_some() => row("evidence", "was not written"),
            None => row("evidence", "not written yet"),
        });
        lines.extend(self.next());
        lines.join("\n")
    }

    /// Returns the page for people, if it was written.
    fn report(&self) -> Option<PathBuf> {
        Some(self.evidence_dir.join("report.html")).filter(|report| report.exists())
    }

    /// What nobody counted is not none.
    fn requests(&self) -> String {
        let counted = grouped(self.state.calls());
        match (self.state.calls_are_counted(), self.state.calls()) {
            (true, _) => counted,
            (false, 0) => "not counted".to_owned(),
            (false, _) => format!("at least {counted}"),
        }
    }

    fn headline(&self) -> String {
        let outcome = self.outcome();
        if let Some(words) = account::unlike(self.state) {
            return words;
        }
        let done = account::done(self.state);
        match outcome {
            Some(Outcome::Verified) => format!("{done}, verified"),
            Some(Outcome::WrittenNotVerified) => format!("{done}, written but not all of it verified"),
            Some(Outcome::Skipped) => "Nothing to do".to_owned(),
            Some(Outcome::Failed) if !self.may_have_changed() => {
                "Not done, and nothing was changed".to_owned()
            }
            Some(Outcome::Failed) => "Not done, and what had been done was taken back".to_owned(),
            Some(Outcome::Stuck) => "Stuck, a person is needed".to_owned(),
            Some(Outcome::ProofBroken) => "PROOF BROKEN".to_owned(),
            None if self.since.superseded_by.is_some() => "Given up, not over".to_owned(),
            None => match self.held_until {
                Some(until) => format!("Cut, and held until {} before the delete", moment(until)),
                None if self.is_at_work == Some(false) => "Interrupted, nobody is at work on it".to_owned(),
                None => "Under way".to_owned(),
            },
        }
    }

    /// What to do next, where there is something.
    fn next(&self) -> Option<String> {
        if self.since.superseded_by.is_some() {
            return None;
        }
        let run = self.state.run();
        match self.outcome() {
            Some(Outcome::Stuck) => Some(format!("next: look at it, then `emeritus resume {run} --free`")),
            Some(Outcome::ProofBroken) => {
                Some(format!("next: `emeritus prove {run}`, before anything else is done"))
            }
            Some(Outcome::WrittenNotVerified) => account::next(self.state),
            None if self.is_at_work == Some(true) => None,
            None => Some(match self.held_until {
                Some(until) => {
                    format!("next: once the hold is over, at {}, `emeritus resume {run}`", moment(until))
                }
                None => format!("next: `emeritus resume {run}`"),
            }),
            Some(_) if self.report().is_none() => {
                Some(format!("next: `emeritus evidence {run}` writes the evidence"))
            }
            Some(Outcome::Verified | Outcome::Failed | Outcome::Skipped) => None,
        }
    }
}

/// Returns the word for how far a plan goes.
pub(crate) fn mode(plan: &Plan) -> &'static str {
    match (&plan.purpose, plan.policy.mode) {
        (Purpose::Restore { .. }, _) => "restore",
        (Purpose::Revive, _) => "revive",
        (Purpose::Retire, Mode::Keep) => "keep",
        (Purpose::Retire, Mode::Delete { .. }) => "delete",
    }
}

/// Returns the stable name of anything that is written as a word.
pub(crate) fn code_name(code: &impl Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => "unnamed".to_owned(),
    }
}

/// Returns what a plan that puts a person back says it does not bring back.
fn will_not_come_back(plan: &Plan) -> Vec<String> {
    if plan.purpose == Purpose::Retire {
        return Vec::new();
    }
    if plan.losses.is_empty() {
        // A plan of a release that said it in findings.
        let lost = plan.findings.iter().filter(|finding| finding.code == FindingCode::CannotComeBack);
        return lost.map(|finding| finding.text.clone()).collect();
    }
    plan.losses.iter().map(ToString::to_string).collect()
}

fn row(name: &str, value: impl std::fmt::Display) -> String {
    format!("  {name:<12}  {value}")
}
