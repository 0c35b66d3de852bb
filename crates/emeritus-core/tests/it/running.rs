//! Properties of a run, whatever the vendor answers and wherever the process dies: it comes to rest, it deletes
//! nothing that was not cut and proved, it sends nothing twice while an outcome is unknown, and its last word is true.

use emeritus_core::{Action, RunState, decide};
use proptest::prelude::*;

use crate::rehearsal::ended;
use crate::scenario::{Scenario, bound, checked, scenario};

/// Returns the scenario in which nothing goes wrong but what the world itself does.
fn lucky(scenario: &Scenario) -> Scenario {
    Scenario { script: Vec::new(), ..scenario.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn whatever_happens_a_run_comes_to_rest_and_keeps_its_word(scenario in scenario()) {
        checked(&scenario.played(), &scenario);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn every_prefix_of_a_journal_is_a_crash_that_can_be_recovered_from(scenario in scenario()) {
        let whole = scenario.played();
        for records in 1..=whole.records.len() {
            let prefix = RunState::fold(&whole.records[..records]).unwrap().unwrap();
            let at_rest = prefix.outcome().is_some() || prefix.stuck().is_some();
            prop_assert_eq!(decide(&prefix, whole.now) == Action::Rest, at_rest);
            let mut resumed = whole.crashed_after(records);
            resumed.run(bound(scenario.plan()));
            checked(&resumed, &scenario);
        }
    }

    #[test]
    fn a_crash_anywhere_ends_in_the_same_world_as_no_crash(scenario in scenario()) {
        let scenario = lucky(&scenario);
        let whole = scenario.played();
        for records in 1..=whole.records.len() {
            for mut resumed in [whole.crashed_after(records), whole.crashed_before_sending(records)] {
                resumed.run(bound(scenario.plan()));
                checked(&resumed, &scenario);
                prop_assert_eq!(&resumed.world, &whole.world, "after a crash at record {}", records);
                prop_assert_eq!(ended(&resumed), ended(&whole));
            }
        }
    }

    #[test]
    fn recovering_a_run_that_is_over_does_nothing(scenario in scenario()) {
        let over = scenario.played();
        let mut again = over.crashed_after(over.records.len());
        prop_assert_eq!(again.run(1), 0);
        prop_assert_eq!(&again.performed, &over.performed);
    }

    #[test]
    fn folding_the_same_records_gives_the_same_state_in_one_go_or_one_by_one(scenario in scenario()) {
        let records = scenario.played().records;
        let mut state = RunState::start(&records[0]).unwrap();
        for record in &records[1..] {
            state.apply(record).unwrap();
        }
        prop_assert_eq!(&state, &RunState::fold(&records).unwrap().unwrap());
        let stored: Vec<_> = records.iter().map(|record| serde_json::to_string(record).unwrap()).collect();
        let read: Vec<_> = stored.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(records, read);
    }
}
