//! Measures the archive, with what it is to be compared with in the same run: `measure [RECORDS [ROWS]]`.
//!
//! The floor is a bare prototype: parse with `serde_json` into a tree, and write ids, start and the JSON text as
//! three Parquet columns, without a hash, without reading anything back. Peak memory is the process's own.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::time::{Duration, Instant};

use emeritus_archive::{Archive, BatchSpec, Begun, Groups, Location, fingerprint};
use genesys_emulator::{Emulator, Settings};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

type Failed = Box<dyn std::error::Error>;

fn records(count: u64) -> Result<Vec<Vec<u8>>, Failed> {
    let emulator = Emulator::new(Settings::default());
    let ada = emulator.user("Ada Agent").in_queue("Support").add();
    let colleagues: Vec<String> =
        (0..200).map(|number| emulator.user(&format!("Agent {number}")).in_queue("Support").add()).collect();
    let colleagues: Vec<&str> = colleagues.iter().map(String::as_str).collect();
    let window = ("2025-01-01T00:00:00Z".parse()?, "2025-01-31T00:00:00Z".parse()?);
    emulator.give_shared_history(&ada, &colleagues, count, window.0, window.1);
    let ids = emulator.conversations_of(&ada);
    Ok(ids
        .iter()
        .filter_map(|id| emulator.conversation(id))
        .map(|record| record.to_string().into_bytes())
        .collect())
}

fn prototype(records: &[Vec<u8>]) -> Result<usize, Failed> {
    let schema = parse_message_type(
        "message record { required binary id (STRING); required binary start (STRING); required binary json (STRING); }",
    )?;
    let level = parquet::basic::ZstdLevel::try_new(3)?;
    let properties = WriterProperties::builder()
        .set_compression(parquet::basic::Compression::ZSTD(level))
        .set_dictionary_enabled(false)
        .build();
    let mut out = Vec::new();
    let mut file = SerializedFileWriter::new(&mut out, schema.into(), properties.into())?;
    for chunk in records.chunks(5000) {
        let mut columns = [Vec::new(), Vec::new(), Vec::new()];
        for record in chunk {
            let tree: serde_json::Value = serde_json::from_slice(record)?;
            let text = |name: &str| {
                tree.get(name).and_then(|value| value.as_str()).unwrap_or_default().as_bytes().to_vec()
            };
            let values = [text("conversationId"), text("conversationStart"), tree.to_string().into_bytes()];
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(ByteArray::from(value));
            }
        }
        let mut group = file.next_row_group()?;
        for values in &columns {
            let mut column = group.next_column()?.ok_or("a column is missing")?;
            column.typed::<ByteArrayType>().write_batch(values, None, None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(out.len())
}

/// Peak resident memory in megabytes, as Linux has it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

fn spec(id: &str) -> BatchSpec {
    BatchSpec {
        id: id.to_owned(),
        organization: "measure".to_owned(),
        source: "emulator".to_owned(),
        window: (0, 0),
        subjects: Vec::new(),
        now: 1_767_225_600_000,
        groups: Groups::ALL,
        skip_archived: false,
    }
}

fn rate(what: &str, count: usize, took: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "{what}: {:.2} s for {count}, {:.0} a second",
        seconds,
        f64::from(u32::try_from(count).unwrap_or(0)) / seconds
    );
}

async fn archived(archive: &Archive, id: &str, records: &[Vec<u8>]) -> Result<(Duration, u64), Failed> {
    let began = Instant::now();
    let Begun::Open(mut batch) = archive.begin(spec(id)).await? else { return Err("archived before".into()) };
    for record in records {
        batch.add(record)?;
    }
    let manifest = batch.finish().await?;
    Ok((began.elapsed(), manifest.files.iter().map(|file| file.size).sum()))
}

/// Rows for the two questions: small records of 2,000 users over a year.
async fn questions(rows: usize) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let archive = Archive::open(&Location::Folder(folder.path().to_owned()))?;
    let began: i64 = 1_735_689_600_000;
    let step = 365 * 86_400_000 / i64::try_from(rows)?;
    let mut number = 0_usize;
    while number < rows {
        let Begun::Open(mut batch) = archive.begin(spec(&format!("rows-{number}"))).await? else {
            return Err("archived before".into());
        };
        for _ in 0..400_000.min(rows - number) {
            let start = jiff::Timestamp::from_millisecond(began + step * i64::try_from(number)?)?;
            let user = number.wrapping_mul(2_654_435_761) % 2000;
            let record = format!(
                r#"{{"conversationId":"{number:08x}-0000-4000-8000-{:012x}","conversationStart":"{start:.3}","participants":[{{"purpose":"agent","userId":"{user:08x}-1111-4111-8111-111111111111","sessions":[{{"mediaType":"voice","direction":"inbound","metrics":[{{"name":"tHandle","value":{}}}]}}]}}]}}"#,
                number.wrapping_mul(0x9e37_79b9_7f4a_7c15) & 0xffff_ffff_ffff,
                number % 600_000,
            );
            batch.add(record.as_bytes())?;
            number += 1;
        }
        batch.finish().await?;
    }
    let day = 86_400_000;
    let user = format!("{:08x}-1111-4111-8111-111111111111", 77);
    for time in ["first", "again", "third"] {
        let asked = Instant::now();
        let found = archive.history(&user, began + 31 * day..began + 91 * day).await?.len();
        println!("one agent, 60 days ({time}): {:.1} ms, {found} rows", asked.elapsed().as_secs_f64() * 1e3);
        let asked = Instant::now();
        let found = archive.tally().await?.len();
        println!("by agent and month ({time}): {:.1} ms, {found} rows", asked.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failed> {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().map_or(Ok(20_000), |count| count.parse())?;
    let rows: usize = args.next().map_or(Ok(5_000_000), |rows| rows.parse())?;
    let records = records(u64::try_from(count)?)?;
    let raw: usize = records.iter().map(Vec::len).sum();
    println!("{count} records of {} bytes", raw / count.max(1));
    let held = peak();
    let began = Instant::now();
    for record in &records {
        fingerprint(record)?;
    }
    rate("parse and fingerprint, one thread", count, began.elapsed());
    let folder = tempfile::tempdir()?;
    let archive = Archive::open(&Location::Folder(folder.path().to_owned()))?;
    let (took, bytes) = archived(&archive, "one", &records).await?;
    rate("archive, read back and committed", count, took);
    println!("bytes a record, all tables: {}", bytes / u64::try_from(count.max(1))?);
    if let (Some(held), Some(peak)) = (held, peak()) {
        println!("peak memory: {} MB more than the {held} MB of the records held here", peak - held);
    }
    let began = Instant::now();
    let size = prototype(&records)?;
    let floor = began.elapsed();
    rate("prototype", count, floor);
    println!("bytes a record, prototype: {}", size / count.max(1));
    println!("archive against prototype: {:.2}x", floor.as_secs_f64() / took.as_secs_f64());
    drop(records);
    if rows > 0 { questions(rows).await } else { Ok(()) }
}
