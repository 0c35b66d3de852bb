//! The censuses of several people from shared jobs.

use emeritus_core::census::Slice;
use emeritus_core::event::Completeness;
use genesys::Reader;

use super::lake::{self, Intake, Manner, Overlap};
use super::leaf::{Head, People};
use super::ledger::Ledger;
use super::pick::{Sizes, hull};
use super::query::found;
use super::{HistoryError, JobError, Progress, Wanted};

/// Deals what is read to the censuses of whose it is.
struct Dealer<'a> {
    people: &'a People,
    ledger: Ledger,
    completeness: Completeness,
}

impl Intake for Dealer<'_> {
    type Error = HistoryError;

    fn begin(&mut self, _: Slice) {}

    fn take(&mut self, slice: Slice, _: Head, record: &[u8]) -> Result<(), HistoryError> {
        let found = self.people.find(slice, record)?;
        self.ledger.add(&found)
    }

    async fn query(&mut self, reader: &Reader, slice: Slice) -> Result<(), HistoryError> {
        let read = Box::pin(found(reader, self.people, slice)).await?;
        if read.completeness == Completeness::ByTwoReadings {
            self.completeness = Completeness::ByTwoReadings;
        }
        read.found.iter().try_for_each(|found| self.ledger.add(found))
    }

    fn taken(&self) -> u64 {
        self.ledger.written()
    }
}

/// Reads people's conversations in their windows. `days` is the longest stretch of one job.
pub(super) async fn read(
    reader: &Reader,
    wanted: &[Wanted],
    sizes: &Sizes,
    days: Option<u16>,
    progress: Progress<'_>,
) -> Result<(Ledger, Completeness), JobError<HistoryError>> {
    let people = People::new(wanted.iter().map(|wanted| &wanted.user));
    let ledger = Ledger::create(wanted).map_err(JobError::Other)?;
    let mut dealer = Dealer { people: &people, ledger, completeness: Completeness::ByJob };
    let windows: Vec<_> = wanted.iter().map(|wanted| wanted.window).collect();
    let Some(window) = hull(&windows) else { return Ok((dealer.ledger, Completeness::ByJob)) };
    let ids = people.ids();
    let manner = Manner { sizes, days, overlap: Overlap::ByQuery };
    let read = lake::read(reader, &ids, window, &manner, &mut dealer, progress);
    Box::pin(read).await?;
    Ok((dealer.ledger, dealer.completeness))
}
