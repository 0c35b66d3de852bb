//! `emeritus man`.

use std::path::Path;

use clap::CommandFactory as _;

use crate::args::Cli;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(directory: &Path, output: Output) -> Result<ExitCode, Failure> {
    clap_mangen::generate_to(Cli::command(), directory).map_err(|error| {
        Failure::new(ExitCode::Config, error)
            .context(format!("could not write man pages into {}", directory.display()))
            .hint("the directory must exist")
    })?;
    output.result(&serde_json::json!({ "directory": directory }), || {
        format!("wrote the man pages into {}", directory.display())
    })?;
    Ok(ExitCode::Done)
}
