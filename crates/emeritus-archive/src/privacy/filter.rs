//! What is kept of a value that does not go to columns: a list with a null in it, an object where the schema has none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Groups, Member, SOMETHING, counts, is_list_of_objects};
use crate::canonical;
use crate::schema::{Field, Kind, ObjectType, Withheld, vendor};
use crate::tape::{Record, Value};

/// Members by name, wherever the schema has them: the same name elsewhere means the same, as a rule.
static ANYWHERE: LazyLock<BTreeMap<&'static [u8], Field>> = LazyLock::new(|| {
    let mut fields = BTreeMap::new();
    collect(&vendor::CONVERSATION, &mut fields);
    // A metric's; anything may have one.
    fields.remove(&b"name"[..]);
    for field in fields.values_mut() {
        // What is a word in its own place may be more in another.
        if matches!(field.withheld, Withheld::Quoting) {
            field.withheld = Withheld::Saying;
        }
    }
    fields
});

fn collect(object: &'static ObjectType, fields: &mut BTreeMap<&'static [u8], Field>) {
    for field in object.fields {
        let known = fields.entry(field.name.as_bytes()).or_insert(*field);
        // Of two that differ, the one that keeps less.
        if matches!(known.withheld, Withheld::Never) {
            *known = *field;
        }
        if let Some(inner) = inside(Some(field)) {
            collect(inner, fields);
        }
    }
}

/// The type of what is inside a member.
fn inside(field: Option<&'static Field>) -> Option<&'static ObjectType> {
    match field?.kind {
        Kind::Object(inner) | Kind::Objects(inner) => Some(inner),
        Kind::Text
        | Kind::Uuid
        | Kind::Time
        | Kind::Flag
        | Kind::Integer
        | Kind::Real
        | Kind::Json
        | Kind::Texts
        | Kind::Integers => None,
    }
}

/// What the schema knows of a member that it does not have in this place.
pub(crate) fn anywhere(name: &[u8]) -> Option<&'static Field> {
    ANYWHERE.get(name)
}

impl Groups {
    /// Writes what is kept of a member's value, in canonical form.
    pub(crate) fn write(
        self,
        record: &Record<'_>,
        field: Option<&'static Field>,
        value: Value,
        out: &mut Vec<u8>,
    ) {
        if self.has_all() || field.is_some_and(|field| matches!(field.kind, Kind::Json)) {
            canonical::write(record, value, out);
        } else {
            self.value(record, field, value, out);
        }
    }

    fn value(self, record: &Record<'_>, field: Option<&'static Field>, value: Value, out: &mut Vec<u8>) {
        let object = inside(field);
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
                canonical::write(record, value, out);
            }
            Value::List(span) => {
                out.push(b'[');
                for (place, item) in record.members(span).iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    // In a list of objects a text may be anything.
                    let of_nothing = Member { record, object: span, name: b"", value: item.value };
                    if is_list_of_objects(field, value) && !self.keeps_item(of_nothing) {
                        out.extend_from_slice(SOMETHING);
                    } else {
                        self.value(record, field, item.value, out);
                    }
                }
                out.push(b']');
            }
            Value::Object(span) => {
                out.push(b'{');
                for member in record.members(span) {
                    let name = record.name(member.name);
                    let own =
                        object.and_then(|object| object.fields.iter().find(|f| f.name.as_bytes() == name));
                    let field = own.or_else(|| anywhere(name));
                    let keep = self.keep(field, Member { record, object: span, name, value: member.value });
                    if !keep && !counts(field, member.value) {
                        continue;
                    }
                    if out.last() != Some(&b'{') {
                        out.push(b',');
                    }
                    canonical::write(record, Value::Text(member.name), out);
                    out.push(b':');
                    if keep {
                        self.write(record, field, member.value, out);
                    } else {
                        out.extend_from_slice(SOMETHING);
                    }
                }
                out.push(b'}');
            }
        }
    }
}
