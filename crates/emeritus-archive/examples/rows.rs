//! Many small conversations, and two questions about them, for `./bench`.
//!
//! `rows fill FOLDER ROWS` archives ROWS conversations of 2,000 people over one year, a row of `participations` each.
//! `rows agent FOLDER` asks for one person's sixty days, `rows months FOLDER` counts by person and month; both print a
//! line of JSON with what the first answer of this process took, and the median of the next five.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::time::Instant;

use emeritus_archive::{Archive, BatchSpec, Begun, Groups, Location, MAX_RECORDS};
use serde_json::json;

type Failed = Box<dyn std::error::Error>;

/// 1 January 2025, in milliseconds since 1970.
const BEGAN: i64 = 1_735_689_600_000;
const DAY: i64 = 86_400_000;
const USER: u64 = 77;

fn user(number: u64) -> String {
    format!("{number:08x}-1111-4111-8111-111111111111")
}

/// The row at a place; `benchmark/rivals/questions.py` makes the same ones.
fn row(number: u64, start: jiff::Timestamp) -> String {
    let user = user(number.wrapping_mul(2_654_435_761) % 2000);
    let tail = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) & 0xffff_ffff_ffff;
    let handled = number % 600_000;
    format!(
        r#"{{"conversationId":"{number:08x}-0000-4000-8000-{tail:012x}","conversationStart":"{start:.3}","participants":[{{"purpose":"agent","userId":"{user}","sessions":[{{"mediaType":"voice","direction":"inbound","metrics":[{{"name":"tHandle","value":{handled}}}]}}]}}]}}"#
    )
}

async fn fill(archive: &Archive, rows: u64) -> Result<(), Failed> {
    let step = 365 * DAY / i64::try_from(rows)?;
    let mut number = 0;
    while number < rows {
        let spec = BatchSpec {
            id: format!("rows-{number}"),
            organization: "bench".to_owned(),
            source: "bench".to_owned(),
            window: (0, 0),
            subjects: Vec::new(),
            now: BEGAN + 366 * DAY,
            groups: Groups::ALL,
            skip_archived: false,
        };
        let Begun::Open(mut batch) = archive.begin(spec).await? else { return Err("archived before".into()) };
        for _ in 0..MAX_RECORDS.min(rows - number) {
            let start = jiff::Timestamp::from_millisecond(BEGAN + step * i64::try_from(number)?)?;
            batch.add(row(number, start).as_bytes())?;
            number += 1;
        }
        batch.finish().await?;
    }
    Ok(())
}

/// Asks six times; the archive is opened anew each time.
async fn ask(folder: &str, months: bool) -> Result<(), Failed> {
    let (mut times, mut rows) = (Vec::new(), 0);
    for _ in 0..6 {
        let asked = Instant::now();
        let archive = Archive::open(&Location::Folder(folder.into()))?;
        rows = if months {
            archive.tally().await?.len()
        } else {
            archive.history(&user(USER), BEGAN + 31 * DAY..BEGAN + 91 * DAY).await?.len()
        };
        times.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    let first = times.remove(0);
    times.sort_by(f64::total_cmp);
    println!("{}", json!({ "rows": rows, "first_ms": first, "warm_ms": times.get(times.len() / 2) }));
    Ok(())
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["fill", folder, rows] => {
            fill(&Archive::open(&Location::Folder((*folder).into()))?, rows.parse()?).await
        }
        ["agent", folder] => ask(folder, false).await,
        ["months", folder] => ask(folder, true).await,
        _ => Err("fill FOLDER ROWS, agent FOLDER, or months FOLDER".into()),
    }
}
