//! Details jobs give the same history as details queries, or are given up for them.

use std::collections::BTreeMap;
use std::path::Path;

use emeritus::census::Window;
use emeritus::event::{Completeness, Event};
use emeritus::{Choice, Reading, Scans, Source, Wanted};
use genesys::Limits;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::lake::{Lake, Mishap};
use super::{at, days, settings, stream, truth, user};
use crate::cost::Organization;
use crate::world::NOW;

const BY_JOB: Choice = Choice::Always(Source::Job);
const BY_QUERY: Choice = Choice::Always(Source::Query);

struct World {
    organization: Organization,
    lake: Lake,
    files: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let (organization, lake) = Organization::with_lake(settings());
        Self { organization, lake, files: tempfile::tempdir().unwrap() }
    }

    /// A person with so many conversations from so many days ago until now.
    fn person(&self, name: &str, conversations: u64, since: i64) -> String {
        let id = self.organization.emulator.user(name).add();
        self.organization.emulator.give_history(&id, conversations, at(NOW) - days(since), at(NOW));
        id
    }

    fn wanted(&self, id: &str, window: Window, name: &str) -> Wanted {
        Wanted { user: user(id), window, path: self.files.path().join(format!("{id}-{name}.jsonl")) }
    }

    fn read(&self, wanted: &[Wanted], choice: Choice) -> Vec<Reading> {
        let read = self.organization.emeritus.censuses(wanted, choice);
        let readings = self.organization.emulator.clock().run(read);
        readings.into_iter().map(Result::unwrap).collect()
    }

    /// Reads one person by query and as chosen; both give the same. Returns what was asked for the second.
    fn compared(&self, id: &str, window: Window, choice: Choice) -> (Reading, Vec<String>) {
        let (wanted, again) = (self.wanted(id, window, "query"), self.wanted(id, window, "chosen"));
        let by_query = self.read(std::slice::from_ref(&wanted), BY_QUERY).remove(0);
        self.lake.asked();
        let chosen = self.read(std::slice::from_ref(&again), choice).remove(0);
        assert_eq!(chosen.census, by_query.census);
        assert_eq!(chosen.census.summary(), by_query.census.summary());
        assert_eq!(leaves(&again.path), leaves(&wanted.path));
        assert_eq!(by_query.notes, []);
        (chosen, self.lake.asked())
    }
}

/// The leaves of a census file, of several of one conversation the last.
fn leaves(path: &Path) -> BTreeMap<String, Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let leaves = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    leaves.map(|leaf| (leaf["conversation"].as_str().unwrap().to_owned(), leaf)).collect()
}

fn years(years: i64) -> Window {
    Window { from: at(NOW) - days(365 * years) - SignedDuration::from_hours(5), to: at(NOW) }
}

fn plant(world: &World, id: &str, number: u32, start: Timestamp, end: Option<Timestamp>) {
    let mut record = json!({
        "conversationId": format!("{number:08x}-0000-4000-8000-000000000001"),
        "conversationStart": start,
        "participants": [{
            "participantId": format!("{number:08x}-0000-4000-8000-000000000002"),
            "participantName": "Ada", "purpose": "agent", "userId": id,
            "sessions": [{ "mediaType": "email", "segments": [
                { "segmentStart": start, "segmentType": "interact" },
            ] }],
        }],
    });
    if let Some(end) = end {
        record["conversationEnd"] = json!(end);
    }
    world.organization.emulator.add_conversation(&record).unwrap();
}

#[test]
fn a_census_by_job_is_the_census_by_query() {
    let world = World::new();
    let ada = world.person("Ada", 2_000, 365 * 5 + 20);
    let now = at(NOW);
    // Still open after 40 and after 400 days; ended a minute ago, after 100 days; across a midnight; at one.
    plant(&world, &ada, 1, now - days(40), None);
    plant(&world, &ada, 2, now - days(400), None);
    plant(&world, &ada, 3, now - days(100), Some(now - SignedDuration::from_secs(60)));
    plant(&world, &ada, 4, at("2026-03-01T23:59:59.999Z"), Some(at("2026-03-02T00:00:01Z")));
    plant(&world, &ada, 5, at("2026-03-02T00:00:00Z"), Some(at("2026-03-02T00:00:01Z")));
    plant(&world, &ada, 6, now - days(1), Some(now - SignedDuration::from_hours(1)));
    let (reading, asked) = world.compared(&ada, years(5), BY_JOB);
    assert_eq!((reading.source, reading.completeness), (Source::Job, Completeness::ByJob));
    assert_eq!(reading.notes, []);
    assert!(
        reading.census.len() > 1_900 && reading.census.summary().open >= 2,
        "{:?}",
        reading.census.summary()
    );
    assert_eq!(Lake::count(&asked, "submit"), 1);
    assert_eq!(Lake::count(&asked, "page"), 20, "a hundred on each");
    assert!(Lake::count(&asked, "details/query") <= 8, "the last month and what is open: {asked:?}");
}

#[test]
fn the_emulators_own_jobs_give_the_same_with_everything_that_goes_wrong_in_a_history() {
    let organization = Organization::of(settings());
    let emulator = &organization.emulator;
    emulator.set_switch("jobs_interval_max_days", "3650").unwrap();
    emulator.set_switch("jobs_lag_s", "30000").unwrap();
    let ada = emulator.user("Ada").add();
    let colleagues = [emulator.user("Grace").add(), emulator.user("Charles").add()];
    emulator.give_history(&ada, 1_500, at(NOW) - days(365 * 3), at(NOW));
    emulator.plant_history_cases(&ada, [&colleagues[0], &colleagues[1]]);
    // One that came late is seen by queries now, and not in the lake yet.
    emulator.clock().advance(std::time::Duration::from_secs(2 * 3_600));
    let window = Window { from: at(NOW) - days(365 * 3), to: at(NOW) + days(3) };
    let files = tempfile::tempdir().unwrap();
    let read = |id: &str, name: &str, choice| {
        let wanted = [Wanted { user: user(id), window, path: files.path().join(format!("{id}-{name}")) }];
        let read = organization.emeritus.censuses(&wanted, choice);
        emulator.clock().run(read).remove(0).unwrap()
    };
    for id in [&ada, &colleagues[0], &colleagues[1]] {
        let (by_query, by_job) = (read(id, "query", BY_QUERY), read(id, "job", BY_JOB));
        assert_eq!((by_job.source, by_job.notes), (Source::Job, vec![]));
        assert_eq!(by_job.census, by_query.census);
        assert!(!by_query.census.is_empty());
    }
}

#[test]
fn the_source_is_picked_by_size() {
    let world = World::new();
    let ada = world.person("Ada", 500, 365 * 5);
    let half = Window { from: at(NOW) - days(180), to: at(NOW) };
    let (reading, asked) = world.compared(&ada, half, Choice::BySize);
    assert_eq!(reading.source, Source::Query);
    assert_eq!(Lake::count(&asked, "aggregates/query"), 0, "nothing more is asked for a short history");
    let (reading, asked) = world.compared(&ada, years(1), Choice::BySize);
    assert_eq!((reading.source, reading.notes.len()), (Source::Query, 0));
    assert_eq!(Lake::count(&asked, "aggregates/query"), 1);
    let (reading, asked) = world.compared(&ada, years(5), Choice::BySize);
    assert_eq!((reading.source, reading.notes.len()), (Source::Job, 0));
    assert!(asked.len() < 26, "instead of 59: {asked:?}");
}

#[test]
fn where_jobs_may_span_a_month_only_they_do_or_are_left_alone() {
    let world = World::new();
    world.lake.set(|settings| settings.days_max = 31);
    let ada = world.person("Ada", 300, 400);
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    assert_eq!((reading.source, reading.notes.len()), (Source::Job, 0));
    assert_eq!(Lake::count(&asked, "submit"), 1 + 11, "one refused, and one a month");
    let (reading, asked) = world.compared(&ada, years(5), Choice::BySize);
    assert_eq!(reading.source, Source::Query, "a job a month would cost more");
    assert_eq!(Lake::count(&asked, "submit"), 1);
    assert_eq!(reading.notes.len(), 1, "{:?}", reading.notes);
}

#[test]
fn a_job_that_goes_wrong_is_submitted_again() {
    for mishap in [
        Mishap::Ends("FAILED"),
        Mishap::Ends("CANCELLED"),
        Mishap::Ends("EXPIRED"),
        Mishap::GoneAfter(1),
        Mishap::GoneAfter(0),
        Mishap::ExpiredAtTheEnd,
    ] {
        let world = World::new();
        let ada = world.person("Ada", 250, 500);
        world.lake.mishaps(&[mishap, mishap]);
        let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
        assert_eq!((reading.source, reading.notes.len()), (Source::Job, 0), "{mishap:?}");
        assert_eq!(Lake::count(&asked, "submit"), 3, "{mishap:?}");
    }
}

#[test]
fn results_with_repeats_are_followed_again() {
    let world = World::new();
    let ada = world.person("Ada", 250, 500);
    world.lake.mishaps(&[Mishap::Repeats]);
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    assert_eq!((reading.source, Lake::count(&asked, "submit")), (Source::Job, 1));
    assert_eq!(Lake::count(&asked, "page"), 4, "two passes");
}

#[test]
fn a_job_of_no_use_is_given_up_for_the_query_and_the_reason_said() {
    for (mishap, submitted, said) in [
        (Mishap::Ends("FAILED"), 3, "ended as Failed"),
        (Mishap::GoneAfter(1), 3, "404"),
        (Mishap::Never, 1, "did not end in time"),
        (Mishap::RepeatsOthers, 1, "different ones"),
        (Mishap::Circle, 1, "circle"),
        (Mishap::Reaches(60), 1, "reach to"),
        (Mishap::Silent, 1, "do not say"),
    ] {
        let world = World::new();
        let ada = world.person("Ada", 250, 300);
        world.lake.mishaps(&[mishap; 3]);
        let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
        assert_eq!((reading.source, reading.completeness), (Source::Query, Completeness::ByCount));
        assert_eq!(Lake::count(&asked, "submit"), submitted, "{mishap:?}");
        assert_eq!(Lake::count(&asked, "cancel"), usize::from(mishap == Mishap::Never));
        let notes: Vec<_> = reading.notes.iter().map(ToString::to_string).collect();
        assert!(notes.len() == 1 && notes[0].contains(said), "{mishap:?}: {notes:?}");
    }
}

#[test]
fn without_the_permission_for_jobs_or_aggregates_the_query_does() {
    let world = World::new();
    let ada = world.person("Ada", 200, 365 * 5);
    world.lake.set(|settings| settings.forbidden = true);
    let (reading, _) = world.compared(&ada, years(5), Choice::BySize);
    assert_eq!((reading.source, reading.notes.len()), (Source::Query, 1));
    let limited = World { organization: Organization::without_aggregates(&world.lake), ..world };
    let wanted = [limited.wanted(&ada, years(5), "limited")];
    let reading = {
        let read = limited.organization.emeritus.censuses(&wanted, Choice::BySize);
        limited.organization.emulator.clock().run(read).remove(0).unwrap()
    };
    assert_eq!((reading.source, reading.notes.len()), (Source::Query, 1));
    assert!(reading.notes[0].to_string().contains("could not be asked"), "{:?}", reading.notes);
}

#[test]
fn a_lake_far_behind_is_left_alone() {
    let world = World::new();
    let ada = world.person("Ada", 300, 300);
    world.lake.set(|settings| settings.lag = days(400));
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    assert_eq!((reading.source, Lake::count(&asked, "submit")), (Source::Query, 0));
    assert_eq!(reading.notes.len(), 1);
    world.lake.set(|settings| settings.lag = days(90));
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    assert_eq!((reading.source, Lake::count(&asked, "submit")), (Source::Job, 1), "the rest by query");
    assert!(Lake::count(&asked, "details/query") >= 4);
}

#[test]
fn many_people_share_jobs() {
    let world = World::new();
    let emulator = &world.organization.emulator;
    let ids: Vec<String> = (0..250).map(|n| emulator.user(&format!("Agent {n}")).add()).collect();
    for (n, id) in ids.iter().enumerate() {
        let colleague = &ids[(n + 1) % ids.len()];
        emulator.give_shared_history(id, &[colleague], 8, at(NOW) - days(300), at(NOW) - days(2));
    }
    let window = |n: usize| Window { from: at(NOW) - days(260 + i64::try_from(n % 7).unwrap()), to: at(NOW) };
    let wanted: Vec<_> = ids.iter().enumerate().map(|(n, id)| world.wanted(id, window(n), "all")).collect();
    world.lake.asked();
    let together = world.read(&wanted, Choice::BySize);
    let asked = world.lake.asked();
    assert_eq!(Lake::count(&asked, "submit"), 3, "a hundred people each");
    assert!(asked.len() < 100, "{} requests for 250 people and nine months", asked.len());
    assert_eq!(together.len(), 250);
    for n in [0, 1, 99, 100, 249] {
        let alone = world.read(&[world.wanted(&ids[n], window(n), "alone")], BY_QUERY).remove(0);
        assert_eq!((together[n].source, &together[n].census), (Source::Job, &alone.census), "person {n}");
        assert_eq!(alone.census.len(), truth(emulator, &[&ids[n]], window(n)).len());
    }
    let shared: usize = together.iter().map(|reading| reading.census.len()).sum();
    assert!(shared > 250 * 7, "{shared}");
}

#[test]
fn what_nobody_is_named_in_is_not_dealt_to_anybody() {
    let world = World::new();
    let people = [world.person("Ada", 100, 300), world.person("Grace", 100, 300)];
    let wanted = people.each_ref().map(|id| world.wanted(id, years(1), "both"));
    world.lake.mishaps(&[Mishap::Stranger]);
    for reading in world.read(&wanted, BY_JOB) {
        assert_eq!((reading.source, reading.notes.len()), (Source::Query, 1));
        assert!(reading.notes[0].to_string().contains("nobody"), "{:?}", reading.notes);
    }
}

#[test]
fn records_by_job_are_the_records_by_query() {
    for mishaps in [
        vec![],
        vec![Mishap::GoneAfter(1)],
        vec![Mishap::Repeats],
        vec![Mishap::GoneAfter(1); 3],
        vec![Mishap::Circle],
    ] {
        let world = World::new();
        let emulator = &world.organization.emulator;
        let (ada, grace) = (world.person("Ada", 250, 500), world.person("Grace", 50, 500));
        emulator.give_shared_history(&ada, &[&grace], 60, at(NOW) - days(300), at(NOW));
        plant(&world, &ada, 1, at(NOW) - days(200), None);
        world.lake.mishaps(&mishaps);
        let (met, streamed) = stream(&world.organization, &[&ada, &grace], years(1), BY_JOB);
        assert_eq!(met, truth(emulator, &[&ada, &grace], years(1)), "{mishaps:?}");
        let by_job = mishaps.len() < 3 && !mishaps.contains(&Mishap::Circle);
        assert_eq!(streamed.source == Source::Job, by_job, "{mishaps:?}");
        assert_eq!(streamed.notes.is_empty(), by_job, "{:?}", streamed.notes);
    }
}

#[test]
fn within_a_run_only_the_first_reading_is_by_job() {
    let world = World::new();
    let ada = world.person("Ada", 300, 365 * 5);
    let emeritus = &world.organization.emeritus;
    world.organization.cost_of(&ada, &Scans::default());
    assert_eq!(Lake::count(&world.lake.asked(), "submit"), 1);
    let runs = emeritus.runs().unwrap();
    let records = emeritus.records(runs.first().unwrap().run()).unwrap();
    let wholes = records.iter().filter_map(|record| {
        if let Event::Measured { completeness, .. } | Event::Proved { completeness, .. } = &record.event {
            Some(*completeness)
        } else {
            None
        }
    });
    assert_eq!(wholes.collect::<Vec<_>>(), [Completeness::ByJob, Completeness::ByCount]);
}

#[test]
fn pages_that_are_too_large_are_asked_for_smaller() {
    let world = World::new();
    let ada = world.person("Ada", 800, 400);
    let wanted = world.wanted(&ada, years(1), "large");
    let by_query = world.read(&[world.wanted(&ada, years(1), "query")], BY_QUERY).remove(0);
    let narrow = Organization::over(&world.lake, Limits { max_body_bytes: 1 << 20, ..Limits::default() });
    let read = narrow.emeritus.censuses(std::slice::from_ref(&wanted), BY_JOB);
    let reading = narrow.emulator.clock().run(read).remove(0).unwrap();
    assert_eq!((reading.source, &reading.census), (Source::Job, &by_query.census));
    assert!(Lake::count(&world.lake.asked(), "page") > 2);
}

#[test]
fn the_vendor_works_on_several_jobs_at_once_and_none_is_left_behind() {
    let world = World::new();
    world.lake.set(|settings| settings.days_max = 31);
    let ada = world.person("Ada", 300, 400);
    world.compared(&ada, years(1), BY_QUERY);
    let begun = world.lake.emulator().clock().now();
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    let took = world.lake.emulator().clock().now().duration_since(begun);
    assert_eq!(reading.source, Source::Job);
    let first_look = asked.iter().position(|asked| asked == "look").unwrap();
    assert_eq!(Lake::count(&asked[..first_look], "submit"), 1 + 4, "one refused, and four begun: {asked:?}");
    assert!(took < SignedDuration::from_secs(3 * 7 + 5), "eleven jobs of six seconds took {took:?}");

    world.lake.mishaps(&[Mishap::Never]);
    let (reading, asked) = world.compared(&ada, years(1), BY_JOB);
    assert_eq!((reading.source, reading.notes.len()), (Source::Query, 1));
    assert_eq!(
        Lake::count(&asked, "cancel"),
        4,
        "the one that does not end, and three begun with it: {asked:?}"
    );
}
