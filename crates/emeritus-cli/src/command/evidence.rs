//! `emeritus evidence`: writes it, verifies it, shows that one conversation is in it. Sends nothing.

use std::path::PathBuf;

use emeritus::{FileCheck, Membership};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::args::EvidenceArgs;
use crate::connect::Local;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What `--verify` prints of one file.
#[derive(Debug, Serialize)]
struct Checked {
    name: String,
    standing: &'static str,
}

pub(super) fn run(args: &EvidenceArgs, output: Output) -> Result<ExitCode, Failure> {
    let reads = args.verify || args.conversation.is_some();
    let local = if reads { Local::open(&args.home)? } else { Local::open_to_write(&args.home)? };
    let run = super::run_id(&args.run)?;
    // Whatever is asked of a run's evidence, the journal of the run must be whole.
    local.emeritus.run(&run)?;
    if args.verify {
        return verify(&local, &run, output);
    }
    if let Some(conversation) = &args.conversation {
        let id = Uuid::try_parse(conversation)
            .map_err(|error| Failure::new(ExitCode::Usage, error).context("that is no conversation id"))?;
        return membership(&local, &run, id, output);
    }
    let directory: PathBuf = local.emeritus.write_evidence(&run)?;
    let again = !local.emeritus.run(&run)?.later_proofs().is_empty();
    output.result(&json!({ "run_id": run.as_str(), "evidence_dir": directory }), || {
        let later = directory.join("again/report.html");
        let later = if again { format!("\nproved again: {}", later.display()) } else { String::new() };
        format!(
            "{}{later}\nverify it anywhere: cd {} && sha256sum -c SHA256SUMS",
            directory.join("report.html").display(),
            directory.display()
        )
    })?;
    Ok(ExitCode::Done)
}

fn verify(local: &Local, run: &emeritus::id::RunId, output: Output) -> Result<ExitCode, Failure> {
    let files: Vec<_> = local.emeritus.verify_evidence(run)?.into_iter().map(checked).collect();
    let whole = files.iter().all(|file| file.standing == "whole") && !files.is_empty();
    output.result(&json!({ "run_id": run.as_str(), "whole": whole, "files": files }), || {
        let lines: Vec<_> =
            files.iter().map(|file| format!("{:<9} {}", loud(file.standing), file.name)).collect();
        lines.join("\n")
    })?;
    Ok(if whole { ExitCode::Done } else { ExitCode::NotVerified })
}

/// What is not as it was sealed must not be read over.
fn loud(standing: &str) -> String {
    if standing == "whole" { standing.to_owned() } else { standing.to_uppercase() }
}

fn checked(check: FileCheck) -> Checked {
    let (standing, name) = match check {
        FileCheck::Whole { name } => ("whole", name),
        FileCheck::Changed { name } => ("changed", name),
        FileCheck::Differs { name } => ("differs", name),
        FileCheck::Missing { name } => ("missing", name),
        FileCheck::Unlisted { name } => ("unlisted", name),
    };
    Checked { name, standing }
}

fn membership(
    local: &Local,
    run: &emeritus::id::RunId,
    conversation: Uuid,
    output: Output,
) -> Result<ExitCode, Failure> {
    let Some(found) = local.emeritus.membership(run, conversation)? else {
        return Err(Failure::message(
            ExitCode::NotFound,
            format!("conversation {conversation} is not in the sealed census of run {run}"),
        ));
    };
    let Membership { leaf, hash, root, proof } = &found;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let object =
        json!({ "run_id": run.as_str(), "leaf": leaf, "hash": hex(hash), "root": hex(root), "proof": proof });
    output.result(&object, || {
        let parts: Vec<_> = leaf
            .participation
            .iter()
            .map(|part| format!("{} as {}", part.name.as_deref().unwrap_or("(no name)"), part.purpose))
            .collect();
        format!(
            "conversation {conversation} of {} is in the sealed census\n  agent  {}\n  leaf   {}\n  root   {}",
            leaf.start,
            parts.join(", "),
            hex(hash),
            hex(root),
        )
    })?;
    Ok(ExitCode::Done)
}
