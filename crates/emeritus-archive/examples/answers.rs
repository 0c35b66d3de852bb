//! Archives a slice of generated records and prints what the archive then answers, as JSON, for
//! `tests/readers/readers.py` to compare with other engines: `answers PLACE SLICE SLICES [PATIENCE]`, where PLACE is a
//! folder or `http://HOST:PORT/BUCKET/PREFIX`, with the keys of a test server. With a PATIENCE (seconds), no request
//! takes longer, and none is sent again.
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::sync::Arc;
use std::time::Duration;

use emeritus_archive::{Archive, BatchSpec, Begun, Bucket, Groups, Location, TableName};
use genesys_emulator::{Emulator, Settings};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, RetryConfig};
use serde_json::json;

const RECORDS: u64 = 4000;
const SINCE: &str = "2025-01-20T00:00:00Z";
const UNTIL: &str = "2025-02-20T00:00:00Z";

type Failed = Box<dyn std::error::Error>;

fn location(place: &str) -> Result<Location, Failed> {
    let Some(rest) = place.strip_prefix("http://") else { return Ok(Location::Folder(place.into())) };
    let mut parts = rest.splitn(3, '/').map(str::to_owned);
    let (Some(host), Some(name), Some(prefix)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("PLACE names no bucket and prefix".into());
    };
    Ok(Location::Bucket(Bucket {
        name,
        prefix,
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{host}")),
        access_key: "test".to_owned(),
        secret_key: "test".to_owned(),
        token: None,
    }))
}

/// An archive in a bucket whose every request is sent once and not waited for long.
fn impatient(bucket: &Bucket, seconds: u64) -> Result<Archive, Failed> {
    // Installs what the requests need.
    drop(Archive::open(&Location::Bucket(bucket.clone()))?);
    let store = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.access_key)
        .with_secret_access_key(&bucket.secret_key)
        .with_endpoint(bucket.endpoint.clone().unwrap_or_default())
        .with_virtual_hosted_style_request(false)
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .with_client_options(
            ClientOptions::new().with_allow_http(true).with_timeout(Duration::from_secs(seconds)),
        )
        .build()?;
    Ok(Archive::over(Arc::new(store), &Path::parse(&bucket.prefix)?))
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [place, slice, slices, patience @ ..] = args.as_slice() else {
        return Err("PLACE SLICE SLICES".into());
    };
    let (slice, slices): (usize, usize) = (slice.parse()?, slices.parse()?);
    let emulator = Emulator::new(Settings::default());
    let agent = |name, id| emulator.user(name).id(id).in_queue("Support").add();
    let ada = agent("Ada Agent", "a0000000-0000-4000-8000-000000000001");
    let bob = agent("Bob Agent", "b0000000-0000-4000-8000-000000000002");
    let cyd = agent("Cyd Agent", "c0000000-0000-4000-8000-000000000003");
    emulator.give_shared_history(
        &ada,
        &[&bob, &cyd],
        RECORDS,
        "2025-01-01T00:00:00Z".parse()?,
        "2025-04-01T00:00:00Z".parse()?,
    );
    let archive = match (location(place)?, patience.first()) {
        (Location::Bucket(bucket), Some(seconds)) => impatient(&bucket, seconds.parse()?)?,
        (location, _) => Archive::open(&location)?,
    };
    let spec = BatchSpec {
        id: format!("slice-{slice}-of-{slices}"),
        organization: emulator.organization_id(),
        source: "emulator".to_owned(),
        window: (1_735_689_600_000, 1_743_465_600_000),
        subjects: Vec::new(),
        now: 1_743_500_000_000,
        groups: Groups::ALL,
        skip_archived: false,
    };
    if let Begun::Open(mut batch) = archive.begin(spec).await? {
        for id in emulator.conversations_of(&ada).iter().skip(slice).step_by(slices) {
            let record = emulator.conversation(id).ok_or("a conversation is gone")?;
            batch.add(record.to_string().as_bytes())?;
        }
        batch.finish().await?;
    }
    let at = |text: &str| text.parse::<jiff::Timestamp>().map(|at| at.as_millisecond());
    let tally = archive.tally().await?;
    let months: Vec<_> = tally.iter().map(|((user, month), count)| json!([user, month, count])).collect();
    let answers = json!({
        "rows": tally.values().sum::<u64>(),
        "records": archive.scan(|_, _| {}).await?,
        "user": bob,
        "since": SINCE,
        "until": UNTIL,
        "agent": archive.history(&bob, at(SINCE)?..at(UNTIL)?).await?.len(),
        "months": months,
        "files": archive.files(TableName::Participations).await?,
    });
    println!("{answers}");
    Ok(())
}
