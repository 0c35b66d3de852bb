//! The decisions of Emeritus, and nothing else: what a person holds, what should happen to it and in which
//! order, what a run may do next, and what two readings of a person's history prove.
//!
//! This crate is pure and synchronous. It refuses to know of HTTP, SQL, files, the clock, the environment
//! and randomness: everything it needs is an argument, everything it decides is a value.
//!
//! Start with [`mod@plan`] (the intent), then [`state`] (what has happened so far, folded from events) and
//! [`mod@decide`] (what may happen next).

pub mod again;
mod canonical;
pub mod census;
pub mod clocks;
pub mod decide;
mod entries;
pub mod event;
pub mod evidence;
pub mod finding;
pub mod forecast;
pub mod holding;
pub mod id;
pub mod index;
pub mod inventory;
pub mod overrides;
pub mod person;
pub mod plan;
pub mod planner;
pub mod policy;
pub mod retention;
pub mod state;
pub mod text;

pub use canonical::{canonical_json, digest_of};
pub use decide::{Action, decide};
pub use inventory::{Inventory, Part, Why};
pub use person::Standing;
pub use plan::{ApprovedPlan, Plan, Step, StepKind};
pub use planner::{plan, plan_foreseeing, plan_restore, plan_revival};
pub use policy::Policy;
pub use retention::Retention;
pub use state::RunState;
pub use text::Text;
