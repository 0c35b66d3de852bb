//! One JSON record as a flat tape: where each value stands in the vendor's bytes, members in order of name.
//!
//! Nothing is copied but strings that carry escapes, and the buffers are used again for the next record, so
//! reading a record costs one pass over its bytes and no allocation.

mod scan;

pub use scan::{JsonError, JsonFault};

/// A span of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A string: where its characters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// In the record itself: it has no escapes.
    Plain(Span),
    /// Among the decoded strings.
    Decoded(Span),
    /// It holds half of a surrogate pair, so it is no text; among the decoded strings it stands as it is to be
    /// written between quotes.
    Broken(Span),
}

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number, as the vendor spells it.
    Number(Span),
    Text(Text),
    /// Its items are members without a name.
    List(Span),
    /// Its members are in order of name, each name once.
    Object(Span),
}

/// A member of an object, or an item of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) name: Text,
    pub(crate) value: Value,
}

/// Reads records, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    members: Vec<Member>,
    open: Vec<Member>,
    decoded: Vec<u8>,
}

/// A record that has been read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    source: &'a [u8],
    tape: &'a Tape,
    root: Value,
}

impl<'a> Record<'a> {
    /// The record itself.
    pub(crate) const fn root(&self) -> Value {
        self.root
    }

    /// The members of an object, or the items of a list.
    pub(crate) fn members(&self, span: Span) -> &'a [Member] {
        slice(&self.tape.members, span)
    }

    /// The bytes of a text, unless it is [`Text::Broken`].
    pub(crate) fn text(&self, text: Text) -> Option<&'a [u8]> {
        match text {
            Text::Plain(span) => Some(slice(self.source, span)),
            Text::Decoded(span) => Some(slice(&self.tape.decoded, span)),
            Text::Broken(_) => None,
        }
    }

    /// The bytes by which a name is sorted.
    pub(crate) fn name(&self, name: Text) -> &'a [u8] {
        self.tape.name(self.source, name)
    }

    /// A number, as it is spelled.
    pub(crate) fn number(&self, span: Span) -> &'a [u8] {
        slice(self.source, span)
    }
}

impl Tape {
    fn name<'a>(&'a self, source: &'a [u8], name: Text) -> &'a [u8] {
        match name {
            Text::Plain(span) => slice(source, span),
            Text::Decoded(span) | Text::Broken(span) => slice(&self.decoded, span),
        }
    }
}

fn slice<T>(all: &[T], span: Span) -> &[T] {
    // Every span was made from positions in `all`.
    all.get(span.start as usize..span.end as usize).unwrap_or_default()
}
