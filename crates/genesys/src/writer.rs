//! The half of the client that can change vendor state, one [`Effect`] at a time.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::{client::Pipeline, effect::Effect, error::Error};

/// Changes an organization. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    pipeline: Arc<Pipeline>,
}

/// The vendor's word that it accepted an effect. That the effect took hold is known only by reading it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// HTTP status: 200, 202 (accepted, done later), 204 or another success.
    pub status: u16,
    /// The vendor's id of the exchange, if stated.
    pub correlation_id: Option<String>,
    /// The answer's body; `None` if it was empty.
    pub body: Option<Value>,
}

impl Writer {
    pub(crate) fn new(pipeline: Arc<Pipeline>) -> Self {
        Self { pipeline }
    }

    /// Sends an effect, which the vendor performs at most once.
    ///
    /// It is sent again only when the vendor certainly did not perform it: turned away by the rate limit (429), never sent
    /// (no connection), or with a token no longer accepted (401, once, with a new one).
    ///
    /// # Errors
    /// [`Error::disposition`] says what is known. [`Disposition::OutcomeUnknown`](crate::Disposition::OutcomeUnknown) means
    /// that the effect may have been performed: look before acting again.
    pub async fn send(&self, effect: &Effect) -> Result<Receipt, Error> {
        let mut body = None;
        let mut accept = |success: &crate::answer::Success| {
            if !success.body.is_empty() {
                body = Some(serde_json::from_slice::<Value>(&success.body)?);
            }
            Ok(())
        };
        let success = Box::pin(self.pipeline.run(effect.call(), &mut accept)).await?;
        Ok(Receipt { status: success.status, correlation_id: success.correlation_id, body })
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}
