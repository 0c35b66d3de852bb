//! `emeritus status`: what the journal says. Sends nothing.

use std::fmt::Write as _;

use emeritus::event::Outcome;
use emeritus::evidence::{Evidence, evidence, moment};
use emeritus::{Purpose, RunState};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::StatusArgs;
use crate::connect::Local;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::{Standing, held_until, mode};

/// What `status` prints for all runs.
#[derive(Debug, Serialize)]
struct Runs {
    runs: Vec<Line>,
}

/// One run in short.
#[derive(Debug, Serialize)]
struct Line {
    run_id: String,
    email: String,
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
    emulated: bool,
}

/// Who is away and expected back, and who of them should be back by now.
struct Awaited {
    expected: Vec<RunState>,
    due: Vec<RunState>,
}

impl Line {
    fn of(state: &RunState, later: &[RunState], awaited: &Awaited) -> Self {
        let is_in = |runs: &[RunState]| runs.iter().any(|run| run.run() == state.run());
        let held_until = held_until(state);
        Self {
            run_id: state.run().to_string(),
            email: state.plan().subject.email.clone(),
            mode: mode(state.plan()),
            standing: standing(state, held_until),
            verdict: state.last_proof().map(|comparison| comparison.verdict.name()),
            proof: proof(state),
            put_back_at: put_back_at(state, later),
            started_at: state.started_at(),
            last_at: state.last_at(),
            held_until,
            returns_at: state.plan().policy.returns_at.filter(|_| is_in(&awaited.expected)),
            overdue: is_in(&awaited.due),
            emulated: state.plan().emulated,
        }
    }
}

fn standing(state: &RunState, held_until: Option<Timestamp>) -> &'static str {
    match (state.outcome(), state.stuck(), held_until) {
        (Some(outcome), _, _) => outcome.name(),
        (None, Some(_), _) => Outcome::Stuck.name(),
        (None, None, Some(_)) => "held",
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

/// Returns when a retirement was undone by a run after it: what it says of the person is no longer so.
fn put_back_at(state: &RunState, later: &[RunState]) -> Option<Timestamp> {
    let is_retirement = state.plan().purpose == Purpose::Retire && !state.plan().steps.is_empty();
    let puts_back = |run: &&RunState| {
        let (plan, of) = (run.plan(), state.plan());
        let same = plan.subject.id == of.subject.id && plan.organization.id == of.organization.id;
        let brought_about = matches!(run.outcome(), Some(Outcome::Verified | Outcome::WrittenNotVerified));
        same && brought_about && plan.purpose != Purpose::Retire
    };
    later.iter().find(puts_back).filter(|_| is_retirement)?.finished_at()
}

pub(super) fn run(args: &StatusArgs, output: Output) -> Result<ExitCode, Failure> {
    let local = Local::open(&args.home)?;
    match &args.run {
        Some(run) => {
            let run = super::run_id(run)?;
            let state = local.emeritus.run(&run)?;
            let standing = Standing {
                state: &state,
                evidence_dir: &local.emeritus.home().run_dir(&run),
                held_until: held_until(&state),
            };
            let story = evidence(&local.emeritus.records(&run)?).map_err(Failure::bug)?;
            output.result(&standing.object(), || format!("{}\n\n{}", standing.text(), steps(&story)))?;
        }
        None => {
            let emeritus = &local.emeritus;
            let awaited = Awaited { expected: emeritus.expected_back()?, due: emeritus.due_back()? };
            let runs = emeritus.runs()?;
            let after = |place: usize| runs.get(place + 1..).unwrap_or_default();
            let lines = runs.iter().enumerate();
            let runs: Vec<_> = lines.map(|(place, run)| Line::of(run, after(place), &awaited)).collect();
            let runs = Runs { runs };
            output.result(&runs, || table(&runs.runs))?;
        }
    }
    Ok(ExitCode::Done)
}

fn table(runs: &[Line]) -> String {
    if runs.is_empty() {
        return "no runs yet".to_owned();
    }
    let width = runs.iter().map(|run| run.email.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for run in runs {
        let returns = run.returns_at.map(|at| {
            let day = at.strftime("%Y-%m-%d");
            if run.overdue { format!(", due back since {day}") } else { format!(", returns on {day}") }
        });
        let back = run.put_back_at.map(|at| format!(", put back since {}", moment(at)));
        let until = run.held_until.map(|until| format!(", {} until {}", run.standing, moment(until)));
        // Writing to a string does not fail.
        let _written = writeln!(
            text,
            "{}  {:<width$}  {:<7}  {:<20}  {}{}{}{}",
            run.run_id,
            run.email,
            run.mode,
            run.standing,
            run.proof,
            until.unwrap_or_default(),
            returns.unwrap_or_default(),
            back.unwrap_or_default(),
        );
    }
    if runs.iter().any(|run| run.overdue) {
        text.push_str("next: `emeritus restore --due` puts everybody back who is due");
    }
    text
}

fn steps(story: &Evidence) -> String {
    let mut text = String::from("Steps\n");
    for entry in &story.steps {
        let undo = if entry.place.undo.is_some() { "undo: " } else { "" };
        let detail = entry.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        let _written = writeln!(
            text,
            "  {:>2}. {undo}{}: {}{detail}",
            entry.place.step,
            entry.what,
            story.became(entry),
        );
    }
    text
}
