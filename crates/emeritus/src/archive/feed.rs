//! Feeding the archive: people's conversations from the vendor, in batches that are whole or do not count.
//!
//! What an earlier call left half done is completed first. Then everybody's windows that no batch covers yet are
//! read, together with the last days before them, since the vendor may know more of those by now, and with the days
//! on which conversations began that were open when they were archived. What the archive holds already, unchanged,
//! is not archived again.

mod pieces;

use std::collections::{BTreeMap, BTreeSet};

use emeritus_archive::{Archive, BatchError, BatchSpec, Begun, Groups, Manifest, ReadError};
use emeritus_core::census::Window;
use emeritus_core::id::UserId;
use emeritus_core::inventory::AccountState;
use genesys::Expand;
use jiff::Timestamp;

use super::RosterSyncError;
use crate::find::{Person, either_state};
use crate::history::{self, Choice, HistoryError, RecordsError};
use crate::stats::Phase;
use crate::vendor_clock::ClockError;
use crate::{Emeritus, Notice};
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
}

/// What was archived, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fed {
    /// The organization.
    pub organization: String,
    /// The window that was asked for.
    pub window: Window,
    /// What an earlier call had left half done, and is whole now.
    pub completed: Vec<Manifest>,
    /// What this call added.
    pub added: Vec<Manifest>,
    /// Conversations of these people that had not ended when they were read. They are read again by the next call.
    pub open: u64,
    /// Records that are none: the archive cannot hold them.
    pub refused: u64,
    /// Deleted people of whom the vendor gave nothing. That is no proof that there is nothing, so it does not count as
    /// archived.
    pub nothing_of: Vec<Person>,
    /// The time before this moment is beyond what the organization keeps.
    pub kept_from: Option<Timestamp>,
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
    /// Batches of the archive by the person they are of.
    batches: BTreeMap<String, BTreeSet<String>>,
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
        let (window, kept_from) = self.window(feed).await?;
        let manifests = archive.manifests(Some(&organization)).await.map_err(FeedError::Read)?;
        let task = Task::new(archive, organization.clone(), feed.groups, &manifests);
        let mut fed = Fed {
            organization,
            window,
            completed,
            added: Vec::new(),
            open: 0,
            refused: 0,
            nothing_of: Vec::new(),
            kept_from,
        };
        for (people, pieces) in task.plan(feed, window, &manifests).await? {
            self.pieces(&task, &people, pieces, &mut fed).await?;
        }
        let manifests = archive.manifests(Some(&task.organization)).await.map_err(FeedError::Read)?;
        let task = Task::new(archive, task.organization, feed.groups, &manifests);
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
        for piece in pieces {
            match Box::pin(self.piece(task, people, piece, believed, fed)).await? {
                Gave::Something => believed = true,
                Gave::Nothing if !believed && !piece.is_again => doubtful.push(piece),
                Gave::Nothing => {}
            }
        }
        if doubtful.is_empty() {
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

    /// Archives a piece, in parts when it holds more than a batch may. That there is nothing is written down only
    /// when it is believed.
    async fn piece(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        let users: Vec<UserId> = people.iter().map(|person| person.id.clone()).collect();
        let subjects: Vec<String> = users.iter().map(ToString::to_string).collect();
        let now = self.now().as_millisecond();
        let id = piece.id(&task.organization, &subjects, task.groups, now);
        let spec = BatchSpec {
            id,
            organization: task.organization.clone(),
            source: if self.client.emulated() { EMULATED_SOURCE } else { SOURCE }.to_owned(),
            window: (piece.from, piece.to),
            subjects,
            now,
            groups: task.groups,
            skip_archived: piece.is_again,
        };
        let mut batch = match task.archive.begin(spec).await.map_err(FeedError::Batch)? {
            Begun::Done(_) => return Ok(Gave::Something),
            Begun::Open(batch) => *batch,
        };
        let (mut taken, mut refused) = (0_u64, 0);
        let mut sink = |record: &[u8]| {
            taken += 1;
            match batch.add(record) {
                Err(BatchError::Record { .. }) => {
                    refused += 1;
                    Ok(())
                }
                added => added,
            }
        };
        match self.stream(&users, piece.window(), &mut sink).await {
            Ok(()) => {}
            Err(RecordsError::Sink(BatchError::Full)) if piece.is_divisible() => {
                drop(batch);
                for part in piece.halves() {
                    Box::pin(self.piece(task, people, part, true, fed)).await?;
                }
                return Ok(Gave::Something);
            }
            Err(RecordsError::Sink(error)) => return Err(FeedError::Batch(error)),
            Err(RecordsError::History(error)) => return Err(FeedError::History(error)),
        }
        fed.refused += refused;
        let finished = if piece.counts_empty() && (believed || taken > 0) {
            batch.finish().await.map(Some)
        } else {
            batch.finish_unless_empty().await
        };
        fed.added.extend(finished.map_err(FeedError::Batch)?);
        Ok(if taken > 0 { Gave::Something } else { Gave::Nothing })
    }

    async fn stream(
        &self,
        users: &[UserId],
        window: Window,
        sink: &mut (dyn FnMut(&[u8]) -> Result<(), BatchError> + Send),
    ) -> Result<(), RecordsError<BatchError>> {
        let _phase = self.meter.during(Phase::History);
        let watch = &self.watch;
        let progress = |done, of, found| {
            watch(&Notice::Reading { what: "history", done, of: Some(of), found });
        };
        let read = history::records(&self.reader, users, window, Choice::BySize, sink, &progress);
        Box::pin(read).await.map(drop)
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

    /// The window that is asked for, in milliseconds as the archive has them, and from when on the organization keeps anything.
    async fn window(&self, feed: &Feed) -> Result<(Window, Option<Timestamp>), FeedError> {
        let _phase = self.meter.during(Phase::Find);
        let kept = self.history_scope(None).await;
        // By the clock that is behind: time that has not come yet must never count as archived.
        let now = self.by_both().earliest;
        let to_ms = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        // From midnight on: a window that was sealed earlier on this day is covered.
        let midnight = Timestamp::from_second(kept.from.as_second().div_euclid(86_400) * 86_400);
        let from = to_ms(feed.from.or(midnight.ok()).unwrap_or(kept.from));
        let to = to_ms(feed.to.unwrap_or(now).min(now));
        if from >= to {
            return Err(FeedError::Empty { from, to });
        }
        let is_limited = kept.retention.as_ref().is_some_and(|retention| retention.days().is_some());
        let is_beyond = is_limited && feed.from.is_some_and(|from| from < kept.from);
        Ok((Window { from, to }, is_beyond.then_some(kept.from)))
    }
}

impl<'a> Task<'a> {
    fn new(archive: &'a Archive, organization: String, groups: Groups, manifests: &[Manifest]) -> Self {
        let mut batches: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for manifest in manifests {
            for subject in &manifest.subjects {
                batches.entry(subject.clone()).or_default().insert(manifest.batch.clone());
            }
        }
        Self { archive, organization, groups, batches }
    }

    /// Everybody's pieces. Those who need the same are read together; of a deleted person nobody knows whether the
    /// vendor answers, so they are read alone.
    async fn plan(
        &self,
        feed: &Feed,
        window: Window,
        manifests: &[Manifest],
    ) -> Result<Vec<(Vec<Person>, Vec<Piece>)>, FeedError> {
        let enough: Vec<Manifest> =
            manifests.iter().filter(|manifest| keeps(manifest.groups, feed.groups)).cloned().collect();
        let coverage = emeritus_archive::Coverage::of_batches(&enough);
        let mut together: BTreeMap<Vec<Piece>, Vec<Person>> = BTreeMap::new();
        let mut plan = Vec::new();
        let mut people = feed.people.clone();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people.dedup_by(|a, b| a.id == b.id);
        for person in people {
            let id = person.id.as_str();
            let open = self.open_of(id, window).await?;
            let pieces = pieces::of(coverage.of(id), &coverage.gaps(id, pieces::ms(window)), &open, window);
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
        Ok(plan)
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
