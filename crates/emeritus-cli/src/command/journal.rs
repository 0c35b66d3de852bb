//! `emeritus journal`: what is kept, checked. Sends nothing, and writes nothing but its index, if asked.

use emeritus::Checked;
use emeritus::evidence::{count, grouped};
use serde::Serialize;

use crate::args::{CheckArgs, JournalArgs, JournalCommand};
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
        JournalCommand::Check(args) => check(args, output),
    }
}

fn check(args: &CheckArgs, output: Output) -> Result<ExitCode, Failure> {
    let local = if args.rebuild_index {
        let local = Local::open_to_write(&args.home)?;
        local.emeritus.make_index()?;
        local
    } else {
        Local::open(&args.home)?
    };
    let checked = local.emeritus.check_journal()?;
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
