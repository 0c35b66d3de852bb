//! Lists that go on from a cursor are followed to their end, or are errors.

use std::ops::ControlFlow;

use genesys::{Disposition, ErrorKind, Expand, Limits, PeopleState, State, Walked};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::vendor::{Asked, Reply, Vendor};

fn limits() -> Limits {
    Limits { page_size: 10, max_list_reads: 3, ..Limits::default() }
}

/// Returns a parameter of the query.
fn asked_for(asked: &Asked, name: &str) -> Option<String> {
    let (_, query) = asked.target.split_once('?').unwrap();
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(percent_decode_str(value).decode_utf8().unwrap().into_owned())
}

/// The place that a cursor stands for. Cursors have characters that an address must not have.
fn place(cursor: Option<&str>) -> usize {
    cursor.map_or(0, |cursor| cursor.trim_start_matches("a+b/c=").parse().unwrap())
}

fn cursor(place: usize) -> String {
    format!("a+b/c={place}")
}

fn entities(range: std::ops::Range<usize>) -> Vec<Value> {
    range
        .map(|id| json!({ "id": format!("e-{id}"), "name": format!("Entry {id}"), "state": "inactive" }))
        .collect()
}

/// A vendor with `total` people, `size` to a page.
fn people(total: usize, size: usize) -> Vendor {
    Vendor::new(move |asked, _| {
        let start = place(asked_for(asked, "cursor").as_deref());
        let end = total.min(start + size);
        let next = (end < total).then(|| cursor(end));
        Reply::json(200, &json!({ "entities": entities(start..end), "results": end - start, "cursor": next }))
    })
}

/// Walks to the end; the ids in order, and the number stated.
fn walk(vendor: &Vendor) -> (Vec<String>, Result<u64, genesys::Error>) {
    let mut met = Vec::new();
    let reader = vendor.client(limits()).reader();
    let count = vendor.clock.run(reader.people(PeopleState::Any, &[], &mut |page| {
        met.extend(page.into_iter().map(|user| user.id));
        ControlFlow::Continue(())
    }));
    (met, count.map(|walked| walked.people))
}

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|id| format!("e-{id}")).collect()
}

/// Reads the teams; those, or the error.
fn teams(vendor: &Vendor) -> Result<Vec<String>, genesys::Error> {
    let read = vendor.clock.run(vendor.client(limits()).reader().teams());
    read.map(|teams| teams.into_iter().map(|team| team.id).collect())
}

#[test]
fn all_people_are_met_once_and_in_order() {
    for total in [0, 1, 9, 10, 11, 30, 57] {
        let vendor = people(total, 10);
        let (met, count) = walk(&vendor);
        assert_eq!((met, count.unwrap()), (ids(0..total), u64::try_from(total).unwrap()));
        assert_eq!(vendor.calls().len(), total.div_ceil(10).max(1), "no page more than needed");
    }
}

#[test]
fn people_are_asked_for_by_state_with_what_is_wanted_of_them() {
    let states = [PeopleState::Active, PeopleState::Inactive, PeopleState::Deleted, PeopleState::Any];
    for (state, word) in states.into_iter().zip(["active", "inactive", "deleted", "any"]) {
        let vendor = people(15, 10);
        let expand = [Expand::Presence, Expand::Groups];
        let reader = vendor.reader();
        let mut all = |_| ControlFlow::Continue(());
        vendor.clock.run(reader.people(state, &expand, &mut all)).unwrap();
        let targets: Vec<_> = vendor.calls().into_iter().map(|call| call.target).collect();
        let first = format!("/api/v2/users/query?pageSize=100&state={word}&expand=presence%2Cgroups");
        assert_eq!(targets, [first.clone(), format!("{first}&cursor=a%2Bb%2Fc%3D10")]);
    }
}

#[test]
fn no_page_is_asked_for_that_has_more_than_the_vendor_allows() {
    let vendor = people(5, 10);
    let limits = Limits { page_size: 500, ..limits() };
    let reader = vendor.client(limits).reader();
    vendor.clock.run(reader.people(PeopleState::Any, &[], &mut |_| ControlFlow::Continue(()))).unwrap();
    assert_eq!(asked_for(&vendor.calls()[0], "pageSize").as_deref(), Some("100"));
}

#[test]
fn a_walk_over_people_ends_where_it_is_told_to() {
    let vendor = people(57, 10);
    let mut pages = 0;
    let reader = vendor.reader();
    let count = vendor.clock.run(reader.people(PeopleState::Any, &[], &mut |_| {
        pages += 1;
        if pages == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }));
    assert_eq!((count.unwrap().people, pages, vendor.calls().len()), (20, 2, 2));
}

#[test]
fn who_is_met_twice_is_handed_over_and_counted_once() {
    // Each page begins with the last three of the one before.
    let vendor = Vendor::new(|asked, _| {
        let start = place(asked_for(asked, "cursor").as_deref());
        let next = (start + 10 < 40).then(|| cursor(start + 10));
        let page = entities(start.saturating_sub(3)..start + 10);
        Reply::json(200, &json!({ "entities": page, "cursor": next }))
    });
    let (met, count) = walk(&vendor);
    assert_eq!((met, count.unwrap()), (ids(0..40), 40));
}

#[test]
fn an_empty_page_with_a_cursor_is_not_the_end() {
    let vendor = Vendor::new(|asked, _| match place(asked_for(asked, "cursor").as_deref()) {
        0 => Reply::json(200, &json!({ "entities": [], "cursor": cursor(1) })),
        1 => Reply::json(200, &json!({ "entities": entities(0..2), "cursor": cursor(2) })),
        _ => Reply::json(200, &json!({ "entities": entities(2..3), "cursor": "" })),
    });
    let (met, count) = walk(&vendor);
    assert_eq!((met, count.unwrap()), (ids(0..3), 3));
}

#[test]
fn cursors_that_lead_in_a_circle_are_an_error() {
    for circle in [1, 3] {
        let vendor = Vendor::new(move |asked, call| {
            let start = place(asked_for(asked, "cursor").as_deref());
            let page = entities(call * 10..call * 10 + 10);
            Reply::json(200, &json!({ "entities": page, "cursor": cursor(start % circle + 1) }))
        });
        let (_, count) = walk(&vendor);
        let error = count.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Incomplete { expected: None, .. }), "{error}");
        assert_eq!(error.disposition(), Disposition::BadAnswer);
        assert_eq!(vendor.calls().len(), circle + 1);
        assert!(!format!("{error} {error:?}").contains("a+b/c"), "a cursor may hold anything: {error:?}");
    }
}

#[test]
fn a_walk_without_end_is_an_error() {
    let vendor = Vendor::new(|asked, call| {
        let start = place(asked_for(asked, "cursor").as_deref());
        Reply::json(200, &json!({ "entities": entities(call..call + 1), "cursor": cursor(start + 1) }))
    });
    let reader = vendor.client(Limits { max_pages: 7, ..limits() }).reader();
    let mut all = |_| ControlFlow::Continue(());
    let walked = reader.people(PeopleState::Any, &[], &mut all);
    let error = vendor.clock.run(walked).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TooManyPages { limit: 7 }));
    assert_eq!(vendor.calls().len(), 7);
}

#[test]
fn a_failing_page_fails_the_walk() {
    let vendor = Vendor::new(|asked, _| match asked_for(asked, "cursor") {
        None => Reply::json(200, &json!({ "entities": entities(0..10), "cursor": cursor(10) })),
        Some(_) => Reply::json(403, &json!({ "code": "missing.permissions" })),
    });
    let (met, count) = walk(&vendor);
    assert_eq!(count.unwrap_err().disposition(), Disposition::Forbidden);
    assert_eq!(met, ids(0..10), "what was met stays met");
}

#[test]
fn a_cursor_within_an_address_is_followed() {
    let vendor = Vendor::new(|asked, _| {
        let start = place(asked_for(asked, "after").as_deref());
        let uri = "/api/v2/teams?pageSize=10&after=a%2Bb%2Fc%3D";
        let next = (start < 20).then(|| format!("{uri}{}", start + 10));
        Reply::json(200, &json!({ "entities": entities(start..start + 10), "nextUri": next }))
    });
    assert_eq!(teams(&vendor).unwrap(), ids(0..30));
    assert_eq!(vendor.calls().len(), 3);
}

#[test]
fn a_further_page_without_a_cursor_is_not_taken_for_the_end() {
    for uri in ["/api/v2/teams", "/api/v2/teams?pageSize=10", "/api/v2/teams?after=", "?after=%FF"] {
        let page = json!({ "entities": entities(0..10), "nextUri": uri });
        let error = teams(&Vendor::script(vec![Reply::json(200, &page)])).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Incomplete { expected: None, unique: 10 }), "{uri}");
    }
}

#[test]
fn a_list_by_cursor_in_which_an_entry_moved_is_read_again() {
    let moving = |readings: usize| {
        Vendor::new(move |asked, call| {
            let start = place(asked_for(asked, "after").as_deref());
            let moved = usize::from(start > 0 && call < 2 * readings);
            let next = (start == 0).then(|| format!("/x?after={}", 10));
            Reply::json(200, &json!({ "entities": entities(start - moved..start + 10), "nextUri": next }))
        })
    };
    let vendor = moving(1);
    assert_eq!(teams(&vendor).unwrap(), ids(0..20));
    assert_eq!(vendor.calls().len(), 4, "two readings of two pages");
    let vendor = moving(100);
    let error = teams(&vendor).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Incomplete { expected: None, unique: 20 }));
    assert_eq!(vendor.calls().len(), 6, "three readings of two pages");
}

#[test]
fn open_work_items_are_asked_for_page_by_page_and_closed_ones_dropped() {
    let item = |id: &str, category: &str| json!({ "id": id, "name": id, "statusCategory": category });
    let vendor = Vendor::new(move |asked, _| match asked.json().get("after") {
        None => {
            let page = [item("w-1", "Open"), item("w-2", "Closed")];
            Reply::json(200, &json!({ "entities": page, "after": "next one" }))
        }
        Some(after) => {
            assert_eq!(after, "next one");
            Reply::json(200, &json!({ "entities": [item("w-3", "Waiting")] }))
        }
    });
    let found = vendor.clock.run(vendor.client(limits()).reader().work_items_of("u-1")).unwrap();
    let states: Vec<_> = found.iter().map(|item| (item.id.as_str(), item.detail["state"].as_str())).collect();
    assert_eq!(states, [("w-1", "Open"), ("w-3", "Waiting")]);
    let first = json!({
        "pageSize": 10,
        "filters": [
            { "name": "assigneeId", "type": "String", "operator": "EQ", "values": ["u-1"] },
            { "name": "statusCategory", "type": "String", "operator": "IN",
              "values": ["Open", "InProgress", "Waiting", "Unknown"] },
        ],
    });
    assert_eq!(vendor.calls()[0].json(), first);
}

#[test]
fn one_odd_person_does_not_keep_the_others_from_being_met() {
    let odd = json!({ "entities": [
        { "id": "e-0", "state": "active", "dateLastLogin": "2026-01-02T03:04:05Z" },
        { "id": "e-1", "name": "Grace", "state": "ACTIVE", "dateLastLogin": "", "groups": [{ "id": "g" }, {}] },
        { "name": "Nobody" },
        7,
        { "id": "e-2", "state": null, "addresses": null, "authorization": { "roles": null } },
    ], "cursor": null });
    let vendor = Vendor::script(vec![Reply::json(200, &odd)]);
    let mut met = Vec::new();
    let reader = vendor.reader();
    let walked = vendor.clock.run(reader.people(PeopleState::Any, &[], &mut |page| {
        met.extend(page);
        ControlFlow::Continue(())
    }));
    assert_eq!(walked.unwrap(), Walked { people: 5, nameless: 2 });
    let told: Vec<_> = met
        .iter()
        .map(|user| (user.id.as_str(), user.state, user.groups.is_some(), user.unread.join(" ")))
        .collect();
    assert_eq!(
        told,
        [
            ("e-0", Some(State::Active), false, String::new()),
            ("e-1", None, false, "dateLastLogin groups state".to_owned()),
            ("e-2", None, false, "authorization".to_owned()),
        ]
    );
    assert_eq!(met[1].name.as_deref(), Some("Grace"));
}

#[test]
fn a_person_asked_for_is_read_around_what_decides_nothing() {
    let user = |state: &str| json!({ "id": "e-1", "state": state, "version": 3, "dateLastLogin": "", "manager": {} });
    let vendor = Vendor::script(vec![Reply::json(200, &user("inactive"))]);
    let read = vendor.clock.run(vendor.reader().user("e-1", &[])).unwrap();
    assert_eq!((read.state, read.version), (Some(State::Inactive), Some(3)));
    assert_eq!(read.unread, ["dateLastLogin", "manager"]);
    let vendor = Vendor::script(vec![Reply::json(200, &user("INACTIVE"))]);
    let refused = vendor.clock.run(vendor.reader().user("e-1", &[])).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::UnexpectedShape { .. }), "{refused}");
}
