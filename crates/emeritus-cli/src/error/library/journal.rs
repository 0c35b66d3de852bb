//! What a journal that cannot be used calls for.

use emeritus::JournalError;

use super::{Verdict, hinted, plain};
use crate::exit_code::ExitCode;

pub(in crate::error) fn of_journal(error: &JournalError) -> Verdict {
    match error {
        JournalError::NoSuchRun { .. } => hinted(ExitCode::NotFound, "`emeritus status` lists the runs"),
        JournalError::Absent { .. } => hinted(
            ExitCode::NotFound,
            "--home names another state directory; `emeritus retire` begins one",
        ),
        JournalError::TakenOver { .. } | JournalError::Busy => plain(ExitCode::Busy),
        JournalError::ReadOnly => {
            hinted(ExitCode::Config, "the state directory, or the journal in it, cannot be written by this user")
        }
        JournalError::Gone { .. } => (
            ExitCode::Journal,
            vec![
                "nothing was sent after it was noticed".to_owned(),
                "put the state directory back as it was, and see `emeritus journal check` before anything else"
                    .to_owned(),
            ],
        ),
        JournalError::Damaged { .. } | JournalError::Illegal { .. } | JournalError::Broken { .. } => hinted(
            ExitCode::Journal,
            "keep the file as it is: docs/operate/recover-a-stuck-run.md says what can be done",
        ),
        JournalError::Index { .. } => hinted(
            ExitCode::Journal,
            "see what else is damaged: a copy of the file, and `emeritus journal check --rebuild-index`",
        ),
        JournalError::Database { .. }
        | JournalError::File { .. }
        | JournalError::NotDurable { .. }
        | JournalError::Foreign { .. }
        | JournalError::Poisoned
        | JournalError::Failpoint => {
            hinted(ExitCode::Journal, "nothing was sent after it failed; check the disk")
        }
    }
}
