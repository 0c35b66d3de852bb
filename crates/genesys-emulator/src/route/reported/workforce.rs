//! Management units and schedules of workforce management.

use super::{refuse, required};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::reported::{SchedulesSearch, agent_schedule, schedules, unit_of},
};

pub(super) fn operations() -> Vec<Operation> {
    let unit = Need::Any(&[
        "wfm:agent:view",
        "wfm:publishedSchedule:view",
        "wfm:schedule:view",
        "coaching:appointment:add",
        "coaching:appointment:edit",
        "learning:assignment:add",
        "learning:assignment:reschedule",
    ]);
    let search = Need::Any(&["wfm:publishedSchedule:view", "wfm:schedule:view"]);
    let schedules = "/api/v2/workforcemanagement/managementunits/{managementUnitId}/agentschedules/search";
    vec![
        Operation::get("/api/v2/workforcemanagement/agents/{agentId}/managementunit", unit, unit_of_agent),
        Operation::post(schedules, search, search_schedules),
    ]
}

/// Who belongs to no unit is not found, as who does not exist.
fn unit_of_agent(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = &call.subject()?.id;
    let reported = &call.world.directory.reported;
    let unit = reported.own(user).and_then(|own| own.unit.as_ref()).and_then(|id| reported.units.get(id));
    Reply::ok(&unit_of(user, unit.ok_or_else(Failure::not_found)?))
}

/// Shifts that touch the time asked for; the end does not belong to it. Agents of other units are passed over.
fn search_schedules(call: &mut Call<'_>) -> Result<Reply, Failure> {
    for name in ["forceAsync", "forceDownloadService"] {
        if call.query.flag(name)? == Some(true) {
            refuse(call, &[name])?;
        }
    }
    let search: SchedulesSearch = call.read()?;
    let from = search.start_date.ok_or_else(|| required("startDate"))?;
    let to = search.end_date.ok_or_else(|| required("endDate"))?;
    let users = search.user_ids.ok_or_else(|| required("userIds"))?;
    if to <= from {
        return Err(Failure::bad_request("endDate must be later than startDate."));
    }
    let reported = &call.world.directory.reported;
    let unit = reported.units.get(call.param(0)).ok_or_else(Failure::not_found)?;
    let agents: Vec<_> = users
        .iter()
        .filter_map(|user| reported.own(user).map(|own| (user, own)))
        .filter(|(_, own)| own.unit.as_ref() == Some(&unit.id))
        .map(|(user, own)| {
            let shifts: Vec<_> =
                own.shifts.iter().filter(|shift| shift.begins < to && from < shift.ends).collect();
            agent_schedule(user, unit, &shifts)
        })
        .collect();
    Reply::ok(&schedules(unit, &agents))
}
