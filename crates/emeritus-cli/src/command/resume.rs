//! `emeritus resume`: goes on with runs that are not over.

use emeritus::id::RunId;
use emeritus::{RunState, person};
use serde::Serialize;

use crate::args::ResumeArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say};
use crate::report::{RunObject, Since, Standing, held_until};

/// What `--all` prints.
#[derive(Debug, Serialize)]
struct Resumed {
    runs: Vec<RunObject>,
    /// Runs that were over, and whose evidence had never been written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence_written: Vec<String>,
}

pub(super) fn run(args: &ResumeArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = if args.all {
        Session::open_for_all(&args.connection, args.may_be_empty)?
    } else {
        Session::open_existing(&args.connection)?
    };
    super::block_on(async {
        if args.all {
            return Box::pin(all(&session, output)).await;
        }
        let run = match &args.run {
            Some(run) => super::run_id(run)?,
            None => the_only_one(&session)?,
        };
        let (object, text, code) = Box::pin(one(&session, &run, args.free)).await?;
        output.result(&object, || text)?;
        Ok(code)
    })
}

async fn all(session: &Session, output: Output) -> Result<ExitCode, Failure> {
    let (mut objects, mut texts, mut worst) = (Vec::new(), Vec::new(), ExitCode::Done);
    for run in unfinished(session)?.iter().filter(|state| state.stuck().is_none()).map(RunState::run) {
        let (object, text, code) = Box::pin(one(session, run, false)).await?;
        objects.push(object);
        texts.push(text);
        // One code for many runs: the first that needs somebody. A hold that is not over needs nobody.
        if worst == ExitCode::Done && code != ExitCode::Held {
            worst = code;
        }
    }
    // A process can end between the end of a run and its evidence.
    let mut evidence_written = Vec::new();
    for state in session.emeritus.without_evidence()? {
        match session.emeritus.write_evidence(state.run()) {
            Ok(_) => {
                texts.push(format!("wrote the evidence of run {}, which was missing", state.run()));
                evidence_written.push(state.run().to_string());
            }
            Err(error) => {
                let failure = Failure::from(error);
                say(failure.to_string().trim_end());
                if worst == ExitCode::Done {
                    worst = failure.code;
                }
            }
        }
    }
    output.result(&Resumed { runs: objects, evidence_written }, || {
        if texts.is_empty() { "no run is unfinished".to_owned() } else { texts.join("\n\n") }
    })?;
    Ok(worst)
}

async fn one(session: &Session, run: &RunId, free: bool) -> Result<(RunObject, String, ExitCode), Failure> {
    let before = session.emeritus.run(run)?;
    session.progress.follow(before.plan());
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
    Ok((standing.object(), standing.text(), code))
}

fn unfinished(session: &Session) -> Result<Vec<RunState>, Failure> {
    let runs = session.emeritus.runs_of_unfinished()?;
    // A run that was given up is not over either, and is not resumed.
    let everybody = person::Standing::of_everybody(&runs);
    let mut open: Vec<_> = everybody.iter().filter_map(person::Standing::unfinished).cloned().collect();
    open.sort_by(|one, other| one.run().cmp(other.run()));
    Ok(open)
}

fn the_only_one(session: &Session) -> Result<RunId, Failure> {
    let runs = unfinished(session)?;
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
