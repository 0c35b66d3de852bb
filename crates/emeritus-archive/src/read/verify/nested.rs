//! What a batch's records say of who took part, to hold the rows of participations against.

use std::collections::HashMap;

use crate::canonical::sha256;
use crate::participation::{Participation, Participations};
use crate::record;
use crate::tape::Tape;

/// What there is of a user in a conversation: the rows that its versions would give, as they are written now and as
/// far as version 2 of the columns wrote them alike, and whether one was met.
#[derive(Debug, Default)]
struct Entry {
    rows: Vec<[u128; 2]>,
    is_met: bool,
}

/// By user and conversation. Of each only digests are held: a batch has some hundred thousand.
#[derive(Debug, Default)]
pub(super) struct Nested {
    entries: HashMap<u128, Entry>,
    tape: Tape,
}

impl Nested {
    /// Adds what a record says.
    pub(super) fn add(&mut self, form: &[u8]) {
        let Ok(record) = self.tape.read(form) else { return };
        let Ok((heading, root)) = record::heading(&record) else { return };
        let mut parts = Participations::default();
        parts.add(&record, root, heading);
        for part in parts.parts() {
            self.entries
                .entry(key(&part))
                .or_default()
                .rows
                .push([digest(&part), digest_of_version_2(&part)]);
        }
    }

    /// Holds a row against it. Of a conversation that changed while its batch was read there is one row, and it may be
    /// of either version.
    pub(super) fn take(&mut self, part: &Participation, is_old: bool) -> Result<(), String> {
        let row = if is_old { digest_of_version_2(part) } else { digest(part) };
        let is_it = |rows: &[u128; 2]| if is_old { rows[1] == row } else { rows[0] == row };
        match self.entries.get_mut(&key(part)) {
            Some(entry) if entry.rows.iter().any(is_it) => {
                entry.is_met = true;
                Ok(())
            }
            Some(_) | None => Err(part.conversation_id.clone()),
        }
    }

    /// How many users of conversations no row was of.
    pub(super) fn left(&self) -> u64 {
        self.entries.values().filter(|entry| !entry.is_met).count() as u64
    }
}

fn key(part: &Participation) -> u128 {
    first(format!("{}\n{}", part.user_id.to_lowercase(), part.conversation_id).as_bytes())
}

/// Earlier rows have ids as the record spells them, and nobody there where that is not known: neither is damage.
fn digest(part: &Participation) -> u128 {
    let user_id = part.user_id.to_lowercase();
    let is_open = Some(part.is_open == Some(true));
    first(format!("{:?}", Participation { user_id, is_open, ..part.clone() }).as_bytes())
}

/// What both versions say by the same rule.
fn digest_of_version_2(part: &Participation) -> u128 {
    let Participation { conversation_start, media_type, direction, queue_id, wrap_up_code, .. } = part;
    first(
        format!("{conversation_start:?} {media_type:?} {direction:?} {queue_id:?} {wrap_up_code:?}")
            .as_bytes(),
    )
}

fn first(bytes: &[u8]) -> u128 {
    sha256(bytes).first_chunk().map_or(0, |first| u128::from_be_bytes(*first))
}
