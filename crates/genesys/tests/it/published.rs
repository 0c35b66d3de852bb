//! Answers of shapes that people have published, or that the vendor's schema allows, each with what a reader must say of it.
//! Every value in them is invented.

use std::{ops::ControlFlow, path::Path};

use genesys::{AgentStatus, Criterion, Error, ErrorKind, PeopleState, State, User, Walked};
use serde_json::{Value, json};

use crate::vendor::{Reply, USER, Vendor};

/// An answer, and what is to be said of it.
struct Shape {
    name: String,
    says: Value,
    body: Value,
}

fn shapes(kind: &str, least: usize) -> Vec<Shape> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published").join(kind);
    let shapes: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let mut shape: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            Shape { name, says: shape["says"].take(), body: shape["body"].take() }
        })
        .collect();
    assert!(shapes.len() >= least);
    shapes
}

impl Shape {
    /// The person's own record: in the answer of a search it is one of the results.
    fn record(&self) -> &Value {
        self.body.pointer("/results/0").unwrap_or(&self.body)
    }

    fn check(&self, user: &User, how: &str) {
        let told = json!({
            "name": user.name,
            "email": user.email,
            "state": user.state.map(State::as_str),
            "version": user.version,
            "division": user.division.as_ref().map(|division| &division.id),
            "addresses": user.addresses.as_ref().map(Vec::len),
            "unread": user.unread,
        });
        assert_eq!((user.id.as_str(), &told), (USER, &self.says), "{}, {how}", self.name);
    }

    /// What nothing is decided without must be of the documented form where one person is asked for.
    fn is_decisive(&self) -> bool {
        self.says["unread"].as_array().unwrap().iter().any(|member| member == "state" || member == "version")
    }
}

/// Somebody else, of whom nothing is odd.
fn other(number: u8) -> Value {
    json!({ "id": format!("e-{number}"), "name": "Somebody", "state": "inactive", "version": 1 })
}

/// The others, and whoever is between them.
fn among(user: &Value) -> Value {
    json!([other(1), user, other(2)])
}

fn between(met: &[User]) -> &User {
    let ids: Vec<_> = met.iter().map(|user| user.id.as_str()).collect();
    assert_eq!(ids, ["e-1", USER, "e-2"]);
    &met[1]
}

fn status(body: &Value) -> Result<AgentStatus, Error> {
    let vendor = Vendor::script(vec![Reply::json(200, body)]);
    vendor.clock.run(vendor.reader().agent_status(USER))
}

#[test]
fn each_published_person_is_read_alone_or_it_is_said_why_not() {
    for shape in shapes("users", 11) {
        let vendor = Vendor::script(vec![Reply::json(200, shape.record())]);
        for read in [
            vendor.clock.run(vendor.reader().user(USER, &[])),
            vendor.clock.run(vendor.reader().deleted_user(USER, &[])),
        ] {
            match read {
                Ok(user) => {
                    assert!(!shape.is_decisive(), "{}", shape.name);
                    shape.check(&user, "alone");
                }
                Err(error) => {
                    assert!(shape.is_decisive(), "{}: {error}", shape.name);
                    assert!(matches!(error.kind(), ErrorKind::UnexpectedShape { .. }), "{error}");
                }
            }
        }
    }
}

#[test]
fn each_published_person_is_met_among_everybody_and_stops_nobody() {
    for shape in shapes("users", 11) {
        let page = json!({ "entities": among(shape.record()), "cursor": null });
        let vendor = Vendor::script(vec![Reply::json(200, &page)]);
        let (mut met, reader) = (Vec::new(), vendor.reader());
        let walked = vendor.clock.run(reader.people(PeopleState::Any, &[], &mut |page| {
            met.extend(page);
            ControlFlow::Continue(())
        }));
        assert_eq!(walked.unwrap(), Walked { people: 3, nameless: 0 }, "{}", shape.name);
        shape.check(between(&met), "among everybody");
    }
}

#[test]
fn each_published_person_is_found_by_a_search_with_whoever_else_is() {
    for shape in shapes("users", 11) {
        let answer = json!({ "total": 3, "pageCount": 1, "pageSize": 100, "pageNumber": 1, "results": among(shape.record()) });
        let vendor = Vendor::script(vec![Reply::json(200, &answer)]);
        let found = vendor.clock.run(vendor.reader().search_users(&[Criterion::exact("name", "Ida")]));
        shape.check(between(&found.unwrap()), "found");
        // By address each state is asked for on its own, and the person is one all the same.
        let email = shape.says["email"].as_str().unwrap().to_uppercase();
        let found = vendor.clock.run(vendor.reader().users_by_email(&email)).unwrap();
        assert_eq!(found.len(), 1, "{}", shape.name);
        shape.check(&found[0], "by address");
        if shape.body.get("results").is_some() {
            let vendor = Vendor::script(vec![Reply::json(200, &shape.body)]);
            let found = vendor.clock.run(vendor.reader().search_users(&[])).unwrap();
            shape.check(&found[0], "as published");
        }
    }
}

#[test]
fn each_published_status_says_what_it_says() {
    for shape in shapes("status", 3) {
        let status = status(&shape.body).unwrap();
        let sessions = status.sessions.as_ref().map(|sessions| {
            let told = |session: &genesys::AgentSession| {
                json!([session.media_type, session.segment_type, session.session_start])
            };
            sessions.iter().map(told).collect::<Vec<_>>()
        });
        let told = json!({
            "count": status.session_count,
            "sessions": sessions,
            "presence": status.system_presence,
            "routing": status.routing_status,
            "since": status.presence_date,
        });
        assert_eq!((told, status.unread), (shape.says, Vec::<String>::new()), "{}", shape.name);
    }
}

#[test]
fn an_odd_date_in_a_status_costs_the_date_alone() {
    for shape in shapes("status", 3) {
        let plain = status(&shape.body).unwrap();
        let mut body = shape.body.clone();
        body["presenceDate"] = "the day before".into();
        body["routingStatusDate"] = 1_762_000_000.into();
        let mut odd = vec!["presenceDate", "routingStatusDate"];
        if let Some(session) = body.pointer_mut("/sessions/0") {
            session["sessionStart"] = "".into();
            session["mediaType"] = 7.into();
            odd.extend(["sessions[].mediaType", "sessions[].sessionStart"]);
        }
        let mut read = status(&body).unwrap();
        read.unread.sort();
        assert_eq!(read.unread, odd, "{}", shape.name);
        assert_eq!((read.presence_date, read.routing_status_date), (None, None));
        let ids = |status: &AgentStatus| {
            status.sessions.as_ref().map(|sessions| {
                sessions.iter().map(|session| session.conversation_id.clone()).collect::<Vec<_>>()
            })
        };
        assert_eq!((ids(&read), read.session_count), (ids(&plain), plain.session_count), "{}", shape.name);
    }
}

#[test]
fn what_is_no_status_is_refused_and_a_list_that_is_none_is_named() {
    for body in [json!(null), json!(7), json!([]), json!("OFFLINE")] {
        let error = status(&body).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnexpectedShape { .. }), "{body}: {error}");
    }
    for (body, unread) in [
        (json!({ "sessions": "none", "sessionCount": 0 }), "sessions"),
        (json!({ "sessions": [null, {}], "sessionCount": 2 }), "sessions[]"),
        (json!({ "sessions": [], "sessionCount": "2" }), "sessionCount"),
    ] {
        assert_eq!(status(&body).unwrap().unread, [unread], "{body}");
    }
}

#[test]
fn an_odd_date_that_decides_nothing_does_not_cost_an_answer() {
    let answer = |body: Value| Vendor::script(vec![Reply::json(200, &body)]);
    let vendor = answer(
        json!({ "state": "FULFILLED", "submissionDate": "", "completionDate": 5, "expirationDate": {} }),
    );
    let job = vendor.clock.run(vendor.reader().details_job("j-1")).unwrap();
    assert_eq!((job.submitted, job.completed, job.expires), (None, None, None));
    let clients = json!({ "total": 2, "entities": [
        { "id": "c-1", "dateCreated": "2026-01-02T03:04:05Z" }, { "id": "c-2", "dateCreated": "long ago" },
    ] });
    let vendor = answer(clients);
    let read = vendor.clock.run(vendor.reader().oauth_clients()).unwrap();
    assert_eq!(read.iter().map(|client| client.date_created.is_some()).collect::<Vec<_>>(), [true, false]);
    let vendor = answer(json!({ "associatedStation": { "id": "s-1", "associatedDate": "at noon" } }));
    let held = vendor.clock.run(vendor.reader().station(USER)).unwrap().associated_station.unwrap();
    assert_eq!((held.id.as_deref(), held.associated_date), (Some("s-1"), None));
    let vendor = answer(json!({ "state": "inactive", "version": 3, "stateChangeDate": "yesterday" }));
    let state = vendor.clock.run(vendor.reader().user_state(USER)).unwrap();
    assert_eq!((state.state, state.state_change_date), (Some(State::Inactive), None));
    let vendor = answer(json!({ "dataAvailabilityDate": "soon" }));
    assert_eq!(vendor.clock.run(vendor.reader().data_availability()).unwrap(), None);
}
