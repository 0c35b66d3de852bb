//! The exact bytes of every effect.

use genesys::{Effect, Reason, Receipt, State};
use serde_json::{Value, json};

use crate::vendor::{Reply, USER, Vendor};

const QUEUE: &str = "q-0001";
const OTHER: &str = "x-0002";

type Row = (Effect, &'static str, String, Value);

/// Every effect with its method, its path and its body.
fn table() -> Vec<Row> {
    let mut rows = account();
    rows.extend(belongings());
    rows.extend(settings());
    rows.extend(telephony());
    rows.extend(others());
    rows
}

fn user(rest: &str) -> String {
    format!("/api/v2/users/{USER}{rest}")
}

/// Effects on the account and what it may do.
fn account() -> Vec<Row> {
    let subject = |rest: &str| format!("/api/v2/authorization/subjects/{USER}/{rest}");
    let grants = json!({ "grants": [{ "roleId": "r-1", "divisionId": "d-1" }, { "roleId": "r-2", "divisionId": "*" }] });
    let pairs = [("r-1", "d-1"), ("r-2", "*")];
    vec![
        (
            Effect::set_state(USER, 7, State::Inactive),
            "PATCH",
            user(""),
            json!({ "version": 7, "state": "inactive" }),
        ),
        (
            Effect::put_state(USER, 7, State::Inactive, Reason::Voluntary),
            "PUT",
            user("/state"),
            json!({ "version": 7, "state": "inactive", "stateChangeReason": "Voluntary" }),
        ),
        (Effect::delete_user(USER), "DELETE", user(""), Value::Null),
        (Effect::revoke_tokens(USER), "DELETE", format!("/api/v2/tokens/{USER}"), Value::Null),
        (Effect::grant_roles(USER, &pairs), "POST", subject("bulkadd?subjectType=PC_USER"), grants.clone()),
        (Effect::remove_roles(USER, &pairs), "POST", subject("bulkremove"), grants),
        (
            Effect::move_to_division(USER, "d-1"),
            "POST",
            "/api/v2/authorization/divisions/d-1/objects/USER".to_owned(),
            json!([USER]),
        ),
        (
            Effect::set_manager(USER, 8, Some("m-1")),
            "PATCH",
            user(""),
            json!({ "version": 8, "manager": "m-1" }),
        ),
        (Effect::set_manager(USER, 8, None), "PATCH", user(""), json!({ "version": 8, "manager": "" })),
    ]
}

/// Effects on what a user is assigned.
fn belongings() -> Vec<Row> {
    let members = format!("/api/v2/routing/queues/{QUEUE}/members");
    vec![
        (Effect::disassociate_station(USER), "DELETE", user("/station/associatedstation"), Value::Null),
        (Effect::clear_default_station(USER), "DELETE", user("/station/defaultstation"), Value::Null),
        (
            Effect::associate_station(USER, OTHER),
            "PUT",
            user("/station/associatedstation/x-0002"),
            Value::Null,
        ),
        (
            Effect::set_default_station(USER, OTHER),
            "PUT",
            user("/station/defaultstation/x-0002"),
            Value::Null,
        ),
        (Effect::leave_queue(QUEUE, USER), "DELETE", format!("{members}/{USER}"), Value::Null),
        (
            Effect::set_ring(QUEUE, USER, 2),
            "PATCH",
            format!("{members}/{USER}"),
            json!({ "id": USER, "ringNumber": 2 }),
        ),
        (Effect::join_queue(QUEUE, USER), "POST", members, json!([{ "id": USER }])),
        (
            Effect::set_queue_joined(USER, QUEUE, false),
            "PATCH",
            user("/queues/q-0001"),
            json!({ "id": QUEUE, "joined": false }),
        ),
        (
            Effect::replace_skills(USER, &[("s-1", 3.0), ("s-2", 4.5)]),
            "PUT",
            user("/routingskills/bulk"),
            json!([{ "id": "s-1", "proficiency": 3.0 }, { "id": "s-2", "proficiency": 4.5 }]),
        ),
        (Effect::replace_skills(USER, &[]), "PUT", user("/routingskills/bulk"), json!([])),
        (
            Effect::update_languages(USER, &[("l-1", 5.0)]),
            "PATCH",
            user("/routinglanguages/bulk"),
            json!([{ "id": "l-1", "proficiency": 5.0 }]),
        ),
        (Effect::remove_skill(USER, OTHER), "DELETE", user("/routingskills/x-0002"), Value::Null),
        (Effect::remove_language(USER, OTHER), "DELETE", user("/routinglanguages/x-0002"), Value::Null),
        (
            Effect::join_group("g-1", 2, USER),
            "POST",
            "/api/v2/groups/g-1/members".to_owned(),
            json!({ "memberIds": [USER], "version": 2 }),
        ),
        (
            Effect::leave_group("g-1", USER),
            "DELETE",
            format!("/api/v2/groups/g-1/members?ids={USER}"),
            Value::Null,
        ),
    ]
}

/// Settings put back as they were read.
fn settings() -> Vec<Row> {
    let utilization = json!({
        "level": "Agent",
        "maxInboundCalls": 2,
        "utilization": { "call": { "maximumCapacity": 1, "interruptableMediaTypes": ["email"], "includeNonAcd": true } },
        "labelUtilizations": { "l-1": { "labelName": "Gold", "maximumCapacity": 3, "interruptingLabelIds": [] } },
    });
    let utilization_sent = json!({
        "maxInboundCalls": 2,
        "utilization": { "call": { "maximumCapacity": 1, "interruptableMediaTypes": ["email"], "includeNonAcd": true } },
        "labelUtilizations": { "l-1": { "maximumCapacity": 3, "interruptingLabelIds": [] } },
    });
    let backup = json!({ "userId": OTHER, "waitForAgent": true, "agentWaitSeconds": 90, "backedUpUsers": ["u-9"], "queueId": null });
    let backup_sent = json!({ "userId": OTHER, "waitForAgent": true, "agentWaitSeconds": 90 });
    let calls = json!([{ "targets": [{ "type": "PHONENUMBER", "value": "+4930" }] }]);
    let forwarding = json!({
        "id": USER, "user": { "id": USER }, "selfUri": "/x", "modifiedDate": "2026-01-01T00:00:00Z",
        "enabled": true, "phoneNumber": "+4930", "calls": calls, "voicemail": "PURECLOUD",
    });
    let older = json!({ "id": USER, "enabled": true, "phoneNumber": "+4930", "calls": [] });
    let away = json!({
        "id": USER, "user": { "id": USER }, "selfUri": "/x",
        "active": true, "indefinite": false, "startDate": "2026-01-01T00:00:00Z", "endDate": "2026-02-01T00:00:00Z",
    });
    let away_sent = json!({
        "active": true, "indefinite": false, "startDate": "2026-01-01T00:00:00Z", "endDate": "2026-02-01T00:00:00Z",
    });
    let of_routing = |rest: &str| format!("/api/v2/routing/users/{USER}/{rest}");
    let backup_path = of_routing("directroutingbackup/settings");
    vec![
        (Effect::put_utilization(USER, &utilization), "PUT", of_routing("utilization"), utilization_sent),
        (Effect::clear_utilization(USER), "DELETE", of_routing("utilization"), Value::Null),
        (Effect::put_direct_routing_backup(USER, &backup), "PUT", backup_path.clone(), backup_sent),
        (Effect::clear_direct_routing_backup(USER), "DELETE", backup_path, Value::Null),
        (
            Effect::put_call_forwarding(USER, &forwarding),
            "PUT",
            user("/callforwarding"),
            json!({ "enabled": true, "calls": calls, "voicemail": "PURECLOUD" }),
        ),
        (
            Effect::put_call_forwarding(USER, &older),
            "PUT",
            user("/callforwarding"),
            json!({ "enabled": true, "phoneNumber": "+4930", "calls": [] }),
        ),
        (Effect::put_out_of_office(USER, &away), "PUT", user("/outofoffice"), away_sent),
    ]
}

/// A user's numbers and phone.
fn telephony() -> Vec<Row> {
    let addresses = json!([{ "address": "+4930", "mediaType": "PHONE", "type": "WORK", "extension": "12" }]);
    let given = |id: &str| {
        json!({
            "id": id, "selfUri": "/x", "version": 4, "state": "active",
            "dateCreated": "2026-01-01T00:00:00Z", "dateModified": "2026-01-01T00:00:00Z",
            "createdBy": "u-9", "createdByApp": "a-1", "modifiedBy": "u-9", "modifiedByApp": "a-1",
            "primaryEdge": { "id": "e-1" }, "secondaryEdge": { "id": "e-2" },
        })
    };
    let with = |mut document: Value, more: &Value| {
        let fields = document.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        document
    };
    let line = json!({ "name": "line 1", "lineBaseSettings": { "id": "lb-1" }, "properties": { "x": { "value": 1 } } });
    let line_read = with(
        with(given("li-1"), &line),
        &json!({ "loggedInUser": { "id": USER }, "defaultForUser": { "id": USER } }),
    );
    let phone = json!({
        "name": "Alice's phone", "site": { "id": "s-1" }, "phoneBaseSettings": { "id": "pb-1" },
        "lineBaseSettings": { "id": "lb-1" }, "webRtcUser": { "id": USER }, "properties": { "y": 2 },
    });
    let phone_read = with(
        with(given("p-1"), &phone),
        &json!({ "status": { "id": "p-1" }, "secondaryStatus": {}, "userAgentInfo": {}, "lines": [line_read] }),
    );
    let phones = "/api/v2/telephony/providers/edges/phones";
    vec![
        (
            Effect::set_addresses(USER, 8, &addresses),
            "PATCH",
            user(""),
            json!({ "version": 8, "addresses": addresses }),
        ),
        (
            Effect::create_phone(&phone_read),
            "POST",
            phones.to_owned(),
            with(phone, &json!({ "lines": [line] })),
        ),
        (Effect::delete_phone("p-1"), "DELETE", format!("{phones}/p-1"), Value::Null),
    ]
}

/// What others have that names a user.
fn others() -> Vec<Row> {
    let members = "/api/v2/teams/t-1/members".to_owned();
    let item = "/api/v2/taskmanagement/workitems/w-1".to_owned();
    vec![
        (
            Effect::set_group_owners("g-1", 5, &[OTHER, USER]),
            "PUT",
            "/api/v2/groups/g-1".to_owned(),
            json!({ "ownerIds": [OTHER, USER], "version": 5 }),
        ),
        (
            Effect::set_group_owners("g-1", 5, &[]),
            "PUT",
            "/api/v2/groups/g-1".to_owned(),
            json!({ "ownerIds": [], "version": 5 }),
        ),
        (Effect::join_team("t-1", USER), "POST", members.clone(), json!({ "memberIds": [USER] })),
        (Effect::leave_team("t-1", USER), "DELETE", format!("{members}?id={USER}"), Value::Null),
        (Effect::assign_work_item("w-1", Some(USER)), "PATCH", item.clone(), json!({ "assigneeId": USER })),
        (Effect::assign_work_item("w-1", None), "PATCH", item, json!({ "assigneeId": null })),
    ]
}

#[test]
fn each_effect_is_one_request_of_known_bytes() {
    for (effect, method, path, body) in table() {
        let vendor = Vendor::script(vec![Reply::json(200, &json!({}))]);
        vendor.clock.run(vendor.writer().send(&effect)).unwrap();
        let calls = vendor.calls();
        assert_eq!(calls.len(), 1, "{effect}");
        assert_eq!((calls[0].method.as_str(), calls[0].target.as_str()), (method, path.as_str()));
        assert_eq!((effect.method(), effect.path()), (method, path.clone()));
        assert_eq!(effect.to_string(), format!("{method} {path}"));
        assert_eq!(calls[0].body.as_bytes(), effect.body_bytes());
        if body.is_null() {
            assert_eq!((calls[0].body.as_str(), calls[0].content_type.as_deref()), ("", None), "{effect}");
        } else {
            assert_eq!(calls[0].json(), body, "{effect}");
            assert_eq!(calls[0].content_type.as_deref(), Some("application/json"));
        }
    }
}

#[test]
fn no_effect_erases_personal_data_or_goes_outside_the_users_affairs() {
    // These take away by leaving the user out, or with a thing that names the user.
    let without_user = ["set group owners", "delete phone", "assign work item"];
    for (effect, _, path, _) in table() {
        assert!(!path.contains("gdpr"), "{effect}");
        assert!(
            path.contains(USER)
                || effect.body_bytes().windows(USER.len()).any(|part| part == USER.as_bytes())
                || without_user.contains(&effect.operation()),
            "{effect}"
        );
    }
}

#[test]
fn the_digest_is_of_the_bytes_sent() {
    // Computed with sha256sum.
    assert_eq!(
        Effect::set_state(USER, 7, State::Inactive).body_bytes(),
        br#"{"state":"inactive","version":7}"#.as_slice()
    );
    assert_eq!(
        Effect::set_state(USER, 7, State::Inactive).body_sha256(),
        "5b9e21737ca6f7df9156b637210b2f927f5511ab062c427b0ffa6bd8b25dbe49"
    );
    assert_eq!(
        Effect::delete_user(USER).body_sha256(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_receipt_tells_what_the_vendor_said() {
    let replies = [
        (Reply::empty(204), 204, None),
        (Reply::empty(202).header("inin-correlation-id", "abc-1"), 202, None),
        (Reply::json(200, &json!({})), 200, Some(json!({}))),
        (Reply::json(200, &json!({ "version": 8 })), 200, Some(json!({ "version": 8 }))),
    ];
    for (reply, status, body) in replies {
        let vendor = Vendor::script(vec![reply]);
        let receipt = vendor.clock.run(vendor.writer().send(&Effect::delete_user(USER))).unwrap();
        let correlation_id = (status == 202).then(|| "abc-1".to_owned());
        assert_eq!(receipt, Receipt { status, correlation_id, body });
    }
}

#[test]
fn effects_are_equal_when_the_same_bytes_would_be_sent() {
    assert_eq!(Effect::delete_user(USER), Effect::delete_user(USER));
    assert_ne!(Effect::delete_user(USER), Effect::delete_user(OTHER));
    assert_ne!(Effect::set_state(USER, 7, State::Active), Effect::set_state(USER, 8, State::Active));
}
