//! `kill -9` at any moment, then `resume`: the organization ends up as it does without the kill, and nothing is done twice.

use genesys_emulator::{FaultKind, FaultRule, Preset, UserTruth};
use serde_json::Value;

use crate::desk::Desk;
use crate::organization::{NEVER, Organization, email};

const MOMENTS: u64 = 20;

/// What a person, and an auditor, can see afterwards.
#[derive(Debug, PartialEq)]
struct Ending {
    truth: UserTruth,
    conversations: Vec<String>,
    changes: Vec<(String, String)>,
    effects: Vec<(String, String)>,
    code: Option<i32>,
    outcome: Value,
    verdict: Value,
}

/// What is killed, after what was done before.
struct Act {
    preset: Preset,
    before: &'static [&'static str],
    killed: &'static [&'static str],
    seed: u64,
}

/// A place to kill in: everything up to the command to be killed is done, and the requests so far are forgotten.
pub(crate) struct Stage {
    pub(crate) organization: Organization,
    pub(crate) desk: Desk,
    pub(crate) id: String,
}

impl Act {
    fn stage(&self) -> Stage {
        let organization = Organization::of(self.preset);
        let id = organization.agent("Ada");
        let desk = Desk::at(&organization);
        if !self.before.is_empty() {
            let said = desk.run(self.before);
            assert!(matches!(said.code, Some(0 | 9)), "{said:?}");
            organization.emulator.forget_requests();
        }
        Stage { organization, desk, id }
    }

    /// Checks every moment against the same thing without a kill.
    fn every_moment_is_survived(&self) {
        let stage = self.stage();
        let undisturbed = stage.ending(&stage.desk.run(self.killed));
        let requests = stage.organization.emulator.requests().len() as u64;
        assert!(requests > 20 && undisturbed.effects.len() > 3, "{requests}");
        println!("seed {}, {requests} requests without a kill", self.seed);
        let mut random = Random(self.seed);
        let mut in_the_middle = 0;
        for moment in 1..=MOMENTS {
            let at = 1 + random.below(requests);
            let held = random.below(3);
            println!("moment {moment}: request {at}, {held}");
            let stage = self.stage();
            assert!(stage.kill(self.killed, at, held), "the command was over before its request {at}");
            let run = stage.run(self.killed);
            in_the_middle += u64::from(run.as_ref().is_some_and(|run| run["standing"] == "interrupted"));
            let ending = stage.go_on(self.killed, run.as_ref());
            assert_eq!(ending, undisturbed, "seed {}, moment {moment}: request {at}, {held}", self.seed);
        }
        // Before the first event and after the last is survived as well, but not what this is about.
        println!("{in_the_middle} of {MOMENTS} in the middle of the run");
        assert!(in_the_middle >= MOMENTS / 4, "{in_the_middle}");
    }
}

impl Stage {
    /// Kills the command when so many requests have arrived: with the last one not yet looked at, with it done but not
    /// answered, or as it comes.
    pub(crate) fn kill(&self, command: &[&str], at: u64, held: u64) -> bool {
        let kind = match held {
            0 => Some(FaultKind::HangBefore(NEVER)),
            1 => Some(FaultKind::HangAfterCommit(NEVER)),
            _ => None,
        };
        let emulator = &self.organization.emulator;
        if let Some(kind) = kind {
            emulator.fault(FaultRule::new(kind).nth(u32::try_from(at).unwrap()));
        }
        let came = self.desk.kill_when(command, || emulator.requests().len() as u64 >= at);
        emulator.clear_faults();
        came
    }

    /// The run that the killed command had begun, if it had.
    pub(crate) fn run(&self, command: &[&str]) -> Option<Value> {
        let runs = self.desk.json(&["status", "--json"]);
        let is_restore = command.contains(&"restore");
        let mut runs = runs["runs"].as_array().unwrap().iter();
        runs.rfind(|run| (run["mode"] == "restore") == is_restore).cloned()
    }

    /// What a person does after a crash: go on with the run if there is one, otherwise begin again.
    fn go_on(&self, command: &[&str], run: Option<&Value>) -> Ending {
        self.ending(&match run {
            Some(run) => self.desk.run(&["resume", run["run_id"].as_str().unwrap(), "--json"]),
            None => self.desk.run(command),
        })
    }

    /// Every effect that the organization looked at, whether it changed anything or not: one that is sent again although it
    /// was carried out shows here. Revoking tokens is left out: it cannot be seen, so it is repeated on purpose.
    fn effects(&self) -> Vec<(String, String)> {
        let requests = self.organization.emulator.requests().into_iter().filter(|request| {
            let is_question = request.method == "GET"
                || request.path.ends_with("/query")
                || request.path.ends_with("/search");
            let is_apart = request.path == "/oauth/token" || request.path.starts_with("/api/v2/tokens/");
            let was_looked_at = request.status != 0 || request.changed;
            !is_question && !is_apart && was_looked_at
        });
        let mut effects: Vec<_> = requests.map(|request| (request.method, request.path)).collect();
        effects.sort();
        effects
    }

    fn ending(&self, said: &crate::desk::Said) -> Ending {
        let object = said.object();
        Ending {
            truth: self.organization.truth(&self.id),
            conversations: self.organization.emulator.conversations_of(&self.id),
            changes: self.organization.changes(),
            effects: self.effects(),
            code: said.code,
            outcome: object["outcome"].clone(),
            verdict: object["proof"]["verdict"].clone(),
        }
    }
}

/// Small and the same everywhere (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % limit
    }
}

pub(crate) const ADA: &str = "ada@emulated.example";
pub(crate) const KEEP: &[&str] = &["retire", ADA, "--yes", "--json"];
pub(crate) const DELETE: &[&str] =
    &["retire", ADA, "--mode", "delete", "--delete-without-hold", "--yes", "--json"];
pub(crate) const RESTORE: &[&str] = &["restore", "--email", ADA, "--yes", "--json"];

#[test]
fn a_retirement_as_documented_survives_a_kill() {
    assert_eq!(email("Ada"), ADA);
    Act { preset: Preset::Documented, before: &[], killed: KEEP, seed: 1 }.every_moment_is_survived();
}

#[test]
fn a_delete_as_documented_survives_a_kill() {
    Act { preset: Preset::Documented, before: &[], killed: DELETE, seed: 2 }.every_moment_is_survived();
}

#[test]
fn a_restore_as_documented_survives_a_kill() {
    Act { preset: Preset::Documented, before: DELETE, killed: RESTORE, seed: 3 }.every_moment_is_survived();
}

#[test]
fn a_retirement_as_reported_survives_a_kill() {
    Act { preset: Preset::AsReported, before: &[], killed: KEEP, seed: 7 }.every_moment_is_survived();
}

#[test]
fn a_delete_as_reported_survives_a_kill() {
    Act { preset: Preset::AsReported, before: &[], killed: DELETE, seed: 5 }.every_moment_is_survived();
}

#[test]
fn a_restore_as_reported_survives_a_kill() {
    Act { preset: Preset::AsReported, before: KEEP, killed: RESTORE, seed: 6 }.every_moment_is_survived();
}
