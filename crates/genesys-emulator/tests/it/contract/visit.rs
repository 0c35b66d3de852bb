//! A tour of every operation, and a body for each that takes one.

mod belongings;
mod reported;

use serde_json::{Value, json};

use super::Arranged;
use crate::vendor::Answer;

const EXPAND: &str = "routingStatus,presence,conversationSummary,outOfOffice,station,authorization,lasttokenissued,\
    team,groups,skills,languages,employerInfo,dateLastLogin,dateWelcomeSent";

/// One request.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) body: Option<Value>,
}

/// Ids of what is in the organization besides people.
struct Things {
    billing: String,
    orders: String,
    skill: String,
    language: String,
    role: String,
    home: String,
    sales: String,
    group: String,
    station: String,
}

type Go<'a> = &'a mut dyn FnMut(Visit) -> Answer;

fn get(go: Go<'_>, target: &str) -> Value {
    go(Visit { method: "GET", target: target.to_owned(), body: None }).body
}

fn send(go: Go<'_>, method: &'static str, target: String, body: Value) -> Value {
    go(Visit { method, target, body: Some(body) }).body
}

fn delete(go: Go<'_>, target: String) {
    go(Visit { method: "DELETE", target, body: None });
}

fn id_of(list: &Value, name: &str) -> String {
    let found = list["entities"].as_array().unwrap().iter().find(|item| item["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))["id"].as_str().unwrap().to_owned()
}

fn version(arranged: &Arranged, user: &str) -> u32 {
    arranged.vendor.emulator.truth(user).unwrap().version
}

/// Visits every operation at least once; the last visits retire Ada, bring her back, and give up the token.
pub(super) fn tour(arranged: &Arranged, go: Go<'_>) {
    let things = organization(arranged, go);
    people(arranged, go);
    queues(arranged, &things, go);
    proficiencies(arranged, &things, go);
    grants(arranged, &things, go);
    groups_and_stations(arranged, &things, go);
    belongings::visit(arranged, &things, go);
    history(arranged, go);
    reported::reported(arranged, go);
    retirement(arranged, &things, go);
    delete(go, "/api/v2/tokens/me".to_owned());
}

fn organization(arranged: &Arranged, go: Go<'_>) -> Things {
    get(go, "/api/v2/organizations/me");
    get(go, "/api/v2/analytics/dataretention/settings");
    get(go, "/api/v2/tokens/me");
    get(go, "/api/v2/oauth/clients");
    get(go, &format!("/api/v2/oauth/clients/{}", arranged.vendor.emulator.client_id()));
    let queues = get(go, "/api/v2/routing/queues?pageSize=100");
    let divisions = get(go, "/api/v2/authorization/divisions?pageSize=100");
    Things {
        billing: id_of(&queues, "billing"),
        orders: id_of(&queues, "orders"),
        skill: id_of(&get(go, "/api/v2/routing/skills?pageSize=100"), "spanish"),
        language: id_of(&get(go, "/api/v2/routing/languages?pageSize=100"), "french"),
        role: id_of(&get(go, "/api/v2/authorization/roles?pageSize=100"), "agent"),
        home: id_of(&divisions, "Home"),
        sales: id_of(&divisions, "Sales"),
        group: id_of(&get(go, "/api/v2/groups?pageSize=100"), "Desk"),
        station: id_of(&get(go, "/api/v2/stations?pageSize=100"), "Desk 7"),
    }
}

fn people(arranged: &Arranged, go: Go<'_>) {
    let Arranged { ada, eve, .. } = arranged;
    for state in ["active", "inactive", "deleted", "any"] {
        get(go, &format!("/api/v2/users?pageSize=5&pageNumber=1&state={state}&expand={EXPAND}"));
        get(go, &format!("/api/v2/users/query?pageSize=5&state={state}&expand={EXPAND}"));
    }
    send(go, "POST", "/api/v2/users/search".to_owned(), search());
    get(go, &format!("/api/v2/users/{ada}?expand={EXPAND}"));
    get(go, &format!("/api/v2/users/{ada}/state"));
    get(go, &format!("/api/v2/users/{ada}/externalid"));
    get(go, &format!("/api/v2/users/externalid/HR/77?expand={EXPAND}"));
    send(go, "POST", format!("/api/v2/users/{ada}/externalid"), external_id());
    delete(go, format!("/api/v2/users/{ada}/externalid/Payroll/12"));
    get(go, &format!("/api/v2/users/{ada}/directreports?expand={EXPAND}"));
    get(go, &format!("/api/v2/users/{ada}/superiors"));
    get(go, &format!("/api/v2/users/{ada}/routingstatus"));
    get(go, &format!("/api/v2/users/{ada}/presences/purecloud"));
    get(go, &format!("/api/v2/analytics/agents/{ada}/status"));
    send(go, "POST", "/api/v2/analytics/agents/status/query".to_owned(), agents());
    get(go, &format!("/api/v2/license/users/{ada}"));
    let version = version(arranged, eve);
    send(
        go,
        "PATCH",
        format!("/api/v2/users/{eve}"),
        json!({ "version": version, "title": "Lead", "manager": "" }),
    );
}

fn queues(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let Arranged { ada, bea, .. } = arranged;
    let Things { billing, orders, .. } = things;
    get(go, &format!("/api/v2/users/{ada}/queues?pageSize=100&joined=true"));
    get(go, &format!("/api/v2/users/{ada}/queues?joined=false"));
    send(go, "PATCH", format!("/api/v2/users/{ada}/queues"), json!([{ "id": orders, "joined": true }]));
    send(
        go,
        "PATCH",
        format!("/api/v2/users/{ada}/queues/{orders}"),
        json!({ "id": orders, "joined": false }),
    );
    get(go, &format!("/api/v2/routing/queues/{billing}"));
    let members = format!("/api/v2/routing/queues/{billing}/members");
    send(go, "POST", members.clone(), json!([{ "id": bea }]));
    get(go, &format!("{members}?pageSize=100&memberBy=user&expand={EXPAND}"));
    get(go, &format!("{members}?pageSize=100&memberBy=group"));
    send(go, "PATCH", members.clone(), json!([{ "id": bea, "joined": false }]));
    send(go, "PATCH", format!("{members}/{bea}"), json!({ "id": bea, "joined": true, "ringNumber": 2 }));
    delete(go, format!("{members}/{bea}"));
    send(go, "POST", format!("{members}?delete=true"), json!([{ "id": bea }]));
}

fn proficiencies(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let (ada, bea) = (&arranged.ada, &arranged.bea);
    for (list, id) in [("routingskills", &things.skill), ("routinglanguages", &things.language)] {
        let (item, verb) =
            (json!({ "id": id, "proficiency": 2.5 }), if list == "routingskills" { "PUT" } else { "PATCH" });
        get(go, &format!("/api/v2/users/{ada}/{list}?pageSize=100"));
        send(go, "POST", format!("/api/v2/users/{bea}/{list}"), item.clone());
        send(go, "PATCH", format!("/api/v2/users/{bea}/{list}/bulk"), json!([item]));
        send(go, verb, format!("/api/v2/users/{bea}/{list}/{id}"), item);
        delete(go, format!("/api/v2/users/{bea}/{list}/{id}"));
    }
    let item = json!({ "id": things.skill, "proficiency": 4.0 });
    send(go, "PUT", format!("/api/v2/users/{bea}/routingskills/bulk"), json!([item]));
}

fn grants(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let (ada, bea) = (&arranged.ada, &arranged.bea);
    let Things { role, home, sales, .. } = things;
    let subject = format!("/api/v2/authorization/subjects/{bea}");
    get(go, &format!("/api/v2/authorization/subjects/{ada}?includeDuplicates=true"));
    get(go, &format!("/api/v2/authorization/roles/{role}/users?pageSize=100"));
    let pairs = json!({ "grants": [{ "roleId": role, "divisionId": home }] });
    send(go, "POST", format!("{subject}/bulkadd?subjectType=PC_USER"), pairs.clone());
    get(go, &subject);
    send(go, "POST", format!("{subject}/bulkremove"), pairs.clone());
    send(go, "POST", format!("{subject}/bulkadd"), pairs);
    delete(go, format!("{subject}/divisions/{home}/roles/{role}"));
    get(go, &format!("/api/v2/users/{ada}/roles"));
    send(go, "PUT", format!("/api/v2/users/{bea}/roles"), json!([role]));
    send(go, "POST", format!("/api/v2/authorization/divisions/{sales}/objects/USER"), json!([bea]));
}

fn groups_and_stations(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let (ada, bea) = (&arranged.ada, &arranged.bea);
    let Things { group, station, .. } = things;
    let members = format!("/api/v2/groups/{group}/members");
    let version = get(go, &format!("/api/v2/groups/{group}"))["version"].clone();
    send(go, "POST", members.clone(), json!({ "memberIds": [bea], "version": version }));
    get(go, &format!("{members}?pageSize=100&expand={EXPAND}"));
    delete(go, format!("{members}?ids={bea}"));
    let held = format!("/api/v2/users/{ada}/station");
    get(go, &held);
    for kind in ["associatedstation", "defaultstation"] {
        delete(go, format!("{held}/{kind}"));
        go(Visit { method: "PUT", target: format!("{held}/{kind}/{station}"), body: None });
    }
    get(go, &held);
}

fn history(arranged: &Arranged, go: Go<'_>) {
    let query = "/api/v2/analytics/conversations/details/query";
    let found = send(go, "POST", query.to_owned(), details(&arranged.ada));
    let conversation = found["conversations"][0]["conversationId"].as_str().unwrap().to_owned();
    get(go, &format!("/api/v2/analytics/conversations/{conversation}/details"));
    get(go, &format!("/api/v2/analytics/conversations/details?id={conversation}"));
    jobs(arranged, go);
    send(
        go,
        "POST",
        "/api/v2/analytics/conversations/aggregates/query".to_owned(),
        aggregates(&arranged.ada),
    );
}

fn jobs(arranged: &Arranged, go: Go<'_>) {
    let jobs = "/api/v2/analytics/conversations/details/jobs";
    get(go, &format!("{jobs}/availability"));
    let mut asked = details(&arranged.ada);
    let fields = asked.as_object_mut().unwrap();
    fields.remove("paging");
    fields.insert("limit".to_owned(), json!(1_000));
    fields.insert("startOfDayIntervalMatching".to_owned(), json!(true));
    let submit = |go: Go<'_>, body| {
        let answer = send(go, "POST", jobs.to_owned(), body);
        answer["jobId"].as_str().unwrap().to_owned()
    };
    let job = submit(go, asked);
    get(go, &format!("{jobs}/{job}"));
    arranged.vendor.emulator.clock().advance(std::time::Duration::from_secs(10));
    get(go, &format!("{jobs}/{job}"));
    let interval = json!({ "interval": "2026-02-10T00:00:00Z/2026-03-03T00:00:00Z" });
    let job = submit(go, interval);
    arranged.vendor.emulator.clock().advance(std::time::Duration::from_secs(10));
    let page = get(go, &format!("{jobs}/{job}/results?pageSize=1"));
    let cursor = page["cursor"].as_str().unwrap();
    get(go, &format!("{jobs}/{job}/results?pageSize=5&cursor={cursor}"));
    get(go, &format!("{jobs}/{job}/results"));
    delete(go, format!("{jobs}/{job}"));
}

fn retirement(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let Arranged { vendor, ada, .. } = arranged;
    let user = format!("/api/v2/users/{ada}");
    let set = |go: Go<'_>, state: &str| {
        send(
            go,
            "PATCH",
            format!("/api/v2/users/{ada}"),
            json!({ "version": version(arranged, ada), "state": state }),
        )
    };
    send(go, "POST", "/api/v2/users".to_owned(), created(&things.sales));
    vendor.emulator.end_live(ada);
    for queue in [&things.billing, &things.orders] {
        delete(go, format!("/api/v2/routing/queues/{queue}/members/{ada}"));
    }
    let body =
        json!({ "version": version(arranged, ada), "state": "inactive", "stateChangeReason": "Leave" });
    send(go, "PUT", format!("{user}/state"), body);
    get(go, &format!("{user}?expand={EXPAND}"));
    set(go, "active");
    set(go, "inactive");
    delete(go, format!("/api/v2/tokens/{ada}"));
    delete(go, user.clone());
    get(go, &format!("{user}?state=deleted&expand={EXPAND}"));
    get(go, &format!("{user}/state"));
    send(go, "POST", "/api/v2/analytics/conversations/details/query".to_owned(), details(ada));
    set(go, "inactive");
    get(go, &user);
}

fn search() -> Value {
    json!({
        "query": [
            { "fields": ["email"], "value": "ada@x.example", "type": "EXACT" },
            { "fields": ["state"], "values": ["active", "inactive", "deleted"], "type": "EXACT" },
        ],
        "pageSize": 25,
        "pageNumber": 1,
        "expand": ["employerInfo"],
    })
}

fn external_id() -> Value {
    json!({ "authorityName": "Payroll", "externalKey": "12" })
}

fn created(division: &str) -> Value {
    json!({
        "name": "Fay",
        "email": "fay@x.example",
        "divisionId": division,
        "addresses": [{ "address": "+13175550123", "mediaType": "PHONE", "type": "WORK" }],
    })
}

fn agents() -> Value {
    json!({
        "userFilter": {
            "type": "and",
            "clauses": [{ "type": "or", "predicates": [{ "dimension": "routingStatus", "value": "INTERACTING" }] }],
            "predicates": [{ "dimension": "systemPresence", "value": "AVAILABLE" }],
        },
        "sessionFilter": {
            "type": "and",
            "clauses": [{ "type": "or", "predicates": [{ "dimension": "mediaType", "value": "voice" }] }],
        },
        "userOrder": "asc",
    })
}

fn details(user: &str) -> Value {
    json!({
        "interval": "2026-02-10T00:00:00Z/2026-03-03T00:00:00Z",
        "order": "asc",
        "orderBy": "conversationStart",
        "paging": { "pageSize": 25, "pageNumber": 1 },
        "segmentFilters": [{
            "type": "and",
            "clauses": [{ "type": "or", "predicates": [{ "dimension": "mediaType", "value": "voice" }] }],
            "predicates": [{ "type": "dimension", "dimension": "userId", "operator": "matches", "value": user }],
        }],
        "conversationFilters": [{
            "type": "or",
            "predicates": [
                { "dimension": "conversationEnd", "operator": "notExists" },
                { "dimension": "conversationEnd", "operator": "exists" },
            ],
        }],
    })
}

fn aggregates(user: &str) -> Value {
    json!({
        "interval": "2026-02-10T00:00:00Z/2026-03-03T00:00:00Z",
        "granularity": "P1D",
        "groupBy": ["mediaType"],
        "metrics": ["tAlert", "tTalk", "tHandle"],
        "filter": { "type": "and", "predicates": [{ "dimension": "userId", "value": user }] },
    })
}

/// A good request for every operation that takes a body; the same tour has them all.
pub(super) fn with_bodies(arranged: &Arranged) -> Vec<Visit> {
    let mut seen = Vec::new();
    tour(arranged, &mut |visit| {
        let answer = arranged.vendor.call(visit.method, &visit.target, visit.body.as_ref());
        if visit.body.is_some() {
            seen.push(visit);
        }
        answer
    });
    seen
}
