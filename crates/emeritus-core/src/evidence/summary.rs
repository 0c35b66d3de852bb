//! The one line and the few sentences that a reader sees first. Each is chosen by what the records show last, and
//! none outlives what came after it: a proof made before a delete does not speak for the time after.

use super::words::{after, count, failure, grouped, moment, verdict, why_not_comparable};
use super::{Cut, Later, Reading, Story, later};
use crate::census::{Comparison, Control, Verdict};
use crate::decide::Unverified;
use crate::event::{AccountSeen, Because, Event, Outcome, Place};
use crate::inventory::AccountState;
use crate::plan::{Purpose, Since, StepKind};

pub(super) fn headline(story: &Story<'_>, readings: &[Reading], later: &[Later]) -> String {
    let line = match story.state.plan().purpose {
        Purpose::Retire => retired(story, readings),
        Purpose::Restore { .. } => restored(story),
        Purpose::Revive => revived(story),
    };
    let line = match unlike(story) {
        Some((seen, asked)) => format!("The account was {seen} at the last look, not {asked}. {line}"),
        None => line,
    };
    // What was found wrong since then must not stand beneath a line that says that all is well.
    match later::alarm(later) {
        Some(alarm) => format!("{line} {alarm}"),
        None => line,
    }
}

fn revived(story: &Story<'_>) -> String {
    match (story.state.outcome(), story.state.stuck()) {
        (Some(Outcome::Verified), _) => {
            "Revived: the account alone. There was no snapshot to put anything else back from.".to_owned()
        }
        (Some(Outcome::Skipped), _) => "Nothing to revive: the plan had no step.".to_owned(),
        (Some(_), _) => "The run is over. That the account is active was not seen.".to_owned(),
        (None, Some((place, _))) => format!("Stuck at {}.", story.name(*place)),
        (None, None) => "The run is under way.".to_owned(),
    }
}

fn retired(story: &Story<'_>, readings: &[Reading]) -> String {
    if let Some(text) = proved(story, readings) {
        return text;
    }
    match (story.state.outcome(), story.state.stuck()) {
        (Some(Outcome::Skipped), _) => "Nothing to do: the plan had no step.".to_owned(),
        (Some(Outcome::Failed), _) if story.state.unwinding().is_none() => "Nothing was done.".to_owned(),
        (Some(Outcome::Failed), _) => "Not retired: the run turned back. No proof was made.".to_owned(),
        (Some(_), _) => "The run is over. No proof was made.".to_owned(),
        (None, Some((place, _))) => format!("Stuck at {}. No proof was made.", story.name(*place)),
        (None, None) => "The run is under way. No proof has been made yet.".to_owned(),
    }
}

/// Tells the comparison of the latest step that proves something; what was seen after a put-back does not excuse
/// what was seen before it.
fn proved(story: &Story<'_>, readings: &[Reading]) -> Option<String> {
    let comparison = story.state.last_proof()?;
    let mut places = story.state.plan().steps.iter().rev().map(|step| Place::forward(step.id));
    let place = places.find(|place| story.state.proof(*place).is_some())?;
    let reading = readings.iter().rev().find(|reading| reading.place == place)?;
    // A proof is held against the latest whole reading. Only where that is the set of the first one may the line
    // say "before" without saying before what.
    let first = readings.first().is_some_and(|first| first.census.root == comparison.before.root);
    let before = if first { "before" } else { reading.against.as_deref().unwrap_or("at an earlier reading") };
    Some(history(before, after(story.since(place)?), comparison))
}

fn history(before: &str, when: &str, comparison: &Comparison) -> String {
    let conversations = comparison.before.conversations;
    let late = match comparison.added {
        0 => String::new(),
        added => format!("; {} more seen only then", grouped(added)),
    };
    match &comparison.verdict {
        Verdict::Intact => {
            let altered = match comparison.open_before {
                0 => "none altered".to_owned(),
                open => format!(
                    "none altered of the {} that had ended",
                    grouped(conversations.saturating_sub(open))
                ),
            };
            let part = comparison.not_compared.part;
            let late = match part {
                0 => late,
                _ => format!(
                    "{late}; the person's part in {} could not be compared",
                    count(part, "conversation")
                ),
            };
            format!(
                "{} {before}, the same {} {when}; none missing, {altered}{late}.",
                count(conversations, "conversation"),
                grouped(conversations)
            )
        }
        Verdict::Broken { missing, altered } => format!(
            "{} {before}; {when} {} missing, {} altered{late}.",
            count(conversations, "conversation"),
            grouped(missing.len() as u64),
            grouped(altered.len() as u64)
        ),
        Verdict::NoHistoryFound if comparison.added > 0 => {
            let added = count(comparison.added, "conversation");
            format!("No history found {before}, so nothing could be compared; {added} seen {when}.")
        }
        Verdict::NoHistoryFound => match comparison.control {
            Control::Sees { conversations } => format!(
                "No history found, {before} or {when}, where a query by the same client sees {} of others.",
                count(conversations, "conversation")
            ),
            Control::SeesNothing | Control::Refused | Control::Unreadable | Control::NotNeeded => {
                format!("No history found, {before} or {when}.")
            }
        },
        Verdict::NotComparable(why) => {
            format!("No statement about the history {when}: {}.", why_not_comparable(why))
        }
    }
}

fn restored(story: &Story<'_>) -> String {
    let compared = story.last(|event| matches!(event, Event::Compared { .. })) > 0;
    let differences = story.state.differences();
    let unforetold = differences.iter().filter(|difference| !difference.foretold).count() as u64;
    let words = story.state.plan().restored_words().unwrap_or_default();
    // What is called put back, without more, is what the person was before they first left.
    let put_back = if words == "Restored" { "Put back" } else { &words };
    match (compared, story.state.outcome(), story.state.stuck()) {
        (true, _, _) if differences.is_empty() => {
            format!("{put_back}: no field that was compared differs from the snapshot.")
        }
        (true, _, _) if unforetold == 0 => format!(
            "{put_back}, but for {} that the plan had said would not come back.",
            count(differences.len() as u64, "field")
        ),
        (true, _, _) => format!("Not wholly put back: {} unlike the snapshot.", count(unforetold, "field")),
        (false, Some(Outcome::Skipped), _) => "Nothing to put back: the plan had no step.".to_owned(),
        (false, _, Some((place, _))) => {
            format!("Stuck at {}. Not compared with the snapshot.", story.name(*place))
        }
        (false, Some(_), None) => "The run is over. Not compared with the snapshot.".to_owned(),
        (false, None, None) => "The run is under way. Not yet compared with the snapshot.".to_owned(),
    }
}

pub(super) fn sentences(story: &Story<'_>, cut: Option<&Cut>, later: &[Later]) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(later::sentence(later));
    let overrides = &story.state.plan().policy.overrides;
    sentences.extend(overrides.iter().map(|given| format!("Lifted: {given}.")));
    sentences.extend(cut.map(Cut::sentence));
    sentences.extend(state_seen(story));
    deleted(story, &mut sentences);
    sentences.extend(turned_back(story));
    sentences.extend(account(story));
    put_back(story, &mut sentences);
    if story.state.outcome() == Some(Outcome::WrittenNotVerified) {
        unverified(story, &mut sentences);
    }
    if let Some((place, why)) = story.state.stuck() {
        sentences.push(format!("A person is needed at {}: {}.", story.name(*place), failure(why)));
    }
    if story.state.plan().steps.iter().any(|step| super::steps::is_read_again(story, Place::forward(step.id)))
    {
        sentences.push("A proof lacks something; it is read again before that counts.".to_owned());
    }
    if let Some(wait) = super::steps::waiting(story) {
        sentences.push(format!("The run waits until {} ({}).", moment(wait.until), wait.what));
    }
    sentences
}

/// Why a run that did everything is not called verified, as far as the line above does not say it.
fn unverified(story: &Story<'_>, sentences: &mut Vec<String>) {
    let retires = story.state.plan().purpose == Purpose::Retire;
    for reason in crate::decide::unverified(story.state) {
        sentences.push(match &reason {
            Unverified::Step { place, .. } => format!("Accepted and not seen: {}.", story.name(*place)),
            Unverified::Differs(_) if retires => {
                format!("That access has ended was not seen: {} {}.", reason.what(), reason.why())
            }
            Unverified::Part { why, is_gone: true, .. } => {
                format!("Not read, so it cannot be given back: {} ({why}).", reason.what())
            }
            Unverified::Part { why, is_gone: false, .. } => {
                format!("Not read, so perhaps still held: {} ({why}).", reason.what())
            }
            // A restore lists its differences, the line above tells of the history, and the account has a sentence.
            Unverified::Differs(_) | Unverified::History(_) | Unverified::Account { .. } => continue,
        });
    }
}

/// What the last look at the account showed.
fn account(story: &Story<'_>) -> Option<String> {
    let (at, seen) = story.state.account_seen()?;
    let line = format!("At the last look, {}, the account was {seen}", moment(*at));
    Some(match unlike(story) {
        Some((_, asked)) => format!("{line}; {asked} was asked for."),
        None => format!("{line}."),
    })
}

/// Returns what was seen last and what was asked for, where a run rests on another state than it was to end in.
fn unlike<'a>(story: &Story<'a>) -> Option<(&'a AccountSeen, AccountState)> {
    let state = story.state;
    let outcome = state.outcome().or_else(|| state.stuck().map(|_| Outcome::Stuck))?;
    let asked = state.state_at_end(outcome);
    let (_, seen) = state.account_seen()?;
    let stood_last = state.outcome().is_some() || seen.state() == Some(AccountState::Active);
    (stood_last && seen.state() != Some(asked)).then_some((seen, asked))
}

/// What a restore made of the account's state.
fn state_seen(story: &Story<'_>) -> Option<String> {
    let (Purpose::Restore { .. } | Purpose::Revive) = story.state.plan().purpose else { return None };
    let mut steps = story.state.plan().steps.iter();
    steps.find_map(|step| {
        let StepKind::SetState { to, .. } = step.kind else { return None };
        let at = story.seen_at(Place::forward(step.id))?;
        Some(format!("The account was seen {to} at {}.", moment(at)))
    })
}

fn deleted(story: &Story<'_>, sentences: &mut Vec<String>) {
    let steps = &story.state.plan().steps;
    let Some(delete) = steps.iter().find(|step| matches!(step.kind, StepKind::Delete)) else { return };
    let place = Place::forward(delete.id);
    let sent = story.last(|event| matches!(event, Event::Intended { place: at, .. } if *at == place));
    match story.seen_at(place) {
        Some(at) => sentences.push(format!("The account was seen deleted at {}.", moment(at))),
        None if sent > 0 => {
            sentences.push("A delete was announced; the account was not seen deleted.".to_owned())
        }
        None => sentences.push("The account was not deleted by this run.".to_owned()),
    }
    let read = story.last(|event| matches!(event, Event::Proved { .. }));
    if sent > read {
        sentences.push("The history has not been read since the delete was announced.".to_owned());
    }
}

fn turned_back(story: &Story<'_>) -> Option<String> {
    Some(match story.state.unwinding()? {
        Because::Refused { step, failure: why } => {
            let name = story.name(Place::forward(*step));
            format!("The run turned back at {name}: {}.", failure(why))
        }
        Because::ProofBroken { .. } => {
            "The run turned back because the proof after the delete is broken.".to_owned()
        }
    })
}

fn put_back(story: &Story<'_>, sentences: &mut Vec<String>) {
    let mut steps = story.state.plan().steps.iter();
    let Some(delete) = steps.find(|step| matches!(step.kind, StepKind::Delete)) else { return };
    let parts = (0..=u8::MAX).map_while(|part| {
        let place = Place { step: delete.id, undo: Some(part) };
        story.kind(place).map(|kind| (place, kind))
    });
    for (place, kind) in parts {
        if let StepKind::SetState { to, .. } = kind {
            if let Some(at) = story.seen_at(place) {
                sentences.push(format!("The account was put back: seen {to} at {}.", moment(at)));
            } else if story.announced(place) > 0 {
                sentences.push("Putting the account back was announced; it was not seen.".to_owned());
            }
        }
        if let (StepKind::Prove { since: Since::PutBack }, Some((_, comparison))) =
            (kind, story.state.proof(place))
        {
            let found = verdict(&comparison.verdict);
            sentences.push(format!("The history was read again after the put-back: {found}."));
        }
    }
}
