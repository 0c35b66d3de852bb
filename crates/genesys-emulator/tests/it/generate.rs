//! What the generator makes: people, and conversations that could have been.

use std::collections::{BTreeMap, BTreeSet};

use genesys_emulator::{Clock, Emulator, Settings};
use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
use serde_json::Value;

fn organization(users: u32, conversations: u64) -> Emulator {
    let clock = Clock::virtual_at("2026-03-15T12:00:00Z".parse().unwrap());
    Emulator::new(Settings { seed: 7, users, conversations, clock, ..Settings::default() })
}

/// Three thousand conversations of one agent and two colleagues.
fn conversations() -> (Emulator, Vec<Value>) {
    let emulator = organization(0, 0);
    let [ada, bea, cai] = ["Ada", "Bea", "Cai"].map(|name| emulator.user(name).add());
    let (from, to) = ("2023-01-01T00:00:00Z".parse().unwrap(), "2026-01-01T00:00:00Z".parse().unwrap());
    emulator.give_shared_history(&ada, &[&bea, &cai], 2_000, from, to);
    emulator.give_history(&ada, 1_000, from, to);
    let ids = emulator.conversations_of(&ada);
    assert_eq!(ids.len(), 3_000);
    let records = ids.iter().map(|id| emulator.conversation(id).unwrap()).collect();
    (emulator, records)
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_else(|| panic!("{name} in {of}"))
}

fn sessions(record: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    list(record, "participants").iter().flat_map(|participant| {
        list(participant, "sessions").iter().map(move |session| (participant, session))
    })
}

fn segments(record: &Value) -> impl Iterator<Item = &Value> {
    sessions(record).flat_map(|(_, session)| list(session, "segments"))
}

/// How often each value of a field occurs among `items`.
fn tally<'a>(items: impl Iterator<Item = &'a Value>, name: &str) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        if let Some(value) = item.get(name).and_then(Value::as_str) {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts
}

fn names<'a>(counts: &BTreeMap<&'a str, usize>) -> BTreeSet<&'a str> {
    counts.keys().copied().collect()
}

#[test]
fn every_medium_and_every_kind_of_participant_occurs() {
    let (_, records) = conversations();
    let media = tally(records.iter().flat_map(sessions).map(|(_, session)| session), "mediaType");
    assert_eq!(names(&media), BTreeSet::from(["callback", "chat", "email", "message", "voice"]));
    let purposes = tally(records.iter().flat_map(|record| list(record, "participants")), "purpose");
    assert_eq!(names(&purposes), BTreeSet::from(["acd", "agent", "customer", "external", "ivr", "workflow"]));
    let directions = tally(records.iter(), "originatingDirection");
    assert_eq!(names(&directions), BTreeSet::from(["inbound", "outbound"]));
    assert!(directions["inbound"] > 4 * directions["outbound"]);
}

#[test]
fn transfers_consults_and_conferences_occur() {
    let (_, records) = conversations();
    let metrics = records.iter().flat_map(sessions).flat_map(|(_, session)| list(session, "metrics"));
    let counts = tally(metrics, "name");
    for name in
        ["nBlindTransferred", "nConsultTransferred", "nConsult", "tHeld", "tAcw", "nOutbound", "nOverSla"]
    {
        assert!(counts.get(name).is_some_and(|count| *count > 10), "{name}: {counts:?}");
    }
    let ends = tally(records.iter().flat_map(segments), "disconnectType");
    assert!(ends["conferenceTransfer"] > 10, "{ends:?}");
    let agents = |record: &&Value| {
        list(record, "participants").iter().filter(|participant| participant["purpose"] == "agent").count()
            == 2
    };
    let shared = records.iter().filter(agents).count();
    assert!((100..400).contains(&shared), "{shared} conversations have two agents");
}

#[test]
fn segments_are_of_the_vendors_kinds_in_order_and_without_gaps_in_an_agents_session() {
    let (_, records) = conversations();
    let kinds = tally(records.iter().flat_map(segments), "segmentType");
    let expected = ["alert", "delay", "dialing", "hold", "interact", "ivr", "scheduled", "system", "wrapup"];
    assert_eq!(names(&kinds), BTreeSet::from(expected));
    for (participant, session) in records.iter().flat_map(sessions) {
        let own = list(session, "segments");
        assert!(own.iter().all(|segment| text(segment, "segmentStart") < text(segment, "segmentEnd")));
        if participant["purpose"] == "agent" {
            let joined = own.windows(2).all(|pair| pair[0]["segmentEnd"] == pair[1]["segmentStart"]);
            assert!(joined, "{session}");
        }
    }
}

#[test]
fn nothing_happens_before_the_start_and_only_wrapping_up_after_the_end() {
    let (_, records) = conversations();
    for record in &records {
        let (start, end) = (text(record, "conversationStart"), text(record, "conversationEnd"));
        for segment in segments(record) {
            assert!(start <= text(segment, "segmentStart"), "{record}");
            let after = text(segment, "segmentEnd") > end;
            assert!(!after || segment["segmentType"] == "wrapup", "{record}");
        }
        let last = segments(record).filter(|segment| segment["segmentType"] != "wrapup");
        assert_eq!(last.map(|segment| text(segment, "segmentEnd")).max(), Some(end));
        assert!(seconds_between(start, end) < 2 * 86_400);
    }
}

fn seconds_between(from: &str, to: &str) -> i64 {
    let [from, to] = [from, to].map(|text| text.parse::<Timestamp>().unwrap());
    to.duration_since(from).as_secs()
}

#[test]
fn handling_time_is_talk_and_hold_and_after_call_work() {
    let (_, records) = conversations();
    let mut checked = 0;
    for (participant, session) in records.iter().flat_map(sessions) {
        let value = |name: &str| {
            let metrics = list(session, "metrics").iter();
            metrics
                .filter(|metric| metric["name"] == name)
                .map(|metric| metric["value"].as_i64().unwrap())
                .sum::<i64>()
        };
        let connected =
            if participant["purpose"] == "customer" || participant["purpose"] == "external" { 1 } else { 0 };
        assert!(value("nConnected") <= connected, "it is the customer's: {session}");
        if participant["purpose"] == "agent" && value("tHandle") > 0 {
            assert_eq!(value("tHandle"), value("tTalk") + value("tHeld") + value("tAcw"), "{session}");
            checked += 1;
        }
    }
    assert!(checked >= 3_000);
}

#[test]
fn wrap_up_names_codes_and_notes() {
    let emulator = organization(20, 500);
    let mut codes = BTreeSet::new();
    for user in emulator.user_ids() {
        for id in emulator.conversations_of(&user) {
            let record = emulator.conversation(&id).unwrap();
            for segment in segments(&record).filter(|segment| segment["segmentType"] == "wrapup") {
                codes.insert(text(segment, "wrapUpCode").to_owned());
                assert!(text(segment, "wrapUpNote").len() > 20);
            }
        }
    }
    assert!(codes.len() > 5);
}

#[test]
fn a_record_is_some_eight_kilobytes() {
    let (_, records) = conversations();
    let sizes: Vec<usize> = records.iter().map(|record| record.to_string().len()).collect();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((7_000..9_000).contains(&mean), "{mean}");
    assert!(sizes.iter().all(|size| (3_000..20_000).contains(size)));
}

#[test]
fn all_ids_of_participants_and_sessions_are_different() {
    let (_, records) = conversations();
    let mut seen = BTreeSet::new();
    for record in &records {
        for participant in list(record, "participants") {
            assert!(seen.insert(text(participant, "participantId").to_owned()));
            for session in list(participant, "sessions") {
                assert!(seen.insert(text(session, "sessionId").to_owned()));
            }
        }
    }
}

#[test]
fn history_spreads_over_years_and_follows_the_working_week() {
    let (_, records) = conversations();
    let mut years = BTreeMap::<i16, usize>::new();
    let mut sundays = 0;
    for record in &records {
        let start: Timestamp = text(record, "conversationStart").parse().unwrap();
        let day = start.to_zoned(TimeZone::UTC).date();
        *years.entry(day.year()).or_default() += 1;
        sundays += usize::from(day.weekday() == Weekday::Sunday);
    }
    assert_eq!(years.keys().copied().collect::<Vec<_>>(), [2023, 2024, 2025]);
    assert!(years.values().all(|count| *count > 900), "{years:?}");
    assert!(sundays > 0 && sundays < records.len() / 20, "{sundays}");
}

#[test]
fn people_are_distinct_and_everybody_in_a_conversation_is_one_of_them() {
    let emulator = organization(120, 1_500);
    let ids: BTreeSet<String> = emulator.user_ids().into_iter().collect();
    assert_eq!(ids.len(), 120);
    let emails: BTreeSet<String> = ids.iter().map(|id| emulator.truth(id).unwrap().email).collect();
    assert_eq!(emails.len(), 120);
    assert!(emails.iter().all(|email| email.ends_with("@example.test")));
    for user in &ids {
        for id in emulator.conversations_of(user) {
            let record = emulator.conversation(&id).unwrap();
            let agents = list(&record, "participants").iter().filter_map(|part| part.get("userId"));
            let agents: Vec<&str> = agents.filter_map(Value::as_str).collect();
            assert!(agents.contains(&user.as_str()));
            assert!(agents.iter().all(|agent| ids.contains(*agent)));
        }
    }
}

#[test]
fn some_people_administer_some_have_left_and_those_hold_no_roles() {
    let emulator = organization(200, 0);
    let people: Vec<_> = emulator.user_ids().iter().map(|id| emulator.truth(id).unwrap()).collect();
    let in_state = |state: &str| people.iter().filter(|person| person.state == state).count();
    assert!(in_state("active") > 150 && in_state("inactive") > 3 && in_state("deleted") > 2);
    let administrators =
        people.iter().filter(|person| person.effective_roles.contains("Master Admin")).count();
    assert_eq!(administrators, 2);
    for person in &people {
        assert_eq!(person.grants.is_empty(), person.state != "active", "{}", person.email);
        if person.state == "deleted" {
            assert_eq!(person.division, "Home");
            assert!(person.default_station.is_none() && person.extensions.is_empty());
        }
        if let Some(manager) = &person.manager {
            assert_eq!(emulator.truth(manager).unwrap().state, "active");
        }
    }
    assert!(
        people.iter().any(|person| !person.skills.is_empty()
            && !person.queues.is_empty()
            && !person.groups.is_empty())
    );
}

#[test]
fn people_who_left_have_history_only_until_they_left() {
    let emulator = organization(200, 20_000);
    let mut leavers = 0;
    for user in emulator.user_ids() {
        if emulator.truth(&user).unwrap().state == "active" {
            continue;
        }
        let ids = emulator.conversations_of(&user);
        let Some(last) = ids.last() else { continue };
        let record = emulator.conversation(last).unwrap();
        assert!(text(&record, "conversationEnd") < "2026-02-24", "left at least twenty days ago");
        leavers += 1;
    }
    assert!(leavers > 5);
}
