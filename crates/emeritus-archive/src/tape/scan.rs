//! From bytes to the tape: the grammar of RFC 8259, nothing beyond it.

use super::{Member, Record, Span, Tape, Text, Value, prefix, special};

/// How deep a record may be nested. The vendor's go to eight.
const DEPTH: u32 = 64;

/// Bytes that are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid JSON at byte {at}")]
pub struct JsonError {
    /// Offset of the byte, from 0.
    pub at: usize,
    /// What is wrong there.
    #[source]
    pub fault: JsonFault,
}

/// What is wrong with bytes that are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonFault {
    /// The bytes are not UTF-8.
    #[error("the bytes are not UTF-8")]
    NotUtf8,
    /// Another byte is due here.
    #[error("another byte is due here")]
    Unexpected,
    /// It is nested too deep.
    #[error("it is nested more than {DEPTH} deep")]
    TooDeep,
    /// An object names a member twice: which of the two counts is not defined.
    #[error("an object names a member twice")]
    SameNameTwice,
    /// It is four gigabytes or more.
    #[error("it is too large")]
    TooLarge,
}

impl Tape {
    /// Reads one record.
    pub(crate) fn read<'a>(&'a mut self, source: &'a [u8]) -> Result<Record<'a>, JsonError> {
        self.clear();
        let root = self.append(source)?;
        Ok(self.record(source, root))
    }

    /// Reads one record more, and keeps those before it.
    pub(crate) fn append(&mut self, source: &[u8]) -> Result<Value, JsonError> {
        self.open.clear();
        if u32::try_from(source.len()).is_err() {
            return Err(JsonError { at: 0, fault: JsonFault::TooLarge });
        }
        if let Err(error) = std::str::from_utf8(source) {
            return Err(JsonError { at: error.valid_up_to(), fault: JsonFault::NotUtf8 });
        }
        let mut scan = Scan { source, at: 0, tape: self };
        scan.document().map_err(|fault| JsonError { at: scan.at, fault })
    }
}

struct Scan<'s, 't> {
    source: &'s [u8],
    at: usize,
    tape: &'t mut Tape,
}

impl Scan<'_, '_> {
    fn document(&mut self) -> Result<Value, JsonFault> {
        self.space();
        let root = self.value(0)?;
        self.space();
        if self.at == self.source.len() { Ok(root) } else { Err(JsonFault::Unexpected) }
    }

    fn peek(&self) -> u8 {
        // Zero is due nowhere in JSON, so it stands for the end.
        self.source.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.peek() == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(JsonFault::Unexpected)
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, JsonFault> {
        if self.source.get(self.at..self.at + word.len()) == Some(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(JsonFault::Unexpected)
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value, JsonFault> {
        match self.peek() {
            b'"' => self.text().map(Value::Text),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word(b"true", Value::Bool(true)),
            b'f' => self.word(b"false", Value::Bool(false)),
            b'n' => self.word(b"null", Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Value, JsonFault> {
        if depth == DEPTH {
            return Err(JsonFault::TooDeep);
        }
        self.at += 1;
        let base = self.tape.open.len();
        self.space();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Value::Object(self.close(base)));
        }
        loop {
            self.space();
            if self.peek() != b'"' {
                return Err(JsonFault::Unexpected);
            }
            let name = self.text()?;
            self.space();
            self.expect(b':')?;
            self.space();
            let value = self.value(depth + 1)?;
            self.tape.open.push(Member { name, value });
            self.space();
            if self.peek() == b'}' {
                self.at += 1;
                break;
            }
            self.expect(b',')?;
        }
        self.sort(base)?;
        Ok(Value::Object(self.close(base)))
    }

    /// Puts the members from `base` on in order of name.
    fn sort(&mut self, base: usize) -> Result<(), JsonFault> {
        let Tape { open, decoded, .. } = &mut *self.tape;
        let source = self.source;
        let name = |text: Text| -> &[u8] {
            let (all, span) = match text {
                Text::Plain(span) => (source, span),
                Text::Decoded(span) | Text::Broken(span) => (decoded.as_slice(), span),
            };
            all.get(span.start as usize..span.end as usize).unwrap_or_default()
        };
        let members = open.get_mut(base..).unwrap_or_default();
        let ordered = |members: &[Member]| members.is_sorted_by(|a, b| before(name(a.name), name(b.name)));
        if !ordered(members) {
            members.sort_by(|a, b| name(a.name).cmp(name(b.name)));
            if !ordered(members) {
                return Err(JsonFault::SameNameTwice);
            }
        }
        Ok(())
    }

    fn list(&mut self, depth: u32) -> Result<Value, JsonFault> {
        if depth == DEPTH {
            return Err(JsonFault::TooDeep);
        }
        self.at += 1;
        let base = self.tape.open.len();
        self.space();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Value::List(self.close(base)));
        }
        loop {
            self.space();
            let value = self.value(depth + 1)?;
            self.tape.open.push(Member { name: Text::Plain(Span { start: 0, end: 0 }), value });
            self.space();
            if self.peek() == b']' {
                self.at += 1;
                break;
            }
            self.expect(b',')?;
        }
        Ok(Value::List(self.close(base)))
    }

    /// Moves what stands open from `base` on to its place, side by side.
    fn close(&mut self, base: usize) -> Span {
        let start = self.tape.members.len();
        let Tape { members, open, .. } = &mut *self.tape;
        members.extend(open.drain(base..));
        span(start, members.len())
    }

    fn number(&mut self) -> Result<Value, JsonFault> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Value::Number(span(start, self.at)))
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { Err(JsonFault::Unexpected) } else { Ok(()) }
    }

    /// A string, from its first quote.
    fn text(&mut self) -> Result<Text, JsonFault> {
        self.at += 1;
        let rest = self.source.get(self.at..).unwrap_or_default();
        let Some(length) = special(rest) else {
            self.at = self.source.len();
            return Err(JsonFault::Unexpected);
        };
        let start = self.at;
        self.at += length;
        match self.peek() {
            b'"' => {
                self.at += 1;
                Ok(Text::Plain(span(start, start + length)))
            }
            b'\\' => self.escaped(start),
            _ => Err(JsonFault::Unexpected),
        }
    }

    /// The string that begins at `start` and has an escape where we are.
    fn escaped(&mut self, start: usize) -> Result<Text, JsonFault> {
        let from = self.tape.decoded.len();
        let plain = self.source.get(start..self.at).unwrap_or_default();
        self.tape.decoded.extend_from_slice(plain);
        let mut halves = false;
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.at += 1;
                    halves |= self.escape()?;
                }
                byte if byte < b' ' => return Err(JsonFault::Unexpected),
                byte => {
                    self.at += 1;
                    self.tape.decoded.push(byte);
                }
            }
        }
        if !halves {
            return Ok(Text::Decoded(span(from, self.tape.decoded.len())));
        }
        Ok(Text::Broken(self.spell_out(from)))
    }

    /// What follows a backslash. Returns whether it was half of a pair, for which three bytes are decoded that
    /// no UTF-8 has.
    fn escape(&mut self) -> Result<bool, JsonFault> {
        let byte = self.peek();
        self.at += 1;
        let simple = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unit(),
            _ => return Err(JsonFault::Unexpected),
        };
        self.tape.decoded.push(simple);
        Ok(false)
    }

    fn unit(&mut self) -> Result<bool, JsonFault> {
        let first = self.hex()?;
        let mut code = u32::from(first);
        if (0xd800..0xdc00).contains(&first) && self.source.get(self.at..self.at + 2) == Some(br"\u") {
            let here = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x1_0000 + ((code - 0xd800) << 10) + (u32::from(second) - 0xdc00);
            } else {
                self.at = here;
            }
        }
        let Some(character) = char::from_u32(code) else {
            // As UTF-8 would have it, were it allowed: 0xED begins no other two-byte tail above 0x9F.
            let [high, low] = first.to_be_bytes();
            self.tape.decoded.extend([0xed, 0x80 | ((high & 0x0f) << 2) | (low >> 6), 0x80 | (low & 0x3f)]);
            return Ok(true);
        };
        self.tape.decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(false)
    }

    fn hex(&mut self) -> Result<u16, JsonFault> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()).to_digit(16).ok_or(JsonFault::Unexpected)?;
            unit = unit << 4 | u16::try_from(digit).unwrap_or_default();
            self.at += 1;
        }
        Ok(unit)
    }

    /// Writes the decoded bytes from `from` on once more, as they stand between quotes, halves as escapes.
    fn spell_out(&mut self, from: usize) -> Span {
        let bytes = self.tape.decoded.split_off(from);
        let mut rest = bytes.as_slice();
        while let Some((&first, tail)) = rest.split_first() {
            if let (&[0xed, second @ 0xa0..=0xbf, third, ..], Some(after)) = (rest, rest.get(3..)) {
                let unit = 0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f);
                self.tape.decoded.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                rest = after;
            } else {
                crate::canonical::escape(&[first], &mut self.tape.decoded);
                rest = tail;
            }
        }
        span(from, self.tape.decoded.len())
    }
}

/// Whether one name comes before another. Most differ in their first eight bytes, which are one number.
fn before(a: &[u8], b: &[u8]) -> bool {
    match prefix(a).cmp(&prefix(b)) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => a < b,
        std::cmp::Ordering::Greater => false,
    }
}

fn span(start: usize, end: usize) -> Span {
    // `read` refuses records of four gigabytes, and nothing on the tape outgrows its record.
    Span { start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
}
