//! `kill -9` at random moments of a retirement and of the restore after it, of somebody on whom something of every kind
//! hangs: the organization ends as it was, but for what the plan said would not come back.

use genesys_emulator::{OrganizationTruth, Preset};
use serde_json::Value;

use crate::desk::Desk;
use crate::kill::{DELETE, KEEP, RESTORE, Random, Stage};
use crate::organization::Organization;

/// How often each variant is killed, once on the way there and once on the way back.
const MOMENTS: u64 = 6;

fn stage(preset: Preset) -> Stage {
    let organization = Organization::of(preset);
    let id = organization.agent("Ada");
    organization.emulator.give_everything(&id);
    let desk = Desk::at(&organization);
    Stage { organization, desk, id }
}

/// Without tokens, presence, the station in use, licences and the ids of a phone that was made anew: each is among
/// the losses that the plan names.
fn settled(stage: &Stage) -> OrganizationTruth {
    let mut truth = stage.organization.emulator.organization_truth();
    if let Some(user) = truth.users.get_mut(&stage.id) {
        user.tokens = 0;
        user.presence.clear();
        user.associated_station = None;
        user.licences.clear();
        user.state_reason = None;
        user.numbers.sort();
        user.extensions.sort();
    }
    for phone in truth.phones.values_mut().filter(|phone| phone.user.as_deref() == Some(&stage.id)) {
        phone.id.clear();
        phone.station_id = None;
    }
    truth
}

fn requests(stage: &Stage, command: &[&str]) -> u64 {
    stage.organization.emulator.forget_requests();
    let said = stage.desk.run(command);
    assert!(matches!(said.code, Some(0 | 9)), "{said:?}");
    stage.organization.emulator.requests().len() as u64
}

/// Kills a command at a random request, and goes on as a person would.
fn killed(stage: &Stage, command: &[&str], of: u64, random: &mut Random) -> bool {
    stage.organization.emulator.forget_requests();
    let came = stage.kill(command, 1 + random.below(of), random.below(3));
    match stage.run(command) {
        Some(run) => drop(stage.desk.run(&["resume", run["run_id"].as_str().unwrap(), "--json"])),
        None => drop(stage.desk.run(command)),
    }
    came
}

fn there_and_back(preset: Preset, retire: &[&str], seed: u64) {
    let reference = stage(preset);
    let before = settled(&reference);
    let there = requests(&reference, retire);
    let back = requests(&reference, RESTORE);
    assert_eq!(settled(&reference), before, "without a kill");
    let mut random = Random(seed);
    let mut kills = 0;
    for moment in 1..=MOMENTS {
        let stage = stage(preset);
        let before = settled(&stage);
        kills += u32::from(killed(&stage, retire, there, &mut random));
        kills += u32::from(killed(&stage, RESTORE, back, &mut random));
        let runs = stage.desk.json(&["status", "--json"]);
        let restored = runs["runs"].as_array().unwrap().iter().rfind(|run| run["mode"] == "restore");
        assert_eq!(
            restored.map(|run| &run["standing"]),
            Some(&Value::from("verified")),
            "moment {moment}: {runs}"
        );
        assert_eq!(settled(&stage), before, "{preset} seed {seed}, moment {moment}");
    }
    assert!(u64::from(kills) >= MOMENTS, "only {kills} commands were killed");
}

#[test]
fn a_documented_person_who_is_kept_survives_kills_there_and_back() {
    there_and_back(Preset::Documented, KEEP, 11);
}

#[test]
fn a_documented_person_who_is_deleted_survives_kills_there_and_back() {
    there_and_back(Preset::Documented, DELETE, 12);
}

#[test]
fn a_reported_person_who_is_kept_survives_kills_there_and_back() {
    there_and_back(Preset::AsReported, KEEP, 13);
}

#[test]
fn a_reported_person_who_is_deleted_survives_kills_there_and_back() {
    there_and_back(Preset::AsReported, DELETE, 14);
}
