//! Stations.

use serde_json::{Value, json};

use crate::vendor::Vendor;

fn station(vendor: &Vendor, name: &str) -> Value {
    vendor.get(&format!("/api/v2/stations?name={name}")).body["entities"][0].clone()
}

#[test]
fn a_station_is_cleared_and_given_back() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").station("desk-7").add();
    let path = format!("/api/v2/users/{id}/station");
    let desk = station(&vendor, "desk-7");
    assert_eq!((&desk["status"], &desk["userId"]), (&json!("ASSOCIATED"), &json!(id)));
    let held = vendor.get(&path).body;
    assert_eq!(held["effectiveStation"]["name"], "desk-7");
    assert_eq!(held["defaultStation"]["defaultUser"]["id"], id.as_str());
    assert_eq!(vendor.delete(&format!("{path}/associatedstation")).status, 202);
    assert_eq!(vendor.delete(&format!("{path}/defaultstation")).status, 202);
    let cleared = vendor.get(&path).body;
    assert_eq!((cleared.get("associatedStation"), cleared.get("defaultStation")), (None, None));
    assert_eq!(cleared["lastAssociatedStation"]["name"], "desk-7");
    assert_eq!(station(&vendor, "desk-7")["status"], "AVAILABLE");
    let desk = desk["id"].as_str().unwrap();
    assert_eq!(vendor.put(&format!("{path}/defaultstation/{desk}"), &json!({})).status, 202);
    assert_eq!(vendor.put(&format!("{path}/associatedstation/{desk}"), &json!({})).status, 202);
    let truth = vendor.emulator.truth(&id).unwrap();
    assert_eq!(
        (truth.default_station.as_deref(), truth.associated_station.as_deref()),
        (Some("desk-7"), Some("desk-7"))
    );
}

#[test]
fn a_station_is_associated_with_one_user_only() {
    let vendor = Vendor::documented();
    vendor.emulator.user("Ada").station("desk-7").add();
    let bo = vendor.emulator.user("Bo").add();
    let desk = station(&vendor, "desk-7")["id"].as_str().unwrap().to_owned();
    let answer = vendor.put(&format!("/api/v2/users/{bo}/station/associatedstation/{desk}"), &json!({}));
    assert_eq!((answer.status, answer.code()), (409, "userservice.stationalreadyassociated"));
    assert_eq!(
        vendor.put(&format!("/api/v2/users/{bo}/station/associatedstation/none"), &json!({})).status,
        404
    );
}
