//! Roles, grants, divisions.

use serde_json::{Value, json};

use crate::vendor::Vendor;

const ROLES: &str = "/api/v2/authorization/roles";
const DIVISIONS: &str = "/api/v2/authorization/divisions";

#[test]
fn grants_are_listed_with_role_and_division() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_division("East").with_role("agent").add();
    let body = vendor.get(&format!("/api/v2/authorization/subjects/{id}")).body;
    assert_eq!((&body["id"], &body["name"]), (&json!(id), &json!("Ada")));
    let grant = &body["grants"][0];
    assert_eq!(
        (&grant["subjectId"], &grant["role"]["name"], &grant["division"]["name"]),
        (&json!(id), &json!("agent"), &json!("East"))
    );
    assert_eq!(grant["grantMadeAt"], "2026-03-02T09:00:00.000Z");
    assert_eq!(vendor.get("/api/v2/authorization/subjects/nobody").status, 404);
}

#[test]
fn grants_are_added_and_removed_in_bulk_and_one_by_one() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_division("East").with_role("agent").add();
    vendor.emulator.user("Bo").with_role("supervisor").add();
    let (agent, supervisor) = (vendor.id_of(ROLES, "agent"), vendor.id_of(ROLES, "supervisor"));
    let east = vendor.id_of(DIVISIONS, "East");
    let subject = format!("/api/v2/authorization/subjects/{id}");
    let pair = |role: &str| json!({ "grants": [{ "roleId": role, "divisionId": east }] });
    let roles = || -> Vec<String> {
        vendor.emulator.truth(&id).unwrap().grants.into_iter().map(|grant| grant.role).collect()
    };
    assert_eq!(vendor.post(&format!("{subject}/bulkadd"), &pair(&supervisor)).status, 204);
    assert_eq!(roles(), ["agent", "supervisor"]);
    assert_eq!(vendor.post(&format!("{subject}/bulkremove"), &pair(&agent)).status, 204);
    assert_eq!(roles(), ["supervisor"]);
    let one = format!("{subject}/divisions/{east}/roles/{supervisor}");
    assert_eq!(vendor.delete(&one).status, 204);
    assert_eq!(roles(), [] as [String; 0]);
    assert_eq!(vendor.delete(&one).status, 404);
    assert_eq!(vendor.post(&format!("{subject}/bulkadd"), &pair("none")).status, 400);
}

#[test]
fn roles_of_a_user_are_read_and_set() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").with_role("agent").add();
    vendor.emulator.user("Bo").with_role("supervisor").add();
    let path = format!("/api/v2/users/{id}/roles");
    assert_eq!(vendor.get(&path).body["roles"][0]["name"], "agent");
    let answer = vendor.put(&path, &json!([vendor.id_of(ROLES, "supervisor")]));
    assert_eq!(answer.body["roles"][0]["name"], "supervisor");
    assert_eq!(vendor.emulator.truth(&id).unwrap().grants.len(), 1);
}

#[test]
fn the_holders_of_a_role_are_its_active_users_by_group_too() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").with_role("boss").in_group("chiefs").add();
    let bo = vendor.emulator.user("Bo").in_group("chiefs").add();
    vendor.emulator.user("Cy").with_role("boss").inactive().add();
    let role = vendor.id_of(ROLES, "boss");
    let holders = || vendor.get(&format!("{ROLES}/{role}/users")).body["total"].as_u64().unwrap();
    assert_eq!(holders(), 1);
    let group = vendor.id_of("/api/v2/groups", "chiefs");
    let home = vendor.id_of(DIVISIONS, "Home");
    let pair = json!({ "grants": [{ "roleId": role, "divisionId": home }] });
    vendor.post(&format!("/api/v2/authorization/subjects/{group}/bulkadd"), &pair);
    assert_eq!(holders(), 2);
    let of_bo = vendor.get(&format!("/api/v2/authorization/subjects/{bo}")).body;
    assert_eq!(of_bo["grants"][0]["subjectId"], group.as_str());
    let count = |query: &str| -> Value {
        let body = vendor.get(&format!("/api/v2/authorization/subjects/{ada}{query}")).body;
        body["grants"].as_array().unwrap().len().into()
    };
    assert_eq!((count(""), count("?includeDuplicates=true")), (json!(1), json!(2)));
    let policies = |query: &str| {
        vendor.get(&format!("/api/v2/authorization/subjects/{ada}{query}")).body["grants"][0]["role"]
            .get("policies")
            .is_some()
    };
    assert!(!policies("") && policies("?includeFullRoles=true"));
}

#[test]
fn users_move_between_divisions() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    vendor.emulator.user("Bo").in_division("East").add();
    let east = vendor.id_of(DIVISIONS, "East");
    let path = format!("{DIVISIONS}/{east}/objects/USER");
    assert_eq!(vendor.post(&path, &json!([id])).status, 200);
    let truth = vendor.emulator.truth(&id).unwrap();
    assert_eq!((truth.division.as_str(), truth.version), ("East", 2));
    assert_eq!(vendor.post(&path, &json!([id])).status, 200);
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 2);
    assert_eq!(vendor.post(&format!("{DIVISIONS}/none/objects/USER"), &json!([id])).status, 404);
    assert_eq!(vendor.post(&path, &json!(["nobody"])).status, 400);
}
