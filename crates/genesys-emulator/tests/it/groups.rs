//! Groups, and what they give to their members.

use std::slice::from_ref;

use serde_json::json;

use crate::vendor::Vendor;

#[test]
fn members_come_and_go_with_versions() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").in_group("analysts").add();
    let bo = vendor.emulator.user("Bo").add();
    let group = vendor.id_of("/api/v2/groups", "analysts");
    let path = format!("/api/v2/groups/{group}");
    let version = vendor.get(&path).body["version"].as_u64().unwrap();
    let stale = json!({ "memberIds": [bo], "version": version + 7 });
    let refused = vendor.post(&format!("{path}/members"), &stale);
    assert_eq!((refused.status, refused.code()), (409, "general.conflict"));
    let added = vendor.post(&format!("{path}/members"), &json!({ "memberIds": [bo], "version": version }));
    assert_eq!((added.status, added.text.as_str()), (202, "{}"));
    assert_eq!(vendor.get(&path).body["memberCount"], 2);
    assert_eq!(vendor.delete(&format!("{path}/members?ids={ada},{bo}")).status, 202);
    assert_eq!(vendor.get(&format!("{path}/members")).body["total"], 0);
    assert_eq!(vendor.get(&path).body["version"], version + 2);
    assert!(vendor.emulator.truth(&ada).unwrap().groups.is_empty());
    assert_eq!(vendor.delete(&format!("{path}/members")).status, 400);
    assert_eq!(vendor.get("/api/v2/groups/none").code(), "general.resource.not.found");
}

#[test]
fn at_most_fifty_members_are_changed_at_a_time() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").in_group("analysts").add();
    let group = vendor.id_of("/api/v2/groups", "analysts");
    let many = vec![ada.as_str(); 51].join(",");
    assert_eq!(vendor.delete(&format!("/api/v2/groups/{group}/members?ids={many}")).status, 400);
    assert_eq!(vendor.emulator.truth(&ada).unwrap().groups.len(), 1);
}

#[test]
fn a_group_that_is_in_a_queue_brings_its_members() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").in_group("analysts").add();
    vendor.emulator.user("Bo").in_queue("billing").add();
    vendor.emulator.put_group_in_queue("analysts", "billing");
    let queue = vendor.id_of("/api/v2/routing/queues", "billing");
    let members = format!("/api/v2/routing/queues/{queue}/members");
    assert_eq!(vendor.get(&format!("{members}?memberBy=group")).ids(), from_ref(&ada));
    let truth = vendor.emulator.truth(&ada).unwrap();
    assert!(truth.queues[0].by_group && !truth.queues[0].joined);
    assert_eq!(vendor.delete(&format!("{members}/{ada}")).status, 400);
    vendor.patch(&format!("/api/v2/users/{ada}/queues/{queue}"), &json!({ "joined": true }));
    assert!(vendor.emulator.truth(&ada).unwrap().queues[0].joined);
    let group = vendor.id_of("/api/v2/groups", "analysts");
    vendor.delete(&format!("/api/v2/groups/{group}/members?ids={ada}"));
    assert!(vendor.emulator.truth(&ada).unwrap().queues.is_empty());
}
