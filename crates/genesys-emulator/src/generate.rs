//! Organizations and conversation histories from a seed.
//!
//! Everything here is a pure function of a seed and a position, so any part of a history of millions can be made
//! again without the rest: the same seed gives the same bytes on every machine, in any order of asking.
//!
//! [`organization`] makes the directory side as plain data; [`crate::history::History`] makes conversations on demand.

pub(crate) mod calendar;
pub(crate) mod conversation;
pub(crate) mod draw;
mod names;
mod organization;
pub(crate) mod sketch;
pub(crate) mod text;

use uuid::Uuid;

pub use organization::{organization, people};

/// The directory side of a generated organization, as plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Id of the organization.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
    /// Divisions; the first is the Home division.
    pub divisions: Vec<Division>,
    /// Roles; the first is the administrator's.
    pub roles: Vec<Role>,
    /// Queues.
    pub queues: Vec<Queue>,
    /// ACD skills.
    pub skills: Vec<Named>,
    /// ACD languages.
    pub languages: Vec<Named>,
    /// Directory groups.
    pub groups: Vec<Named>,
    /// Stations, each named for the person it stands with.
    pub stations: Vec<Named>,
    /// Wrap-up codes.
    pub wrap_up_codes: Vec<Named>,
    /// Inbound flows that conversations pass through.
    pub flows: Vec<Named>,
    /// Everybody, in a stable order: administrators first, then supervisors among agents.
    pub people: Vec<Person>,
}

/// An object with an id and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
}

/// A division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
    /// Whether this is the Home division, where deleted people go.
    pub home: bool,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
    /// The division it belongs to.
    pub division: Uuid,
}

/// A role and the permissions it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
    /// Permissions as `domain:entity:action`, where `*` stands for every value at its place.
    pub permissions: Vec<String>,
}

/// A role granted in a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Uuid,
    /// The division it applies to.
    pub division: Uuid,
}

/// A skill or language a person has, with how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proficiency {
    /// The skill or language.
    pub id: Uuid,
    /// From 1 to 5.
    pub level: u8,
}

/// State of a person, as the vendor has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonState {
    /// Can log in.
    Active,
    /// Deactivated: kept, with no roles.
    Inactive,
    /// Soft-deleted: hidden unless asked for by state.
    Deleted,
}

/// One generated person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// User id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Login e-mail, `first.last.N@example.test`; unique in the organization.
    pub email: String,
    /// Job title.
    pub title: String,
    /// Department.
    pub department: String,
    /// The person's manager; always an active administrator or supervisor.
    pub manager: Option<Uuid>,
    /// The person's division.
    pub division: Uuid,
    /// State.
    pub state: PersonState,
    /// Employee number, unique.
    pub employee_id: String,
    /// Key under the authority `hr`, unique.
    pub external_id: String,
    /// Telephone extension.
    pub extension: String,
    /// Days before the organization's first instant at which the account was made.
    pub hired_days_ago: u32,
    /// Days before the organization's first instant at which an inactive or deleted person left.
    pub left_days_ago: Option<u32>,
    /// Queues the person is a member of; empty for people who take no conversations.
    pub queues: Vec<Uuid>,
    /// ACD skills.
    pub skills: Vec<Proficiency>,
    /// ACD languages.
    pub languages: Vec<Proficiency>,
    /// Groups.
    pub groups: Vec<Uuid>,
    /// Station the person is associated with.
    pub station: Option<Uuid>,
    /// Role grants; empty for inactive and deleted people, as the vendor removes them.
    pub roles: Vec<Grant>,
}
