//! Lists by cursor: `entities`, and the address of the next page.

use serde::Serialize;

use super::page::PageRequest;
use crate::{operation::Call, reply::Failure};

/// A page of a list that has a cursor, `after`, instead of page numbers and totals.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CursorListing<T> {
    entities: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_uri: Option<String>,
    self_uri: String,
}

/// The largest page of such a list.
const LARGEST_PAGE: usize = 100;

impl<T> CursorListing<T> {
    /// Cuts the page that `call` asks for out of `items`.
    pub(crate) fn of<S>(
        call: &Call<'_>,
        items: &[S],
        id: impl Fn(&S) -> &str,
        render: impl FnMut(&S) -> T,
    ) -> Result<Self, Failure> {
        let size = PageRequest::read(call.query, LARGEST_PAGE)?.size;
        let (shown, after) = cut(items, size, call.query.one("after"), id)?;
        Ok(Self {
            entities: shown.iter().map(render).collect(),
            next_uri: after.map(|after| format!("{}?{}", call.path, call.query.with("after", after))),
            self_uri: call.path.to_owned(),
        })
    }
}

/// Returns the items after the one with the id `after`, at most `size`, and the cursor of the page behind them.
pub(crate) fn cut<'a, S>(
    items: &'a [S],
    size: usize,
    after: Option<&str>,
    id: impl Fn(&S) -> &str,
) -> Result<(&'a [S], Option<&'a str>), Failure>
where
{
    let start = match after {
        None => 0,
        Some(cursor) => {
            let last = items.iter().position(|item| id(item) == cursor);
            last.ok_or_else(|| Failure::bad_request("after is not a valid cursor."))? + 1
        }
    };
    let rest = items.get(start..).unwrap_or_default();
    let shown = rest.get(..size.min(rest.len())).unwrap_or_default();
    let next = shown.last().filter(|_| shown.len() < rest.len()).map(&id);
    Ok((shown, next))
}
