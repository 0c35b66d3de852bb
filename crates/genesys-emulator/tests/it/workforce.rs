//! Management units and schedules.

use std::time::Duration;

use serde_json::json;

use crate::vendor::Vendor;

const HOUR: Duration = Duration::from_secs(3_600);

fn unit_path(user: &str) -> String {
    format!("/api/v2/workforcemanagement/agents/{user}/managementunit")
}

#[test]
fn an_agent_has_a_unit_or_is_not_found() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").management_unit("North").add();
    let bea = vendor.emulator.user("Bea").management_unit("North").add();
    let eve = vendor.emulator.user("Eve").add();
    let unit = vendor.get(&unit_path(&ada)).body["managementUnit"]["id"].clone();
    assert_eq!(vendor.get(&unit_path(&bea)).body["managementUnit"]["id"], unit);
    assert_eq!(vendor.get(&unit_path(&eve)).status, 404);
    assert_eq!(vendor.get(&unit_path("nobody")).status, 404);
    let coach = vendor.with_permissions(&["coaching:appointment:add"]);
    assert_eq!(coach.get(&unit_path(&ada)).status, 200);
    let refused = vendor.with_permissions(&["wfm:agent:edit"]).get(&unit_path(&ada));
    assert_eq!((refused.status, refused.code()), (403, "missing.any.permissions"));
}

#[test]
fn schedules_are_searched_within_a_unit_and_a_time() {
    let vendor = Vendor::documented();
    let ada = vendor
        .emulator
        .user("Ada")
        .management_unit("North")
        .schedule(24 * HOUR, 8 * HOUR)
        .schedule(48 * HOUR, 8 * HOUR)
        .add();
    let bea = vendor.emulator.user("Bea").management_unit("South").schedule(24 * HOUR, 8 * HOUR).add();
    let unit = vendor.get(&unit_path(&ada)).body["managementUnit"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/workforcemanagement/managementunits/{unit}/agentschedules/search");
    let search = |from: &str, to: &str| {
        let body = json!({ "startDate": from, "endDate": to, "userIds": [ada, bea] });
        vendor.post(&path, &body)
    };
    let found = search("2026-03-03T10:00:00Z", "2026-03-04T09:00:00Z");
    assert_eq!((found.status, &found.body["status"]), (200, &json!("Complete")));
    let agents = found.body["result"]["agentSchedules"].as_array().unwrap();
    assert_eq!(agents.len(), 1, "an agent of another unit is not listed");
    assert_eq!(agents[0]["user"]["id"], ada.as_str());
    let shifts = agents[0]["shifts"].as_array().unwrap();
    assert_eq!(shifts.len(), 1, "the second shift begins when the time asked for ends");
    assert_eq!(shifts[0]["startDate"], "2026-03-03T09:00:00.000Z");
    assert_eq!(shifts[0]["lengthMinutes"], 480);
    let all = search("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z").body;
    assert_eq!(all["result"]["agentSchedules"][0]["shifts"].as_array().unwrap().len(), 2);
    assert_eq!(search("2026-03-09T00:00:00Z", "2026-03-02T00:00:00Z").status, 400);
    assert_eq!(vendor.post(&path, &json!({ "userIds": [ada] })).status, 400);
    let elsewhere = path.replace(&unit, "nowhere");
    let body =
        json!({ "startDate": "2026-03-02T00:00:00Z", "endDate": "2026-03-09T00:00:00Z", "userIds": [] });
    assert_eq!(vendor.post(&elsewhere, &body).status, 404);
}
