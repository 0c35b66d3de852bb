//! What the evidence does not show: what was not read, what the proof does not cover, what a restore does not bring
//! back. Said as plainly as what it does show.

use super::words::{bound, count, grouped, moment};
use super::{Reading, StepOutcome, Story, readings, steps};
use crate::census::Control;
use crate::event::{Answer, Completeness, Event, Place, Record};
use crate::finding::FindingCode;
use crate::inventory::Via;
use crate::plan::{Means, Purpose, StepKind, Undo};

pub(super) fn not_checked(story: &Story<'_>) -> Vec<String> {
    let mut list = Vec::new();
    if story.state.plan().emulated {
        list.push("A real organization: all of this happened in an emulated one.".to_owned());
    }
    for (part, why) in story.state.snapshot().unknown_parts() {
        list.push(format!("{}: unknown, {why}.", capitalized(part)));
    }
    if story.state.snapshot().held.is_empty() {
        list.push(
            "Phones, extensions and direct numbers, teams, utilization, workforce management, licences, Architect \
             flows, work items and schedules: not read by the release that took the inventory."
                .to_owned(),
        );
    }
    for (what, why) in crate::planner::NOT_REACHABLE {
        list.push(format!("{}: {why}.", capitalized(what)));
    }
    let tokens = story.state.plan().steps.iter().find(|step| matches!(step.kind, StepKind::RevokeTokens));
    if tokens.is_some_and(|step| story.seen_at(Place::forward(step.id)).is_some()) {
        list.push(
            "The person's tokens themselves: nobody can list them. What was seen is that the vendor accepted their \
             revocation and shows none issued since."
                .to_owned(),
        );
    }
    live_work(story, &mut list);
    steps_unseen(story, &mut list);
    proof(story, &mut list);
    not_known(&readings::readings(story), &mut list);
    trust(story, &mut list);
    list
}

fn steps_unseen(story: &Story<'_>, list: &mut Vec<String>) {
    for entry in steps::table(story) {
        let what = story.name(entry.place);
        match entry.outcome {
            StepOutcome::AcceptedNotSeen => {
                list.push(format!("{}: accepted by the vendor, not seen afterwards.", capitalized(&what)));
            }
            StepOutcome::OutcomeUnknown => {
                list.push(format!("{}: announced; whether it was done is not known.", capitalized(&what)));
            }
            StepOutcome::NotReached if matches!(story.kind(entry.place), Some(StepKind::Prove { .. })) => {
                list.push(format!("{}: not reached.", capitalized(&what)));
            }
            StepOutcome::Verified
            | StepOutcome::AlreadySo
            | StepOutcome::Refused
            | StepOutcome::NotDone
            | StepOutcome::Undone
            | StepOutcome::UnderWay
            | StepOutcome::Done
            | StepOutcome::NotReached => {}
        }
    }
}

/// How far live work was looked for: what nobody looked at may have been cut off.
fn live_work(story: &Story<'_>, list: &mut Vec<String>) {
    let plan = story.state.plan();
    let cuts = plan.steps.iter().any(|step| matches!(step.kind, StepKind::SetState { .. }));
    if let (Purpose::Retire, true, Some(since)) = (&plan.purpose, cuts, story.state.snapshot().open_since) {
        list.push(format!(
            "Whether the person was still in a conversation that began before {}, unless the vendor's agent status named \
             it.",
            moment(since)
        ));
    }
}

fn proof(story: &Story<'_>, list: &mut Vec<String>) {
    let Some((census, control, _)) = story.state.baseline() else {
        let reads_history =
            story.state.plan().steps.iter().any(|step| matches!(step.kind, StepKind::Baseline));
        if reads_history {
            list.push("The person's history: it was not read.".to_owned());
        }
        return;
    };
    list.push(
        "The content of conversations. A proof covers which conversations there are, when each began, its media and \
         this person's part in it (participant, purpose, name), and nothing else: not recordings, transcripts, \
         evaluations, surveys, voicemail, attributes or the parts of others."
            .to_owned(),
    );
    list.push(format!(
        "Conversations that began before {}: {}.",
        moment(census.window.from),
        bound(&story.state.plan().history)
    ));
    list.push(format!(
        "Conversations that began at or after {}, where the first reading ends.",
        moment(census.window.to)
    ));
    if census.open > 0 {
        list.push(format!(
            "What became of conversations that had not ended at the first reading ({}): of these only the presence was \
             compared.",
            grouped(census.open)
        ));
    }
    list.push(
        "What happened to records before the first reading: what was gone by then, or no longer named this person \
         (after a GDPR request, for example), is in no reading and not missed."
            .to_owned(),
    );
    let readings = readings::readings(story);
    let read = |how| readings.iter().filter(|reading| reading.completeness == how).count();
    let (by_two, by_job) = (read(Completeness::ByTwoReadings), read(Completeness::ByJob));
    if by_job > 0 {
        list.push(format!(
            "The vendor's own total, in {}: for a job of its data lake it states none, so the results were followed to \
             the page that names no further one. A conversation that began over a month before the reading, and that \
             the person first took part in on its last day, may be missing from it.",
            count(by_job as u64, "reading")
        ));
    }
    if by_two > 0 {
        list.push(format!(
            "The vendor's own total, in {}: for some stretches it never agreed with what was read, so two readings \
             that agree were taken instead.",
            count(by_two as u64, "reading")
        ));
    }
    let unseen = match control {
        Control::SeesNothing => Some("the control query saw none"),
        Control::Refused => Some("the control query was refused"),
        Control::Unreadable => Some("the control query got no answer that could be read"),
        Control::Sees { .. } | Control::NotNeeded => None,
    };
    list.extend(unseen.map(|how| format!("Whether this client can see conversations at all: {how}.")));
    if let Some(why) = story.state.plan().history.told().unknown() {
        list.push(format!(
            "How long the organization keeps conversations: {why}. What it will drop is not foretold."
        ));
    }
    let is_reading = |event: &Event| matches!(event, Event::Proved { .. } | Event::ProvedAgain { .. });
    let last = story.records.iter().rev().find(|record| is_reading(&record.event));
    if let Some(last) = last {
        list.push(format!("Anything after the last reading, which was written down at {}.", moment(last.at)));
    }
}

/// Records with something that could not be read, and what two readings do not both state.
fn not_known(readings: &[Reading], list: &mut Vec<String>) {
    for reading in readings {
        if !reading.census.unread.is_empty() {
            list.push(format!(
                "What could not be read, {}: {}. The rest of these records was read.",
                reading.what,
                reading.census.unread.words()
            ));
        }
        for (what, conversations) in reading.not_compared.each() {
            list.push(format!(
                "Of {}, {what}, {}: one of the readings, or both, do not state it, and absent is not different.",
                count(conversations, "conversation"),
                reading.what
            ));
        }
    }
}

fn trust(story: &Story<'_>, list: &mut Vec<String>) {
    let approval = story.state.approved().approval();
    let by = match &approval.operator {
        Some(_) => format!("`{}` is the name that the machine gives", approval.by),
        None => format!("`{}` is what the tool was told", approval.by),
    };
    let asked = match approval.means {
        Means::Flag | Means::PlanFile => "; no person was asked, and nothing is signed",
        Means::Asked | Means::TypedEmail => "; nothing is signed",
    };
    list.push(format!("Who approved: {by}{asked}."));
    if let Some(stated) = approval.stated.words() {
        list.push(format!("What was stated with the approval: {stated}. Nobody checked it."));
    }
    list.push(super::clocks::limit(story));
    let executors =
        1 + story.records.iter().filter(|record| matches!(record.event, Event::Resumed { .. })).count();
    let counted = story.records.iter().filter(|record| matches!(record.event, Event::Counted { .. })).count();
    if counted < executors {
        list.push(format!(
            "The number of requests: of {}, {} wrote down how many were sent.",
            count(executors as u64, "executor"),
            grouped(counted as u64)
        ));
    }
}

pub(super) fn will_not_come_back(story: &Story<'_>) -> Vec<String> {
    let mut list = Vec::new();
    let plan = story.state.plan();
    if plan.purpose == Purpose::Retire && !plan.steps.is_empty() {
        of_retirement(story, &mut list);
    }
    // Plans of the first release said it in findings.
    let foretold = plan.findings.iter().filter(|finding| finding.code == FindingCode::CannotComeBack);
    let foretold = foretold.map(|finding| finding.text.clone());
    for text in foretold.chain(plan.losses.iter().map(ToString::to_string)) {
        let line = format!("{}.", capitalized(&text));
        if !list.contains(&line) {
            list.push(line);
        }
    }
    list
}

fn of_retirement(story: &Story<'_>, list: &mut Vec<String>) {
    // Plans of the first release name no losses; the others have said it among them.
    let first = story.state.plan().losses.is_empty();
    for step in &story.state.plan().steps {
        if let Undo::Irreversible { because } = &step.undo
            && first
            && may_have_happened(story, Place::forward(step.id))
        {
            list.push(format!("{}: {because}.", capitalized(&step.kind.to_string())));
        }
    }
    let deleted = story.state.plan().steps.iter().any(|step| {
        matches!(step.kind, StepKind::Delete) && may_have_happened(story, Place::forward(step.id))
    });
    if deleted {
        list.push(
            "Extension, direct number and default station: by the vendor's documentation a restored account does not \
             get them again. A restore puts back what the snapshot holds and is still free."
                .to_owned(),
        );
    }
    let snapshot = story.state.snapshot();
    let grants = snapshot.grants.known().into_iter().flatten();
    let through_groups = grants.filter(|grant| matches!(grant.via, Via::Group(_))).count() as u64;
    if through_groups > 0 {
        list.push(format!(
            "{} through a group: a restore does not give them; they come with the group.",
            count(through_groups, "role grant")
        ));
    }
}

/// Returns whether an effect was announced more often than it was certainly refused.
fn may_have_happened(story: &Story<'_>, place: Place) -> bool {
    let refused = |record: &&Record| matches!(&record.event, Event::Answered { place: at, answer: Answer::Refused(_), .. } if *at == place);
    story.announced(place) > story.records.iter().filter(refused).count() as u64
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
