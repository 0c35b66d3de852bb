//! Results that are tables: for people, for spreadsheets, for scripts, for other engines.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use emeritus::archive::Sheet;
use emeritus::text::{shown, shown_lines};
use serde::Serialize;

use crate::args::{FormatArg, FormatArgs};
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say, without_steering};

/// Refuses what cannot be written as it was asked for, before anything is read.
pub(crate) fn check(format: &FormatArgs, output: Output) -> Result<(), Failure> {
    let form = format.format;
    if output.is_json() && form.is_some_and(|form| form != FormatArg::Json) {
        return Err(
            Failure::usage("--json and --format contradict each other").hint("leave one of them away")
        );
    }
    if form == Some(FormatArg::Parquet) && format.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::usage("Parquet is not for a terminal").hint("write it to a file: --output FILE"));
    }
    Ok(())
}

/// Writes a result in the form that was asked for, where it was asked for.
pub(crate) fn tell(
    format: &FormatArgs,
    output: Output,
    object: &impl Serialize,
    sheet: &Sheet,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    check(format, output)?;
    let default = if output.is_json() { FormatArg::Json } else { FormatArg::Table };
    let form = format.format.unwrap_or(default);
    let write = |out: &mut dyn Write| {
        let mut out = BufWriter::new(out);
        match form {
            FormatArg::Table => writeln!(out, "{}", shown_lines(text().trim_end()))?,
            FormatArg::Csv => sheet.write_csv(&mut out)?,
            FormatArg::Json => writeln!(out, "{}", without_steering(&serde_json::to_string(object)?))?,
            FormatArg::Jsonl => sheet.write_jsonl(&mut out)?,
            FormatArg::Parquet => out.write_all(&sheet.to_parquet().map_err(io::Error::other)?)?,
        }
        out.flush()
    };
    match &format.output {
        None => output.stream(write),
        Some(path) => {
            emeritus::write_private(path, |file| write(file)).map_err(|error| {
                Failure::new(ExitCode::Config, error).context(format!("could not write {}", path.display()))
            })?;
            say(&format!("written: {}", path.display()));
            Ok(())
        }
    }
}

/// Returns rows under their names, each column as wide as its widest cell.
pub(crate) fn aligned<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(|cell| shown(cell).to_string())).collect();
    let mut widths = names.map(|name| name.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String; N]| {
        let cells: Vec<_> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let names = names.map(str::to_owned);
    std::iter::once(&names).chain(&rows).map(line).collect::<Vec<_>>().join("\n")
}

/// Returns a length of time as people read it on a clock.
pub(crate) fn clock(ms: i64) -> String {
    let seconds = ms / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Returns milliseconds since 1970 as people read them.
pub(crate) fn instant(ms: i64) -> String {
    emeritus::archive::Datum::Time(ms).text()
}
