//! A list is returned complete or not at all.

use genesys::{Disposition, ErrorKind, Limits};
use serde_json::{Value, json};

use crate::vendor::{Asked, Reply, USER, Vendor, outcome};

fn number(asked: &Asked, name: &str) -> usize {
    let (_, query) = asked.target.split_once('?').unwrap();
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
    value.parse().unwrap()
}

fn skills(ids: impl Iterator<Item = usize>) -> Vec<Value> {
    ids.map(|id| json!({ "id": format!("skill-{id}"), "proficiency": 3.0 })).collect()
}

/// A page of `total` skills, cut as asked.
fn page(asked: &Asked, total: usize) -> Vec<Value> {
    let (size, page) = (number(asked, "pageSize"), number(asked, "pageNumber"));
    skills((0..total).skip(size * (page - 1)).take(size))
}

fn limits() -> Limits {
    Limits { page_size: 10, max_list_reads: 3, ..Limits::default() }
}

fn ids(vendor: &Vendor) -> Result<Vec<String>, genesys::Error> {
    let read = vendor.clock.run(vendor.client(limits()).reader().user_skills(USER));
    read.map(|skills| skills.into_iter().map(|skill| skill.id).collect())
}

fn all(total: usize) -> Vec<String> {
    (0..total).map(|id| format!("skill-{id}")).collect()
}

#[test]
fn all_pages_are_read_in_order() {
    for total in [0, 1, 9, 10, 11, 30, 57] {
        let vendor = Vendor::new(move |asked, _| {
            Reply::json(200, &json!({ "entities": page(asked, total), "total": total }))
        });
        assert_eq!(ids(&vendor).unwrap(), all(total));
        assert_eq!(vendor.calls().len(), total.div_ceil(10).max(1), "no page more than needed");
    }
}

#[test]
fn a_list_without_a_total_is_read_to_its_end() {
    for total in [0, 5, 10, 25, 30] {
        let vendor =
            Vendor::new(move |asked, _| Reply::json(200, &json!({ "entities": page(asked, total) })));
        assert_eq!(ids(&vendor).unwrap(), all(total));
    }
}

#[test]
fn short_pages_without_a_total_go_on_while_the_vendor_says_so() {
    let vendor = Vendor::new(|asked, _| {
        let page = number(asked, "pageNumber");
        let next = (page < 4).then_some("/api/v2/next");
        Reply::json(200, &json!({ "entities": skills((page - 1) * 3..page * 3), "nextUri": next }))
    });
    assert_eq!(ids(&vendor).unwrap(), all(12));
}

#[test]
fn a_page_without_entities_is_an_empty_page() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "total": 0 }))]);
    assert_eq!(ids(&vendor).unwrap(), Vec::<String>::new());
}

#[test]
fn a_missing_last_page_is_an_error_after_reading_again() {
    let vendor = Vendor::new(|asked, _| {
        let entities = if number(asked, "pageNumber") == 3 { Vec::new() } else { page(asked, 25) };
        Reply::json(200, &json!({ "entities": entities, "total": 25 }))
    });
    let error = ids(&vendor).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Incomplete { expected: Some(25), unique: 20 }));
    assert_eq!(error.disposition(), Disposition::BadAnswer);
    assert_eq!(vendor.calls().len(), 9, "three readings of three pages");
}

#[test]
fn a_page_that_came_twice_is_made_good_by_reading_again() {
    let vendor = Vendor::new(|asked, call| {
        let mut again = asked.clone();
        if call == 1 {
            again.target = again.target.replace("pageNumber=2", "pageNumber=1");
        }
        Reply::json(200, &json!({ "entities": page(&again, 25), "total": 25 }))
    });
    assert_eq!(ids(&vendor).unwrap(), all(25));
}

#[test]
fn a_list_that_changes_while_it_is_read_is_read_again() {
    let vendor = Vendor::new(|asked, call| {
        let total = if call < 2 { 25 - call } else { 24 };
        Reply::json(200, &json!({ "entities": page(asked, total), "total": total }))
    });
    assert_eq!(ids(&vendor).unwrap(), all(24));
}

#[test]
fn a_list_that_ends_with_another_total_is_read_again() {
    // Between the pages an entry was added that none of them shows.
    let vendor = Vendor::new(|asked, call| {
        let total = if call == 2 { 26 } else { 25 };
        Reply::json(200, &json!({ "entities": page(asked, 25), "total": total }))
    });
    assert_eq!(ids(&vendor).unwrap(), all(25));
    assert_eq!(vendor.calls().len(), 6, "two readings of three pages");
}

#[test]
fn a_list_without_a_total_in_which_an_entry_moved_is_read_again() {
    // An entry was put in before the second page, which therefore begins with the last entry of the first.
    let vendor = Vendor::new(|asked, call| {
        let size = number(asked, "pageSize");
        let start = size * (number(asked, "pageNumber") - 1);
        let moved = usize::from((1..3).contains(&call));
        Reply::json(200, &json!({ "entities": skills((0..25).skip(start - moved).take(size)) }))
    });
    assert_eq!(ids(&vendor).unwrap(), all(25));
    assert_eq!(vendor.calls().len(), 6, "two readings of three pages");
}

#[test]
fn more_entries_than_stated_are_an_error() {
    let vendor = Vendor::new(|asked, _| Reply::json(200, &json!({ "entities": page(asked, 8), "total": 5 })));
    let error = ids(&vendor).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Incomplete { expected: Some(5), unique: 8 }));
}

#[test]
fn a_list_that_is_left_out_is_no_empty_one_unless_nothing_is_stated() {
    for left_out in [json!({}), json!({ "entities": null }), json!({ "total": 3 })] {
        let vendor = Vendor::new(move |_, _| Reply::json(200, &left_out));
        let error = ids(&vendor).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Incomplete { unique: 0, .. }), "{error}");
    }
    let vendor = Vendor::new(|_, _| Reply::json(200, &json!({ "total": 0 })));
    assert_eq!(ids(&vendor).unwrap(), all(0));
}

#[test]
fn a_list_without_end_is_an_error() {
    let vendor = Vendor::new(|asked, _| {
        let start = 10 * number(asked, "pageNumber");
        Reply::json(200, &json!({ "entities": skills(start..start + 10) }))
    });
    let limits = Limits { max_pages: 7, ..limits() };
    let error = outcome(vendor.clock.run(vendor.client(limits).reader().user_skills(USER)));
    assert!(matches!(error.kind(), ErrorKind::TooManyPages { limit: 7 }));
    assert_eq!(vendor.calls().len(), 7);
}

#[test]
fn a_failing_page_fails_the_list() {
    let vendor = Vendor::new(|asked, _| {
        if number(asked, "pageNumber") == 2 {
            Reply::json(403, &json!({ "code": "missing.permissions" }))
        } else {
            Reply::json(200, &json!({ "entities": page(asked, 25), "total": 25 }))
        }
    });
    assert_eq!(ids(&vendor).unwrap_err().disposition(), Disposition::Forbidden);
}

#[test]
fn a_search_is_read_over_all_pages_and_states_are_always_asked_for() {
    let vendor = Vendor::new(|asked, _| {
        let body = asked.json();
        let page = usize::try_from(body["pageNumber"].as_u64().unwrap()).unwrap();
        let results: Vec<_> =
            (0..25).skip(10 * (page - 1)).take(10).map(|id| json!({ "id": format!("user-{id}") })).collect();
        Reply::json(200, &json!({ "results": results, "total": 25, "pageNumber": page, "types": ["users"] }))
    });
    let criteria = [genesys::Criterion::exact("department", "Claims")];
    let found = vendor.clock.run(vendor.client(limits()).reader().search_users(&criteria)).unwrap();
    assert_eq!(found.len(), 25);
    let first = vendor.calls()[0].json();
    assert_eq!(
        first,
        json!({
            "pageSize": 10,
            "pageNumber": 1,
            "query": [
                { "fields": ["department"], "value": "Claims", "type": "EXACT" },
                { "fields": ["state"], "values": ["active", "inactive", "deleted"], "type": "EXACT" },
            ],
        })
    );
}
