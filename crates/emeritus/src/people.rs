//! Lists of people, as ticket systems and spreadsheets write them: one name a line, or a table with a column of names.
//! Every row gets an answer of its own; one that names nobody does not stop the others.

use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder, Trim};
use emeritus_core::text::Text;

use crate::find::{NotAName, Who};

/// A longer list is refused before it is read, in bytes.
pub const LONGEST_LIST: usize = 64 << 20;
/// A list of more rows is refused.
pub const MOST_ROWS: usize = 100_000;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const DELIMITERS: [u8; 4] = *b";,\t|";
/// What the column is called, in letters and digits only; the first kind that a heading has is the one.
const HEADINGS: [&[&str]; 2] = [
    &["email", "emailaddress", "mail", "emailadresse", "mailadresse", "adresseemail", "correo", "emailadres"],
    &["userid", "genesysuserid", "genesysid", "id"],
];

/// Who is on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleList {
    /// What the column of names is called, if the list has headings.
    pub heading: Option<Text>,
    /// The rows that are not empty, in order.
    pub rows: Vec<PersonRow>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What stands in the column of names.
    pub value: Text,
    /// Whom it names.
    pub who: Result<Who, RowProblem>,
}

/// Why a row names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// The text is no name.
    #[error("{0}")]
    NotAName(#[from] NotAName),
    /// It is not UTF-8.
    #[error("the name is not UTF-8: save the list as UTF-8")]
    NotUtf8,
    /// It names somebody again.
    #[error("named on line {line} already")]
    Duplicate {
        /// Where they were named first.
        line: u64,
    },
}

/// A file that is no list of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Longer than [`LONGEST_LIST`].
    #[error("the list has {bytes} bytes, more than {LONGEST_LIST}")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// More rows than [`MOST_ROWS`].
    #[error("the list has more than {MOST_ROWS} rows")]
    TooMany,
    /// A spreadsheet, UTF-16, or no text at all.
    #[error("the list is not a text in UTF-8: save it as CSV (UTF-8)")]
    NotText,
    /// Nobody is named.
    #[error("the list names nobody: every line is empty or a comment")]
    Empty,
}

impl PeopleList {
    /// Reads a list: one name a line, or a table whose column of names is found by its heading or, without headings, by
    /// what stands in it. Lines that begin with `#`, and what follows ` #` in a name, are comments.
    ///
    /// # Errors
    /// When it is too long, not a text, or without a row. What is wrong with a row is in the row.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        if bytes.len() > LONGEST_LIST {
            return Err(ListError::TooLong { bytes: bytes.len() });
        }
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if bytes.contains(&0) {
            return Err(ListError::NotText);
        }
        let mut records = records(bytes)?;
        let heading = records.first().and_then(|(_, first)| heading(first));
        if heading.is_some() {
            records.remove(0);
        }
        if records.is_empty() {
            return Err(ListError::Empty);
        }
        let column = heading.as_ref().map_or_else(|| likely_column(&records), |(column, _)| *column);
        let mut first_named = HashMap::new();
        let rows = records.iter().map(|(line, record)| {
            let cell = record.get(column).unwrap_or_default();
            let value = String::from_utf8_lossy(cell);
            let who = match std::str::from_utf8(cell) {
                Err(_) => Err(RowProblem::NotUtf8),
                Ok(text) => Who::parse(without_comment(text)).map_err(RowProblem::NotAName),
            };
            let who = who.and_then(|who| match first_named.insert(key(&who), *line) {
                None => Ok(who),
                Some(line) => {
                    first_named.insert(key(&who), line);
                    Err(RowProblem::Duplicate { line })
                }
            });
            PersonRow { line: *line, value: without_comment(&value).into(), who }
        });
        Ok(Self { rows: rows.collect(), heading: heading.map(|(_, name)| name) })
    }
}

/// The rows that are not empty, each with the line on which it begins.
fn records(bytes: &[u8]) -> Result<Vec<(u64, ByteRecord)>, ListError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(bytes);
    let (mut records, mut lines) = (Vec::new(), Lines::of(bytes));
    let mut record = ByteRecord::new();
    // Reading from memory, bytes as they are and rows of any length: nothing of this can fail.
    while matches!(reader.read_byte_record(&mut record), Ok(true)) {
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        if records.len() > MOST_ROWS {
            return Err(ListError::TooMany);
        }
        let began_to_look = record.position().map_or(0, csv::Position::byte);
        records.push((lines.of_row(began_to_look), record.clone()));
    }
    Ok(records)
}

/// Counts lines as far as a place, and never back: a line ends with `\n`, `\r\n` or `\r`.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// Returns the line of a row. The reader's position is where it began to look: before empty lines and comments.
    fn of_row(&mut self, began_to_look: u64) -> u64 {
        let began_to_look = usize::try_from(began_to_look).unwrap_or(usize::MAX);
        while self.at < began_to_look && self.step() {}
        loop {
            match self.bytes.get(self.at) {
                Some(b'\r' | b'\n') => drop(self.step()),
                // As the reader has it, a comment ends with a line feed alone.
                Some(b'#') => while self.step() && self.bytes.get(self.at - 1) != Some(&b'\n') {},
                Some(_) | None => return self.line,
            }
        }
    }

    /// Goes on by one byte, if there is one.
    fn step(&mut self) -> bool {
        let (Some(byte), next) = (self.bytes.get(self.at), self.bytes.get(self.at + 1)) else { return false };
        let ends = *byte == b'\n' || *byte == b'\r' && next != Some(&b'\n');
        self.line += u64::from(ends);
        self.at += 1;
        true
    }
}

/// What separates the cells: of the delimiters the one that the first line has most of.
fn delimiter(bytes: &[u8]) -> u8 {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let mut lines = lines.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let first = lines.next().unwrap_or_default();
    let end = first.windows(2).position(|pair| pair == b" #").unwrap_or(first.len());
    let first = first.get(..end).unwrap_or_default();
    let count = |delimiter: u8| first.iter().filter(|byte| **byte == delimiter).count();
    // The last of several with the same count wins, so the likelier come last.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The column of names and what it is called, if the first row is headings.
fn heading(first: &ByteRecord) -> Option<(usize, Text)> {
    let cells: Vec<_> = first.iter().map(String::from_utf8_lossy).collect();
    if cells.iter().any(|cell| Who::parse(cell).is_ok()) {
        return None;
    }
    let plain = |cell: &str| cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    HEADINGS.iter().find_map(|names| {
        let column = cells.iter().position(|cell| names.contains(&plain(cell).as_str()))?;
        cells.get(column).map(|cell| (column, cell.as_ref().into()))
    })
}

/// Without headings: the first of the columns in which most rows name somebody.
fn likely_column(records: &[(u64, ByteRecord)]) -> usize {
    let mut named: Vec<usize> = Vec::new();
    for (_, record) in records {
        for (column, cell) in record.iter().enumerate() {
            let text = std::str::from_utf8(cell).unwrap_or_default();
            if Who::parse(without_comment(text)).is_ok() {
                named.resize(named.len().max(column + 1), 0);
                if let Some(count) = named.get_mut(column) {
                    *count += 1;
                }
            }
        }
    }
    let most = named.iter().copied().max().unwrap_or_default();
    named.iter().position(|count| *count == most).unwrap_or_default()
}

fn without_comment(text: &str) -> &str {
    text.split_once(" #").or_else(|| text.split_once("\t#")).map_or(text, |(name, _)| name).trim()
}

/// By what two rows are known to name the same person.
fn key(who: &Who) -> String {
    who.to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> Vec<(u64, String)> {
        let list = PeopleList::parse(bytes).unwrap();
        let told = |row: PersonRow| {
            (row.line, row.who.map_or_else(|problem| format!("- {problem}"), |who| who.to_string()))
        };
        list.rows.into_iter().map(told).collect()
    }

    #[test]
    fn a_list_from_a_spreadsheet_is_read_by_its_heading() {
        let list = b"\xef\xbb\xbfNachname;E-Mail;Austritt\r\n\"Fischer; Deepa\";deepa@x.example;2026-11-27\r\n\r\nOh;;\r\nWeber;ADA@x.example;\r\n";
        assert_eq!(PeopleList::parse(list).unwrap().heading, Some("E-Mail".into()));
        let nobody = NotAName { text: String::new() };
        assert_eq!(
            told(list),
            [
                (2, "e-mail deepa@x.example".to_owned()),
                (4, format!("- {nobody}")),
                (5, "e-mail ADA@x.example".to_owned())
            ]
        );
    }

    #[test]
    fn one_name_a_line_with_comments() {
        let id = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
        let list = format!("# leavers\n  ada@x.example\n\n{id} # Bob, on Friday\nemployee:77\n");
        let read = told(list.as_bytes());
        let names = read.iter().map(|(line, who)| (*line, who.as_str()));
        let bob = format!("user id {id}");
        let expected = [(2, "e-mail ada@x.example"), (4, bob.as_str()), (5, "employee id 77")];
        assert!(names.eq(expected), "{read:?}");
    }

    #[test]
    fn a_bad_row_says_why_and_the_others_are_read() {
        let list = b"a@x.example\nnobody\nm\xfcller@x.example\nA@X.example\nb@x.example\na@x.example";
        let nobody = NotAName { text: "nobody".to_owned() };
        assert_eq!(
            told(list),
            [
                (1, "e-mail a@x.example".to_owned()),
                (2, format!("- {nobody}")),
                (3, "- the name is not UTF-8: save the list as UTF-8".to_owned()),
                (4, "- named on line 1 already".to_owned()),
                (5, "e-mail b@x.example".to_owned()),
                (6, "- named on line 1 already".to_owned()),
            ]
        );
    }

    #[test]
    fn a_line_ends_as_any_machine_ends_it() {
        let list = b"# ours\r\n\r\n #no\ra@x.example\r\rb@x.example\n\n#\rx\n# y\nc@x.example\r\n";
        let lines: Vec<_> = PeopleList::parse(list).unwrap().rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 4, 6, 11]);
    }

    #[test]
    fn without_headings_the_column_is_the_one_that_names_people() {
        let list = b"Ada,a@x.example,lead\nBob,b@x.example,c@x.example\n";
        assert_eq!(told(list), [(1, "e-mail a@x.example".to_owned()), (2, "e-mail b@x.example".to_owned())]);
    }

    #[test]
    fn what_is_no_list_is_refused_whole() {
        assert_eq!(PeopleList::parse(b"\n# nobody\n\r\n"), Err(ListError::Empty));
        assert_eq!(PeopleList::parse(b"E-Mail;Name\r\n"), Err(ListError::Empty));
        assert_eq!(PeopleList::parse(b"\xff\xfea\0@\0"), Err(ListError::NotText));
        assert_eq!(
            PeopleList::parse("a@x.example\n".repeat(MOST_ROWS + 2).as_bytes()),
            Err(ListError::TooMany)
        );
        let bytes = LONGEST_LIST + 1;
        assert_eq!(PeopleList::parse(&vec![b'\n'; bytes]), Err(ListError::TooLong { bytes }));
    }
}
