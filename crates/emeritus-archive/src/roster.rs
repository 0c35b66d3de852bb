//! Who somebody was, and when: every person of an organization over time.
//!
//! The table `people` only grows: a row is what was true of a person from an instant on, until the next row of the
//! same person. Nobody leaves it, so an id in an old report still has a name after the account is gone.

mod export;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::archive::Archive;
use crate::buffer::Cell;
use crate::flat::{Columns, Cursor, FlatRows};
use crate::log::{Add, LogError};
use crate::read::{self, ReadError};
use crate::schema::Physical;
use crate::small::{self, AppendError, Small};

/// The columns of the table.
pub(crate) const COLUMNS: Columns = &[
    ("user_id", Physical::Text),
    ("name", Physical::Text),
    ("email", Physical::Text),
    ("employee_id", Physical::Text),
    ("division_id", Physical::Text),
    ("manager_id", Physical::Text),
    ("state", Physical::Text),
    ("valid_from", Physical::Time),
];

/// What is true of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// User id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Employee id.
    pub employee_id: Option<String>,
    /// Id of the division.
    pub division_id: Option<String>,
    /// User id of the manager.
    pub manager_id: Option<String>,
    /// State, in the vendor's word.
    pub state: Option<String>,
}

/// What was true of a person for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonVersion {
    /// The organization.
    pub organization: String,
    /// The person.
    #[serde(flatten)]
    pub person: Person,
    /// When this was first seen, milliseconds since 1970.
    pub valid_from: i64,
    /// When something else was seen; `None` for what was seen last.
    pub valid_to: Option<i64>,
    /// The synchronization that saw it first.
    #[serde(skip)]
    pub sync: String,
}

/// What a roster says of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The id.
    pub id: &'a str,
    /// What was last true of the person; `None` when nobody of that id was ever seen.
    pub person: Option<&'a PersonVersion>,
    /// When the person was first seen, milliseconds since 1970.
    pub since: Option<i64>,
    /// The synchronization that saw the person first.
    pub sync: Option<&'a str>,
}

/// What a synchronization found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Synced {
    /// People who were not in the roster.
    pub new: u64,
    /// People of whom something else is true than before.
    pub changed: u64,
    /// People of whom the same is true.
    pub unchanged: u64,
}

/// The people of an archive, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    people: BTreeMap<String, Vec<PersonVersion>>,
}

/// The roster cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// It cannot be read.
    #[error("cannot read the roster")]
    Read(#[from] ReadError),
    /// Its log cannot be read.
    #[error("cannot read the roster's log")]
    Log(#[from] LogError),
    /// It cannot be written.
    #[error("cannot write the roster")]
    Append(#[from] AppendError),
    /// A name cannot be part of a path.
    #[error("{name:?} cannot be the name of a synchronization or an organization")]
    Name {
        /// The name.
        name: String,
    },
}

impl Archive {
    /// Adds what is new of people, under a name that counts once. People who are not among `people` stay as they
    /// are: a synchronization may be of some of them. Under a name that was there before nothing is added or counted.
    ///
    /// # Errors
    /// When the roster cannot be read or written; then nothing was added, and the same can be done again.
    pub async fn sync_people(
        &self,
        id: &str,
        organization: &str,
        now: i64,
        people: impl IntoIterator<Item = Person>,
    ) -> Result<Synced, RosterError> {
        for name in [id, organization] {
            if !crate::archive::is_name(name) {
                return Err(RosterError::Name { name: name.to_owned() });
            }
        }
        let name = format!("{organization}/people/{id}");
        if self.people.snapshot().await?.transactions.contains_key(&name) {
            return Ok(Synced::default());
        }
        let roster = self.roster().await?;
        let mut synced = Synced::default();
        let mut rows = FlatRows::new(COLUMNS);
        for person in people {
            let known =
                roster.versions(&person.id).iter().rfind(|version| version.organization == organization);
            match known {
                Some(version) if version.person == person => {
                    synced.unchanged += 1;
                    continue;
                }
                Some(_) => synced.changed += 1,
                None => synced.new += 1,
            }
            push(&mut rows, &person, now);
        }
        if rows.count() > 0 {
            let stem = format!("organization={organization}/{id}");
            let small = Small {
                columns: COLUMNS,
                rows: &rows,
                stem,
                organization,
                name: &name,
                tags: vec![("sync", id.to_owned())],
                now,
            };
            small::append(&self.people, small).await?;
        }
        Ok(synced)
    }

    /// Reads the roster.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn roster(&self) -> Result<Roster, RosterError> {
        let mut roster = Roster::default();
        for add in self.people.snapshot().await?.files.into_values() {
            let organization = add.partition("organization").unwrap_or_default().to_owned();
            let sync = sync_of(&add);
            let file = read::open(self, &self.people, &add).await.map_err(ReadError::from)?;
            for index in 0..file.metadata.num_row_groups() {
                let read = file.row_group(index, |group| crate::flat::read_columns(group, COLUMNS)).await;
                let columns = read.map_err(ReadError::from)?;
                let mut cursors: Vec<_> = columns.iter().map(Cursor::new).collect();
                let rows = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
                (0..rows).for_each(|_| roster.take(&organization, &sync, &mut cursors));
            }
        }
        for versions in roster.people.values_mut() {
            versions.sort_by(|a, b| (&a.organization, a.valid_from).cmp(&(&b.organization, b.valid_from)));
            let next: Vec<_> =
                versions.iter().skip(1).map(|next| (next.organization.clone(), next.valid_from)).collect();
            for (version, (organization, from)) in versions.iter_mut().zip(next) {
                version.valid_to = (version.organization == organization).then_some(from);
            }
        }
        Ok(roster)
    }
}

/// The synchronization that wrote a file: before files said so, its name did.
fn sync_of(file: &Add) -> String {
    let path = file.decoded_path();
    let name = path.rsplit('/').next().and_then(|name| name.rsplit_once('-'));
    file.tag("sync").or(name.map(|(name, _)| name)).unwrap_or_default().to_owned()
}

fn push(rows: &mut FlatRows, person: &Person, now: i64) {
    let text = |text: &'_ Option<String>| text.clone();
    let optional = [
        &person.name,
        &person.email,
        &person.employee_id,
        &person.division_id,
        &person.manager_id,
        &person.state,
    ]
    .map(text);
    let mut row = vec![Some(Cell::Bytes(person.id.as_bytes()))];
    row.extend(optional.iter().map(|text| text.as_ref().map(|text| Cell::Bytes(text.as_bytes()))));
    row.push(Some(Cell::Integer(now)));
    rows.push(&row);
}

impl Roster {
    /// What was true of a person, oldest first; empty for somebody who was never seen.
    #[must_use]
    pub fn versions(&self, user_id: &str) -> &[PersonVersion] {
        self.people.get(user_id).map(Vec::as_slice).unwrap_or_default()
    }

    /// What was true of a person at an instant, milliseconds since 1970. Before the first sight of somebody it is
    /// what was true then: the person was there before the roster was.
    #[must_use]
    pub fn at(&self, user_id: &str, instant: i64) -> Option<&PersonVersion> {
        let versions = self.versions(user_id);
        versions.iter().rfind(|version| version.valid_from <= instant).or_else(|| versions.first())
    }

    /// Every version of everybody, by id and time.
    pub fn iter(&self) -> impl Iterator<Item = &PersonVersion> {
        self.people.values().flatten()
    }

    /// Says of each id whether it is somebody's, since when, and from where that is known.
    pub fn resolve<'a>(
        &'a self,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> impl Iterator<Item = Resolved<'a>> {
        ids.into_iter().map(|id| {
            let versions = self.versions(id);
            let first = versions.iter().min_by_key(|version| version.valid_from);
            Resolved {
                id,
                person: versions.iter().max_by_key(|version| version.valid_from),
                since: first.map(|version| version.valid_from),
                sync: first.map(|version| version.sync.as_str()),
            }
        })
    }

    fn take(&mut self, organization: &str, sync: &str, cursors: &mut [Cursor<'_>]) {
        let mut cells = cursors.iter_mut().map(Cursor::next);
        let mut text = || cells.next().and_then(|cell| cell.text());
        let Some(id) = text() else { return };
        let person = Person {
            id,
            name: text(),
            email: text(),
            employee_id: text(),
            division_id: text(),
            manager_id: text(),
            state: text(),
        };
        let valid_from = cells.next().and_then(|cell| cell.whole()).unwrap_or_default();
        let version = PersonVersion {
            organization: organization.to_owned(),
            person,
            valid_from,
            valid_to: None,
            sync: sync.to_owned(),
        };
        self.people.entry(version.person.id.clone()).or_default().push(version);
    }
}
