//! The command `emeritus`: parses, calls the library, and says what came of it.

mod answer;
mod approve;
mod args;
mod command;
mod config;
mod connect;
mod error;
mod exit_code;
mod memory;
mod operator;
mod output;
mod progress;
mod report;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode as Status;

use exit_code::ExitCode;

fn main() -> Status {
    memory::keep_out_of_core_files();
    // A panic has told what it knows by the time it arrives here; what is left is the documented exit code.
    catch_unwind(AssertUnwindSafe(command::main)).unwrap_or(ExitCode::Bug).into()
}
