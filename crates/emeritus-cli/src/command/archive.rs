//! `emeritus archive`: people's conversations from the vendor into files that outlive it.

mod list;
mod renew;
mod told;
mod verify;

pub(super) use renew::renew;

use emeritus::archive::{self, Feed};
use emeritus::{FindError, Who};

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
    let named = named(args)?;
    let session = Session::open(&args.connection)?;
    let location = session.config.archive(args.place.archive.as_deref())?;
    let groups = session.config.archive_groups(&args.groups)?;
    let (fed, unknown) = super::block_on(async {
        let archive = archive::create(&location)?;
        let _shown = session.progress.show("looking the people up");
        let (mut people, mut unknown) = (Vec::new(), Vec::new());
        for who in named {
            people.push(session.emeritus.find(&who).await?);
        }
        for id in if args.all_retired { session.emeritus.retired_people().await? } else { Vec::new() } {
            match session.emeritus.find(&Who::Id(id.clone())).await {
                Ok(person) => people.push(person),
                // One whom the vendor does not know any more does not stop the others.
                Err(FindError::Nobody { .. }) => unknown.push(id),
                Err(error) => return Err(error.into()),
            }
        }
        if people.is_empty() && unknown.is_empty() {
            return Err(Failure::message(
                ExitCode::NotFound,
                "no run of this state directory has retired anybody",
            )
            .hint("name the people: `emeritus archive PERSON`"));
        }
        let is_named = days.from.is_some() || days.to.is_some();
        let again = args.again || args.all_retired || is_named;
        let feed = Feed { people, from: days.from.map(|_| from), to: days.to.map(|_| to), groups, again };
        Ok((Box::pin(session.emeritus.archive(&archive, &feed)).await?, unknown))
    })?;
    let place = archive::describe(&location);
    let told = told::Told { fed: &fed, unknown: &unknown, place: &place, groups };
    output.result(&told.object(), || told.text())?;
    // What could not be kept, or was perhaps not given, is not archived.
    let is_all = fed.refused.is_empty() && fed.nothing_of.is_empty() && unknown.is_empty();
    Ok(if is_all { ExitCode::Done } else { ExitCode::NotVerified })
}

/// Everybody who is named, on the command line and in the file.
fn named(args: &FeedArgs) -> Result<Vec<Who>, Failure> {
    let mut named = args.person.iter().map(|text| super::person(text)).collect::<Result<Vec<_>, _>>()?;
    let Some(path) = &args.people else { return Ok(named) };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(ExitCode::Usage, error).context(format!("could not read {}", path.display()))
    })?;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            let context = format!("line {number} of {} names nobody", path.display());
            named.push(super::person(line).map_err(|failure| failure.context(context))?);
        }
    }
    Ok(named)
}
