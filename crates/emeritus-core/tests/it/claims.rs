//! No sentence of the evidence says more than the records show, at any moment of any run.

use emeritus_core::RunState;
use emeritus_core::census::Verdict;
use emeritus_core::event::{Event, Outcome, Place, Record, Sight};
use emeritus_core::evidence::{Evidence, StepOutcome, evidence};
use emeritus_core::inventory::AccountState;
use emeritus_core::plan::StepKind;
use proptest::prelude::*;

use crate::scenario::scenario;
use crate::world::World;

/// Returns whether the records hold an observation that this action's effect was there.
fn was_seen(records: &[Record], at: Place) -> bool {
    records.iter().any(|record| {
        matches!(&record.event, Event::Observed { place, sight: Sight::Applied, .. } if *place == at)
    })
}

fn all_of(evidence: &Evidence) -> String {
    format!("{}\n{}", evidence.headline, evidence.summary.join("\n"))
}

/// Checks every claim of the evidence against the records, and the observed ones against the world.
fn claims_are_entailed(evidence: &Evidence, records: &[Record], world: &World) {
    let state = RunState::fold(records).unwrap().unwrap();
    for step in &evidence.steps {
        let seen = was_seen(records, step.place);
        match step.outcome {
            StepOutcome::Verified | StepOutcome::AlreadySo => {
                assert!(seen, "{} is called {} unseen", step.what, step.outcome);
            }
            StepOutcome::Undone => {
                let parts = evidence
                    .steps
                    .iter()
                    .filter(|part| part.place.step == step.place.step && part.place.undo.is_some());
                let mut parts = parts.filter(|part| state.kind(part.place).unwrap().is_effect()).peekable();
                assert!(parts.peek().is_some() && parts.all(|part| was_seen(records, part.place)));
            }
            StepOutcome::NotReached => assert_eq!(step.attempts, 0, "{}", step.what),
            StepOutcome::AcceptedNotSeen
            | StepOutcome::Refused
            | StepOutcome::NotDone
            | StepOutcome::OutcomeUnknown
            | StepOutcome::UnderWay
            | StepOutcome::Done => {}
        }
        assert_eq!(step.seen_at.is_some(), seen);
    }
    if let Some(cut) = &evidence.cut {
        if cut.at.is_some() {
            assert_ne!(world.account, AccountState::Active, "access is said to have ended");
            assert!(!world.tokens, "tokens are said to be revoked");
        }
        assert_eq!(evidence.summary[0].contains("Access ended"), cut.at.is_some());
    }
    let seen = state.differences().iter().any(|difference| !difference.foretold);
    assert!(!(seen && all_of(evidence).contains("Access ended")), "access is said to have ended and not to");
    let says_whole = evidence.headline.contains("none missing");
    let whole = state.last_proof().is_some_and(|proof| proof.verdict == Verdict::Intact);
    assert_eq!(says_whole, whole, "{}", evidence.headline);
    if says_whole {
        assert!(state.baseline().unwrap().0.conversations > 0, "a proof over nothing");
    }
    let all = all_of(evidence);
    if all.contains("was seen deleted") {
        let deletes = state.plan().steps.iter().filter(|step| matches!(step.kind, StepKind::Delete));
        assert!(deletes.into_iter().any(|step| was_seen(records, Place::forward(step.id))));
    }
    if all.contains("was put back: seen") && evidence.outcome == Some(Outcome::ProofBroken) {
        assert_eq!(world.account, AccountState::Inactive);
    }
    assert_eq!(
        evidence.timeline.len(),
        records.len() + 2,
        "each record is told, and plan and approval before them"
    );
    assert!(evidence.timeline.iter().all(|moment| !moment.what.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn no_claim_of_any_prefix_is_larger_than_its_records(scenario in scenario()) {
        let run = scenario.played();
        for records in 1..=run.records.len() {
            let prefix = &run.records[..records];
            let evidence = evidence(prefix).unwrap();
            claims_are_entailed(&evidence, prefix, &run.history[records - 1].world);
        }
    }

    #[test]
    fn evidence_read_from_its_file_is_the_evidence(scenario in scenario()) {
        let made = evidence(&scenario.played().records).unwrap();
        let text = serde_json::to_string_pretty(&made).unwrap();
        prop_assert_eq!(serde_json::from_str::<Evidence>(&text).unwrap(), made);
    }
}
