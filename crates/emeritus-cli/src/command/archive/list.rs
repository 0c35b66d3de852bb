//! `emeritus archive list`: what was archived when.

use emeritus::archive::{self, Manifest};
use emeritus::evidence::grouped;
use serde::Serialize;

use super::told::{BatchObject, kept};
use crate::answer::{self, aligned, instant};
use crate::args::ArchiveListArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What is printed.
#[derive(Debug, Serialize)]
struct Batches {
    batches: Vec<BatchObject>,
}

pub(super) fn run(args: &ArchiveListArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let location = Config::load(&args.home)?.archive(args.place.archive.as_deref())?;
    let manifests = crate::command::block_on(async {
        let archive = archive::open(&location).await?;
        Ok(archive.manifests(None).await.map_err(archive::AskError::Read)?)
    })?;
    let sheet = archive::batches(&manifests);
    let batches = Batches { batches: manifests.iter().map(BatchObject::of).collect() };
    answer::tell(&args.format, output, &batches, &sheet, || text(&manifests))?;
    Ok(ExitCode::Done)
}

fn text(manifests: &[Manifest]) -> String {
    let row = |manifest: &Manifest| {
        [
            instant(manifest.archived_at),
            grouped(manifest.records),
            grouped(manifest.subjects.len() as u64),
            instant(manifest.window.0),
            instant(manifest.window.1),
            kept(manifest.groups),
            manifest.batch.clone(),
        ]
    };
    let rows: Vec<_> = manifests.iter().map(row).collect();
    let names = ["archived", "records", "people", "from", "to", "groups", "batch"];
    let batches =
        if manifests.len() == 1 { "1 batch".to_owned() } else { format!("{} batches", manifests.len()) };
    format!("{batches}\n\n{}", aligned(names, &rows))
}
