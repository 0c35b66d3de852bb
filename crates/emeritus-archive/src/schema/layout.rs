//! Columns and their levels, derived from the vendor's object types.

use super::{Field, Kind, ObjectType};
use crate::tape::prefix;

/// Where values repeat or may be missing together: the record itself, an optional object, a list.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Repetition level of a value that is not the first of its list.
    pub(crate) rep: i16,
    /// Definition level when the object or item is there.
    pub(crate) def: i16,
    /// Shapes directly inside.
    pub(crate) children: Vec<usize>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Physical {
    /// Text.
    Text,
    /// The 16 bytes of a UUID.
    Uuid,
    /// An instant, milliseconds since 1970.
    Time,
    /// Yes or no.
    Flag,
    /// A whole number.
    Integer,
    /// Any other number.
    Real,
    /// 32 bytes.
    Hash,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) path: Vec<&'static str>,
    pub(crate) physical: Physical,
    pub(crate) shape: usize,
    /// Definition level of a value.
    pub(crate) max_def: i16,
}

/// Where a member goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// A column.
    Single(usize),
    /// A column of a list's items.
    List(usize),
    /// An optional object.
    Object(usize),
    /// A list of objects.
    Objects(usize),
}

/// A member of a node.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) field: &'static Field,
    /// Of its name.
    pub(crate) prefix: u64,
    pub(crate) place: Place,
    /// The shape that `place` adds, if it does.
    pub(crate) shape: Option<usize>,
}

/// An object type at its place in the record.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) shape: usize,
    pub(crate) slots: Vec<Slot>,
    /// The column of members without a column.
    pub(crate) other: usize,
    /// The columns of this object and of all inside it.
    pub(crate) columns: std::ops::Range<usize>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) columns: Vec<Column>,
    pub(crate) nodes: Vec<Node>,
    /// The record's node.
    pub(crate) root: usize,
    /// The column of the record's hash.
    pub(crate) hash: usize,
}

impl Layout {
    pub(crate) fn of(root: &'static ObjectType) -> Self {
        let mut layout = Self::default();
        layout.shapes.push(Shape { rep: 0, def: 0, children: Vec::new() });
        layout.root = layout.node(root, 0, &mut Vec::new());
        layout.hash = layout.columns.len();
        layout.columns.push(Column {
            path: vec![super::RECORD_SHA256],
            physical: Physical::Hash,
            shape: 0,
            max_def: 0,
        });
        layout
    }

    fn node(&mut self, object: &'static ObjectType, shape: usize, path: &mut Vec<&'static str>) -> usize {
        let first = self.columns.len();
        let mut slots = Vec::with_capacity(object.fields.len());
        for field in object.fields {
            path.push(field.name);
            slots.push(self.slot(field, shape, path));
            path.pop();
        }
        let other = self.columns.len();
        path.push(super::OTHER_FIELDS);
        self.column(path, Physical::Text, shape, 1);
        path.pop();
        self.nodes.push(Node { shape, slots, other, columns: first..self.columns.len() });
        self.nodes.len() - 1
    }

    fn slot(&mut self, field: &'static Field, shape: usize, path: &mut Vec<&'static str>) -> Slot {
        let single = |layout: &mut Self, physical, path: &[&'static str]| {
            (Place::Single(layout.column(path, physical, shape, 1)), None)
        };
        let (place, inner) = match field.kind {
            Kind::Text | Kind::Json => single(self, Physical::Text, path),
            Kind::Uuid => single(self, Physical::Uuid, path),
            Kind::Time => single(self, Physical::Time, path),
            Kind::Flag => single(self, Physical::Flag, path),
            Kind::Integer => single(self, Physical::Integer, path),
            Kind::Real => single(self, Physical::Real, path),
            Kind::Texts => self.list(Physical::Text, shape, path),
            Kind::Integers => self.list(Physical::Integer, shape, path),
            Kind::Object(object) => {
                let inner = self.shape(shape, 0, 1);
                (Place::Object(self.node(object, inner, path)), Some(inner))
            }
            Kind::Objects(object) => {
                let inner = self.shape(shape, 1, 2);
                path.extend(["list", "element"]);
                let node = self.node(object, inner, path);
                path.truncate(path.len() - 2);
                (Place::Objects(node), Some(inner))
            }
        };
        Slot { field, prefix: prefix(field.name.as_bytes()), place, shape: inner }
    }

    fn list(&mut self, physical: Physical, shape: usize, path: &[&'static str]) -> (Place, Option<usize>) {
        let inner = self.shape(shape, 1, 2);
        let path: Vec<_> = path.iter().copied().chain(["list", "element"]).collect();
        (Place::List(self.column(&path, physical, inner, 0)), Some(inner))
    }

    fn shape(&mut self, parent: usize, rep: i16, def: i16) -> usize {
        let inner = self.shapes.len();
        let outer = self.shapes.get_mut(parent).map_or((0, 0), |outer| {
            outer.children.push(inner);
            (outer.rep, outer.def)
        });
        self.shapes.push(Shape { rep: outer.0 + rep, def: outer.1 + def, children: Vec::new() });
        inner
    }

    fn column(&mut self, path: &[&'static str], physical: Physical, shape: usize, optional: i16) -> usize {
        let def = self.shapes.get(shape).map_or(0, |shape| shape.def);
        self.columns.push(Column { path: path.to_vec(), physical, shape, max_def: def + optional });
        self.columns.len() - 1
    }
}

impl Slot {
    /// Whether it stands at or before a name, whose prefix is given too.
    pub(crate) fn at_or_before(&self, prefix: u64, name: &[u8]) -> bool {
        self.prefix < prefix || self.prefix == prefix && self.field.name.as_bytes() <= name
    }
}
