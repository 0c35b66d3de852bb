//! Records that are odd, and answers that are too large: each costs no more than what is odd of it.

use emeritus::census::{Control, UnreadPlace, Verdict, compare};
use emeritus::{Reading, Wanted};
use genesys::Limits;
use serde_json::json;

use super::{Organization, at, days, settings, stream, truth, user};
use crate::history::lake::Lake;
use crate::world::NOW;
use emeritus::census::Window;
use emeritus::{Choice, Source};
use genesys_emulator::Emulator;

const FIRST: &str = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
const SECOND: &str = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a12";

fn window() -> Window {
    Window { from: at(NOW) - days(90), to: at(NOW) }
}

fn census(organization: &Organization, id: &str, choice: Choice) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let wanted = [Wanted { user: user(id), window: window(), path: folder.path().join("census.jsonl") }];
    let read = organization.emeritus.censuses(&wanted, choice);
    let mut readings = organization.emulator.clock().run(read);
    readings.remove(0).unwrap()
}

/// Somebody with a history, and two conversations besides that a test makes odd.
fn ada(emulator: &Emulator, conversations: u64, odd: impl Fn(&str, &mut serde_json::Value)) -> String {
    let ada = emulator.user("Ada").add();
    emulator.give_history(&ada, conversations, at(NOW) - days(88), at(NOW) - days(40));
    let sample = emulator.conversations_of(&ada)[3].clone();
    for id in [FIRST, SECOND] {
        let mut record = emulator.conversation(&sample).unwrap();
        record["conversationId"] = id.into();
        odd(id, &mut record);
        emulator.add_conversation(&record).unwrap();
    }
    ada
}

#[test]
fn a_null_list_costs_no_history_and_is_named() {
    let organization = Organization::of(settings());
    let ada = ada(&organization.emulator, 60, |id, record| {
        for participant in record["participants"].as_array_mut().unwrap() {
            let is_agent = participant["purpose"] == "agent";
            if is_agent == (id == FIRST) {
                participant["sessions"] = json!(null);
            }
        }
    });
    let all = truth(&organization.emulator, &[&ada], window()).len() as u64;
    let readings =
        [Source::Query, Source::Job].map(|source| census(&organization, &ada, Choice::Always(source)));
    for reading in &readings {
        let summary = reading.census.summary();
        assert_eq!((summary.conversations, summary.unread.records), (all, 2), "{:?}", reading.source);
        let named: Vec<_> =
            summary.unread.first.iter().map(|unread| unread.conversation.as_deref()).collect();
        assert_eq!(named, [Some(FIRST), Some(SECOND)]);
        assert_eq!(summary.unread.places.get("own.sessions"), Some(&1));
    }
    assert_eq!([readings[0].source, readings[1].source], [Source::Query, Source::Job]);
    let comparison = compare(&readings[0].census, &readings[1].census, Control::NotNeeded);
    assert_eq!((&comparison.verdict, comparison.not_compared.media), (&Verdict::Intact, 1));
}

#[test]
fn a_page_that_is_too_large_is_read_in_smaller_ones_and_one_record_that_is_too_large_is_named() {
    let lake = Lake::new(&Emulator::new(settings()));
    let limits = Limits { max_body_bytes: 300_000, ..Limits::default() };
    let organization = Organization::over(&lake, limits);
    let emulator = &organization.emulator;
    let ada = ada(emulator, 250, |id, record| {
        if id == FIRST {
            record["filler"] = "x".repeat(400_000).into();
        }
    });
    let all = truth(emulator, &[&ada], window());
    for source in [Source::Query, Source::Job] {
        let reading = census(&organization, &ada, Choice::Always(source));
        let summary = reading.census.summary();
        let place =
            |place: &str| UnreadPlace { conversation: Some(FIRST.to_owned()), place: place.to_owned() };
        let giant = vec![place("conversationStart"), place("record")];
        assert_eq!((summary.conversations, &summary.unread.first), (all.len() as u64, &giant), "{source:?}");
        // Where a job goes on stands in the page that is too large, so it is given up for the query.
        assert_eq!(
            (reading.source, reading.notes.len()),
            (Source::Query, usize::from(source == Source::Job))
        );
    }
    let (mut met, streamed) = stream(&organization, &[&ada], window(), Choice::Always(Source::Query));
    let whole = all[FIRST].clone();
    assert_eq!(met.insert(FIRST.to_owned(), whole), None, "it was not handed on");
    assert_eq!(met, all);
    let named: Vec<_> = streamed.unread.iter().map(|unread| unread.conversation.as_deref()).collect();
    assert_eq!(named, [Some(FIRST)]);
}

#[test]
fn what_a_job_gives_with_attributes_is_handed_on_with_them_and_the_rest_by_query() {
    let mut settings = settings();
    settings.seed = 12;
    let organization = Organization::of(settings);
    let emulator = &organization.emulator;
    emulator.set_switch("jobs_lag_s", &(5 * 86_400).to_string()).unwrap();
    let ada = emulator.user("Ada").add();
    emulator.give_history(&ada, 300, at(NOW) - days(88), at(NOW));
    let to = at("2026-10-28T00:00:00Z");
    let window = Window { to, ..window() };
    let (met, streamed) = stream(&organization, &[&ada], window, Choice::JobAlone);
    assert_eq!(met.len(), truth(emulator, &[&ada], window).len());
    let with = met.values().filter(|record| record.to_string().contains("\"attributes\"")).count() as u64;
    assert_eq!((streamed.source, streamed.records - streamed.by_query), (Source::Job, with));
    assert!(with > 250, "the lake's last month too: {with}");
}
