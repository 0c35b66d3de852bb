//! `emeritus completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(shell: Shell, output: Output) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "emeritus", &mut script);
    output.text(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::Done)
}
