//! What hangs on a user: how it is asked for, and what is made of the answers that are not plain lists.

use std::collections::BTreeMap;

use genesys::{
    Consumers, Disposition, Error, ErrorKind, EvaluationState, EvaluationsOf, Limits, Reader, Thing,
};
use serde_json::{Value, json};

use crate::vendor::{Reply, USER, Vendor, error_body};

/// Runs a read against one answer; its result, and the request's target.
fn ask<T, F>(status: u16, answer: &Value, read: impl FnOnce(Reader) -> F) -> (Result<T, Error>, String)
where
    F: Future<Output = Result<T, Error>>,
{
    let vendor = Vendor::script(vec![Reply::json(status, answer)]);
    let limits = Limits { max_list_reads: 2, ..Limits::default() };
    let result = vendor.clock.run(read(vendor.client(limits).reader()));
    (result, vendor.calls().remove(0).target)
}

fn entry(id: &str) -> Value {
    json!({ "id": id, "name": id, "type": "INBOUNDCALLFLOW", "version": "1.0" })
}

fn found(things: &[Thing]) -> Vec<&str> {
    things.iter().map(|thing| thing.id.as_str()).collect()
}

fn is_incomplete(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Incomplete { .. }) && error.disposition() == Disposition::BadAnswer
}

#[test]
fn a_thing_has_the_facts_that_the_vendor_told() {
    let told = json!({
        "id": "a-1", "state": "Assigned", "isOverdue": true, "dateRecommendedForCompletion": null,
        "module": { "id": "m-1", "name": "Fire safety" }, "steps": [],
    });
    let (read, _) = ask(200, &json!({ "entities": [told], "total": 1 }), |reader| async move {
        reader.learning_assignments(USER).await
    });
    let facts = [("state", "Assigned"), ("overdue", "true")];
    let detail = facts.map(|(word, fact)| (word.to_owned(), fact.to_owned()));
    assert_eq!(
        read.unwrap(),
        [Thing {
            id: "a-1".to_owned(),
            name: Some("Fire safety".to_owned()),
            detail: BTreeMap::from(detail)
        }]
    );
}

#[test]
fn a_thing_without_an_id_is_not_passed_over() {
    let (read, _) = ask(200, &json!({ "entities": [{ "name": "x" }], "total": 1 }), |reader| async move {
        reader.greetings(USER).await
    });
    assert!(matches!(read.unwrap_err().kind(), ErrorKind::UnexpectedShape { .. }));
}

#[test]
fn a_setting_that_is_not_there_is_none_and_a_refusal_is_not() {
    let missing = error_body(404, "not.found", "no such thing");
    let (read, _) = ask(404, &missing, |reader| async move { reader.direct_routing_backup(USER).await });
    assert_eq!(read.unwrap(), None);
    let (read, _) = ask(404, &missing, |reader| async move { reader.management_unit(USER).await });
    assert_eq!(read.unwrap(), None);
    let (read, _) = ask(404, &missing, |reader| async move { reader.utilization(USER).await });
    assert_eq!(read.unwrap_err().disposition(), Disposition::Absent);
    for status in [400, 403] {
        let refused = error_body(status, "no", "no");
        let (read, _) =
            ask(status, &refused, |reader| async move { reader.direct_routing_backup(USER).await });
        assert!(read.is_err(), "{status}");
    }
}

#[test]
fn a_setting_is_kept_as_the_vendor_wrote_it() {
    let document = json!({ "enabled": true, "someday": { "new": [1, 2.5, null] }, "calls": [], "id": USER });
    let (read, target) = ask(200, &document, |reader| async move { reader.call_forwarding(USER).await });
    assert_eq!((read.unwrap(), target), (document, format!("/api/v2/users/{USER}/callforwarding")));
}

#[test]
fn evaluations_are_asked_for_with_deleted_users_unless_the_difference_is_wanted() {
    let none = json!({ "entities": [], "total": 0 });
    let path = "/api/v2/quality/evaluations/query";
    let states = [EvaluationState::Pending, EvaluationState::InReview];
    let (read, target) =
        ask(
            200,
            &none,
            |reader| async move { reader.evaluations(EvaluationsOf::Evaluator(USER), &states).await },
        );
    assert_eq!(read.unwrap(), []);
    let rest = "evaluationState=PENDING&evaluationState=INREVIEW&pageSize=100&pageNumber=1";
    assert_eq!(target, format!("{path}?evaluatorUserId={USER}&includeDeletedUsers=true&{rest}"));
    let (_, target) = ask(200, &none, |reader| async move {
        reader.evaluations_without_deleted_users(EvaluationsOf::Agent(USER), &[]).await
    });
    let rest = "pageSize=100&pageNumber=1";
    assert_eq!(target, format!("{path}?agentUserId={USER}&includeDeletedUsers=false&{rest}"));
}

#[test]
fn a_total_that_the_vendor_does_not_vouch_for_neither_ends_a_list_nor_refuses_it() {
    let page = |ids: &[&str], total: u64, more: bool| {
        let entities: Vec<_> = ids.iter().map(|id| entry(id)).collect();
        Reply::json(200, &json!({ "entities": entities, "total": total, "nextUri": more.then_some("/next") }))
    };
    let vendor = Vendor::script(vec![
        page(&["e-1", "e-2"], 2, true),
        page(&["e-3"], 7, true),
        page(&["e-4"], 1, false),
    ]);
    let read = vendor.clock.run(vendor.reader().evaluations(EvaluationsOf::Assignee(USER), &[])).unwrap();
    assert_eq!(found(&read), ["e-1", "e-2", "e-3", "e-4"]);
    let vendor = Vendor::script(vec![page(&["e-1"], 9, false)]);
    assert_eq!(found(&vendor.clock.run(vendor.reader().calibrations(USER)).unwrap()), ["e-1"]);
}

#[test]
fn an_index_that_is_still_being_built_is_told_from_a_complete_one() {
    let answer = json!({ "entities": [entry("f-1")], "total": 1 });
    let (read, target) = ask(200, &answer, |reader| async move { reader.flows_naming(USER).await });
    let Consumers::Complete(flows) = read.unwrap() else { panic!("complete") };
    assert_eq!(found(&flows), ["f-1"]);
    assert!(target.contains(&format!("?id={USER}&objectType=USER&")), "{target}");
    // Of an index being built, a total that does not add up means nothing.
    for total in [1, 5] {
        let answer = json!({ "entities": [entry("f-1")], "total": total });
        let vendor = Vendor::new(move |asked, _| {
            let is_first = asked.target.contains("pageNumber=1");
            let rest = json!({ "entities": [], "total": total });
            Reply::json(206, if is_first { &answer } else { &rest })
        });
        let read = vendor.clock.run(vendor.reader().flows_naming(USER)).unwrap();
        let Consumers::Building(flows) = read else { panic!("building") };
        assert_eq!(found(&flows), ["f-1"]);
    }
}

#[test]
fn one_page_of_a_part_makes_the_whole_a_part() {
    let page = |status, ids: &[&str]| {
        let entities: Vec<_> = ids.iter().map(|id| entry(id)).collect();
        Reply::json(status, &json!({ "entities": entities, "total": 3 }))
    };
    let vendor = Vendor::script(vec![page(206, &["f-1", "f-2"]), page(200, &["f-3"])]);
    let read = vendor.clock.run(vendor.reader().flows_naming(USER)).unwrap();
    assert!(matches!(read, Consumers::Building(flows) if flows.len() == 3));
}

#[test]
fn versions_of_one_flow_are_several_consumers() {
    let version = |version: &str| json!({ "id": "f-1", "type": "WORKFLOW", "version": version });
    let answer = json!({ "entities": [version("1.0"), version("2.0")], "total": 2 });
    let (read, _) = ask(200, &answer, |reader| async move { reader.flows_naming(USER).await });
    assert!(matches!(read.unwrap(), Consumers::Complete(flows) if found(&flows) == ["f-1", "f-1"]));
}

#[test]
fn a_part_is_never_taken_for_a_list() {
    let answer =
        json!({ "entities": [{ "id": "g-1", "name": "g-1", "authorizedGrantType": "CODE" }], "total": 1 });
    let (read, _) = ask(206, &answer, |reader| async move { reader.all_groups().await });
    assert!(is_incomplete(&read.unwrap_err()));
    let (read, _) = ask(206, &answer, |reader| async move { reader.oauth_clients().await });
    assert!(is_incomplete(&read.unwrap_err()));
}

#[test]
fn oauth_clients_come_in_one_piece_or_not_at_all() {
    let client = |id: &str| json!({ "id": id, "name": id, "createdBy": { "id": USER }, "roleDivisions": [] });
    let (read, target) =
        ask(200, &json!({ "entities": [client("c-1"), client("c-2")], "total": 2 }), |reader| async move {
            reader.oauth_clients().await
        });
    let clients = read.unwrap();
    assert_eq!((clients.len(), target.as_str()), (2, "/api/v2/oauth/clients"));
    assert!(clients.iter().all(|client| client.created_by.as_ref().unwrap().id == USER));
    for more in [json!({ "total": 3 }), json!({ "nextUri": "/next" })] {
        let mut answer = json!({ "entities": [client("c-1"), client("c-2")] });
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (read, _) = ask(200, &answer, |reader| async move { reader.oauth_clients().await });
        assert!(is_incomplete(&read.unwrap_err()), "{more}");
    }
}

#[test]
fn whom_a_queue_names_is_found_wherever_it_stands() {
    let group = |id: &str| json!({ "id": id, "name": id, "type": "GROUP" });
    let queue = json!({
        "id": "q-1", "name": "Billing", "createdBy": "u-8", "memberGroups": [group("g-1")],
        "bullseye": { "rings": [{ "memberGroups": [group("g-2")] }, { "memberGroups": [group("g-2"), group("g-3")] }] },
        "conditionalGroupRouting": { "rules": [{ "groups": [group("g-4")], "waitSeconds": 3 }] },
        "conditionalGroupActivation": { "rules": [{ "groups": [group("g-5")] }] },
        "directRouting": { "agentWaitSeconds": 60, "waitForAgent": true, "backupQueueId": "q-2" },
        "routingRules": [{ "operator": "ANY", "preferredAgents": [{ "id": "u-2" }, "u-1"], "userId": "u-2" }],
        "agentOwnedRouting": { "enableAgentOwnedCallbacks": true },
    });
    let (read, target) = ask(200, &queue, |reader| async move { reader.queue("q-1").await });
    let queue = read.unwrap();
    let ids =
        |groups: &[genesys::MemberGroup]| groups.iter().map(|group| group.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&queue.member_groups), ["g-1"]);
    assert_eq!(ids(&queue.rule_groups), ["g-2", "g-3", "g-4", "g-5"]);
    assert_eq!(queue.preferred_users, ["u-1", "u-2"]);
    assert_eq!(target, "/api/v2/routing/queues/q-1");
}

#[test]
fn a_policy_names_users_in_conditions_and_in_assignments_of_every_medium() {
    let user = |id: &str| json!({ "id": id });
    let policy = json!({
        "id": "p-1", "name": "Keep", "conditions": { "forUsers": [user("u-3"), user("u-1")] },
        "actions": { "assignEvaluations": [{ "user": user("u-2") }], "retainRecording": true },
        "mediaPolicies": {
            "chatPolicy": { "conditions": { "forUsers": [user("u-1"), user("u-4")] } },
            "callPolicy": { "actions": {
                "assignMeteredEvaluations": [{ "evaluators": [user("u-5")] }],
                "assignMeteredAssignmentByAgent": [{ "evaluators": [user("u-6")] }],
                "assignCalibrations": [
                    { "calibrator": user("u-7"), "expertEvaluator": user("u-8"), "evaluators": [user("u-9")] },
                ],
            } },
        },
    });
    let (read, _) = ask(200, &json!({ "entities": [policy], "total": 1 }), |reader| async move {
        reader.recording_policies().await
    });
    let expected: Vec<_> = (1..=9).map(|number| format!("u-{number}")).collect();
    assert_eq!(read.unwrap()[0].users, expected);
}

#[test]
fn a_number_is_the_one_that_was_asked_for() {
    let did = |id: &str, number: &str| json!({ "id": id, "phoneNumber": number, "owner": { "id": USER }, "ownerType": "USER" });
    let answer = json!({ "entities": [did("d-1", "+49301"), did("d-2", "+4930")], "total": 2 });
    let (read, target) = ask(200, &answer, |reader| async move { reader.did("+4930").await });
    let number = read.unwrap().unwrap();
    assert_eq!((number.id.as_str(), number.owner.unwrap().id.as_str()), ("d-2", USER));
    let path = "/api/v2/telephony/providers/edges";
    assert_eq!(target, format!("{path}/dids?phoneNumber=%2B4930&pageSize=100&pageNumber=1"));
    let (read, _) = ask(200, &answer, |reader| async move { reader.did("+493").await });
    assert_eq!(read.unwrap(), None);
    let (read, target) = ask(200, &answer, |reader| async move { reader.dids_of(USER).await });
    assert_eq!(read.unwrap().len(), 2);
    assert_eq!(target, format!("{path}/dids?owner.id={USER}&pageSize=100&pageNumber=1"));
    let free = json!({ "entities": [{ "id": "x-1", "number": "12" }], "total": 1 });
    let (read, _) = ask(200, &free, |reader| async move { reader.extension("12").await });
    assert_eq!(read.unwrap().unwrap().owner, None);
}

#[test]
fn all_phones_are_asked_for_in_the_order_that_has_no_end() {
    let phone = json!({ "id": "p-1", "lines": [{ "id": "l-1" }], "properties": { "x": 1 } });
    let answer = json!({ "entities": [phone], "total": 1 });
    let (read, target) = ask(200, &answer, |reader| async move { reader.all_phones().await });
    assert_eq!(read.unwrap(), std::slice::from_ref(&phone));
    assert!(target.contains("sortBy=id&pageSize=100"), "{target}");
    let (read, target) = ask(200, &answer, |reader| async move { reader.phones_of(USER).await });
    assert_eq!(read.unwrap(), [phone]);
    assert!(target.contains(&format!("webRtcUser.id={USER}")) && !target.contains("sortBy"), "{target}");
}

#[test]
fn the_holder_of_a_station_is_told() {
    let station = json!({ "id": "s-1", "status": "ASSOCIATED", "userId": USER, "webRtcUserId": "u-2" });
    let answer = json!({ "entities": [station], "total": 1 });
    let (read, _) = ask(200, &answer, |reader| async move { reader.station_by_id("s-1").await });
    assert_eq!(read.unwrap().unwrap().user_id.as_deref(), Some(USER));
    let (read, _) = ask(200, &answer, |reader| async move { reader.station_by_id("s-2").await });
    assert_eq!(read.unwrap(), None, "the vendor answered with another");
}

#[test]
fn shifts_that_are_only_promised_are_an_error() {
    let moment = |text: &str| text.parse().unwrap();
    let (from, to) = (moment("2026-03-02T00:00:00Z"), moment("2026-03-09T00:00:00Z"));
    let read = |answer: Value| {
        let vendor = Vendor::script(vec![Reply::json(200, &answer)]);
        let read = vendor.clock.run(vendor.reader().agent_schedules("m-1", USER, from, to));
        (read, vendor.calls().remove(0).json())
    };
    let shift = |id: &str| json!({ "id": id, "startDate": "2026-03-02T08:00:00Z", "lengthMinutes": 480 });
    let (shifts, asked) = read(json!({ "status": "Complete", "result": { "agentSchedules": [
        { "user": { "id": USER }, "shifts": [shift("s-1"), shift("s-2")] },
        { "user": { "id": "u-2" }, "shifts": [shift("s-3")] },
    ] } }));
    assert_eq!(found(&shifts.unwrap()), ["s-1", "s-2"]);
    let body = json!({
        "startDate": "2026-03-02T00:00:00.000Z", "endDate": "2026-03-09T00:00:00.000Z", "userIds": [USER],
    });
    assert_eq!(asked, body);
    for promise in [
        json!({ "status": "Processing", "operationId": "o-1" }),
        json!({ "status": "Complete", "downloadUrl": "https://x" }),
    ] {
        assert!(is_incomplete(&read(promise).0.unwrap_err()));
    }
}
