//! The kinds of thing that a person can hold: their names, and what a policy may ask for each.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::holding::{Kind, Loss, Thing};
use emeritus_core::inventory::{Part, Why};
use emeritus_core::plan;
use emeritus_core::planner::PlanError;
use emeritus_core::policy::{Policy, Treatment};

use crate::golden::variants;
use crate::person::{ada, colleague, forbidden, history, now};

#[test]
fn no_kind_is_left_out_and_each_is_stored_under_its_name() {
    let stored = variants::<Kind>("\"?\"");
    let named: BTreeSet<_> = Kind::ALL.map(|kind| kind.name().to_owned()).into();
    assert_eq!((named.len(), &named), (Kind::ALL.len(), &stored));
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        assert_eq!(Kind::of_name(kind.name()), Some(kind));
    }
    assert_eq!(Kind::of_name("queue"), None);
    assert!(Kind::ALL.is_sorted(), "in the order in which they are released");
}

#[test]
fn people_can_tell_the_kinds_and_the_other_parts_of_an_inventory_apart() {
    let labels: BTreeSet<_> = Kind::ALL.map(Kind::label).into();
    assert_eq!(labels.len(), Kind::ALL.len());
    let others = ["manager", "last holder of a role", "live interactions", "open conversations", "presence"];
    for part in others {
        assert!(!labels.contains(part), "{part} is the name of two parts");
    }
    for kind in Kind::ALL {
        assert_eq!(kind.to_string(), kind.label());
        assert!(!kind.if_left().is_empty() && !kind.why_released().is_empty());
    }
}

/// What could not be read is looked for by its label, so that must be the one under which the part is listed.
#[test]
fn a_kind_with_a_part_of_its_own_is_listed_under_its_label() {
    let mut dark = ada();
    let why = || forbidden("x:y:z");
    dark.direct_reports = Part::Unknown(why());
    dark.grants = Part::Unknown(why());
    dark.queues = Part::Unknown(why());
    dark.skills = Part::Unknown(why());
    dark.languages = Part::Unknown(why());
    dark.groups = Part::Unknown(why());
    dark.stations = Part::Unknown(why());
    let listed: BTreeSet<_> = dark.unknown_parts().into_iter().map(|(part, _)| part).collect();
    let own = Kind::ALL.into_iter().filter(|kind| !kind.is_in_held() && *kind != Kind::Division);
    assert_eq!(listed, own.map(Kind::label).collect());
}

fn policy(kind: Kind, treatment: Treatment) -> Policy {
    Policy { treatments: BTreeMap::from([(kind, treatment)]), ..Policy::default() }
}

#[test]
fn a_policy_may_ask_for_what_is_offered_and_for_nothing_else() {
    for kind in Kind::ALL {
        let offered = kind.treatments();
        assert_eq!(offered.contains(&"release"), kind.can_be_released(), "{kind}");
        assert_eq!(offered.contains(&"reassign:<who>"), kind.can_be_reassigned(), "{kind}");
        let asked = [
            ("release", "released", Treatment::Release),
            ("keep", "kept", Treatment::Keep),
            ("reassign:<who>", "reassigned", Treatment::Reassign { to: colleague("Grace") }),
            ("block", "block", Treatment::Block),
        ];
        for (name, word, treatment) in asked {
            let made = plan(&ada(), &history(), &policy(kind, treatment), now());
            if offered.contains(&name) {
                assert!(made.is_ok(), "{kind}: {name} is offered");
                continue;
            }
            let refused = made.unwrap_err();
            let PlanError::Treatment { kind: of, asked, allowed } = &refused else { panic!("{refused}") };
            assert_eq!((*of, *asked, allowed), (kind, word, &offered));
            let text = format!("{} cannot be {word}: allowed: {}", kind.name(), offered.join(", "));
            assert_eq!(refused.to_string(), text);
        }
        assert!(plan(&ada(), &history(), &policy(kind, kind.default_treatment()), now()).is_ok());
    }
}

#[test]
fn what_cannot_be_released_is_neither_released_by_default_nor_after_a_delete() {
    for kind in Kind::ALL {
        assert_eq!(Policy::default().treatment(kind), kind.default_treatment());
        if !kind.can_be_released() {
            assert_eq!(kind.default_treatment(), Treatment::Keep, "{kind}");
            assert!(!kind.outlives_delete() && !kind.can_be_reassigned(), "{kind}");
        }
    }
    // Access, telephony and routed work end, whatever else is left to the policy.
    let released = Kind::ALL.into_iter().filter(|kind| kind.default_treatment() == Treatment::Release);
    let released: Vec<_> = released.map(Kind::name).collect();
    assert_eq!(
        released.join(" "),
        "stations phones numbers extensions call_forwarding queues groups team skills languages roles"
    );
}

#[test]
fn a_thing_is_called_by_its_name_or_else_by_its_id() {
    assert_eq!(Thing::new("p-1", "Desk 4").to_string(), "Desk 4");
    assert_eq!(Thing::new("p-1", "").to_string(), "p-1");
    let silent = Thing::new("p-1", "").with_detail("site", "");
    assert_eq!(silent, Thing::new("p-1", ""), "an empty detail says nothing");
}

#[test]
fn only_what_says_no_is_off() {
    let on = |value| Thing::new("own", "").with_detail(Thing::ON, value).is_on();
    assert_eq!((on("yes"), on("no"), Thing::new("own", "").is_on()), (true, false, true));
}

#[test]
fn a_loss_and_an_unfinished_index_are_told_in_words() {
    let loss = |name: &str| Loss {
        part: "phone".to_owned(),
        id: "p-1".to_owned(),
        name: name.into(),
        because: "its id is new".to_owned(),
    };
    assert_eq!(loss("Desk 4").to_string(), "phone Desk 4: its id is new");
    assert_eq!(loss("").to_string(), "phone: its id is new");
    let why = Why::StillBuilding { read: 3 }.to_string();
    assert_eq!(why, "the vendor is still building its index (3 entries so far)");
}
