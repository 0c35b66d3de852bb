//! One step of a plan, and how it is taken back.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::holding::{Kind, Thing};
use crate::id::{DivisionId, GroupId, QueueId, StationId, StepId, UserId};
use crate::inventory::{AccountState, Grant, Named, Proficiency};
use crate::policy::Reason;

/// The station slots of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StationSlot {
    /// In use now.
    Associated,
    /// Given at login.
    Default,
}

/// Since when a proof holds the person's history against the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// After the cut.
    Cut,
    /// After the hold, right before the delete.
    Hold,
    /// After the delete.
    Delete,
    /// After a deleted person was put back.
    PutBack,
}

/// What a step does. Data, not code: it is performed by one exhaustive match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum StepKind {
    /// Read the person's whole history and fingerprint it.
    Baseline,
    /// Wait until the person is in no conversation.
    AwaitIdle {
        /// The longest wait.
        up_to: SignedDuration,
    },
    /// Change the state of the account.
    SetState {
        /// From this state only.
        from: AccountState,
        /// To this one.
        to: AccountState,
        /// Recorded at the vendor.
        reason: Option<Reason>,
    },
    /// Revoke every token of the person.
    RevokeTokens,
    /// Take a station away.
    ClearStation {
        /// Which slot.
        slot: StationSlot,
        /// What stood in it, when known.
        station: Option<Named<StationId>>,
    },
    /// Leave a queue.
    LeaveQueue {
        /// The queue.
        queue: Named<QueueId>,
        /// Whether they took work from it.
        joined: bool,
    },
    /// Read the history again and hold it against the baseline.
    Prove {
        /// Since when.
        since: Since,
    },
    /// Let time pass between cut and delete.
    Hold {
        /// How much.
        length: SignedDuration,
    },
    /// Delete the account: a tombstone that can be restored.
    Delete,
    /// Move the account to a division.
    MoveDivision {
        /// Where to.
        to: Named<DivisionId>,
    },
    /// Give roles.
    GrantRoles {
        /// Which, in which divisions.
        grants: Vec<Grant>,
    },
    /// Set the whole list of routing skills.
    SetSkills {
        /// The list.
        skills: Vec<Proficiency>,
    },
    /// Set routing languages.
    SetLanguages {
        /// The list.
        languages: Vec<Proficiency>,
    },
    /// Join a queue.
    JoinQueue {
        /// The queue.
        queue: Named<QueueId>,
    },
    /// Take work from a queue, or stop taking it.
    SetJoined {
        /// The queue.
        queue: Named<QueueId>,
        /// Whether they take work from it.
        joined: bool,
    },
    /// Stand in a ring of a queue's bullseye routing.
    SetRing {
        /// The queue.
        queue: Named<QueueId>,
        /// The ring, from 1.
        ring: u32,
    },
    /// Give a station.
    SetStation {
        /// Which slot.
        slot: StationSlot,
        /// Which station.
        station: Named<StationId>,
    },
    /// Name the person's manager.
    SetManager {
        /// Who.
        manager: Named<UserId>,
    },
    /// Join a group.
    JoinGroup {
        /// The group.
        group: Named<GroupId>,
    },
    /// Leave a group.
    LeaveGroup {
        /// The group.
        group: Named<GroupId>,
    },
    /// Take roles away that an account still holds although it was made inactive by other means.
    RevokeRoles {
        /// Which, in which divisions.
        grants: Vec<Grant>,
    },
    /// Take a routing language away.
    RemoveLanguage {
        /// Which, with the level that was held.
        language: Proficiency,
    },
    /// Take a thing of another kind away.
    Release {
        /// Its kind.
        kind: Kind,
        /// The thing.
        thing: Thing,
    },
    /// Give a thing of another kind back.
    GiveBack {
        /// Its kind.
        kind: Kind,
        /// The thing.
        thing: Thing,
    },
    /// Hand a thing from one person to another.
    Reassign {
        /// Its kind.
        kind: Kind,
        /// The thing.
        thing: Thing,
        /// Who has it.
        from: Named<UserId>,
        /// Who gets it.
        to: Named<UserId>,
    },
    /// See that access has ended: the state, no station in use, no sign of the person since the cut.
    CheckAccess,
    /// Compare the person, field by field, with the snapshot that is being restored.
    Compare,
}

impl StepKind {
    /// Returns whether the step changes the organization.
    #[must_use]
    pub fn is_effect(&self) -> bool {
        match self {
            Self::Baseline
            | Self::AwaitIdle { .. }
            | Self::Prove { .. }
            | Self::Hold { .. }
            | Self::CheckAccess
            | Self::Compare => false,
            Self::SetState { .. }
            | Self::RevokeTokens
            | Self::ClearStation { .. }
            | Self::LeaveQueue { .. }
            | Self::Delete
            | Self::MoveDivision { .. }
            | Self::GrantRoles { .. }
            | Self::SetSkills { .. }
            | Self::SetLanguages { .. }
            | Self::JoinQueue { .. }
            | Self::SetJoined { .. }
            | Self::SetRing { .. }
            | Self::SetStation { .. }
            | Self::SetManager { .. }
            | Self::JoinGroup { .. }
            | Self::LeaveGroup { .. }
            | Self::RevokeRoles { .. }
            | Self::RemoveLanguage { .. }
            | Self::Release { .. }
            | Self::GiveBack { .. }
            | Self::Reassign { .. } => true,
        }
    }

    /// Returns the state in which the step leaves the account, if it changes that.
    #[must_use]
    pub fn leaves_account(&self) -> Option<AccountState> {
        if let Self::SetState { to, .. } = self {
            return Some(*to);
        }
        matches!(self, Self::Delete).then_some(AccountState::Deleted)
    }

    /// Returns whether the account itself is changed in a way that must not rest on a stale picture: these
    /// steps are preceded by a fresh reading, and drift stops them.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.leaves_account().is_some()
    }
}

/// How a step is taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// It changes nothing.
    Nothing,
    /// By these, in this order.
    By(Vec<StepKind>),
    /// It cannot be.
    Irreversible {
        /// The reason, for people.
        because: String,
    },
}

/// What follows when the vendor refuses a step for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRefusal {
    /// Take back what was done so far: access has not ended yet, so nobody must be left half retired.
    Unwind,
    /// Go on with what does not depend on it, then ask a person. A delete always depends on it.
    GoOn,
    /// Stop and ask a person.
    Stop,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its place, from 1.
    pub id: StepId,
    /// What it does.
    pub kind: StepKind,
    /// How it is taken back.
    pub undo: Undo,
    /// What follows a refusal.
    pub on_refusal: OnRefusal,
    /// Whether it may be done before the cut, should the vendor answer that the person is in use.
    pub may_precede_cut: bool,
    /// Why it is there, for people.
    pub why: String,
}
