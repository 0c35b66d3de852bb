//! The state directory: journal, census files, evidence and locks. Readable by its owner only.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use emeritus_core::id::RunId;

/// The state directory could not be made ready.
#[derive(Debug, thiserror::Error)]
#[error("cannot use {} as the state directory", .path.display())]
pub struct HomeError {
    /// Which directory.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// The state directory.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// Opens the directory, and makes it when it is not there.
    ///
    /// # Errors
    /// Fails when it cannot be created: choose another with `--home`.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let home = Self { path: path.into() };
        for directory in [home.path.clone(), home.path.join("runs"), home.path.join("locks")] {
            private(&directory).map_err(|source| HomeError { path: directory.clone(), source })?;
        }
        Ok(home)
    }

    /// Returns the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns where the files of a run are.
    #[must_use]
    pub fn run_dir(&self, run: &RunId) -> PathBuf {
        self.path.join("runs").join(run.as_str())
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path.join("journal.sqlite")
    }

    pub(crate) fn lock(&self, name: &str) -> PathBuf {
        self.path.join("locks").join(name)
    }
}

/// Makes a directory, and what leads to it, that only its owner can enter.
pub(crate) fn private(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file so that it is either there whole or not at all: temporary name, fsync, rename, fsync of the
/// directory.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("partial");
    {
        use std::io::Write as _;
        let mut file = private_file(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    publish(&temporary, path)
}

/// Creates an empty file that only its owner can read.
pub(crate) fn private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)
}

/// Gives a finished temporary file its name, durably.
pub(crate) fn publish(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    match path.parent() {
        Some(directory) => fs::File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}
