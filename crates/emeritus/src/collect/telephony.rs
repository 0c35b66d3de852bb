//! Phones, numbers and personal settings as things: the vendor's documents without what the vendor keeps by itself,
//! so that two of them are equal when the settings are.

use emeritus_core::holding::Thing;
use emeritus_core::inventory::Part;
use genesys::{Contact, Error, Reader, User};
use serde_json::Value;

pub(crate) async fn phones(reader: &Reader, user: &str) -> Result<Vec<Thing>, Error> {
    let phones = reader.phones_of(user).await?;
    Ok(phones.into_iter().filter_map(phone).collect())
}

fn phone(phone: Value) -> Option<Thing> {
    let id = phone.get("id")?.as_str()?.to_owned();
    let name = phone.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let volatile = ["status", "secondaryStatus", "dateModified", "version", "userAgentInfo", "selfUri"];
    Some(Thing::new(id, name).with_document(without(phone, &volatile)))
}

/// Returns the direct numbers that are the person's by the number plan. One that is not on the profile cannot be
/// taken off it: it is listed, and says so.
pub(super) async fn numbers(reader: &Reader, record: &User) -> Result<Vec<Thing>, Error> {
    let owned = reader.dids_of(&record.id).await?;
    Ok(owned
        .into_iter()
        .map(|number| {
            // A number without its digits cannot be on the profile, but it is held all the same.
            let digits = number.number.unwrap_or(number.id);
            let thing = Thing::new(digits.clone(), digits.clone());
            match entry(record, |entry| entry.address.as_deref() == Some(digits.as_str())) {
                Some(entry) => thing.with_document(entry),
                None => thing
                    .with_detail(Thing::ON, "no")
                    .with_detail("note", "theirs by the number plan, not on the profile"),
            }
        })
        .collect())
}

/// Returns the extensions on the person's profile.
pub(super) fn extensions(record: &User) -> Part<Vec<Thing>> {
    let Some(entries) = &record.addresses else { return no_addresses() };
    let extensions = entries
        .iter()
        .filter_map(|contact| {
            let extension = contact.extension.as_deref().filter(|extension| !extension.is_empty())?;
            let document = serde_json::to_value(contact).ok()?;
            Some(Thing::new(extension, extension).with_document(document))
        })
        .collect();
    Part::Known(extensions)
}

/// A record without its addresses says nothing of numbers and extensions: not that there are none, and not which of
/// those that the number plan knows can be taken off the profile.
pub(super) fn no_addresses<T>() -> Part<T> {
    super::not_told("the addresses")
}

fn entry(record: &User, is_it: impl Fn(&Contact) -> bool) -> Option<Value> {
    let entry = record.addresses.iter().flatten().find(|entry| is_it(entry))?;
    serde_json::to_value(entry).ok()
}

/// A forwarding that was never set up is not a thing; one that is set up but off is kept as it is.
pub(crate) fn forwarding(document: Value) -> Vec<Thing> {
    let document = without(document, &["id", "selfUri", "user", "modifiedDate", "name"]);
    let on = document.get("enabled").and_then(Value::as_bool).unwrap_or(false);
    let calls = document.get("calls").and_then(Value::as_array).is_some_and(|calls| !calls.is_empty());
    let number = document.get("phoneNumber").and_then(Value::as_str).is_some_and(|number| !number.is_empty());
    setting(document, "forwards calls", on, on || calls || number)
}

pub(crate) fn out_of_office(document: Value) -> Vec<Thing> {
    let document = without(document, &["id", "selfUri", "user", "name"]);
    let on = document.get("active").and_then(Value::as_bool).unwrap_or(false);
    let planned = document.get("startDate").is_some_and(|start| !start.is_null());
    setting(document, "out of office", on, on || planned)
}

fn setting(document: Value, name: &str, on: bool, is_there: bool) -> Vec<Thing> {
    if !is_there {
        return Vec::new();
    }
    let thing = Thing::new(Thing::OWN, name).with_detail(Thing::ON, if on { "yes" } else { "no" });
    vec![thing.with_document(document)]
}

/// The organization's own setting is answered for everybody without one: it is not the person's.
pub(crate) fn utilization(document: Value) -> Vec<Thing> {
    let own = document.get("level").and_then(Value::as_str) == Some("Agent");
    if own { vec![Thing::new(Thing::OWN, "own limits").with_document(document)] } else { Vec::new() }
}

pub(crate) fn direct_routing_backup(document: Option<Value>) -> Vec<Thing> {
    let document = document.map(|document| without(document, &["backedUpUsers"]));
    document
        .map(|document| Thing::new(Thing::OWN, "own backup").with_document(document))
        .into_iter()
        .collect()
}

fn without(document: Value, members: &[&str]) -> Value {
    match document {
        Value::Object(mut fields) => {
            for member in members {
                fields.remove(*member);
            }
            fields.retain(|_, value| !value.is_null());
            Value::Object(fields)
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            other
        }
    }
}
