//! `emeritus prove`: the history now against what a run sealed.

mod all;
mod told;

use emeritus::RunState;
use emeritus::later::{LaterProof, LaterVerdict};

use crate::args::ProveArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use told::{Proved, text};

pub(super) fn run(args: &ProveArgs, output: Output) -> Result<ExitCode, Failure> {
    if args.all {
        let session = Session::open_for_all(&args.connection, args.may_be_empty)?;
        return session.block_on(all::run(&session, args, output));
    }
    let session = Session::open_existing(&args.connection)?;
    let subject = session.config.person(args.subject.as_deref(), false)?;
    let (state, proof) = session.block_on(async {
        let state = named(&session, &subject).await?;
        let _shown = session.progress.show("reading the history");
        let proof = session.emeritus.prove(state.run()).await?;
        Ok((state, proof))
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

/// Returns the run that is named, or the latest run that read the history of the person who is named.
async fn named(session: &Session, subject: &str) -> Result<RunState, Failure> {
    match super::run_named(&session.emeritus, subject)? {
        Some(run) => Ok(run),
        None => Ok(session.emeritus.read_of(&super::person(subject)?).await?),
    }
}
