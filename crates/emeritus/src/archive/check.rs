//! The "unknown agent" check: the user ids of somebody's report, looked up in the roster.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use emeritus_archive::{ColumnKind, Datum, PersonVersion, Roster, Sheet, SheetColumns};
use serde_json::Value;
use uuid::Uuid;

/// Names of columns that hold user ids, without case and punctuation, the likeliest first.
const LIKELY: [&str; 7] = ["userid", "agentid", "useruuid", "agentuuid", "user", "agent", "id"];

/// The report cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A line is not what the first one promised.
    #[error("line {line} is not JSON")]
    Json {
        /// Which, from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It is no CSV.
    #[error("the report cannot be read as CSV")]
    Csv(#[source] csv::Error),
    /// There is no such column.
    #[error("the report has no column `{column}`; it has {}", .columns.join(", "))]
    NoColumn {
        /// Which.
        column: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// Several columns hold ids, and none says whose.
    #[error("several columns hold ids: {}", .columns.join(", "))]
    Several {
        /// Which.
        columns: Vec<String>,
    },
    /// There is no id in it.
    #[error("there is no user id in the report")]
    Empty,
}

/// An id of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As it stands there.
    pub id: String,
    /// In how many rows.
    pub rows: u64,
    /// What the roster saw of the person first, and last; `None` for somebody whom it never saw.
    pub known: Option<(PersonVersion, PersonVersion)>,
}

const COLUMNS: SheetColumns = &[
    ("id", ColumnKind::Text),
    ("rows", ColumnKind::Integer),
    ("resolves", ColumnKind::Flag),
    ("name", ColumnKind::Text),
    ("email", ColumnKind::Text),
    ("employee_id", ColumnKind::Text),
    ("state", ColumnKind::Text),
    ("organization", ColumnKind::Text),
    ("first_seen", ColumnKind::Time),
    ("first_sync", ColumnKind::Text),
    ("so_since", ColumnKind::Time),
];

/// Looks up every user id of a report: CSV with a header, JSON lines, or any text with ids in it. Each id once, those
/// that resolve to nobody first.
///
/// # Errors
/// The report cannot be read, or it does not say which of its columns holds the users.
pub fn check(roster: &Roster, report: &str, column: Option<&str>) -> Result<Vec<Found>, ReportError> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for id in ids(report.trim_start_matches('\u{feff}'), column)? {
        *counts.entry(id).or_default() += 1;
    }
    if counts.is_empty() {
        return Err(ReportError::Empty);
    }
    let found = counts.into_iter().map(|(id, rows)| {
        let versions = roster.versions(&id);
        let known = versions.first().cloned().zip(versions.last().cloned());
        Found { id, rows, known }
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|found| found.known.is_some());
    Ok(found)
}

/// Returns what was found as a table.
#[must_use]
pub fn report(found: &[Found]) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    for found in found {
        let last = found.known.as_ref().map(|(_, last)| last);
        let text =
            |of: fn(&PersonVersion) -> Option<&String>| last.and_then(of).map(|text| Datum::Text(text));
        sheet.push(&[
            Some(Datum::Text(&found.id)),
            Some(Datum::Whole(i64::try_from(found.rows).unwrap_or(i64::MAX))),
            Some(Datum::Flag(found.known.is_some())),
            text(|version| version.person.name.as_ref()),
            text(|version| version.person.email.as_ref()),
            text(|version| version.person.employee_id.as_ref()),
            text(|version| version.person.state.as_ref()),
            text(|version| Some(&version.organization)),
            found.known.as_ref().map(|(first, _)| Datum::Time(first.valid_from)),
            found.known.as_ref().map(|(first, _)| Datum::Text(&first.sync)),
            last.map(|version| Datum::Time(version.valid_from)),
        ]);
    }
    sheet
}

/// The ids as the roster spells them. A cell of the users' column that is no id is taken as it is: it resolves to
/// nobody, and somebody wants to know.
fn ids(report: &str, column: Option<&str>) -> Result<Vec<String>, ReportError> {
    match report.trim_start().chars().next() {
        Some('{') => of_json(report, column),
        _ if column.is_none() && !report.lines().next().is_some_and(|line| line.contains(SEPARATORS)) => {
            Ok(of_text(report))
        }
        _ => of_csv(report, column),
    }
}

const SEPARATORS: [char; 3] = [',', ';', '\t'];

fn id(text: &str) -> Option<String> {
    Uuid::try_parse(text.trim()).ok().map(|id| id.hyphenated().to_string())
}

/// Every word that is an id.
fn of_text(report: &str) -> Vec<String> {
    let part = |character: char| character.is_ascii_hexdigit() || character == '-';
    report.split(|character| !part(character)).filter(|word| word.len() == 36).filter_map(id).collect()
}

fn of_json(report: &str, column: Option<&str>) -> Result<Vec<String>, ReportError> {
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(report.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let row: serde_json::Map<String, Value> =
            serde_json::from_str(text).map_err(|source| ReportError::Json { line, source })?;
        rows.push(row);
    }
    let mut names: Vec<String> = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let text = |row: &serde_json::Map<String, Value>, name: &str| {
        row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let table = Table {
        rows: rows.iter().map(|row| names.iter().map(|name| text(row, name)).collect()).collect(),
        names,
    };
    table.ids(column)
}

fn of_csv(report: &str, column: Option<&str>) -> Result<Vec<String>, ReportError> {
    let first = report.lines().next().unwrap_or_default();
    let often = |separator: char| first.matches(separator).count();
    let separator = SEPARATORS.into_iter().max_by_key(|separator| often(*separator)).unwrap_or(',');
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(report.as_bytes());
    let mut rows =
        reader.records().collect::<Result<Vec<StringRecord>, _>>().map_err(ReportError::Csv)?.into_iter();
    let Some(header) = rows.next() else { return Err(ReportError::Empty) };
    let cells = |row: &StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    // A first row with an id in it is no header.
    let headless = header.iter().any(|cell| id(cell).is_some());
    let names = match headless {
        true => (1..=header.len()).map(|number| number.to_string()).collect(),
        false => cells(&header),
    };
    let first = headless.then_some(header);
    let rows = first.into_iter().chain(rows).map(|row| cells(&row)).collect();
    Table { names, rows }.ids(column)
}

struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn ids(&self, column: Option<&str>) -> Result<Vec<String>, ReportError> {
        let place = match column {
            Some(name) => {
                self.names.iter().position(|found| plain(found) == plain(name)).ok_or_else(|| {
                    ReportError::NoColumn { column: name.to_owned(), columns: self.names.clone() }
                })?
            }
            None => self.likely()?,
        };
        let cells = self.rows.iter().filter_map(|row| row.get(place));
        let cells = cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        Ok(cells.map(|cell| id(cell).unwrap_or_else(|| cell.to_owned())).collect())
    }

    /// The column that holds users: by its name, else the only one that holds ids.
    fn likely(&self) -> Result<usize, ReportError> {
        let holds = |place: &usize| {
            self.rows.iter().any(|row| row.get(*place).is_some_and(|cell| id(cell).is_some()))
        };
        let holding: Vec<usize> = (0..self.names.len()).filter(holds).collect();
        let named = |likely: &str| {
            holding
                .iter()
                .copied()
                .find(|place| self.names.get(*place).is_some_and(|name| plain(name) == likely))
        };
        if let [only] = holding.as_slice() {
            return Ok(*only);
        }
        if let Some(place) = LIKELY.iter().find_map(|likely| named(likely)) {
            return Ok(place);
        }
        if holding.is_empty() {
            return Err(ReportError::Empty);
        }
        let columns = holding.iter().filter_map(|place| self.names.get(*place).cloned()).collect();
        Err(ReportError::Several { columns })
    }
}

/// A column's name without case and punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "9c0a5c1e-0d8e-4a3e-8f6b-0f4f2f6a7c11";
    const B: &str = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";

    fn found(report: &str, column: Option<&str>) -> Result<Vec<String>, String> {
        ids(report, column).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_are_found_in_whatever_form_they_come() {
        let both = Ok(vec![A.to_owned(), B.to_owned()]);
        assert_eq!(found(&format!("{A}\n{}\n", B.to_uppercase()), None), both);
        assert_eq!(found(&format!("agents: {A} and ({B})."), None), both);
        assert_eq!(found(&format!("Conversation,Agent ID\n{B},{A}\n{A},{B}\n"), None), both);
        assert_eq!(found(&format!("\"Agent; Id\";Calls\r\n{A};1\r\n\"{B}\";2\r\n"), None), both);
        assert_eq!(found(&format!("{A},1\n{B},2\n"), None), both);
        assert_eq!(found(&format!("{{\"n\":1,\"userId\":\"{A}\"}}\n\n{{\"userId\":\"{B}\"}}\n"), None), both);
        assert_eq!(found(&format!("x,y\n{B},{A}\n{A},{B}\n"), Some("Y")), both);
    }

    #[test]
    fn what_stands_in_the_users_column_and_is_no_id_is_not_passed_over() {
        let report = format!("agentId,calls\n{A},1\nUnknown Agent,2\n,3\n");
        assert_eq!(found(&report, None), Ok(vec![A.to_owned(), "Unknown Agent".to_owned()]));
    }

    #[test]
    fn a_report_that_does_not_say_which_column_is_refused() {
        let report = format!("x,y\n{A},{B}\n");
        assert_eq!(found(&report, None), Err("several columns hold ids: x, y".to_owned()));
        let none = "the report has no column `z`; it has x, y".to_owned();
        assert_eq!(found(&report, Some("z")), Err(none));
        assert_eq!(found("x,y\n1,2\n", None), Err("there is no user id in the report".to_owned()));
        assert_eq!(found("{\"a\":1}\nnonsense\n", None), Err("line 2 is not JSON".to_owned()));
    }
}
