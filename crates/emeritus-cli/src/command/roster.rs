//! `emeritus roster`: everybody over time.

mod check;

use emeritus::archive::{self, Called, PersonVersion, Roster, RosterSync};
use emeritus::evidence::{count, grouped};
use jiff::SignedDuration;
use serde::Serialize;

use crate::answer::{self, aligned, instant};
use crate::args::{
    HomeArgs, PlaceArgs, RosterArgs, RosterCommand, RosterExportArgs, RosterShowArgs, RosterSyncArgs,
};
use crate::config::Config;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(args: &RosterArgs, output: Output) -> Result<ExitCode, Failure> {
    match &args.command {
        RosterCommand::Sync(args) => sync(args, output),
        RosterCommand::Export(args) => export(args, output),
        RosterCommand::Check(args) => check::run(args, output),
        RosterCommand::Show(args) => show(args, output),
    }
}

fn sync(args: &RosterSyncArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    let location = session.config.archive(args.place.archive.as_deref())?;
    let synced = session.block_on(async {
        let _shown = session.progress.show("reading everybody");
        let archive = archive::create(&location)?;
        Ok(session.emeritus.sync_roster(&archive).await?)
    })?;
    output.result(&synced, || told(&synced))?;
    Ok(ExitCode::Done)
}

fn told(synced: &RosterSync) -> String {
    let of = [(synced.active, "active"), (synced.inactive, "inactive"), (synced.deleted, "deleted")];
    let of = of.map(|(number, state)| format!("{} {state}", grouped(number))).join(", ");
    let mut text = format!(
        "{} of organization {}: {of}\n{} new, {} changed, {} as before",
        people(synced.people),
        synced.organization,
        grouped(synced.new),
        grouped(synced.changed),
        grouped(synced.unchanged),
    );
    text.extend(super::adopt::not_read(&synced.odd, synced.nameless).map(|line| format!("\n{line}")));
    text
}

fn people(number: u64) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{} people", grouped(number)) }
}

/// Reads the roster of the archive that is named. Sends nothing.
fn roster(place: &PlaceArgs, home: &HomeArgs) -> Result<Roster, Failure> {
    let location = Config::load(home)?.archive(place.archive.as_deref())?;
    let roster = super::block_on(async {
        let archive = archive::open(&location).await?;
        Ok(archive.roster().await.map_err(archive::AskError::Roster)?)
    })?;
    if roster.iter().next().is_none() {
        return Err(Failure::message(
            ExitCode::NotFound,
            format!("the archive at {} has no people in it yet", archive::describe(&location)),
        )
        .hint("`emeritus roster sync` reads everybody"));
    }
    Ok(roster)
}

/// People as an answer tells them.
#[derive(Debug, Serialize)]
struct People<'a> {
    people: &'a archive::Sheet,
}

fn export(args: &RosterExportArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let roster = roster(&args.place, &args.home)?;
    let versions: Vec<&PersonVersion> = match args.as_of {
        None => roster.iter().collect(),
        Some(day) => {
            let end = day.0.checked_add(SignedDuration::from_hours(24));
            let end = end.map_err(|error| Failure::new(ExitCode::Usage, error))?.as_millisecond();
            roster.iter().filter(|version| of(version, end)).collect()
        }
    };
    let sheet = Roster::sheet(versions.iter().copied());
    answer::tell(&args.format, output, &People { people: &sheet }, &sheet, || table(&versions))?;
    Ok(ExitCode::Done)
}

/// Whether a version was the one that held before a moment.
fn of(version: &PersonVersion, end: i64) -> bool {
    version.valid_from < end && version.valid_to.is_none_or(|to| to >= end)
}

fn table(versions: &[&PersonVersion]) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let row = |version: &&PersonVersion| {
        let person = &version.person;
        [
            person.id.clone(),
            text(&person.state),
            text(&person.name),
            text(&person.email),
            text(&person.employee_id),
            instant(version.valid_from),
            version.valid_to.map_or_else(|| "-".to_owned(), instant),
        ]
    };
    let rows: Vec<_> = versions.iter().map(row).collect();
    aligned(["user id", "state", "name", "e-mail", "employee", "so since", "until"], &rows)
}

fn show(args: &RosterShowArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let called = Called::parse(&args.person)?;
    let roster = roster(&args.place, &args.home)?;
    let person = archive::resolve(&roster, &called)?;
    let versions: Vec<_> = roster.versions(&person.person.id).iter().collect();
    let sheet = Roster::sheet(versions.iter().copied());
    answer::tell(&args.format, output, &People { people: &sheet }, &sheet, || {
        format!("{}\n\n{}", count(versions.len() as u64, "version"), table(&versions))
    })?;
    Ok(ExitCode::Done)
}
