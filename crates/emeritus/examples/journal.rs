//! Fills a journal with runs as an emulated retirement leaves them, and says what an append costs.
//!
//! `journal FOLDER RUNS EVENTS`: so many runs of so many people, each with so many events, three at least. What is
//! measured is measured on the folder's own disk: appends are durable, so on a memory file system they cost little.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::path::Path;
use std::time::{Duration, Instant};

use emeritus::event::{Event, Outcome, Record};
use emeritus::id::{OrganizationId, RunId, UserId};
use emeritus::index::IndexRow;
use emeritus::{Journal, RunState};
use jiff::Timestamp;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, runs, events] = arguments.as_slice() else {
        return Err("journal FOLDER RUNS EVENTS".into());
    };
    let (runs, events): (u64, u64) = (runs.parse()?, events.parse()?);
    let like =
        Journal::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/journal-v2.sqlite")))?;
    let Some(model) = like.runs(None)?.into_iter().next() else { return Err("no run to copy".into()) };
    let Some(begun) = like.records(&model)?.into_iter().next() else { return Err("no first event".into()) };
    let journal = Journal::open(&Path::new(folder).join("journal.sqlite"))?;
    let organization = OrganizationId::parse("the-organization")?;
    let mut took = Vec::new();
    for number in 0..runs {
        let run = RunId::parse(Uuid::now_v7().hyphenated().to_string())?;
        let user = UserId::parse(format!("user-{number}"))?;
        let mut begun = begun.clone();
        let Event::Started { run: id, .. } = &mut begun.event else {
            return Err("not the first event".into());
        };
        *id = run.clone();
        // As if its evidence had been written: what lacks it is listed.
        let evidence = Path::new(folder).join("runs").join(run.as_str());
        std::fs::create_dir_all(&evidence)?;
        std::fs::write(evidence.join("SHA256SUMS"), "")?;
        let mut state = RunState::start(&begun)?;
        let pen = journal.begin((&run, &organization, &user), &begun, &IndexRow::of(&state))?;
        let counted = || Event::Counted { calls: 1 };
        let notes = (3..events).map(|_| counted());
        for (event, sequence) in
            notes.chain([Event::Finished { outcome: Outcome::Verified }, counted()]).zip(2..)
        {
            let record = Record { sequence, at: Timestamp::now(), event };
            state.apply(&record)?;
            let row = IndexRow::of(&state);
            let since = Instant::now();
            journal.append(&pen, &record, &row)?;
            took.push(since.elapsed());
        }
    }
    took.sort();
    let at = |part: usize| took.get(took.len() * part / 100).copied().unwrap_or(Duration::ZERO);
    println!("{} appends, p50 {:?}, p99 {:?}", took.len(), at(50), at(99));
    Ok(())
}
