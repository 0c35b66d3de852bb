//! Conversation ids that say where their conversation stands, so that one can be found by its id among millions
//! without an index.
//!
//! An id is a version 4 UUID: 60 bits hold the stream and the position in it, enciphered under the seed, and the
//! remaining 62 are drawn from those, so that a stranger's UUID is not taken for one of ours.

use uuid::Uuid;

use super::Spot;
use crate::generate::draw::mix;

const HALF_BITS: u32 = 30;
const HALF: u64 = (1 << HALF_BITS) - 1;
const INDEX_BITS: u32 = 34;
const ROUNDS: u64 = 4;

/// Makes ids from places and places from ids, under one seed.
#[derive(Debug, Clone)]
pub(super) struct IdCipher {
    seed: u64,
}

impl IdCipher {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed: mix(seed ^ 0x00C0_4E75_A710_0D1D) }
    }

    /// The id of the conversation at `spot`.
    pub(super) fn id(&self, spot: Spot) -> Uuid {
        let plain = (u64::from(spot.stream) << INDEX_BITS) | (spot.index & ((1 << INDEX_BITS) - 1));
        let (mut left, mut right) = (plain >> HALF_BITS, plain & HALF);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.scramble(round, right));
        }
        let payload = (left << HALF_BITS) | right;
        let high = ((payload >> 12) << 16) | 0x4000 | (payload & 0xFFF);
        let low = (mix(payload ^ self.seed) & (u64::MAX >> 2)) | (1 << 63);
        Uuid::from_u64_pair(high, low)
    }

    /// Where the conversation with this id would stand; `None` when the id cannot be ours.
    pub(super) fn spot(&self, id: Uuid) -> Option<Spot> {
        let (high, _) = id.as_u64_pair();
        let payload = ((high >> 16) << 12) | (high & 0xFFF);
        let (mut left, mut right) = (payload >> HALF_BITS, payload & HALF);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.scramble(round, left), left);
        }
        let plain = (left << HALF_BITS) | right;
        let spot =
            Spot { stream: u32::try_from(plain >> INDEX_BITS).ok()?, index: plain & ((1 << INDEX_BITS) - 1) };
        (self.id(spot) == id).then_some(spot)
    }

    fn scramble(&self, round: u64, half: u64) -> u64 {
        mix(self.seed.rotate_left(u32::try_from(round * 13).unwrap_or(0)) ^ half) & HALF
    }
}
