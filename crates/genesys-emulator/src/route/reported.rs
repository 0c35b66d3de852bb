//! What is only reported about people: the API shows it, and no operation here changes it.

mod architect;
mod development;
mod personal;
mod quality;
mod recording;
mod workforce;

use std::fmt::Display;

use jiff::Timestamp;

use crate::{
    operation::{Call, Operation},
    reply::{Failure, Reply},
    wire::page::{Listing, PageRequest},
};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = personal::operations();
    all.extend(quality::operations());
    all.extend(development::operations());
    all.extend(workforce::operations());
    all.extend(architect::operations());
    all.extend(recording::operations());
    all
}

/// The largest page of these lists.
const LARGEST_PAGE: usize = 100;

/// Answers the page of `items` that was asked for.
fn list<T>(
    call: &Call<'_>,
    items: &[T],
    render: impl FnMut(&T) -> serde_json::Value,
) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    Reply::ok(&page_of(call, page, items, render))
}

fn page_of<T>(
    call: &Call<'_>,
    page: PageRequest,
    items: &[T],
    render: impl FnMut(&T) -> serde_json::Value,
) -> Listing<serde_json::Value> {
    Listing::of(page, items, call.path, call.query, render)
}

/// Refuses parameters whose meaning would have to be guessed.
fn refuse(call: &Call<'_>, names: &[&str]) -> Result<(), Failure> {
    match names.iter().find(|name| call.query.one(name).is_some()) {
        Some(name) => Err(Failure::not_emulated(format_args!("{name} of {}", call.path))),
        None => Ok(()),
    }
}

/// Returns the values of a parameter that takes only certain words.
fn words<'a>(call: &'a Call<'_>, name: &str, kind: &str, allowed: &[&str]) -> Result<Vec<&'a str>, Failure> {
    let given = call.query.many(name);
    match given.iter().find(|word| !allowed.contains(word)) {
        Some(word) => Err(Failure::invalid_value(word, kind, &allowed.join(", "))),
        None => Ok(given),
    }
}

/// Returns a parameter that is an instant.
fn instant(call: &Call<'_>, name: &str) -> Result<Option<Timestamp>, Failure> {
    call.query.one(name).map(|text| text.parse().map_err(|_| Failure::invalid_date())).transpose()
}

/// Returns a parameter that is two instants with a slash between; without an offset they are UTC.
fn interval(call: &Call<'_>, name: &str) -> Result<Option<(Timestamp, Timestamp)>, Failure> {
    let Some(text) = call.query.one(name) else { return Ok(None) };
    let (from, to) = text.split_once('/').ok_or_else(Failure::invalid_date)?;
    let read = |text: &str| {
        text.parse().or_else(|_| format!("{text}Z").parse()).map_err(|_: jiff::Error| Failure::invalid_date())
    };
    Ok(Some((read(from)?, read(to)?)))
}

/// Returns whether `at` lies in an interval, whose end does not belong to it.
fn within(interval: Option<(Timestamp, Timestamp)>, at: Timestamp) -> bool {
    interval.is_none_or(|(from, to)| from <= at && at < to)
}

/// Returns whether `overdue` asks for what is, or is not, overdue; nothing where it does not matter.
fn overdue(call: &Call<'_>) -> Result<Option<bool>, Failure> {
    Ok(match words(call, "overdue", "String", &["True", "False", "Any"])?.first() {
        Some(&"True") => Some(true),
        Some(&"False") => Some(false),
        Some(_) | None => None,
    })
}

fn required(name: impl Display) -> Failure {
    Failure::bad_request(format_args!("{name} is required."))
}
