//! What hangs on a person and can be taken away and given back.

use serde_json::{Value, json};

use super::{Arranged, Go, Things, delete, get, id_of, send};

/// Visits what Ada and Eve have, takes some of it, and gives it back.
pub(super) fn visit(arranged: &Arranged, things: &Things, go: Go<'_>) {
    settings(arranged, things, go);
    teams(arranged, go);
    telephony(arranged, go);
    group(arranged, things, go);
    work(arranged, go);
}

fn settings(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let (ada, bea) = (&arranged.ada, &arranged.bea);
    get(go, &format!("/api/v2/users/{ada}/skillgroups?pageSize=10"));
    let utilization = format!("/api/v2/routing/users/{ada}/utilization");
    get(go, &utilization);
    delete(go, utilization.clone());
    get(go, &utilization);
    send(go, "PUT", utilization, self::utilization());
    let backup = format!("/api/v2/routing/users/{ada}/directroutingbackup/settings");
    get(go, &backup);
    delete(go, backup.clone());
    send(go, "PUT", backup, direct_backup(bea, &things.orders));
    let forwarding = format!("/api/v2/users/{ada}/callforwarding");
    get(go, &format!("/api/v2/users/{bea}/callforwarding"));
    get(go, &forwarding);
    send(go, "PUT", forwarding, call_forwarding());
    let away = format!("/api/v2/users/{ada}/outofoffice");
    get(go, &format!("/api/v2/users/{bea}/outofoffice"));
    get(go, &away);
    send(go, "PUT", away, out_of_office());
}

fn teams(arranged: &Arranged, go: Go<'_>) {
    let (ada, bea, eve) = (&arranged.ada, &arranged.bea, &arranged.eve);
    let teams = get(go, "/api/v2/teams?pageSize=100&name=b");
    get(go, "/api/v2/teams?pageSize=1");
    let members = format!("/api/v2/teams/{}/members", id_of(&teams, "Blue"));
    send(go, "POST", members.clone(), json!({ "memberIds": [bea, eve, "nobody"] }));
    get(go, &format!("{members}?pageSize=1&expand=entities"));
    delete(go, format!("{members}?id={ada},{bea}"));
    get(go, &format!("{members}?pageSize=100"));
}

fn telephony(arranged: &Arranged, go: Go<'_>) {
    let (ada, bea) = (&arranged.ada, &arranged.bea);
    let edges = "/api/v2/telephony/providers/edges";
    get(go, &format!("{edges}/dids?pageSize=10&owner.id={ada}&sortOrder=DESC"));
    get(go, &format!("{edges}/extensions?pageSize=10&number=1234"));
    let phones = format!("{edges}/phones");
    let found = get(go, &format!("{phones}?pageSize=100&webRtcUser.id={ada}&fields=webRtcUser&expand=lines"));
    let id = id_of(&found, "Ada WebRTC");
    get(go, &format!("{phones}?lines.defaultForUser.id={ada}"));
    get(go, &format!("{phones}/{id}"));
    delete(go, format!("{phones}/{id}"));
    send(go, "POST", phones, phone(ada));
    let version = arranged.vendor.emulator.truth(bea).unwrap().version;
    let addresses = json!([{ "extension": "77", "mediaType": "PHONE", "type": "WORK" }]);
    send(go, "PATCH", format!("/api/v2/users/{bea}"), json!({ "version": version, "addresses": addresses }));
}

fn group(arranged: &Arranged, things: &Things, go: Go<'_>) {
    let path = format!("/api/v2/groups/{}", things.group);
    let version = get(go, &path)["version"].clone();
    let body = json!({ "version": version, "ownerIds": [arranged.bea], "visibility": "ownerIds" });
    send(go, "PUT", path, body);
    let search = json!({
        "query": [{ "fields": ["name"], "value": "Desk", "type": "EXACT" }],
        "pageSize": 10,
        "pageNumber": 1,
        "sortOrder": "ASC",
    });
    send(go, "POST", "/api/v2/groups/search".to_owned(), search);
}

fn work(arranged: &Arranged, go: Go<'_>) {
    let filters = json!([
        { "name": "assigneeId", "type": "String", "operator": "EQ", "values": [arranged.ada] },
        { "name": "statusCategory", "type": "String", "operator": "IN", "values": ["Open", "InProgress"] },
    ]);
    let body =
        json!({ "pageSize": 1, "filters": filters, "sort": { "name": "priority", "ascending": true } });
    let found = send(go, "POST", "/api/v2/taskmanagement/workitems/query".to_owned(), body);
    let id = found["entities"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({ "assigneeId": arranged.bea, "preferredAgentIds": [arranged.eve], "priority": 3 });
    send(go, "PATCH", format!("/api/v2/taskmanagement/workitems/{id}"), body);
}

fn utilization() -> Value {
    json!({ "utilization": { "call": {
        "maximumCapacity": 2,
        "interruptableMediaTypes": ["email"],
        "includeNonAcd": true,
    } } })
}

fn direct_backup(user: &str, queue: &str) -> Value {
    json!({ "userId": user, "queueId": queue, "waitForAgent": true, "agentWaitSeconds": 90 })
}

fn call_forwarding() -> Value {
    json!({
        "enabled": true,
        "calls": [{ "targets": [{ "type": "PHONENUMBER", "value": "+491701234567" }] }],
        "voicemail": "NONE",
    })
}

fn out_of_office() -> Value {
    json!({ "active": true, "indefinite": false, "startDate": "2026-03-02T09:00:00Z", "endDate": "2026-03-09T09:00:00Z" })
}

fn phone(user: &str) -> Value {
    json!({
        "name": "Ada WebRTC again",
        "site": { "id": "site-1", "name": "Berlin" },
        "phoneBaseSettings": { "id": "base-1" },
        "lines": [{ "name": "Ada_1", "lineBaseSettings": { "id": "line-base-1" } }],
        "webRtcUser": { "id": user },
    })
}
