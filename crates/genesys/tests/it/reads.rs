//! Each read asks as documented, and takes what the vendor sends: unknown fields, absent fields, its dates.

use genesys::{
    ConversationQuery, Disposition, Expand, Grant, Interval, MemberBy, Order, OrderBy, PermissionPolicy,
    Reader, State,
};
use serde_json::{Value, json};

use crate::vendor::{Reply, USER, Vendor, error_body, outcome};

/// Runs a read against one answer and returns its result with the request.
fn ask<T, F>(answer: &Value, read: impl FnOnce(Reader) -> F) -> (T, String)
where
    F: Future<Output = Result<T, genesys::Error>>,
{
    let vendor = Vendor::script(vec![Reply::json(200, answer)]);
    let result = vendor.clock.run(read(vendor.reader())).unwrap();
    let call = vendor.calls().remove(0);
    (result, format!("{} {}", call.method, call.target))
}

#[test]
fn a_user_is_read_with_what_was_asked_for() {
    let answer = json!({
        "id": USER, "name": "Alice Example", "email": "alice@example.com", "username": "alice@example.com",
        "department": "Claims", "title": "Agent", "state": "inactive", "version": 41, "acdAutoAnswer": true,
        "division": { "id": "d-1", "name": "North", "selfUri": "/api/v2/authorization/divisions/d-1" },
        "manager": { "id": "m-1", "selfUri": "/x" }, "chat": { "jabberId": "j" }, "someday": { "new": [1, 2] },
        "addresses": [{ "address": "+4930", "mediaType": "PHONE", "type": "WORK", "extension": "12" }],
        "dateLastLogin": "2026-02-27T15:04:05.123Z",
        "lastTokenIssued": { "dateIssued": "2026-02-27T15:04:00.000+0000" },
        "groups": [{ "id": "g-1", "selfUri": "/x" }],
        "routingStatus": { "userId": USER, "status": "OFF_QUEUE", "startTime": "2026-02-27T15:04:05Z" },
        "presence": { "presenceDefinition": { "id": "p-1", "systemPresence": "OFFLINE" } },
    });
    let expand = [Expand::DateLastLogin, Expand::LastTokenIssued, Expand::Groups];
    let (user, asked) = ask(&answer, |reader| async move { reader.user(USER, &expand).await });
    assert_eq!(asked, format!("GET /api/v2/users/{USER}?expand=dateLastLogin%2Clasttokenissued%2Cgroups"));
    assert_eq!((user.state, user.version), (Some(State::Inactive), Some(41)));
    assert_eq!(user.manager.unwrap().id, "m-1");
    assert_eq!(user.division.unwrap().name.as_deref(), Some("North"));
    assert_eq!(user.date_last_login.unwrap().to_string(), "2026-02-27T15:04:05.123Z");
    assert_eq!(user.last_token_issued.unwrap().date_issued.unwrap().to_string(), "2026-02-27T15:04:00Z");
    assert_eq!(user.groups.unwrap()[0].id, "g-1");
    assert_eq!((user.skills, user.station), (None, None));
}

#[test]
fn a_deleted_user_is_asked_for_by_state() {
    let answer = json!({ "id": USER, "state": "deleted", "version": 5 });
    let (user, asked) = ask(&answer, |reader| async move { reader.deleted_user(USER, &[]).await });
    assert_eq!(
        (user.state, asked),
        (Some(State::Deleted), format!("GET /api/v2/users/{USER}?state=deleted"))
    );
}

#[test]
fn a_user_who_is_not_there_is_absent() {
    let body = error_body(404, "general.resource.not.found", "Unable to find a user with that userId");
    let vendor = Vendor::script(vec![Reply::json(404, &body)]);
    let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
    assert_eq!(
        (error.disposition(), error.code()),
        (Disposition::Absent, Some("general.resource.not.found"))
    );
}

#[test]
fn a_state_that_is_not_documented_is_not_guessed() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "id": USER, "state": "archived" }))]);
    let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
    assert_eq!(error.disposition(), Disposition::BadAnswer);
}

#[test]
fn an_email_is_searched_in_every_state_and_compared_again() {
    let vendor = Vendor::new(|asked, _| {
        let state = asked.json()["query"][1]["values"][0].as_str().unwrap().to_owned();
        let user = |id: &str, email: &str| json!({ "id": id, "email": email, "state": state, "version": 1 });
        let results = match state.as_str() {
            "active" => vec![user("u-1", "Alice@Example.com"), user("u-2", "alice@example.com.au")],
            "deleted" => vec![user("u-3", "alice@example.com")],
            _ => vec![],
        };
        Reply::json(200, &json!({ "total": results.len(), "results": results }))
    });
    let found = vendor.clock.run(vendor.reader().users_by_email(" alice@example.com ")).unwrap();
    let found: Vec<_> = found.iter().map(|user| (user.id.as_str(), user.state.unwrap())).collect();
    assert_eq!(found, [("u-1", State::Active), ("u-3", State::Deleted)]);
    let states: Vec<_> =
        vendor.calls().iter().map(|call| call.json()["query"][1]["values"].clone()).collect();
    assert_eq!(states, [json!(["active"]), json!(["inactive"]), json!(["deleted"])]);
    let criterion = json!({ "fields": ["email"], "value": "alice@example.com", "type": "EXACT" });
    assert!(vendor.calls().iter().all(|call| call.json()["query"][0] == criterion));
}

#[test]
fn a_user_who_changes_state_between_two_searches_is_found_once() {
    let vendor = Vendor::new(|_, call| {
        let user = json!({ "id": "u-1", "email": "a@b.c", "version": call, "state": State::ALL[call] });
        let results = if call < 2 { vec![user] } else { vec![] };
        Reply::json(200, &json!({ "total": results.len(), "results": results }))
    });
    let found = vendor.clock.run(vendor.reader().users_by_email("a@b.c")).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].state, found[0].version), (Some(State::Inactive), Some(1)));
}

#[test]
fn an_employee_id_is_compared_with_the_employers_data() {
    let vendor = Vendor::new(|asked, _| {
        assert_eq!(asked.json()["expand"], json!(["employerInfo"]));
        let user = |id: &str, employee: &str| json!({ "id": id, "employerInfo": { "employeeId": employee } });
        Reply::json(200, &json!({ "total": 2, "results": [user("u-1", "E-7"), user("u-2", "E-77")] }))
    });
    let found = vendor.clock.run(vendor.reader().users_by_employee_id("E-7")).unwrap();
    assert_eq!(found.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["u-1"]);
}

#[test]
fn an_external_key_is_encoded_into_the_path() {
    let answer = json!({ "id": USER });
    let (_, asked) =
        ask(&answer, |reader| async move { reader.user_by_external_id("hr/eu", "a b?#%ü").await });
    assert_eq!(asked, "GET /api/v2/users/externalid/hr%2Feu/a%20b%3F%23%25%C3%BC");
}

#[test]
fn grants_tell_own_from_inherited() {
    let grant = |subject: &str, role: &str| json!({ "subjectId": subject, "role": { "id": role }, "division": { "id": "*" }, "grantMadeAt": "2025-01-01T00:00:00Z" });
    let answer = json!({ "id": USER, "grants": [grant(USER, "r-1"), grant("group-1", "r-2"), { "role": { "id": "r-3" } }] });
    let (grants, asked): (Vec<Grant>, _) =
        ask(&answer, |reader| async move { reader.subject_grants(USER).await });
    assert_eq!(asked, format!("GET /api/v2/authorization/subjects/{USER}?includeDuplicates=true"));
    assert_eq!(grants.iter().map(|grant| grant.is_direct(USER)).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn queues_are_read_whether_joined_or_not() {
    let vendor = Vendor::new(|asked, _| {
        let queues = if asked.target.ends_with("joined=true") {
            vec![json!({ "id": "q-1", "joined": true }), json!({ "id": "q-2" })]
        } else {
            vec![json!({ "id": "q-2" }), json!({ "id": "q-3" })]
        };
        Reply::json(200, &json!({ "total": 2, "entities": queues }))
    });
    let queues = vendor.clock.run(vendor.reader().user_queues(USER)).unwrap();
    let queues: Vec<_> = queues.iter().map(|queue| (queue.id.as_str(), queue.joined)).collect();
    assert_eq!(queues, [("q-1", Some(true)), ("q-2", Some(true)), ("q-3", Some(false))]);
    let pages = format!("/api/v2/users/{USER}/queues?pageSize=100&pageNumber=1&joined=");
    let targets: Vec<_> = vendor.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(targets, [format!("{pages}true"), format!("{pages}false")]);
}

#[test]
fn a_membership_is_told_apart_by_its_origin() {
    let vendor = Vendor::new(|asked, _| {
        let through_group = asked.target.contains("memberBy=group");
        let is_asked_for = through_group == asked.target.contains("/q-1/");
        let members = if is_asked_for { vec![json!({ "id": USER, "ringNumber": 2 })] } else { vec![] };
        Reply::json(200, &json!({ "entities": members }))
    });
    let by = |queue| vendor.clock.run(vendor.reader().queue_member_by(queue, USER)).unwrap();
    assert_eq!(by("q-1"), MemberBy { user: false, group: true, ring: None });
    assert_eq!(by("q-2"), MemberBy { user: true, group: false, ring: Some(2) });
}

#[test]
fn a_policy_includes_by_wildcard() {
    let policy = |entity: &str, actions: &[&str]| -> PermissionPolicy {
        serde_json::from_value(json!({ "domain": "directory", "entityName": entity, "actionSet": actions }))
            .unwrap()
    };
    assert!(policy("user", &["edit", "delete"]).includes("directory:user:delete"));
    assert!(policy("*", &["*"]).includes("directory:user:delete"));
    assert!(!policy("user", &["edit"]).includes("directory:user:delete"));
    assert!(!policy("group", &["*"]).includes("directory:user:delete"));
    assert!(!policy("*", &["*"]).includes("routing:queue:view"));
    assert!(!policy("*", &["*"]).includes("directory"));
}

#[test]
fn the_rest_of_the_reads_ask_at_their_own_paths() {
    let empty = json!({});
    let list = json!([]);
    let page = json!({ "entities": [], "total": 0 });
    let org = json!({ "id": "o-1", "name": "Org" });
    let paths = [
        ask(&org, |r| async move { r.organization().await.map(drop) }).1,
        ask(&list, |r| async move { r.external_ids(USER).await.map(drop) }).1,
        ask(&empty, |r| async move { r.user_state(USER).await.map(drop) }).1,
        ask(&page, |r| async move { r.user_skills(USER).await.map(drop) }).1,
        ask(&page, |r| async move { r.user_languages(USER).await.map(drop) }).1,
        ask(&empty, |r| async move { r.routing_status(USER).await.map(drop) }).1,
        ask(&empty, |r| async move { r.station(USER).await.map(drop) }).1,
        ask(&page, |r| async move { r.roles().await.map(drop) }).1,
        ask(&page, |r| async move { r.role_users("r-1").await.map(drop) }).1,
        ask(&page, |r| async move { r.divisions().await.map(drop) }).1,
        ask(&list, |r| async move { r.direct_reports(USER).await.map(drop) }).1,
        ask(&list, |r| async move { r.superiors(USER).await.map(drop) }).1,
        ask(&empty, |r| async move { r.presence(USER).await.map(drop) }).1,
        ask(&empty, |r| async move { r.agent_status(USER).await.map(drop) }).1,
        ask(&org, |r| async move { r.oauth_client("c-1").await.map(drop) }).1,
        ask(&org, |r| async move { r.group("g-1").await.map(drop) }).1,
        ask(&empty, |r| async move { r.retention_settings().await.map(drop) }).1,
        ask(&empty, |r| async move { r.data_availability().await.map(drop) }).1,
    ];
    let pages = "?pageSize=100&pageNumber=1";
    let expected = [
        "/organizations/me".to_owned(),
        format!("/users/{USER}/externalid"),
        format!("/users/{USER}/state"),
        format!("/users/{USER}/routingskills{pages}"),
        format!("/users/{USER}/routinglanguages{pages}"),
        format!("/users/{USER}/routingstatus"),
        format!("/users/{USER}/station"),
        format!("/authorization/roles{pages}"),
        format!("/authorization/roles/r-1/users{pages}"),
        format!("/authorization/divisions{pages}"),
        format!("/users/{USER}/directreports"),
        format!("/users/{USER}/superiors"),
        format!("/users/{USER}/presences/purecloud"),
        format!("/analytics/agents/{USER}/status"),
        "/oauth/clients/c-1".to_owned(),
        "/groups/g-1".to_owned(),
        "/analytics/dataretention/settings".to_owned(),
        "/analytics/conversations/details/jobs/availability".to_owned(),
    ];
    assert_eq!(paths.to_vec(), expected.map(|path| format!("GET /api/v2{path}")).to_vec());
}

fn february() -> Interval {
    Interval::new("2026-02-01T00:00:00Z".parse().unwrap(), "2026-03-01T00:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn a_details_query_is_asked_in_the_vendors_form() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "totalHits": 0 }))]);
    let query = ConversationQuery::new(february()).user(USER).live_only().page(3);
    let page = vendor.clock.run(vendor.reader().details_page(&query)).unwrap();
    assert_eq!((page.conversations.len(), page.total_hits), (0, Some(0)));
    let call = vendor.calls().remove(0);
    assert_eq!(
        (call.method.as_str(), call.target.as_str()),
        ("POST", "/api/v2/analytics/conversations/details/query")
    );
    assert_eq!(
        call.json(),
        json!({
            "interval": "2026-02-01T00:00:00.000Z/2026-03-01T00:00:00.000Z",
            "order": "asc",
            "orderBy": "conversationStart",
            "paging": { "pageSize": 100, "pageNumber": 3 },
            "segmentFilters": [{ "type": "and", "predicates": [
                { "type": "dimension", "dimension": "userId", "operator": "matches", "value": USER },
            ] }],
            "conversationFilters": [{ "type": "and", "predicates": [
                { "type": "dimension", "dimension": "conversationEnd", "operator": "notExists" },
            ] }],
        })
    );
}

#[test]
fn a_control_query_has_no_filter() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({}))]);
    let query =
        ConversationQuery::new(february()).order(Order::Descending, OrderBy::ConversationEnd).page_size(1);
    vendor.clock.run(vendor.reader().details_page(&query)).unwrap();
    let body = vendor.calls()[0].json();
    assert_eq!((&body["segmentFilters"], &body["conversationFilters"]), (&Value::Null, &Value::Null));
    assert_eq!((&body["order"], &body["orderBy"]), (&json!("desc"), &json!("conversationEnd")));
    assert_eq!(body["paging"], json!({ "pageSize": 1, "pageNumber": 1 }));
}

#[test]
fn a_conversation_is_read_as_far_as_it_is_needed() {
    let answer = json!({ "totalHits": 1, "aggregations": [], "conversations": [{
        "conversationId": "c-1", "conversationStart": "2026-02-03T10:00:00.000Z",
        "mediaStatsMinConversationMos": 4.2, "divisionIds": ["d-1"],
        "participants": [
            { "participantId": "p-1", "purpose": "customer", "participantName": "Bo",
              "sessions": [{ "mediaType": "voice", "direction": "inbound", "segments": [{ "conference": false }] }] },
            { "participantId": "p-2", "purpose": "agent", "userId": USER },
        ],
    }] });
    let query = ConversationQuery::new(february());
    let (page, _) = ask(&answer, |reader| async move { reader.details_page(&query).await });
    let conversation = &page.conversations[0];
    assert_eq!((conversation.conversation_id.as_str(), conversation.conversation_end), ("c-1", None));
    assert_eq!(conversation.participants[0].sessions[0].media_type.as_deref(), Some("voice"));
    assert_eq!(conversation.participants[1].user_id.as_deref(), Some(USER));
    assert_eq!(conversation.participants[1].sessions, []);
}

#[test]
fn an_interval_must_not_be_empty() {
    let (start, end) = (february().start(), february().end());
    assert!(Interval::new(end, start).is_err());
    assert!(Interval::new(start, start).is_err());
    assert_eq!(february().to_string(), "2026-02-01T00:00:00.000Z/2026-03-01T00:00:00.000Z");
}
