//! Values on their way to or from a row group: a buffer a column, levels a shape.
//!
//! Most columns of most records are empty. So what is missing is written down once for each shape, not once for
//! each of its columns; a column's own levels begin with its first value, and are filled up to a value only when
//! one comes.

use crate::schema::{Layout, Physical};

/// Byte strings, side by side.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Strings {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<u32>,
}

impl Strings {
    pub(crate) fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        // A row group is written long before four gigabytes.
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn value(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)? as usize;
        let start =
            index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).map(|&end| end as usize))?;
        self.bytes.get(start..end)
    }
}

/// A column's values.
#[derive(Debug, PartialEq)]
pub(crate) enum Values {
    Strings(Strings),
    Integers(Vec<i64>),
    Small(Vec<i32>),
    Reals(Vec<f64>),
    Flags(Vec<bool>),
}

impl Values {
    pub(crate) fn of(physical: Physical) -> Self {
        match physical {
            Physical::Text | Physical::Hash | Physical::Uuid => Self::Strings(Strings::default()),
            Physical::Time | Physical::Integer => Self::Integers(Vec::new()),
            Physical::Real => Self::Reals(Vec::new()),
            Physical::Flag => Self::Flags(Vec::new()),
        }
    }

    /// Adds a value of the column's kind.
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Strings(values), Cell::Bytes(value)) => values.push(value),
            (Self::Strings(values), Cell::Uuid(value)) => values.push(&value),
            (Self::Integers(values), Cell::Integer(value)) => values.push(value),
            (Self::Reals(values), Cell::Real(value)) => values.push(value),
            (Self::Flags(values), Cell::Flag(value)) => values.push(value),
            (Self::Strings(_) | Self::Integers(_) | Self::Small(_) | Self::Reals(_) | Self::Flags(_), _) => {
                debug_assert!(false, "a value of another kind than its column");
            }
        }
    }

    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Strings(strings) => strings.ends.len(),
            Self::Integers(values) => values.len(),
            Self::Small(values) => values.len(),
            Self::Reals(values) => values.len(),
            Self::Flags(values) => values.len(),
        }
    }

    const fn size(&self) -> usize {
        match self {
            Self::Strings(strings) => strings.bytes.len() + 4 * strings.ends.len(),
            Self::Integers(values) => 8 * values.len(),
            Self::Small(values) => 4 * values.len(),
            Self::Reals(values) => 8 * values.len(),
            Self::Flags(values) => values.len(),
        }
    }

    pub(crate) fn clear(&mut self) {
        match self {
            Self::Strings(strings) => {
                strings.bytes.clear();
                strings.ends.clear();
            }
            Self::Integers(values) => values.clear(),
            Self::Small(values) => values.clear(),
            Self::Reals(values) => values.clear(),
            Self::Flags(values) => values.clear(),
        }
    }
}

/// Levels, a pair for each place.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    pub(crate) rep: Vec<i16>,
    pub(crate) def: Vec<i16>,
}

/// One value for a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    Bytes(&'a [u8]),
    Uuid([u8; 16]),
    Integer(i64),
    Real(f64),
    Flag(bool),
}

#[derive(Debug)]
pub(crate) struct ColumnBuffer {
    pub(crate) values: Values,
    def: Vec<i16>,
}

/// A row group in the making.
#[derive(Debug)]
pub(crate) struct Rows {
    layout: &'static Layout,
    pub(crate) shapes: Vec<Levels>,
    columns: Vec<ColumnBuffer>,
    count: usize,
}

impl Rows {
    pub(crate) fn new(layout: &'static Layout) -> Self {
        Self {
            layout,
            shapes: layout.shapes.iter().map(|_| Levels::default()).collect(),
            columns: layout
                .columns
                .iter()
                .map(|column| ColumnBuffer { values: Values::of(column.physical), def: Vec::new() })
                .collect(),
            count: 0,
        }
    }

    /// How many records it holds.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// About how many bytes it holds.
    pub(crate) fn size(&self) -> usize {
        let levels: usize = self.shapes.iter().map(|levels| 4 * levels.def.len()).sum();
        let values: usize =
            self.columns.iter().map(|column| column.values.size() + 2 * column.def.len()).sum();
        levels + values
    }

    /// Begins the next record.
    pub(crate) fn begin(&mut self) {
        self.place(0, 0, 0);
        self.count += 1;
    }

    /// Adds a place to a shape.
    pub(crate) fn place(&mut self, shape: usize, def: i16, rep: i16) {
        if let Some(levels) = self.shapes.get_mut(shape) {
            levels.def.push(def);
            levels.rep.push(rep);
        }
    }

    /// Adds a place where something is missing, to a shape and to all inside it.
    pub(crate) fn absent(&mut self, shape: usize, def: i16, rep: i16) {
        self.place(shape, def, rep);
        let layout = self.layout;
        for &child in layout.shapes.get(shape).map(|shape| shape.children.as_slice()).unwrap_or_default() {
            self.absent(child, def, rep);
        }
    }

    /// Puts a value at the newest place of the column's shape.
    pub(crate) fn push(&mut self, column: usize, cell: Cell<'_>) {
        let (Some(buffer), Some(meta)) = (self.columns.get_mut(column), self.layout.columns.get(column))
        else {
            return;
        };
        let Some(shape) = self.shapes.get(meta.shape) else { return };
        let newest = shape.def.len() - 1;
        if self.layout.shapes.get(meta.shape).is_some_and(|shape| shape.def < meta.max_def) {
            let missing = shape.def.get(buffer.def.len()..newest).unwrap_or_default();
            buffer.def.extend_from_slice(missing);
            buffer.def.push(meta.max_def);
        }
        buffer.values.push(cell);
    }

    /// A column's values with its levels: definition, repetition.
    pub(crate) fn column(&mut self, column: usize) -> Option<(&Values, &[i16], &[i16])> {
        let meta = self.layout.columns.get(column)?;
        let shape = self.shapes.get(meta.shape)?;
        let buffer = self.columns.get_mut(column)?;
        let own = self.layout.shapes.get(meta.shape)?.def < meta.max_def && buffer.values.len() > 0;
        if own {
            buffer.def.extend_from_slice(shape.def.get(buffer.def.len()..).unwrap_or_default());
        }
        Some((&buffer.values, if own { &buffer.def } else { &shape.def }, &shape.rep))
    }

    /// Forgets all records, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        for levels in &mut self.shapes {
            levels.def.clear();
            levels.rep.clear();
        }
        for column in &mut self.columns {
            column.values.clear();
            column.def.clear();
        }
        self.count = 0;
    }
}
