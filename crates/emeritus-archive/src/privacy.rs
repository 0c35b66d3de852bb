//! Which groups of columns are kept, and what belongs to which.
//!
//! A member's group is said by the vendor's schema where that can say it. Where the vendor puts names and addresses
//! into the same member, its content says it; whose name a participant bears, its purpose says. What no schema knows
//! is kept where it can be nobody's.

mod content;
mod filter;

pub(crate) use filter::anywhere;

use serde::{Deserialize, Serialize};

use crate::record::text;
use crate::schema::{Field, Kind, Privacy, Withheld};
use crate::tape::{Record, Span, Value};
use content::{has_address, holds, is_instant, is_uuid, is_word};

/// The groups that are on; all are off by default.
///
/// What is off is left out before anything is written, and before the record's hash is taken: then "lossless"
/// is said of what was kept, and the manifest says which groups those are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Groups {
    /// [`Privacy::Attributes`] is on.
    pub attributes: bool,
    /// [`Privacy::Addresses`] is on.
    pub addresses: bool,
    /// [`Privacy::Names`] is on.
    pub names: bool,
    /// [`Privacy::Notes`] is on.
    pub notes: bool,
}

impl Groups {
    /// All groups: the record as the vendor has it.
    pub const ALL: Self = Self { attributes: true, addresses: true, names: true, notes: true };

    /// Whether a group is on.
    #[must_use]
    pub const fn keeps(self, group: Privacy) -> bool {
        match group {
            Privacy::Attributes => self.attributes,
            Privacy::Addresses => self.addresses,
            Privacy::Names => self.names,
            Privacy::Notes => self.notes,
        }
    }
}

/// Purposes of participants that are members of the organization: their name is their own.
const MEMBERS: [&str; 2] = ["agent", "user"];

/// Purposes of participants that are named by the organization. An ivr and a voicemail are not among them: old records
/// call them by their caller.
const NAMED_BY_THE_ORGANIZATION: [&str; 6] = ["acd", "botflow", "campaign", "group", "queue", "workflow"];

/// A member of an object, as it is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    pub(crate) record: &'a Record<'a>,
    /// The object that it is a member of.
    pub(crate) object: Span,
    pub(crate) name: &'a [u8],
    pub(crate) value: Value,
}

impl Groups {
    fn has_all(self) -> bool {
        self == Self::ALL
    }

    /// Whether a member is kept, or what can be kept of it. `field` is what the schema knows of it.
    pub(crate) fn keep(self, field: Option<&Field>, member: Member<'_>) -> bool {
        if self.has_all() || matches!(member.value, Value::Null) {
            return true;
        }
        let Some(field) = field else { return self.keeps_unknown(member) };
        match field.withheld {
            // What is no object in a list of them is looked at item by item: it must not cost the others.
            Withheld::Never if is_list_of_objects(Some(field), member.value) => true,
            Withheld::Never => fits(field.kind, member) || self.keeps_unknown(member),
            Withheld::Quoting => self.each(member, |text| self.addresses || !has_address(text)),
            Withheld::Saying => self
                .each(member, |text| (self.addresses || !has_address(text)) && (self.notes || is_word(text))),
            Withheld::Without(group) => self.keeps(group),
            Withheld::Of(group) => self.keeps_of(group, member),
            Withheld::NameOfParticipant => {
                let purpose = text(member.record, member.object, "purpose").unwrap_or_default();
                let is = |of: &str| purpose.eq_ignore_ascii_case(of.as_bytes());
                if MEMBERS.into_iter().any(is) {
                    true
                } else if NAMED_BY_THE_ORGANIZATION.into_iter().any(is) {
                    self.each(member, |text| self.addresses || !has_address(text))
                } else {
                    self.keeps_of(Privacy::Names, member)
                }
            }
        }
    }

    /// Whether all texts and numbers of a value may be kept; objects are looked at from inside.
    fn each(self, member: Member<'_>, keeps: impl Fn(&str) -> bool) -> bool {
        every(member.record, member.value, &|value| match value {
            Value::Number(span) => as_text(member.record.number(span)).is_some_and(&keeps),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => {
                string(member.record, value).is_none_or(&keeps)
            }
        })
    }

    /// What is of somebody is kept when the groups of all that it holds are on.
    fn keeps_of(self, group: Privacy, member: Member<'_>) -> bool {
        let keeps = |text: &str| {
            let holds = holds(text, group == Privacy::Names);
            (self.addresses || !holds.address) && (self.names || !holds.name)
        };
        let is_of_texts = every(member.record, member.value, &|value| !matches!(value, Value::Object(_)));
        // What is in an object there nobody can say.
        if is_of_texts { self.each(member, keeps) } else { self.addresses && self.names }
    }

    /// Whether an item of a list of objects is kept; objects and lists are looked at from inside.
    fn keeps_item(self, item: Member<'_>) -> bool {
        !matches!(item.value, Value::Text(_)) || self.keeps_unknown(item)
    }

    /// What no schema knows is kept where it can be nobody's: numbers, instants, ids. Objects are looked at from inside.
    fn keeps_unknown(self, member: Member<'_>) -> bool {
        if self.has_all() {
            return true;
        }
        let is_id = member.name.ends_with(b"Id") || member.name.ends_with(b"Ids");
        let keeps = |text: &str| {
            text.is_empty()
                || is_uuid(text)
                || is_instant(text)
                || is_id && is_word(text) && !has_address(text)
        };
        every(member.record, member.value, &|value| string(member.record, value).is_none_or(keeps))
    }
}

/// What is kept of a text that may be anybody's, where its being there says something: that it was there.
pub(crate) const SOMETHING: &[u8] = br#""?""#;

/// Whether that a text stands there says something by itself: an end that nobody can read is not none.
pub(crate) fn counts(field: Option<&Field>, value: Value) -> bool {
    let is_time = field.is_some_and(|field| matches!(field.kind, Kind::Time));
    is_time && matches!(value, Value::Text(_))
}

fn is_list_of_objects(field: Option<&Field>, value: Value) -> bool {
    let of_objects = field.is_some_and(|field| {
        matches!(field.kind, Kind::Objects(_)) && matches!(field.withheld, Withheld::Never)
    });
    of_objects && matches!(value, Value::List(_))
}

/// Whether something is so of a value, or of all items of a list and of lists in it.
fn every(record: &Record<'_>, value: Value, is: &impl Fn(Value) -> bool) -> bool {
    match value {
        Value::List(span) => record.members(span).iter().all(|item| every(record, item.value, is)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => is(value),
    }
}

/// Whether a value is of the form that the schema says. What is not may be anything.
fn fits(kind: Kind, member: Member<'_>) -> bool {
    let is_list = matches!(member.value, Value::List(_));
    every(member.record, member.value, &|value| {
        let Some(text) = string(member.record, value) else { return true };
        match kind {
            Kind::Text | Kind::Uuid | Kind::Json => !is_list,
            Kind::Texts => true,
            Kind::Time => is_instant(text),
            Kind::Flag => text == "true" || text == "false",
            Kind::Integer | Kind::Real => text.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::Integers | Kind::Object(_) | Kind::Objects(_) => false,
        }
    })
}

fn as_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A string of the record. One that holds half of a surrogate pair is looked at as it is written.
fn string<'a>(record: &Record<'a>, value: Value) -> Option<&'a str> {
    match value {
        Value::Text(text) => as_text(record.name(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => None,
    }
}
