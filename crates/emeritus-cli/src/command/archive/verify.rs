//! `emeritus archive verify`: the archive, read again.

use emeritus::archive::{self, Reread, Verified};
use emeritus::census::Verdict;
use emeritus::evidence::{count, grouped};
use emeritus::text::Text;
use emeritus::{Emeritus, RunState};
use serde::Serialize;

use crate::args::ArchiveVerifyArgs;
use crate::config::Config;
use crate::connect::Local;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::ProofObject;

/// What a reading of everything found.
#[derive(Debug, Serialize)]
struct Everything<'a> {
    archive: &'a str,
    #[serde(flatten)]
    found: &'a Reread,
}

/// What the archive holds of a person, against what their run sealed.
#[derive(Debug, Serialize)]
struct VerifiedObject<'a> {
    archive: &'a str,
    run_id: String,
    user_id: String,
    email: Text,
    proof: ProofObject,
    /// Missing conversations of a time that the archive does not cover.
    not_covered: u64,
    /// Conversations of which the archive leaves a name out by its groups.
    names_left_out: u64,
}

pub(super) fn run(args: &ArchiveVerifyArgs, output: Output) -> Result<ExitCode, Failure> {
    let location = Config::load(&args.home)?.archive(args.place.archive.as_deref())?;
    let place = archive::describe(&location);
    match &args.subject {
        None => {
            let found = crate::command::block_on(async {
                let archive = archive::open(&location).await?;
                Ok(archive::reread(&archive).await?)
            })?;
            everything(&place, &found, output)
        }
        Some(subject) => {
            let local = Local::open(&args.home)?;
            let state = named(&local.emeritus, subject)?;
            let verified = crate::command::block_on(async {
                let archive = archive::open(&location).await?;
                Ok(local.emeritus.verify_archive(&archive, state.run()).await?)
            })?;
            person(&place, &state, &verified, output)
        }
    }
}

fn everything(place: &str, found: &Reread, output: Output) -> Result<ExitCode, Failure> {
    if found.records != found.stated {
        let (records, stated) = (grouped(found.records), grouped(found.stated));
        return Err(Failure::message(
            ExitCode::Archive,
            format!("the archive at {place} holds {records} records, and its manifests state {stated}"),
        )
        .hint("a batch may be half done: `emeritus archive` completes it"));
    }
    output.result(&Everything { archive: place, found }, || {
        let (records, batches) = (count(found.records, "record"), grouped(found.batches));
        let mut text = format!(
            "{records} of {batches} batches at {place}: each is the one that was archived\n  participations  {}, each \
             what its record says\n  files           {}, each with the bytes that were written",
            grouped(found.participations),
            grouped(found.files),
        );
        if !found.without_head.is_empty() {
            text.extend([
                "\n  no head kept    of ",
                &found.without_head.join(", "),
                ": whether their logs have lost their last commits cannot be said; the next commit keeps one",
            ]);
        }
        text
    })?;
    Ok(ExitCode::Done)
}

fn person(place: &str, state: &RunState, verified: &Verified, output: Output) -> Result<ExitCode, Failure> {
    let (subject, comparison) = (&state.plan().subject, &verified.comparison);
    let object = VerifiedObject {
        archive: place,
        run_id: state.run().to_string(),
        user_id: subject.id.to_string(),
        email: subject.email.clone(),
        proof: ProofObject::of(comparison),
        not_covered: verified.not_covered,
        names_left_out: verified.names_left_out,
    };
    output.result(&object, || {
        let mut text = format!(
            "{} <{}>\n  sealed by run   {}\n  archive         {place}\n  proof           {}\n  root sealed     {}\n  \
             root archived   {}",
            subject.name,
            subject.email,
            state.run(),
            object.proof.text(),
            comparison.before.root,
            comparison.after.root,
        );
        if verified.not_covered > 0 {
            let missing = count(verified.not_covered, "conversation");
            text.extend([
                "\n  not covered     ",
                &missing,
                " of a time that is not archived: `emeritus archive` adds it",
            ]);
        }
        if verified.names_left_out > 0 {
            let left_out = count(verified.names_left_out, "conversation");
            text.extend(["\n  not compared    the name in ", &left_out, ": the archive's groups leave it out"]);
        }
        text
    })?;
    Ok(match comparison.verdict {
        Verdict::Intact | Verdict::NoHistoryFound => ExitCode::Done,
        Verdict::Broken { .. } if verified.is_lost => ExitCode::ProofBroken,
        Verdict::Broken { .. } | Verdict::NotComparable(_) => ExitCode::NotVerified,
    })
}

/// Returns the run that is named, or the latest run that read the history of the person who is named.
fn named(emeritus: &Emeritus, subject: &str) -> Result<RunState, Failure> {
    match crate::command::run_named(emeritus, subject)? {
        Some(run) => Ok(run),
        None => Ok(emeritus.read_by_journal(&crate::command::person(subject)?, None)?),
    }
}
