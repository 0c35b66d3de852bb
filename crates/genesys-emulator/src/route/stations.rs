//! Stations, and which of them a user has.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::Listing,
        station::{StationPayload, UserStations},
        telephony::Seats,
    },
    world::{directory::Station, user::Since},
};

const ASSIGN: Need = Need::Any(&["telephony:plugin:all", "telephony:phone:assign"]);

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/users/{userId}/station";
    let associated = "/api/v2/users/{userId}/station/associatedstation";
    let associate = "/api/v2/users/{userId}/station/associatedstation/{stationId}";
    let default = "/api/v2/users/{userId}/station/defaultstation";
    let set_default = "/api/v2/users/{userId}/station/defaultstation/{stationId}";
    vec![
        Operation::get("/api/v2/stations", Need::Nothing, list),
        Operation::get(of_user, Need::Any(&["telephony:otherStationAssociation:view"]), of_user_now),
        Operation::put(associate, Need::Any(&["telephony:otherStationAssociation:edit"]), put_associated),
        Operation::delete(associated, Need::Any(&["telephony:station:disassociate"]), drop_associated),
        Operation::put(set_default, ASSIGN, put_default),
        Operation::delete(default, ASSIGN, drop_default),
    ]
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let id = call.query.one("id");
    let web_rtc_user = call.query.one("webRtcUserId");
    let name = call.query.one("name").map(str::to_lowercase);
    let directory = &call.world.directory;
    let seats = Seats::of(directory);
    let mut stations: Vec<&Station> = directory
        .stations
        .values()
        .filter(|station| id.is_none_or(|id| station.id == id))
        .filter(|station| web_rtc_user.is_none_or(|user| station.web_rtc_user.as_deref() == Some(user)))
        .filter(|station| {
            name.as_ref().is_none_or(|name| station.name.to_lowercase().contains(name.as_str()))
        })
        .collect();
    page.put_in_order(&mut stations, |a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&Listing::of(page, &stations, call.path, call.query, |station| {
        StationPayload::of(station, seats.associated_with(&station.id))
    }))
}

fn of_user_now(call: &mut Call<'_>) -> Result<Reply, Failure> {
    Reply::ok(&UserStations::of(&call.world.directory, call.subject()?))
}

fn station(call: &Call<'_>) -> Result<String, Failure> {
    let id = call.param(1);
    if call.world.directory.stations.contains_key(id) { Ok(id.to_owned()) } else { Err(Failure::not_found()) }
}

fn put_associated(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?.id.clone();
    let station = station(call)?;
    if call.world.directory.associated_user(&station).is_some_and(|other| other.id != user) {
        return Err(Failure::new(
            409,
            "userservice.stationalreadyassociated",
            "Station is already associated",
        ));
    }
    let now = call.now;
    call.world.directory.adjust_user(&user, |user| {
        if user.associated_station.as_ref().is_none_or(|since| since.word != station) {
            user.associated_station = Some(Since { word: station, at: now });
        }
    });
    Ok(Reply::empty(202))
}

fn drop_associated(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?.id.clone();
    call.world.directory.adjust_user(&user, |user| {
        if let Some(since) = user.associated_station.take() {
            user.last_associated_station = Some(since);
        }
    });
    Ok(Reply::empty(202))
}

fn put_default(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?.id.clone();
    let station = station(call)?;
    call.world.directory.adjust_user(&user, |user| user.default_station = Some(station));
    Ok(Reply::empty(202))
}

fn drop_default(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?.id.clone();
    call.world.directory.adjust_user(&user, |user| user.default_station = None);
    Ok(Reply::empty(202))
}
