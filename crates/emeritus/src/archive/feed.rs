//! Feeding the archive: people's conversations from the vendor, in batches that are whole or do not count.
//!
//! What an earlier call left half done is completed first. Then everybody's windows that no batch covers yet are
//! read, together with the last days before them, since the vendor may know more of those by now, and with the days
//! on which conversations began that were open when they were archived. What the archive holds already, unchanged,
//! is not archived again. Everything else that is covered is not looked at, and that is said, unless it is asked for
//! [`again`](Feed::again): conversations change at the vendor long after they ended.

mod part;
mod pieces;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use emeritus_archive::{Archive, BatchError, Begun, Groups, Manifest, ReadError};
use emeritus_core::census::Window;
use emeritus_core::inventory::AccountState;
use emeritus_core::plan::{Bound, HistoryScope};
use genesys::Expand;
use jiff::Timestamp;
use serde::Serialize;

use super::RosterSyncError;
use crate::Emeritus;
use crate::find::{Person, either_state};
use crate::history::{self, HistoryError};
use crate::stats::Phase;
use crate::vendor_clock::ClockError;
use pieces::Piece;

/// Where the records come from, in the manifest's words.
const SOURCE: &str = "analytics conversation details";
/// The same, where they are of no real organization.
const EMULATED_SOURCE: &str = "analytics conversation details [emulated]";

/// How many people's conversations one batch holds at most: whoever shares a conversation shares its reading.
const TOGETHER: usize = 25;

/// What is to be archived.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Whose conversations.
    pub people: Vec<Person>,
    /// Those that began at this moment or after; as far back as the organization keeps them without it.
    pub from: Option<Timestamp>,
    /// Those that began before this moment; until now without it.
    pub to: Option<Timestamp>,
    /// What is kept of what may identify people outside the organization.
    pub groups: Groups,
    /// Whether time that is archived already is read again, for what changed at the vendor since.
    pub again: bool,
}

/// What was archived, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fed {
    /// The organization.
    pub organization: String,
    /// The window that was asked for.
    pub window: Window,
    /// Why it begins where it does.
    pub scope: HistoryScope,
    /// What an earlier call had left half done, and is whole now.
    pub completed: Vec<Manifest>,
    /// What this call added.
    pub added: Vec<Manifest>,
    /// Conversations of these people that had not ended when they were read. They are read again by the next call.
    pub open: u64,
    /// Records that the archive cannot hold, or that the vendor's answer is too large for.
    pub refused: Vec<Refused>,
    /// Where attributes are wanted: conversations for which there were none to keep.
    pub without_attributes: Option<WithoutAttributes>,
    /// Time that is archived already and was not read again.
    pub not_read: Option<NotRead>,
    /// How many records the vendor gave to this call, those counted that are archived already.
    pub taken: u64,
    /// Deleted people of whom the vendor gave nothing. That is no proof that there is nothing, so it does not count as
    /// archived.
    pub nothing_of: Vec<Person>,
    /// The time before this moment is beyond what the organization keeps.
    pub kept_from: Option<Timestamp>,
}

/// A record that is not archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The conversation; `None` where the record tells no usable id.
    pub conversation: Option<String>,
    /// Why.
    pub why: String,
}

/// Conversations that were read by query, which gives no participant's attributes. Their time does not count as archived
/// with attributes, so the same call reads it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithoutAttributes {
    /// How many.
    pub conversations: u64,
    /// When the time begins that they are of.
    pub from: Timestamp,
    /// Why they were not read by job.
    pub why: String,
}

/// Time of which the archive says what it said when it was archived: conversations that changed at the vendor since, or
/// came late, are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NotRead {
    /// Of how many people.
    pub people: u64,
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// When it was archived first.
    pub archived_from: Timestamp,
    /// When it was archived last.
    pub archived_to: Timestamp,
}

/// Nothing, or not everything, could be archived. What was archived by then counts; the same call goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The end of the window is not after its beginning.
    #[error("there is no time between {from} and {to}")]
    Empty {
        /// The beginning.
        from: Timestamp,
        /// The end.
        to: Timestamp,
    },
    /// What is archived is never read again, and the clocks do not agree until when that is.
    #[error("nothing was archived")]
    Clocks(#[source] ClockError),
    /// The vendor could not be asked.
    #[error("could not read the organization and the people")]
    Vendor(#[source] genesys::Error),
    /// The roster.
    #[error("could not write the people into the roster")]
    Roster(#[source] RosterSyncError),
    /// The history could not be read.
    #[error("could not read the conversations")]
    History(#[source] HistoryError),
    /// The archive could not be read.
    #[error("could not read what is archived already")]
    Read(#[source] ReadError),
    /// The archive could not be written.
    #[error("could not archive")]
    Batch(#[source] BatchError),
}

/// What the vendor gave of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gave {
    Something,
    Nothing,
}

/// What all pieces of a call have in common.
struct Task<'a> {
    archive: &'a Archive,
    organization: String,
    groups: Groups,
    /// Whether time that is archived already is read again.
    again: bool,
    /// Up to when the vendor's data lake is asked for attributes; `None` where none are wanted.
    lake: Option<Lake>,
    /// Batches of the archive by the person they are of.
    batches: BTreeMap<String, BTreeSet<String>>,
}

/// How far the vendor's data lake reaches.
enum Lake {
    /// To this moment, milliseconds since 1970.
    To(i64),
    /// It could not be asked, or does not say.
    Unknown(String),
}

impl Emeritus {
    /// Archives people's conversations, and the people in the roster. Called again, it adds what came since.
    ///
    /// # Errors
    /// The vendor cannot be read, or the archive cannot be read or written.
    pub async fn archive(&self, archive: &Archive, feed: &Feed) -> Result<Fed, FeedError> {
        let organization = self.reader.organization().await.map_err(FeedError::Vendor)?.id;
        self.agree().await.map_err(FeedError::Clocks)?;
        let mut completed = Vec::new();
        for spec in archive.unfinished(&organization).await.map_err(FeedError::Batch)? {
            if let Begun::Done(manifest) = archive.begin(spec).await.map_err(FeedError::Batch)? {
                completed.push(manifest);
            }
        }
        Box::pin(self.enrol(archive, &organization, &feed.people)).await?;
        let (window, scope, kept_from) = self.window(feed).await?;
        let manifests = archive.manifests(Some(&organization)).await.map_err(FeedError::Read)?;
        let lake = if feed.groups.attributes { Some(self.lake().await) } else { None };
        let task = Task::new(archive, organization.clone(), feed, lake, &manifests);
        let mut fed = Fed {
            organization,
            window,
            scope,
            completed,
            added: Vec::new(),
            open: 0,
            refused: Vec::new(),
            without_attributes: None,
            not_read: None,
            taken: 0,
            nothing_of: Vec::new(),
            kept_from,
        };
        let (plan, not_read) = task.plan(feed, window, &manifests).await?;
        fed.not_read = not_read;
        for (people, pieces) in plan {
            self.pieces(&task, &people, pieces, &mut fed).await?;
        }
        let manifests = archive.manifests(Some(&task.organization)).await.map_err(FeedError::Read)?;
        let task = Task::new(archive, task.organization, feed, None, &manifests);
        let mut open = BTreeSet::new();
        for person in &feed.people {
            open.extend(task.open_of(person.id.as_str(), window).await?.into_keys());
        }
        fed.open = open.len() as u64;
        Ok(fed)
    }

    /// Archives the pieces of some people. Of a deleted person the vendor may give nothing although there is
    /// something; so nothing is believed only where it gave something of another time.
    async fn pieces(
        &self,
        task: &Task<'_>,
        people: &[Person],
        pieces: Vec<Piece>,
        fed: &mut Fed,
    ) -> Result<(), FeedError> {
        let mut believed = !people.iter().all(|person| person.state == AccountState::Deleted);
        let mut doubtful = Vec::new();
        // That nothing is given of anything that was asked for again is no proof that it is unchanged.
        let silent = task.again && !pieces.is_empty();
        for piece in pieces {
            match Box::pin(self.piece(task, people, piece, believed, fed)).await? {
                Gave::Something => believed = true,
                Gave::Nothing if !believed && !piece.is_again => doubtful.push(piece),
                Gave::Nothing => {}
            }
        }
        if doubtful.is_empty() && (believed || !silent) {
            return Ok(());
        }
        if !believed {
            fed.nothing_of.extend(people.iter().cloned());
            return Ok(());
        }
        for piece in doubtful {
            Box::pin(self.piece(task, people, piece, true, fed)).await?;
        }
        Ok(())
    }

    async fn enrol(&self, archive: &Archive, organization: &str, people: &[Person]) -> Result<(), FeedError> {
        let _phase = self.meter.during(Phase::Find);
        let mut users = Vec::with_capacity(people.len());
        for person in people {
            let user = either_state(&self.reader, person.id.as_str(), &[Expand::EmployerInfo]).await;
            users.extend(user.map_err(FeedError::Vendor)?);
        }
        let added = self.add_to_roster(archive, organization, users.iter()).await;
        added.map(drop).map_err(FeedError::Roster)
    }

    /// The window that is asked for, in milliseconds as the archive has them, why it begins there, and from when on the
    /// organization keeps anything.
    async fn window(&self, feed: &Feed) -> Result<(Window, HistoryScope, Option<Timestamp>), FeedError> {
        let _phase = self.meter.during(Phase::Find);
        let users: Vec<&str> = feed.people.iter().map(|person| person.id.as_str()).collect();
        // Where the beginning is named, nobody has to be asked for it.
        let asked = if feed.from.is_some() { &[][..] } else { &users };
        let kept = self.history_scope(None, asked).await;
        // By the clock that is behind: time that has not come yet must never count as archived.
        let now = self.by_both().earliest;
        let to_ms = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        // From midnight on: a window that was sealed earlier on this day is covered.
        let from = to_ms(feed.from.unwrap_or_else(|| history::midnight(kept.from)));
        let to = to_ms(feed.to.unwrap_or(now).min(now));
        if from >= to {
            return Err(FeedError::Empty { from, to });
        }
        let is_limited = kept.retention.as_ref().is_some_and(|retention| retention.days().is_some());
        let is_beyond = is_limited && feed.from.is_some_and(|from| from < kept.from);
        let kept_from = is_beyond.then_some(kept.from);
        let bound = if feed.from.is_some() { Bound::Stated } else { kept.bound };
        Ok((Window { from, to }, HistoryScope { from, bound, ..kept }, kept_from))
    }
}

impl<'a> Task<'a> {
    fn new(
        archive: &'a Archive,
        organization: String,
        feed: &Feed,
        lake: Option<Lake>,
        manifests: &[Manifest],
    ) -> Self {
        let mut batches: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for manifest in manifests {
            for subject in &manifest.subjects {
                batches.entry(subject.clone()).or_default().insert(manifest.batch.clone());
            }
        }
        Self { archive, organization, groups: feed.groups, again: feed.again, lake, batches }
    }

    /// Everybody's pieces, and what of their time is not read again. Those who need the same are read together; of a
    /// deleted person nobody knows whether the vendor answers, so they are read alone.
    async fn plan(
        &self,
        feed: &Feed,
        window: Window,
        manifests: &[Manifest],
    ) -> Result<(Vec<(Vec<Person>, Vec<Piece>)>, Option<NotRead>), FeedError> {
        let enough: Vec<Manifest> =
            manifests.iter().filter(|manifest| keeps(manifest.groups, feed.groups)).cloned().collect();
        let coverage = emeritus_archive::Coverage::of_batches(&enough);
        let mut together: BTreeMap<Vec<Piece>, Vec<Person>> = BTreeMap::new();
        let mut plan = Vec::new();
        let mut not_read = None;
        let mut people = feed.people.clone();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people.dedup_by(|a, b| a.id == b.id);
        for person in people {
            let id = person.id.as_str();
            let open = self.open_of(id, window).await?;
            let (covered, gaps) = (coverage.of(id), coverage.gaps(id, pieces::ms(window)));
            let pieces = pieces::of(covered, &gaps, &open, window, self.again);
            unread::add(&mut not_read, &enough, id, &pieces::passed_over(covered, &pieces, window));
            if !pieces.open.is_empty() {
                plan.push((vec![person.clone()], pieces.open));
            }
            if person.state == AccountState::Deleted {
                plan.push((vec![person], pieces.new));
            } else {
                together.entry(pieces.new).or_default().push(person);
            }
        }
        for (pieces, people) in together {
            plan.extend(people.chunks(TOGETHER).map(|people| (people.to_vec(), pieces.clone())));
        }
        Ok((plan, not_read))
    }

    /// The conversations of a person that were open when they were archived last, with their beginnings.
    async fn open_of(&self, user: &str, window: Window) -> Result<BTreeMap<String, i64>, FeedError> {
        let mut open = BTreeMap::new();
        let Some(batches) = self.batches.get(user) else { return Ok(open) };
        let take = |version: emeritus_archive::HeldVersion| {
            if version.is_open {
                open.insert(version.conversation_id, version.start);
            } else {
                open.remove(&version.conversation_id);
            }
        };
        let read = self.archive.versions(&self.organization, Some(batches), pieces::ms(window), take);
        read.await.map_err(FeedError::Read)?;
        Ok(open)
    }
}

/// Whether what was kept is all that is wanted.
fn keeps(kept: Groups, wanted: Groups) -> bool {
    let at_least = |kept: bool, wanted: bool| kept || !wanted;
    at_least(kept.attributes, wanted.attributes)
        && at_least(kept.addresses, wanted.addresses)
        && at_least(kept.names, wanted.names)
        && at_least(kept.notes, wanted.notes)
}
