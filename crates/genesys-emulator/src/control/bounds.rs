//! What a number or an instant given to the control interface may be. Invariant: no field of a body decides over memory,
//! time or a calendar without a bound; every number comes in through here.

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::{Fields, Refusal};
use crate::clock::{EARLIEST, LATEST};

/// Conversations that one request may add.
pub(super) const CONVERSATIONS: RangeInclusive<u64> = 0..=1_000_000;

/// Conversations that an organization may have.
pub(super) const CONVERSATIONS_IN_ALL: u64 = 20_000_000;

/// People that one request may add.
pub(super) const PEOPLE: RangeInclusive<u32> = 0..=10_000;

/// Seconds by which a clock may be advanced at once: a hundred years.
pub(super) const SECONDS: RangeInclusive<u64> = 0..=100 * 365 * 86_400;

/// The same, backwards too.
pub(super) const SECONDS_EITHER_WAY: RangeInclusive<i64> = -100 * 365 * 86_400..=100 * 365 * 86_400;

/// Milliseconds that a fault may last: ten years.
pub(super) const MILLISECONDS: RangeInclusive<u64> = 0..=10 * 365 * 86_400_000;

/// Statuses of a failed server.
pub(super) const STATUSES: RangeInclusive<u16> = 400..=599;

/// Numbers of a request, counted from 1.
pub(super) const NUMBERS: RangeInclusive<u32> = 1..=u32::MAX;

/// How many numbers of requests one fault may name.
pub(super) const NUMBERS_IN_ALL: usize = 1_000;

/// How often a fault happens; 0 is without end.
pub(super) const TIMES: RangeInclusive<u32> = 0..=u32::MAX;

/// How many faults may be set.
pub(super) const FAULTS: usize = 10_000;

/// Versions of a user, with room for those to come.
pub(super) const VERSIONS: RangeInclusive<u32> = 0..=1_000_000_000;

/// Bytes of answered pages that may be kept: a gibibyte.
pub(super) const BYTES: RangeInclusive<usize> = 0..=1 << 30;

impl Fields {
    /// Takes a whole number out; `None` when it is absent or null.
    pub(super) fn number<N>(&mut self, name: &str, bound: &RangeInclusive<N>) -> Result<Option<N>, Refusal>
    where
        N: serde::de::DeserializeOwned + PartialOrd + std::fmt::Display,
    {
        let given: Option<N> = self.take(name)?;
        match given {
            Some(number) if !bound.contains(&number) => Err(Refusal::of(
                name,
                format_args!("is {number}; it can be from {} to {}", bound.start(), bound.end()),
            )),
            given => Ok(given),
        }
    }

    /// Takes a whole number out that must be there.
    pub(super) fn need_number<N>(&mut self, name: &str, bound: &RangeInclusive<N>) -> Result<N, Refusal>
    where
        N: serde::de::DeserializeOwned + PartialOrd + std::fmt::Display,
    {
        self.number(name, bound)?.ok_or_else(|| Refusal::of(name, "is required"))
    }

    /// Takes an instant out that must be there.
    pub(super) fn need_instant(&mut self, name: &str) -> Result<Timestamp, Refusal> {
        let given: Timestamp = self.need(name)?;
        if (EARLIEST..=LATEST).contains(&given) {
            Ok(given)
        } else {
            Err(Refusal::of(name, format_args!("is {given}; it can be from {EARLIEST} to {LATEST}")))
        }
    }
}
