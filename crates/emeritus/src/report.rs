//! The report page.

pub(crate) fn html(evidence: &emeritus_core::evidence::Evidence) -> Result<String, askama::Error> {
    Ok(format!("{evidence:?}"))
}
