//! Presets and the named switches they set: one switch for everything about the vendor's behaviour that its
//! documentation leaves open, or that only third parties report.

mod choice;
mod names;

pub(crate) use self::choice::SwitchValue;
pub use self::choice::{
    DeleteAnswer, DependencyTracking, Fate, Finds, JobAnswer, JobRefusal, ListedQueues, ListedStates,
    NameOfDeleted, Obey, SwitchError, TokenError, Totals, VersionClash,
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
    /// What becomes of the user's own utilization when a user becomes inactive.
    pub utilization_on_inactive: Fate,
    /// What becomes of the user's own utilization when a user is deleted.
    pub utilization_on_deleted: Fate,
    /// What becomes of the user's backup for direct routing when a user becomes inactive.
    pub direct_routing_backup_on_inactive: Fate,
    /// What becomes of the user's backup for direct routing when a user is deleted.
    pub direct_routing_backup_on_deleted: Fate,
    /// What becomes of call forwarding when a user becomes inactive.
    pub call_forwarding_on_inactive: Fate,
    /// What becomes of call forwarding when a user is deleted.
    pub call_forwarding_on_deleted: Fate,
    /// What becomes of the out-of-office setting when a user becomes inactive.
    pub out_of_office_on_inactive: Fate,
    /// What becomes of the out-of-office setting when a user is deleted.
    pub out_of_office_on_deleted: Fate,
    /// What becomes of the user's WebRTC phones when a user becomes inactive.
    pub phones_on_inactive: Fate,
    /// What becomes of the user's WebRTC phones when a user is deleted.
    pub phones_on_deleted: Fate,
    /// What becomes of the organization's numbers among a user's addresses when a user becomes inactive.
    pub numbers_on_inactive: Fate,
    /// What becomes of the organization's numbers among a user's addresses when a user is deleted.
    pub numbers_on_deleted: Fate,
    /// What becomes of extensions when a user becomes inactive. A deleted user has none: the vendor says so.
    pub extensions_on_inactive: Fate,
    /// What becomes of the ownership of groups when a user becomes inactive.
    pub group_ownership_on_inactive: Fate,
    /// What becomes of the ownership of groups when a user is deleted.
    pub group_ownership_on_deleted: Fate,
    /// What becomes of the link to the user's own manager when a user becomes inactive.
    pub manager_on_inactive: Fate,
    /// What becomes of the link to the user's own manager when a user is deleted.
    pub manager_on_deleted: Fate,
    /// What becomes of the links of those who report to a user when a user becomes inactive.
    pub reports_on_inactive: Fate,
    /// What becomes of the links of those who report to a user when a user is deleted.
    pub reports_on_deleted: Fate,
    /// What becomes of work items that a user is assigned when a user becomes inactive.
    pub work_items_on_inactive: Fate,
    /// What becomes of work items that a user is assigned when a user is deleted.
    pub work_items_on_deleted: Fate,
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
    /// Status when an address is wanted that somebody else has; the code is `general.conflict` where it is 409.
    pub number_conflict: VersionClash,
    /// Status when a phone is created under a name that is taken.
    pub phone_conflict: VersionClash,
    /// Whether setting somebody else's out of office is refused (403), as the vendor's own error code says it can be.
    pub out_of_office_of_others_refused: bool,
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
    /// Seconds that a details job waits before it runs.
    pub jobs_queue_s: u64,
    /// Seconds that a details job then takes.
    pub jobs_run_s: u64,
    /// The status of an answer about a details job that is not done. The vendor declares 200 and 202.
    pub jobs_unfinished_answer: JobAnswer,
    /// Details jobs that may wait or run at once.
    pub jobs_concurrent_max: u64,
    /// How one details job more is refused.
    pub jobs_concurrent_refusal: JobRefusal,
    /// Days that one details job may span.
    pub jobs_interval_max_days: u64,
    /// Largest page of a details job's results, and their page size where none is asked for.
    pub jobs_page_max: u64,
    /// Seconds for which a cursor into the results of a details job can be used.
    pub jobs_cursor_s: u64,
    /// Seconds after which the results of a details job expire, counted from its completion.
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
}
