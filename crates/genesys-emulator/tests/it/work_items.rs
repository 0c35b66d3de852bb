//! Work items.

use serde_json::{Value, json};

use crate::vendor::{Answer, Vendor};

fn filter(name: &str, operator: &str, values: &[&str]) -> Value {
    json!({ "name": name, "type": "String", "operator": operator, "values": values })
}

fn find(vendor: &Vendor, filters: &[Value], more: &Value) -> Answer {
    let mut body = json!({ "filters": filters });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    vendor.post("/api/v2/taskmanagement/workitems/query", &body)
}

#[test]
fn open_items_of_somebody_are_found_page_by_page() {
    let vendor = Vendor::documented();
    let ada = vendor
        .emulator
        .user("Ada")
        .work_item("Refund 1")
        .work_item("Refund 2")
        .work_item("Refund 3")
        .closed_work_item("Refund 0")
        .add();
    vendor.emulator.user("Bo").work_item("Refund 9").add();
    let filters = [filter("assigneeId", "EQ", &[&ada]), filter("statusCategory", "IN", &["Open", "Waiting"])];
    let mut names = Vec::new();
    let mut more = json!({ "pageSize": 2 });
    loop {
        let page = find(&vendor, &filters, &more);
        assert_eq!(page.status, 200, "{}", page.text);
        let entities = page.body["entities"].as_array().unwrap();
        names.extend(entities.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        assert!(entities.iter().all(|item| item["assignee"]["id"] == ada.as_str()));
        match page.body["after"].as_str() {
            Some(after) => more = json!({ "pageSize": 2, "after": after }),
            None => break,
        }
    }
    names.sort_unstable();
    assert_eq!(names, ["Refund 1", "Refund 2", "Refund 3"]);
    assert_eq!(find(&vendor, &filters[..1], &json!({ "select": "Count" })).body["count"], 4);
}

#[test]
fn a_query_has_one_filter_by_eq_at_least_and_three_at_most() {
    let vendor = Vendor::documented();
    let none = json!({});
    assert_eq!(find(&vendor, &[], &none).status, 400);
    assert_eq!(find(&vendor, &[filter("assigneeId", "IN", &["a", "b"])], &none).status, 400);
    assert_eq!(find(&vendor, &[filter("name", "EQ", &["a"])], &none).status, 400);
    let anchor = filter("assigneeId", "EQ", &["a"]);
    assert_eq!(find(&vendor, &vec![anchor.clone(); 4], &none).status, 400);
    assert_eq!(find(&vendor, std::slice::from_ref(&anchor), &json!({ "pageSize": 201 })).status, 400);
    assert_eq!(find(&vendor, &[anchor], &none).body["entities"], json!([]));
}

#[test]
fn an_item_is_given_to_somebody_else_or_to_nobody() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").work_item("Refund 17").add();
    let bo = vendor.emulator.user("Bo").add();
    let gone = vendor.emulator.user("Gone").deleted().add();
    let found = find(&vendor, &[filter("assigneeId", "EQ", &[&ada])], &json!({}));
    let path = format!("/api/v2/taskmanagement/workitems/{}", found.ids()[0]);
    let assignee = |body: &Value| vendor.patch(&path, body).body["assignee"]["id"].clone();
    assert_eq!(assignee(&json!({ "assigneeId": bo })), bo.as_str());
    assert_eq!(assignee(&json!({ "name": "Refund 18" })), bo.as_str());
    assert_eq!(vendor.patch(&path, &json!({ "assigneeId": gone })).status, 400);
    assert_eq!(vendor.emulator.truth(&bo).unwrap().work_items.into_iter().collect::<Vec<_>>(), ["Refund 18"]);
    for nobody in [json!(null), json!("")] {
        assert_eq!(assignee(&json!({ "assigneeId": bo })), bo.as_str());
        assert_eq!(assignee(&json!({ "assigneeId": nobody })), Value::Null);
    }
    assert_eq!(vendor.patch(&path, &json!({ "ttl": 7 })).status, 501);
    assert_eq!(vendor.patch("/api/v2/taskmanagement/workitems/none", &json!({})).status, 404);
}
