//! What an emulated organization is made of. Parsed once, read at construction.

use std::time::Duration;

use crate::{Baggage, Clock, Preset};

/// Everything that decides how an [`Emulator`](crate::Emulator) is built.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The world to be in: what the vendor documents, or what the seed documents report.
    pub preset: Preset,
    /// Decides every id, name, token and generated conversation. Equal seeds give equal worlds.
    pub seed: u64,
    /// How many people to generate besides those that a test adds.
    pub users: u32,
    /// How much generated people carry besides what their work gives them.
    pub baggage: Baggage,
    /// How many past conversations to generate.
    pub conversations: u64,
    /// Over how many years, back from the clock's now, the generated conversations spread.
    pub years: u16,
    /// The time of the organization.
    pub clock: Clock,
    /// Requests that one token may make in a minute. The vendor's published default is 300.
    pub rate_per_minute: u32,
    /// Permissions of the first OAuth client; `None` gives it every permission.
    pub permissions: Option<Vec<String>>,
    /// How long a token lives. The vendor's default is 24 hours.
    pub token_lifetime: Duration,
    /// Days of conversation detail that the organization keeps, as `/analytics/dataretention/settings` says.
    pub retention_days: u32,
    /// Bytes of answered pages of records that are kept for those who ask again.
    pub prepared_bytes: usize,
    /// Name of the organization.
    pub organization_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preset: Preset::Documented,
            seed: 1,
            users: 0,
            baggage: Baggage::None,
            conversations: 0,
            years: 3,
            clock: Clock::real(),
            rate_per_minute: 300,
            permissions: None,
            token_lifetime: Duration::from_secs(86_400),
            retention_days: 1_825,
            prepared_bytes: 64 << 20,
            organization_name: "Emulated Organization".to_owned(),
        }
    }
}
