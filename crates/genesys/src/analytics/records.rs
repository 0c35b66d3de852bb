//! Pages of conversations as the vendor sent them: split into records, and nothing else of them read.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    client::Pipeline,
    error::{Error, ErrorKind},
    odd,
    reader::Reader,
    request::Call,
};

/// A page of conversations, each with the bytes that the vendor sent. It is well-formed JSON throughout; what the records
/// hold, and whether they are records at all, is for [`Conversation::parse`](crate::Conversation::parse), or for whoever
/// keeps them: one that is odd does not cost the page.
///
/// The records share the body of the answer, which is as large as [`Limits::max_body_bytes`](crate::Limits) allows at most.
#[derive(Clone)]
pub struct RecordPage {
    records: Vec<Bytes>,
    total_hits: Option<u64>,
    cursor: Option<String>,
    data_availability: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    /// An empty result may leave the list out altogether, or be written as null by what stands between.
    #[serde(borrow)]
    conversations: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    total_hits: Option<&'a RawValue>,
    cursor: Option<String>,
    #[serde(borrow)]
    data_availability_date: Option<&'a RawValue>,
}

/// The only success that is a whole page: 202 says that there is none yet, 206 that it is a part.
const WHOLE: u16 = 200;

impl RecordPage {
    fn split(body: &Bytes) -> Result<Self, serde_json::Error> {
        let page: Page<'_> = serde_json::from_slice(body)?;
        let record = |raw: &RawValue| body.slice_ref(raw.get().as_bytes());
        Ok(Self {
            records: page.conversations.into_iter().flatten().map(record).collect(),
            total_hits: odd::told(page.total_hits),
            cursor: page.cursor.filter(|cursor| !cursor.is_empty()),
            data_availability: odd::told(page.data_availability_date),
        })
    }

    /// Returns the vendor's own bytes of each conversation.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.records.iter().map(Bytes::as_ref)
    }

    /// Returns how many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Returns the number of conversations over all pages of a details query, if stated.
    #[must_use]
    pub fn total_hits(&self) -> Option<u64> {
        self.total_hits
    }

    /// Returns where a job's results go on; `None` on their last page.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Returns up to when a job's results are complete, if stated.
    #[must_use]
    pub fn data_availability(&self) -> Option<Timestamp> {
        self.data_availability
    }
}

/// Without the records, which name people, and without the cursor, which may hold anything.
impl fmt::Debug for RecordPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordPage")
            .field("records", &self.records.len())
            .field("total_hits", &self.total_hits)
            .field("goes_on", &self.cursor.is_some())
            .field("data_availability", &self.data_availability)
            .finish()
    }
}

impl Reader {
    /// Reads a page of records; anything but the whole page is an error.
    pub(super) async fn record_page(&self, call: &Call) -> Result<RecordPage, Error> {
        let mut split = None;
        let mut accept = |success: &crate::answer::Success| {
            if success.status == WHOLE {
                split = Some(RecordPage::split(&success.body)?);
            }
            Ok(())
        };
        Box::pin(self.pipeline().run(call, &mut accept)).await?;
        split.ok_or_else(|| Pipeline::reject(call, ErrorKind::Incomplete { expected: None, unique: 0 }))
    }
}
