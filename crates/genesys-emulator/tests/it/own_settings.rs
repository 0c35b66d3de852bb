//! What people set for themselves, and the skill groups that nobody sets.

use serde_json::json;

use crate::vendor::Vendor;

#[test]
fn utilization_is_the_organizations_until_somebody_has_their_own() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/routing/users/{id}/utilization");
    let plain = vendor.get(&path).body;
    assert_eq!(
        (&plain["level"], &plain["utilization"]["call"]["maximumCapacity"]),
        (&json!("Organization"), &json!(1))
    );
    let own = json!({ "utilization": { "call": {
        "maximumCapacity": 2, "interruptableMediaTypes": ["chat"], "includeNonAcd": true,
    } } });
    let put = vendor.put(&path, &own);
    assert_eq!((put.status, &put.body["level"]), (200, &json!("Agent")));
    assert_eq!(vendor.get(&path).body["utilization"], own["utilization"]);
    assert_eq!(vendor.emulator.truth(&id).unwrap().utilization, Some(own));
    assert_eq!(vendor.delete(&path).status, 204);
    assert_eq!(vendor.get(&path).body, plain);
    assert_eq!(vendor.emulator.truth(&id).unwrap().utilization, None);
    let unknown = json!({ "utilization": { "fax": { "maximumCapacity": 1 } } });
    assert_eq!(vendor.put(&path, &unknown).status, 400);
}

#[test]
fn a_backup_is_not_found_until_there_is_one() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").add();
    let bo = vendor.emulator.user("Bo").direct_routing_backup(&ada).add();
    let path = format!("/api/v2/routing/users/{ada}/directroutingbackup/settings");
    assert_eq!(vendor.get(&path).status, 404);
    assert_eq!(vendor.delete(&path).status, 404);
    let own = json!({ "userId": bo, "waitForAgent": true, "agentWaitSeconds": 60 });
    assert_eq!(vendor.put(&path, &own).status, 200);
    let read = vendor.get(&path).body;
    assert_eq!((&read["userId"], &read["backedUpUsers"]), (&json!(bo), &json!([bo])));
    assert_eq!(vendor.delete(&path).status, 204);
    assert_eq!(vendor.emulator.truth(&ada).unwrap().direct_routing_backup, None);
}

#[test]
fn a_backup_has_to_be_somebody_else_who_is_there() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").add();
    let gone = vendor.emulator.user("Gone").deleted().add();
    let path = format!("/api/v2/routing/users/{ada}/directroutingbackup/settings");
    for body in [
        json!({ "userId": ada }),
        json!({ "userId": gone }),
        json!({ "userId": "nobody" }),
        json!({ "queueId": "none" }),
        json!({ "waitForAgent": true, "agentWaitSeconds": 59 }),
        json!({ "waitForAgent": true, "agentWaitSeconds": 864_001 }),
    ] {
        assert_eq!(vendor.put(&path, &body).status, 400, "{body}");
    }
    assert_eq!(vendor.get(&path).status, 404);
    let other = vendor.emulator.user("Bo").direct_routing_backup_for(&ada).add();
    assert_eq!(vendor.get(&path).body["userId"], other.as_str());
}

#[test]
fn forwarding_is_off_until_it_is_set_and_is_served_back_as_sent() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}/callforwarding");
    let off = vendor.get(&path).body;
    assert_eq!((&off["enabled"], &off["calls"], &off["user"]["id"]), (&json!(false), &json!([]), &json!(id)));
    let calls = json!([{ "targets": [{ "type": "PHONENUMBER", "value": "+4917012" }] }]);
    assert_eq!(
        vendor.put(&path, &json!({ "enabled": true, "calls": calls, "voicemail": "LASTCALL" })).status,
        200
    );
    let on = vendor.get(&path).body;
    assert_eq!((&on["enabled"], &on["calls"], &on["voicemail"]), (&json!(true), &calls, &json!("LASTCALL")));
    assert_eq!(on["modifiedDate"], "2026-03-02T09:00:00.000Z");
    let truth = vendor.emulator.truth(&id).unwrap().call_forwarding.unwrap();
    assert_eq!(truth, json!({ "enabled": true, "calls": calls, "voicemail": "LASTCALL" }));
    // What was read is put back, with what only the vendor sets passed over.
    assert_eq!(vendor.put(&path, &on).status, 200);
    assert_eq!(vendor.emulator.truth(&id).unwrap().call_forwarding.unwrap(), truth);
}

#[test]
fn forwarding_that_makes_no_sense_is_refused_in_the_vendors_words() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}/callforwarding");
    for (body, code) in [
        (json!({ "calls": [] }), "callforwarding.enabledcannotbenull"),
        (json!({ "enabled": true, "calls": [] }), "callforwarding.enablednotallowedwithoutcalls"),
        (
            json!({ "enabled": true, "calls": [{ "targets": [] }] }),
            "callforwarding.callrequiresatleastonetarget",
        ),
        (
            json!({ "enabled": true, "calls": [{ "targets": [{ "value": "1" }] }] }),
            "callforwarding.calltargetrequirestype",
        ),
        (
            json!({ "enabled": true, "calls": [{ "targets": [{ "type": "STATION" }] }] }),
            "callforwarding.calltargetrequiresvalue",
        ),
    ] {
        let answer = vendor.put(&path, &body);
        assert_eq!((answer.status, answer.code()), (409, code));
    }
    assert_eq!(vendor.emulator.truth(&id).unwrap().call_forwarding, None);
}

#[test]
fn out_of_office_may_be_its_owners_only() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").out_of_office().add();
    let path = format!("/api/v2/users/{id}/outofoffice");
    assert_eq!(vendor.get(&path).body["active"], true);
    let back = json!({ "active": false, "indefinite": false });
    assert_eq!(vendor.put(&path, &back).status, 200);
    assert_eq!(vendor.emulator.truth(&id).unwrap().out_of_office, Some(back));
    vendor.emulator.set_switch("out_of_office_of_others_refused", "true").unwrap();
    let refused = vendor.put(&path, &json!({ "active": true }));
    assert_eq!((refused.status, refused.code()), (403, "outofoffice.update.error"));
    assert_eq!(vendor.get(&path).body["active"], false);
}

#[test]
fn a_skill_group_takes_in_who_has_the_skill_and_lets_go_with_it() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").skill("spanish", 3.0).skill("french", 2.0).add();
    vendor.emulator.skill_group("Spanish", "spanish", 3);
    vendor.emulator.skill_group("French seniors", "french", 3);
    vendor.emulator.skill_group("Amigos", "spanish", 0);
    let path = format!("/api/v2/users/{ada}/skillgroups");
    let first = vendor.get(&format!("{path}?pageSize=1")).body;
    assert_eq!(first["entities"][0]["name"], "Amigos");
    let next = vendor.get(first["nextUri"].as_str().unwrap()).body;
    assert_eq!((&next["entities"][0]["name"], next.get("nextUri")), (&json!("Spanish"), None));
    vendor.emulator.user("Bo").in_queue("billing").add();
    vendor.emulator.put_group_in_queue("Spanish", "billing");
    assert!(vendor.emulator.truth(&ada).unwrap().queues[0].by_group);
    let skill = vendor.id_of("/api/v2/routing/skills", "spanish");
    vendor.delete(&format!("/api/v2/users/{ada}/routingskills/{skill}"));
    assert!(vendor.get(&path).ids().is_empty());
    let truth = vendor.emulator.truth(&ada).unwrap();
    assert!(truth.skill_groups.is_empty() && truth.queues.is_empty());
}

#[test]
fn what_hangs_on_a_deleted_user_can_be_hidden_with_the_rest() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").call_forwarding("+491").direct_routing_backup("x").deleted().add();
    let paths = [
        format!("/api/v2/routing/users/{id}/utilization"),
        format!("/api/v2/routing/users/{id}/directroutingbackup/settings"),
        format!("/api/v2/users/{id}/callforwarding"),
        format!("/api/v2/users/{id}/outofoffice"),
        format!("/api/v2/users/{id}/skillgroups"),
    ];
    for path in &paths {
        assert_eq!(vendor.get(path).status, 200, "{path}");
    }
    vendor.emulator.set_switch("parts_of_deleted", "not-found").unwrap();
    for path in &paths {
        assert_eq!(vendor.get(path).status, 404, "{path}");
    }
}
