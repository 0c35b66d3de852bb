//! One user.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::personal::Personal;

/// A user's state, as the vendor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Active,
    Inactive,
    Deleted,
}

impl State {
    /// The vendor's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
        }
    }
}

/// A telephone number, an extension or an e-mail in a user's profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) address: Option<String>,
    pub(crate) extension: Option<String>,
    pub(crate) media_type: String,
    pub(crate) kind: String,
    pub(crate) country_code: Option<String>,
}

/// What the employer knows about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Employer {
    pub(crate) official_name: Option<String>,
    pub(crate) employee_id: Option<String>,
    pub(crate) employee_type: Option<String>,
    pub(crate) date_hire: Option<String>,
}

/// A word and since when it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) word: String,
    pub(crate) at: Timestamp,
}

/// Everything that is a user's own. Memberships in queues and groups, grants and live interactions stand
/// with those.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) username: String,
    pub(crate) preferred_name: Option<String>,
    pub(crate) state: State,
    pub(crate) version: u32,
    pub(crate) division: String,
    pub(crate) manager: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) employer: Employer,
    /// Key by authority.
    pub(crate) external_ids: BTreeMap<String, String>,
    pub(crate) acd_auto_answer: bool,
    pub(crate) created: Timestamp,
    pub(crate) last_login: Option<Timestamp>,
    pub(crate) last_token_issued: Option<Timestamp>,
    /// The user's own tokens that still work.
    pub(crate) tokens: u32,
    pub(crate) presence: Since,
    pub(crate) routing_status: Since,
    /// Proficiency by skill.
    pub(crate) skills: BTreeMap<String, f64>,
    /// Proficiency by language.
    pub(crate) languages: BTreeMap<String, f64>,
    pub(crate) default_station: Option<String>,
    pub(crate) associated_station: Option<Since>,
    pub(crate) last_associated_station: Option<Since>,
    pub(crate) team: Option<String>,
    pub(crate) licences: BTreeSet<String>,
    pub(crate) personal: Personal,
    /// Why the state last changed, where somebody said so.
    pub(crate) state_reason: Option<String>,
    pub(crate) state_changed: Option<Timestamp>,
    /// Fields of an imported or edited user that nothing here acts on, served back as they came.
    pub(crate) unmodelled: serde_json::Map<String, serde_json::Value>,
}

impl User {
    /// Returns an active user with a name and an e-mail, and nothing else.
    pub(crate) fn new(id: String, name: &str, email: &str, division: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            email: email.to_owned(),
            username: email.to_owned(),
            preferred_name: None,
            state: State::Active,
            version: 1,
            division: division.to_owned(),
            manager: None,
            title: None,
            department: None,
            addresses: Vec::new(),
            employer: Employer::default(),
            external_ids: BTreeMap::new(),
            acd_auto_answer: false,
            created: now,
            last_login: None,
            last_token_issued: None,
            tokens: 0,
            presence: Since { word: "Offline".to_owned(), at: now },
            routing_status: Since { word: "OFF_QUEUE".to_owned(), at: now },
            skills: BTreeMap::new(),
            languages: BTreeMap::new(),
            default_station: None,
            associated_station: None,
            last_associated_station: None,
            team: None,
            licences: BTreeSet::new(),
            personal: Personal::default(),
            state_reason: None,
            state_changed: None,
            unmodelled: serde_json::Map::new(),
        }
    }

    /// Returns whether somebody can log in as this user.
    pub(crate) fn is_active(&self) -> bool {
        self.state == State::Active
    }
}
