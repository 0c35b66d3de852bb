//! What stays with the person, what the policy does not allow to stay, and what nobody can reach.

use super::release::things;
use crate::finding::{Finding, FindingCode as Code};
use crate::holding::Kind;
use crate::inventory::{Inventory, Via};
use crate::plan::{Step, StepKind};
use crate::policy::{Policy, Treatment};

/// What the vendor gives no way to read for another person, and why.
pub(crate) const NOT_REACHABLE: [(&str, &str); 4] = [
    ("applications that the person authorised", "the vendor lists them to the person alone"),
    ("report exports of the person", "the vendor lists them to the person alone"),
    ("outbound campaigns that the person works on", "no record of a campaign names its agents"),
    ("canned responses and prompts that the person wrote", "they have a maker, and no owner"),
];

/// How many names a finding spells out.
const SPELLED_OUT: usize = 5;

pub(super) fn findings(inventory: &Inventory, policy: &Policy, steps: &[Step], found: &mut Vec<Finding>) {
    // A delete moves the account to the Home division and drops extension and station: a finding of its own.
    let moves = steps.iter().any(|step| step.kind == StepKind::Delete);
    for kind in Kind::ALL {
        let names = names(inventory, kind);
        let goes = matches!(kind, Kind::Division | Kind::Extensions | Kind::Stations);
        if names.is_empty() || (goes && moves) {
            continue;
        }
        let text = format!("{}: {}", kind.label(), spelled_out(&names));
        match policy.treatment(kind) {
            Treatment::Release | Treatment::Reassign { .. } => {}
            Treatment::Block => {
                let text = format!("{text}. The policy allows no retirement while there is any");
                found.push(Finding::fatal(Code::PolicyBlocks, text).of([(kind.name().to_owned(), None)]));
            }
            Treatment::Keep => found.push(kept(kind, format!("{text}. Stays: {}", kind.if_left()))),
        }
    }
    if !steps.is_empty() {
        let not_reachable = NOT_REACHABLE.iter().map(|(what, why)| format!("{what}: {why}"));
        found.extend(not_reachable.map(|text| Finding::info(Code::NotReachable, text)));
    }
}

/// Returns the finding that things of a kind stay: a warning where somebody has to do something about it.
fn kept(kind: Kind, text: String) -> Finding {
    match kind {
        Kind::DirectReports => Finding::warn(Code::HasDirectReports, text),
        Kind::Phones
        | Kind::Numbers
        | Kind::Extensions
        | Kind::Stations
        | Kind::CallForwarding
        | Kind::Queues
        | Kind::GroupOwnership
        | Kind::WorkItems
        | Kind::RoutingRules
        | Kind::Trustors
        | Kind::Evaluations
        | Kind::Calibrations
        | Kind::Coaching
        | Kind::Schedules
        | Kind::Flows => Finding::warn(Code::Kept, text),
        Kind::Groups
        | Kind::Team
        | Kind::Skills
        | Kind::Languages
        | Kind::Utilization
        | Kind::DirectRoutingBackup
        | Kind::OutOfOffice
        | Kind::Roles
        | Kind::Division
        | Kind::Greetings
        | Kind::Voicemail
        | Kind::SkillGroups
        | Kind::Superiors
        | Kind::OauthClients
        | Kind::Licences
        | Kind::Learning
        | Kind::ManagementUnit
        | Kind::Dashboards
        | Kind::RecordingPolicies => Finding::info(Code::Kept, text),
    }
}

fn spelled_out(names: &[String]) -> String {
    let more = names.len().saturating_sub(SPELLED_OUT);
    let list = names.iter().take(SPELLED_OUT).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

/// Returns the names of what is held of a kind, also of the kinds that have a part of their own.
fn names(inventory: &Inventory, kind: Kind) -> Vec<String> {
    match kind {
        Kind::Stations => {
            let held = inventory.stations.known().cloned().unwrap_or_default();
            held.associated.into_iter().chain(held.default).map(|station| station.name.to_string()).collect()
        }
        Kind::Queues => {
            let held = inventory.queues.known().into_iter().flatten().filter(|queue| !queue.via_group);
            held.map(|queue| queue.queue.name.to_string()).collect()
        }
        Kind::Groups => {
            inventory.groups.known().into_iter().flatten().map(|held| held.name.to_string()).collect()
        }
        Kind::Skills => levels(inventory.skills.known()),
        Kind::Languages => levels(inventory.languages.known()),
        Kind::Roles => {
            let held = inventory.grants.known().into_iter().flatten().filter(|held| held.via == Via::Direct);
            held.map(|held| held.role.name.to_string()).collect()
        }
        Kind::Division => inventory.account.division.iter().map(|held| held.name.to_string()).collect(),
        Kind::Phones
        | Kind::Numbers
        | Kind::Extensions
        | Kind::CallForwarding
        | Kind::GroupOwnership
        | Kind::Team
        | Kind::Utilization
        | Kind::DirectRoutingBackup
        | Kind::OutOfOffice
        | Kind::WorkItems
        | Kind::DirectReports
        | Kind::Greetings
        | Kind::Voicemail
        | Kind::SkillGroups
        | Kind::RoutingRules
        | Kind::Superiors
        | Kind::Trustors
        | Kind::OauthClients
        | Kind::Licences
        | Kind::Evaluations
        | Kind::Calibrations
        | Kind::Coaching
        | Kind::Learning
        | Kind::ManagementUnit
        | Kind::Schedules
        | Kind::Flows
        | Kind::Dashboards
        | Kind::RecordingPolicies => things(inventory, kind).iter().map(ToString::to_string).collect(),
    }
}

fn levels(held: Option<&Vec<crate::inventory::Proficiency>>) -> Vec<String> {
    held.into_iter().flatten().map(|held| held.skill.name.to_string()).collect()
}
