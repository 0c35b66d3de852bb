//! A `.env` file: `NAME=VALUE` lines with comments, quotes and an optional `export`. Names that Emeritus does not know are not
//! kept, and an error names a line, never what is in it.

mod lines;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use secrecy::SecretString;

use super::text::{self, Named, Text, without_mark};
use crate::error::Failure;
use crate::exit_code::ExitCode;

/// Returns the settings in the file that have one of `names`; none if there is no file.
pub(super) fn read(
    path: &Path,
    names: &[&'static str],
) -> Result<BTreeMap<&'static str, SecretString>, Failure> {
    let file = text::read(path, Named::Nowhere).map_err(|error| {
        Failure::new(ExitCode::Config, error).context("could not read .env in the current directory")
    })?;
    let Some(file) = file else { return Ok(BTreeMap::new()) };
    ours(&file)?;
    lines::parse(without_mark(&file.text), names).map_err(|line| {
        Failure::config(format!("line {line} of .env cannot be read"))
            .hint("each line is NAME=VALUE, a comment after #, or empty; quotes must be closed")
    })
}

/// Whoever may write the file says which organization is meant, and who: it must be nobody but the user who runs this, or
/// the machine's administrator.
fn ours(file: &Text) -> Result<(), Failure> {
    use rustix::process::{getegid, geteuid};
    let refused = |why: String, hint: &str| {
        Err(Failure::config(format!(".env in the current directory is not used: {why}")).hint(hint))
    };
    if file.owner != geteuid().as_raw() && file.owner != 0 {
        return refused(
            format!("it belongs to another user (uid {})", file.owner),
            "go to a directory of your own, or make the file yours",
        );
    }
    let by_group = file.mode & 0o020 != 0 && file.group != getegid().as_raw();
    if by_group || file.mode & 0o002 != 0 {
        let why = format!("others may write it (mode {:04o})", file.mode & 0o7777);
        return refused(why, "close it: chmod 600 .env; look at what is in it first");
    }
    Ok(())
}

/// Returns whether anybody but the owner may read the file.
pub(super) fn others_can_read(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.mode() & 0o077 != 0)
}
