//! A user is deactivated, deleted, put back: what the vendor documents about each.

use genesys_emulator::Emulator;
use serde_json::json;

use crate::vendor::Vendor;

fn someone(emulator: &Emulator) -> String {
    emulator
        .user("Ada Lovelace")
        .email("ada@x.example")
        .in_division("Sales")
        .in_queue("billing")
        .with_role("agent")
        .skill("spanish", 4.0)
        .language("en", 5.0)
        .in_group("analysts")
        .station("desk-7")
        .extension("4711")
        .tokens(2)
        .add()
}

#[test]
fn deactivating_takes_a_version_and_gives_a_new_one() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 1, "state": "inactive" }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["state"], "inactive");
    assert_eq!(answer.body["version"], 2);
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "inactive");
}

#[test]
fn a_version_is_required_in_the_body() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "state": "inactive" }));
    assert_eq!((answer.status, answer.code()), (400, "bad.request"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "active");
}

#[test]
fn a_stale_version_is_a_conflict_and_changes_nothing() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.emulator.touch(&id);
    let before = vendor.emulator.truth(&id).unwrap();
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 1, "state": "inactive" }));
    assert_eq!((answer.status, answer.code()), (409, "general.conflict"));
    assert_eq!(answer.body["message"], "The version supplied does not match the current version of the user");
    assert_eq!(vendor.emulator.truth(&id).unwrap(), before);
}

#[test]
fn deactivating_takes_the_roles_and_keeps_the_rest() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let mut expected = vendor.emulator.truth(&id).unwrap();
    vendor.deactivate(&id);
    expected.state = "inactive".to_owned();
    expected.version = 2;
    expected.grants.clear();
    expected.effective_roles.clear();
    assert_eq!(vendor.emulator.truth(&id).unwrap(), expected);
}

#[test]
fn activating_again_gives_back_only_the_roles_of_groups() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let group = vendor.id_of("/api/v2/groups", "analysts");
    let role = vendor.id_of("/api/v2/authorization/roles", "agent");
    let division = vendor.get("/api/v2/authorization/divisions").ids().remove(0);
    let grants = json!({ "grants": [{ "roleId": role, "divisionId": division }] });
    vendor.post(&format!("/api/v2/authorization/subjects/{group}/bulkadd"), &grants);
    vendor.deactivate(&id);
    assert!(vendor.emulator.truth(&id).unwrap().effective_roles.is_empty());
    vendor.set_state(&id, "active");
    let truth = vendor.emulator.truth(&id).unwrap();
    assert!(truth.grants.is_empty());
    assert_eq!(truth.effective_roles.into_iter().collect::<Vec<_>>(), ["agent"]);
}

#[test]
fn deleting_needs_no_deactivation_and_answers_an_empty_object() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let answer = vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "deleted");
}

#[test]
fn deleting_moves_to_the_home_division_and_drops_extensions_and_stations() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let mut expected = vendor.emulator.truth(&id).unwrap();
    let home = vendor.get("/api/v2/authorization/divisions").body["entities"]
        .as_array()
        .unwrap()
        .iter()
        .find(|division| division["homeDivision"] == true)
        .unwrap()["name"]
        .as_str()
        .unwrap()
        .to_owned();
    vendor.delete(&format!("/api/v2/users/{id}"));
    expected.state = "deleted".to_owned();
    expected.version = 2;
    expected.division = home;
    expected.grants.clear();
    expected.effective_roles.clear();
    expected.extensions.clear();
    expected.default_station = None;
    expected.associated_station = None;
    assert_eq!(vendor.emulator.truth(&id).unwrap(), expected);
}

#[test]
fn a_number_stays_when_its_extension_goes_with_the_delete() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}");
    let number = json!({ "address": "+49301", "extension": "301", "mediaType": "PHONE", "type": "WORK" });
    vendor.patch(&path, &json!({ "version": 1, "addresses": [number] }));
    assert_eq!(vendor.get(&path).body["addresses"][0]["extension"], "301");
    vendor.delete(&path);
    assert_eq!(
        vendor.get(&format!("{path}?state=deleted")).body["addresses"],
        json!([{ "address": "+49301", "mediaType": "PHONE", "type": "WORK" }])
    );
}

#[test]
fn a_deleted_user_is_found_only_by_asking_for_deleted_ones() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let path = format!("/api/v2/users/{id}");
    assert_eq!(vendor.get(&format!("{path}?state=deleted")).status, 404);
    vendor.delete(&path);
    let plain = vendor.get(&path);
    assert_eq!((plain.status, plain.code()), (404, "general.resource.not.found"));
    let deleted = vendor.get(&format!("{path}?state=deleted"));
    assert_eq!((deleted.status, &deleted.body["state"]), (200, &json!("deleted")));
    assert_eq!(deleted.body["version"], 2);
}

#[test]
fn an_inactive_user_is_found_without_asking_for_a_state() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.deactivate(&id);
    let answer = vendor.get(&format!("/api/v2/users/{id}"));
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("inactive")));
}

#[test]
fn a_state_that_the_read_does_not_know_is_refused() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let answer = vendor.get(&format!("/api/v2/users/{id}?state=any"));
    assert_eq!((answer.status, answer.code()), (400, "invalid.value"));
}

#[test]
fn deleting_twice_is_not_found_on_delete() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.delete(&format!("/api/v2/users/{id}"));
    let answer = vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!((answer.status, answer.code()), (404, "user.not.found.on.delete"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 2);
}

#[test]
fn a_deleted_user_is_restored_by_a_patch_of_the_state() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.delete(&format!("/api/v2/users/{id}"));
    let mut expected = vendor.emulator.truth(&id).unwrap();
    let answer = vendor.set_state(&id, "active");
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("active")));
    expected.state = "active".to_owned();
    expected.version = 3;
    assert_eq!(vendor.emulator.truth(&id).unwrap(), expected);
}

#[test]
fn nothing_but_the_state_of_a_deleted_user_can_be_patched() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.delete(&format!("/api/v2/users/{id}"));
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 2, "title": "x" }));
    assert_eq!(answer.status, 404);
}

#[test]
fn a_state_comes_alone_and_other_fields_beside_it_are_ignored_or_refused() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let path = format!("/api/v2/users/{id}");
    let ignored = vendor.patch(&path, &json!({ "version": 1, "state": "inactive", "title": "ghost" }));
    assert_eq!((ignored.status, ignored.body.get("title")), (200, None));
    vendor.emulator.set_switch("other_fields_with_state", "enforced").unwrap();
    let refused = vendor.patch(&path, &json!({ "version": 2, "state": "active", "title": "ghost" }));
    assert_eq!(refused.status, 400);
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "inactive");
}

#[test]
fn a_user_is_not_deleted_by_a_state() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    assert_eq!(vendor.set_state(&id, "deleted").status, 400);
    assert_eq!(vendor.set_state(&id, "archived").status, 400);
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "active");
}

#[test]
fn the_state_a_user_has_already_makes_a_version_only_where_the_switch_says_so() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    assert_eq!(vendor.set_state(&id, "active").body["version"], 1);
    vendor.emulator.set_switch("same_state_bumps_version", "true").unwrap();
    assert_eq!(vendor.set_state(&id, "active").body["version"], 2);
}

#[test]
fn a_state_is_put_with_a_reason() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let path = format!("/api/v2/users/{id}/state");
    let body = json!({ "state": "inactive", "version": 1, "stateChangeReason": "Voluntary" });
    let answer = vendor.put(&path, &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        vendor.get(&path).body,
        json!({
            "state": "inactive",
            "version": 2,
            "stateChangeReason": "Voluntary",
            "stateChangeDate": "2026-03-02T09:00:00.000Z"
        })
    );
    let truth = vendor.emulator.truth(&id).unwrap();
    assert_eq!((truth.state.as_str(), truth.state_reason.as_deref()), ("inactive", Some("Voluntary")));
    assert!(truth.grants.is_empty());
}

#[test]
fn a_reason_that_the_vendor_does_not_know_is_refused_by_name() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let body = json!({ "state": "inactive", "version": 1, "stateChangeReason": "Fired" });
    let answer = vendor.put(&format!("/api/v2/users/{id}/state"), &body);
    assert_eq!((answer.status, answer.code()), (400, "invalid.value"));
    assert_eq!(
        answer.body["message"],
        "Value [Fired] is not valid for field type [StateChangeReason]. Allowable values are: \
         Conduct, Leave, Performance, Seasonal, Unknown, Voluntary"
    );
}

#[test]
fn putting_a_state_compares_the_version_only_where_the_switch_says_so() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let path = format!("/api/v2/users/{id}/state");
    let stale = json!({ "state": "inactive", "version": 99 });
    assert_eq!(vendor.put(&path, &stale).status, 409);
    vendor.emulator.set_switch("put_state_version", "ignored").unwrap();
    assert_eq!(vendor.put(&path, &stale).status, 200);
}

#[test]
fn putting_a_state_may_not_exist() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.emulator.set_switch("put_state", "not-found").unwrap();
    let body = json!({ "state": "inactive", "version": 1 });
    assert_eq!(vendor.put(&format!("/api/v2/users/{id}/state"), &body).status, 404);
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "active");
}

#[test]
fn the_email_of_a_deleted_user_stays_taken() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    vendor.delete(&format!("/api/v2/users/{id}"));
    let division = vendor.get("/api/v2/authorization/divisions").ids().remove(0);
    let body = json!({ "name": "Ada", "email": "ADA@x.example", "divisionId": division });
    let answer = vendor.post("/api/v2/users", &body);
    assert_eq!((answer.status, answer.code()), (409, "general.conflict"));
    let body = json!({ "name": "Bo", "email": "bo@x.example", "divisionId": division });
    let created = vendor.post("/api/v2/users", &body);
    assert_eq!((created.status, &created.body["state"]), (200, &json!("inactive")));
}

#[test]
fn other_fields_are_changed_and_served_back() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    let boss = vendor.emulator.user("Boss").add();
    let path = format!("/api/v2/users/{id}");
    let body = json!({ "version": 1, "title": "Lead", "manager": boss, "certifications": ["A"] });
    let answer = vendor.patch(&path, &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let read = vendor.get(&path).body;
    assert_eq!(read["title"], "Lead");
    assert_eq!(read["manager"]["id"], boss.as_str());
    assert_eq!(read["certifications"], json!(["A"]));
    assert_eq!(vendor.get(&format!("/api/v2/users/{boss}/directreports")).body[0]["id"], id.as_str());
    assert_eq!(vendor.get(&format!("/api/v2/users/{id}/superiors")).body[0]["id"], boss.as_str());
    vendor.patch(&path, &json!({ "version": 2, "manager": "" }));
    assert_eq!(vendor.emulator.truth(&id).unwrap().manager, None);
}

#[test]
fn each_thing_a_user_holds_is_dropped_where_its_switch_says_so() {
    for retire in ["inactive", "deleted"] {
        for thing in ["queues", "skills", "languages", "groups", "team", "licences", "tokens", "sessions"] {
            let vendor = Vendor::documented();
            let id = vendor
                .emulator
                .user("Ada")
                .in_queue("billing")
                .skill("spanish", 4.0)
                .language("en", 5.0)
                .in_group("analysts")
                .in_team("red")
                .live_call()
                .add();
            vendor.emulator.set_switch(&format!("{thing}_on_{retire}"), "dropped").unwrap();
            let mut expected = vendor.emulator.truth(&id).unwrap();
            match retire {
                "inactive" => vendor.deactivate(&id),
                _ => vendor.delete(&format!("/api/v2/users/{id}")),
            };
            expected.state = retire.to_owned();
            expected.version = 2;
            match thing {
                "queues" => expected.queues.clear(),
                "skills" => expected.skills.clear(),
                "languages" => expected.languages.clear(),
                "groups" => expected.groups.clear(),
                "team" => expected.team = None,
                "licences" => expected.licences.clear(),
                "tokens" => expected.tokens = 0,
                _ => expected.live.clear(),
            }
            assert_eq!(vendor.emulator.truth(&id).unwrap(), expected, "{thing} on {retire}");
        }
    }
}

#[test]
fn a_users_tokens_are_taken_back_at_once() {
    let vendor = Vendor::documented();
    let id = someone(&vendor.emulator);
    assert_eq!(vendor.delete(&format!("/api/v2/tokens/{id}")).status, 204);
    assert_eq!(vendor.emulator.truth(&id).unwrap().tokens, 0);
    assert_eq!(vendor.delete("/api/v2/tokens/nobody").status, 404);
}
