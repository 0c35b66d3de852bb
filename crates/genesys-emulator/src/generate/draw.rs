//! Numbers drawn from a key instead of from a sequence, so that any one of them can be drawn again alone.
//!
//! SplitMix64 rather than a library's generator: the bytes of a generated history are a promise, and a
//! dependency's update must not change them.

use uuid::Uuid;

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes 64 bits; a bijection.
pub(crate) const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A stream of numbers determined by the key it was opened with.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    /// Opens the stream of `key` under `seed`.
    pub(crate) fn new(seed: u64, key: [u64; 3]) -> Self {
        let state =
            key.iter().fold(mix(seed ^ GOLDEN), |state, part| mix(state.wrapping_add(GOLDEN) ^ mix(*part)));
        Self { state }
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number under `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        scale(self.next(), bound)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Like [`Draw::between`], small values more often: the product of two draws.
    pub(crate) fn skewed(&mut self, low: u64, high: u64) -> u64 {
        let width = high.saturating_sub(low) + 1;
        let first = self.below(width);
        low + scale(self.next(), first + 1)
    }

    /// True in `per_mille` cases of a thousand.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `items`.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.index(items.len());
        items.get(at)
    }

    /// A position in a list of `len`.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let high = (self.next() & !0xF000) | 0x4000;
        let low = (self.next() & (u64::MAX >> 2)) | (1 << 63);
        Uuid::from_u64_pair(high, low)
    }
}

/// `draw` of all 64-bit values scaled to under `bound`.
fn scale(draw: u64, bound: u64) -> u64 {
    let wide = (u128::from(draw) * u128::from(bound)) >> 64;
    u64::try_from(wide).unwrap_or(u64::MAX)
}
