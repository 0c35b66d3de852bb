//! From columns back to a record's canonical JSON.

use crate::buffer::Values;
use crate::canonical;
use crate::decode::{Decoded, Group};
use crate::record::{write_real, write_uuid};
use crate::schema::{Kind, LAYOUT, Layout, Node, Place, Slot};
use crate::tape::{Tape, Value};
use crate::time::Calendar;

/// Where we are in a column.
#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    level: usize,
    value: usize,
}

/// Why columns are no records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("record {record} of the row group cannot be put together from its columns")]
pub(crate) struct RebuildError {
    /// The record, counted from 0.
    pub(crate) record: usize,
}

/// Gives the records of a row group back, one after the other.
#[derive(Debug)]
pub(crate) struct Rebuild<'a> {
    layout: &'static Layout,
    group: &'a Group,
    cursors: Vec<Cursor>,
    /// Columns in which some record has a value, or whose levels are needed.
    live: Vec<bool>,
    tape: Tape,
    calendar: Calendar,
    record: usize,
}

/// What is at a place of a shape.
enum Found {
    Nothing,
    EmptyList,
    Something,
}

impl<'a> Rebuild<'a> {
    pub(crate) fn new(group: &'a Group) -> Self {
        Self {
            layout: &LAYOUT,
            group,
            cursors: vec![Cursor::default(); group.columns.len()],
            live: group.columns.iter().map(|column| !column.empty).collect(),
            tape: Tape::default(),
            calendar: Calendar::default(),
            record: 0,
        }
    }

    /// Writes the next record, and returns the hash that stands beside it; `None` after the last.
    pub(crate) fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<&'a [u8]>, RebuildError> {
        if self.record == self.group.count {
            return Ok(None);
        }
        let layout = self.layout;
        let written = layout.nodes.get(layout.root).and_then(|root| self.object(root, out));
        let hash = match self.column(layout.hash).map(|column| &column.values) {
            Some(Values::Strings(strings)) => strings.value(self.record),
            Some(Values::Integers(_) | Values::Small(_) | Values::Reals(_) | Values::Flags(_)) | None => None,
        };
        match (written, hash) {
            (Some(()), Some(hash)) => {
                self.record += 1;
                Ok(Some(hash))
            }
            _ => Err(RebuildError { record: self.record }),
        }
    }

    fn column(&self, column: usize) -> Option<&'a Decoded> {
        self.group.columns.get(column)
    }

    fn def(&self, column: usize) -> Option<i16> {
        self.column(column)?.def.get(self.cursors.get(column)?.level).copied()
    }

    fn rep(&self, column: usize) -> Option<i16> {
        self.column(column)?.rep.get(self.cursors.get(column)?.level).copied()
    }

    /// Goes on by one place, and returns the index of the value that was there.
    fn step(&mut self, column: usize) -> Option<Option<usize>> {
        let max = self.layout.columns.get(column)?.max_def;
        let def = self.def(column)?;
        let cursor = self.cursors.get_mut(column)?;
        cursor.level += 1;
        if def < max {
            return Some(None);
        }
        cursor.value += 1;
        Some(Some(cursor.value - 1))
    }

    fn is_live(&self, column: usize) -> bool {
        self.live.get(column).copied().unwrap_or(false)
    }

    fn object(&mut self, node: &Node, out: &mut Vec<u8>) -> Option<()> {
        let others = self.others(node)?;
        let mut others = others.iter().peekable();
        out.push(b'{');
        for slot in &node.slots {
            while let Some((_, text)) =
                others.next_if(|(name, _)| name.as_slice() < slot.field.name.as_bytes())
            {
                comma(out);
                out.extend_from_slice(text);
            }
            let is_beside = others.peek().is_some_and(|(name, _)| name == slot.field.name.as_bytes());
            if let (Place::Single(column), true) = (slot.place, is_beside) {
                // An instant whose spelling stands beside it, and comes next.
                if self.is_live(column) {
                    self.step(column)?;
                }
            } else {
                self.slot(slot, out)?;
            }
        }
        for (_, text) in others {
            comma(out);
            out.extend_from_slice(text);
        }
        out.push(b'}');
        Some(())
    }

    /// The members that have no column: their names, and themselves in canonical form.
    fn others(&mut self, node: &Node) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let Some(value) = self.step(node.other)? else { return Some(Vec::new()) };
        let Values::Strings(strings) = &self.column(node.other)?.values else { return None };
        let record = self.tape.read(strings.value(value)?).ok()?;
        let Value::Object(span) = record.root() else { return None };
        let members = record.members(span).iter();
        Some(
            members
                .map(|member| {
                    let mut text = Vec::new();
                    canonical::write_member(&record, *member, &mut text);
                    (record.name(member.name).to_vec(), text)
                })
                .collect(),
        )
    }

    fn slot(&mut self, slot: &Slot, out: &mut Vec<u8>) -> Option<()> {
        match slot.place {
            Place::Single(column) if !self.is_live(column) => Some(()),
            Place::Single(column) => {
                if let Some(value) = self.step(column)? {
                    name(slot.field.name, out);
                    self.value(slot.field.kind, column, value, out)?;
                }
                Some(())
            }
            Place::List(column) => self.list(slot, column, out),
            Place::Object(inner) => {
                let node = self.layout.nodes.get(inner)?;
                match self.found(node.other, slot.shape?)? {
                    Found::Something => {
                        name(slot.field.name, out);
                        self.object(node, out)
                    }
                    Found::Nothing | Found::EmptyList => self.skip(node),
                }
            }
            Place::Objects(inner) => self.objects(slot, self.layout.nodes.get(inner)?, out),
        }
    }

    fn objects(&mut self, slot: &Slot, node: &Node, out: &mut Vec<u8>) -> Option<()> {
        let again = self.layout.shapes.get(slot.shape?)?.rep;
        match self.found(node.other, slot.shape?)? {
            Found::Nothing => return self.skip(node),
            Found::EmptyList => {
                name(slot.field.name, out);
                out.extend_from_slice(b"[]");
                return self.skip(node);
            }
            Found::Something => {}
        }
        name(slot.field.name, out);
        out.push(b'[');
        loop {
            self.object(node, out)?;
            if self.rep(node.other) != Some(again) {
                break;
            }
            out.push(b',');
        }
        out.push(b']');
        Some(())
    }

    fn list(&mut self, slot: &Slot, column: usize, out: &mut Vec<u8>) -> Option<()> {
        let again = self.layout.shapes.get(slot.shape?)?.rep;
        match self.found(column, slot.shape?)? {
            Found::Nothing => return self.step(column).map(drop),
            Found::EmptyList => {
                name(slot.field.name, out);
                out.extend_from_slice(b"[]");
                return self.step(column).map(drop);
            }
            Found::Something => {}
        }
        let kind = if matches!(slot.field.kind, Kind::Texts) { Kind::Text } else { Kind::Integer };
        name(slot.field.name, out);
        out.push(b'[');
        loop {
            let value = self.step(column)??;
            self.value(kind, column, value, out)?;
            if self.rep(column) != Some(again) {
                break;
            }
            out.push(b',');
        }
        out.push(b']');
        Some(())
    }

    /// What the levels of a column say about the shape that a slot adds.
    fn found(&self, column: usize, shape: usize) -> Option<Found> {
        let (def, shape) = (self.def(column)?, self.layout.shapes.get(shape)?);
        Some(if def >= shape.def {
            Found::Something
        } else if shape.rep > 0 && def == shape.def - 1 {
            Found::EmptyList
        } else {
            Found::Nothing
        })
    }

    /// Passes the one place that all columns of a missing object have.
    fn skip(&mut self, node: &Node) -> Option<()> {
        for column in node.columns.clone() {
            if self.is_live(column) {
                self.cursors.get_mut(column)?.level += 1;
            }
        }
        Some(())
    }

    fn value(&mut self, kind: Kind, column: usize, value: usize, out: &mut Vec<u8>) -> Option<()> {
        match (&self.column(column)?.values, kind) {
            (Values::Strings(strings), Kind::Uuid) => {
                out.push(b'"');
                write_uuid(strings.value(value)?, out);
                out.push(b'"');
            }
            (Values::Strings(strings), Kind::Json) => out.extend_from_slice(strings.value(value)?),
            (Values::Strings(strings), _) => {
                out.push(b'"');
                canonical::escape(strings.value(value)?, out);
                out.push(b'"');
            }
            (Values::Integers(values), Kind::Time) => {
                out.push(b'"');
                self.calendar.write(*values.get(value)?, out);
                out.push(b'"');
            }
            (Values::Integers(values), _) => {
                canonical::write_integer(*values.get(value)?, out);
            }
            (Values::Small(values), _) => {
                canonical::write_integer(i64::from(*values.get(value)?), out);
            }
            (Values::Reals(values), _) => write_real(*values.get(value)?, out),
            (Values::Flags(values), _) => {
                out.extend_from_slice(if *values.get(value)? { b"true" } else { b"false" });
            }
        }
        Some(())
    }
}

fn name(name: &str, out: &mut Vec<u8>) {
    comma(out);
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// A comma, unless this is the first member.
fn comma(out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}
