//! `emeritus prove`: the history now against what a run sealed.

use emeritus::RunState;
use emeritus::census::{Comparison, Verdict};
use emeritus::id::RunId;
use serde::Serialize;

use crate::args::ProveArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::ProofObject;

/// What is printed.
#[derive(Debug, Serialize)]
struct Proved {
    run_id: String,
    user_id: String,
    email: String,
    proof: ProofObject,
    emulated: bool,
}

pub(super) fn run(args: &ProveArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    let subject = session.config.person(args.subject.as_deref())?;
    let state = named(&session, &subject)?;
    let comparison = super::block_on(async {
        let _shown = session.progress.show("reading the history");
        Ok(session.emeritus.prove(state.run()).await?)
    })?;
    let plan = state.plan();
    let proved = Proved {
        run_id: state.run().to_string(),
        user_id: plan.subject.id.to_string(),
        email: plan.subject.email.clone(),
        proof: ProofObject::of(&comparison),
        emulated: plan.emulated,
    };
    output.result(&proved, || text(&state, &comparison))?;
    Ok(match comparison.verdict {
        Verdict::Intact | Verdict::NoHistoryFound => ExitCode::Done,
        Verdict::Broken { .. } => ExitCode::ProofBroken,
        Verdict::NotComparable(_) => ExitCode::NotVerified,
    })
}

/// Returns the run that is named, or the latest run of the person who is named that read their history.
fn named(session: &Session, subject: &str) -> Result<RunState, Failure> {
    let runs = session.emeritus.runs()?;
    if let Some(run) = RunId::parse(subject).ok().and_then(|id| runs.iter().find(|state| *state.run() == id))
    {
        return Ok(run.clone());
    }
    let is_of = |state: &&RunState| {
        let person = &state.plan().subject;
        person.email.eq_ignore_ascii_case(subject) || person.id.as_str() == subject
    };
    runs.iter().rev().filter(is_of).find(|state| state.baseline().is_some()).cloned().ok_or_else(|| {
        Failure::message(
            ExitCode::NotFound,
            format!("no run of this state directory has read the history of {subject}"),
        )
        .hint("`emeritus status` lists the runs; --home names another state directory")
    })
}

fn text(state: &RunState, comparison: &Comparison) -> String {
    let subject = &state.plan().subject;
    let emulated = if state.plan().emulated { "  [emulated]" } else { "" };
    format!(
        "{} <{}>{emulated}\n  sealed by run   {}\n  proof           {}\n  root sealed     {}\n  root now        {}",
        subject.name,
        subject.email,
        state.run(),
        ProofObject::of(comparison).text(),
        comparison.before.root,
        comparison.after.root,
    )
}
