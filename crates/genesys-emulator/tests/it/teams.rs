//! Teams: one for each person at most.

use serde_json::json;

use crate::vendor::Vendor;

#[test]
fn a_team_is_read_by_cursor() {
    let vendor = Vendor::documented();
    for name in ["Cy", "Ada", "Bo"] {
        vendor.emulator.user(name).in_team("Blue").add();
    }
    vendor.emulator.user("Gone").in_team("Blue").deleted().add();
    vendor.emulator.user("Red").in_team("Red").add();
    let team = vendor.id_of("/api/v2/teams", "Blue");
    assert_eq!(vendor.get("/api/v2/teams?name=bl").body["entities"][0]["memberCount"], 3);
    let mut names = Vec::new();
    let mut next = Some(format!("/api/v2/teams/{team}/members?pageSize=2&expand=entities"));
    while let Some(path) = next {
        let page = vendor.get(&path).body;
        names.extend(
            page["entities"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()),
        );
        next = page["nextUri"].as_str().map(str::to_owned);
    }
    assert_eq!(names, ["Ada", "Bo", "Cy"]);
    let plain = vendor.get(&format!("/api/v2/teams/{team}/members")).body;
    assert_eq!(plain["entities"][0].get("name"), None);
    assert_eq!(vendor.get(&format!("/api/v2/teams/{team}/members?after=nobody")).status, 400);
    assert_eq!(vendor.get("/api/v2/teams/none/members").status, 404);
}

#[test]
fn who_cannot_come_into_a_team_is_listed_with_the_reason() {
    let vendor = Vendor::documented();
    let blue = vendor.emulator.user("Ada").in_team("Blue").add();
    let red = vendor.emulator.user("Bo").in_team("Red").add();
    let free = vendor.emulator.user("Cy").add();
    let gone = vendor.emulator.user("Gone").deleted().add();
    let members = format!("/api/v2/teams/{}/members", vendor.id_of("/api/v2/teams", "Blue"));
    let answer = vendor.post(&members, &json!({ "memberIds": [blue, red, free, gone, "nobody"] }));
    assert_eq!((answer.status, answer.ids()), (200, vec![blue, free.clone()]));
    assert_eq!(
        answer.body["failures"],
        json!([
            { "id": red, "reason": "UserGroupLimitExceeded" },
            { "id": gone, "reason": "UserNotFound" },
            { "id": "nobody", "reason": "UserNotFound" },
        ])
    );
    assert_eq!(vendor.emulator.truth(&free).unwrap().team.as_deref(), Some("Blue"));
    assert_eq!(vendor.emulator.truth(&red).unwrap().team.as_deref(), Some("Red"));
    assert_eq!(vendor.post(&members, &json!({ "memberIds": [] })).status, 400);
}

#[test]
fn members_leave_only_the_team_that_they_are_taken_from() {
    let vendor = Vendor::documented();
    let blue = vendor.emulator.user("Ada").in_team("Blue").add();
    let red = vendor.emulator.user("Bo").in_team("Red").add();
    let members = format!("/api/v2/teams/{}/members", vendor.id_of("/api/v2/teams", "Blue"));
    assert_eq!(vendor.delete(&format!("{members}?id={blue},{red}")).status, 204);
    assert_eq!(vendor.emulator.truth(&blue).unwrap().team, None);
    assert_eq!(vendor.emulator.truth(&red).unwrap().team.as_deref(), Some("Red"));
    assert_eq!(vendor.delete(&members).status, 400);
}
