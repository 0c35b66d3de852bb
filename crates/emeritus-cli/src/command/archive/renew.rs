//! The archive held against the vendor for people whose history was just proved again: what changed, or came late, is
//! added. `prove --all` does it where an archive is named and there.

use emeritus::archive::{self, AskError, Feed};
use emeritus::id::UserId;
use serde::Serialize;

use super::people::Known;
use super::told::{FedObject, Told};
use crate::connect::Session;
use crate::error::Failure;

/// What the archive was given.
#[derive(Debug, Serialize)]
pub(in crate::command) struct Renewed {
    #[serde(flatten)]
    object: FedObject,
    #[serde(skip)]
    pub(in crate::command) text: String,
}

/// Reads people's conversations again into the archive that is named, if one is and is there.
pub(in crate::command) async fn renew(
    session: &Session,
    people: &[UserId],
) -> Result<Option<Renewed>, Failure> {
    let Some(location) = session.config.archive_if_any(None)? else { return Ok(None) };
    if people.is_empty() {
        return Ok(None);
    }
    let archive = match archive::open(&location).await {
        Ok(archive) => archive,
        Err(AskError::Nothing { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let groups = session.config.archive_groups(&[])?;
    let mut known = Known::default();
    known.retired(session, people.iter().cloned()).await?;
    let feed = Feed { people: known.people.clone(), from: None, to: None, groups, again: true };
    let fed = Box::pin(session.emeritus.archive(&archive, &feed)).await?;
    let place = archive::describe(&location);
    let told = Told { fed: &fed, known: &known, place: &place, groups };
    Ok(Some(Renewed { object: told.object(), text: told.text() }))
}
