//! What becomes of everything that hangs on a person who is retired, and how the whole is compared.

use genesys_emulator::{OrganizationTruth, UserTruth};
use serde_json::json;

use crate::vendor::Vendor;

/// Everything that a switch decides about, but extensions, which go with a delete whatever is set.
const THINGS: [&str; 10] = [
    "utilization",
    "direct_routing_backup",
    "call_forwarding",
    "out_of_office",
    "phones",
    "numbers",
    "group_ownership",
    "manager",
    "reports",
    "work_items",
];

fn arranged() -> (Vendor, String, String) {
    let vendor = Vendor::documented();
    let boss = vendor.emulator.user("Boss").add();
    let ada = vendor
        .emulator
        .user("Ada")
        .manager(&boss)
        .utilization(3)
        .direct_routing_backup(&boss)
        .call_forwarding("+491701")
        .out_of_office()
        .web_rtc_phone("Ada WebRTC")
        .did("+49305501")
        .external_number("+491702")
        .extension("301")
        .owns_group("Desk")
        .work_item("Refund 17")
        .add();
    let report = vendor.emulator.user("Eve").manager(&ada).add();
    (vendor, ada, report)
}

fn retire(vendor: &Vendor, id: &str, state: &str) {
    let answer = match state {
        "inactive" => vendor.deactivate(id),
        _ => vendor.delete(&format!("/api/v2/users/{id}")),
    };
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn without(truth: &mut UserTruth, thing: &str) {
    match thing {
        "utilization" => truth.utilization = None,
        "direct_routing_backup" => truth.direct_routing_backup = None,
        "call_forwarding" => truth.call_forwarding = None,
        "out_of_office" => truth.out_of_office = None,
        "phones" => {
            truth.phones.clear();
            truth.default_station = None;
        }
        "numbers" => truth.numbers.retain(|number| number == "+491702"),
        "extensions" => truth.extensions.clear(),
        "group_ownership" => truth.owned_groups.clear(),
        "manager" => truth.manager = None,
        "reports" => truth.reports.clear(),
        "work_items" => truth.work_items.clear(),
        other => panic!("{other}"),
    }
}

#[test]
fn each_thing_goes_where_its_switch_says_so_and_stays_otherwise() {
    for state in ["inactive", "deleted"] {
        let extensions = Some("extensions").filter(|_| state == "inactive");
        for thing in THINGS.into_iter().chain(extensions).map(Some).chain([None]) {
            let (vendor, ada, report) = arranged();
            let mut expected = vendor.emulator.truth(&ada).unwrap();
            if let Some(thing) = thing {
                vendor.emulator.set_switch(&format!("{thing}_on_{state}"), "dropped").unwrap();
                without(&mut expected, thing);
            }
            retire(&vendor, &ada, state);
            expected.state = state.to_owned();
            expected.version = 2;
            if state == "deleted" {
                expected.extensions.clear();
                expected.default_station = None;
            }
            let truth = vendor.emulator.truth(&ada).unwrap();
            assert_eq!(truth, expected, "{thing:?} on {state}");
            let report = vendor.emulator.truth(&report).unwrap();
            let cut = thing == Some("reports");
            assert_eq!((report.manager.is_none(), report.version), (cut, if cut { 2 } else { 1 }));
        }
    }
}

#[test]
fn a_manager_has_to_be_somebody_who_is_there() {
    let (vendor, ada, report) = arranged();
    let path = format!("/api/v2/users/{report}");
    vendor.delete(&format!("/api/v2/users/{ada}"));
    assert_eq!(vendor.patch(&path, &json!({ "version": 1, "manager": ada })).status, 400);
    assert_eq!(vendor.patch(&path, &json!({ "version": 1, "manager": "nobody" })).status, 400);
    assert_eq!(vendor.patch(&path, &json!({ "version": 1, "manager": "" })).status, 200);
    assert_eq!(vendor.emulator.truth(&report).unwrap().manager, None);
}

#[test]
fn what_was_taken_and_given_back_leaves_the_organization_as_it_was() {
    let (vendor, ada, report) = arranged();
    vendor.emulator.user("Bo").in_queue("billing").in_group("Desk").in_team("Blue").add();
    let before = vendor.emulator.organization_truth();
    let changed = |change: &dyn Fn()| -> OrganizationTruth {
        change();
        vendor.emulator.organization_truth()
    };
    let team = vendor.id_of("/api/v2/teams", "Blue");
    let members = format!("/api/v2/teams/{team}/members");
    let joined = changed(&|| {
        vendor.post(&members, &json!({ "memberIds": [ada] }));
    });
    assert_ne!(joined, before);
    assert!(joined.teams["Blue"].contains(&ada));
    let left = changed(&|| {
        vendor.delete(&format!("{members}?id={ada}"));
    });
    assert_eq!(left, before);
    // Versions and times of change are no difference.
    assert_eq!(changed(&|| vendor.emulator.touch(&ada)), before);
    assert_eq!(before.managers[&report], ada);
    assert_eq!(before.numbers["+49305501"], Some(ada.clone()));
    assert_eq!(before.extensions["301"], Some(ada.clone()));
    assert!(before.groups["Desk"].owners.contains(&ada));
    assert_eq!(before.work_items.values().next().unwrap().assignee, Some(ada.clone()));
    assert_eq!(before.queues["billing"].members.len(), 1);
    let served = vendor.get("/_emulator/organization").body;
    assert_eq!(served, serde_json::to_value(&before).unwrap());
    retire(&vendor, &ada, "deleted");
    assert_eq!(vendor.emulator.organization_truth().extensions["301"], None);
}
