//! One of everything that the second release began to store, made by hand. What the first one stored is in
//! `specimen.rs` and does not change.

use std::collections::BTreeMap;

use emeritus_core::event::{Difference, Event};
use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::holding::{Kind, Loss, Reading, Thing};
use emeritus_core::id::StepId;
use emeritus_core::inventory::{Inventory, Part, Via, Why};
use emeritus_core::plan::{OnRefusal, Plan, Purpose, Step, StepKind, Undo};
use emeritus_core::policy::{Policy, Treatment};
use serde_json::json;

use crate::person::{
    With as _, ada, approved, at, colleague, forbidden, grant, group, planned, queue, run_id, skill,
};

/// Ada with a thing of every kind that has no part of its own, and when some of it was read.
pub(crate) fn held_inventory() -> Inventory {
    let mut ada = ada();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        ada = ada.holding(kind, Thing::new(format!("{}-1", kind.name()), "One"));
    }
    let off = Thing::new("own", "")
        .with_detail(Thing::ON, "no")
        .with_detail("to", "+31201234567")
        .with_document(json!({"enabled": false, "calls": [{"targets": [{"type": "PHONENUMBER"}]}]}));
    ada.held.insert(Kind::CallForwarding, Part::Known(vec![off]));
    ada.held.insert(Kind::Greetings, Part::Known(Vec::new()));
    ada.held.insert(Kind::Voicemail, Part::Unknown(forbidden("voicemail:message:view")));
    ada.held.insert(Kind::Flows, Part::Unknown(Why::StillBuilding { read: 3 }));
    let reading =
        |permission: &str| Reading { at: at("2026-11-21T08:59:01Z"), permission: permission.to_owned() };
    ada.readings = BTreeMap::from([
        ("presence".to_owned(), reading("")),
        ("queues".to_owned(), reading("routing:queue:view")),
    ]);
    ada
}

fn new_kinds() -> Vec<StepKind> {
    let thing = Thing::new("work_items-1", "Claim 7").with_detail("status", "open");
    let (from, to) = (colleague("Ada"), colleague("Grace"));
    let mut kinds = vec![
        StepKind::LeaveGroup { group: group("Night shift") },
        StepKind::RevokeRoles { grants: vec![grant("Agent", "Sales", Via::Direct)] },
        StepKind::RemoveLanguage { language: skill("Spanish", 5.0) },
        StepKind::GiveBack { kind: Kind::WorkItems, thing: thing.clone() },
        StepKind::Reassign { kind: Kind::WorkItems, thing, from, to },
        StepKind::SetRing { queue: queue("Billing"), ring: 2 },
        StepKind::CheckAccess,
    ];
    let one = |kind: Kind| Thing::new(format!("{}-1", kind.name()), "One");
    kinds.extend(Kind::ALL.map(|kind| StepKind::Release { kind, thing: one(kind) }));
    kinds
}

const FINDINGS: [FindingCode; 5] = [
    FindingCode::Kept,
    FindingCode::PolicyBlocks,
    FindingCode::NotReachable,
    FindingCode::TwinAccount,
    FindingCode::Returns,
];

/// A plan with every kind of step that the first release did not know, and with what is lost.
pub(crate) fn held_plan() -> Plan {
    let steps = new_kinds().into_iter().zip(1..).map(|(kind, id)| Step {
        id: StepId(id),
        undo: Undo::Nothing,
        on_refusal: OnRefusal::GoOn,
        may_precede_cut: false,
        why: format!("the reason of step {id}"),
        kind,
    });
    let loss = |part: &str, id: &str, name: &str, because: &str| Loss {
        part: part.to_owned(),
        id: id.to_owned(),
        name: name.into(),
        because: because.to_owned(),
    };
    let policy = Policy {
        treatments: BTreeMap::from([
            (Kind::Numbers, Treatment::Keep),
            (Kind::GroupOwnership, Treatment::Block),
            (Kind::Utilization, Treatment::Release),
            (Kind::WorkItems, Treatment::Reassign { to: colleague("Grace") }),
        ]),
        returns_at: Some(at("2027-03-01T00:00:00Z")),
        ..Policy::default()
    };
    let severities = [Severity::Info, Severity::Warn];
    let findings = FINDINGS.into_iter().zip(severities.into_iter().cycle());
    Plan {
        purpose: Purpose::Revive,
        policy,
        steps: steps.collect(),
        findings: findings
            .map(|(code, severity)| Finding {
                severity,
                code,
                text: format!("about {code:?}"),
                blocks: Vec::new(),
            })
            .collect(),
        losses: vec![
            loss("tokens and sessions", "", "", "revoked ones stay revoked"),
            loss("phone", "p-1", "Desk 4", "given back as a new phone"),
        ],
        ..planned(&held_inventory(), &Policy::default())
    }
}

/// The events that hold something new: a start, and what a look at the access found.
pub(crate) fn held_journal() -> Vec<Event> {
    let plan = held_plan();
    let check = plan.steps.iter().find(|step| step.kind == StepKind::CheckAccess).unwrap().id;
    vec![
        Event::Started {
            run: run_id(),
            plan: Box::new(approved(&plan)),
            snapshot: Box::new(held_inventory()),
            engine: "emeritus 0.2.0".to_owned(),
        },
        Event::Compared {
            step: check,
            differences: vec![Difference {
                field: "station in use".to_owned(),
                expected: "none".to_owned(),
                found: "Desk 4".to_owned(),
                foretold: false,
            }],
        },
    ]
}
