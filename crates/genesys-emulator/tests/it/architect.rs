//! Which flows name a user, as dependency tracking knows it.

use serde_json::json;

use crate::vendor::Vendor;

fn consuming(user: &str) -> String {
    format!("/api/v2/architect/dependencytracking/consumingresources?id={user}&objectType=USER")
}

#[test]
fn the_flows_that_name_a_user_are_found() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").named_by_flow("Main IVR").named_by_flow("After hours").add();
    let bea = vendor.emulator.user("Bea").named_by_flow("Main IVR").add();
    let found = vendor.get(&consuming(&ada));
    assert_eq!(found.status, 200);
    let names: Vec<_> =
        found.body["entities"].as_array().unwrap().iter().map(|flow| flow["name"].clone()).collect();
    assert_eq!(names, [json!("After hours"), json!("Main IVR")]);
    assert_eq!(found.body["entities"][0]["type"], "INBOUNDCALLFLOW");
    assert_eq!(vendor.get(&consuming(&bea)).ids(), [found.ids()[1].clone()]);
    assert_eq!(vendor.get(&format!("{}&resourceType=WORKFLOW", consuming(&ada))).body["total"], 0);
}

#[test]
fn while_tracking_is_being_built_only_a_part_is_told() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").named_by_flow("a").named_by_flow("b").named_by_flow("c").add();
    let build = || vendor.get("/api/v2/architect/dependencytracking/build").body["status"].clone();
    assert_eq!(build(), "OPERATIONAL");
    vendor.emulator.set_switch("dependency_tracking", "building").unwrap();
    let part = vendor.get(&consuming(&ada));
    assert_eq!((part.status, part.ids().len()), (206, 1));
    assert_eq!(build(), "BUILDINPROGRESS");
    vendor.emulator.set_switch("dependency_tracking", "not-built").unwrap();
    let nothing = vendor.get(&consuming(&ada));
    assert_eq!((nothing.status, nothing.ids().len()), (206, 0));
    assert_eq!(build(), "NOTBUILT");
}

#[test]
fn a_question_without_its_parameters_is_refused() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").add();
    let ask = |query: &str| {
        let answer = vendor.get(&format!("/api/v2/architect/dependencytracking/consumingresources?{query}"));
        (answer.status, answer.code().to_owned())
    };
    let missing = (400, "architect.query.parameter.missing".to_owned());
    assert_eq!(ask("objectType=USER"), missing);
    assert_eq!(ask(&format!("id={ada}")), missing);
    let wrong = (400, "architect.dependency.object.invalid.type".to_owned());
    assert_eq!(ask(&format!("id={ada}&objectType=user")), wrong);
    let unknown = (404, "architect.dependency.object.not.found".to_owned());
    assert_eq!(ask("id=nobody&objectType=USER"), unknown);
    assert_eq!(ask(&format!("id={ada}&objectType=USER")), (200, String::new()));
}
