//! `emeritus roster check`: which user ids of a report are somebody.

use std::fs::File;
use std::io::{self, Read};

use emeritus::archive::{self, Found};
use emeritus::evidence::grouped;
use serde::Serialize;

use crate::answer::{self, aligned, instant};
use crate::args::RosterCheckArgs;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// A report that is longer is no report.
const MAX_BYTES: u64 = 512 << 20;

/// What is printed.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    ids: u64,
    unknown: u64,
    /// Those who are unknown first.
    found: &'a archive::Sheet,
}

pub(super) fn run(args: &RosterCheckArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let roster = super::roster(&args.place, &args.home)?;
    let report = read(args).map_err(|error| {
        let name = args.file.display();
        Failure::new(ExitCode::Usage, error).context(format!("could not read {name}"))
    })?;
    let found = archive::check(&roster, &report, args.column.as_deref())?;
    let unknown = found.iter().filter(|found| found.known.is_none()).count() as u64;
    let sheet = archive::report(&found);
    let told = Checked { ids: found.len() as u64, unknown, found: &sheet };
    answer::tell(&args.format, output, &told, &sheet, || text(&found, unknown))?;
    Ok(if unknown == 0 { ExitCode::Done } else { ExitCode::Unresolved })
}

fn read(args: &RosterCheckArgs) -> io::Result<String> {
    let mut text = String::new();
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(&args.file)?)
    };
    let read = input.by_ref().take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if read as u64 > MAX_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

fn text(found: &[Found], unknown: u64) -> String {
    let row = |found: &Found| {
        let last = found.known.as_ref().map(|(_, last)| last);
        let first = found.known.as_ref().map(|(first, _)| instant(first.valid_from));
        let text = |text: Option<&String>| text.cloned().unwrap_or_else(|| "-".to_owned());
        [
            found.id.clone(),
            grouped(found.rows),
            last.map_or_else(|| "UNKNOWN".to_owned(), |last| text(last.person.state.as_ref())),
            text(last.and_then(|last| last.person.name.as_ref())),
            text(last.and_then(|last| last.person.email.as_ref())),
            first.unwrap_or_else(|| "-".to_owned()),
        ]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    format!(
        "{} different ids, {} unknown\n\n{}",
        grouped(found.len() as u64),
        grouped(unknown),
        aligned(["user id", "rows", "state", "name", "e-mail", "in the roster since"], &rows)
    )
}
