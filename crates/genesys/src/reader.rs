//! The half of the client that can only read. Its calls are in the module of their family; they change nothing at the vendor,
//! also where the vendor wants a question asked by POST.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;

use crate::{client::Pipeline, error::Error, request::Call};

/// Reads an organization. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pipeline: Arc<Pipeline>,
}

impl Reader {
    pub(crate) fn new(pipeline: Arc<Pipeline>) -> Self {
        Self { pipeline }
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub(crate) fn page_size(&self) -> u32 {
        self.pipeline.wire.limits.page_size
    }

    /// Makes a call whose answer is one JSON document.
    pub(crate) async fn read<T: DeserializeOwned + Send>(&self, call: &Call) -> Result<T, Error> {
        let mut value = None;
        let mut accept = |success: &crate::answer::Success| {
            value = Some(serde_json::from_slice(&success.body)?);
            Ok(())
        };
        Box::pin(self.pipeline.run(call, &mut accept)).await?;
        Ok(value.expect("an accepted answer was parsed"))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}
