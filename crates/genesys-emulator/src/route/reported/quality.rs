//! Evaluations and calibrations.

use super::{instant, list, refuse, required, words};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::reported::{calibration, evaluation},
    world::{
        directory::Directory,
        reported::{Calibration, Evaluation},
        user::State,
    },
};

pub(super) fn operations() -> Vec<Operation> {
    let evaluations = Need::Any(&["quality:evaluation:view"]);
    let calibrations = Need::Any(&["quality:calibration:view"]);
    vec![
        Operation::get("/api/v2/quality/evaluations/query", evaluations, evaluations_by),
        Operation::get("/api/v2/quality/calibrations", calibrations, calibrations_by),
    ]
}

const STATES: [&str; 5] = ["FINISHED", "INPROGRESS", "INREVIEW", "PENDING", "RETRACTED"];

/// At least one of these has to be given.
const SUBJECTS: [&str; 4] = ["conversationId", "evaluatorUserId", "agentUserId", "assigneeUserId"];

fn known(call: &Call<'_>, user: &str) -> Result<(), Failure> {
    if call.world.directory.users.contains_key(user) {
        return Ok(());
    }
    Err(Failure::new(400, "quality.query.invalid.user", "User does not exist"))
}

/// Evaluations whose agent or evaluator has been deleted are hidden unless they are asked for.
fn evaluations_by(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse(call, &["previousPage", "queueId"])?;
    if SUBJECTS.iter().all(|name| call.query.one(name).is_none()) {
        let names = SUBJECTS.join(", ");
        return Err(Failure::bad_request(format_args!("The query must include one of {names}.")));
    }
    let people = ["agentUserId", "evaluatorUserId", "assigneeUserId"];
    let person = people.iter().find_map(|name| call.query.one(name));
    people.iter().filter_map(|name| call.query.one(name)).try_for_each(|user| known(call, user))?;
    let reported = &call.world.directory.reported;
    let candidates: Vec<&Evaluation> = match person {
        Some(user) => reported.evaluations.of(user).collect(),
        None => reported.evaluations.all().collect(),
    };
    let wanted = Wanted::read(call)?;
    let mut found: Vec<&Evaluation> = candidates.into_iter().filter(|held| wanted.fits(call, held)).collect();
    // By the agent alone they are sorted by release, otherwise by assignment.
    if call.query.one("conversationId").is_none() && call.query.one("evaluatorUserId").is_none() {
        found.sort_by_key(|held| (held.released, held.assigned));
    } else {
        found.sort_by_key(|held| held.assigned);
    }
    if call.query.one("sortOrder").is_some_and(|order| order.to_lowercase().starts_with("desc")) {
        found.reverse();
    }
    if let Some(most) = call.query.number("maximum")? {
        found.truncate(most);
    }
    list(call, &found, |held| evaluation(held))
}

/// What a query asks of each evaluation.
struct Wanted<'a> {
    states: Vec<&'a str>,
    from: Option<jiff::Timestamp>,
    to: Option<jiff::Timestamp>,
    released: Option<bool>,
    read: Option<bool>,
    deleted_too: bool,
}

impl<'a> Wanted<'a> {
    fn read(call: &'a Call<'_>) -> Result<Self, Failure> {
        Ok(Self {
            states: words(call, "evaluationState", "EvaluationState", &STATES)?,
            from: instant(call, "startTime")?,
            to: instant(call, "endTime")?,
            released: call.query.flag("isReleased")?,
            read: call.query.flag("agentHasRead")?,
            deleted_too: call.query.flag("includeDeletedUsers")?.unwrap_or(false),
        })
    }

    fn fits(&self, call: &Call<'_>, held: &Evaluation) -> bool {
        let directory = &call.world.directory;
        let asked =
            |name: &str, value: Option<&str>| call.query.one(name).is_none_or(|wanted| value == Some(wanted));
        let team = || directory.users.get(&held.agent).and_then(|agent| agent.team.as_deref());
        asked("agentUserId", Some(&held.agent))
            && asked("evaluatorUserId", held.evaluator.as_deref())
            && asked("assigneeUserId", held.assignee.as_deref())
            && asked("conversationId", Some(&held.conversation))
            && asked("formContextId", Some(&held.form.id))
            && asked("agentTeamId", team())
            && (self.states.is_empty() || self.states.contains(&held.status.word()))
            && self.from.is_none_or(|from| from <= held.assigned)
            && self.to.is_none_or(|to| held.assigned < to)
            && self.released.is_none_or(|released| released == held.released.is_some())
            && self.read != Some(true)
            && (self.deleted_too || !names_deleted(directory, held))
    }
}

fn names_deleted(directory: &Directory, held: &Evaluation) -> bool {
    let deleted = |id: &str| directory.users.get(id).is_some_and(|user| user.state == State::Deleted);
    deleted(&held.agent) || held.evaluator.as_deref().is_some_and(deleted)
}

fn calibrations_by(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse(call, &["previousPage", "nextPage"])?;
    let calibrator = call.query.one("calibratorId").ok_or_else(|| required("calibratorId"))?;
    let (from, to) = (instant(call, "startTime")?, instant(call, "endTime")?);
    let conversation = call.query.one("conversationId");
    let found: Vec<&Calibration> = call
        .world
        .directory
        .reported
        .calibrations
        .of(calibrator)
        .filter(|held| conversation.is_none_or(|id| held.conversation == id))
        .filter(|held| from.is_none_or(|from| from <= held.created) && to.is_none_or(|to| held.created < to))
        .collect();
    list(call, &found, |held| calibration(held))
}
