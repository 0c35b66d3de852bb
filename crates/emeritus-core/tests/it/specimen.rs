//! One of everything that is stored, made by hand: no planner and no run would come to all of it.

use std::collections::BTreeMap;

use emeritus_core::census::{Comparison, Control, NotComparable, NotCompared, Verdict};
use emeritus_core::event::{
    Answer, Because, Completeness, Difference, EffectRecord, Event, FailureCode, Outcome, Place, Sight,
    StepFailure,
};
use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::id::StepId;
use emeritus_core::inventory::{AccountState, Inventory, Part, Via, Why};
use emeritus_core::plan::{
    Basis, Bound, HistoryScope, OnRefusal, Plan, Purpose, Since, StationSlot, Step, StepKind, Undo,
};
use emeritus_core::policy::{CutOrder, LiveWork, Mode, Patience, Policy, Reason, Strictness};
use jiff::SignedDuration;
use serde_json::Value;

use crate::golden::variants;
use crate::person::{
    With as _, ada, approved, at, colleague, division, forbidden, grant, group, live, planned, queue, role,
    run_id, skill, station, user,
};
use crate::world::World;

/// Ada with something in every part, and every reason for which a part can be unknown.
pub(crate) fn full_inventory() -> Inventory {
    let mut ada =
        ada().in_queue("Billing", true).in_queue_through_group("VIP").at_stations("Desk 4", "Desk 9");
    ada.emulated = true;
    ada.account.department = Some("Claims".into());
    ada.manager = Part::Known(Some(colleague("Grace")));
    ada.direct_reports = Part::Known(vec![colleague("Edsger")]);
    ada.grants = Part::Known(vec![
        grant("Agent", "Sales", Via::Direct),
        grant("Supervisor", "Sales", Via::Group(group("Night shift").id)),
    ]);
    ada.last_holder_of = Part::Known(vec![role("Master Admin")]);
    ada.skills = Part::Known(vec![skill("Claims handling", 3.7)]);
    ada.languages = Part::Unknown(forbidden("routing:language:view"));
    ada.groups = Part::Unknown(Why::Incomplete { stated: 12, read: 10 });
    ada.live = Part::Known(vec![live("voice", "c-1")]);
    ada.open_conversations = Part::Unknown(Why::Unreadable { code: "timeout".to_owned() });
    ada.client_owner = Part::Unknown(Why::NotApplicable { because: "the client has no owner".to_owned() });
    ada
}

const FINDINGS: [FindingCode; 13] = [
    FindingCode::LiveInteraction,
    FindingCode::ProtectedUser,
    FindingCode::OwnClient,
    FindingCode::LastAdmin,
    FindingCode::LeftoversOfInactive,
    FindingCode::NothingToDo,
    FindingCode::UnknownPart,
    FindingCode::HasDirectReports,
    FindingCode::QueueThroughGroup,
    FindingCode::RolesLost,
    FindingCode::DeleteLoses,
    FindingCode::CannotComeBack,
    FindingCode::ChangedSince,
];

fn every_kind() -> Vec<StepKind> {
    let (billing, desk, slot) = (queue("Billing"), station("Desk 4"), StationSlot::Associated);
    let (active, inactive, deleted) = (AccountState::Active, AccountState::Inactive, AccountState::Deleted);
    vec![
        StepKind::Baseline,
        StepKind::AwaitIdle { up_to: SignedDuration::from_mins(30) },
        StepKind::SetState { from: active, to: inactive, reason: Some(Reason::Voluntary) },
        StepKind::SetState { from: deleted, to: inactive, reason: None },
        StepKind::RevokeTokens,
        StepKind::ClearStation { slot, station: Some(desk.clone()) },
        StepKind::ClearStation { slot: StationSlot::Default, station: None },
        StepKind::LeaveQueue { queue: billing.clone(), joined: true },
        StepKind::Prove { since: Since::Cut },
        StepKind::Prove { since: Since::Hold },
        StepKind::Prove { since: Since::Delete },
        StepKind::Prove { since: Since::PutBack },
        StepKind::Hold { length: SignedDuration::from_hours(720) },
        StepKind::Delete,
        StepKind::MoveDivision { to: division("Sales") },
        StepKind::GrantRoles { grants: vec![grant("Agent", "Sales", Via::Direct)] },
        StepKind::SetSkills { skills: vec![skill("Claims handling", 3.7)] },
        StepKind::SetLanguages { languages: vec![skill("Spanish", 5.0)] },
        StepKind::JoinQueue { queue: billing.clone() },
        StepKind::SetJoined { queue: billing, joined: false },
        StepKind::SetStation { slot, station: desk },
        StepKind::SetManager { manager: colleague("Grace") },
        StepKind::JoinGroup { group: group("Night shift") },
        StepKind::Compare,
    ]
}

/// A plan with every kind of step, which no planner would make.
pub(crate) fn full_plan() -> Plan {
    let undos = [
        Undo::Nothing,
        Undo::By(vec![StepKind::RevokeTokens, StepKind::Compare]),
        Undo::Irreversible { because: "it is gone".to_owned() },
    ];
    let steps = every_kind().into_iter().zip(1..).map(|(kind, id)| Step {
        id: StepId(id),
        undo: undos[usize::from(id) % undos.len()].clone(),
        on_refusal: [OnRefusal::Unwind, OnRefusal::GoOn, OnRefusal::Stop][usize::from(id) % 3],
        may_precede_cut: matches!(kind, StepKind::LeaveQueue { .. }),
        why: format!("the reason of step {id}"),
        kind,
    });
    let severities = [Severity::Info, Severity::Warn, Severity::Fatal];
    let findings = FINDINGS.into_iter().zip(severities.into_iter().cycle());
    let policy = Policy {
        mode: Mode::Delete { hold: SignedDuration::from_hours(720) },
        reason: Some(Reason::Seasonal),
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) },
        unknown: Strictness::Block,
        order: CutOrder::ReleaseFirst,
        protected: vec![user("u-grace")],
        allow_last_admin: true,
        patience: Patience::default(),
        plan_valid_for: SignedDuration::from_hours(24),
        treatments: BTreeMap::new(),
        returns_at: None,
        again_after: Policy::default().again_after,
        archive_warning: Policy::default().archive_warning,
        overrides: Vec::new(),
    };
    Plan {
        purpose: Purpose::Restore { from_run: run_id(), basis: Basis::Whole },
        emulated: true,
        policy,
        history: HistoryScope {
            from: at("2023-11-22T00:00:00Z"),
            bound: Bound::Retention { days: 1_095 },
            retention: None,
        },
        steps: steps.collect(),
        findings: findings
            .map(|(code, severity)| Finding {
                severity,
                code,
                text: format!("about {code:?}"),
                blocks: Vec::new(),
            })
            .collect(),
        losses: Vec::new(),
        ..planned(&ada(), &Policy::default())
    }
}

fn failure(code: FailureCode) -> StepFailure {
    StepFailure {
        code,
        status: Some(403),
        vendor_code: Some("missing.permissions".to_owned()),
        correlation_id: Some("corr-1".to_owned()),
        detail: "as the test has it".to_owned(),
    }
}

/// The plan that the first release made for Ada as she starts.
pub(crate) fn first_plan() -> Plan {
    let (active, inactive) = (AccountState::Active, AccountState::Inactive);
    let grants = vec![grant("Agent", "Sales", Via::Direct)];
    let back = vec![
        StepKind::SetState { from: inactive, to: active, reason: None },
        StepKind::GrantRoles { grants },
    ];
    let gone = "a revoked token cannot be given back; the person logs in again".to_owned();
    let steps = [
        (
            StepKind::Baseline,
            Undo::Nothing,
            OnRefusal::Unwind,
            "what is there before the first write is what every later proof is held against",
        ),
        (
            StepKind::SetState { from: active, to: inactive, reason: None },
            Undo::By(back),
            OnRefusal::Unwind,
            "ends every way to log in",
        ),
        (
            StepKind::RevokeTokens,
            Undo::Irreversible { because: gone },
            OnRefusal::GoOn,
            "a session that is already open ends too",
        ),
        (
            StepKind::Prove { since: Since::Cut },
            Undo::Nothing,
            OnRefusal::GoOn,
            "shows that every conversation is still there and still names the person",
        ),
    ];
    let steps = steps.into_iter().zip(1..).map(|((kind, undo, on_refusal, why), id)| Step {
        id: StepId(id),
        kind,
        undo,
        on_refusal,
        may_precede_cut: false,
        why: why.to_owned(),
    });
    let text =
        "1 role grant(s) are lost with the cut; a restore gives them again from the snapshot".to_owned();
    Plan {
        steps: steps.collect(),
        findings: vec![Finding {
            severity: Severity::Info,
            code: FindingCode::RolesLost,
            text,
            blocks: Vec::new(),
        }],
        losses: Vec::new(),
        ..planned(&ada(), &Policy::default())
    }
}

/// Every event, every answer, every failure code, every verdict.
pub(crate) fn full_journal() -> Vec<Event> {
    let (place, step) = (Place::forward(StepId(2)), StepId(2));
    let undo = Place { step, undo: Some(1) };
    let (census, until) = (World::of(&ada(), 4).census().summary(), at("2026-12-21T09:00:00Z"));
    let effect = EffectRecord {
        method: "PATCH".to_owned(),
        path: "/api/v2/users/u-ada".to_owned(),
        body_sha256: "ab".repeat(32),
    };
    let mut events = vec![
        Event::Started {
            run: run_id(),
            plan: Box::new(approved(&first_plan())),
            snapshot: Box::new(ada()),
            engine: "emeritus 0.1.0".to_owned(),
        },
        Event::Resumed { engine: "emeritus 0.1.0".to_owned() },
        Event::Intended { place, attempt: 1, effect },
        Event::NotSeen { place: undo },
        Event::Waiting { step, until, why: "the account is held".to_owned() },
        Event::Waited { step },
        Event::Measured {
            step,
            census: census.clone(),
            control: Control::NotNeeded,
            completeness: Completeness::ByCount,
        },
        Event::Measured {
            step,
            census: census.clone(),
            control: Control::Sees { conversations: 9 },
            completeness: Completeness::ByTwoReadings,
        },
        Event::Compared {
            step,
            differences: vec![Difference {
                field: "division".to_owned(),
                expected: "Sales".to_owned(),
                found: "Home".to_owned(),
                foretold: true,
            }],
        },
        Event::Unwinding { because: Because::Refused { step, failure: failure(FailureCode::InUse) } },
        Event::Unwinding { because: Because::ProofBroken { step } },
        Event::Stuck { place, failure: StepFailure::of(FailureCode::Unclear, "nobody knows") },
        Event::Freed,
        Event::Counted { calls: 41 },
    ];
    events.extend(answers_and_ends(place, undo));
    events.extend(proofs(place));
    events
}

fn verdicts(world: &World) -> Vec<(Verdict, Control)> {
    let ids: Vec<_> = world.census().ids().collect();
    vec![
        (Verdict::Intact, Control::NotNeeded),
        (Verdict::Broken { missing: ids[..2].to_vec(), altered: ids[2..].to_vec() }, Control::NotNeeded),
        (Verdict::NoHistoryFound, Control::Sees { conversations: 9 }),
        (Verdict::NotComparable(NotComparable::ControlSawNothing), Control::SeesNothing),
        (Verdict::NotComparable(NotComparable::DifferentWindows), Control::NotNeeded),
        (
            Verdict::NotComparable(NotComparable::Unreadable { code: "timeout".to_owned() }),
            Control::NotNeeded,
        ),
    ]
}

fn failure_codes() -> impl Iterator<Item = FailureCode> {
    variants::<FailureCode>("\"?\"")
        .into_iter()
        // What later releases added is in specimens of their own: a stored file does not change.
        .filter(|name| name != "clocks")
        .map(|name| serde_json::from_value(Value::from(name)).expect("a variant's own name is read"))
}

fn proofs(place: Place) -> Vec<Event> {
    let world = World::of(&ada(), 4);
    let census = world.census().summary();
    let readings = verdicts(&world).into_iter().zip(1..).map(|((verdict, control), reading)| {
        let (before, after, not_compared) = (census.clone(), census.clone(), NotCompared::default());
        let comparison =
            Comparison { verdict, before, after, added: 2, open_before: 1, control, not_compared };
        Event::Proved { place, reading, comparison, completeness: Completeness::ByTwoReadings }
    });
    readings.collect()
}

fn answers_and_ends(place: Place, undo: Place) -> Vec<Event> {
    let correlation_id = Some("corr-1".to_owned());
    let answers = [
        Answer::Accepted { status: 200, correlation_id: correlation_id.clone() },
        Answer::Absent { correlation_id },
        Answer::Refused(failure(FailureCode::VersionClash)),
        Answer::Unknown(StepFailure::of(FailureCode::OutcomeUnknown, "timed out")),
    ];
    let sights = [Sight::Applied, Sight::NotApplied, Sight::Unclear];
    let ends = [
        Outcome::Verified,
        Outcome::WrittenNotVerified,
        Outcome::Failed,
        Outcome::Skipped,
        Outcome::Stuck,
        Outcome::ProofBroken,
    ];
    let facts = BTreeMap::from([("state".to_owned(), "inactive".to_owned())]);
    let mut events = Vec::new();
    events.extend(answers.map(|answer| Event::Answered { place, attempt: 1, answer }));
    events.extend(sights.map(|sight| Event::Observed { place: undo, sight, facts: facts.clone() }));
    events.extend(failure_codes().map(|code| Event::Unreadable { place, failure: failure(code) }));
    events.extend(ends.map(|outcome| Event::Finished { outcome }));
    events
}
