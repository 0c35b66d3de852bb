//! Cursors into the results of details jobs: opaque to callers, good for one job and for a while.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::job::JobError;

/// A place in the results of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// How many results come before it.
    pub(super) served: u64,
    /// The last result before it: what the results are ordered by, and the conversation.
    pub(super) after: Option<(i64, Uuid)>,
}

/// What a cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) issued: i64,
    pub(super) place: Place,
    /// Where the page began that gave the cursor out.
    before: Place,
}

impl Cursor {
    pub(super) const fn new(issued: i64, place: Place, before: Place) -> Self {
        Self { issued, place, before }
    }

    /// The cursor as job `job` gives it out.
    pub(super) fn seal(&self, job: &str) -> String {
        let said = format!("{} {} {}", self.issued, self.place.write(), self.before.write());
        URL_SAFE_NO_PAD.encode(format!("{said} {}", check(job, &said)))
    }

    /// Reads a cursor that job `job` gave out.
    pub(super) fn open(job: &str, text: &str) -> Result<Self, JobError> {
        Self::read(job, text).ok_or(JobError::ForeignCursor)
    }

    fn read(job: &str, text: &str) -> Option<Self> {
        let said = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (said, seal) = said.rsplit_once(' ')?;
        if seal != check(job, said) {
            return None;
        }
        let mut parts = said.split(' ');
        let issued = parts.next()?.parse().ok()?;
        Some(Self { issued, place: Place::read(&mut parts)?, before: Place::read(&mut parts)? })
    }
}

impl Place {
    fn write(&self) -> String {
        let (at, id) = self.after.unwrap_or_default();
        format!("{} {at} {}", self.served, id.simple())
    }

    fn read<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let served = parts.next()?.parse().ok()?;
        let at = parts.next()?.parse().ok()?;
        let id: Uuid = parts.next()?.parse().ok()?;
        Some(Self { served, after: (!id.is_nil()).then_some((at, id)) })
    }
}

/// The cursor of the page before the one that `text` asks for; `None` when `text` is no cursor of job `job`.
///
/// The first page has no cursor, so it is empty for the second.
pub(crate) fn earlier_cursor(job: &str, text: &str) -> Option<String> {
    let Cursor { issued, before, .. } = Cursor::read(job, text)?;
    match before.after {
        None => Some(String::new()),
        Some(_) => Some(Cursor::new(issued, before, Place::default()).seal(job)),
    }
}

fn check(job: &str, said: &str) -> String {
    let digest = Sha256::new().chain_update(job).chain_update(said).finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
