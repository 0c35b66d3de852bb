//! What `./bench` holds the archive against: the least that fetches, parses and writes Parquet.
//!
//! `prototype FOLDER`, with the organization in a line of JSON on the input, prints a line of JSON. Typed structs by
//! the fastest parser at hand, four flat tables with zstd, a thread and a set of files for each processor. It keeps no
//! hash and reads nothing back, and it drops what nobody asked for: unknown fields, the spelling of numbers, which
//! value stood in which list.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

mod record;
mod table;

use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use record::Page;
use table::Tables;

pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What `pages` says when it is ready.
#[derive(Deserialize)]
struct Organization {
    api_url: String,
    identity: String,
}

/// Parses and writes pages until there are none.
fn write(pages: &Mutex<Receiver<Bytes>>, folder: &Path) -> Result<(u64, u64), Failed> {
    std::fs::create_dir_all(folder)?;
    let mut tables = Tables::create(folder)?;
    loop {
        let received = pages.lock().map_err(|_| "a thread is gone")?.recv();
        let Ok(body) = received else { return tables.close() };
        let page: Page<'_> = sonic_rs::from_slice(&body)?;
        tables.add(&page, &body)?;
    }
}

/// Where the next page is: near the end of this one, so nothing is parsed for it.
fn cursor(body: &[u8]) -> Option<String> {
    let tail = body.get(body.len().saturating_sub(200)..)?;
    let tail = std::str::from_utf8(tail).ok()?;
    let (_, after) = tail.rsplit_once("\"cursor\":\"")?;
    after.split_once('"').map(|(cursor, _)| cursor.to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let folder = std::env::args().nth(1).ok_or("FOLDER")?;
    let organization: Organization = serde_json::from_reader(std::io::stdin().lock())?;
    let Organization { api_url, identity } = organization;
    let results = format!("{api_url}/api/v2/analytics/conversations/details/jobs/{identity}/results");
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().tls_certs_only(std::iter::empty()).build()?;
    let began = Instant::now();
    let (sender, receiver) = sync_channel(2);
    let receiver = Arc::new(Mutex::new(receiver));
    let threads: Vec<_> = (0..std::thread::available_parallelism()?.get())
        .map(|number| {
            let (receiver, folder) = (Arc::clone(&receiver), Path::new(&folder).join(number.to_string()));
            std::thread::spawn(move || write(&receiver, &folder))
        })
        .collect();
    let mut at = String::new();
    loop {
        let body = http.get(format!("{results}?pageSize=1000{at}")).send().await?.bytes().await?;
        let next = cursor(&body);
        sender.send(body)?;
        let Some(next) = next else { break };
        at = format!("&cursor={next}");
    }
    drop(sender);
    let (mut records, mut bytes) = (0, 0);
    for thread in threads {
        let (some, size) = thread.join().map_err(|_| "a thread panicked")??;
        records += some;
        bytes += size;
    }
    println!("{}", json!({ "records": records, "bytes": bytes, "seconds": began.elapsed().as_secs_f64() }));
    Ok(())
}
