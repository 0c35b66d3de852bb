//! `emeritus resume`: goes on with runs that are not over.

use emeritus::RunsHere;
use emeritus::id::RunId;

use super::Ended;
use super::batch::Batch;
use crate::args::ResumeArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::{Since, Standing, held_until};

pub(super) fn run(args: &ResumeArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = if args.all {
        Session::open_for_all(&args.connection, args.may_be_empty)?
    } else {
        Session::open_existing(&args.connection)?
    };
    session.block_on(async {
        if args.all {
            return Box::pin(all(&session, output)).await;
        }
        let run = match &args.run {
            Some(run) => super::run_id(run)?,
            None => the_only_one(&session)?,
        };
        let Ended { object, text, code } = Box::pin(one(&session, &run, args.free)).await?;
        output.result(&object, || text)?;
        Ok(code)
    })
}

/// One that cannot go on stops none of the others.
async fn all(session: &Session, output: Output) -> Result<ExitCode, Failure> {
    let RunsHere { here: runs, elsewhere } = session.emeritus.to_resume().await?;
    super::say_left_out(elsewhere);
    let mut batch = Batch::new(output);
    for run in runs {
        let subject = &run.plan().subject;
        let ended = Box::pin(one(session, run.run(), false)).await;
        batch.take((subject.id.as_str(), &subject.email), ended)?;
    }
    // A process can end between the end of a run and its evidence.
    for state in session.emeritus.without_evidence()? {
        let written = session.emeritus.write_evidence(state.run());
        batch.take_evidence(state.run(), written.map(drop).map_err(Failure::from))?;
    }
    if batch.is_empty() && !output.is_json() {
        output.text("no run is unfinished")?;
        return Ok(ExitCode::Done);
    }
    batch.tell(None)
}

async fn one(session: &Session, run: &RunId, free: bool) -> Result<Ended, Failure> {
    let before = session.emeritus.run(run)?;
    session.progress.follow(before.plan());
    session.progress.begin(run);
    let was_held = held_until(&before).is_some();
    let report = {
        let _shown = session.progress.show("going on");
        Box::pin(session.emeritus.resume(run, free)).await?
    };
    let standing = Standing {
        state: &report.state,
        evidence_dir: &report.evidence_dir,
        held_until: report.pause.as_ref().map(|pause| pause.until),
        since: Since::default(),
        is_at_work: None,
    };
    let code = if was_held && report.pause.is_some() { ExitCode::Held } else { standing.code() };
    Ok(Ended { object: standing.object(), text: standing.text(), code })
}

fn the_only_one(session: &Session) -> Result<RunId, Failure> {
    let runs = session.emeritus.unfinished()?;
    match runs.as_slice() {
        [run] => Ok(run.run().clone()),
        [] => Err(Failure::message(ExitCode::NotFound, "no run is unfinished")),
        several => {
            let failure =
                Failure::usage(format!("{} runs are unfinished: name one, or give --all", several.len()));
            Err(several.iter().fold(failure, |failure, state| {
                failure.hint(format!("{} {}", state.run(), state.plan().subject.email))
            }))
        }
    }
}
