//! What changed between two inventories of one person, by name, and what changes by itself and is left out.

use emeritus_core::Policy;
use emeritus_core::finding::FindingCode;
use emeritus_core::holding::{Kind, Reading};
use emeritus_core::id::{OrganizationId, UserId};
use emeritus_core::inventory::{AccountState, Inventory, Named, Part, Stations, Via};

use crate::person::{
    With as _, ada, at, colleague, division, forbidden, grant, group, live, planned, role, skill, station,
};

type Change = fn(&mut Inventory);

/// Every part, with the name under which its drift is reported.
const CHANGES: [(&str, Change); 19] = [
    ("organization", |ada| ada.organization.id = OrganizationId::parse("o-2").unwrap()),
    ("account id", |ada| ada.account.id = UserId::parse("u-2").unwrap()),
    ("state", |ada| ada.account.state = AccountState::Inactive),
    ("version", |ada| ada.account.version += 1),
    ("e-mail", |ada| ada.account.email = "ada@example.org".into()),
    ("name", |ada| ada.account.name = "Ada Lovelace".into()),
    ("division", |ada| ada.account.division = Some(division("Home"))),
    ("manager", |ada| ada.manager = Part::Known(Some(colleague("Grace")))),
    ("direct reports", |ada| ada.direct_reports = Part::Known(vec![colleague("Grace")])),
    ("role grants", |ada| ada.grants = Part::Known(vec![grant("Admin", "Sales", Via::Direct)])),
    ("last holder of a role", |ada| ada.last_holder_of = Part::Known(vec![role("Admin")])),
    ("queues", |ada| *ada = ada.clone().in_queue("Claims", true)),
    ("skills", |ada| ada.skills = Part::Known(vec![skill("Claims", 1.0)])),
    ("languages", |ada| ada.languages = Part::Known(vec![skill("Spanish", 1.0)])),
    ("groups", |ada| ada.groups = Part::Known(vec![group("Night shift")])),
    ("stations", |ada| {
        ada.stations = Part::Known(Stations { associated: Some(station("Desk 4")), default: None });
    }),
    ("live interactions", |ada| *ada = ada.clone().talking("voice", "c-1")),
    ("open conversations", |ada| ada.open_conversations = Part::Known(vec![live("email", "c-2")])),
    ("owner of this OAuth client", |ada| ada.client_owner = Part::Known(Some(ada.account.id.clone()))),
];

#[test]
fn drift_names_exactly_the_part_that_changed() {
    for (part, change) in CHANGES {
        let mut later = ada();
        change(&mut later);
        assert_eq!(ada().drift(&later), [part]);
        assert_eq!(later.drift(&ada()), [part], "and in the other direction");
    }
}

#[test]
fn drift_names_every_part_that_changed_at_once() {
    let mut later = ada();
    for (_, change) in CHANGES {
        change(&mut later);
    }
    assert_eq!(ada().drift(&later), CHANGES.map(|(part, _)| part));
}

#[test]
fn what_becomes_unknown_has_drifted() {
    let mut later = ada();
    later.queues = Part::Unknown(forbidden("routing:queue:view"));
    assert_eq!(ada().drift(&later), ["queues"]);
}

#[test]
fn what_changes_by_itself_is_no_drift() {
    let mut later = ada();
    later.taken_at = at("2026-11-21T10:00:00Z");
    later.presence = Part::Known(Some("Offline".to_owned()));
    later.last_login = Part::Known(None);
    later.last_token = Part::Known(None);
    later.account.email = later.account.email.to_uppercase().into();
    assert_eq!(ada().drift(&later), [""; 0]);
    later.account.email = ada().account.email;
    assert_eq!(ada().digest().unwrap(), later.digest().unwrap());
}

#[test]
fn every_unknown_part_is_listed_by_name() {
    let mut dark = ada();
    let why = || forbidden("x:y:z");
    dark.manager = Part::Unknown(why());
    dark.direct_reports = Part::Unknown(why());
    dark.grants = Part::Unknown(why());
    dark.last_holder_of = Part::Unknown(why());
    dark.queues = Part::Unknown(why());
    dark.skills = Part::Unknown(why());
    dark.languages = Part::Unknown(why());
    dark.groups = Part::Unknown(why());
    dark.stations = Part::Unknown(why());
    dark.live = Part::Unknown(why());
    dark.open_conversations = Part::Unknown(why());
    dark.presence = Part::Unknown(why());
    dark.last_login = Part::Unknown(why());
    dark.last_token = Part::Unknown(why());
    dark.client_owner = Part::Unknown(why());
    assert_eq!(dark.unknown_parts().len(), 15);
    let plan = planned(&dark, &Policy::default());
    let told = plan.findings.iter().filter(|finding| finding.code == FindingCode::UnknownPart).count();
    assert_eq!(told, 15, "each is a finding: {plan}");
    assert_eq!(ada().unknown_parts(), []);
}

#[test]
fn drift_names_what_else_is_held_where_a_step_of_ours_can_take_it_away_and_nothing_else() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        let before = ada().with(kind, "One");
        let expected = if kind.can_be_released() { vec![kind.label()] } else { Vec::new() };
        assert_eq!(before.drift(&before.clone().with(kind, "Two")), expected);
        assert_eq!(before.drift(&ada().unread(kind)), expected, "what becomes unknown has drifted");
        assert_eq!(before.drift(&before), [""; 0]);
        assert_eq!(before.drift(&ada()), expected, "what is not read any more is not known to be as it was");
    }
}

#[test]
fn what_an_earlier_release_did_not_read_has_not_drifted() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        assert_eq!(ada().drift(&ada().with(kind, "One")), [""; 0], "{kind}");
    }
}

#[test]
fn when_a_part_was_read_is_no_part_of_what_a_plan_rests_on() {
    let held = ada().with(Kind::Phones, "Desk 4");
    let mut later = held.clone();
    let reading = Reading { at: at("2026-11-21T10:00:00Z"), permission: "telephony:plugin:all".to_owned() };
    later.readings.insert(Kind::Phones.label().to_owned(), reading);
    assert_eq!(held.drift(&later), [""; 0]);
    assert_eq!(held.digest().unwrap(), later.digest().unwrap());
    let other = ada().with(Kind::Phones, "Desk 5");
    assert_ne!(held.digest().unwrap(), other.digest().unwrap(), "what is held is part of it");
}

#[test]
fn every_kind_of_thing_that_could_not_be_read_is_listed_and_told() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        let dark = ada().unread(kind);
        let (listed, expected) = (dark.unknown_parts(), (kind.label(), &forbidden("x:y:view")));
        assert_eq!(listed, [expected]);
        let plan = planned(&dark, &Policy::default());
        let text = format!("{}: unknown, needs permission x:y:view", kind.label());
        assert!(plan.findings.iter().any(|finding| finding.text.starts_with(&text)), "{plan}");
    }
}

#[test]
fn a_name_alone_is_no_other_organization() {
    let mut later = ada();
    later.organization = Named { name: "Example, renamed".into(), ..later.organization };
    assert_eq!(ada().drift(&later), [""; 0]);
}
