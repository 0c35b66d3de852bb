//! `emeritus prove`: the history now against what a run sealed.

mod all;
mod told;

use emeritus::RunState;
use emeritus::id::RunId;
use emeritus::later::{LaterProof, LaterVerdict};

use crate::args::ProveArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use told::{Proved, text};

pub(super) fn run(args: &ProveArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    if args.all {
        return super::block_on(all::run(&session, args, output));
    }
    let subject = session.config.person(args.subject.as_deref(), false)?;
    let state = named(&session, &subject)?;
    let proof = super::block_on(async {
        let _shown = session.progress.show("reading the history");
        Ok(session.emeritus.prove(state.run()).await?)
    })?;
    output.result(&Proved::of(&state, &proof), || text(&state, &proof))?;
    Ok(code(&proof))
}

/// Returns the code that a proof calls for.
fn code(proof: &LaterProof) -> ExitCode {
    match &proof.verdict {
        LaterVerdict::Broken { .. } => ExitCode::ProofBroken,
        LaterVerdict::NotComparable(_) => ExitCode::NotVerified,
        // What is there still names the person; that their id resolves to nobody has to be looked at.
        LaterVerdict::Intact | LaterVerdict::NoHistoryFound | LaterVerdict::BeyondRetention
            if proof.is_alarm() =>
        {
            ExitCode::NotVerified
        }
        LaterVerdict::Intact | LaterVerdict::NoHistoryFound | LaterVerdict::BeyondRetention => ExitCode::Done,
    }
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
