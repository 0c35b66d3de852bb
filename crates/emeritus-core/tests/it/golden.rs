//! The stored formats, as the first release wrote them. A later release must read these files to the same values;
//! as long as it writes the same format it must write the same bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use emeritus_core::again::{LaterVerdict, Resolution, Source};
use emeritus_core::canonical_json;
use emeritus_core::census::{CensusBuilder, Control, Leaf, Verdict, Window};
use emeritus_core::clocks::Clocks;
use emeritus_core::event::{Answer, Because, Completeness, Event, FailureCode, Outcome, Record, Sight};
use emeritus_core::evidence::{EVIDENCE_FORMAT, Evidence, StepOutcome, evidence};
use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::holding::Kind;
use emeritus_core::inventory::Why;
use emeritus_core::plan::{OnRefusal, Purpose, Since, StationSlot, StepKind, Undo};
use emeritus_core::policy::Treatment;
use emeritus_core::retention::Retention;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::person::{approved, now};
use crate::rehearsal::{Luck, Rehearsal};
use crate::specimen::{first_plan, full_inventory, full_journal, full_plan};
use crate::specimen_account::{account_journal, left_out_inventory};
use crate::specimen_clocks::clocks_journal;
use crate::specimen_held::{held_inventory, held_journal, held_plan};
use crate::specimen_later::{job_journal, later_journal, later_plan, standing_plans};
use crate::specimen_told::{told_journal, told_plan};
use crate::world::World;

/// Returns a stored file, which must be what this release writes.
fn golden(name: &str, written: &str) -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let stored = fs::read_to_string(directory.join(name)).unwrap_or_default();
    if stored != written {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&new, written).unwrap();
        panic!(
            "{name} is not what this release writes, which is now in {}. If a release ever wrote the stored file, \
             the format needs a new number and the old file stays",
            new.display()
        );
    }
    stored
}

/// Returns the names of an enum's variants, from the decoder itself: a new variant is in here without anybody
/// remembering to add it.
pub(crate) fn variants<T: DeserializeOwned>(probe: &str) -> BTreeSet<String> {
    let Err(error) = serde_json::from_str::<T>(probe) else { panic!("`{probe}` is not to be read") };
    let text = error.to_string();
    let (_, expected) = text.split_once("expected").unwrap_or_else(|| panic!("no variants in `{text}`"));
    let names: BTreeSet<_> = expected.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect();
    assert!(!names.is_empty(), "no variants in `{text}`");
    names
}

/// Asserts that a stored text holds every variant of an enum as a value of this member.
fn holds_all<T: DeserializeOwned>(canonical: &str, member: &str, probe: &str) {
    for name in variants::<T>(probe) {
        let (alone, with) = (format!("\"{member}\":\"{name}\""), format!("\"{member}\":{{\"{name}\""));
        assert!(canonical.contains(&alone) || canonical.contains(&with), "no line has {member} `{name}`");
    }
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn reread<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(text: &str, written: &T) {
    let read: T = serde_json::from_str(text).unwrap();
    assert_eq!(read, *written);
    assert_eq!(pretty(&read), text, "what is read is written again to the byte");
}

#[test]
fn an_inventory_is_stored_as_ever() {
    let inventory = full_inventory();
    let text = golden("inventory-v1.json", &pretty(&inventory));
    reread(&text, &inventory);
    assert_eq!(
        inventory.digest().unwrap(),
        "64aa72373dae357bba6a487482ccab723e81c3939328cd6427d72bb5ad1a8605",
        "the digest of a stored inventory must not change with a release"
    );
}

#[test]
fn what_the_second_release_added_to_an_inventory_is_stored_as_ever() {
    let inventory = held_inventory();
    let text = golden("inventory-v1-held.json", &pretty(&inventory));
    reread(&text, &inventory);
    assert_eq!(
        inventory.digest().unwrap(),
        "4b7ad4900d259a0e7bfd1dd6ea41467d953c84e84b7eeb2af36540758307b496",
        "the digest of a stored inventory must not change with a release"
    );
    let all = [full_inventory(), inventory.clone(), left_out_inventory()];
    let both = all.map(|inventory| canonical_json(&inventory).unwrap()).concat();
    holds_all::<Why>(&both, "unknown", r#"{"?":0}"#);
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        assert!(inventory.held.contains_key(&kind), "no {} in the file", kind.name());
    }
}

#[test]
fn a_part_that_was_left_out_is_stored_as_ever() {
    let inventory = left_out_inventory();
    reread(&golden("inventory-v1-left-out.json", &pretty(&inventory)), &inventory);
}

#[test]
fn a_plan_is_stored_as_ever_and_holds_every_kind_of_step() {
    let plan = full_plan();
    let text = golden("plan-v1.json", &pretty(&plan));
    reread(&text, &plan);
    assert_eq!(
        plan.digest().unwrap().0,
        "d5c54bdae1fa95f6189e7d361f4502d23a308ee5e0689c7446545e757a8b172b",
        "the digest of a stored plan must not change with a release"
    );
    let plans = [plan, held_plan(), first_plan(), later_plan(), told_plan()];
    let plans = plans.into_iter().chain(standing_plans());
    let canonical: String = plans.map(|plan| canonical_json(&plan).unwrap()).collect();
    holds_all::<Purpose>(&canonical, "purpose", "\"?\"");
    holds_all::<Kind>(&canonical, "kind", "\"?\"");
    holds_all::<StepKind>(&canonical, "do", r#"{"do":"?"}"#);
    holds_all::<Undo>(&canonical, "undo", r#"{"?":0}"#);
    holds_all::<OnRefusal>(&canonical, "on_refusal", "\"?\"");
    holds_all::<Since>(&canonical, "since", "\"?\"");
    holds_all::<StationSlot>(&canonical, "slot", "\"?\"");
    holds_all::<FindingCode>(&canonical, "code", "\"?\"");
    holds_all::<Severity>(&canonical, "severity", "\"?\"");
}

#[test]
fn what_the_second_release_added_to_a_plan_is_stored_as_ever() {
    let plan = held_plan();
    let text = golden("plan-v1-held.json", &pretty(&plan));
    reread(&text, &plan);
    assert_eq!(
        plan.digest().unwrap().0,
        "9877b7647e7d5153ac7a9e733a3718b5bf3fe47749e24fac5c3d67feeb6c9ad9",
        "the digest of a stored plan must not change with a release"
    );
    let canonical = canonical_json(&plan).unwrap();
    for name in variants::<Treatment>("\"?\"") {
        let (alone, with) = (format!(":\"{name}\""), format!(":{{\"{name}\":"));
        assert!(canonical.contains(&alone) || canonical.contains(&with), "no treatment `{name}`");
    }
}

#[test]
fn what_proofs_made_again_added_to_a_plan_is_stored_as_ever() {
    let plan = later_plan();
    let text = golden("plan-v1-later.json", &pretty(&plan));
    reread(&text, &plan);
}

#[test]
fn what_is_told_of_a_retention_is_stored_as_ever() {
    let plan = told_plan();
    let text = golden("plan-v1-told.json", &pretty(&plan));
    reread(&text, &plan);
    let canonical: Vec<_> = told_journal().iter().map(|event| canonical_json(event).unwrap()).collect();
    holds_all::<Retention>(&canonical.concat(), "retention", r#"{"?":0}"#);
}

#[test]
fn what_is_known_of_a_person_is_stored_in_a_plan_as_ever() {
    let plans = standing_plans();
    let text = golden("plan-v1-standing.json", &pretty(&plans));
    reread(&text, &plans);
}

#[test]
fn every_event_is_stored_as_ever() {
    journal("event-v1.jsonl", full_journal());
    journal("event-v1-held.jsonl", held_journal());
    journal("event-v1-later.jsonl", later_journal());
    journal("event-v1-jobs.jsonl", job_journal());
    journal("event-v1-clocks.jsonl", clocks_journal());
    journal("event-v1-told.jsonl", told_journal());
    journal("event-v1-account.jsonl", account_journal());
}

fn journal(name: &str, events: Vec<Event>) {
    let records: Vec<_> =
        events.into_iter().zip(1..).map(|(event, sequence)| Record { sequence, at: now(), event }).collect();
    let lines: Vec<_> = records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect();
    let text = golden(name, &lines.concat());
    let read: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, records);
    let again: Vec<_> = read.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect();
    assert_eq!(again, lines);
}

#[test]
fn no_variant_lacks_a_line() {
    let later = || later_journal().into_iter().chain(job_journal()).chain(clocks_journal());
    let seen = || told_journal().into_iter().chain(account_journal());
    let all = || full_journal().into_iter().chain(later()).chain(seen());
    let canonical: Vec<_> = all().map(|event| canonical_json(&event).unwrap()).collect();
    let canonical = canonical.join("\n");
    holds_all::<Event>(&canonical, "event", r#"{"event":"?"}"#);
    holds_all::<Answer>(&canonical, "answer", r#"{"?":0}"#);
    holds_all::<Sight>(&canonical, "sight", "\"?\"");
    holds_all::<Because>(&canonical, "because", r#"{"?":0}"#);
    holds_all::<Outcome>(&canonical, "outcome", "\"?\"");
    holds_all::<FailureCode>(&canonical, "code", "\"?\"");
    holds_all::<Verdict>(&canonical, "verdict", r#"{"?":0}"#);
    holds_all::<Control>(&canonical, "control", r#"{"?":0}"#);
    holds_all::<Completeness>(&canonical, "completeness", "\"?\"");
    let names = variants::<Event>(r#"{"event":"?"}"#);
    holds_all::<LaterVerdict>(&canonical, "verdict", r#"{"?":0}"#);
    holds_all::<Resolution>(&canonical, "person", r#"{"?":0}"#);
    holds_all::<Source>(&canonical, "source", "\"?\"");
    holds_all::<Clocks>(&canonical, "clocks", r#"{"?":0}"#);
    let named: BTreeSet<_> = all().map(|event| event.name().to_owned()).collect();
    assert_eq!(named, names, "an event's name is the one it is stored under");
}

/// A delete that severed history, with the person put back, by a plan of an earlier release.
fn broken(stored: &Evidence) -> Evidence {
    let person = &stored.snapshot;
    let world = World { severs: true, ..World::of(person, 4) };
    let script = vec![Luck::Unclear, Luck::LostAfter, Luck::Well];
    let mut run = Rehearsal::begin(&approved(&stored.plan), person, world, script);
    run.run(200);
    run.write(Event::Counted { calls: 37 });
    Evidence { journal_head: Some("cd".repeat(32)), ..evidence(&run.records).unwrap() }
}

#[test]
fn evidence_is_stored_as_ever() {
    // Its sentences may be put better by a later release; its shape and its facts may not change.
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/evidence-v1.json");
    let text = fs::read_to_string(&stored).unwrap();
    let read: Evidence = serde_json::from_str(&text).unwrap();
    let made = broken(&read);
    assert_eq!(pretty(&read), text, "what is read is written again to the byte");
    assert_eq!(read.format, EVIDENCE_FORMAT);
    assert_eq!((&read.run, &read.approval, &read.findings), (&made.run, &made.approval, &made.findings));
    assert_eq!((&read.cut, read.outcome, read.calls), (&made.cut, made.outcome, made.calls));
    let facts = |evidence: &Evidence| {
        let steps = evidence.steps.iter().map(|step| (step.place, step.outcome, step.attempts, step.seen_at));
        let readings =
            evidence.readings.iter().map(|reading| (reading.census.clone(), reading.verdict.clone()));
        (steps.collect::<Vec<_>>(), readings.collect::<Vec<_>>())
    };
    assert_eq!(facts(&read), facts(&made));
    assert!(read.headline.contains("4 conversations before"), "{}", read.headline);
}

#[test]
fn the_words_for_what_became_of_a_step_are_stable() {
    let names: Vec<_> = variants::<StepOutcome>("\"?\"").into_iter().collect();
    assert_eq!(
        names,
        [
            "accepted-not-seen",
            "already-so",
            "done",
            "not-done",
            "not-reached",
            "outcome-unknown",
            "refused",
            "under-way",
            "undone",
            "verified",
        ]
    );
}

/// The root was computed by another implementation, from the documented canonical form and RFC 6962.
#[test]
fn a_census_file_is_read_to_the_same_root() {
    let stored = include_str!("golden/census-v1.jsonl");
    let window = Window { from: "2024-01-01T00:00:00Z".parse().unwrap(), to: now() };
    let mut census = CensusBuilder::new(window);
    let mut written = String::new();
    for line in stored.lines() {
        let leaf: Leaf = serde_json::from_str(line).unwrap();
        assert!(census.add(&leaf).unwrap());
        written += &serde_json::to_string(&leaf).unwrap();
        written.push('\n');
    }
    assert_eq!(golden("census-v1.jsonl", &written), written);
    let summary = census.finish().summary();
    assert_eq!((summary.conversations, summary.open), (3, 1));
    assert_eq!(summary.root, "587d1b8312d2fcf8b7511150913413b85a9231108fddc65db1a19b525063ccaf");
}
