//! What agents are doing right now.

use std::{slice::from_ref, time::Duration};

use serde_json::{Value, json};

use crate::vendor::Vendor;

#[test]
fn a_live_call_shows_until_it_ends() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").live_call_for(Duration::from_secs(600)).add();
    let path = format!("/api/v2/analytics/agents/{id}/status");
    let busy = vendor.get(&path).body;
    assert_eq!(
        (&busy["userId"], &busy["sessionCount"], &busy["routingStatus"]),
        (&json!(id), &json!(1), &json!("INTERACTING"))
    );
    let session = &busy["sessions"][0];
    assert_eq!((&session["mediaType"], &session["segmentType"]), (&json!("voice"), &json!("interact")));
    let conversation = session["conversationId"].as_str().unwrap();
    assert!(vendor.emulator.conversations_of(&id).contains(&conversation.to_owned()));
    vendor.emulator.clock().advance(Duration::from_secs(600));
    let idle = vendor.get(&path).body;
    assert_eq!(
        (&idle["sessionCount"], &idle["sessions"], &idle["routingStatus"]),
        (&json!(0), &json!([]), &json!("IDLE"))
    );
    assert!(vendor.emulator.truth(&id).unwrap().live.is_empty());
}

#[test]
fn a_call_that_ends_shows_as_live_for_as_long_as_the_status_lags() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").live_call().add();
    vendor.emulator.set_switch("agent_status_lag_s", "30").unwrap();
    let count = || {
        vendor.get(&format!("/api/v2/analytics/agents/{id}/status")).body["sessionCount"].as_u64().unwrap()
    };
    assert_eq!(count(), 0);
    vendor.emulator.clock().advance(Duration::from_secs(30));
    assert_eq!(count(), 1);
    vendor.emulator.end_live(&id);
    assert_eq!(count(), 1);
    vendor.emulator.clock().advance(Duration::from_secs(30));
    assert_eq!(count(), 0);
}

#[test]
fn agents_are_asked_about_together() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").live_call().add();
    let bo = vendor.emulator.user("Bo").parked_email().add();
    let cy = vendor.emulator.user("Cy").add();
    let ask = |body: Value| -> Vec<String> {
        let body = vendor.post("/api/v2/analytics/agents/status/query", &body).body;
        body["entities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|agent| agent["userId"].as_str().unwrap().to_owned())
            .collect()
    };
    let users = |ids: &[&String]| {
        let predicates: Vec<Value> =
            ids.iter().map(|id| json!({ "dimension": "userId", "value": id })).collect();
        json!({ "type": "or", "predicates": predicates })
    };
    assert_eq!(ask(json!({ "userFilter": users(&[&ada, &cy]) })), [ada.clone(), cy.clone()]);
    let email = json!({ "type": "and", "predicates": [{ "dimension": "mediaType", "value": "email" }] });
    assert_eq!(ask(json!({ "userFilter": users(&[&ada, &bo, &cy]), "sessionFilter": email })), from_ref(&bo));
    assert_eq!(ask(json!({ "userFilter": users(&[]) })).len(), 3);
}

#[test]
fn at_most_fifty_agents_are_answered() {
    let vendor = Vendor::documented();
    for n in 0..55 {
        vendor.emulator.user(&format!("u{n}")).add();
    }
    let body = vendor.post("/api/v2/analytics/agents/status/query", &json!({})).body;
    assert_eq!(body["entities"].as_array().unwrap().len(), 50);
}

#[test]
fn inactive_people_are_listed_only_where_the_switch_says_so() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").live_call().add();
    vendor.deactivate(&id);
    let path = format!("/api/v2/analytics/agents/{id}/status");
    assert_eq!(vendor.get(&path).body["sessionCount"], 1);
    vendor.emulator.set_switch("agent_status_lists_inactive", "false").unwrap();
    assert_eq!(vendor.get(&path).status, 404);
    let body = vendor.post("/api/v2/analytics/agents/status/query", &json!({})).body;
    assert_eq!(body["entities"], json!([]));
}

#[test]
fn who_does_not_exist_is_off_queue() {
    let vendor = Vendor::documented();
    let answer = vendor.get("/api/v2/users/nobody/routingstatus");
    assert_eq!((answer.status, &answer.body["status"]), (200, &json!("OFF_QUEUE")));
    let id = vendor.emulator.user("Ada").live_call().add();
    assert_eq!(vendor.get(&format!("/api/v2/users/{id}/routingstatus")).body["status"], "INTERACTING");
}

#[test]
fn presence_goes_offline_with_the_user_where_the_switch_says_so() {
    let vendor = Vendor::documented();
    let presence = |id: &str| {
        let body = vendor.get(&format!("/api/v2/users/{id}/presences/purecloud")).body;
        body["presenceDefinition"]["systemPresence"].as_str().unwrap().to_owned()
    };
    let ada = vendor.emulator.user("Ada").add();
    vendor.deactivate(&ada);
    assert_eq!(presence(&ada), "Available");
    vendor.emulator.set_switch("presence_on_retirement", "dropped").unwrap();
    let bo = vendor.emulator.user("Bo").add();
    vendor.deactivate(&bo);
    assert_eq!(presence(&bo), "Offline");
}

#[test]
fn licences_and_retention_are_told() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let licences = vendor.get(&format!("/api/v2/license/users/{id}")).body;
    assert_eq!(licences["licenses"], json!([{ "id": "Genesys Cloud CX 3" }]));
    assert_eq!(vendor.get("/api/v2/analytics/dataretention/settings").body["retentionDays"], 1825);
}
