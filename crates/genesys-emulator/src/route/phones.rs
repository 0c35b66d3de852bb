//! Phones.

use serde_json::Value;

use super::users::refusal::conflict;
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::Listing,
        telephony::{MADE_HERE, Seats, phone},
    },
    world::{
        personal::{Document, Personal},
        telephony::Phone,
        user::State,
    },
};

const ANY: Need = Need::Any(&["telephony:plugin:all"]);

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v2/telephony/providers/edges/phones";
    let one = "/api/v2/telephony/providers/edges/phones/{phoneId}";
    vec![
        Operation::get(all, ANY, list),
        Operation::post(all, ANY, create),
        Operation::get(one, ANY, read),
        Operation::delete(one, ANY, delete),
    ]
}

/// The largest page of phones.
const LARGEST_PAGE: usize = 100;

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    let directory = &call.world.directory;
    let names: Vec<String> = call.query.many("name").into_iter().map(str::to_lowercase).collect();
    let id_fits = |name: &str, id: Option<&String>| {
        call.query.one(name).is_none_or(|wanted| id.is_some_and(|id| id == wanted))
    };
    let seats = Seats::of(directory);
    let mut phones: Vec<&Phone> = directory
        .telephony
        .phones
        .values()
        .filter(|phone| id_fits("webRtcUser.id", phone.web_rtc_user.as_ref()))
        .filter(|phone| id_fits("site.id", Some(&phone.site.0)))
        .filter(|phone| id_fits("lines.defaultForUser.id", seats.default_for(phone).map(|user| &user.id)))
        .filter(|phone| names.is_empty() || names.contains(&phone.name.to_lowercase()))
        .collect();
    let descending = call.query.one("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc"));
    page.put_in_order(&mut phones, |a, b| {
        let order = (&a.name, &a.id).cmp(&(&b.name, &b.id));
        if descending { order.reverse() } else { order }
    });
    let unserved =
        ["phoneBaseSettings.id", "lines.loggedInUser.id", "phone_hardwareId", "lines.id", "lines.name"];
    if let Some(name) = unserved.into_iter().find(|name| call.query.one(name).is_some()) {
        return Err(Failure::not_emulated(format_args!("phones by {name}")));
    }
    Reply::ok(&Listing::of(page, &phones, call.path, call.query, |held| phone(directory, &seats, held)))
}

fn found<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Phone, Failure> {
    call.world.directory.telephony.phones.get(id).ok_or_else(|| {
        Failure::new(404, "general.resource.not.found", "Unable to find the phone with that Id.")
    })
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let directory = &call.world.directory;
    Reply::ok(&phone(directory, &Seats::of(directory), found(call, call.param(0))?))
}

fn create(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let document = Personal::without(call.read()?, &MADE_HERE);
    let wanted = Wanted::read(&document)?;
    let directory = &call.world.directory;
    if let Some(user) = &wanted.web_rtc_user
        && directory.users.get(user).is_none_or(|user| user.state == State::Deleted)
    {
        return Err(Failure::bad_request("webRtcUser names no user."));
    }
    let phones = &directory.telephony.phones;
    if phones.values().any(|held| held.name.eq_ignore_ascii_case(&wanted.name)) {
        return Err(conflict(call.switches.phone_conflict, "A phone with this name already exists."));
    }
    let id = call.world.ids.uuid();
    let station = call.world.ids.uuid();
    let lines = (0..wanted.lines).map(|_| call.world.ids.uuid()).collect();
    let made = Phone {
        id: id.clone(),
        name: wanted.name,
        site: wanted.site,
        web_rtc_user: wanted.web_rtc_user,
        lines,
        station: None,
        created: call.now,
        document,
    };
    call.world.directory.add_phone(made, station);
    let directory = &call.world.directory;
    Reply::ok(&phone(directory, &Seats::of(directory), found(call, &id)?))
}

/// What the emulator reads of a phone to be made.
struct Wanted {
    name: String,
    site: (String, Option<String>),
    web_rtc_user: Option<String>,
    lines: usize,
}

impl Wanted {
    fn read(sent: &Document) -> Result<Self, Failure> {
        let missing = |name: &str| Failure::bad_request(format_args!("[{name}] is required."));
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        let reference = |name: &'static str| {
            let found = sent.get(name).ok_or_else(|| missing(name))?;
            Ok((text(found, "id").ok_or_else(|| missing(name))?, text(found, "name")))
        };
        let name = sent.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
        reference("phoneBaseSettings")?;
        Ok(Self {
            name: name.ok_or_else(|| missing("name"))?.to_owned(),
            site: reference("site")?,
            web_rtc_user: sent.get("webRtcUser").and_then(|user| text(user, "id")),
            lines: match sent.get("lines").and_then(Value::as_array).map_or(0, Vec::len) {
                0 => return Err(missing("lines")),
                lines => lines,
            },
        })
    }
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = found(call, call.param(0))?.id.clone();
    call.world.directory.remove_phone(&id);
    Ok(Reply::empty(200))
}
