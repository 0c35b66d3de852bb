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
    /// Forgets all records, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.members.clear();
        self.open.clear();
        self.decoded.clear();
    }

    /// A record that has been read, by its bytes and what [`Tape::append`] returned for them.
    pub(crate) const fn record<'a>(&'a self, source: &'a [u8], root: Value) -> Record<'a> {
        Record { source, tape: self, root }
    }

    fn name<'a>(&'a self, source: &'a [u8], name: Text) -> &'a [u8] {
        match name {
            Text::Plain(span) => slice(source, span),
            Text::Decoded(span) | Text::Broken(span) => slice(&self.decoded, span),
        }
    }
}

/// The first eight bytes of a name as a number, in the order of names.
pub(crate) fn prefix(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk::<8>() {
        return u64::from_be_bytes(*first);
    }
    let missing = 8 - name.len();
    let number = name.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
    (0..missing).fold(number, |number, _| number << 8)
}

/// Where the first byte stands that ends a string or must be escaped in it: eight at a time.
pub(crate) fn special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, backslash) = (word ^ (ONES * b'"' as u64), word ^ (ONES * b'\\' as u64));
        // The high bit of each byte that is zero, or below a space; exact up to the first of them.
        let found = quote.wrapping_sub(ONES) & !quote
            | backslash.wrapping_sub(ONES) & !backslash
            | word.wrapping_sub(ONES * b' ' as u64) & !word;
        if found & HIGH != 0 {
            return Some(index * 8 + (found & HIGH).trailing_zeros() as usize / 8);
        }
    }
    let ends = tail.iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..b' '))?;
    Some(bytes.len() - tail.len() + ends)
}

fn slice<T>(all: &[T], span: Span) -> &[T] {
    // Every span was made from positions in `all`.
    all.get(span.start as usize..span.end as usize).unwrap_or_default()
}
