//! `emeritus archive`: people's conversations from the vendor into files that outlive it.

mod list;
mod people;
mod renew;
mod told;
mod verify;

pub(super) use renew::renew;

use emeritus::archive::{self, Feed};

use crate::args::{ArchiveArgs, ArchiveCommand, FeedArgs};
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(args: &ArchiveArgs, output: Output) -> Result<ExitCode, Failure> {
    match &args.command {
        None => feed(&args.feed, output),
        Some(ArchiveCommand::List(args)) => list::run(args, output),
        Some(ArchiveCommand::Verify(args)) => verify::run(args, output),
    }
}

fn feed(args: &FeedArgs, output: Output) -> Result<ExitCode, Failure> {
    let days = args.days;
    let (from, to) = super::history::window(days)?;
    let named = people::named(args)?;
    let session = Session::open(&args.connection)?;
    let location = session.config.archive(args.place.archive.as_deref())?;
    let groups = session.config.archive_groups(&args.groups)?;
    let (fed, known) = session.block_on(async {
        let archive = archive::create(&location)?;
        let _shown = session.progress.show("looking the people up");
        let known = people::known(&session, named).await?;
        if known.people.is_empty() && known.is_everybody() {
            return Err(Failure::message(
                ExitCode::NotFound,
                "no run of this state directory has retired anybody",
            )
            .hint("name the people: `emeritus archive PERSON`"));
        }
        let is_named = days.from.is_some() || days.to.is_some();
        let again = args.again || args.all_retired || is_named;
        let feed = Feed {
            people: known.people.clone(),
            from: days.from.map(|_| from),
            to: days.to.map(|_| to),
            groups,
            again,
        };
        Ok((Box::pin(session.emeritus.archive(&archive, &feed)).await?, known))
    })?;
    let place = archive::describe(&location);
    let told = told::Told { fed: &fed, known: &known, place: &place, groups };
    output.result(&told.object(), || told.text())?;
    // What could not be kept, or was perhaps not given, is not archived.
    let is_all = fed.refused.is_empty() && fed.nothing_of.is_empty() && known.is_everybody();
    Ok(if is_all { ExitCode::Done } else { ExitCode::NotVerified })
}
