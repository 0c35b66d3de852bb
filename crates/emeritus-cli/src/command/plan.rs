//! `emeritus plan`: what a retirement would do. Writes nothing but the file that it is told to.

use std::io::Write as _;
use std::path::Path;

use emeritus::{Planned, Stats};
use serde::Serialize;

use crate::args::PlanArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say};
use crate::report::requests;

/// What is printed: what `--out` writes, and what it cost.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    planned: &'a Planned,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Stats>,
}

pub(super) fn run(args: &PlanArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    let person = session.config.person(args.person.as_deref(), false)?;
    let planned = session.block_on(super::plan_for(&session, &person, (&args.policy, &args.lift)))?;
    if let Some(path) = &args.out {
        keep(&planned, path)?;
    }
    let stats = args.stats.stats.then(|| session.emeritus.stats());
    output.result(&Shown { planned: &planned, stats }, || {
        let requests = stats.map(|stats| format!("\n{}", requests(&stats)));
        format!("{}{}", planned.plan, requests.unwrap_or_default())
    })?;
    if let Some(path) = args.out.as_ref().filter(|_| !output.is_json()) {
        say(&format!("wrote {0}; run it with `emeritus retire --plan {0}`", path.display()));
    }
    let blocked = emeritus::planner::is_blocked(&planned.plan);
    Ok(if blocked { ExitCode::Refused } else { ExitCode::Done })
}

/// The file names people: it is its owner's alone.
fn keep(planned: &Planned, path: &Path) -> Result<(), Failure> {
    let mut text = serde_json::to_vec_pretty(planned).map_err(Failure::bug)?;
    text.push(b'\n');
    emeritus::write_private(path, |file| file.write_all(&text)).map_err(|error| {
        Failure::new(ExitCode::Config, error).context(format!("could not write {}", path.display()))
    })
}
