//! One of everything that is stored of proofs made again, made by hand. What earlier releases stored is in
//! `specimen.rs` and `specimen_held.rs` and does not change.

use emeritus_core::again::{
    Beyond, Due, LaterProof, LaterVerdict, Lost, LostConversation, Resolution, SecondOpinion, Source,
};
use emeritus_core::census::{Control, NotComparable, NotCompared};
use emeritus_core::event::{Completeness, Event};
use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::forecast::Forecast;
use emeritus_core::id::StepId;
use emeritus_core::plan::{AccountChoice, Basis, Plan, Purpose};
use emeritus_core::policy::Policy;
use jiff::SignedDuration;
use uuid::Uuid;

use crate::person::{ada, at, planned, run_id};
use crate::specimen::first_plan;
use crate::world::World;

pub(crate) fn lost(conversation: u128, start: &str) -> LostConversation {
    LostConversation { conversation: Uuid::from_u128(conversation), start: at(start) }
}

/// A proof that found everything as it was, and answered no due point.
pub(crate) fn intact() -> LaterProof {
    let census = World::of(&ada(), 4).census().summary();
    LaterProof {
        due: None,
        verdict: LaterVerdict::Intact,
        sealed: census.clone(),
        beyond: None,
        before: census.clone(),
        after: census,
        added: 0,
        open_before: 1,
        control: Control::NotNeeded,
        readings: 1,
        source: Source::Query,
        completeness: Completeness::ByCount,
        person: Resolution::Resolves,
        second_opinion: None,
        no_second_opinion: None,
        forecast: None,
        not_compared: NotCompared::default(),
    }
}

pub(crate) fn broken() -> LaterProof {
    LaterProof {
        verdict: LaterVerdict::Broken {
            missing: Lost::of(vec![lost(7, "2025-03-14T08:00:00Z")]),
            altered: Lost::of(vec![lost(9, "2025-07-01T10:00:00Z"), lost(8, "2025-03-02T10:00:00Z")]),
            nameless: 1,
        },
        readings: 3,
        ..intact()
    }
}

/// A plan with what a policy and a planner say since there are proofs made again and a forecast.
pub(crate) fn later_plan() -> Plan {
    let policy = Policy {
        again_after: vec![SignedDuration::from_hours(24 * 7)],
        archive_warning: SignedDuration::from_hours(24 * 180),
        ..Policy::default()
    };
    let finding = Finding {
        severity: Severity::Warn,
        code: FindingCode::ArchiveFirst,
        text: "about ArchiveFirst".to_owned(),
        blocks: Vec::new(),
    };
    Plan { steps: Vec::new(), findings: vec![finding], losses: Vec::new(), ..planned(&ada(), &policy) }
}

/// The event that tells of a proof made again, with everything that one can find.
pub(crate) fn later_journal() -> Vec<Event> {
    let month = SignedDuration::from_hours(24 * 30);
    let window = intact().before.window;
    let proofs = [
        LaterProof { due: Some(Due { after: month, at: at("2026-12-21T09:10:09Z") }), ..intact() },
        LaterProof {
            source: Source::Job,
            completeness: Completeness::ByTwoReadings,
            person: Resolution::Nameless,
            second_opinion: Some(SecondOpinion { window, connected: Some(5), handled: None }),
            forecast: Some(Forecast {
                at: at("2026-12-21T09:10:09Z"),
                conversations: 4,
                retention_days: Some(1_095),
                retention: None,
                dropped: 1,
                next_drop: Some(at("2027-01-05T00:00:00Z")),
                within_90_days: 2,
                within_a_year: 3,
                out_of_view: 1,
                out_of_search: 0,
            }),
            ..broken()
        },
        LaterProof {
            verdict: LaterVerdict::NoHistoryFound,
            control: Control::Sees { conversations: 9 },
            person: Resolution::Nobody,
            ..intact()
        },
        LaterProof {
            verdict: LaterVerdict::BeyondRetention,
            beyond: Some(Beyond { retention_days: 90, until: at("2026-11-21T00:00:00Z"), conversations: 4 }),
            ..intact()
        },
        LaterProof {
            verdict: LaterVerdict::NotComparable(NotComparable::ControlSawNothing),
            control: Control::SeesNothing,
            person: Resolution::NotAsked { code: "timeout".to_owned() },
            ..intact()
        },
    ];
    proofs.map(|proof| Event::ProvedAgain { proof: Box::new(proof) }).to_vec()
}

/// A census read by jobs.
pub(crate) fn job_journal() -> Vec<Event> {
    vec![Event::Measured {
        step: StepId(2),
        census: World::of(&ada(), 4).census().summary(),
        control: Control::NotNeeded,
        completeness: Completeness::ByJob,
    }]
}

/// Plans that put somebody back of whom not everything is known, and what is said of that.
pub(crate) fn standing_plans() -> Vec<Plan> {
    let finding = |code| Finding {
        severity: Severity::Warn,
        code,
        text: format!("about {code:?}"),
        blocks: Vec::new(),
    };
    let plan = |basis| Plan {
        purpose: Purpose::Restore { from_run: run_id(), basis },
        findings: [FindingCode::NotWhole, FindingCode::GivesUp].map(finding).to_vec(),
        ..first_plan()
    };
    vec![
        plan(Basis::Found { account: None }),
        plan(Basis::Found { account: Some(AccountChoice::Active) }),
        plan(Basis::Named { account: Some(AccountChoice::AsFound) }),
        plan(Basis::Named { account: None }),
    ]
}
