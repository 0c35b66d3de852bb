//! `emeritus who`: who handled a conversation, from the archive alone.

use emeritus::archive::{self, Handler, Version};
use emeritus::text::shown;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::answer::{self, clock};
use crate::args::WhoArgs;
use crate::config::Config;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What is printed.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    conversation_id: Uuid,
    archive: &'a str,
    versions: &'a [Version],
}

pub(super) fn run(args: &WhoArgs, output: Output) -> Result<ExitCode, Failure> {
    answer::check(&args.format, output)?;
    let conversation = Uuid::try_parse(args.conversation.trim()).map_err(|error| {
        Failure::new(ExitCode::Usage, error)
            .context(format!("`{}` is not a conversation id", args.conversation))
            .hint("an id looks like 5a0b6c1e-8f55-4b7e-a3b5-0a9b7d3a3a11")
    })?;
    let location = Config::load(&args.home)?.archive(args.place.archive.as_deref())?;
    let place = archive::describe(&location);
    let versions = super::block_on(async {
        let archive = archive::open(&location).await?;
        Ok(archive::who(&archive, conversation).await?)
    })?;
    if versions.is_empty() {
        return Err(Failure::message(
            ExitCode::NotFound,
            format!("the archive at {place} does not hold conversation {conversation}"),
        )
        .hint(
            "an archive holds the conversations of the people it was told to keep: `emeritus archive PERSON`",
        )
        .hint("--archive names another archive"));
    }
    let told = Answer { conversation_id: conversation, archive: &place, versions: &versions };
    answer::tell(&args.format, output, &told, &archive::sheet(&versions), || text(conversation, &versions))?;
    Ok(ExitCode::Done)
}

fn text(conversation: Uuid, versions: &[Version]) -> String {
    let mut lines = vec![format!("Conversation {conversation}")];
    if versions.len() > 1 {
        lines.push(format!("  archived in {} versions, the oldest first", versions.len()));
    }
    for version in versions {
        lines.push(String::new());
        lines.push(row("began", known(version.started_at)));
        lines.push(row(
            "ended",
            if version.open == Some(true) { OPEN.to_owned() } else { known(version.ended_at) },
        ));
        if version.handlers.is_empty() {
            let nobody = if version.took_part.is_empty() {
                "no user of the organization took part"
            } else {
                "nobody, as far as the record says"
            };
            lines.push(row("handled by", nobody));
        }
        version.handlers.iter().for_each(|handler| person("handled by", handler, &mut lines));
        version.took_part.iter().for_each(|handler| person("took part", handler, &mut lines));
        let place = &version.archived;
        lines.push(row("archived", format!("{}  batch {}", at(place.archived_at), place.batch)));
        lines.push(row("file", &place.file));
        lines.push(row("sha-256", &version.record_sha256));
    }
    lines.join("\n")
}

fn person(as_what: &str, handler: &Handler, lines: &mut Vec<String>) {
    let email = handler.roster.as_ref().and_then(|known| known.email.as_deref());
    let email = email.map(|email| format!(" <{email}>")).unwrap_or_default();
    let name = handler.name_in_roster().unwrap_or("not in the roster");
    lines.push(row(as_what, format!("{name}{email} {}", handler.user_id)));
    lines.push(row("  in record", handler.name_in_record.as_deref().unwrap_or("no name")));
    let words = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    let took = [words(&handler.purpose), words(&handler.media), words(&handler.direction)];
    lines.push(row("  as", took.join(" ").trim()));
    for queue in &handler.queues {
        let name = queue.name.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
        lines.push(row("  queue", format!("{name}{}", queue.id)));
    }
    let to = if handler.open == Some(true) { OPEN.to_owned() } else { known(handler.left_at) };
    lines.push(row("  from, to", format!("{}  {to}", known(handler.joined_at))));
    lines.push(row(
        "  handled",
        format!(
            "{} (talk {}, hold {}, after-call work {})",
            lasted(handler.handle_ms),
            lasted(handler.talk_ms),
            lasted(handler.hold_ms),
            lasted(handler.acw_ms)
        ),
    ));
}

/// What is said of whatever had no end.
const OPEN: &str = "still open when it was read";

fn known(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "not known".to_owned(), at)
}

/// A duration, if the record says it.
fn lasted(ms: Option<i64>) -> String {
    ms.map_or_else(|| "not known".to_owned(), clock)
}

fn at(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

fn row(name: &str, value: impl std::fmt::Display) -> String {
    format!("  {name:<12}  {}", shown(&value.to_string()))
}
