//! The state directory: journal, census files, evidence and locks. Every file in it is its owner's alone, whoever may
//! enter the directory.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use emeritus_core::event::Place;
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

    /// Takes the directory as it is, and makes nothing: for those who only read.
    #[must_use]
    pub fn existing(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns whether there is a journal.
    #[must_use]
    pub fn has_journal(&self) -> bool {
        self.journal().exists()
    }

    /// Returns the mode of the directory, if others than its owner may use it.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub fn is_open_to_others(&self) -> io::Result<Option<u32>> {
        use std::os::unix::fs::MetadataExt as _;
        let mode = fs::metadata(&self.path)?.mode() & 0o7777;
        Ok((mode & 0o077 != 0).then_some(mode))
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

    /// Returns the file of a census: `census-03.jsonl` is that of step 3.
    pub(crate) fn census(&self, run: &RunId, place: Place) -> PathBuf {
        self.run_dir(run).join(match place.undo {
            None => format!("census-{:02}.jsonl", place.step.0),
            Some(part) => format!("census-{:02}-undo-{part}.jsonl", place.step.0),
        })
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

/// Writes a file that only its owner can read, so that it is either there whole or not at all: temporary name, fsync,
/// rename, fsync of the directory. What is not a file, a terminal or a pipe, is written as it is.
///
/// # Errors
/// It could not be written. Nothing of it is left then.
pub fn write_private(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return write(&mut fs::OpenOptions::new().write(true).open(path)?);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let temporary = path.with_file_name(name);
    let whole = || {
        let mut file = private_file(&temporary)?;
        write(&mut file)?;
        file.sync_all()?;
        publish(&temporary, path)
    };
    let written = whole();
    if written.is_err() {
        // What is left of it is in nobody's way; the first error is the one to tell.
        drop(fs::remove_file(&temporary));
    }
    written
}

/// As [`write_private`], of bytes.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    write_private(path, |file| file.write_all(bytes))
}

/// Creates an empty file that only its owner can read, whoever could read what stood there before.
pub(crate) fn private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    keep_private(path)?;
    Ok(file)
}

/// Takes from everybody but its owner what they may do with a file.
pub(crate) fn keep_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    if fs::metadata(path)?.mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

/// Gives a finished temporary file its name, durably.
pub(crate) fn publish(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    sync_directory(path)
}

/// Makes the name of a file durable.
pub(crate) fn sync_directory(of: &Path) -> io::Result<()> {
    let directory = of.parent().filter(|directory| !directory.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}
