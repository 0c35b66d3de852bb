//! What is true of a person, told from the organization's ground truth alone, and what a restore owes them. It knows
//! nothing of how the library folds runs.

use std::collections::BTreeSet;

use emeritus::holding::Loss;
use emeritus::id::RunId;
use genesys_emulator::UserTruth;

/// What the person was before they first left.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Before {
    Known(Box<UserTruth>),
    /// They were not active any more when the first run began to take something.
    Unknown,
}

/// A run that is not over and was not given up.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) run: RunId,
    pub(super) is_retirement: bool,
    /// What the person was when it began.
    pub(super) start: UserTruth,
    pub(super) is_stuck: bool,
    /// What the person was before they first left, when it began: what it is again if the run is taken back.
    pub(super) before: Option<Before>,
    /// The run that was not over, and that it gave up.
    pub(super) gave_up: Option<Box<Self>>,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    /// While the person is away by a run, or was not wholly put back since.
    pub(super) before: Option<Before>,
    pub(super) open: Option<Open>,
    pub(super) given_up: BTreeSet<RunId>,
    pub(super) denied: Option<&'static str>,
}

impl Model {
    /// A retirement that began when the person was like this has changed something that was not taken back.
    pub(super) fn left(&mut self, start: &UserTruth) {
        let was_active = start.state == "active";
        let known = match &self.before {
            None => true,
            Some(Before::Unknown) => was_active,
            // Active again by another hand: they are wholly back when they hold all that they had.
            Some(Before::Known(before)) => was_active && lacks(before, start).is_empty(),
        };
        if known {
            let start = Box::new(start.clone());
            self.before = Some(if was_active { Before::Known(start) } else { Before::Unknown });
        }
    }
}

/// What can be taken from a person, by part and name, as a restore has to give it back.
pub(super) fn held(truth: &UserTruth) -> BTreeSet<(&'static str, String)> {
    let mut held = BTreeSet::new();
    held.extend(
        truth.grants.iter().map(|held| ("role grants", format!("{} in {}", held.role, held.division))),
    );
    let own = truth.queues.iter().filter(|held| !held.by_group);
    held.extend(own.map(|held| ("queues", held.queue.clone())));
    held.extend(truth.skills.iter().map(|held| ("skills", held.skill.clone())));
    held.extend(truth.languages.iter().map(|held| ("languages", held.language.clone())));
    held.extend(truth.groups.iter().map(|group| ("groups", group.clone())));
    held.extend(truth.default_station.iter().map(|station| ("stations", station.clone())));
    held.extend(truth.phones.iter().map(|phone| ("phones", phone.clone())));
    held.extend(truth.extensions.iter().map(|extension| ("extensions", extension.clone())));
    held.extend(truth.manager.iter().map(|manager| ("manager", manager.clone())));
    held
}

/// What somebody had and does not have now.
pub(super) fn lacks(before: &UserTruth, now: &UserTruth) -> BTreeSet<(&'static str, String)> {
    held(before).difference(&held(now)).cloned().collect()
}

/// The same, but for what a plan had said would not come back. A part that was never read is said as a whole.
pub(super) fn owed(before: &UserTruth, now: &UserTruth, losses: &[Loss]) -> BTreeSet<(&'static str, String)> {
    let mut owed = lacks(before, now);
    let is_said = |part: &str, name: &str| {
        losses.iter().any(|loss| loss.part == part && (loss.id.is_empty() || loss.name == name))
    };
    owed.retain(|(part, name)| !is_said(part, name));
    let joined =
        |truth: &UserTruth, queue: &str| truth.queues.iter().any(|held| held.queue == queue && held.joined);
    for (_, queue) in held(before).intersection(&held(now)).filter(|(part, _)| *part == "queues") {
        if joined(before, queue) != joined(now, queue) {
            owed.insert(("joined", queue.clone()));
        }
    }
    if before.division != now.division && !is_said("division", &before.division) {
        owed.insert(("division", before.division.clone()));
    }
    owed
}

/// What a retirement that is called verified must have left: nothing.
pub(super) fn leftovers(now: &UserTruth) -> BTreeSet<(&'static str, String)> {
    let mut left = held(now);
    // The manager is not taken. What stands under a deleted account is out of reach.
    left.retain(|(part, _)| {
        *part != "manager" && (now.state != "deleted" || ["queues", "groups"].contains(part))
    });
    left
}

/// Whether two looks at the person show the same holdings and the same state.
pub(super) fn is_same(a: &UserTruth, b: &UserTruth) -> bool {
    super::comparable(a.clone()) == super::comparable(b.clone())
}
