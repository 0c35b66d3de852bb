//! What belongs to one person and can only be read: greetings, voicemail, trustors, dashboards, licences, OAuth
//! clients, recording policies; and what becomes of it.

use genesys_emulator::Emulator;
use serde_json::json;

use crate::vendor::Vendor;

fn laden(emulator: &Emulator) -> String {
    emulator
        .user("Ada")
        .greeting("Away")
        .voicemail(3)
        .trustor("Partner Org")
        .oauth_client("Exporter")
        .licence("cx3")
        .coaching()
        .learning("Privacy")
        .management_unit("North")
        .dashboard("Mine")
        .dashboard("Night")
        .named_by_recording_policy("Keep all")
        .add()
}

/// What is read by the id of one person, with what it needs.
const OF_ONE: [(&str, &str); 8] = [
    ("/api/v2/users/{}/greetings", ""),
    ("/api/v2/voicemail/userpolicies/{}", "voicemail:userPolicy:viewOther"),
    ("/api/v2/voicemail/users/{}/mailbox", "voicemail:mailbox:viewOther"),
    ("/api/v2/voicemail/users/{}/messages", "voicemail:voicemail:viewOther"),
    ("/api/v2/users/{}/trustors", "authorization:orgTrustor:view"),
    ("/api/v2/license/users/{}", "authorization:license:view"),
    (
        "/api/v2/analytics/reporting/settings/users/{}/dashboards",
        "analytics:dashboardConfigurations:viewPrivate",
    ),
    ("/api/v2/workforcemanagement/agents/{}/managementunit", "wfm:agent:view"),
];

#[test]
fn everything_of_one_person_is_read_with_its_permission() {
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    for (path, permission) in OF_ONE {
        let path = path.replace("{}", &ada);
        assert_eq!(vendor.with_permissions(&[permission]).get(&path).status, 200, "{path}");
        let without = vendor.with_permissions(&["some:other:view"]).get(&path).status;
        assert_eq!(without, if permission.is_empty() { 200 } else { 403 }, "{path}");
        assert_eq!(vendor.get(&path.replace(&ada, "nobody")).status, 404, "{path}");
    }
    let get = |path: &str| vendor.get(&path.replace("{}", &ada)).body;
    assert_eq!(get(OF_ONE[0].0)["entities"][0]["name"], "Away");
    assert_eq!(get(OF_ONE[1].0)["enabled"], true);
    let mailbox = get(OF_ONE[2].0);
    assert_eq!((&mailbox["totalCount"], &mailbox["unreadCount"]), (&json!(3), &json!(2)));
    assert_eq!(mailbox["ownerType"], "User");
    assert_eq!(get(&format!("{}?pageSize=2", OF_ONE[3].0))["total"], 3);
    assert_eq!(get(OF_ONE[4].0)["entities"][0]["organization"]["name"], "Partner Org");
    assert_eq!(get(OF_ONE[5].0)["licenses"], json!([{ "id": "Genesys Cloud CX 3" }, { "id": "cx3" }]));
    assert_eq!(get(OF_ONE[6].0)["pageSize"], 50);
    assert_eq!(get(&format!("{}?name=nig", OF_ONE[6].0))["total"], 1);
    assert_eq!(get(&format!("{}?publicOnly=true", OF_ONE[6].0))["total"], 0);
}

#[test]
fn what_belongs_to_the_deleted_is_read_or_not_as_the_switch_says() {
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    vendor.delete(&format!("/api/v2/users/{ada}"));
    let statuses = || OF_ONE.map(|(path, _)| vendor.get(&path.replace("{}", &ada)).status);
    assert_eq!(statuses(), [200; 8]);
    vendor.emulator.set_switch("parts_of_deleted", "not-found").unwrap();
    assert_eq!(statuses(), [404; 8]);
}

#[test]
fn what_the_vendor_leaves_open_is_lost_with_the_user_only_where_a_switch_says_so() {
    let switches = [
        ("greetings_on_deleted", "greetings"),
        ("voicemail_on_deleted", "voicemail"),
        ("dashboards_on_deleted", "dashboards"),
        ("management_unit_on_deleted", "management_unit"),
        ("learning_on_deleted", "learning"),
        ("coaching_on_deleted", "coaching"),
    ];
    for (switch, lost) in switches {
        let vendor = Vendor::documented();
        let ada = laden(&vendor.emulator);
        vendor.emulator.set_switch(switch, "dropped").unwrap();
        vendor.deactivate(&ada);
        let before = vendor.emulator.planted(&ada);
        vendor.delete(&format!("/api/v2/users/{ada}"));
        let mut kept = before.clone();
        kept.retain(|held| held.kind != lost);
        assert_ne!(kept, before, "{switch}");
        assert_eq!(vendor.emulator.planted(&ada), kept, "{switch}");
    }
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    let before = vendor.emulator.truth(&ada).unwrap().reported;
    vendor.delete(&format!("/api/v2/users/{ada}"));
    assert_eq!(vendor.emulator.truth(&ada).unwrap().reported, before);
}

#[test]
fn an_oauth_client_says_who_made_it() {
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    let clients = vendor.get("/api/v2/oauth/clients").body;
    let made: Vec<_> = clients["entities"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|client| client["createdBy"]["id"] == ada.as_str())
        .map(|client| client["name"].clone())
        .collect();
    assert_eq!(made, ["Exporter"]);
}

#[test]
fn a_recording_policy_names_the_people_it_is_for() {
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    let path = "/api/v2/recording/crossplatform/mediaretentionpolicies";
    let all = vendor.get(path).body;
    assert_eq!(all["entities"][0]["conditions"]["forUsers"][0]["id"], ada.as_str());
    assert_eq!(vendor.get(&format!("{path}?summary=true")).body["entities"][0].get("conditions"), None);
    assert_eq!(vendor.get(&format!("{path}?enabled=false")).body["total"], 0);
    assert_eq!(vendor.get(&format!("{path}?name=keep")).body["total"], 1);
    assert_eq!(vendor.with_permissions(&[]).get(path).status, 403);
}

#[test]
fn permissions_can_be_taken_from_the_first_client_and_given_back() {
    let vendor = Vendor::documented();
    let ada = laden(&vendor.emulator);
    let path = format!("/api/v2/users/{ada}/trustors");
    vendor.emulator.deny(&["authorization:orgTrustor:view", "telephony:plugin:all"]);
    let refused = vendor.get(&path);
    assert_eq!((refused.status, refused.code()), (403, "missing.permissions"));
    assert_eq!(refused.body["messageParams"]["permissions"], "authorization:orgTrustor:view");
    // One of two permissions is enough, and the other is still there.
    let policy = format!("/api/v2/voicemail/userpolicies/{ada}");
    assert_eq!(vendor.get(&policy).status, 200);
    vendor.emulator.deny(&["telephony:plugin:all", "voicemail:userPolicy:viewOther"]);
    let refused = vendor.get(&policy);
    assert_eq!((refused.status, refused.code()), (403, "missing.any.permissions"));
    assert_eq!(vendor.get(&path).status, 200);
    vendor.emulator.deny(&[]);
    assert_eq!(vendor.get(&policy).status, 200);
}

#[test]
fn what_is_denied_is_missing_from_the_clients_role_too() {
    let vendor = Vendor::documented();
    let client = vendor.emulator.client_id();
    let held = || {
        let read = vendor.get(&format!("/api/v2/oauth/clients/{client}")).body;
        let role = read["roleDivisions"][0]["roleId"].as_str().unwrap().to_owned();
        let grants = vendor.get(&format!("/api/v2/authorization/subjects/{client}")).body;
        assert_eq!(grants["grants"][0]["role"]["id"], role.as_str());
        let roles = vendor.get(&format!("/api/v2/authorization/roles?id={role}")).body;
        let policies = roles["entities"][0]["permissionPolicies"].as_array().unwrap().clone();
        let policy = |policy: &serde_json::Value| {
            let text = |name: &str| policy[name].as_str().unwrap().to_owned();
            let actions = policy["actionSet"].as_array().unwrap().iter();
            actions
                .map(|action| {
                    format!("{}:{}:{}", text("domain"), text("entityName"), action.as_str().unwrap())
                })
                .collect::<Vec<_>>()
        };
        policies.iter().flat_map(policy).collect::<Vec<_>>()
    };
    assert_eq!(held(), ["*:*:*"]);
    vendor.emulator.deny(&["authorization:orgTrustor:view", "telephony:extension:assign"]);
    let left = held();
    for denied in ["*:*:*", "authorization:orgTrustor:view", "telephony:extension:assign"] {
        assert!(!left.iter().any(|held| held == denied), "{denied} is in {left:?}");
    }
    for other in ["authorization:role:view", "directory:user:edit", "telephony:plugin:all"] {
        assert!(left.iter().any(|held| held == other), "{other} is not in {left:?}");
    }
    vendor.emulator.deny(&[]);
    assert_eq!(held(), ["*:*:*"]);
}
