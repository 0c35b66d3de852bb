//! The half of the client that can only read. Its calls are in the module of their family; they change nothing at the vendor,
//! also where the vendor wants a question asked by POST, or its answer fetched later.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;

use crate::{client::Pipeline, disposition::Disposition, error::Error, limits::Limits, request::Call};

/// Reads an organization. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pipeline: Arc<Pipeline>,
}

impl Reader {
    pub(crate) fn new(pipeline: Arc<Pipeline>) -> Self {
        Self { pipeline }
    }

    /// Returns what its calls will put up with.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.pipeline.wire.limits
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Makes a call whose answer is one JSON document.
    pub(crate) async fn read<T: DeserializeOwned + Send>(&self, call: &Call) -> Result<T, Error> {
        Ok(self.read_with_status(call).await?.1)
    }

    /// Makes a call whose answer is one JSON document, or finds out that there is no such thing.
    pub(crate) async fn read_if_there<T: DeserializeOwned + Send>(
        &self,
        call: &Call,
    ) -> Result<Option<T>, Error> {
        match self.read(call).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.disposition() == Disposition::Absent => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same as [`Reader::read`], with the status of the success: 206 says that the document is a part.
    pub(crate) async fn read_with_status<T: DeserializeOwned + Send>(
        &self,
        call: &Call,
    ) -> Result<(u16, T), Error> {
        let mut value = None;
        let mut accept = |success: &crate::answer::Success| {
            value = Some(serde_json::from_slice(&success.body)?);
            Ok(())
        };
        let success = Box::pin(self.pipeline.run(call, &mut accept)).await?;
        Ok((success.status, value.expect("an accepted answer was parsed")))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}
