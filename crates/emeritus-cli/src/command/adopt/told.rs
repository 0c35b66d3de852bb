//! What `adopt` prints: who still holds what, and why a history may look empty.

use std::collections::BTreeMap;

use emeritus::evidence::{count, grouped};
use emeritus::holding::{Kind, Thing};
use emeritus::text::Text;
use emeritus::{Adoption, Cause, Explanation, Leaver, OddPerson, Span, Stats};
use jiff::Timestamp;
use serde::Serialize;

use crate::report::requests;

/// What a walk found, for scripts.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    walked: u64,
    inactive: u64,
    deleted: u64,
    leavers: Vec<LeaverObject>,
    /// How many things of each kind are held.
    totals: BTreeMap<&'static str, u64>,
    /// Kinds that could not be read: somebody may hold such a thing without being listed.
    unknown: BTreeMap<&'static str, String>,
    /// People whose record has something that could not be read.
    odd: Vec<OddPerson>,
    /// Entries of the walk without an id.
    nameless: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Stats>,
}

#[derive(Debug, Serialize)]
struct LeaverObject {
    user_id: String,
    state: String,
    name: Text,
    email: Text,
    leftovers: Vec<Held>,
}

#[derive(Debug, Serialize)]
struct Held {
    kind: &'static str,
    id: String,
    name: Text,
}

/// Why a history may look empty, for scripts.
#[derive(Debug, Serialize)]
pub(super) struct Explained<'a> {
    #[serde(flatten)]
    person: LeaverObject,
    unknown: BTreeMap<&'a str, String>,
    evaluations: BTreeMap<&'static str, Option<u64>>,
    history_from: Timestamp,
    history: &'a Span,
    causes: &'a [Cause],
    emulated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Stats>,
}

fn held(leftovers: &[(Kind, Thing)]) -> Vec<Held> {
    let held = |(kind, thing): &(Kind, Thing)| Held {
        kind: kind.name(),
        id: thing.id.clone(),
        name: thing.name.clone(),
    };
    leftovers.iter().map(held).collect()
}

fn object(person: &emeritus::Person, leftovers: &[(Kind, Thing)]) -> LeaverObject {
    LeaverObject {
        user_id: person.id.to_string(),
        state: person.state.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        leftovers: held(leftovers),
    }
}

impl Found {
    pub(super) fn of(adoption: &Adoption, stats: Option<Stats>) -> Self {
        let totals = totals(adoption).into_iter().map(|(kind, total)| (kind.name(), total)).collect();
        let unknown = adoption.unknown.iter().map(|(kind, why)| (kind.name(), why.to_string())).collect();
        let leavers = adoption.leavers.iter().map(|leaver| object(&leaver.person, &leaver.leftovers));
        Self {
            walked: adoption.walked,
            inactive: adoption.inactive,
            deleted: adoption.deleted,
            leavers: leavers.collect(),
            totals,
            unknown,
            odd: adoption.odd.clone(),
            nameless: adoption.nameless,
            stats,
        }
    }
}

impl<'a> Explained<'a> {
    pub(super) fn of(explanation: &'a Explanation, stats: Option<Stats>) -> Self {
        let evaluations = [
            ("with_deleted_users", explanation.evaluations.with_deleted.known().copied()),
            ("without_deleted_users", explanation.evaluations.without_deleted.known().copied()),
        ];
        let unknown = explanation.unknown.iter();
        Self {
            person: object(&explanation.person, &explanation.leftovers),
            unknown: unknown.map(|(part, why)| (part.as_str(), why.to_string())).collect(),
            evaluations: evaluations.into(),
            history_from: explanation.scope.from,
            history: &explanation.history,
            causes: &explanation.causes,
            emulated: explanation.emulated,
            stats,
        }
    }
}

fn totals(adoption: &Adoption) -> BTreeMap<Kind, u64> {
    let mut totals = BTreeMap::new();
    for (kind, _) in adoption.leavers.iter().flat_map(|leaver| &leaver.leftovers) {
        *totals.entry(*kind).or_default() += 1;
    }
    totals
}

/// Returns who still holds what, for people.
pub(super) fn table(adoption: &Adoption, stats: Option<Stats>) -> String {
    let mut lines = vec![format!(
        "{} looked at, {} inactive, {} deleted; {} still {} something",
        people(adoption.walked),
        grouped(adoption.inactive),
        grouped(adoption.deleted),
        grouped(adoption.leavers.len() as u64),
        if adoption.leavers.len() == 1 { "holds" } else { "hold" },
    )];
    for leaver in &adoption.leavers {
        lines.push(String::new());
        lines.extend(of(leaver));
    }
    if adoption.leavers.len() > 1 {
        lines.extend([String::new(), "Together".to_owned()]);
        lines.extend(totals(adoption).iter().map(|(kind, total)| row(kind.label(), &grouped(*total))));
    }
    if !adoption.unknown.is_empty() {
        let heading = "Not read: somebody may hold such a thing without being listed for it";
        lines.extend([String::new(), heading.to_owned()]);
        lines.extend(adoption.unknown.iter().map(|(kind, why)| row(kind.label(), &why.to_string())));
    }
    let odd = not_read(&adoption.odd, adoption.nameless);
    lines.extend(odd.into_iter().flat_map(|line| [String::new(), line]));
    if !adoption.leavers.is_empty() {
        let next = "next: `emeritus adopt --finish` plans each of them and asks; `emeritus adopt PERSON` looks closer";
        lines.extend([String::new(), next.to_owned()]);
    }
    lines.extend(stats.iter().flat_map(|stats| [String::new(), requests(stats)]));
    lines.join("\n")
}

/// Returns who has a record that could not be read in whole, for people: the first of them by id.
pub(crate) fn not_read(odd: &[OddPerson], nameless: u64) -> Option<String> {
    const NAMED: usize = 20;
    let mut parts: Vec<String> = odd.iter().take(NAMED).map(ToString::to_string).collect();
    parts.extend((odd.len() > NAMED).then(|| format!("and {} more", grouped((odd.len() - NAMED) as u64))));
    parts.extend((nameless > 0).then(|| format!("{} without an id", grouped(nameless))));
    let whole = people(odd.len() as u64 + nameless);
    (!parts.is_empty()).then(|| {
        format!("Not known of {whole}, whose record is not of the documented form: {}", parts.join("; "))
    })
}

fn people(number: u64) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{} people", grouped(number)) }
}

fn of(leaver: &Leaver) -> Vec<String> {
    let mut lines = vec![leaver.person.to_string()];
    lines.extend(rows(&leaver.leftovers));
    lines
}

/// Returns a line for each kind, with the names of what is held of it.
fn rows(leftovers: &[(Kind, Thing)]) -> Vec<String> {
    let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, thing) in leftovers {
        kinds.entry(*kind).or_default().push(thing.to_string());
    }
    kinds.iter().map(|(kind, names)| row(kind.label(), &names.join(", "))).collect()
}

fn row(name: &str, value: &str) -> String {
    format!("  {name:<18}  {value}")
}

/// Returns what somebody holds and why their history may look empty, for people.
pub(super) fn explanation(explanation: &Explanation, stats: Option<Stats>) -> String {
    let emulated = if explanation.emulated { "  [emulated]" } else { "" };
    let mut lines = vec![format!("{}{emulated}", explanation.person), String::new()];
    if explanation.leftovers.is_empty() {
        lines.push("Holds nothing that a retirement takes".to_owned());
    } else {
        lines.push("Still holds".to_owned());
        lines.extend(rows(&explanation.leftovers));
    }
    if !explanation.unknown.is_empty() {
        lines.extend([String::new(), "Not read".to_owned()]);
        let unknown = explanation.unknown.iter();
        lines.extend(unknown.map(|(part, why)| row(part, &why.to_string())));
    }
    let found = explanation.history.conversations;
    lines.extend([
        String::new(),
        format!("Why the history may look empty ({} found)", count(found, "conversation")),
    ]);
    for cause in &explanation.causes {
        lines.push(format!("  {}", cause.text));
        lines.push(format!("      {}", cause.call));
    }
    lines.extend(stats.iter().flat_map(|stats| [String::new(), requests(stats)]));
    lines.join("\n")
}
