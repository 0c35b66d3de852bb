//! Phones, numbers, extensions, and what happens to calls.

use jiff::Timestamp;
use serde_json::json;

use super::Carrier;
use crate::{
    arrange::belongings::document,
    wire::telephony::web_rtc_document,
    world::{
        World,
        telephony::{Phone, Pool},
        user::{Address, Since},
    },
};

/// A WebRTC phone: for the station that the person has, or with one of its own.
pub(super) fn phone(carrier: &mut Carrier<'_>) {
    let Some(user) = carrier.user() else { return };
    if !carrier.world.directory.phones_of(user).is_empty() {
        return;
    }
    let (name, now) = (format!("{} - WebRTC", carrier.tag), carrier.now);
    match user.default_station.clone() {
        Some(station) => phone_at(carrier.world, &name, &carrier.id, &station, now),
        None => carrier.world.add_web_rtc_phone(&name, &carrier.id, now),
    }
    carrier.change(|user| {
        if let (None, Some(station)) = (&user.associated_station, &user.default_station) {
            user.associated_station = Some(Since { word: station.clone(), at: now });
        }
    });
}

/// Makes the phone behind a station that is there already, and calls both the same.
fn phone_at(world: &mut World, name: &str, user: &str, station: &str, now: Timestamp) {
    let (mut document, site) = web_rtc_document(&world.directory.organization.id, name);
    document.insert("name".to_owned(), json!(name));
    document.insert("webRtcUser".to_owned(), json!({ "id": user }));
    let phone = Phone {
        id: world.ids.uuid(),
        name: name.to_owned(),
        site,
        web_rtc_user: Some(user.to_owned()),
        lines: vec![world.ids.uuid()],
        station: Some(station.to_owned()),
        created: now,
        document,
    };
    if let Some(held) = world.directory.stations.get_mut(station) {
        held.name = name.to_owned();
        held.web_rtc_user = Some(user.to_owned());
    }
    world.directory.telephony.phones.insert(phone.id.clone(), phone);
}

pub(super) fn number(carrier: &mut Carrier<'_>) {
    let pool = &mut carrier.world.directory.telephony.dids;
    let number = format!("+1317{:07}", 2_000_000 + pool.len());
    pool.insert(number.clone());
    carrier.change(|user| user.addresses.push(work_phone(Some(number), None)));
}

pub(super) fn extension(carrier: &mut Carrier<'_>) {
    let held: Vec<String> =
        carrier.user().map_or_else(Vec::new, |user| Pool::Extensions.parts(user).cloned().collect());
    let pool = &mut carrier.world.directory.telephony.extensions;
    if held.is_empty() {
        let extension = format!("{}", 300_000 + pool.len());
        pool.insert(extension.clone());
        carrier.change(|user| user.addresses.push(work_phone(None, Some(extension))));
    } else {
        pool.extend(held);
    }
}

/// An address of a user's at work.
pub(super) fn work_phone(number: Option<String>, extension: Option<String>) -> Address {
    Address {
        address: number,
        extension,
        media_type: "PHONE".to_owned(),
        kind: "WORK".to_owned(),
        country_code: None,
    }
}

pub(super) fn call_forwarding(carrier: &mut Carrier<'_>) {
    let own = json!({
        "enabled": true,
        "calls": [{ "targets": [{ "type": "PHONENUMBER", "value": "+13175550142" }] }],
        "voicemail": "NONE",
    });
    carrier.change(|user| user.personal.call_forwarding = Some(document(own)));
}

pub(super) fn out_of_office(carrier: &mut Carrier<'_>) {
    let own = json!({ "active": true, "indefinite": true });
    carrier.change(|user| user.personal.out_of_office = Some(document(own)));
}
