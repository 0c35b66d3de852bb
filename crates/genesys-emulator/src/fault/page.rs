//! Lists that do not add up: a page twice, a page that shifted, a last page that is missing.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    emulator::State,
    gate::{Arrival, Done, Manner},
    history::earlier_cursor,
    query::Query,
    reply::Reply,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Duplicate,
    Drift,
    LastMissing,
}

/// Names under which the vendor's lists keep their items.
const ITEMS: [&str; 3] = ["entities", "results", "conversations"];

/// Carries the request out and spoils the page it answers; does nothing where the flaw cannot be.
pub(super) fn with(state: &mut State, arrival: &Arrival, now: Timestamp, flaw: Flaw) -> Done {
    let done = Done::plainly(state.handle(arrival, now));
    let Some(page) =
        done.result.as_ref().ok().filter(|reply| reply.status == 200).and_then(|reply| read(&reply.body))
    else {
        return done;
    };
    let spoiled = match flaw {
        Flaw::Duplicate | Flaw::Drift => previous(state, arrival, now).and_then(|previous| {
            if flaw == Flaw::Duplicate { duplicate(page, previous) } else { drift(page, previous) }
        }),
        Flaw::LastMissing => without_last(page, arrival),
    };
    let Some(body) = spoiled.and_then(|page| serde_json::to_vec(&page).ok()) else { return done };
    Done { result: Ok(Reply::json(body)), ..done }.with(Manner::Plain)
}

fn read(body: &[u8]) -> Option<Value> {
    let page: Value = serde_json::from_slice(body).ok()?;
    page.is_object().then_some(page)
}

fn items(page: &mut Value) -> Option<&mut Vec<Value>> {
    let page = page.as_object_mut()?;
    let name = ITEMS.into_iter().find(|name| page.get(*name).is_some_and(Value::is_array))?;
    page.get_mut(name)?.as_array_mut()
}

/// Returns the number of the page asked for, in the query or in the body.
fn page_number(arrival: &Arrival) -> u64 {
    asked(arrival, "pageNumber").unwrap_or(1)
}

/// Returns the size of the page asked for; the vendor's default is 25.
fn page_size(arrival: &Arrival) -> u64 {
    asked(arrival, "pageSize").unwrap_or(25)
}

fn asked(arrival: &Arrival, name: &str) -> Option<u64> {
    let in_query = arrival.query.one(name).and_then(|number| number.parse().ok());
    in_query.or_else(|| paging(&mut read(&arrival.body)?)?.get(name)?.as_u64())
}

/// Returns the part of a body in which the page is asked for.
fn paging(body: &mut Value) -> Option<&mut Value> {
    let part = if body.get("paging").is_some_and(Value::is_object) { "/paging" } else { "" };
    body.pointer_mut(part)
}

/// Returns the page before the one asked for, as the same request would have got it.
fn previous(state: &mut State, arrival: &Arrival, now: Timestamp) -> Option<Value> {
    let mut earlier = arrival.clone();
    if let Some(cursor) = arrival.query.one("cursor") {
        let job = arrival.path.rsplit('/').nth(1)?;
        earlier.query = Query::parse(&arrival.query.with("cursor", &earlier_cursor(job, cursor)?));
        return read(&state.handle_as(&earlier, now).ok()?.body);
    }
    let before = page_number(arrival).checked_sub(1).filter(|before| *before > 0)?;
    if arrival.query.one("pageNumber").is_some() {
        earlier.query = Query::parse(&arrival.query.with("pageNumber", &before.to_string()));
    } else {
        let mut body = read(&arrival.body)?;
        *paging(&mut body)?.get_mut("pageNumber")? = before.into();
        earlier.body = serde_json::to_vec(&body).ok()?.into();
    }
    let reply = state.handle_as(&earlier, now).ok()?;
    read(&reply.body)
}

fn duplicate(mut page: Value, mut previous: Value) -> Option<Value> {
    *items(&mut page)? = std::mem::take(items(&mut previous)?);
    Some(page)
}

fn drift(mut page: Value, mut previous: Value) -> Option<Value> {
    let size = items(&mut previous)?.len();
    let pushed_over = items(&mut previous)?.pop()?;
    let present = items(&mut page)?;
    present.insert(0, pushed_over);
    present.truncate(size);
    for total in ["total", "totalHits"] {
        if let Some(total) = page.get_mut(total)
            && let Some(number) = total.as_u64()
        {
            *total = (number + 1).into();
        }
    }
    Some(page)
}

fn without_last(mut page: Value, arrival: &Arrival) -> Option<Value> {
    let total = page.get("total").or_else(|| page.get("totalHits")).and_then(Value::as_u64);
    let is_last = match total {
        Some(total) => page_number(arrival).saturating_mul(page_size(arrival)) >= total,
        None => page.get("nextUri").is_none() && page.get("cursor").is_none(),
    };
    let items = items(&mut page)?;
    if !is_last || items.is_empty() {
        return None;
    }
    items.clear();
    Some(page)
}
