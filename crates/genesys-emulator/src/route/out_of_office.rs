//! Out of office.

use serde_json::{Map, json};

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::reference::Reference,
    world::personal::Personal,
};

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/users/{userId}/outofoffice";
    vec![Operation::get(of_user, Need::Nothing, read), Operation::put(of_user, Need::Nothing, write)]
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let mut answer = user.personal.out_of_office.clone().unwrap_or_else(|| {
        let mut off = Map::new();
        off.insert("active".to_owned(), json!(false));
        off.insert("indefinite".to_owned(), json!(false));
        off
    });
    answer.insert("id".to_owned(), json!(user.id));
    answer.insert("user".to_owned(), json!(Reference::user(&user.id)));
    answer.insert("selfUri".to_owned(), json!(format!("/api/v2/users/{}/outofoffice", user.id)));
    Reply::ok(&answer)
}

fn write(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    // A client without a user is always another than the one whose setting it is.
    if call.switches.out_of_office_of_others_refused {
        return Err(Failure::new(
            403,
            "outofoffice.update.error",
            "Cannot update another user's OutOfOffice.",
        ));
    }
    let wanted = Personal::without(call.read()?, &["id", "user", "selfUri"]);
    call.world.directory.adjust_user(&id, |user| user.personal.out_of_office = Some(wanted));
    read(call)
}
