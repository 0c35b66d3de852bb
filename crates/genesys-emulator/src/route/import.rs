//! Taking recorded history in: the vendor's records, one a line, however many.

use axum::{Json, body::Body, http::StatusCode, response::IntoResponse as _, response::Response};
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::{Emulator, history::LineError};

/// The longest line that is taken, in bytes; a record is some eight thousand.
const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
enum ImportError {
    /// A line could not be taken in.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A line has no end within reason.
    #[error("line {line} is longer than {LONGEST_LINE} bytes")]
    LongLine { line: u64 },
    /// The body broke off.
    #[error("the body ended early after line {line}")]
    Broken { line: u64 },
}

/// Lines of a body that comes in pieces.
struct Lines<'a> {
    emulator: &'a Emulator,
    rest: Vec<u8>,
    line: u64,
    imported: u64,
}

/// Adds the conversations in `body`; answers `{"imported": n}`, or 400 with the line that stopped it.
///
/// The lines before that one are in. No more than one line is held at a time.
pub(crate) async fn conversations(emulator: &Emulator, mut body: Body) -> Response {
    let mut lines = Lines { emulator, rest: Vec::new(), line: 0, imported: 0 };
    let mut outcome = Ok(());
    while let (Ok(()), Some(frame)) = (&outcome, body.frame().await) {
        outcome = match frame.map(http_body::Frame::into_data) {
            Ok(Ok(piece)) => lines.take(&piece),
            // Trailers say nothing here.
            Ok(Err(_)) => Ok(()),
            Err(_) => Err(ImportError::Broken { line: lines.line }),
        };
    }
    let imported = match outcome.and_then(|()| lines.finish()) {
        Ok(()) => return Json(json!({ "imported": lines.imported })).into_response(),
        Err(error) => error,
    };
    let line = match &imported {
        ImportError::Line(error) => error.line,
        ImportError::LongLine { line } | ImportError::Broken { line } => *line,
    };
    let told = json!({ "line": line, "message": chain(&imported), "imported": lines.imported });
    (StatusCode::BAD_REQUEST, Json(told)).into_response()
}

impl Lines<'_> {
    fn take(&mut self, piece: &[u8]) -> Result<(), ImportError> {
        let mut parts = piece.split(|byte| *byte == b'\n');
        // A piece has at least one part, and what follows its last line break belongs to the next piece.
        let mut part = parts.next().unwrap_or_default();
        for next in parts {
            self.rest.extend_from_slice(part);
            self.finish()?;
            part = next;
        }
        self.rest.extend_from_slice(part);
        if self.rest.len() > LONGEST_LINE {
            return Err(ImportError::LongLine { line: self.line + 1 });
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ImportError> {
        self.line += 1;
        let line = std::mem::take(&mut self.rest);
        self.imported += u64::from(self.emulator.import_line(self.line, &line)?);
        Ok(())
    }
}

/// The error and what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
