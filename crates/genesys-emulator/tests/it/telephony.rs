//! Phones, numbers and extensions.

use serde_json::{Value, json};

use crate::vendor::Vendor;

const PHONES: &str = "/api/v2/telephony/providers/edges/phones";
const DIDS: &str = "/api/v2/telephony/providers/edges/dids";
const EXTENSIONS: &str = "/api/v2/telephony/providers/edges/extensions";

fn addresses(vendor: &Vendor, user: &str, addresses: &Value) -> crate::vendor::Answer {
    let version = vendor.emulator.truth(user).unwrap().version;
    vendor.patch(&format!("/api/v2/users/{user}"), &json!({ "version": version, "addresses": addresses }))
}

fn number(number: &str) -> Value {
    json!({ "address": number, "mediaType": "PHONE", "type": "WORK" })
}

fn extension(number: &str) -> Value {
    json!({ "extension": number, "mediaType": "PHONE", "type": "WORK2" })
}

#[test]
fn a_web_rtc_phone_brings_a_station_and_takes_it_along() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").web_rtc_phone("Ada WebRTC").add();
    vendor.emulator.user("Bo").web_rtc_phone("Bo WebRTC").add();
    let found = vendor.get(&format!("{PHONES}?webRtcUser.id={ada}"));
    assert_eq!(found.body["total"], 1);
    let phone = found.body["entities"][0].clone();
    assert_eq!((&phone["name"], &phone["webRtcUser"]["id"]), (&json!("Ada WebRTC"), &json!(ada)));
    assert_eq!(phone["lines"][0]["defaultForUser"]["id"], ada.as_str());
    assert_eq!(vendor.get(&format!("{PHONES}?lines.defaultForUser.id={ada}")).body["total"], 1);
    assert_eq!(vendor.get(&format!("{PHONES}?name=bo%20webrtc,ada%20webrtc")).body["total"], 2);
    assert_eq!(vendor.get(&format!("{PHONES}?site.id=none")).body["total"], 0);
    let station = vendor.get(&format!("/api/v2/stations?webRtcUserId={ada}")).body["entities"][0].clone();
    let held = format!("/api/v2/users/{ada}/station");
    assert_eq!(vendor.get(&held).body["defaultStation"]["id"], station["id"]);
    vendor.put(&format!("{held}/associatedstation/{}", station["id"].as_str().unwrap()), &json!({}));
    let id = phone["id"].as_str().unwrap();
    assert_eq!(vendor.get(&format!("{PHONES}/{id}")).body["lines"][0]["loggedInUser"]["id"], ada.as_str());
    assert_eq!(vendor.delete(&format!("{PHONES}/{id}")).status, 200);
    assert_eq!(vendor.get(&format!("{PHONES}/{id}")).code(), "general.resource.not.found");
    assert_eq!(vendor.delete(&format!("{PHONES}/{id}")).status, 404);
    assert_eq!(vendor.get(&format!("/api/v2/stations?webRtcUserId={ada}")).body["total"], 0);
    assert_eq!(vendor.get(&held).body, json!({}));
    let truth = vendor.emulator.truth(&ada).unwrap();
    assert!(truth.phones.is_empty() && truth.default_station.is_none() && truth.associated_station.is_none());
}

#[test]
fn a_phone_made_anew_has_other_ids_and_the_same_settings() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").web_rtc_phone("Ada WebRTC").add();
    let before = vendor.get(&format!("{PHONES}?webRtcUser.id={ada}")).body["entities"][0].clone();
    let was = vendor.emulator.organization_truth().phones["Ada WebRTC"].clone();
    vendor.delete(&format!("{PHONES}/{}", before["id"].as_str().unwrap()));
    let made = vendor.post(PHONES, &before);
    assert_eq!(made.status, 200, "{}", made.text);
    assert_ne!(made.body["id"], before["id"]);
    assert_ne!(made.body["lines"][0]["id"], before["lines"][0]["id"]);
    for name in ["name", "site", "phoneBaseSettings", "webRtcUser"] {
        assert_eq!(made.body[name], before[name], "{name}");
    }
    let is = vendor.emulator.organization_truth().phones["Ada WebRTC"].clone();
    assert_eq!((&is.user, &is.site), (&was.user, &was.site));
    assert_ne!(is.station_id, was.station_id);
    // The station is nobody's default before somebody says so.
    assert_eq!((is.default_for, was.default_for), (None, Some(ada.clone())));
    let path = format!("/api/v2/users/{ada}/station/defaultstation/{}", is.station_id.unwrap());
    assert_eq!(vendor.put(&path, &json!({})).status, 202);
    assert_eq!(vendor.emulator.organization_truth().phones["Ada WebRTC"].default_for, Some(ada));
}

#[test]
fn a_phone_needs_a_name_of_its_own_a_site_settings_and_a_line() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").web_rtc_phone("Ada WebRTC").add();
    let good = json!({
        "name": "Desk", "site": { "id": "s" }, "phoneBaseSettings": { "id": "b" }, "lines": [{ "name": "l" }],
    });
    for missing in ["name", "site", "phoneBaseSettings", "lines"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(vendor.post(PHONES, &body).status, 400, "{missing}");
    }
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    assert_eq!(vendor.post(PHONES, &with("lines", json!([]))).status, 400);
    assert_eq!(vendor.post(PHONES, &with("webRtcUser", json!({ "id": "nobody" }))).status, 400);
    let taken = vendor.post(PHONES, &with("name", json!("ada webrtc")));
    assert_eq!((taken.status, taken.code()), (409, "general.conflict"));
    vendor.emulator.set_switch("phone_conflict", "bad-request-400").unwrap();
    assert_eq!(vendor.post(PHONES, &with("name", json!("Ada WebRTC"))).status, 400);
    let desk = vendor.post(PHONES, &good);
    assert_eq!((desk.status, desk.body.get("webRtcUser")), (200, None));
    assert_eq!(vendor.get("/api/v2/stations?name=Desk").body["total"], 0, "only WebRTC brings a station");
    assert_eq!(vendor.get(&format!("{PHONES}?pageSize=101")).status, 400);
    assert_eq!(vendor.emulator.truth(&ada).unwrap().phones.len(), 1);
}

#[test]
fn numbers_follow_the_addresses_of_users() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").did("+49305501").external_number("+491701").add();
    vendor.emulator.add_did("+49305502");
    let owned = |path: &str| {
        let entities = vendor.get(path).body["entities"].as_array().unwrap().clone();
        let of = |did: &Value| {
            (
                did["phoneNumber"].as_str().unwrap().to_owned(),
                did["owner"]["name"].as_str().map(str::to_owned),
            )
        };
        entities.iter().map(of).collect::<Vec<_>>()
    };
    let name = Some("Ada".to_owned());
    assert_eq!(owned(DIDS), [("+49305501".to_owned(), name.clone()), ("+49305502".to_owned(), None)]);
    assert_eq!(owned(&format!("{DIDS}?owner.id={ada}")), [("+49305501".to_owned(), name.clone())]);
    assert_eq!(owned(&format!("{DIDS}?phoneNumber=%2B49305502")), [("+49305502".to_owned(), None)]);
    let pool = vendor.get(DIDS).body["entities"][0]["didPool"]["id"].as_str().unwrap().to_owned();
    assert_eq!(owned(&format!("{DIDS}?didPool.id={pool}&sortOrder=DESC"))[0].0, "+49305502");
    assert!(owned(&format!("{DIDS}?didPool.id=none")).is_empty());
    let changed = addresses(&vendor, &ada, &json!([number("+49305502")]));
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(owned(DIDS), [("+49305501".to_owned(), None), ("+49305502".to_owned(), name)]);
    assert_eq!(vendor.emulator.truth(&ada).unwrap().numbers, ["+49305502"]);
}

#[test]
fn a_number_or_an_extension_belongs_to_one_user() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").did("+49305501").extension("301").external_number("+491701").add();
    let bo = vendor.emulator.user("Bo").add();
    for wanted in [number("+49305501"), extension("301")] {
        let refused = addresses(&vendor, &bo, &json!([extension("302"), wanted]));
        assert_eq!((refused.status, refused.code()), (409, "general.conflict"));
        assert_eq!(vendor.emulator.truth(&bo).unwrap().version, 1);
    }
    vendor.emulator.set_switch("number_conflict", "bad-request-400").unwrap();
    assert_eq!(addresses(&vendor, &bo, &json!([extension("301")])).status, 400);
    // Outside the pools nobody minds, and one's own address is no conflict.
    assert_eq!(addresses(&vendor, &bo, &json!([number("+491701")])).status, 200);
    assert_eq!(addresses(&vendor, &ada, &json!([extension("301"), number("+49305501")])).status, 200);
    let division = vendor.get("/api/v2/authorization/divisions").ids().remove(0);
    let body = json!({ "name": "Cy", "email": "cy@x.example", "divisionId": division, "addresses": [extension("301")] });
    assert_eq!(vendor.post("/api/v2/users", &body).status, 400);
}

#[test]
fn a_deleted_users_extension_is_free_and_a_restore_does_not_bring_it_back() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").did("+49305501").extension("301").add();
    let bo = vendor.emulator.user("Bo").add();
    let owner = || vendor.get(&format!("{EXTENSIONS}?number=301")).body["entities"][0]["owner"]["id"].clone();
    assert_eq!(owner(), ada.as_str());
    vendor.delete(&format!("/api/v2/users/{ada}"));
    assert_eq!(vendor.get(&format!("{EXTENSIONS}?number=301")).body["total"], 1, "the pool keeps it");
    assert_eq!(owner(), Value::Null);
    assert_eq!(addresses(&vendor, &bo, &json!([extension("301")])).status, 200);
    vendor.set_state(&ada, "active");
    assert_eq!(owner(), bo.as_str());
    assert!(vendor.emulator.truth(&ada).unwrap().extensions.is_empty());
    assert_eq!(vendor.emulator.truth(&ada).unwrap().numbers, ["+49305501"]);
}

#[test]
fn extensions_are_listed_by_page_and_by_number_only() {
    let vendor = Vendor::documented();
    for at in 0..5 {
        vendor.emulator.user(&format!("U{at}")).extension(&format!("30{at}")).add();
    }
    let page = vendor.get(&format!("{EXTENSIONS}?pageSize=2&pageNumber=3")).body;
    assert_eq!((&page["total"], &page["entities"][0]["number"]), (&json!(5), &json!("304")));
    assert_eq!(vendor.get(&format!("{EXTENSIONS}?owner.id=anybody")).body["total"], 5);
}

#[test]
fn an_extension_is_given_and_taken_with_a_permission_of_its_own() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").extension("301").add();
    let limited = vendor.with_permissions(&["directory:user:edit"]);
    let refused = addresses(&limited, &ada, &json!([]));
    assert_eq!((refused.status, refused.code()), (403, "missing.permissions"));
    assert!(refused.text.contains("telephony:extension:assign"), "{}", refused.text);
    assert_eq!(addresses(&limited, &ada, &json!([number("+491"), extension("301")])).status, 200);
    let assigning = vendor.with_permissions(&["directory:user:edit", "telephony:extension:assign"]);
    assert_eq!(addresses(&assigning, &ada, &json!([])).status, 200);
    assert!(vendor.emulator.truth(&ada).unwrap().extensions.is_empty());
}

#[test]
fn others_take_what_a_leaver_had() {
    let vendor = Vendor::documented();
    let ada =
        vendor.emulator.user("Ada").did("+49305501").extension("301").station("desk-7").in_team("Blue").add();
    let bo = vendor.emulator.user("Bo").in_queue("billing").in_group("Desk").add();
    vendor.emulator.give_number("+49305501", &bo);
    vendor.emulator.give_extension("301", &bo);
    assert!(vendor.emulator.take_station("desk-7", &bo));
    assert!(vendor.emulator.delete_team("Blue") && !vendor.emulator.delete_team("Blue"));
    assert!(vendor.emulator.delete_queue("billing") && vendor.emulator.delete_group("Desk"));
    let (was, is) = (vendor.emulator.truth(&ada).unwrap(), vendor.emulator.truth(&bo).unwrap());
    assert!(was.numbers.is_empty() && was.extensions.is_empty() && was.team.is_none());
    assert_eq!((was.default_station, was.associated_station), (None, None));
    assert_eq!((is.numbers, is.extensions), (vec!["+49305501".to_owned()], vec!["301".to_owned()]));
    assert_eq!(is.associated_station.as_deref(), Some("desk-7"));
    assert!(is.queues.is_empty() && is.groups.is_empty());
}
