//! A run in one line.

use std::fmt::Write as _;

use emeritus::event::Outcome;
use emeritus::evidence::moment;
use emeritus::person::Standing;
use emeritus::text::Text;
use emeritus::{Emeritus, RunState, later};
use jiff::Timestamp;
use serde::Serialize;

use crate::report::{Since, held_until, mode};

/// One run in short.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    run_id: String,
    email: Text,
    mode: &'static str,
    standing: &'static str,
    verdict: Option<&'static str>,
    /// The verdict for people, or why there is none.
    #[serde(skip)]
    proof: &'static str,
    /// When a later run put the person back, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    put_back_at: Option<Timestamp>,
    started_at: Timestamp,
    last_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_until: Option<Timestamp>,
    /// While the person is away and expected back.
    #[serde(skip_serializing_if = "Option::is_none")]
    returns_at: Option<Timestamp>,
    /// Whether that day has come.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overdue: bool,
    /// The restore or revival for which the run was given up: it is not resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    /// The restore or revival that brought the person back.
    #[serde(skip_serializing_if = "Option::is_none")]
    put_back_by: Option<String>,
    /// Since when a later proof is due of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_due_since: Option<Timestamp>,
    /// Whether the run is over, and its evidence was never written.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    evidence_missing: bool,
    emulated: bool,
}

impl Line {
    pub(super) fn of(emeritus: &Emeritus, state: &RunState, person: &Standing<'_>) -> Self {
        let now = emeritus.now();
        let Since { superseded_by, put_back_by } = Since::of(person, state.run());
        let held_until = held_until(state).filter(|_| superseded_by.is_none());
        let returns_at = person
            .expected_back()
            .filter(|run| run.run() == state.run())
            .and_then(|run| run.plan().policy.returns_at);
        let by = person.runs().iter().find(|run| Some(run.run()) == put_back_by.as_ref());
        let put_back_at = by.and_then(|run| run.finished_at());
        Self {
            run_id: state.run().to_string(),
            email: state.plan().subject.email.clone(),
            mode: mode(state.plan()),
            standing: standing(emeritus, state, held_until, superseded_by.is_some()),
            verdict: state.last_proof().map(|comparison| comparison.verdict.name()),
            proof: proof(state),
            put_back_at,
            started_at: state.started_at(),
            last_at: state.last_at(),
            held_until,
            returns_at,
            overdue: returns_at.is_some_and(|at| at <= now),
            superseded_by: superseded_by.map(|run| run.to_string()),
            put_back_by: put_back_by.map(|run| run.to_string()),
            // Of somebody who was put back, nothing is proved any more.
            proof_due_since: person
                .proved_against()
                .filter(|run| run.run() == state.run())
                .and_then(|run| later::due(run, now))
                .map(|due| due.at),
            evidence_missing: state.outcome().is_some() && !emeritus.has_evidence(state.run()),
            emulated: state.plan().emulated,
        }
    }

    /// Returns what there is to say besides, each with a comma before it.
    fn besides(&self) -> String {
        let until = self.held_until.map(|until| format!("{} until {}", self.standing, moment(until)));
        let returns = self.returns_at.map(|at| {
            let day = at.strftime("%Y-%m-%d");
            if self.overdue { format!("due back since {day}") } else { format!("returns on {day}") }
        });
        let given_up = self.superseded_by.as_ref().map(|by| format!("given up for run {by}"));
        let put_back = self.put_back_at.map(|at| format!("put back since {}", moment(at)));
        let due = self.proof_due_since.map(|at| format!("proof due since {}", at.strftime("%Y-%m-%d")));
        let evidence = self.evidence_missing.then(|| "evidence not written".to_owned());
        let said = [until, returns, given_up, put_back, due, evidence].into_iter().flatten();
        said.fold(String::new(), |text, what| text + ", " + &what)
    }
}

fn standing(
    emeritus: &Emeritus,
    state: &RunState,
    held_until: Option<Timestamp>,
    is_superseded: bool,
) -> &'static str {
    match (state.outcome(), state.stuck(), held_until) {
        (Some(outcome), _, _) => outcome.name(),
        (None, _, _) if is_superseded => "superseded",
        (None, Some(_), _) => Outcome::Stuck.name(),
        (None, None, Some(_)) => "held",
        // Whoever is at work on it has the lease; a process that died has none.
        (None, None, None) if emeritus.is_at_work(state) == Some(false) => "interrupted",
        (None, None, None) => "under-way",
    }
}

/// Returns the verdict of a run, or why it has none: a run that found nothing to do has nothing to prove.
fn proof(state: &RunState) -> &'static str {
    match (state.last_proof(), state.outcome()) {
        (Some(comparison), _) => comparison.verdict.name(),
        (None, None) => "no proof yet",
        (None, Some(Outcome::Skipped)) => "nothing to do",
        (None, Some(_)) => "no proof",
    }
}

/// Returns the runs as lines, and what to do about them.
pub(super) fn table(runs: &[Line]) -> String {
    let width = runs.iter().map(|run| run.email.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for run in runs {
        // Writing to a string does not fail.
        let _written = writeln!(
            text,
            "{}  {:<width$}  {:<7}  {:<20}  {}{}",
            run.run_id,
            run.email,
            run.mode,
            run.standing,
            run.proof,
            run.besides(),
        );
    }
    if runs.iter().any(|run| run.standing == "interrupted" || run.evidence_missing) {
        text.push_str(
            "next: `emeritus resume --all` goes on with what was interrupted, and writes the evidence that is missing\n",
        );
    }
    if runs.iter().any(|run| run.overdue) {
        text.push_str("next: `emeritus restore --due` puts everybody back who is due\n");
    }
    if runs.iter().any(|run| run.proof_due_since.is_some()) {
        text.push_str("next: `emeritus prove --all --due` proves again whoever is due\n");
    }
    text
}
