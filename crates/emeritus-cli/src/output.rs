//! Results go to standard output and nothing else does: either text for people or, with `--json`, one object. A reader that
//! went away (`emeritus status | head`) is no failure. Nothing passes here that steers a terminal: names and messages are
//! other people's, and plans are approved on what is shown.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};

use emeritus::text::{shown_lines, steers};
use serde::Serialize;

use crate::error::Failure;

/// Where results go, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Returns whether results are JSON.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result: the object with `--json`, otherwise the text.
    pub(crate) fn result(
        self,
        object: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if self.json { self.object(object) } else { self.text(&text()) }
    }

    /// Prints a text, with a line end if it has none.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        written(write!(io::stdout().lock(), "{}{end}", shown_lines(text)))
    }

    /// Lets a result be written as it comes.
    pub(crate) fn stream(
        self,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        written(write(&mut io::stdout().lock()))
    }

    /// Prints one object on a line of its own and sends it off at once.
    pub(crate) fn object(self, object: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(object).map_err(Failure::bug)?;
        written(
            writeln!(io::stdout().lock(), "{}", without_steering(&text)).and_then(|()| io::stdout().flush()),
        )
    }
}

/// Says something to the person at the terminal: a question, a hint, an error.
pub(crate) fn say(text: &str) {
    // Nobody can be told that standard error is gone.
    drop(writeln!(io::stderr().lock(), "{}", shown_lines(text)));
}

/// Asks a question on standard error and returns the answer, without its line end.
pub(crate) fn ask(question: &str) -> io::Result<String> {
    {
        let mut terminal = io::stderr().lock();
        write!(terminal, "{} ", shown_lines(question))?;
        terminal.flush()?;
    }
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

/// JSON escapes what steers a terminal only as far as ASCII goes; the rest stands within strings, where an escape means the
/// same.
pub(crate) fn without_steering(json: &str) -> Cow<'_, str> {
    if !json.contains(|character: char| steers(character)) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if steers(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // A string takes whatever is written to it.
                let _written = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::bug(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
