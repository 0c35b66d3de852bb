//! Every switch by its name, with its value in the documented world.

use super::{
    DeleteAnswer, DependencyTracking, Fate, Finds, JobAnswer, JobRefusal, ListedQueues, ListedStates,
    NameOfDeleted, Obey, SwitchError, SwitchValue, Switches, TokenError, Totals, VersionClash,
};

macro_rules! by_name {
    ($($field:ident: $documented:expr),* $(,)?) => {
        impl Switches {
            /// What the vendor documents, and the mildest reading of the rest.
            pub(super) fn documented() -> Self {
                Self { $($field: $documented),* }
            }

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
    utilization_on_inactive: Fate::Kept,
    utilization_on_deleted: Fate::Kept,
    direct_routing_backup_on_inactive: Fate::Kept,
    direct_routing_backup_on_deleted: Fate::Kept,
    call_forwarding_on_inactive: Fate::Kept,
    call_forwarding_on_deleted: Fate::Kept,
    out_of_office_on_inactive: Fate::Kept,
    out_of_office_on_deleted: Fate::Kept,
    phones_on_inactive: Fate::Kept,
    phones_on_deleted: Fate::Kept,
    numbers_on_inactive: Fate::Kept,
    numbers_on_deleted: Fate::Kept,
    extensions_on_inactive: Fate::Kept,
    group_ownership_on_inactive: Fate::Kept,
    group_ownership_on_deleted: Fate::Kept,
    manager_on_inactive: Fate::Kept,
    manager_on_deleted: Fate::Kept,
    reports_on_inactive: Fate::Kept,
    reports_on_deleted: Fate::Kept,
    work_items_on_inactive: Fate::Kept,
    work_items_on_deleted: Fate::Kept,
    presence_on_retirement: Fate::Kept,
    skills_bump_version: false,
    search_lag_s: 30,
    search_default_states: ListedStates::Active,
    any_lists_deleted: true,
    queues_unfiltered: ListedQueues::JoinedOnly,
    parts_of_deleted: Finds::Served,
    email_conflict: VersionClash::Conflict409,
    number_conflict: VersionClash::Conflict409,
    phone_conflict: VersionClash::Conflict409,
    out_of_office_of_others_refused: false,
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
    jobs_queue_s: 1,
    jobs_run_s: 2,
    jobs_unfinished_answer: JobAnswer::Accepted202,
    jobs_concurrent_max: 10,
    jobs_concurrent_refusal: JobRefusal::TooManyRequests429,
    jobs_interval_max_days: 31,
    jobs_page_max: 1_000,
    jobs_cursor_s: 3_600,
    jobs_expire_s: 86_400,
);
