//! Call forwarding.

use serde_json::{Map, Value, json};

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{reference::Reference, time::instant},
    world::personal::{Document, Personal},
};

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/users/{userId}/callforwarding";
    vec![
        Operation::get(of_user, Need::Any(&["conversation:callForwarding:view"]), read),
        Operation::put(of_user, Need::Any(&["conversation:callForwarding:edit"]), write),
    ]
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let mut answer = user.personal.call_forwarding.clone().unwrap_or_else(|| {
        let mut off = Map::new();
        off.insert("enabled".to_owned(), json!(false));
        off.insert("calls".to_owned(), json!([]));
        off.insert("voicemail".to_owned(), json!("NONE"));
        off
    });
    answer.insert("id".to_owned(), json!(user.id));
    answer.insert("user".to_owned(), json!(Reference::user(&user.id)));
    answer.insert("selfUri".to_owned(), json!(format!("/api/v2/users/{}/callforwarding", user.id)));
    Reply::ok(&answer)
}

fn write(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    let mut wanted = Personal::without(call.read()?, &["id", "user", "modifiedDate", "selfUri"]);
    check(&wanted)?;
    wanted.insert("modifiedDate".to_owned(), json!(instant(call.now)));
    call.world.directory.adjust_user(&id, |user| user.personal.call_forwarding = Some(wanted));
    read(call)
}

/// The vendor's refusals that do not depend on what else the person has.
fn check(wanted: &Document) -> Result<(), Failure> {
    let refuse = |code, message: &str| Err(Failure::new(409, code, message));
    let calls = wanted.get("calls").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let forwards = !calls.is_empty() || wanted.get("phoneNumber").is_some();
    match wanted.get("enabled").and_then(Value::as_bool) {
        None => {
            return refuse("callforwarding.enabledcannotbenull", "Enabled must be true or false");
        }
        Some(true) if !forwards => {
            return refuse(
                "callforwarding.enablednotallowedwithoutcalls",
                "Call forwarding is not allowed to be enabled without calls",
            );
        }
        Some(_) => {}
    }
    for call in calls {
        let targets = call.get("targets").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if targets.is_empty() {
            return refuse(
                "callforwarding.callrequiresatleastonetarget",
                "A call requires at least one target",
            );
        }
        if targets.iter().any(|target| target.get("type").is_none()) {
            return refuse("callforwarding.calltargetrequirestype", "A call target requires a type");
        }
        if targets.iter().any(|target| target.get("value").is_none()) {
            return refuse("callforwarding.calltargetrequiresvalue", "A call target requires a value");
        }
    }
    Ok(())
}
