//! `emeritus doctor`: is everything there that a retirement needs?

use emeritus::permission;
use emeritus::{Check, CheckVerdict, Home, Trouble};
use genesys::PermissionPolicy;
use serde::Serialize;

use crate::args::DoctorArgs;
use crate::config::Config;
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

/// A role as the vendor's API takes it, without its name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    permission_policies: Vec<PermissionPolicy>,
}

pub(super) fn run(args: &DoctorArgs, output: Output) -> Result<ExitCode, Failure> {
    if args.print_role {
        let role = Role { permission_policies: permission::role() };
        output.result(&role, || role_text(&role.permission_policies))?;
        return Ok(ExitCode::Done);
    }
    let session = Session::open(&args.connection)?;
    let checks = session.block_on(async {
        let _shown = session.progress.show("asking the organization");
        Ok(session.emeritus.doctor().await)
    })?;
    let code = code(&checks);
    let mut lines: Vec<_> = checks.into_iter().map(line).collect();
    lines.push(state_directory(session.emeritus.home()));
    if let Some(proxy) = Config::proxy()? {
        let text = format!("by the proxy {} (HTTPS_PROXY), encrypted from here to the vendor", proxy.place());
        lines.push(Line { name: "network".to_owned(), verdict: "good", text, hint: None });
    }
    if let Some(file) = session.config.exposed_secret() {
        lines.push(Line {
            name: "client secret".to_owned(),
            verdict: "warn",
            text: format!("others can read {file}"),
            hint: Some(format!("chmod 600 {file}")),
        });
    }
    let checks = Checks { good: code == ExitCode::Done, checks: lines };
    output.result(&checks, || text(&checks.checks))?;
    Ok(code)
}

/// The same code as of a command that meets the same trouble.
fn code(checks: &[Check]) -> ExitCode {
    let trouble = checks.iter().find_map(|check| match check.verdict {
        CheckVerdict::Bad(trouble) => Some(trouble),
        CheckVerdict::Good | CheckVerdict::Warn => None,
    });
    match trouble {
        None => ExitCode::Done,
        Some(Trouble::Settings) => ExitCode::Config,
        Some(Trouble::Vendor) => ExitCode::Vendor,
    }
}

/// Returns permissions as the vendor's role page shows them: `Directory > User > Edit`.
fn role_text(policies: &[PermissionPolicy]) -> String {
    let lines = policies.iter().flat_map(|policy| {
        let (domain, entity) = (policy.domain.as_deref(), policy.entity_name.as_deref());
        let of = format!("{} > {}", shown(domain.unwrap_or_default()), shown(entity.unwrap_or_default()));
        policy.action_set.iter().map(move |action| format!("{of} > {}", shown(action)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a part of a permission in words: `queueMember` is `Queue Member`.
fn shown(part: &str) -> String {
    match part {
        "oauth" => return "OAuth".to_owned(),
        "wfm" => return "Workforce Management".to_owned(),
        _ => {}
    }
    let mut words = String::with_capacity(part.len() + 4);
    for (place, letter) in part.chars().enumerate() {
        if place == 0 {
            words.extend(letter.to_uppercase());
        } else {
            if letter.is_uppercase() {
                words.push(' ');
            }
            words.push(letter);
        }
    }
    words
}

/// The files are their owner's alone whoever may enter; that somebody is there, and how many runs, is not.
fn state_directory(home: &Home) -> Line {
    let path = home.path().display().to_string();
    let (verdict, text, hint) = match home.is_open_to_others() {
        Ok(None) => ("good", path, None),
        Ok(Some(mode)) => {
            let hint = format!("chmod 700 {path}; in a systemd unit: StateDirectoryMode=0700");
            ("warn", format!("others may enter {path} (mode {mode:04o})"), Some(hint))
        }
        Err(error) => ("warn", format!("could not look at {path}: {error}"), None),
    };
    Line { name: "state directory".to_owned(), verdict, text, hint }
}

fn line(check: Check) -> Line {
    let verdict = match check.verdict {
        CheckVerdict::Good => "good",
        CheckVerdict::Warn => "warn",
        CheckVerdict::Bad(_) => "bad",
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
        0 => "nothing keeps a retirement, or a restore, from working".to_owned(),
        1 => "1 thing keeps a retirement, a restore, or a step of one, from working".to_owned(),
        more => format!("{more} things keep a retirement, a restore, or steps of one, from working"),
    });
    rows.join("\n")
}
