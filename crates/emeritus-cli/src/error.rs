//! What a person is told when a command cannot do its work: the kind, which is the exit code, the chain of causes once, and what
//! to do next.

mod library;
mod standing;

pub(crate) use library::did_you_mean;

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
            "message": self.told().in_one_line(),
            "hints": self.hints,
            "code": self.code.number(),
        })
    }

    /// What is told: the messages from the outermost to the root, each once, since some libraries repeat their source in
    /// their own message. Where the vendor is the cause, that comes first: what was being done is no cause of it, and
    /// "could not find the person" reads as if the person were not there.
    fn told(&self) -> Told {
        let causes: Vec<_> = self.error.chain().collect();
        let vendors = causes.iter().position(|cause| cause.is::<genesys::Error>());
        let (meanwhile, causes) = causes.split_at(vendors.unwrap_or(0));
        let headline = causes.first().and_then(|first| first.downcast_ref()).and_then(in_short);
        let mut because: Vec<String> = headline.map(str::to_owned).into_iter().collect();
        for cause in causes {
            let text = cause.to_string();
            if !because.iter().any(|known| known.contains(&text)) {
                because.push(text);
            }
        }
        Told { because, meanwhile: meanwhile.iter().map(ToString::to_string).collect() }
    }
}

/// What a person is told, in the order in which it helps.
struct Told {
    /// The cause that matters, and what is beneath it.
    because: Vec<String>,
    /// What could not be done for it, the outermost first.
    meanwhile: Vec<String>,
}

impl Told {
    fn in_one_line(&self) -> String {
        let because = self.because.join(": ");
        if self.meanwhile.is_empty() { because } else { format!("{because} ({})", self.meanwhile.join(": ")) }
    }
}

/// Returns what a failed call comes to, where its own message begins with something else: with what was asked for, though
/// nothing was asked.
fn in_short(error: &genesys::Error) -> Option<&'static str> {
    let mut kind = error.kind();
    while let genesys::ErrorKind::NoToken(beneath) = kind {
        kind = beneath;
    }
    match (kind, error.disposition()) {
        (genesys::ErrorKind::CredentialsRefused(_), _) => Some("the login service refused the credentials"),
        (genesys::ErrorKind::Unreachable(_), _) => Some("the vendor could not be reached"),
        (genesys::ErrorKind::Lost(_) | genesys::ErrorKind::TimedOut { .. }, _) => {
            Some("the vendor did not answer")
        }
        (_, genesys::Disposition::Reauthenticate) => Some("the vendor does not accept the token"),
        _ => None,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { because, meanwhile } = self.told();
        let mut because = because.into_iter();
        writeln!(f, "error: {}", because.next().unwrap_or_default())?;
        for what in meanwhile {
            writeln!(f, "  meanwhile: {what}")?;
        }
        for cause in because {
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
