//! Several runs by one command. One failure does not stop the others; the code is that of the first that needs
//! somebody.

use emeritus::Stats;
use emeritus::id::RunId;
use serde::Serialize;
use serde_json::Value;

use super::Ended;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say};
use crate::report::{RunObject, requests};

/// What became of each person.
#[derive(Debug, Serialize)]
pub(super) struct Batch {
    runs: Vec<RunObject>,
    failures: Vec<Failed>,
    /// Runs that were over, and whose evidence had never been written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence_written: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Stats>,
    #[serde(skip)]
    code: ExitCode,
    #[serde(skip)]
    output: Output,
}

/// Somebody for whom there was no run, or whose run broke off.
#[derive(Debug, Serialize)]
struct Failed {
    user_id: String,
    email: String,
    error: Value,
}

impl Batch {
    pub(super) fn new(output: Output) -> Self {
        let (failures, evidence_written) = (Vec::new(), Vec::new());
        Self { runs: Vec::new(), failures, evidence_written, stats: None, code: ExitCode::Done, output }
    }

    /// Takes in what became of one person, and tells it to people at once.
    pub(super) fn take(
        &mut self,
        (user_id, email): (&str, &str),
        ended: Result<Ended, Failure>,
    ) -> Result<(), Failure> {
        let code = match ended {
            Ok(ended) => {
                if !self.output.is_json() {
                    self.output.text(&ended.text)?;
                    self.output.text("")?;
                }
                self.runs.push(ended.object);
                ended.code
            }
            Err(failure) => {
                if !self.output.is_json() {
                    say(format!("{email} ({user_id})\n{failure}").trim_end());
                }
                let (user_id, email) = (user_id.to_owned(), email.to_owned());
                self.failures.push(Failed { user_id, email, error: failure.object() });
                failure.code
            }
        };
        self.worsen(code);
        Ok(())
    }

    /// Takes in that the evidence of an earlier run was written, or why it could not be.
    pub(super) fn take_evidence(&mut self, run: &RunId, written: Result<(), Failure>) -> Result<(), Failure> {
        match written {
            Ok(()) => {
                if !self.output.is_json() {
                    self.output.text(&format!("wrote the evidence of run {run}, which was missing"))?;
                }
                self.evidence_written.push(run.to_string());
            }
            Err(failure) => {
                say(failure.to_string().trim_end());
                self.worsen(failure.code);
            }
        }
        Ok(())
    }

    /// Returns whether nothing was taken in.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.failures.is_empty() && self.evidence_written.is_empty()
    }

    /// Sets the code, if nothing before needs somebody. A hold that is not over needs nobody.
    pub(super) fn worsen(&mut self, code: ExitCode) {
        if self.code == ExitCode::Done && code != ExitCode::Held {
            self.code = code;
        }
    }

    /// Tells the sum.
    pub(super) fn tell(mut self, stats: Option<Stats>) -> Result<ExitCode, Failure> {
        self.stats = stats;
        self.output.result(&self, || {
            let sum = format!("{} run(s), {} failure(s)", self.runs.len(), self.failures.len());
            stats.map_or_else(|| sum.clone(), |stats| format!("{sum}\n\n{}", requests(&stats)))
        })?;
        Ok(self.code)
    }
}
