//! What `archive` prints: what was added, and what was not.

use emeritus::archive::{Fed, Groups, Manifest, NotRead, Refused, WithoutAttributes};
use emeritus::evidence::{count, grouped};
use emeritus::plan::HistoryScope;
use emeritus::text::shown;
use jiff::Timestamp;
use serde::Serialize;

use super::people::{Again, Known, Left};
use crate::answer::instant;

/// How many records that are not archived are named.
const REFUSED_NAMED: usize = 20;

/// Everything there is to tell.
pub(super) struct Told<'a> {
    pub(super) fed: &'a Fed,
    pub(super) known: &'a Known,
    pub(super) place: &'a str,
    pub(super) groups: Groups,
}

/// For scripts.
#[derive(Debug, Serialize)]
pub(super) struct FedObject {
    archive: String,
    organization: String,
    from: Timestamp,
    to: Timestamp,
    /// Why it begins there.
    history: HistoryScope,
    /// Conversations that this call added.
    conversations: u64,
    added: Vec<BatchObject>,
    /// What an earlier call had left half done.
    completed: Vec<BatchObject>,
    /// Rows of the list that name somebody again: they are archived once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    named_again: Vec<Again>,
    groups: Vec<&'static str>,
    not_archived: NotArchived,
}

/// A batch, in short.
#[derive(Debug, Serialize)]
pub(super) struct BatchObject {
    batch: String,
    organization: String,
    source: String,
    people: Vec<String>,
    from: String,
    to: String,
    archived_at: String,
    conversations: u64,
    unchanged: u64,
    bytes: u64,
    groups: Vec<&'static str>,
    files: Vec<FileObject>,
}

#[derive(Debug, Serialize)]
struct FileObject {
    path: String,
    rows: u64,
    sha256: String,
}

/// What is not in the archive, and why.
#[derive(Debug, Serialize)]
struct NotArchived {
    /// Groups of columns that are off.
    groups_off: Vec<&'static str>,
    /// What is before this moment the organization does not keep any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Timestamp>,
    /// Conversations that had not ended: archived as they were, and again when they have.
    open: u64,
    /// How many records the archive cannot hold, or the vendor's answer is too large for.
    refused: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused_records: Vec<Refused>,
    /// Where attributes are wanted: conversations for which there were none to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_attributes: Option<WithoutAttributes>,
    /// Time that is archived already and was not read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_read_again: Option<NotRead>,
    /// Ids of deleted people of whom the vendor gave nothing.
    nothing_of: Vec<String>,
    /// Ids of retired people whom the vendor does not know any more.
    unknown: Vec<String>,
    /// Rows of the list that name nobody, and retired people whom nobody could be made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<Left>,
}

/// The groups with their names.
pub(super) fn named(groups: Groups) -> [(&'static str, bool); 4] {
    [
        ("attributes", groups.attributes),
        ("addresses", groups.addresses),
        ("names", groups.names),
        ("notes", groups.notes),
    ]
}

fn of_groups(groups: Groups, on: bool) -> Vec<&'static str> {
    named(groups).into_iter().filter_map(|(name, is_on)| (is_on == on).then_some(name)).collect()
}

/// The groups that are on, for people.
pub(super) fn kept(groups: Groups) -> String {
    let on = of_groups(groups, true);
    if on.is_empty() { "none".to_owned() } else { on.join(", ") }
}

impl BatchObject {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let file = |file: &emeritus::archive::ManifestFile| FileObject {
            path: file.path.clone(),
            rows: file.rows,
            sha256: file.sha256.clone(),
        };
        Self {
            batch: manifest.batch.clone(),
            organization: manifest.organization.clone(),
            source: manifest.source.clone(),
            people: manifest.subjects.clone(),
            from: instant(manifest.window.0),
            to: instant(manifest.window.1),
            archived_at: instant(manifest.archived_at),
            conversations: manifest.records,
            unchanged: manifest.duplicates,
            bytes: manifest.files.iter().map(|file| file.size).sum(),
            groups: of_groups(manifest.groups, true),
            files: manifest.files.iter().map(file).collect(),
        }
    }
}

impl Told<'_> {
    pub(super) fn object(&self) -> FedObject {
        let Told { fed, known, groups, .. } = *self;
        FedObject {
            archive: self.place.to_owned(),
            organization: fed.organization.clone(),
            from: fed.window.from,
            to: fed.window.to,
            history: fed.scope.clone(),
            conversations: fed.added.iter().map(|manifest| manifest.records).sum(),
            added: fed.added.iter().map(BatchObject::of).collect(),
            completed: fed.completed.iter().map(BatchObject::of).collect(),
            named_again: known.again.clone(),
            groups: of_groups(groups, true),
            not_archived: NotArchived {
                groups_off: of_groups(groups, false),
                before: fed.kept_from,
                open: fed.open,
                refused: fed.refused.len() as u64,
                refused_records: fed.refused.iter().take(REFUSED_NAMED).cloned().collect(),
                without_attributes: fed.without_attributes.clone(),
                not_read_again: fed.not_read,
                nothing_of: fed.nothing_of.iter().map(|person| person.id.to_string()).collect(),
                unknown: known.unknown.iter().map(ToString::to_string).collect(),
                unreadable: known.left.clone(),
            },
        }
    }

    pub(super) fn text(&self) -> String {
        let mut lines = added(self.fed, self.place, self.groups);
        for Again { line, value, why } in &self.known.again {
            lines.push(row(&format!("line {line}"), format!("`{value}`: {why}, archived once")));
        }
        lines.push("Not archived".to_owned());
        let not = not_archived(self);
        if not.is_empty() {
            lines.push("  nothing: it is everything that the vendor gave".to_owned());
        }
        lines.extend(not);
        lines.join("\n")
    }
}

fn added(fed: &Fed, place: &str, groups: Groups) -> Vec<String> {
    let mut lines = Vec::new();
    let sum: u64 = fed.added.iter().map(|manifest| manifest.records).sum();
    lines.push(format!("{} added to {place}", count(sum, "conversation")));
    lines.push(row("from, to", format!("{:.3}  {:.3}", fed.window.from, fed.window.to)));
    lines.push(row("begins there", fed.scope.why()));
    lines.push(row("groups kept", kept(groups)));
    for (what, manifests) in [("completed", &fed.completed), ("batch", &fed.added)] {
        for manifest in manifests {
            lines.push(row(what, batch(manifest)));
        }
    }
    if fed.added.is_empty() && fed.completed.is_empty() {
        // Said of what was read, and of nothing else.
        lines.push(match fed.taken {
            0 => "  nothing was given of what was read".to_owned(),
            taken => {
                format!("  all {} that were read were there already, as they are", count(taken, "record"))
            }
        });
    }
    lines
}

fn not_archived(told: &Told<'_>) -> Vec<String> {
    let fed = told.fed;
    let mut lines = Vec::new();
    let off = of_groups(told.groups, false);
    if !off.is_empty() {
        lines.push(row("groups off", format!("{}: left out before anything was written", off.join(", "))));
    }
    if let Some(kept) = fed.kept_from {
        lines.push(row("too old", format!("before {kept:.3} the organization keeps nothing")));
    }
    if fed.open > 0 {
        let open = count(fed.open, "conversation");
        lines.push(row(
            "open",
            format!("{open} archived as they are, and again when they have ended: run this again"),
        ));
    }
    for refused in fed.refused.iter().take(REFUSED_NAMED) {
        let conversation = refused.conversation.as_deref().unwrap_or("a record without a usable id");
        lines.push(row("refused", format!("{conversation}: {}", refused.why)));
    }
    if let Some(more) = fed.refused.len().checked_sub(REFUSED_NAMED).filter(|more| *more > 0) {
        lines.push(row("refused", format!("and {} more", grouped(more as u64))));
    }
    if let Some(without) = &fed.without_attributes {
        let conversations = count(without.conversations, "conversation");
        lines.push(row(
            "attributes",
            format!(
                "none to keep of {conversations} since {}: {}. Run this again when it has them",
                without.from.strftime("%Y-%m-%d"),
                without.why
            ),
        ));
    }
    if let Some(not) = &fed.not_read {
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        let on = if day(not.archived_from) == day(not.archived_to) {
            format!("on {}", day(not.archived_to))
        } else {
            format!("from {} to {}", day(not.archived_from), day(not.archived_to))
        };
        lines.push(row(
            "not read",
            format!(
                "{:.3} to {:.3} was archived {on}, of {}, and not read again: what changed or came late since then is \
                 not in it; --again reads it",
                not.from,
                not.to,
                people(not.people)
            ),
        ));
    }
    for person in &fed.nothing_of {
        lines.push(row(
            "nothing of",
            format!("{} <{}>, who is deleted: no proof that there is nothing", person.name, person.email),
        ));
    }
    for id in &told.known.unknown {
        lines.push(row("unknown", format!("{id}: retired by a run, and nobody at the vendor any more")));
    }
    for Left { line, value, why, next } in &told.known.left {
        let place = line.map_or_else(|| "unreadable".to_owned(), |line| format!("line {line}"));
        lines.push(row(&place, format!("`{value}`: {}; {next}", shown(why))));
    }
    lines
}

fn batch(manifest: &Manifest) -> String {
    let bytes: u64 = manifest.files.iter().map(|file| file.size).sum();
    format!(
        "{}  {}, {}, {} bytes in {}",
        manifest.batch,
        count(manifest.records, "conversation"),
        people(manifest.subjects.len() as u64),
        grouped(bytes),
        count(manifest.files.len() as u64, "file"),
    )
}

fn people(number: u64) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{} people", grouped(number)) }
}

fn row(name: &str, value: impl std::fmt::Display) -> String {
    format!("  {name:<12}  {value}")
}
