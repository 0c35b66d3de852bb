//! What lies in files: other people's plans, policies, journals, settings and lists.

use std::path::Path;

use emeritus::people::PeopleList;
use emeritus::{Journal, Planned, PolicyFile};

#[path = "../../emeritus-cli/src/config/dotenv/lines.rs"]
mod dotenv_lines;

/// A plan that `plan --out` may have written.
pub fn plan(bytes: &[u8]) {
    let Ok(planned) = serde_json::from_slice::<Planned>(bytes) else { return };
    drop(planned.plan.digest());
    drop(planned.inventory.digest());
    drop(planned.plan.to_string());
}

/// A policy file.
pub fn policy(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(PolicyFile::parse(text));
    }
}

/// A `.env` file.
pub fn dotenv(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(dotenv_lines::parse(text, &["GENESYS_REGION", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"]));
    }
}

/// A list of people.
pub fn people(bytes: &[u8]) {
    let Ok(list) = PeopleList::parse(bytes) else { return };
    assert!(!list.rows.is_empty(), "a list without a row is refused");
    assert!(list.rows.is_sorted_by_key(|row| row.line), "rows stand in the order of their lines");
}

/// A journal: the file is copied, since opening one may write.
pub fn journal(bytes: &[u8]) {
    let Ok(directory) = tempfile::tempdir() else { return };
    let path = directory.path().join("journal.sqlite");
    if std::fs::write(&path, bytes).is_ok() {
        read_journal(&path);
    }
}

fn read_journal(path: &Path) {
    let Ok(journal) = Journal::open(path) else { return };
    let Ok(runs) = journal.runs(None) else { return };
    for run in runs {
        if let Ok(records) = journal.records(&run) {
            drop(emeritus_core::RunState::fold(&records));
        }
    }
}
