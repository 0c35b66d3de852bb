//! `emeritus history`: what a person took part in, from the archive alone.

use emeritus::archive::{
    self, Asked, Called, Known, Participation, PersonVersion, ResolveError, Roster, Sheet,
};
use emeritus::evidence::count;
use emeritus::text::shown;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::answer::{self, aligned, clock, instant};
use crate::args::{DaysArgs, HistoryArgs};
use crate::config::Config;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What is printed.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    user_id: &'a str,
    /// What the roster saw of the person last.
    person: Option<Known>,
    archive: &'a str,
    conversations: &'a Sheet,
}

pub(super) fn run(args: &HistoryArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let called = Called::parse(&args.person)?;
    let (from, to) = window(args.days)?;
    let location = Config::load(&args.home)?.archive(args.place.archive.as_deref())?;
    let place = archive::describe(&location);
    super::block_on(async {
        let archive = archive::open(&location).await?;
        let roster = archive.roster().await.map_err(archive::AskError::Roster)?;
        let (user, person) = named(&roster, called)?;
        let (media, queue) = (args.media.as_deref(), args.queue.as_deref());
        let asked = Asked { user: &user, from, to, media, queue };
        let told = archive::history(&archive, &roster, asked).await?;
        if told.parts.is_empty() && person.is_none() {
            return Err(Failure::message(
                ExitCode::NotFound,
                format!("the archive at {place} knows nobody with user id {user}"),
            )
            .hint(
                "`emeritus roster sync` reads everybody, `emeritus archive PERSON` a person's conversations",
            ));
        }
        let answer = Answer {
            user_id: &user,
            person: person.map(Known::from),
            archive: &place,
            conversations: &told.sheet,
        };
        answer::tell(&args.format, output, &answer, &told.sheet, || text(&user, person, &told.parts))
    })?;
    Ok(ExitCode::Done)
}

/// Returns the days as an interval of moments.
pub(super) fn window(days: DaysArgs) -> Result<(Timestamp, Timestamp), Failure> {
    let day = SignedDuration::from_hours(24);
    let from = days.from.map_or(Timestamp::UNIX_EPOCH, |day| day.0);
    let to = match days.to {
        Some(to) => to.0.checked_add(day).map_err(|error| Failure::new(ExitCode::Usage, error))?,
        // The last day that a month can be taken of.
        None => Timestamp::from_second(253_370_764_800).map_err(Failure::bug)?,
    };
    if from < to { Ok((from, to)) } else { Err(Failure::usage("the last day is before the first")) }
}

/// Somebody named by id may have a history and be unknown to the roster.
fn named(roster: &Roster, called: Called) -> Result<(String, Option<&PersonVersion>), Failure> {
    match (archive::resolve(roster, &called), called) {
        (Ok(person), _) => Ok((person.person.id.clone(), Some(person))),
        (Err(ResolveError::Nobody { .. }), Called::Id(id)) => Ok((id, None)),
        (Err(error), _) => Err(error.into()),
    }
}

fn text(user: &str, person: Option<&PersonVersion>, parts: &[Participation]) -> String {
    let who = person.map_or_else(
        || format!("user {user}, who is not in the roster"),
        |version| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let person = &version.person;
            format!(
                "{} <{}> {} ({})",
                shown(&text(&person.name)),
                shown(&text(&person.email)),
                person.id,
                shown(&text(&person.state))
            )
        },
    );
    let head = format!("{who}\n{}", count(parts.len() as u64, "conversation"));
    if parts.is_empty() {
        return head;
    }
    let rows: Vec<_> = parts.iter().map(row).collect();
    let names = ["began", "medium", "direction", "handled", "queue", "conversation"];
    format!("{head}, {}\n\n{}", handled(parts), aligned(names, &rows))
}

/// How long all of it took, as far as the records say.
fn handled(parts: &[Participation]) -> String {
    let known = || parts.iter().filter_map(|part| part.handle_ms);
    let sum = clock(known().fold(0, i64::saturating_add));
    match parts.len() - known().count() {
        0 => format!("{sum} handled"),
        unknown if unknown == parts.len() => "time of handling not known".to_owned(),
        unknown => format!("at least {sum} handled: of {unknown} the time is not known"),
    }
}

fn row(part: &Participation) -> [String; 6] {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let several = |values: &[String]| {
        if values.is_empty() { "-".to_owned() } else { values.join(" ") }
    };
    [
        instant(part.conversation_start),
        several(&part.media_types),
        text(&part.direction),
        part.handle_ms.map_or_else(|| "-".to_owned(), clock),
        several(&part.queue_ids),
        part.conversation_id.clone(),
    ]
}
