//! Several runs by one command. One failure does not stop the others; the code is that of the first that needs
//! somebody.

use emeritus::Stats;
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
        Self { runs: Vec::new(), failures: Vec::new(), stats: None, code: ExitCode::Done, output }
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

    /// Sets the code, if nothing before needs somebody.
    pub(super) fn worsen(&mut self, code: ExitCode) {
        if self.code == ExitCode::Done {
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
