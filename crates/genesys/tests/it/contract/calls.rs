//! Every call of the client, with arguments.

use std::{ops::ControlFlow, pin::Pin};

use genesys::{
    AggregateQuery, ConversationQuery, Criterion, Effect, Error, EvaluationState, EvaluationsOf, Expand,
    Granularity, Interval, JobQuery, Likeness, Order, OrderBy, PeopleState, Reader, Reason, State,
};
use jiff::Timestamp;
use serde_json::json;

use super::{Fill, sample, validate::Schema};
use crate::vendor::USER;

const OTHER: &str = "a1b2c3d4-0000-4000-8000-000000000002";

pub(super) type Reading = Pin<Box<dyn Future<Output = Result<String, Error>>>>;

/// Calls by name, each with its arguments.
macro_rules! readings {
    ($reader:ident: $($name:ident($($argument:expr),*);)*) => {
        vec![$((stringify!($name), {
            let reader = $reader.clone();
            Box::pin(async move { reader.$name($($argument),*).await.map(|value| format!("{value:?}")) }) as Reading
        })),*]
    };
}

/// Every call of the reader, by name. The texts are those of the samples, so that what is compared again matches.
pub(super) fn readings(reader: &Reader) -> Vec<(&'static str, Reading)> {
    let mut all = of_the_account(reader);
    all.extend(of_what_hangs_on_it(reader));
    all
}

fn day(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn of_the_account(reader: &Reader) -> Vec<(&'static str, Reading)> {
    let expand = [
        Expand::RoutingStatus,
        Expand::Presence,
        Expand::Station,
        Expand::Authorization,
        Expand::LastTokenIssued,
        Expand::Team,
        Expand::Groups,
        Expand::Skills,
        Expand::Languages,
        Expand::EmployerInfo,
        Expand::DateLastLogin,
    ];
    let interval = Interval::new(day("2026-01-01T00:00:00Z"), day("2026-01-08T00:00:00Z")).unwrap();
    let everything = ConversationQuery::new(interval)
        .user(USER)
        .live_only()
        .order(Order::Descending, OrderBy::ConversationEnd)
        .page(2)
        .page_size(50);
    let of_both = ConversationQuery::new(interval).users(&[USER, OTHER]);
    let job = JobQuery::new(interval).users(&[USER, OTHER]).start_of_day().order(Order::Descending);
    let months = AggregateQuery::new(interval, &[USER], Granularity::Month);
    readings! { reader:
        user(USER, &expand);
        deleted_user(USER, &[]);
        user_by_external_id("H R", "4711/a");
        external_ids(USER);
        user_state(USER);
        direct_reports(USER);
        superiors(USER);
        presence(USER);
        search_users(&[Criterion::exact("name", "Ada"), Criterion::states(&[State::Inactive])]);
        users_by_email("email");
        users_by_employee_id("employeeId");
        users_like("Ada", Likeness::Contains);
        user_queues(USER);
        queue_members(OTHER);
        queue_member_by(OTHER, USER);
        user_skills(USER);
        user_languages(USER);
        routing_status(USER);
        divisions();
        subject_grants(USER);
        roles();
        role_users(OTHER);
        group(OTHER);
        organization();
        oauth_client(OTHER);
        station(USER);
        agent_status(USER);
        retention_settings();
        data_availability();
        details_page(&everything);
        details_records(&of_both);
        submit_details_job(&job);
        details_job(OTHER);
        await_details_job(OTHER);
        details_job_results(OTHER, None, 500);
        cancel_details_job(OTHER);
        conversation_aggregates(&months);
    }
}

fn of_what_hangs_on_it(reader: &Reader) -> Vec<(&'static str, Reading)> {
    readings! { reader:
        utilization(USER);
        direct_routing_backup(USER);
        call_forwarding(USER);
        out_of_office(USER);
        skill_groups(USER);
        greetings(USER);
        trustors(USER);
        dashboards(USER);
        learning_assignments(USER);
        coaching_appointments(USER);
        calibrations(USER);
        evaluations(EvaluationsOf::Evaluator(USER), &EvaluationState::OPEN);
        evaluations_without_deleted_users(EvaluationsOf::Agent(USER), &[]);
        voicemail_mailbox(USER);
        voicemail_policy(USER);
        voicemail_messages(USER);
        licences(USER);
        oauth_clients();
        teams();
        team_members(OTHER);
        all_groups();
        all_queues();
        skills();
        languages();
        queue(OTHER);
        phones_of(USER);
        all_phones();
        phone(OTHER);
        dids_of(USER);
        did("phoneNumber");
        all_dids();
        extension("number");
        all_extensions();
        stations_of_web_rtc_user(USER);
        station_by_id("id");
        management_unit(USER);
        agent_schedules(OTHER, "id", day("2026-01-01T00:00:00Z"), day("2026-01-08T00:00:00Z"));
        flows_naming(USER);
        work_items_of(USER);
        recording_policies();
        people(PeopleState::Any, &[Expand::Presence], &mut |_| ControlFlow::Continue(()));
    }
}

pub(super) fn effects() -> Vec<(&'static str, Effect)> {
    macro_rules! effects {
        ($($name:ident($($argument:expr),*);)*) => {
            vec![$((stringify!($name), Effect::$name($($argument),*))),*]
        };
    }
    let schema = Schema::load();
    // The vendor's document as it may be read, with everything in it.
    let full =
        |model: &str| sample(&schema, &json!({ "ref": model }), Fill::Everything(0), "", &mut Vec::new());
    effects! {
        set_state(USER, 7, State::Inactive);
        put_state(USER, 7, State::Inactive, Reason::Voluntary);
        delete_user(USER);
        revoke_tokens(USER);
        disassociate_station(USER);
        clear_default_station(USER);
        associate_station(USER, OTHER);
        set_default_station(USER, OTHER);
        leave_queue(OTHER, USER);
        join_queue(OTHER, USER);
        set_queue_joined(USER, OTHER, true);
        set_ring(OTHER, USER, 2);
        grant_roles(USER, &[(OTHER, "*")]);
        remove_roles(USER, &[(OTHER, OTHER)]);
        replace_skills(USER, &[(OTHER, 4.5)]);
        update_languages(USER, &[(OTHER, 4.0)]);
        remove_skill(USER, OTHER);
        remove_language(USER, OTHER);
        move_to_division(USER, OTHER);
        set_manager(USER, 7, Some(OTHER));
        join_group(OTHER, 3, USER);
        leave_group(OTHER, USER);
        set_addresses(USER, 7, &json!([{ "address": "+4930", "mediaType": "PHONE", "type": "WORK" }]));
        put_utilization(USER, &full("AgentMaxUtilizationResponse"));
        clear_utilization(USER);
        put_direct_routing_backup(USER, &full("AgentDirectRoutingBackupSettings"));
        clear_direct_routing_backup(USER);
        put_call_forwarding(USER, &full("CallForwarding"));
        put_out_of_office(USER, &full("OutOfOffice"));
        set_group_owners(OTHER, 3, &[USER]);
        join_team(OTHER, USER);
        leave_team(OTHER, USER);
        create_phone(&full("Phone"));
        delete_phone(OTHER);
        assign_work_item(OTHER, Some(USER));
    }
}
