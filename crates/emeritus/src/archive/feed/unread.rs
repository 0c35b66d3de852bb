//! What of the time that is archived is not read again, told for everybody together.

use std::ops::Range;

use emeritus_archive::Manifest;
use jiff::Timestamp;

use super::NotRead;

/// Adds what of a person's time is not read again.
pub(super) fn add(
    to: &mut Option<NotRead>,
    manifests: &[Manifest],
    person: &str,
    passed_over: &[Range<i64>],
) {
    let moment = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or_default();
    let (Some(first), Some(last)) = (passed_over.first(), passed_over.last()) else { return };
    let of_that = |manifest: &&Manifest| {
        let (from, end) = manifest.window;
        let is_theirs = manifest.subjects.iter().any(|subject| subject == person);
        is_theirs && passed_over.iter().any(|range| from < range.end && range.start < end)
    };
    let archived = || manifests.iter().filter(of_that).map(|manifest| manifest.archived_at);
    let (Some(earliest), Some(latest)) = (archived().min(), archived().max()) else { return };
    let theirs = NotRead {
        people: 1,
        from: moment(first.start),
        to: moment(last.end),
        archived_from: moment(earliest),
        archived_to: moment(latest),
    };
    *to = Some(match *to {
        None => theirs,
        Some(known) => NotRead {
            people: known.people + 1,
            from: known.from.min(theirs.from),
            to: known.to.max(theirs.to),
            archived_from: known.archived_from.min(theirs.archived_from),
            archived_to: known.archived_to.max(theirs.archived_to),
        },
    });
}
