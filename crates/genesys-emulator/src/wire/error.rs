//! The vendor's `ErrorBody`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::reply::Failure;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorBody<'a> {
    message: &'a str,
    code: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_with_params: Option<String>,
    message_params: BTreeMap<&'a str, &'a str>,
    context_id: &'a str,
    details: [(); 0],
    errors: [(); 0],
}

impl<'a> ErrorBody<'a> {
    pub(crate) fn of(failure: &'a Failure, context_id: &'a str) -> Self {
        let message_with_params = (!failure.params.is_empty()).then(|| {
            failure.params.iter().fold(failure.message.clone(), |text, (name, value)| {
                if value.is_empty() { text } else { text.replacen(value.as_str(), &format!("{{{name}}}"), 1) }
            })
        });
        Self {
            message: &failure.message,
            code: failure.code,
            status: failure.status,
            message_with_params,
            message_params: failure.params.iter().map(|(name, value)| (*name, value.as_str())).collect(),
            context_id,
            details: [],
            errors: [],
        }
    }
}
