//! Takes one person's census from where it is told to, for `./bench acceptance`: `census query`, `census job` or
//! `census archive`, with the organization, the person, the window and the archive in a line of JSON on the input.
//!
//! Prints how many conversations there are, and the digest, as a line of JSON.
#![expect(clippy::print_stdout, reason = "an example tells what it found")]

use std::sync::Arc;

use emeritus::archive::{Archive, Location};
use emeritus::census::{Census, Window};
use emeritus::id::UserId;
use emeritus::{Choice, Emeritus, Home, Source, Wanted};
use genesys::{Client, Credentials, Endpoint, Limits, SystemClock, Transport};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What `acceptance.py` says.
#[derive(Deserialize)]
struct Asked {
    api_url: String,
    login_url: String,
    client_id: String,
    client_secret: String,
    user: String,
    from: Timestamp,
    to: Timestamp,
    archive: String,
}

fn emeritus(asked: &Asked, home: &std::path::Path) -> Result<Emeritus, Failed> {
    let limits = Limits::default();
    let endpoint = Endpoint::loopback(&asked.api_url, &asked.login_url)?;
    let credentials =
        Credentials { client_id: asked.client_id.clone(), client_secret: asked.client_secret.clone().into() };
    let transport = Transport::network_with(&limits)?;
    let clock = Arc::new(SystemClock);
    let client = Client::new(endpoint, credentials, transport, clock.clone(), limits);
    Ok(Emeritus::open(client, clock, Home::open(home)?, Arc::new(|_| {}))?)
}

/// Reads the vendor's side of it, by this source and no other.
async fn read(asked: &Asked, source: Source) -> Result<Census, Failed> {
    let home = tempfile::tempdir()?;
    let wanted = Wanted {
        user: UserId::parse(asked.user.clone())?,
        window: Window { from: asked.from, to: asked.to },
        path: home.path().join("census"),
    };
    let emeritus = emeritus(asked, home.path())?;
    let mut readings = Box::pin(emeritus.censuses(&[wanted], Choice::Always(source))).await;
    let reading = readings.pop().ok_or("no census came back")??;
    if reading.source != source {
        let notes: Vec<String> = reading.notes.iter().map(ToString::to_string).collect();
        return Err(format!("read otherwise: {}", notes.join("; ")).into());
    }
    Ok(reading.census)
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failed> {
    let from = std::env::args().nth(1).ok_or("query, job or archive")?;
    let asked: Asked = serde_json::from_reader(std::io::stdin().lock())?;
    let census = match from.as_str() {
        "query" => read(&asked, Source::Query).await?,
        "job" => read(&asked, Source::Job).await?,
        "archive" => {
            let archive = Archive::open(&Location::Folder(asked.archive.into()))?;
            let window = Window { from: asked.from, to: asked.to };
            emeritus::archive::census(&archive, &UserId::parse(asked.user)?, window).await?
        }
        _ => return Err("query, job or archive".into()),
    };
    println!("{}", json!({ "count": census.len(), "summary": census.summary() }));
    Ok(())
}
