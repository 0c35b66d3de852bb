//! The census on disk: one leaf a line, as JSON. Written under a temporary name and published whole; its root
//! stands in the journal, so a file that was changed is found out.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use emeritus_core::census::{Census, CensusBuilder, CensusSummary, Leaf};

use crate::home::{private_file, publish};

/// A census file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading or writing failed.
    #[error("{} could not be read or written", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A line is not a leaf.
    #[error("{} line {line} is not a conversation", .path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The contents are not those that were journalled.
    #[error("{} was changed: its root is not the journalled one", .path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// A leaf cannot be written as JSON.
    #[error("a conversation cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}

pub(super) struct Writer {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Self, FileError> {
        let temporary = path.with_extension("partial");
        let file =
            private_file(&temporary).map_err(|source| FileError::Io { path: temporary.clone(), source })?;
        Ok(Self { path: path.to_owned(), temporary, file: BufWriter::new(file) })
    }

    pub(super) fn write(&mut self, leaf: &Leaf) -> Result<(), FileError> {
        serde_json::to_writer(&mut self.file, leaf).map_err(FileError::Json)?;
        self.file.write_all(b"\n").map_err(|source| FileError::Io { path: self.temporary.clone(), source })
    }

    pub(super) fn publish(self) -> Result<(), FileError> {
        let Self { path, temporary, file } = self;
        let whole = || {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            publish(&temporary, &path)
        };
        whole().map_err(|source| FileError::Io { path: path.clone(), source })
    }
}

/// Reads a census back and holds it against what the journal says of it. `each` sees every leaf.
pub(crate) fn read_file(
    path: &Path,
    summary: &CensusSummary,
    mut each: impl FnMut(&Leaf),
) -> Result<Census, FileError> {
    let io = |source| FileError::Io { path: path.to_owned(), source };
    let mut builder = CensusBuilder::new(summary.window);
    for (line, text) in (1_u64..).zip(BufReader::new(File::open(path).map_err(io)?).lines()) {
        let leaf: Leaf = serde_json::from_str(&text.map_err(io)?).map_err(|source| FileError::Line {
            path: path.to_owned(),
            line,
            source,
        })?;
        each(&leaf);
        builder.add(&leaf).map_err(FileError::Json)?;
    }
    let census = builder.finish().with_unread(summary.unread.as_ref().clone());
    if census.summary().root == summary.root {
        Ok(census)
    } else {
        Err(FileError::Changed { path: path.to_owned() })
    }
}
