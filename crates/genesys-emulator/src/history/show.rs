//! Records as they are shown: up to an instant, and with deleted people as the organization shows those.

use std::collections::HashSet;

use serde_json::Value;
use uuid::Uuid;

use super::raw::Raw;
use super::stream::parse_id;
use super::{History, Key, Spot};
use crate::generate::conversation::{Scene, Who, conversation};
use crate::generate::draw::Draw;
use crate::generate::sketch::Sketch;
use crate::wire::analytics::ATTRIBUTE_MAX;

const NAME_OF_DELETED: &str = "Deleted User";

/// Which of a record's parts are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it was given; generated records have no more than queries show.
    #[default]
    Whole,
    /// Without the participants' attributes.
    Query,
    /// With the participants' attributes, cut to a length.
    Job,
}

/// How records are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// Nothing that happened later is seen, in milliseconds since the epoch.
    pub(crate) as_of: i64,
    /// Users whose ids are withheld: queries by them find nothing.
    pub(crate) severed: HashSet<Uuid>,
    /// Users called "Deleted User".
    pub(crate) renamed: HashSet<Uuid>,
    pub(crate) form: Form,
}

/// The part of an attribute's value that a details job gives.
pub(super) fn shortened(value: &str) -> &str {
    let end = value.char_indices().nth(ATTRIBUTE_MAX).map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or(value)
}

impl View {
    /// Everything as it is, up to an instant.
    pub(crate) fn plain(as_of: i64) -> Self {
        Self { as_of, ..Self::default() }
    }

    /// Whether people are shown in the same way.
    pub(crate) fn shows_people_as(&self, other: &Self) -> bool {
        self.severed == other.severed && self.renamed == other.renamed
    }

    fn is_plain(&self) -> bool {
        self.severed.is_empty() && self.renamed.is_empty()
    }

    fn shows<'a>(&self, user: Uuid, name: &'a str) -> Who<'a> {
        Who {
            user: (!self.severed.contains(&user)).then_some(user),
            name: if self.renamed.contains(&user) { NAME_OF_DELETED } else { name },
        }
    }
}

impl History {
    /// The record as JSON text; `None` when there is no such conversation or it has not begun.
    pub(crate) fn record(&self, key: Key, view: &View) -> Option<Vec<u8>> {
        if !self.has_arrived(key, view) {
            return None;
        }
        match key {
            Key::Made(spot) => {
                let sketch = self.sketch(spot)?;
                self.made_record(spot, &sketch, view)
            }
            Key::Held(id) => {
                let held = self.shelf.get(id).filter(|held| held.start <= view.as_of)?;
                Some(if view.is_plain() {
                    held.text(view.form).to_vec()
                } else {
                    // It was parsed from this text, or written to it, when it came.
                    let record = Raw::read(held.text(view.form)).ok()?;
                    disguised(record, view).written()
                })
            }
        }
    }

    /// The record as a value.
    pub(crate) fn value(&self, key: Key, view: &View) -> Option<Value> {
        serde_json::from_slice(&self.record(key, view)?).ok()
    }

    pub(super) fn made_record(&self, spot: Spot, sketch: &Sketch, view: &View) -> Option<Vec<u8>> {
        if sketch.start > view.as_of {
            return None;
        }
        let (owner, colleague) = self.members(spot, sketch)?;
        let colleague = colleague.map(|member| {
            let (user, name) = self.attributed(spot, member.id, &member.name);
            (member, view.shows(user, name))
        });
        let (user, name) = self.attributed(spot, owner.id, &owner.name);
        let scene = Scene {
            cast: &self.cast,
            sketch,
            draw: Draw::new(self.cast.seed, [u64::from(spot.stream), spot.index, 2]),
            id: self.ids.id(spot),
            owner,
            owner_shown: view.shows(user, name),
            colleague,
            as_of: view.as_of,
            attributes: (view.form == Form::Job)
                .then(|| Draw::new(self.cast.seed, [u64::from(spot.stream), spot.index, 3])),
        };
        let mut text = Vec::with_capacity(12 * 1024);
        conversation(scene).write(&mut text);
        Some(text)
    }

    /// Whom a part is attributed to after the edits of its conversation.
    pub(super) fn attributed<'a>(&'a self, spot: Spot, user: Uuid, name: &'a str) -> (Uuid, &'a str) {
        let edits = self.reattributed.get(&spot).map_or(&[][..], Vec::as_slice);
        edits.iter().fold((user, name), |(user, name), (from, to)| {
            if user != *from {
                return (user, name);
            }
            let known =
                self.by_person.get(to).and_then(|at| self.cast.people.get(*at)).map(|member| &*member.name);
            (*to, known.filter(|known| !known.is_empty()).unwrap_or(name))
        })
    }

    /// The users who have a part in a generated conversation, sooner or later.
    pub(super) fn users_of_made(&self, spot: Spot, sketch: &Sketch) -> impl Iterator<Item = Uuid> {
        let (owner, colleague) = self.members(spot, sketch).unzip();
        let owner = owner.map(|member| self.attributed(spot, member.id, "").0);
        let colleague = colleague.flatten().map(|member| self.attributed(spot, member.id, "").0);
        owner.into_iter().chain(colleague)
    }
}

/// A given record with deleted people as `view` shows them.
fn disguised(mut record: Raw, view: &View) -> Raw {
    for participant in record.items_mut("participants") {
        let user = participant.get("userId").and_then(Raw::as_text);
        let Some(user) = user.as_deref().and_then(parse_id) else { continue };
        if view.renamed.contains(&user) {
            participant.set("participantName", Raw::text(NAME_OF_DELETED));
        }
        if view.severed.contains(&user) {
            participant.remove("userId");
        }
    }
    record
}
