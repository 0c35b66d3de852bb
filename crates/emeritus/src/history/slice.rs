//! One interval by details query, read to its end. A list is whole when the unique ids equal the stated total and the
//! totals of all pages agree; where the vendor's total is only approximate, two full readings of the same set are.

use std::collections::BTreeMap;

use emeritus_core::census::Slice;
use emeritus_core::event::Completeness;
use genesys::{ConversationQuery, ErrorKind, Interval, Reader};
use jiff::SignedDuration;
use uuid::Uuid;

use super::HistoryError;
use super::leaf::Head;

/// How often a slice is read before it counts as never adding up.
const READINGS: u32 = 5;

/// The vendor's ceiling for paging through one query.
const MAX_HITS: u64 = 100_000;

/// A bound on pages, should the vendor never return an empty one: twice the ceiling in pages of 100.
const MAX_PAGES: u32 = 2_000;

/// Most records of one slice that are passed over because they are larger than an answer may be: where all answers are,
/// nothing is read.
const MOST_TOO_LARGE: u32 = 50;

/// A record of a slice.
pub(super) enum Piece<'a> {
    /// In the vendor's own bytes.
    Record(&'a [u8]),
    /// Larger than an answer may be. Of its head there is the id, where the answer's beginning told it.
    TooLarge(&'a Head),
}

/// Looks at a record: what stands for it, and what of it two readings must agree on.
pub(super) type See<'a, T, X> = &'a mut (dyn FnMut(Slice, Piece<'_>) -> Result<(Uuid, T), X> + Send);

pub(super) struct SliceReading<T> {
    pub(super) found: Vec<T>,
    pub(super) completeness: Completeness,
}

struct Pass<T> {
    found: BTreeMap<Uuid, T>,
    totals: Vec<u64>,
}

/// Why a slice was not read.
enum Unread<X> {
    /// It must be cut.
    TooMany(u64),
    Other(X),
}

impl<X: From<HistoryError>> From<HistoryError> for Unread<X> {
    fn from(error: HistoryError) -> Self {
        Self::Other(error.into())
    }
}

/// Which page comes next, where pages may have to be smaller. They are addressed by number and size, so what follows a
/// place can only be asked for in sizes that divide it.
struct Pages {
    full: u32,
    /// The largest size at this place.
    most: u32,
    /// How many records were read or passed over.
    offset: u32,
    size: u32,
    passed_over: u32,
}

/// What to do about a page that is too large.
enum TooLarge {
    /// Ask for a smaller one.
    Smaller,
    /// It is of one record, the one at this place: go on behind it.
    Record { offset: u32 },
    /// It always is.
    All,
}

impl Pages {
    fn new(full: u32) -> Self {
        let full = full.max(1);
        Self { full, most: full, offset: 0, size: full, passed_over: 0 }
    }

    /// Returns the number and the size of the next page.
    fn next(&mut self) -> (u32, u32) {
        let fits = |size: &u32| self.offset.is_multiple_of(*size);
        self.size = (1..=self.most).rev().find(fits).unwrap_or(1);
        (self.offset / self.size + 1, self.size)
    }

    fn read(&mut self) {
        self.offset = self.offset.saturating_add(self.size);
    }

    fn too_large(&mut self) -> TooLarge {
        if self.size > 1 {
            self.most = self.size / 2;
            return TooLarge::Smaller;
        }
        if self.passed_over == MOST_TOO_LARGE {
            return TooLarge::All;
        }
        let offset = self.offset;
        (self.offset, self.most, self.passed_over) = (offset + 1, self.full, self.passed_over + 1);
        TooLarge::Record { offset }
    }
}

impl<T> Pass<T> {
    fn adds_up(&self) -> bool {
        let unique = self.found.len() as u64;
        !self.totals.is_empty() && self.totals.iter().all(|total| *total == unique)
    }
}

/// Reads the conversations of people that began in a slice. A reading that did not add up is repeated, so `see` may be
/// shown a record several times; what it made of the last, whole reading is returned.
pub(super) async fn read<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<SliceReading<T>, X>
where
    T: PartialEq + Send,
    X: From<HistoryError> + Send,
{
    let mut done = SliceReading { found: Vec::new(), completeness: Completeness::ByCount };
    // A slice beyond the ceiling is halved until it fits; a day is the smallest.
    let mut todo = vec![slice];
    while let Some(slice) = todo.pop() {
        match Box::pin(whole(reader, users, slice, see)).await {
            Ok(mut part) => {
                done.found.append(&mut part.found);
                if part.completeness == Completeness::ByTwoReadings {
                    done.completeness = Completeness::ByTwoReadings;
                }
            }
            Err(Unread::TooMany(hits)) => match halves(slice) {
                Some((early, late)) => todo.extend([late, early]),
                None => return Err(HistoryError::TooMany { slice, hits }.into()),
            },
            Err(Unread::Other(error)) => return Err(error),
        }
    }
    Ok(done)
}

fn halves(slice: Slice) -> Option<(Slice, Slice)> {
    let days = slice.to.duration_since(slice.from).as_hours() / 24;
    if days < 2 {
        return None;
    }
    let middle = slice.from + SignedDuration::from_hours(24 * (days / 2));
    Some((Slice { to: middle, ..slice }, Slice { from: middle, ..slice }))
}

async fn whole<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<SliceReading<T>, Unread<X>>
where
    T: PartialEq + Send,
    X: From<HistoryError> + Send,
{
    let mut before: Option<Pass<T>> = None;
    for _ in 0..READINGS {
        let pass = Box::pin(pass(reader, users, slice, see)).await?;
        let agrees = before.as_ref().is_some_and(|before| before.found == pass.found);
        if pass.adds_up() || agrees {
            let completeness =
                if pass.adds_up() { Completeness::ByCount } else { Completeness::ByTwoReadings };
            return Ok(SliceReading { found: pass.found.into_values().collect(), completeness });
        }
        before = Some(pass);
    }
    let (stated, read) = before
        .map_or((0, 0), |pass| (pass.totals.last().copied().unwrap_or_default(), pass.found.len() as u64));
    Err(HistoryError::Incomplete { slice, stated, read }.into())
}

/// Reads all pages once.
async fn pass<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<Pass<T>, Unread<X>>
where
    T: Send,
    X: From<HistoryError> + Send,
{
    let vendor = |source| HistoryError::Vendor { slice, source };
    let interval = Interval::new(slice.from, slice.to)
        .map_err(|_| HistoryError::Malformed { slice, field: "interval" })?;
    let mut pass = Pass { found: BTreeMap::new(), totals: Vec::new() };
    let mut pages = Pages::new(reader.limits().details_page_size);
    for _ in 0..MAX_PAGES {
        let (number, size) = pages.next();
        let query = ConversationQuery::new(interval).users(users).page(number).page_size(size);
        let page = match Box::pin(reader.details_records(&query)).await {
            Ok(page) => page,
            Err(error) => {
                let ErrorKind::Oversized { first, .. } = error.kind() else {
                    return Err(vendor(error).into());
                };
                let first = first.clone();
                match pages.too_large() {
                    TooLarge::Smaller => {}
                    TooLarge::Record { offset } => {
                        let head = Head::of_place(first.as_deref(), slice, offset);
                        let (key, seen) = see(slice, Piece::TooLarge(&head)).map_err(Unread::Other)?;
                        pass.found.insert(key, seen);
                    }
                    TooLarge::All => return Err(vendor(error).into()),
                }
                continue;
            }
        };
        pages.read();
        if let Some(hits) = page.total_hits() {
            if hits > MAX_HITS {
                return Err(Unread::TooMany(hits));
            }
            pass.totals.push(hits);
        }
        for record in page.records() {
            let (key, seen) = see(slice, Piece::Record(record)).map_err(Unread::Other)?;
            pass.found.insert(key, seen);
        }
        // With a stated total, reaching it ends the walk; without one only an empty page does.
        if page.is_empty() || pass.adds_up() {
            break;
        }
    }
    Ok(pass)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pages of which those are too large that hold more than `room` in all; the sizes of the records are given.
    fn walk(sizes: &[u32], room: u32) -> (Vec<u32>, Vec<u32>, usize) {
        let mut pages = Pages::new(100);
        let (mut read, mut passed_over, mut asked) = (vec![0; sizes.len()], Vec::new(), 0);
        loop {
            let (number, size) = pages.next();
            asked += 1;
            let from = usize::try_from((number - 1) * size).unwrap();
            let to = (from + usize::try_from(size).unwrap()).min(sizes.len());
            if from >= sizes.len() {
                return (read, passed_over, asked);
            }
            if sizes[from..to].iter().sum::<u32>() <= room {
                read[from..to].iter_mut().for_each(|times| *times += 1);
                pages.read();
                continue;
            }
            match pages.too_large() {
                TooLarge::Smaller => {}
                TooLarge::Record { offset } => passed_over.push(offset),
                TooLarge::All => return (read, passed_over, asked),
            }
        }
    }

    #[test]
    fn a_page_that_is_too_large_is_asked_for_in_smaller_ones() {
        let (read, passed_over, asked) = walk(&[1; 250], 100);
        assert_eq!((read, passed_over, asked), (vec![1; 250], vec![], 4), "as ever where all fit");
        let (read, passed_over, _) = walk(&[9; 25], 160);
        assert_eq!((read, passed_over), (vec![1; 25], vec![]));
    }

    #[test]
    fn one_record_that_is_too_large_is_passed_over_and_the_rest_is_read() {
        for giant in [0, 1, 36, 37, 99, 100, 101, 149] {
            let mut sizes = [1; 150];
            sizes[giant] = 1_000;
            let (read, passed_over, asked) = walk(&sizes, 100);
            assert_eq!(passed_over, [u32::try_from(giant).unwrap()]);
            let others = read.iter().enumerate().all(|(place, times)| (*times > 0) == (place != giant));
            assert!(others, "{giant}: {read:?}");
            assert!(asked < 40, "{giant}: {asked}");
        }
    }

    #[test]
    fn where_every_answer_is_too_large_nothing_is_made_of_it() {
        let (_, passed_over, _) = walk(&[1_000; 200], 100);
        assert_eq!(passed_over.len(), usize::try_from(MOST_TOO_LARGE).unwrap());
    }
}
