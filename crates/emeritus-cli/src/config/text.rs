//! Reading a file of settings. What is not a file is not waited for, and a byte order mark is no part of a name.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;
use secrecy::zeroize::Zeroizing;

/// More than any file of settings has.
const LARGEST: u64 = 1 << 20;

/// What was read, and about the file that it was read from: what is judged is what is read.
pub(super) struct Text {
    pub(super) text: Zeroizing<String>,
    pub(super) mode: u32,
    pub(super) owner: u32,
    pub(super) group: u32,
}

/// Who names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Somebody, just now: it may be a pipe.
    Here,
    /// Nobody: it was looked for, and a pipe that nobody writes to would be waited for.
    Nowhere,
}

/// Returns a file, `None` when there is none.
pub(super) fn read(path: &Path, named: Named) -> io::Result<Option<Text>> {
    let mut options = OpenOptions::new();
    options.read(true);
    if named == Named::Nowhere {
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if named == Named::Nowhere && !about.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut text = Zeroizing::new(String::new());
    let read = file.take(LARGEST + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > LARGEST) {
        return Err(io::Error::other("it is far too large for a file of settings"));
    }
    Ok(Some(Text { text, mode: about.mode(), owner: about.uid(), group: about.gid() }))
}

/// Returns a text without the byte order mark that some editors put before it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let refused = read(&path, Named::Nowhere).map(drop).unwrap_err();
        assert_eq!(refused.to_string(), "it is not a regular file");
    }

    #[test]
    fn what_is_far_too_large_is_not_read_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("large");
        std::fs::write(&path, vec![b'#'; (1 << 20) + 1]).unwrap();
        assert!(read(&path, Named::Here).map(drop).unwrap_err().to_string().contains("too large"));
        std::fs::write(&path, vec![b'#'; 1 << 20]).unwrap();
        assert!(read(&path, Named::Here).unwrap().is_some());
    }
}
