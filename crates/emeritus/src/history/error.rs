//! Why a history could not be read.

use emeritus_core::census::Slice;
use emeritus_core::inventory::Why;

use super::FileError;

/// History could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The vendor could not be asked.
    #[error("could not read the conversations from {} to {}", .slice.from, .slice.to)]
    Vendor {
        /// Where.
        slice: Slice,
        /// Why.
        #[source]
        source: genesys::Error,
    },
    /// The pages never added up.
    #[error("the conversations from {} to {} never added up: {read} read, {stated} stated", .slice.from, .slice.to)]
    Incomplete {
        /// Where.
        slice: Slice,
        /// The stated total.
        stated: u64,
        /// How many different ones were read.
        read: u64,
    },
    /// More than the vendor pages through, within one day.
    #[error("one day, {}, holds {hits} conversations; the vendor pages through 100,000 at most", .slice.from)]
    TooMany {
        /// Which day.
        slice: Slice,
        /// The stated total.
        hits: u64,
    },
    /// It cannot be asked for.
    #[error("the stretch from {} to {} has no usable {field}", .slice.from, .slice.to)]
    Malformed {
        /// Where.
        slice: Slice,
        /// What.
        field: &'static str,
    },
    /// Asked for several people, the vendor gave a conversation of none of them.
    #[error("a conversation from {} to {} names nobody who was asked for", .slice.from, .slice.to)]
    OfNobody {
        /// Where.
        slice: Slice,
    },
    /// The census file.
    #[error("the census file could not be used")]
    File(#[source] FileError),
}

/// Conversations could not be handed on.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError<E> {
    /// They could not be read.
    #[error("the conversations could not be read")]
    History(#[from] HistoryError),
    /// They were wanted by job alone, and a job is of no use.
    #[error("the conversations could not be read by job: {why}")]
    NoJob {
        /// Why.
        why: String,
    },
    /// Whoever takes them could not take one.
    #[error("a conversation could not be kept")]
    Sink(#[source] E),
}

impl HistoryError {
    /// Returns a stable code for the journal.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Vendor { source, .. } => match crate::failure::why(source) {
                Why::Unreadable { code } => code,
                other @ (Why::Forbidden { .. }
                | Why::Incomplete { .. }
                | Why::StillBuilding { .. }
                | Why::NotTold { .. }
                | Why::NotApplicable { .. }) => other.to_string(),
            },
            Self::Incomplete { .. } => "incomplete".to_owned(),
            Self::TooMany { .. } => "too-many-in-one-day".to_owned(),
            Self::Malformed { .. } => "malformed".to_owned(),
            Self::OfNobody { .. } => "of-nobody".to_owned(),
            Self::File(_) => "census-file".to_owned(),
        }
    }

    /// Returns the failed call, if there was one.
    pub(crate) fn vendor(&self) -> Option<&genesys::Error> {
        if let Self::Vendor { source, .. } = self { Some(source) } else { None }
    }
}
