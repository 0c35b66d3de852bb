//! Lists that go on from a cursor. The vendor states no total for them, so a list is accepted when it was followed to the
//! page that names no further one, each cursor came once, and no entry came twice.

use std::{collections::BTreeSet, ops::ControlFlow};

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::{
    client::Pipeline,
    error::{Error, ErrorKind},
    page::Entry,
    reader::Reader,
    request::Call,
};

/// A page as the vendor writes it. The cursor is called `after` or `cursor`; some lists have it only within `nextUri`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CursorPage<T> {
    entities: Option<Vec<T>>,
    after: Option<String>,
    cursor: Option<String>,
    next_uri: Option<String>,
}

/// How a page says that the list goes on.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// It does not.
    End,
    /// From a cursor.
    From(String),
    /// At an address that has no cursor.
    Unknown,
}

/// A list followed to where it ended or was left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Followed {
    /// Number of distinct entries.
    pub(crate) unique: u64,
    /// Whether an entry came twice: it moved, and another may have been missed the same way.
    duplicates: bool,
}

/// Takes the entries of a page that were not seen before, and says whether to go on.
pub(crate) type Each<'a, T> = &'a mut (dyn FnMut(Vec<T>) -> ControlFlow<()> + Send);

impl<T> CursorPage<T> {
    fn next(&self) -> Next {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(cursor) = given(&self.after).or_else(|| given(&self.cursor)) {
            return Next::From(cursor);
        }
        match given(&self.next_uri) {
            None => Next::End,
            Some(uri) => within(&uri).map_or(Next::Unknown, Next::From),
        }
    }
}

/// Returns the cursor in an address.
fn within(uri: &str) -> Option<String> {
    let (_, query) = uri.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| matches!(*name, "after" | "cursor"))?;
    let cursor = percent_decode_str(value).decode_utf8().ok()?;
    (!cursor.is_empty()).then(|| cursor.into_owned())
}

impl Reader {
    /// Reads a whole list; `call` makes the request for the page at a cursor, the first without one.
    pub(crate) async fn cursor_list<T: Entry>(
        &self,
        call: &(dyn Fn(Option<&str>) -> Call + Sync),
    ) -> Result<Vec<T>, Error> {
        let mut reads = 0;
        loop {
            let mut entries = Vec::new();
            let mut keep = |page| {
                entries.extend::<Vec<T>>(page);
                ControlFlow::Continue(())
            };
            let followed = Box::pin(self.follow(call, &mut keep)).await?;
            if !followed.duplicates {
                return Ok(entries);
            }
            reads += 1;
            if reads >= self.pipeline().wire.limits.max_list_reads {
                return Err(incomplete(&call(None), followed.unique));
            }
            self.pipeline().pause_before_reread(reads).await;
        }
    }

    /// Follows a list page by page. Of what was seen only the ids and the cursors are kept.
    pub(crate) async fn follow<T: Entry>(
        &self,
        call: &(dyn Fn(Option<&str>) -> Call + Sync),
        each: Each<'_, T>,
    ) -> Result<Followed, Error> {
        let limit = self.pipeline().wire.limits.max_pages;
        let mut followed = Followed { unique: 0, duplicates: false };
        let (mut keys, mut cursors) = (BTreeSet::new(), BTreeSet::new());
        let mut cursor: Option<String> = None;
        for _ in 0..limit {
            let request = call(cursor.as_deref());
            let page: CursorPage<T> = self.read(&request).await?;
            let next = page.next();
            let mut entries = page.entities.unwrap_or_default();
            entries.retain(|entry| {
                let is_new = keys.insert(entry.key().to_owned());
                followed.duplicates |= !is_new;
                is_new
            });
            followed.unique = u64::try_from(keys.len()).unwrap_or(u64::MAX);
            if !entries.is_empty() && each(entries).is_break() {
                return Ok(followed);
            }
            match next {
                Next::End => return Ok(followed),
                // A cursor that came before leads round in a circle.
                Next::From(next) if cursors.insert(next.clone()) => cursor = Some(next),
                Next::From(_) | Next::Unknown => return Err(incomplete(&request, followed.unique)),
            }
        }
        Err(Pipeline::reject(&call(None), ErrorKind::TooManyPages { limit }))
    }
}

fn incomplete(call: &Call, unique: u64) -> Error {
    Pipeline::reject(call, ErrorKind::Incomplete { expected: None, unique })
}
