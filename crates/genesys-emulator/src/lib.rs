//! An emulated Genesys Cloud organization: users, queues, roles, stations, tokens and conversations behind
//! the vendor's Platform API, in one process.
//!
//! The [`Emulator`] is an axum router (so a `tower` service that a client can be given without a socket) and
//! a small server for those who want one. Time is a [`Clock`]: the wall's, or virtual. What the vendor's
//! documentation leaves open is a named switch in [`Switches`]; a [`Preset`] sets all of them at once.
//! [`FaultRule`]s make single answers fail in the ways networks and vendors do, and every change the vendor
//! made can be compared with the [`UserTruth`] and the [`RequestRecord`]s, without going through a client.
//!
//! The crate knows nothing of any client and shares no type with one: a wrong field name must not agree
//! with itself. Every response carries `x-genesys-emulator: 1`, so that nothing made here passes for real.
//!
//! Reading order: `world` is plain state without JSON, `wire` the vendor's payloads, `route` the operations
//! over both, `gate` what every request passes on its way to one of them.

mod arrange;
mod carry;
mod clock;
mod control;
mod emulator;
mod fault;
mod gate;
mod generate;
mod history;
mod operation;
mod organization;
mod planted;
mod prepared;
mod preset;
mod query;
mod reply;
mod request_log;
mod route;
mod schema;
mod serve;
mod settings;
mod truth;
mod wire;
mod world;

pub use arrange::UserBuilder;
pub use carry::{Baggage, Leftovers};
pub use clock::Clock;
pub use emulator::Emulator;
pub use fault::{FaultKind, FaultRule, FiredFault, Matching, Occurrence, RandomFaults};
pub use gate::ConnectionReset;
pub use history::{HoldError, LineError, LineFault, PlantedHistory};
pub use planted::Planted;
pub use preset::{
    DeleteAnswer, DependencyTracking, Fate, Finds, JobAnswer, JobRefusal, ListedQueues, ListedStates,
    NameOfDeleted, Obey, Preset, SwitchError, Switches, TokenError, Totals, UnknownPreset, VersionClash,
};
pub use request_log::RequestRecord;
pub use settings::Settings;
pub use truth::organization::{GroupTruth, OrganizationTruth, PhoneTruth, QueueTruth, WorkItemTruth};
pub use truth::{HeldGrant, HeldLanguage, HeldQueue, HeldReported, HeldSession, HeldSkill, UserTruth};
