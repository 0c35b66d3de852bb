//! The census of one person by details queries.

use emeritus_core::census::{MAX_DAYS, Slice, slices};
use emeritus_core::event::Completeness;
use futures_util::{StreamExt as _, stream};
use genesys::Reader;

use super::leaf::{Found, People};
use super::ledger::Ledger;
use super::slice::{self, Piece, SliceReading};
use super::{HistoryError, Progress, Wanted};

/// How many slices are read side by side. The budget paces them; more would only queue for it.
pub(super) const SIDE_BY_SIDE: usize = 4;

/// Reads a slice into what the people had in its conversations.
pub(super) async fn found(
    reader: &Reader,
    people: &People,
    slice: Slice,
) -> Result<SliceReading<Found>, HistoryError> {
    let mut see = |slice: Slice, piece: Piece<'_>| {
        let found = match piece {
            Piece::Record(record) => people.find(slice, record)?,
            Piece::TooLarge(head) => people.too_large(slice, head)?,
        };
        Ok::<_, HistoryError>((found.key, found))
    };
    Box::pin(slice::read(reader, &people.ids(), slice, &mut see)).await
}

/// Reads a person's conversations in a window.
pub(super) async fn read(
    reader: &Reader,
    wanted: &Wanted,
    progress: Progress<'_>,
) -> Result<(Ledger, Completeness), HistoryError> {
    let plan = slices(&wanted.window, MAX_DAYS);
    let of = plan.len() as u64;
    let people = People::new(std::iter::once(&wanted.user));
    let mut ledger = Ledger::create(std::slice::from_ref(wanted))?;
    let mut completeness = Completeness::ByCount;
    let mut read = stream::iter(plan).map(|slice| found(reader, &people, slice)).buffered(SIDE_BY_SIDE);
    let mut done = 0;
    while let Some(slice) = read.next().await {
        let slice = slice?;
        if slice.completeness == Completeness::ByTwoReadings {
            completeness = Completeness::ByTwoReadings;
        }
        for found in &slice.found {
            ledger.add(found)?;
        }
        done += 1;
        progress(done, of, ledger.written());
    }
    Ok((ledger, completeness))
}
