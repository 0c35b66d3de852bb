//! One module a command. Each parses nothing, decides nothing about retirement, and prints its result itself.

mod adopt;
mod archive;
mod batch;
mod completions;
mod demo;
mod doctor;
mod emulator;
mod evidence;
mod history;
mod journal;
mod man;
mod plan;
mod prove;
mod restore;
mod resume;
mod retire;
mod roster;
mod status;
mod who;

use std::ffi::OsString;
use std::future::Future;

use clap::Parser as _;
use emeritus::id::RunId;
use emeritus::{Emeritus, JournalError, Planned, Policy, Recheck, RunState, Who};

use crate::approve::{Asking, approve};
use crate::args::{Cli, Command, FormatArg, OverrideArgs, PolicyArgs, StatsArgs};
use crate::connect::Session;
use crate::error::{Failure, did_you_mean};
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::{RunObject, Since, Standing, requests};

/// Runs the command line of this process and returns how it ended.
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return not_a_command(&error, Output::new(wants_json)),
    };
    let output = Output::new(cli.json || cli.command.format() == Some(FormatArg::Json));
    match dispatch(&cli.command, output) {
        Ok(code) => code,
        Err(failure) => {
            failure.report(output);
            failure.code
        }
    }
}

fn dispatch(command: &Command, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(args) => demo::run(args, output),
        Command::Doctor(args) => doctor::run(args, output),
        Command::Plan(args) => plan::run(args, output),
        Command::Retire(args) => retire::run(args, output),
        Command::Status(args) => status::run(args, output),
        Command::Resume(args) => resume::run(args, output),
        Command::Prove(args) => prove::run(args, output),
        Command::Restore(args) => restore::run(args, output),
        Command::Adopt(args) => adopt::run(args, output),
        Command::Evidence(args) => evidence::run(args, output),
        Command::Journal(args) => journal::run(args, output),
        Command::Archive(args) => archive::run(args, output),
        Command::Who(args) => who::run(args, output),
        Command::History(args) => history::run(args, output),
        Command::Roster(args) => roster::run(args, output),
        Command::Emulator(args) => emulator::run(args, output),
        Command::Completions { shell } => completions::run(*shell, output),
        Command::Man { directory } => man::run(directory, output),
    }
}

/// Runs a command's asynchronous part on this thread: there is one person, one vendor, one journal.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // Files are read and written on threads beside it. Each keeps what memory it once had, so there are few.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().max_blocking_threads(2).build().map_err(Failure::bug)?.block_on(work)
}

fn person(text: &str) -> Result<Who, Failure> {
    Who::parse(text).map_err(|error| Failure::new(ExitCode::Usage, error))
}

/// Returns who is named. A text that names nobody exactly may be a part of a name: whoever has it is listed, and never
/// taken.
async fn whom(session: &Session, text: &str) -> Result<Who, Failure> {
    let failure = match Who::parse(text) {
        Ok(who) => return Ok(who),
        Err(error) => Failure::new(ExitCode::Usage, error),
    };
    let _shown = session.progress.show("looking for people of that name");
    match session.emeritus.people_like(text).await {
        Ok(like) if !like.is_empty() => {
            Err(like.iter().fold(failure, |failure, person| failure.hint(did_you_mean(person))))
        }
        Ok(_) | Err(_) => Err(failure),
    }
}

fn run_id(text: &str) -> Result<RunId, Failure> {
    RunId::parse(text)
        .map_err(|error| Failure::new(ExitCode::Usage, error).hint("`emeritus status` lists the runs"))
}

/// Returns the run of this id, if there is one: a text that names a run may name a person just as well.
fn run_named(emeritus: &Emeritus, text: &str) -> Result<Option<RunState>, Failure> {
    let Ok(id) = RunId::parse(text) else { return Ok(None) };
    match emeritus.run(&id) {
        Ok(run) => Ok(Some(run)),
        Err(JournalError::NoSuchRun { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn plan_for(
    session: &Session,
    text: &str,
    (args, lift): (&PolicyArgs, &OverrideArgs),
) -> Result<Planned, Failure> {
    let who = whom(session, text).await?;
    let overrides = session.overrides(lift)?;
    let _shown = session.progress.show("reading what the person holds");
    let policy = Policy { overrides, ..session.policy(args).await? };
    Ok(session.emeritus.plan(&who, policy, args.since.map(|day| day.0)).await?)
}

/// Says how many runs these credentials are not for.
fn say_left_out(elsewhere: u64) {
    if elsewhere > 0 {
        let runs = emeritus::evidence::count(elsewhere, "run");
        crate::output::say(&format!(
            "left out: {runs} of other organizations than the one that these credentials are for"
        ));
    }
}

/// How a run ended: for scripts, for people, and as a code.
struct Ended {
    object: RunObject,
    text: String,
    code: ExitCode,
}

/// Shows a plan, asks, runs it, and tells how the run stands.
async fn carry_out(
    session: &Session,
    planned: Planned,
    asking: Asking<'_>,
    recheck: Recheck,
    (output, stats): (Output, StatsArgs),
) -> Result<ExitCode, Failure> {
    let mut ended = execute(session, planned, asking, recheck, output).await?;
    if stats.stats {
        let stats = session.emeritus.stats();
        ended.text.extend(["\n\n", &requests(&stats)]);
        ended.object.stats = Some(stats);
    }
    output.result(&ended.object, || ended.text)?;
    Ok(ended.code)
}

/// Shows a plan, asks, and runs it.
async fn execute(
    session: &Session,
    planned: Planned,
    asking: Asking<'_>,
    recheck: Recheck,
    output: Output,
) -> Result<Ended, Failure> {
    let approved = approve(planned.plan, asking, || session.emeritus.now(), output)?;
    let report = {
        let _shown = session.progress.show("starting the run");
        session.emeritus.start(approved, &planned.inventory, recheck).await?
    };
    let standing = Standing {
        state: &report.state,
        evidence_dir: &report.evidence_dir,
        held_until: report.pause.as_ref().map(|pause| pause.until),
        since: Since::default(),
        is_at_work: None,
    };
    Ok(Ended { object: standing.object(), text: standing.text(), code: standing.code() })
}

/// Help and version are results; everything else that cannot be parsed is a usage error.
fn not_a_command(error: &clap::Error, output: Output) -> ExitCode {
    if !error.use_stderr() {
        drop(error.print());
        return ExitCode::Done;
    }
    if output.is_json() {
        let text = error.render().to_string();
        let message = text.split("\n\n").next().unwrap_or_default();
        Failure::usage(message.trim_start_matches("error: ").trim())
            .hint("`emeritus --help` shows every command, `emeritus COMMAND --help` its arguments")
            .report(output);
    } else {
        drop(error.print());
    }
    ExitCode::Usage
}
