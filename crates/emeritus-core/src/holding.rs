//! What else hangs on a person besides queues, skills, roles and stations: every other kind of thing in one shape,
//! so that reading, planning, releasing, giving back and comparing are each written once.

mod words;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policy::Treatment;
use crate::text::{Text, shown};

/// The kinds of thing that a person can hold, in the order in which they are released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The station in use and the one given at login.
    Stations,
    /// WebRTC phones that are theirs.
    Phones,
    /// Direct numbers (DIDs) on their profile or theirs by the number plan.
    Numbers,
    /// Extensions on their profile or theirs by the extension pool.
    Extensions,
    /// Where their calls are sent on to.
    CallForwarding,
    /// Queues that they are a direct member of.
    Queues,
    /// Groups that they are a member of.
    Groups,
    /// Groups that they own.
    GroupOwnership,
    /// Their work team.
    Team,
    /// Routing skills.
    Skills,
    /// Routing languages.
    Languages,
    /// How many interactions they take at once, where that is set for them alone.
    Utilization,
    /// Who takes the calls that are routed to them directly.
    DirectRoutingBackup,
    /// Their notice of absence.
    OutOfOffice,
    /// Open work items assigned to them.
    WorkItems,
    /// People who report to them.
    DirectReports,
    /// Roles given to them directly.
    Roles,
    /// Their division.
    Division,
    /// Greetings that callers hear.
    Greetings,
    /// Voicemail.
    Voicemail,
    /// Skill groups: by rule, so they follow the skills.
    SkillGroups,
    /// Queues whose routing rules name them.
    RoutingRules,
    /// The people they report to, nearest first.
    Superiors,
    /// Other organizations that trust them.
    Trustors,
    /// OAuth clients that they made.
    OauthClients,
    /// Licences: they follow the roles.
    Licences,
    /// Evaluations of them, or by them, that are not finished.
    Evaluations,
    /// Calibrations that they lead.
    Calibrations,
    /// Coaching appointments to come.
    Coaching,
    /// Learning assignments that are not finished.
    Learning,
    /// Their management unit in workforce management.
    ManagementUnit,
    /// Published schedules to come.
    Schedules,
    /// Architect flows and other objects that reference them.
    Flows,
    /// Their private dashboards.
    Dashboards,
    /// Recording policies that name them.
    RecordingPolicies,
}

/// One thing that a person holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Its identifier, or what it is told apart by: a number for a number, `own` for a setting of the person's own.
    pub id: String,
    /// Its name, for people; may be empty.
    pub name: Text,
    /// What a person would want to know of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, Text>,
    /// The vendor's own document, where giving it back takes all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Value>,
}

impl Thing {
    /// Returns a thing without details.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<Text>) -> Self {
        Self { id: id.into(), name: name.into(), detail: BTreeMap::new(), document: None }
    }

    /// Returns the thing with the vendor's document.
    #[must_use]
    pub fn with_document(mut self, document: Value) -> Self {
        self.document = Some(document);
        self
    }

    /// Returns the thing with one more detail; an empty value says nothing and is left out.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Text>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.detail.insert(name.to_owned(), value);
        }
        self
    }
}

impl Thing {
    /// The id of what a person has one of: a setting of their own.
    pub const OWN: &'static str = "own";

    /// The detail that says of a setting whether it is switched on: `yes` or `no`.
    pub const ON: &'static str = "on";

    /// Returns whether there is anything to switch off: a forwarding that is set up but off stays as it is.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.detail.get(Self::ON).is_none_or(|on| on != "no")
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(if self.name.is_empty() { &self.id } else { self.name.as_str() }).fmt(f)
    }
}

/// When a part of an inventory was read, and what the client had to be allowed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The moment at which the answer was complete.
    pub at: Timestamp,
    /// The permission, as the vendor names it; empty when a valid token is enough.
    pub permission: String,
}

/// Something that a restore will not bring back, said before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Loss {
    /// The part of the inventory, as [`Kind::label`] or the inventory names it.
    pub part: String,
    /// Which of its things; empty for all of them.
    pub id: String,
    /// Its name, for people.
    pub name: Text,
    /// Why it does not return, or returns changed.
    pub because: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            name if name.is_empty() => write!(f, "{}: {}", self.part, self.because),
            name => write!(f, "{} {name}: {}", self.part, self.because),
        }
    }
}

impl Kind {
    /// Every kind, in the order in which they are released.
    pub const ALL: [Self; 35] = [
        Self::Stations,
        Self::Phones,
        Self::Numbers,
        Self::Extensions,
        Self::CallForwarding,
        Self::Queues,
        Self::Groups,
        Self::GroupOwnership,
        Self::Team,
        Self::Skills,
        Self::Languages,
        Self::Utilization,
        Self::DirectRoutingBackup,
        Self::OutOfOffice,
        Self::WorkItems,
        Self::DirectReports,
        Self::Roles,
        Self::Division,
        Self::Greetings,
        Self::Voicemail,
        Self::SkillGroups,
        Self::RoutingRules,
        Self::Superiors,
        Self::Trustors,
        Self::OauthClients,
        Self::Licences,
        Self::Evaluations,
        Self::Calibrations,
        Self::Coaching,
        Self::Learning,
        Self::ManagementUnit,
        Self::Schedules,
        Self::Flows,
        Self::Dashboards,
        Self::RecordingPolicies,
    ];

    /// Returns what happens to things of this kind unless a policy says otherwise: access and telephony end, work
    /// is no longer routed to the person, and what carries history or belongs to others stays.
    #[must_use]
    pub fn default_treatment(self) -> Treatment {
        match self {
            Self::Stations
            | Self::Phones
            | Self::Numbers
            | Self::Extensions
            | Self::CallForwarding
            | Self::Queues
            | Self::Groups
            | Self::Team
            | Self::Skills
            | Self::Languages
            | Self::Roles => Treatment::Release,
            Self::GroupOwnership
            | Self::Utilization
            | Self::DirectRoutingBackup
            | Self::OutOfOffice
            | Self::WorkItems
            | Self::DirectReports
            | Self::Division
            | Self::Greetings
            | Self::Voicemail
            | Self::SkillGroups
            | Self::RoutingRules
            | Self::Superiors
            | Self::Trustors
            | Self::OauthClients
            | Self::Licences
            | Self::Evaluations
            | Self::Calibrations
            | Self::Coaching
            | Self::Learning
            | Self::ManagementUnit
            | Self::Schedules
            | Self::Flows
            | Self::Dashboards
            | Self::RecordingPolicies => Treatment::Keep,
        }
    }

    /// Returns whether things of this kind can be taken away by a step of ours, and given back.
    #[must_use]
    pub fn can_be_released(self) -> bool {
        self.default_treatment() == Treatment::Release
            || matches!(
                self,
                Self::GroupOwnership
                    | Self::Utilization
                    | Self::DirectRoutingBackup
                    | Self::OutOfOffice
                    | Self::WorkItems
                    | Self::DirectReports
            )
    }

    /// Returns whether things of this kind can be handed to somebody else.
    #[must_use]
    pub fn can_be_reassigned(self) -> bool {
        matches!(self, Self::GroupOwnership | Self::WorkItems | Self::DirectReports)
    }

    /// Returns what a policy may ask for, as policy files spell it.
    #[must_use]
    pub fn treatments(self) -> Vec<&'static str> {
        let release = self.can_be_released().then_some("release");
        // The vendor takes the roles with the cut, whatever a policy says.
        let keep = (self != Self::Roles).then_some("keep");
        let reassign = self.can_be_reassigned().then_some("reassign:<who>");
        release.into_iter().chain(keep).chain(reassign).chain(["block"]).collect()
    }

    /// Returns whether things of this kind can be released from a person who is deleted: by way of the thing
    /// itself, since the vendor answers 404 for most of what stands under a deleted user.
    #[must_use]
    pub fn outlives_delete(self) -> bool {
        matches!(
            self,
            Self::Phones
                | Self::Queues
                | Self::Groups
                | Self::GroupOwnership
                | Self::Team
                | Self::WorkItems
                | Self::DirectReports
        )
    }

    /// Returns whether the kind is kept in [`Inventory::held`](crate::inventory::Inventory::held), not in a part
    /// of its own.
    #[must_use]
    pub fn is_in_held(self) -> bool {
        !matches!(
            self,
            Self::Stations
                | Self::Queues
                | Self::Groups
                | Self::Skills
                | Self::Languages
                | Self::DirectReports
                | Self::Roles
                | Self::Division
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
