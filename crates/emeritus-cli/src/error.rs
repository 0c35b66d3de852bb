//! What a person is told when a command cannot do its work: the kind, which is the exit code, the chain of causes once, and what
//! to do next.

mod library;

use std::fmt;

use serde_json::json;

use crate::exit_code::ExitCode;
use crate::output::{Output, say};

/// Why a command ended without a result.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: ExitCode,
    error: anyhow::Error,
    hints: Vec<String>,
}

impl Failure {
    pub(crate) fn new(code: ExitCode, error: impl Into<anyhow::Error>) -> Self {
        Self { code, error: error.into(), hints: Vec::new() }
    }

    /// A message without a cause.
    pub(crate) fn message(code: ExitCode, message: impl fmt::Display) -> Self {
        Self::new(code, anyhow::Error::msg(message.to_string()))
    }

    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::message(ExitCode::Usage, message)
    }

    pub(crate) fn config(message: impl fmt::Display) -> Self {
        Self::message(ExitCode::Config, message)
    }

    /// Something that should not be able to happen.
    pub(crate) fn bug(error: impl Into<anyhow::Error>) -> Self {
        Self::new(ExitCode::Bug, error)
    }

    /// Says what could not be done; the present error becomes its cause.
    pub(crate) fn context(self, context: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self { error: self.error.context(context), ..self }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Tells it: as an object on standard output with `--json`, otherwise as text on standard error.
    pub(crate) fn report(&self, output: Output) {
        if !output.is_json() {
            say(self.to_string().trim_end());
            return;
        }
        if output.object(&json!({ "error": self.object() })).is_err() {
            say(self.to_string().trim_end());
        }
    }

    /// Returns it as scripts read it.
    pub(crate) fn object(&self) -> serde_json::Value {
        json!({
            "kind": self.code.name(),
            "message": self.chain().join(": "),
            "hints": self.hints,
            "code": self.code.number(),
        })
    }

    /// The messages from the outermost to the root, each once: some libraries repeat their source in their own message.
    fn chain(&self) -> Vec<String> {
        let mut chain: Vec<String> = Vec::new();
        for cause in self.error.chain() {
            let text = cause.to_string();
            if !chain.iter().any(|known| known.contains(&text)) {
                chain.push(text);
            }
        }
        chain
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chain = self.chain().into_iter();
        writeln!(f, "error: {}", chain.next().unwrap_or_default())?;
        for cause in chain {
            writeln!(f, "  because: {cause}")?;
        }
        for hint in &self.hints {
            writeln!(f, "hint: {hint}")?;
        }
        if self.code == ExitCode::Bug {
            writeln!(f, "hint: this should not happen; please report it with the command that you ran")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_its_consequence_repeats_is_told_once() {
        let root = anyhow::anyhow!("permission denied").context("could not read /x: permission denied");
        let failure = Failure::new(ExitCode::Config, root).context("could not start").hint("look at /x");
        assert_eq!(
            failure.to_string(),
            "error: could not start\n  because: could not read /x: permission denied\nhint: look at /x\n"
        );
    }
}
