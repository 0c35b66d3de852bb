//! A `.env` file: `NAME=VALUE` lines with comments, quotes and an optional `export`. Names that Emeritus does not know are not
//! kept, and an error names a line, never what is in it.

mod lines;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::error::Failure;
use crate::exit_code::ExitCode;

/// Returns the settings in the file that have one of `names`; none if there is no file.
pub(super) fn read(
    path: &Path,
    names: &[&'static str],
) -> Result<BTreeMap<&'static str, SecretString>, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => {
            return Err(
                Failure::new(ExitCode::Config, error).context("could not read .env in the current directory")
            );
        }
    };
    lines::parse(&text, names).map_err(|line| {
        Failure::config(format!("line {line} of .env cannot be read"))
            .hint("each line is NAME=VALUE, a comment after #, or empty; quotes must be closed")
    })
}

/// Returns whether anybody but the owner may read the file.
pub(super) fn others_can_read(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.mode() & 0o077 != 0)
}
