//! Organizations and conversation histories from a seed.
//!
//! Everything here is a pure function of a seed and a position, so any part of a history of millions can be made
//! again without the rest: the same seed gives the same bytes on every machine, in any order of asking.
//!
//! [`organization`] makes the directory side as plain data; [`crate::history::History`] makes conversations on demand.

pub(crate) mod calendar;
pub(crate) mod conversation;
pub(crate) mod draw;
pub(crate) mod names;
mod organization;
pub(crate) mod sketch;
pub(crate) mod text;

use uuid::Uuid;

pub(crate) use organization::organization;

/// The directory side of a generated organization, as plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organization {
    /// Id of the organization.
    pub(crate) id: Uuid,
    /// Its display name.
    pub(crate) name: String,
    /// Divisions; the first is the Home division.
    pub(crate) divisions: Vec<Division>,
    /// Roles; the first is the administrator's.
    pub(crate) roles: Vec<Role>,
    /// Queues.
    pub(crate) queues: Vec<Queue>,
    /// ACD skills.
    pub(crate) skills: Vec<Named>,
    /// ACD languages.
    pub(crate) languages: Vec<Named>,
    /// Directory groups.
    pub(crate) groups: Vec<Named>,
    /// Stations, each named for the person it stands with.
    pub(crate) stations: Vec<Named>,
    /// Wrap-up codes.
    pub(crate) wrap_up_codes: Vec<Named>,
    /// Inbound flows that conversations pass through.
    pub(crate) flows: Vec<Named>,
    /// Everybody, in a stable order: administrators first, then supervisors among agents.
    pub(crate) people: Vec<Person>,
}

/// An object with an id and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its display name.
    pub(crate) name: String,
}

/// A division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Division {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its display name.
    pub(crate) name: String,
    /// Whether this is the Home division, where deleted people go.
    pub(crate) home: bool,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its display name.
    pub(crate) name: String,
    /// The division it belongs to.
    pub(crate) division: Uuid,
}

/// A role and the permissions it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its display name.
    pub(crate) name: String,
    /// Permissions as `domain:entity:action`, where `*` stands for every value at its place.
    pub(crate) permissions: Vec<String>,
}

/// A role granted in a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The role.
    pub(crate) role: Uuid,
    /// The division it applies to.
    pub(crate) division: Uuid,
}

/// A skill or language a person has, with how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proficiency {
    /// The skill or language.
    pub(crate) id: Uuid,
    /// From 1 to 5.
    pub(crate) level: u8,
}

/// State of a person, as the vendor has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonState {
    /// Can log in.
    Active,
    /// Deactivated: kept, with no roles.
    Inactive,
    /// Soft-deleted: hidden unless asked for by state.
    Deleted,
}

/// One generated person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// User id.
    pub(crate) id: Uuid,
    /// Display name.
    pub(crate) name: String,
    /// Login e-mail, `first.last.N@example.test`; unique in the organization.
    pub(crate) email: String,
    /// Job title.
    pub(crate) title: String,
    /// Department.
    pub(crate) department: String,
    /// The person's manager; always an active administrator or supervisor.
    pub(crate) manager: Option<Uuid>,
    /// The person's division.
    pub(crate) division: Uuid,
    /// State.
    pub(crate) state: PersonState,
    /// Employee number, unique.
    pub(crate) employee_id: String,
    /// Key under the authority `hr`, unique.
    pub(crate) external_id: String,
    /// Telephone extension.
    pub(crate) extension: String,
    /// Days before the organization's first instant at which the account was made.
    pub(crate) hired_days_ago: u32,
    /// Days before the organization's first instant at which an inactive or deleted person left.
    pub(crate) left_days_ago: Option<u32>,
    /// Queues the person is a member of; empty for people who take no conversations.
    pub(crate) queues: Vec<Uuid>,
    /// ACD skills.
    pub(crate) skills: Vec<Proficiency>,
    /// ACD languages.
    pub(crate) languages: Vec<Proficiency>,
    /// Groups.
    pub(crate) groups: Vec<Uuid>,
    /// Station the person is associated with.
    pub(crate) station: Option<Uuid>,
    /// Role grants; empty for inactive and deleted people, as the vendor removes them.
    pub(crate) roles: Vec<Grant>,
}
