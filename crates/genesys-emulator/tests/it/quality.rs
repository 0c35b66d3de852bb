//! Evaluations and calibrations.

use std::slice::from_ref;

use crate::vendor::Vendor;

const QUERY: &str = "/api/v2/quality/evaluations/query";

#[test]
fn a_query_needs_a_subject_that_exists() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").add();
    assert_eq!(vendor.get(QUERY).status, 400);
    assert_eq!(vendor.get(&format!("{QUERY}?evaluationState=PENDING")).status, 400);
    let unknown = vendor.get(&format!("{QUERY}?agentUserId=nobody"));
    assert_eq!((unknown.status, unknown.code()), (400, "quality.query.invalid.user"));
    for name in ["agentUserId", "evaluatorUserId", "assigneeUserId"] {
        assert_eq!(vendor.get(&format!("{QUERY}?{name}={ada}")).status, 200, "{name}");
    }
    assert_eq!(vendor.get(&format!("{QUERY}?conversationId=x")).body["total"], 0);
    assert_eq!(vendor.get(&format!("{QUERY}?agentUserId={ada}&evaluationState=OPEN")).status, 400);
}

#[test]
fn evaluations_are_found_by_each_of_their_people_and_by_state() {
    let vendor = Vendor::documented();
    let bea = vendor.emulator.user("Bea").add();
    let ada = vendor.emulator.user("Ada").manager(&bea).pending_evaluation().finished_evaluation().add();
    let of_ada = vendor.get(&format!("{QUERY}?agentUserId={ada}"));
    assert_eq!(of_ada.ids().len(), 2);
    let pending = vendor.get(&format!("{QUERY}?agentUserId={ada}&evaluationState=PENDING,INPROGRESS"));
    assert_eq!(pending.body["entities"][0]["status"], "PENDING");
    assert_eq!(pending.body["entities"][0]["evaluator"]["id"], bea.as_str());
    assert_eq!(pending.ids().len(), 1);
    assert_eq!(vendor.get(&format!("{QUERY}?evaluatorUserId={bea}")).ids().len(), 2);
    assert_eq!(vendor.get(&format!("{QUERY}?assigneeUserId={bea}&isReleased=false")).ids(), pending.ids());
    assert_eq!(vendor.get(&format!("{QUERY}?evaluatorUserId={ada}")).ids(), [] as [String; 0]);
    assert_eq!(vendor.get(&format!("{QUERY}?agentUserId={ada}&pageSize=1&pageNumber=2")).ids().len(), 1);
}

#[test]
fn evaluations_of_or_by_the_deleted_are_hidden_unless_asked_for() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").add();
    let bea = vendor.emulator.user("Bea").evaluates(&ada).add();
    let find = |name: &str, id: &str, more: &str| vendor.get(&format!("{QUERY}?{name}={id}{more}")).ids();
    let found = find("agentUserId", &ada, "");
    assert_eq!(found.len(), 1);
    vendor.deactivate(&bea);
    assert_eq!(find("agentUserId", &ada, ""), found);
    vendor.delete(&format!("/api/v2/users/{bea}"));
    assert_eq!(find("agentUserId", &ada, ""), [] as [String; 0]);
    assert_eq!(find("evaluatorUserId", &bea, "&includeDeletedUsers=false"), [] as [String; 0]);
    assert_eq!(find("agentUserId", &ada, "&includeDeletedUsers=true"), found);
    assert_eq!(find("evaluatorUserId", &bea, "&includeDeletedUsers=true"), found);
    vendor.set_state(&bea, "inactive");
    assert_eq!(find("evaluatorUserId", &bea, ""), found);
}

#[test]
fn calibrations_are_found_by_who_leads_them() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").calibration().add();
    let bea = vendor.emulator.user("Bea").add();
    let path = "/api/v2/quality/calibrations";
    assert_eq!(vendor.get(path).status, 400);
    let found = vendor.get(&format!("{path}?calibratorId={ada}"));
    assert_eq!(found.body["entities"][0]["calibrator"]["id"], ada.as_str());
    let id = vendor.emulator.planted(&ada).into_iter().find(|held| held.kind == "calibrations").unwrap().id;
    assert_eq!(found.ids(), from_ref(&id));
    assert_eq!(vendor.get(&format!("{path}?calibratorId={bea}")).ids(), [] as [String; 0]);
    assert_eq!(
        vendor.get(&format!("{path}?calibratorId={ada}&endTime=2026-01-01T00:00:00.000Z")).body["total"],
        0
    );
}
