//! The vendor's payloads, written for the emulator alone: exact field names, absent instead of null.

pub(crate) mod access;
pub(crate) mod analytics;
pub(crate) mod cursor;
pub(crate) mod error;
pub(crate) mod group;
pub(crate) mod named;
pub(crate) mod oauth;
pub(crate) mod page;
pub(crate) mod proficiency;
pub(crate) mod queue;
mod queue_routing;
pub(crate) mod reference;
pub(crate) mod reported;
pub(crate) mod search;
pub(crate) mod skill_group;
pub(crate) mod station;
pub(crate) mod status;
pub(crate) mod team;
pub(crate) mod telephony;
pub(crate) mod time;
pub(crate) mod user;
pub(crate) mod user_change;
pub(crate) mod work_item;
