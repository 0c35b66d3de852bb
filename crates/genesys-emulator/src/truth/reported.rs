//! Ground truth about what is only reported about a user.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::world::{World, reported::Own};

/// What the organization only reports about a user. What has no name that tells it apart is named by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HeldReported {
    /// Names of the greetings.
    pub greetings: BTreeSet<String>,
    /// How many voicemails there are.
    pub voicemails: usize,
    /// Names of the organizations that trust the user.
    pub trustors: BTreeSet<String>,
    /// Names of the OAuth clients that the user created.
    pub oauth_clients: BTreeSet<String>,
    /// Status of each evaluation that the user is agent, evaluator or assignee of, by id.
    pub evaluations: BTreeMap<String, String>,
    /// Ids of the calibrations that the user leads.
    pub calibrations: BTreeSet<String>,
    /// Status of each coaching appointment that the user has to do with, by id.
    pub coaching: BTreeMap<String, String>,
    /// State of each assigned learning module, by its name.
    pub learning: BTreeMap<String, String>,
    /// Name of the management unit.
    pub management_unit: Option<String>,
    /// When the shifts begin, by id.
    pub shifts: BTreeMap<String, String>,
    /// Names of the flows that name the user.
    pub flows: BTreeSet<String>,
    /// Names of the dashboards.
    pub dashboards: BTreeSet<String>,
    /// Names of the recording policies that are for the user.
    pub recording_policies: BTreeSet<String>,
}

/// Returns what `world` only reports about a user.
pub(super) fn of(world: &World, user: &str) -> HeldReported {
    let reported = &world.directory.reported;
    let nothing = Own::default();
    let own = reported.own(user).unwrap_or(&nothing);
    let clients = world.access.clients.values();
    let module = |id: &str| reported.modules.get(id).cloned().unwrap_or_else(|| id.to_owned());
    HeldReported {
        greetings: own.greetings.iter().map(|held| held.name.clone()).collect(),
        voicemails: own.voicemail.len(),
        trustors: own.trustors.iter().map(|held| held.name.clone()).collect(),
        oauth_clients: clients
            .filter(|client| client.created_by.as_deref() == Some(user))
            .map(|client| client.name.clone())
            .collect(),
        evaluations: reported
            .evaluations
            .of(user)
            .map(|held| (held.id.clone(), held.status.word().to_owned()))
            .collect(),
        calibrations: reported.calibrations.of(user).map(|held| held.id.clone()).collect(),
        coaching: reported
            .appointments
            .of(user)
            .map(|held| (held.id.clone(), held.status().to_owned()))
            .collect(),
        learning: reported
            .assignments
            .of(user)
            .map(|held| (module(&held.module), held.state().to_owned()))
            .collect(),
        management_unit: own
            .unit
            .as_ref()
            .and_then(|id| reported.units.get(id))
            .map(|unit| unit.name.clone()),
        shifts: own.shifts.iter().map(|held| (held.id.clone(), held.begins.to_string())).collect(),
        flows: reported.flows.of(user).map(|held| held.name.clone()).collect(),
        dashboards: own.dashboards.iter().map(|held| held.name.clone()).collect(),
        recording_policies: reported.policies_of(user).map(|held| held.name.clone()).collect(),
    }
}
