//! Payloads of what is only reported about people.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{reference::Reference, time::instant};
use crate::world::reported::{
    Appointment, Assignment, Calibration, Dashboard, Evaluation, Flow, Message, Own, Policy, Shift, Titled,
    Unit,
};

/// Returns `object` without the members that are null: the vendor leaves out what there is not.
fn present(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// `DomainEntity`, of a greeting.
pub(crate) fn greeting(greeting: &Titled) -> Value {
    json!({
        "id": greeting.id,
        "name": greeting.name,
        "selfUri": format!("/api/v2/greetings/{}", greeting.id),
    })
}

/// `VoicemailUserPolicy`.
pub(crate) fn voicemail_policy(since: Timestamp) -> Value {
    json!({
        "enabled": true,
        "alertTimeoutSeconds": 30,
        "sendEmailNotifications": true,
        "modifiedDate": instant(since),
    })
}

/// `VoicemailMailboxInfo`.
pub(crate) fn mailbox(user: &str, own: Option<&Own>, created: Timestamp) -> Value {
    let messages = own.map_or(&[][..], |own| own.voicemail.as_slice());
    let dates = |read: bool| messages.iter().filter(move |held| held.read == read).map(|held| held.created);
    let bytes: u64 = messages.iter().map(|held| held.seconds.saturating_mul(8_000)).sum();
    present(json!({
        "id": user,
        "ownerType": "User",
        "usageSizeBytes": bytes,
        "totalCount": messages.len(),
        "unreadCount": dates(false).count(),
        "deletedCount": 0,
        "createdDate": instant(created),
        "modifiedDate": instant(dates(false).chain(dates(true)).max().unwrap_or(created)),
        "oldestUnreadDate": dates(false).min().map(instant),
        "newestUnreadDate": dates(false).max().map(instant),
        "oldestReadDate": dates(true).min().map(instant),
        "newestReadDate": dates(true).max().map(instant),
        "selfUri": format!("/api/v2/voicemail/users/{user}/mailbox"),
    }))
}

/// `VoicemailMessage`.
pub(crate) fn message(user: &str, message: &Message) -> Value {
    json!({
        "id": message.id,
        "user": Reference::user(user),
        "callerAddress": message.caller,
        "createdDate": instant(message.created),
        "modifiedDate": instant(message.created),
        "audioRecordingDurationSeconds": message.seconds,
        "audioRecordingSizeBytes": message.seconds.saturating_mul(8_000),
        "read": message.read,
        "deleted": false,
        "selfUri": format!("/api/v2/voicemail/messages/{}", message.id),
    })
}

/// `Trustor`; its id is that of the organization.
pub(crate) fn trustor(trustor: &Titled) -> Value {
    json!({
        "id": trustor.id,
        "enabled": true,
        "dateCreated": instant(trustor.created),
        "organization": { "id": trustor.id, "name": trustor.name },
        "selfUri": format!("/api/v2/orgauthorization/trustors/{}", trustor.id),
    })
}

/// `DashboardConfiguration`.
pub(crate) fn dashboard(owner: &str, dashboard: &Dashboard) -> Value {
    json!({
        "id": dashboard.id,
        "name": dashboard.name,
        "rows": 2,
        "columns": 4,
        "widgets": [],
        "favorite": dashboard.favourite,
        "publicDashboard": dashboard.public,
        "restricted": false,
        "layoutType": "Grid",
        "shared": false,
        "dateCreated": instant(dashboard.created),
        "dateModified": instant(dashboard.created),
        "createdBy": { "id": owner, "selfUri": format!("/api/v2/users/{owner}") },
        "selfUri": format!("/api/v2/analytics/reporting/settings/dashboards/{}", dashboard.id),
    })
}

fn conversation(id: &str) -> Value {
    json!({ "id": id, "selfUri": format!("/api/v2/conversations/{id}") })
}

fn form(form: &Titled) -> Value {
    json!({ "id": form.id, "name": form.name, "selfUri": format!("/api/v2/quality/forms/{}", form.id) })
}

/// `Evaluation`.
pub(crate) fn evaluation(held: &Evaluation) -> Value {
    present(json!({
        "id": held.id,
        "name": held.form.name,
        "conversation": conversation(&held.conversation),
        "evaluationForm": form(&held.form),
        "evaluator": held.evaluator.as_deref().map(Reference::user),
        "agent": Reference::user(&held.agent),
        "assignee": held.assignee.as_deref().map(Reference::user),
        "assigneeApplicable": held.assignee.is_some(),
        "status": held.status.word(),
        "agentHasRead": false,
        "neverRelease": false,
        "assigned": held.assignee.is_some(),
        "assignedDate": instant(held.assigned),
        "createdDate": instant(held.assigned),
        "changedDate": instant(held.released.unwrap_or(held.assigned)),
        "releaseDate": held.released.map(instant),
        "selfUri": format!("/api/v2/quality/conversations/{}/evaluations/{}", held.conversation, held.id),
    }))
}

/// `Calibration`.
pub(crate) fn calibration(held: &Calibration) -> Value {
    present(json!({
        "id": held.id,
        "name": held.form.name,
        "calibrator": Reference::user(&held.calibrator),
        "agent": held.agent.as_deref().map(Reference::user),
        "conversation": conversation(&held.conversation),
        "evaluationForm": form(&held.form),
        "createdDate": instant(held.created),
        "selfUri": format!("/api/v2/quality/calibrations/{}", held.id),
    }))
}

/// `CoachingAppointmentResponse`.
pub(crate) fn appointment(held: &Appointment, now: Timestamp) -> Value {
    let attendees: Vec<Reference> = held.attendees.iter().map(|id| Reference::user(id)).collect();
    present(json!({
        "id": held.id,
        "name": held.name,
        "dateStart": instant(held.starts),
        "lengthInMinutes": held.minutes,
        "status": held.status(),
        "facilitator": Reference::user(&held.facilitator),
        "attendees": attendees,
        "createdBy": Reference::user(&held.creator),
        "dateCreated": instant(held.created),
        "modifiedBy": Reference::user(&held.creator),
        "dateModified": instant(held.created),
        "dateCompleted": held.completed.map(instant),
        "isOverdue": held.is_overdue(now),
        "selfUri": format!("/api/v2/coaching/appointments/{}", held.id),
    }))
}

/// `LearningAssignment`.
pub(crate) fn assignment(held: &Assignment, module: &str, now: Timestamp) -> Value {
    present(json!({
        "id": held.id,
        "user": Reference::user(&held.user),
        "module": {
            "id": held.module,
            "name": module,
            "type": "Informational",
            "isPublished": true,
            "selfUri": format!("/api/v2/learning/modules/{}", held.module),
        },
        "state": held.state(),
        "version": 1,
        "isManual": true,
        "isRule": false,
        "isLatest": true,
        "isOverdue": held.is_overdue(now),
        "dateCreated": instant(held.created),
        "dateModified": instant(held.completed.unwrap_or(held.created)),
        "dateRecommendedForCompletion": instant(held.due),
        "dateCompleted": held.completed.map(instant),
        "selfUri": format!("/api/v2/learning/assignments/{}", held.id),
    }))
}

/// `AgentManagementUnitReference`.
pub(crate) fn unit_of(user: &str, unit: &Unit) -> Value {
    json!({
        "user": Reference::user(user),
        "managementUnit": {
            "id": unit.id,
            "selfUri": format!("/api/v2/workforcemanagement/managementunits/{}", unit.id),
        },
        "businessUnit": {
            "id": unit.business_unit,
            "selfUri": format!("/api/v2/workforcemanagement/businessunits/{}", unit.business_unit),
        },
    })
}

/// `BuSearchAgentSchedulesRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchedulesSearch {
    pub(crate) start_date: Option<Timestamp>,
    pub(crate) end_date: Option<Timestamp>,
    pub(crate) user_ids: Option<Vec<String>>,
}

/// `BuAgentScheduleSearchResponse`.
pub(crate) fn agent_schedule(user: &str, unit: &Unit, shifts: &[&Shift]) -> Value {
    let shifts: Vec<Value> = shifts.iter().map(|held| shift(unit, held)).collect();
    json!({ "user": Reference::user(user), "shifts": shifts, "fullDayTimeOffMarkers": [] })
}

fn shift(unit: &Unit, held: &Shift) -> Value {
    let minutes = held.ends.duration_since(held.begins).as_mins();
    json!({
        "id": held.id,
        "startDate": instant(held.begins),
        "lengthMinutes": minutes,
        "activities": [{
            "startDate": instant(held.begins),
            "lengthMinutes": minutes,
            "activityCodeId": "0",
            "paid": true,
        }],
        "manuallyEdited": false,
        "schedule": schedule(unit),
    })
}

fn schedule(unit: &Unit) -> Value {
    let place = format!("/api/v2/workforcemanagement/businessunits/{}", unit.business_unit);
    let week = week(unit);
    json!({
        "id": unit.schedule,
        "weekDate": week,
        "selfUri": format!("{place}/weeks/{week}/schedules/{}", unit.schedule),
    })
}

fn week(unit: &Unit) -> String {
    unit.since.strftime("%Y-%m-%d").to_string()
}

/// `BuAsyncAgentSchedulesSearchResponse`, answered inline.
pub(crate) fn schedules(unit: &Unit, agents: &[Value]) -> Value {
    let mut published = schedule(unit);
    if let Value::Object(members) = &mut published {
        members.insert("weekCount".to_owned(), json!(52));
    }
    json!({
        "status": "Complete",
        "result": {
            "agentSchedules": agents,
            "businessUnitTimeZone": "UTC",
            "publishedSchedules": [published],
        },
    })
}

/// `Dependency`.
pub(crate) fn dependency(flow: &Flow) -> Value {
    json!({
        "id": flow.id,
        "name": flow.name,
        "type": flow.kind,
        "version": "1.0",
        "deleted": false,
        "updated": false,
        "stateUnknown": false,
        "selfUri": format!("/api/v2/flows/{}", flow.id),
    })
}

/// `Policy`; the short form leaves out what the policy is for.
pub(crate) fn policy(held: &Policy, order: usize, short: bool) -> Value {
    let users: Vec<Value> =
        held.users.iter().map(|id| json!({ "id": id, "selfUri": format!("/api/v2/users/{id}") })).collect();
    present(json!({
        "id": held.id,
        "name": held.name,
        "enabled": held.enabled,
        "order": order,
        "createdDate": instant(held.created),
        "modifiedDate": instant(held.created),
        "conditions": (!short).then(|| json!({ "forUsers": users, "mediaTypes": ["CALL"] })),
        "actions": (!short).then(|| json!({ "retainRecording": true })),
        "selfUri": format!("/api/v2/recording/crossplatform/mediaretentionpolicies/{}", held.id),
    }))
}
