//! Coaching appointments and learning assignments.

use super::{interval, list, overdue, refuse, required, within, words};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::reported::{appointment, assignment},
    world::reported::{Appointment, Assignment},
};

pub(super) fn operations() -> Vec<Operation> {
    let coaching = Need::Any(&["coaching:appointment:view"]);
    let learning = Need::Any(&["learning:assignment:view"]);
    vec![
        Operation::get("/api/v2/coaching/appointments", coaching, appointments),
        Operation::get("/api/v2/learning/assignments", learning, assignments),
    ]
}

/// The most users whose assignments one request may ask for.
const MOST_USERS: usize = 100;

const STATUSES: [&str; 4] = ["Scheduled", "InProgress", "Completed", "InvalidSchedule"];
const RELATIONSHIPS: [&str; 3] = ["Creator", "Facilitator", "Attendee"];
const STATES: [&str; 6] =
    ["Assigned", "InProgress", "Completed", "NotCompleted", "Deleted", "InvalidSchedule"];

/// Appointments of the users, whatever they are to them unless the query says.
fn appointments(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let users = call.query.many("userIds");
    if users.is_empty() {
        return Err(required("userIds"));
    }
    let statuses = words(call, "statuses", "CoachingAppointmentStatus", &STATUSES)?;
    let mut relationships = words(call, "relationships", "CoachingRelationship", &RELATIONSHIPS)?;
    if relationships.is_empty() {
        relationships = RELATIONSHIPS.to_vec();
    }
    let facilitators = call.query.many("facilitatorIds");
    let overlaps = words(call, "intervalCondition", "String", &["StartsIn", "Overlaps"])? == ["Overlaps"];
    let (in_time, done_in) = (interval(call, "interval")?, interval(call, "completionInterval")?);
    let late = overdue(call)?;
    let reported = &call.world.directory.reported;
    let timely = |held: &Appointment| match in_time {
        Some((from, to)) if overlaps => held.starts < to && from < held.ends(),
        other => within(other, held.starts),
    };
    let mut found: Vec<&Appointment> = users
        .iter()
        .flat_map(|user| {
            let relationships = &relationships;
            reported
                .appointments
                .of(user)
                .filter(move |held| relationships.iter().any(|word| held.is(user, word)))
        })
        .filter(|held| statuses.is_empty() || statuses.contains(&held.status()))
        .filter(|held| facilitators.is_empty() || facilitators.contains(&held.facilitator.as_str()))
        .filter(|held| timely(held))
        .filter(|held| done_in.is_none() || held.completed.is_some_and(|at| within(done_in, at)))
        .filter(|held| late.is_none_or(|late| late == held.is_overdue(call.now)))
        .collect();
    found.sort_by(|a, b| (a.starts, &a.id).cmp(&(b.starts, &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    if words(call, "sortOrder", "String", &["Desc", "Asc"])? == ["Desc"] {
        found.reverse();
    }
    list(call, &found, |held| appointment(held, call.now))
}

/// Assignments of users or of a module; later due ones first unless the query says.
fn assignments(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse(call, &["sortBy", "minPercentageScore", "maxPercentageScore", "expand"])?;
    let (users, module) = (call.query.many("userId"), call.query.one("moduleId"));
    if users.is_empty() && module.is_none() {
        return Err(Failure::bad_request("Either moduleId or userId is required."));
    }
    if users.len() > MOST_USERS {
        return Err(Failure::bad_request("Only 100 users can be requested at a time."));
    }
    let states = words(call, "states", "LearningAssignmentState", &STATES)?;
    let types = call.query.many("types");
    let passed = words(call, "pass", "String", &["True", "False", "Any"])?;
    let (due_in, done_in) = (interval(call, "interval")?, interval(call, "completionInterval")?);
    let late = overdue(call)?;
    let reported = &call.world.directory.reported;
    let candidates: Vec<&Assignment> = if users.is_empty() {
        reported.assignments.all().collect()
    } else {
        users.iter().flat_map(|user| reported.assignments.of(user)).collect()
    };
    let mut found: Vec<&Assignment> = candidates
        .into_iter()
        .filter(|held| module.is_none_or(|module| held.module == module))
        .filter(|held| states.is_empty() || states.contains(&held.state()))
        .filter(|_| types.is_empty() || types.contains(&"Informational"))
        // None of these modules has an assessment to pass or to fail.
        .filter(|_| passed.is_empty() || passed.contains(&"Any"))
        .filter(|held| within(due_in, held.due))
        .filter(|held| done_in.is_none() || held.completed.is_some_and(|at| within(done_in, at)))
        .filter(|held| late.is_none_or(|late| late == held.is_overdue(call.now)))
        .collect();
    found.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    if words(call, "sortOrder", "String", &["Desc", "Asc"])? != ["Asc"] {
        found.reverse();
    }
    list(call, &found, |held| {
        let module = reported.modules.get(&held.module).map_or("", String::as_str);
        assignment(held, module, call.now)
    })
}
