//! Everything that happened, told record by record.

use std::collections::BTreeMap;

use super::words::{after, count, failure, moment, verdict};
use super::{Moment, Story, words};
use crate::event::{AccountSeen, Answer, Because, EffectRecord, Event, Place, Record, Sight};
use crate::plan::ApprovedPlan;

pub(super) fn timeline(story: &Story<'_>) -> Vec<Moment> {
    let mut moments = Vec::new();
    for record in story.records {
        if let Event::Started { plan, .. } = &record.event {
            moments.extend(before(record.sequence, plan));
        }
        moments.push(tell(story, record));
    }
    moments
}

/// What the first record says of the time before it.
fn before(sequence: u64, approved: &ApprovedPlan) -> [Moment; 2] {
    let (plan, approval) = (approved.plan(), approved.approval());
    let made = Moment {
        sequence,
        at: plan.made_at,
        what: "plan made".to_owned(),
        detail: Some(format!(
            "{}, {}; digest {}",
            count(plan.steps.len() as u64, "step"),
            count(plan.findings.len() as u64, "finding"),
            approval.digest
        )),
        who: None,
        attempt: None,
        correlation_id: None,
    };
    let approved = Moment {
        at: approval.at,
        what: "plan approved".to_owned(),
        detail: Some(words::approved(approval)),
        who: Some(approval.by.clone()),
        ..made.clone()
    };
    [made, approved]
}

fn tell(story: &Story<'_>, record: &Record) -> Moment {
    let mut moment = Moment {
        sequence: record.sequence,
        at: record.at,
        what: String::new(),
        detail: None,
        who: None,
        attempt: None,
        correlation_id: None,
    };
    match &record.event {
        Event::Intended { place, attempt, effect } => {
            moment.what = format!("{}: about to be sent", story.name(*place));
            moment.detail = Some(request(effect));
            moment.attempt = Some(*attempt);
        }
        Event::Answered { place, attempt, answer } => {
            let (word, detail, correlation_id) = answered(answer);
            moment.what = format!("{}: {word}", story.name(*place));
            moment.detail = detail;
            moment.attempt = Some(*attempt);
            moment.correlation_id = correlation_id;
        }
        Event::Observed { place, sight, facts } => {
            moment.what = format!("{}: {}", story.name(*place), seen(*sight));
            moment.detail = spell(facts);
        }
        Event::Unreadable { place, failure: why } => {
            moment.what = format!("{}: could not be done", story.name(*place));
            moment.detail = Some(failure(why));
            moment.correlation_id.clone_from(&why.correlation_id);
        }
        Event::Stuck { place, failure: why } => {
            moment.what = format!("stuck at {}", story.name(*place));
            moment.detail = Some(failure(why));
            moment.correlation_id.clone_from(&why.correlation_id);
        }
        Event::NotSeen { place } => {
            moment.what = format!("{}: accepted, never seen; the run goes on", story.name(*place));
        }
        Event::Started { .. }
        | Event::Resumed { .. }
        | Event::Waiting { .. }
        | Event::Waited { .. }
        | Event::Measured { .. }
        | Event::Proved { .. }
        | Event::Compared { .. }
        | Event::AccountSeen { .. }
        | Event::Unwinding { .. }
        | Event::Freed
        | Event::Finished { .. }
        | Event::Counted { .. }
        | Event::ClocksSeen { .. }
        | Event::ProvedAgain { .. } => (moment.what, moment.detail) = tell_of_run(story, &record.event),
    }
    moment
}

fn tell_of_run(story: &Story<'_>, event: &Event) -> (String, Option<String>) {
    let step = |id| story.name(Place::forward(id));
    match event {
        Event::Started { snapshot, engine, .. } => (
            "run began".to_owned(),
            Some(format!("snapshot of {}; release {engine}", moment(snapshot.taken_at))),
        ),
        Event::Resumed { engine } => ("run taken up again".to_owned(), Some(format!("release {engine}"))),
        Event::Waiting { step: id, until, why } => {
            (format!("{}: wait begins", step(*id)), Some(format!("until {}; {why}", moment(*until))))
        }
        Event::Waited { step: id } => (format!("{}: wait over", step(*id)), None),
        Event::Measured { step: id, census, .. } => (
            format!("{}: history read", step(*id)),
            Some(format!("{}, root {}", count(census.conversations, "conversation"), census.root)),
        ),
        Event::Proved { place, reading, comparison, .. } => {
            let when = story.since(*place).map_or("again", after);
            let figures = count(comparison.after.conversations, "conversation");
            (
                format!("{place}: history read {when}, reading {reading}"),
                Some(format!("{}; {figures}, root {}", verdict(&comparison.verdict), comparison.after.root)),
            )
        }
        Event::Compared { step: id, differences } => (
            format!("{}: compared", step(*id)),
            Some(format!("{} differ", count(differences.len() as u64, "field"))),
        ),
        Event::AccountSeen { seen } => (format!("the account was looked at: {seen}"), version(seen)),
        Event::Unwinding { because: Because::Refused { step: id, failure: why } } => {
            (format!("run turns back at {}", step(*id)), Some(failure(why)))
        }
        Event::Unwinding { because: Because::ProofBroken { step: id } } => {
            (format!("run turns back at {}", step(*id)), Some("the proof is broken".to_owned()))
        }
        Event::Freed => ("a person lets the run go on".to_owned(), None),
        Event::Finished { outcome } => ("run finished".to_owned(), Some(outcome.name().to_owned())),
        Event::Counted { calls } => {
            ("executor stopped in good order".to_owned(), Some(format!("{} sent", count(*calls, "request"))))
        }
        Event::ClocksSeen { clocks } => ("clocks seen".to_owned(), Some(super::clocks::words(clocks))),
        Event::ProvedAgain { proof } => (
            format!("history proved again, {}", proof.due_words()),
            Some(format!("{}; root {}", proof.words(), proof.after.root)),
        ),
        Event::Intended { .. }
        | Event::Answered { .. }
        | Event::Observed { .. }
        | Event::NotSeen { .. }
        | Event::Unreadable { .. }
        | Event::Stuck { .. } => (String::new(), None),
    }
}

fn request(effect: &EffectRecord) -> String {
    format!("{} {}, body SHA-256 {}", effect.method, effect.path, effect.body_sha256)
}

fn answered(answer: &Answer) -> (&'static str, Option<String>, Option<String>) {
    match answer {
        Answer::Accepted { status, correlation_id } => {
            ("accepted", Some(format!("HTTP {status}")), correlation_id.clone())
        }
        Answer::Absent { correlation_id } => ("nothing there to remove", None, correlation_id.clone()),
        Answer::Refused(why) => ("not done", Some(words::coded(why)), why.correlation_id.clone()),
        Answer::Declined(why) => {
            ("refused, so it is looked at", Some(words::coded(why)), why.correlation_id.clone())
        }
        Answer::Unknown(why) => ("answer lost", Some(words::coded(why)), why.correlation_id.clone()),
    }
}

fn version(seen: &AccountSeen) -> Option<String> {
    let AccountSeen::In { version: Some(version), .. } = seen else { return None };
    Some(format!("version {version}"))
}

fn seen(sight: Sight) -> &'static str {
    match sight {
        Sight::Applied => "seen done",
        Sight::NotApplied => "seen not done",
        Sight::Unclear => "looked, and could not tell",
    }
}

fn spell(facts: &BTreeMap<String, String>) -> Option<String> {
    let facts: Vec<_> = facts.iter().map(|(name, value)| format!("{name} {value}")).collect();
    (!facts.is_empty()).then(|| facts.join(", "))
}
