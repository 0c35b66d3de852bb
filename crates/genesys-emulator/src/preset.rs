//! Presets and the named switches they set: one switch for everything about the vendor's behaviour that its
//! documentation leaves open, or that only third parties report.

mod choice;

pub(crate) use self::choice::SwitchValue;
pub use self::choice::{
    DeleteAnswer, DependencyTracking, Fate, Finds, ListedQueues, ListedStates, NameOfDeleted, Obey,
    SwitchError, TokenError, Totals, VersionClash,
};

/// A world with every switch set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// What the vendor's own documentation and tools show; what is open is set to the mildest reading.
    Documented,
    /// What the seed documents report: header versions, 412, 409 "in use", severed history.
    AsReported,
}

/// A preset's name that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no preset {given:?}; the presets are documented and as-reported")]
pub struct UnknownPreset {
    /// The name asked for.
    pub given: String,
}

impl std::str::FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(text: &str) -> Result<Self, UnknownPreset> {
        match text {
            "documented" => Ok(Self::Documented),
            "as-reported" => Ok(Self::AsReported),
            _ => Err(UnknownPreset { given: text.to_owned() }),
        }
    }
}

impl std::fmt::Display for Preset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::AsReported => "as-reported",
        })
    }
}

/// How the vendor behaves where its documentation leaves room.
///
/// Each field can be set at run time by its name ([`Switches::set`]); values are the words that each
/// choice's documentation names, `true`/`false`, or a whole number (of seconds where the name ends in `_s`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switches {
    /// What a PATCH of a user does with other fields sent beside `state`. The vendor: "if specified, it is
    /// the only modifiable field".
    pub other_fields_with_state: Obey,
    /// Whether `GET /users/{id}?state=deleted` finds a user who is not deleted.
    pub deleted_query_finds_live: Finds,
    /// The answer to a stale `version` in the body.
    pub version_clash: VersionClash,
    /// Whether `If-Match` on PATCH and DELETE of a user is compared (412 when stale). No vendor page has it.
    pub if_match: Obey,
    /// Whether `PUT /users/{id}/state` exists.
    pub put_state: Finds,
    /// Whether `PUT /users/{id}/state` compares a `version` that is sent.
    pub put_state_version: Obey,
    /// Whether a PATCH that sets the state a user already has makes a new version.
    pub same_state_bumps_version: bool,
    /// Whether deactivating or deleting someone in a queue, or with live interactions, is refused (409).
    pub in_use_refused: bool,
    /// Whether DELETE of a user who is still active is refused (409).
    pub delete_while_active_refused: bool,
    /// What DELETE of a user answers.
    pub delete_answer: DeleteAnswer,
    /// What becomes of queue memberships when a user becomes inactive.
    pub queues_on_inactive: Fate,
    /// What becomes of queue memberships when a user is deleted.
    pub queues_on_deleted: Fate,
    /// What becomes of ACD skills when a user becomes inactive.
    pub skills_on_inactive: Fate,
    /// What becomes of ACD skills when a user is deleted.
    pub skills_on_deleted: Fate,
    /// What becomes of ACD languages when a user becomes inactive.
    pub languages_on_inactive: Fate,
    /// What becomes of ACD languages when a user is deleted.
    pub languages_on_deleted: Fate,
    /// What becomes of group memberships when a user becomes inactive.
    pub groups_on_inactive: Fate,
    /// What becomes of group memberships when a user is deleted.
    pub groups_on_deleted: Fate,
    /// What becomes of the team membership when a user becomes inactive.
    pub team_on_inactive: Fate,
    /// What becomes of the team membership when a user is deleted.
    pub team_on_deleted: Fate,
    /// What becomes of licences when a user becomes inactive.
    pub licences_on_inactive: Fate,
    /// What becomes of licences when a user is deleted.
    pub licences_on_deleted: Fate,
    /// What becomes of the user's own tokens when a user becomes inactive.
    pub tokens_on_inactive: Fate,
    /// What becomes of the user's own tokens when a user is deleted.
    pub tokens_on_deleted: Fate,
    /// What becomes of live interactions when a user becomes inactive.
    pub sessions_on_inactive: Fate,
    /// What becomes of live interactions when a user is deleted.
    pub sessions_on_deleted: Fate,
    /// What becomes of the presence when a user becomes inactive or deleted: kept, or set to Offline.
    pub presence_on_retirement: Fate,
    /// Whether changing skills or languages makes a new version of the user.
    pub skills_bump_version: bool,
    /// Seconds until `POST /users/search` sees a write. The vendor's tool polls for up to three minutes.
    pub search_lag_s: u64,
    /// Which states a search without a `state` criterion lists.
    pub search_default_states: ListedStates,
    /// Whether `state=any` in `GET /users` lists deleted users too.
    pub any_lists_deleted: bool,
    /// Whether `GET /users/{id}/queues` without `joined` lists joined queues only, as the default says.
    pub queues_unfiltered: ListedQueues,
    /// Whether what belongs to a deleted user (queues, skills, station, grants …) can still be read.
    pub parts_of_deleted: Finds,
    /// Status of a user created with the e-mail of a deleted one; the code is `general.conflict` either way.
    pub email_conflict: VersionClash,
    /// The form of a failed token call's body.
    pub token_error: TokenError,
    /// Whether the agent status endpoints list people who are inactive.
    pub agent_status_lists_inactive: bool,
    /// Seconds until the agent status endpoints see that an interaction began or ended.
    pub agent_status_lag_s: u64,
    /// Whether dependency tracking knows every flow that names a user, is being built, or was never built.
    pub dependency_tracking: DependencyTracking,
    /// What becomes of greetings when a user is deleted.
    pub greetings_on_deleted: Fate,
    /// What becomes of voicemail when a user is deleted. The vendor's help says that it is retained.
    pub voicemail_on_deleted: Fate,
    /// What becomes of dashboards of a user's own when the user is deleted.
    pub dashboards_on_deleted: Fate,
    /// What becomes of the management unit and the schedules in it when a user is deleted.
    pub management_unit_on_deleted: Fate,
    /// What becomes of learning assignments that are not completed when a user is deleted.
    pub learning_on_deleted: Fate,
    /// What becomes of coaching appointments that are not completed when a user is deleted.
    pub coaching_on_deleted: Fate,
    /// Whether conversation queries by the id of a deleted user find anything.
    pub history_of_deleted: Fate,
    /// What `participantName` says of a deleted user.
    pub name_of_deleted: NameOfDeleted,
    /// Whether `totalHits` of a details query is exact.
    pub total_hits: Totals,
    /// Whether an empty details answer omits `conversations`.
    pub empty_details_omits_list: bool,
    /// Largest page that a details query gives.
    pub details_page_max: u64,
    /// Hits beyond which a details query refuses to page.
    pub details_hits_max: u64,
    /// Most predicates that a details query accepts.
    pub details_predicates_max: u64,
    /// Seconds until a details query or an aggregate sees a conversation change.
    pub analytics_lag_s: u64,
    /// Seconds by which the data lake behind the details jobs is behind.
    pub jobs_lag_s: u64,
    /// Seconds that a details job takes.
    pub jobs_run_s: u64,
    /// Details jobs that may run at once.
    pub jobs_concurrent_max: u64,
    /// Days that one details job may span.
    pub jobs_interval_max_days: u64,
    /// Seconds after which the results of a details job expire.
    pub jobs_expire_s: u64,
}

impl Switches {
    /// Returns the switches of `preset`.
    pub fn of(preset: Preset) -> Self {
        match preset {
            Preset::Documented => Self::documented(),
            Preset::AsReported => Self {
                version_clash: VersionClash::Precondition412,
                if_match: Obey::Enforced,
                in_use_refused: true,
                delete_while_active_refused: true,
                delete_answer: DeleteAnswer::NoContent204,
                history_of_deleted: Fate::Dropped,
                name_of_deleted: NameOfDeleted::DeletedUser,
                ..Self::documented()
            },
        }
    }

    fn documented() -> Self {
        Self {
            other_fields_with_state: Obey::Ignored,
            deleted_query_finds_live: Finds::NotFound,
            version_clash: VersionClash::Conflict409,
            if_match: Obey::Ignored,
            put_state: Finds::Served,
            put_state_version: Obey::Enforced,
            same_state_bumps_version: false,
            in_use_refused: false,
            delete_while_active_refused: false,
            delete_answer: DeleteAnswer::EmptyObject200,
            queues_on_inactive: Fate::Kept,
            queues_on_deleted: Fate::Kept,
            skills_on_inactive: Fate::Kept,
            skills_on_deleted: Fate::Kept,
            languages_on_inactive: Fate::Kept,
            languages_on_deleted: Fate::Kept,
            groups_on_inactive: Fate::Kept,
            groups_on_deleted: Fate::Kept,
            team_on_inactive: Fate::Kept,
            team_on_deleted: Fate::Kept,
            licences_on_inactive: Fate::Kept,
            licences_on_deleted: Fate::Kept,
            tokens_on_inactive: Fate::Kept,
            tokens_on_deleted: Fate::Kept,
            sessions_on_inactive: Fate::Kept,
            sessions_on_deleted: Fate::Kept,
            presence_on_retirement: Fate::Kept,
            skills_bump_version: false,
            search_lag_s: 30,
            search_default_states: ListedStates::Active,
            any_lists_deleted: true,
            queues_unfiltered: ListedQueues::JoinedOnly,
            parts_of_deleted: Finds::Served,
            email_conflict: VersionClash::Conflict409,
            token_error: TokenError::Oauth,
            agent_status_lists_inactive: true,
            agent_status_lag_s: 0,
            dependency_tracking: DependencyTracking::Operational,
            greetings_on_deleted: Fate::Kept,
            voicemail_on_deleted: Fate::Kept,
            dashboards_on_deleted: Fate::Kept,
            management_unit_on_deleted: Fate::Kept,
            learning_on_deleted: Fate::Kept,
            coaching_on_deleted: Fate::Kept,
            history_of_deleted: Fate::Kept,
            name_of_deleted: NameOfDeleted::Kept,
            total_hits: Totals::Exact,
            empty_details_omits_list: true,
            details_page_max: 100,
            details_hits_max: 100_000,
            details_predicates_max: 200,
            analytics_lag_s: 0,
            jobs_lag_s: 0,
            jobs_run_s: 5,
            jobs_concurrent_max: 10,
            jobs_interval_max_days: 31,
            jobs_expire_s: 86_400,
        }
    }
}

macro_rules! by_name {
    ($($field:ident),* $(,)?) => {
        impl Switches {
            /// The name of every switch, in the order of their declaration.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            /// Sets the switch called `name`; dashes may stand for underscores.
            ///
            /// # Errors
            /// When there is no such switch, or it has no such value; both name what would do.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), SwitchError> {
                let name = name.replace('-', "_");
                match name.as_str() {
                    $(stringify!($field) => self.$field = SwitchValue::parse(stringify!($field), value)?,)*
                    _ => return Err(SwitchError::NoSuchSwitch { name }),
                }
                Ok(())
            }

            /// Returns every switch with its present value, as [`Switches::set`] takes them.
            pub fn list(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($field), self.$field.show())),*]
            }
        }
    };
}

by_name!(
    other_fields_with_state,
    deleted_query_finds_live,
    version_clash,
    if_match,
    put_state,
    put_state_version,
    same_state_bumps_version,
    in_use_refused,
    delete_while_active_refused,
    delete_answer,
    queues_on_inactive,
    queues_on_deleted,
    skills_on_inactive,
    skills_on_deleted,
    languages_on_inactive,
    languages_on_deleted,
    groups_on_inactive,
    groups_on_deleted,
    team_on_inactive,
    team_on_deleted,
    licences_on_inactive,
    licences_on_deleted,
    tokens_on_inactive,
    tokens_on_deleted,
    sessions_on_inactive,
    sessions_on_deleted,
    presence_on_retirement,
    skills_bump_version,
    search_lag_s,
    search_default_states,
    any_lists_deleted,
    queues_unfiltered,
    parts_of_deleted,
    email_conflict,
    token_error,
    agent_status_lists_inactive,
    agent_status_lag_s,
    dependency_tracking,
    greetings_on_deleted,
    voicemail_on_deleted,
    dashboards_on_deleted,
    management_unit_on_deleted,
    learning_on_deleted,
    coaching_on_deleted,
    history_of_deleted,
    name_of_deleted,
    total_hits,
    empty_details_omits_list,
    details_page_max,
    details_hits_max,
    details_predicates_max,
    analytics_lag_s,
    jobs_lag_s,
    jobs_run_s,
    jobs_concurrent_max,
    jobs_interval_max_days,
    jobs_expire_s,
);
