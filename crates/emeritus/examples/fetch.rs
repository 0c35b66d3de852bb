//! One measurement of `./bench`: our own client fetches a details job's results and does something with each record.
//!
//! `fetch WHAT WIRE PASSES`, with the organization in a line of JSON on the input, prints a line of JSON. WHAT is
//! `nothing`, `fields` (parse what a census reads, and the SHA-256 of the vendor's bytes), `canonical` (parse all of it, and
//! the SHA-256 of the canonical form), or `archive FOLDER`. WIRE is `identity` or `gzip`. The job is read PASSES times.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::sync::Arc;
use std::time::Instant;

use emeritus_archive::{
    Archive, Batch, BatchSpec, Begun, Groups, Location, MAX_RECORDS, Manifest, fingerprint,
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use genesys::{
    Client, Conversation, Credentials, Endpoint, Limits, Reader, RecordPage, SystemClock, Transport,
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// Pages on their way: one for each processor, and one that comes in meanwhile.
const PAGES_IN_FLIGHT: usize = 3;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What `pages` says when it is ready.
#[derive(Deserialize)]
struct Organization {
    api_url: String,
    client_id: String,
    client_secret: String,
    /// The job that answers plain text.
    identity: String,
    /// The job that answers what it is asked for.
    gzip: String,
}

/// What came of a page or of several.
#[derive(Default)]
struct Sum {
    records: u64,
    bytes: u64,
    /// The hashes' beginnings, added up: the same in whatever order the records come.
    digest: u64,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
        self.digest = self.digest.wrapping_add(other.digest);
    }
}

fn reader(organization: &Organization, gzip: bool) -> Result<Reader, Failed> {
    let limits = Limits { requests_per_minute: u32::MAX, gzip_over_loopback: gzip, ..Limits::default() };
    let endpoint = Endpoint::loopback(&organization.api_url, &organization.api_url)?;
    let credentials = Credentials {
        client_id: organization.client_id.clone(),
        client_secret: organization.client_secret.clone().into(),
    };
    let transport = Transport::network_with(&limits)?;
    Ok(Client::new(endpoint, credentials, transport, Arc::new(SystemClock), limits).reader())
}

/// The pages of a job, so many times over.
fn pages(reader: Reader, job: String, passes: u32) -> impl Stream<Item = Result<RecordPage, Failed>> + Send {
    let size = Limits::default().job_page_size;
    let begin = passes.checked_sub(1).map(|left| (left, None::<String>));
    stream::try_unfold((reader, job, begin), move |(reader, job, at)| async move {
        let Some((left, cursor)) = at else { return Ok(None) };
        let page = reader.details_job_results(&job, cursor.as_deref(), size).await?;
        let next = match page.cursor() {
            Some(cursor) => Some((left, Some(cursor.to_owned()))),
            None => left.checked_sub(1).map(|left| (left, None)),
        };
        Ok(Some((page, (reader, job, next))))
    })
}

fn first_bytes(hash: &[u8]) -> u64 {
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A record's digest.
type Each = fn(&[u8]) -> Result<u64, Failed>;

fn nothing(_: &[u8]) -> Result<u64, Failed> {
    Ok(0)
}

fn fields(record: &[u8]) -> Result<u64, Failed> {
    let conversation = Conversation::parse(record)?;
    let hash = first_bytes(&Sha256::digest(record));
    Ok(hash.wrapping_add(conversation.participants.len() as u64))
}

fn canonical(record: &[u8]) -> Result<u64, Failed> {
    Ok(first_bytes(&fingerprint(record)?))
}

fn sum(page: &RecordPage, each: Each) -> Result<Sum, Failed> {
    let mut sum = Sum::default();
    for record in page.records() {
        sum.add(&Sum { records: 1, bytes: record.len() as u64, digest: each(record)? });
    }
    Ok(sum)
}

/// Reads all pages, each on a processor of its own, and does `each` with every record.
async fn streamed(pages: impl Stream<Item = Result<RecordPage, Failed>>, each: Each) -> Result<Sum, Failed> {
    let sums = pages.map_ok(|page| async move { tokio::spawn(async move { sum(&page, each) }).await? });
    sums.try_buffer_unordered(PAGES_IN_FLIGHT)
        .try_fold(Sum::default(), |mut whole, part| async move {
            whole.add(&part);
            Ok(whole)
        })
        .await
}

fn spec(id: &str) -> BatchSpec {
    BatchSpec {
        id: id.to_owned(),
        organization: "bench".to_owned(),
        source: "bench".to_owned(),
        window: (0, 0),
        subjects: Vec::new(),
        now: 1_767_225_600_000,
        groups: Groups::ALL,
        skip_archived: false,
    }
}

async fn batch(archive: &Archive, number: usize) -> Result<Box<Batch>, Failed> {
    match archive.begin(spec(&format!("bench-{number}"))).await? {
        Begun::Open(batch) => Ok(batch),
        Begun::Done(_) => Err("archived before".into()),
    }
}

fn archived(sum: &mut Sum, manifest: &Manifest) {
    let size = |file: &emeritus_archive::ManifestFile| file.size;
    sum.add(&Sum { records: manifest.records, bytes: manifest.files.iter().map(size).sum(), digest: 0 });
}

/// Archives all records: each file is read back and compared, and counts by its commit.
async fn archive(
    pages: impl Stream<Item = Result<RecordPage, Failed>> + Send + 'static,
    folder: &str,
) -> Result<Sum, Failed> {
    let archive = Archive::open(&Location::Folder(folder.into()))?;
    let (sender, mut coming) = tokio::sync::mpsc::channel::<RecordPage>(1);
    // Fetching goes on while records are put into columns.
    let fetching = tokio::spawn(async move {
        let mut pages = std::pin::pin!(pages);
        // A page is seven megabytes: none is asked for before there is room for it.
        while let place = sender.reserve().await?
            && let Some(page) = pages.next().await
        {
            place.send(page?);
        }
        Ok::<_, Failed>(())
    });
    let mut whole = Sum::default();
    let (mut number, mut held) = (0, 0);
    let mut open = batch(&archive, number).await?;
    while let Some(page) = coming.recv().await {
        if held + page.len() as u64 > MAX_RECORDS {
            archived(&mut whole, &open.finish().await?);
            (number, held) = (number + 1, 0);
            open = batch(&archive, number).await?;
        }
        held += page.len() as u64;
        open = tokio::task::spawn_blocking(move || {
            page.records().try_for_each(|record| open.add(record))?;
            Ok::<_, Failed>(open)
        })
        .await??;
    }
    archived(&mut whole, &open.finish().await?);
    fetching.await??;
    Ok(whole)
}

/// Peak resident memory in kilobytes, as Linux has it.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if args.first().is_some_and(|what| what == "archive") {
        // The work is done by the batch's own threads; what more threads allocate is held more times over.
        runtime.worker_threads(1).max_blocking_threads(1);
    }
    runtime.enable_all().build()?.block_on(run(&args))
}

async fn run(args: &[String]) -> Result<(), Failed> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (what, wire, passes, folder) = match args.as_slice() {
        [what, wire, passes] => (*what, *wire, *passes, None),
        [what, wire, passes, folder] => (*what, *wire, *passes, Some(*folder)),
        _ => return Err("WHAT WIRE PASSES [FOLDER]".into()),
    };
    let organization: Organization = serde_json::from_reader(std::io::stdin().lock())?;
    let gzip = wire == "gzip";
    let began = Instant::now();
    let reader = reader(&organization, gzip)?;
    let job = if gzip { organization.gzip } else { organization.identity };
    let pages = pages(reader, job, passes.parse()?);
    let sum = match (what, folder) {
        ("nothing", None) => streamed(pages, nothing).await?,
        ("fields", None) => streamed(pages, fields).await?,
        ("canonical", None) => streamed(pages, canonical).await?,
        ("archive", Some(folder)) => archive(pages, folder).await?,
        _ => return Err("WHAT is nothing, fields, canonical, or archive with a FOLDER".into()),
    };
    let seconds = began.elapsed().as_secs_f64();
    let Sum { records, bytes, digest } = sum;
    println!(
        "{}",
        json!({
            "records": records, "bytes": bytes, "digest": format!("{digest:016x}"), "seconds": seconds,
            "peak_kb": peak_kb(),
        })
    );
    Ok(())
}
