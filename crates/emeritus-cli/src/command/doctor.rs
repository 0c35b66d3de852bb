//! `emeritus doctor`: is everything there that a retirement needs?

use emeritus::{Check, CheckVerdict};
use serde::Serialize;

use crate::args::ConnectionArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What is printed of one check.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    verdict: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Checks {
    good: bool,
    checks: Vec<Line>,
}

pub(super) fn run(args: &ConnectionArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let checks = super::block_on(async {
        let _shown = session.progress.show("asking the organization");
        Ok(session.emeritus.doctor().await)
    })?;
    let mut lines: Vec<_> = checks.into_iter().map(line).collect();
    lines.push(Line {
        name: "state directory".to_owned(),
        verdict: "good",
        text: session.emeritus.home().path().display().to_string(),
        hint: None,
    });
    if let Some(file) = session.config.exposed_secret() {
        lines.push(Line {
            name: "client secret".to_owned(),
            verdict: "warn",
            text: format!("others can read {file}"),
            hint: Some(format!("chmod 600 {file}")),
        });
    }
    let checks = Checks { good: lines.iter().all(|line| line.verdict != "bad"), checks: lines };
    output.result(&checks, || text(&checks.checks))?;
    Ok(if checks.good { ExitCode::Done } else { ExitCode::Config })
}

fn line(check: Check) -> Line {
    let verdict = match check.verdict {
        CheckVerdict::Good => "good",
        CheckVerdict::Warn => "warn",
        CheckVerdict::Bad => "bad",
    };
    Line { name: check.name, verdict, text: check.text, hint: check.hint }
}

fn text(lines: &[Line]) -> String {
    let mut rows = Vec::new();
    for line in lines {
        rows.push(format!("{:<4}  {}: {}", line.verdict, line.name, line.text));
        rows.extend(line.hint.as_ref().map(|hint| format!("      hint: {hint}")));
    }
    let bad = lines.iter().filter(|line| line.verdict == "bad").count();
    rows.push(match bad {
        0 => "nothing keeps a retirement from working".to_owned(),
        1 => "1 thing keeps a retirement, or a step of it, from working".to_owned(),
        more => format!("{more} things keep a retirement, or steps of it, from working"),
    });
    rows.join("\n")
}
