//! How much of each medium a person takes at once: their own setting, or the organization's.

use serde_json::{Map, Value, json};

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    world::personal::{Document, Personal},
};

const MANAGE: Need = Need::Any(&["routing:utilization:manage"]);
const VIEW: Need = Need::Any(&["routing:utilization:manage", "routing:utilization:view"]);

/// Media that can be limited, and how many of each the organization lets everybody take.
const ORGANIZATION: [(&str, u8); 6] =
    [("call", 1), ("callback", 1), ("chat", 4), ("email", 1), ("message", 4), ("workitem", 1)];

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/routing/users/{userId}/utilization";
    vec![
        Operation::get(of_user, VIEW, read),
        Operation::put(of_user, MANAGE, write),
        Operation::delete(of_user, MANAGE, clear),
    ]
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let (mut answer, level) = match &call.subject()?.personal.utilization {
        Some(own) => (own.clone(), "Agent"),
        None => (organization(), "Organization"),
    };
    answer.insert("level".to_owned(), json!(level));
    Reply::ok(&answer)
}

fn organization() -> Document {
    let media: Map<String, Value> = ORGANIZATION
        .iter()
        .map(|(medium, most)| {
            let limit =
                json!({ "maximumCapacity": most, "interruptableMediaTypes": [], "includeNonAcd": false });
            ((*medium).to_owned(), limit)
        })
        .collect();
    let mut all = Map::new();
    all.insert("utilization".to_owned(), Value::Object(media));
    all.insert("labelUtilizations".to_owned(), json!({}));
    all
}

fn write(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    let wanted = Personal::without(call.read()?, &["level"]);
    let media = wanted.get("utilization").and_then(Value::as_object);
    let unknown = media
        .into_iter()
        .flatten()
        .find(|(medium, _)| !ORGANIZATION.iter().any(|(known, _)| known == medium));
    if let Some((medium, _)) = unknown {
        return Err(Failure::bad_request(format_args!("[{medium}] is no media type.")));
    }
    call.world.directory.adjust_user(&id, |user| user.personal.utilization = Some(wanted));
    read(call)
}

fn clear(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    call.world.directory.adjust_user(&id, |user| user.personal.utilization = None);
    Ok(Reply::empty(204))
}
