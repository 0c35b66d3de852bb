//! From one record's JSON to columns, in one walk: what has a column goes there, the rest to `otherFields`, and
//! beside it the canonical form of what is kept is written, for the hash.
//!
//! A value goes to its column only if writing it back gives the same canonical bytes. Everything else (a null, a
//! number that a double would spell otherwise, a list with a null in it, a name that nobody knows) is kept as it
//! is in `otherFields` of its object. An instant that is spelled otherwise is kept in both.

mod parse;

pub(crate) use crate::tape::Record;
pub(crate) use parse::{uuid, write_real, write_uuid};

use crate::buffer::{Cell, Rows};
use crate::canonical;
use crate::participation::first_instant;
use crate::privacy::{self, Groups, anywhere};
use crate::schema::{Kind, LAYOUT, Layout, Node, Place};
use crate::tape::{JsonError, Span, Text, Value, prefix};
use crate::time::{Calendar, read_instant};

/// Why a record cannot be archived.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// It is not JSON, or names a member twice.
    #[error("the record is not JSON that has one meaning")]
    NotJson(#[from] JsonError),
    /// It is JSON, but no object.
    #[error("the record is no object")]
    NotAnObject,
    /// Its `conversationId` is missing or no string.
    #[error("the record has no conversationId")]
    NoId,
    /// It has no instant by which it can be placed: neither `conversationStart` nor the start of a segment can be read.
    #[error("conversation {id} has no conversationStart that can be read, nor a segment's start")]
    NoStart {
        /// The conversation.
        id: String,
    },
}

/// What is known of a record before it goes to columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heading<'a> {
    pub(crate) id: &'a [u8],
    pub(crate) start: i64,
}

/// Finds a member by name.
pub(crate) fn member<'a>(record: &Record<'a>, span: Span, name: &str) -> Option<&'a Value> {
    let members = record.members(span);
    let place = members.binary_search_by(|member| record.name(member.name).cmp(name.as_bytes())).ok()?;
    members.get(place).map(|member| &member.value)
}

/// Finds a string by name.
pub(crate) fn text<'a>(record: &Record<'a>, span: Span, name: &str) -> Option<&'a [u8]> {
    match member(record, span, name)? {
        Value::Text(text) => record.text(*text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => None,
    }
}

/// The objects in a list that is a member of an object.
pub(crate) fn objects<'a>(
    record: &Record<'a>,
    object: Span,
    name: &str,
) -> impl Iterator<Item = Span> + use<'a> {
    let items = match member(record, object, name) {
        Some(Value::List(span)) => record.members(*span),
        _ => &[],
    };
    items.iter().filter_map(|item| match item.value {
        Value::Object(span) => Some(span),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => None,
    })
}

/// Reads what every record must have.
pub(crate) fn heading<'a>(record: &Record<'a>) -> Result<(Heading<'a>, Span), RecordError> {
    let Value::Object(span) = record.root() else { return Err(RecordError::NotAnObject) };
    let id = text(record, span, "conversationId").ok_or(RecordError::NoId)?;
    let named = || String::from_utf8_lossy(id).into_owned();
    let start = first_instant(record, span);
    let start = start.ok_or_else(|| RecordError::NoStart { id: named() })?;
    Ok((Heading { id, start }, span))
}

/// Puts records into columns.
#[derive(Debug)]
pub(crate) struct Shredder {
    groups: Groups,
    /// The canonical form of what is kept of the record.
    form: Vec<u8>,
    /// Members without a column, of the objects that we are inside of.
    other: Vec<u8>,
    scratch: Vec<u8>,
    calendar: Calendar,
    /// Names of members without a column, of the record that was added last.
    others: Vec<String>,
    /// Something was left out of it, or written beside the columns, that says who did what.
    is_odd: bool,
    /// Where records go of which only the hash is wanted.
    aside: Option<Rows>,
}

impl Shredder {
    pub(crate) fn new(groups: Groups) -> Self {
        Self {
            groups,
            form: Vec::new(),
            other: Vec::new(),
            scratch: Vec::new(),
            calendar: Calendar::default(),
            others: Vec::new(),
            is_odd: false,
            aside: None,
        }
    }

    /// Adds a record, and returns the SHA-256 of its canonical form.
    pub(crate) fn add(&mut self, record: &Record<'_>, span: Span, rows: &mut Rows) -> [u8; 32] {
        self.form.clear();
        self.other.clear();
        self.others.clear();
        self.is_odd = false;
        rows.begin();
        let layout: &'static Layout = &LAYOUT;
        if let Some(root) = layout.nodes.get(layout.root) {
            self.object(record, layout, root, span, 0, rows);
        }
        let hash = canonical::sha256(&self.form);
        rows.push(layout.hash, Cell::Bytes(&hash));
        hash
    }

    /// Returns the hash that `add` would return.
    pub(crate) fn hash(&mut self, record: &Record<'_>, span: Span) -> [u8; 32] {
        let mut aside = self.aside.take().unwrap_or_else(|| Rows::new(&LAYOUT));
        let hash = self.add(record, span, &mut aside);
        aside.clear();
        self.aside = Some(aside);
        hash
    }

    /// The canonical form of the record that was added last, if what is kept of it may say something else of who did
    /// what than the record: then that is to be read from the form.
    pub(crate) fn odd_form(&self) -> Option<&[u8]> {
        self.is_odd.then_some(self.form.as_slice())
    }

    /// Names of members that have no column, of the record that was added last.
    pub(crate) fn others(&self) -> &[String] {
        &self.others
    }

    /// An object whose place in its shape is already there.
    fn object(
        &mut self,
        record: &Record<'_>,
        layout: &Layout,
        node: &Node,
        span: Span,
        rep: i16,
        rows: &mut Rows,
    ) {
        let here = layout.shapes.get(node.shape).map_or(0, |shape| shape.def);
        let others = self.other.len();
        self.form.push(b'{');
        let mut slots = node.slots.iter();
        for member in record.members(span) {
            let name = record.name(member.name);
            let (mut found, prefix) = (None, prefix(name));
            while let Some(slot) = slots.as_slice().first().filter(|slot| slot.at_or_before(prefix, name)) {
                slots.next();
                if slot.prefix == prefix && slot.field.name.as_bytes() == name {
                    found = Some(slot);
                    break;
                }
                if let Some(shape) = slot.shape {
                    rows.absent(shape, here, rep);
                }
            }
            let field = found.map(|slot| slot.field).or_else(|| anywhere(name));
            let looked_at = privacy::Member { record, object: span, name, value: member.value };
            let keep = self.groups.keep(field, looked_at);
            if !keep && !privacy::counts(field, member.value) {
                if let Some(shape) = found.and_then(|slot| slot.shape) {
                    rows.absent(shape, here, rep);
                }
                if found.is_none() {
                    self.others.push(String::from_utf8_lossy(name).into_owned());
                }
                self.is_odd |= field.is_none_or(|field| !field.withheld.is_of_somebody());
                continue;
            }
            if self.form.last() != Some(&b'{') {
                self.form.push(b',');
            }
            let from = self.form.len();
            self.name(record, member.name);
            let kept = keep
                && found.is_some_and(|slot| {
                    self.place(record, layout, slot.field.kind, slot.place, member.value, rep, rows)
                });
            if !kept {
                if let Some(shape) = found.and_then(|slot| slot.shape) {
                    rows.absent(shape, here, rep);
                }
                if keep {
                    self.groups.write(record, field, member.value, &mut self.form);
                } else {
                    self.form.extend_from_slice(privacy::SOMETHING);
                }
                self.is_odd |= !keep || matches!(member.value, Value::List(_) | Value::Object(_));
                self.others.push(String::from_utf8_lossy(name).into_owned());
                self.other.push(if self.other.len() == others { b'{' } else { b',' });
                self.other.extend_from_slice(self.form.get(from..).unwrap_or_default());
            }
        }
        for shape in slots.filter_map(|slot| slot.shape) {
            rows.absent(shape, here, rep);
        }
        self.form.push(b'}');
        if self.other.len() > others {
            self.other.push(b'}');
            rows.push(node.other, Cell::Bytes(self.other.get(others..).unwrap_or_default()));
            self.other.truncate(others);
        }
    }

    fn name(&mut self, record: &Record<'_>, name: Text) {
        canonical::write(record, Value::Text(name), &mut self.form);
        self.form.push(b':');
    }

    /// Puts a value where it belongs and writes it, or does neither and returns false.
    #[expect(clippy::too_many_arguments, reason = "one step of the walk, with all that it is at")]
    fn place(
        &mut self,
        record: &Record<'_>,
        layout: &Layout,
        kind: Kind,
        place: Place,
        value: Value,
        rep: i16,
        rows: &mut Rows,
    ) -> bool {
        match place {
            Place::Single(column) => self.single(record, kind, column, value, rows),
            Place::List(column) => self.list(record, layout, kind, column, value, rep, rows),
            Place::Object(inner) => {
                let (Value::Object(span), Some(node)) = (value, layout.nodes.get(inner)) else {
                    return false;
                };
                let def = layout.shapes.get(node.shape).map_or(0, |shape| shape.def);
                rows.place(node.shape, def, rep);
                self.object(record, layout, node, span, rep, rows);
                true
            }
            Place::Objects(inner) => {
                let (Value::List(span), Some(node)) = (value, layout.nodes.get(inner)) else { return false };
                self.objects(record, layout, node, span, rep, rows)
            }
        }
    }

    fn objects(
        &mut self,
        record: &Record<'_>,
        layout: &Layout,
        node: &Node,
        span: Span,
        rep: i16,
        rows: &mut Rows,
    ) -> bool {
        let items = record.members(span);
        let Some(shape) = layout.shapes.get(node.shape) else { return false };
        if !items.iter().all(|item| matches!(item.value, Value::Object(_))) {
            return false;
        }
        if items.is_empty() {
            rows.absent(node.shape, shape.def - 1, rep);
        }
        self.form.push(b'[');
        for (index, item) in items.iter().enumerate() {
            let rep = if index == 0 { rep } else { shape.rep };
            if index > 0 {
                self.form.push(b',');
            }
            if let Value::Object(span) = item.value {
                rows.place(node.shape, shape.def, rep);
                self.object(record, layout, node, span, rep, rows);
            }
        }
        self.form.push(b']');
        true
    }

    #[expect(clippy::too_many_arguments, reason = "one step of the walk, with all that it is at")]
    fn list(
        &mut self,
        record: &Record<'_>,
        layout: &Layout,
        kind: Kind,
        column: usize,
        value: Value,
        rep: i16,
        rows: &mut Rows,
    ) -> bool {
        let Value::List(span) = value else { return false };
        let Some(shape) = layout.columns.get(column).map(|column| column.shape) else { return false };
        let Some(levels) = layout.shapes.get(shape) else { return false };
        let item = if matches!(kind, Kind::Texts) { Kind::Text } else { Kind::Integer };
        let items = record.members(span);
        if items.iter().any(|member| {
            parse::cell(record, item, member.value, &mut self.scratch, &mut self.calendar).is_none()
        }) {
            return false;
        }
        if items.is_empty() {
            rows.absent(shape, levels.def - 1, rep);
        }
        for (index, member) in items.iter().enumerate() {
            rows.place(shape, levels.def, if index == 0 { rep } else { levels.rep });
            if let Some(cell) = parse::cell(record, item, member.value, &mut self.scratch, &mut self.calendar)
            {
                rows.push(column, cell);
            }
        }
        canonical::write(record, value, &mut self.form);
        true
    }

    fn single(
        &mut self,
        record: &Record<'_>,
        kind: Kind,
        column: usize,
        value: Value,
        rows: &mut Rows,
    ) -> bool {
        let from = self.form.len();
        if matches!(kind, Kind::Json) && !matches!(value, Value::Null) {
            canonical::write(record, value, &mut self.form);
            rows.push(column, Cell::Bytes(self.form.get(from..).unwrap_or_default()));
            return true;
        }
        let Some(cell) = parse::cell(record, kind, value, &mut self.scratch, &mut self.calendar) else {
            // An instant is in its column whatever its spelling, so that it is found; the spelling stands beside it.
            if let (Kind::Time, Value::Text(text)) = (kind, value)
                && let Some(instant) = record.text(text).and_then(read_instant)
            {
                rows.push(column, Cell::Integer(instant));
            }
            return false;
        };
        rows.push(column, cell);
        canonical::write(record, value, &mut self.form);
        true
    }
}
