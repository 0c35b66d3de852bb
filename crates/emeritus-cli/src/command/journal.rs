//! `emeritus journal`: what is kept, checked. Sends nothing, writes nothing.

use emeritus::Checked;
use emeritus::evidence::{count, grouped};
use serde::Serialize;

use crate::args::{HomeArgs, JournalArgs, JournalCommand};
use crate::connect::Local;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What is printed. A journal that is damaged is an error.
#[derive(Debug, Serialize)]
struct Whole {
    whole: bool,
    #[serde(flatten)]
    checked: Checked,
}

pub(super) fn run(args: &JournalArgs, output: Output) -> Result<ExitCode, Failure> {
    match &args.command {
        JournalCommand::Check(home) => check(home, output),
    }
}

fn check(args: &HomeArgs, output: Output) -> Result<ExitCode, Failure> {
    let local = Local::open(args)?;
    let checked = local.emeritus.check_journal()?;
    // And each run is one that can have happened.
    local.emeritus.runs()?;
    output.result(&Whole { whole: true, checked: checked.clone() }, || {
        format!(
            "whole: {} of {}, {}\n  head  {}",
            count(checked.events, "event"),
            count(checked.runs, "run"),
            grouped(checked.entries) + " entries",
            checked.head
        )
    })?;
    Ok(ExitCode::Done)
}
