//! Visits of what is only reported about people.

use serde_json::json;

use super::{Go, get, send};
use crate::contract::Arranged;

pub(super) fn reported(arranged: &Arranged, go: Go<'_>) {
    let Arranged { ada, bea, .. } = arranged;
    get(go, &format!("/api/v2/users/{ada}/greetings?pageSize=25&pageNumber=1"));
    get(go, &format!("/api/v2/voicemail/userpolicies/{ada}"));
    for user in [ada, bea] {
        get(go, &format!("/api/v2/voicemail/users/{user}/mailbox"));
        get(go, &format!("/api/v2/voicemail/users/{user}/messages?pageSize=2"));
    }
    get(go, &format!("/api/v2/users/{ada}/trustors?pageSize=100"));
    get(
        go,
        &format!("/api/v2/analytics/reporting/settings/users/{ada}/dashboards?publicOnly=false&pageSize=50"),
    );
    get(
        go,
        "/api/v2/recording/crossplatform/mediaretentionpolicies?pageSize=25&enabled=true&hasErrors=false",
    );
    get(go, "/api/v2/recording/crossplatform/mediaretentionpolicies?summary=true");
    let evaluations = "/api/v2/quality/evaluations/query";
    for name in ["agentUserId", "evaluatorUserId", "assigneeUserId"] {
        let query = format!("{name}={ada}&includeDeletedUsers=true&evaluationState=PENDING&pageSize=100");
        get(go, &format!("{evaluations}?{query}"));
    }
    get(go, &format!("{evaluations}?agentUserId={ada}&isReleased=true&sortOrder=desc&maximum=5"));
    get(go, &format!("/api/v2/quality/calibrations?calibratorId={ada}&pageSize=25"));
    get(
        go,
        &format!(
            "/api/v2/coaching/appointments?userIds={ada},{bea}&statuses=Scheduled&relationships=Attendee"
        ),
    );
    get(go, &format!("/api/v2/learning/assignments?userId={ada}&states=Assigned,InProgress&overdue=Any"));
    let flows = "/api/v2/architect/dependencytracking";
    get(go, &format!("{flows}/consumingresources?id={ada}&objectType=USER&pageSize=100"));
    for state in ["building", "not-built", "operational"] {
        arranged.vendor.emulator.set_switch("dependency_tracking", state).unwrap();
        get(go, &format!("{flows}/build"));
        get(go, &format!("{flows}/consumingresources?id={ada}&objectType=USER"));
    }
    let unit = get(go, &format!("/api/v2/workforcemanagement/agents/{ada}/managementunit"));
    let unit = unit["managementUnit"]["id"].as_str().unwrap().to_owned();
    send(
        go,
        "POST",
        format!("/api/v2/workforcemanagement/managementunits/{unit}/agentschedules/search"),
        json!({
            "startDate": "2026-03-01T00:00:00.000Z",
            "endDate": "2026-03-31T00:00:00.000Z",
            "userIds": [ada, bea],
        }),
    );
}
