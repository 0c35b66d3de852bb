//! Instants as the vendor writes them: UTC, milliseconds, `Z`.

use jiff::Timestamp;

/// Returns `at` as in `2026-03-01T09:30:00.000Z`.
pub(crate) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Returns `at` for a `Date` header.
pub(crate) fn header_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
