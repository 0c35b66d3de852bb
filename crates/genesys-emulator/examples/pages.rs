//! A server that costs next to nothing, for `./bench`: the results of one details job, from pages made beforehand.
//!
//! `pages RECORDS PAGE_SIZE` prints a line of JSON when it is ready, and serves until its input ends. The job
//! called `identity` there answers plain text whatever it is asked for, the one called `gzip` what `Accept-Encoding`
//! allows. With `live` at the end, pages are made when they are asked for, and nothing is held. Everything else (a token, say)
//! is the emulator's.
#![expect(clippy::print_stdout, reason = "an example tells that it is ready")]

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use genesys_emulator::{Emulator, Settings};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const IDENTITY: &str = "1de00000-0000-4000-8000-000000000001";
const GZIP: &str = "921b0000-0000-4000-8000-000000000002";

/// One page, both ways.
struct Page {
    plain: Bytes,
    gzip: Bytes,
}

/// Where pages come from.
enum Pages {
    Prepared(Vec<Page>),
    Live { emulator: Emulator, ids: Vec<String>, size: usize },
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<usize>,
}

fn emulator() -> Emulator {
    Emulator::new(Settings { rate_per_minute: u32::MAX, ..Settings::default() })
}

/// The ids of one person's conversations over a year; two hundred colleagues take part in some.
fn history(emulator: &Emulator, count: u64) -> Result<Vec<String>, Failed> {
    let ada = emulator.user("Ada Agent").in_queue("Support").add();
    let colleague = |number| emulator.user(&format!("Agent {number}")).in_queue("Support").add();
    let colleagues: Vec<String> = (0..200).map(colleague).collect();
    let colleagues: Vec<&str> = colleagues.iter().map(String::as_str).collect();
    let window = ("2025-01-01T00:00:00Z".parse()?, "2026-01-01T00:00:00Z".parse()?);
    emulator.give_shared_history(&ada, &colleagues, count, window.0, window.1);
    Ok(emulator.conversations_of(&ada))
}

fn plain(emulator: &Emulator, ids: &[String], next: Option<usize>) -> Result<Vec<u8>, Failed> {
    let mut plain = b"{\"conversations\":[".to_vec();
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            plain.push(b',');
        }
        let record = emulator.conversation(id).ok_or("a conversation is gone")?;
        serde_json::to_writer(&mut plain, &record)?;
    }
    let cursor = next.map(|next| format!("\"cursor\":\"{next}\",")).unwrap_or_default();
    write!(plain, "],{cursor}\"dataAvailabilityDate\":\"2026-01-02T00:00:00.000Z\"}}")?;
    Ok(plain)
}

fn page(emulator: &Emulator, ids: &[String], next: Option<usize>) -> Result<Page, Failed> {
    let plain = plain(emulator, ids, next)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&plain)?;
    Ok(Page { gzip: gzip.finish()?.into(), plain: plain.into() })
}

/// Makes all pages, on every processor.
fn prepared(emulator: &Emulator, ids: &[String], size: usize) -> Result<Vec<Page>, Failed> {
    let chunks: Vec<&[String]> = ids.chunks(size).collect();
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let share = |first: usize| {
            let chunks = &chunks;
            let one = move |at: usize, chunk: &[String]| {
                page(emulator, chunk, Some(at + 1).filter(|next| *next < chunks.len()))
            };
            scope.spawn(move || {
                let mine = chunks.iter().enumerate().skip(first).step_by(threads);
                mine.map(|(at, chunk)| Ok((at, one(at, chunk)?))).collect::<Result<Vec<_>, Failed>>()
            })
        };
        let workers: Vec<_> = (0..threads).map(share).collect();
        let mut pages = Vec::with_capacity(chunks.len());
        for worker in workers {
            pages.extend(worker.join().map_err(|_| "a page could not be made")??);
        }
        pages.sort_by_key(|(at, _)| *at);
        Ok(pages.into_iter().map(|(_, page)| page).collect())
    })
}

impl Pages {
    fn plain(&self, at: usize) -> Option<Bytes> {
        match self {
            Self::Prepared(pages) => pages.get(at).map(|page| page.plain.clone()),
            Self::Live { emulator, ids, size } => {
                let next = Some(at + 1).filter(|next| next * size < ids.len());
                plain(emulator, ids.chunks(*size).nth(at)?, next).ok().map(Bytes::from)
            }
        }
    }

    fn gzip(&self, at: usize) -> Option<Bytes> {
        match self {
            Self::Prepared(pages) => pages.get(at).map(|page| page.gzip.clone()),
            Self::Live { .. } => None,
        }
    }
}

async fn results(
    State(pages): State<Arc<Pages>>,
    Path(job): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response<Body> {
    let at = asked.cursor.unwrap_or(0);
    let allowed = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let gzip = job == GZIP && allowed.is_some_and(|value| value.contains("gzip"));
    // A page that is made now would hold up everybody else's.
    let made = tokio::task::spawn_blocking(move || if gzip { pages.gzip(at) } else { pages.plain(at) });
    let Ok(Some(body)) = made.await else {
        let mut gone = Response::new(Body::empty());
        *gone.status_mut() = StatusCode::NOT_FOUND;
        return gone;
    };
    let mut answer = Response::new(Body::from(body));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (records, size, live) = match args.as_slice() {
        [records, size] => (*records, *size, false),
        [records, size, "live"] => (*records, *size, true),
        _ => return Err("RECORDS PAGE_SIZE [live]".into()),
    };
    let (records, size): (u64, usize) = (records.parse()?, size.parse()?);
    let emulator = emulator();
    let ids = history(&emulator, records)?;
    let prepared = if live { Vec::new() } else { prepared(&emulator, &ids, size)? };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let ready = json!({
        "api_url": format!("http://{}", listener.local_addr()?),
        "client_id": emulator.client_id(),
        "client_secret": emulator.client_secret(),
        "identity": IDENTITY,
        "gzip": GZIP,
        "records": ids.len(),
        "bytes": prepared.iter().map(|page| page.plain.len()).sum::<usize>(),
        "gzip_bytes": prepared.iter().map(|page| page.gzip.len()).sum::<usize>(),
    });
    println!("{ready}");
    let vendor = emulator.router();
    let pages = if live { Pages::Live { emulator, ids, size } } else { Pages::Prepared(prepared) };
    let router = Router::new()
        .route("/api/v2/analytics/conversations/details/jobs/{job}/results", get(results))
        .with_state(Arc::new(pages))
        .fallback_service(vendor);
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // Whoever started this holds the other end of its input, and may be gone without a word.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        drop(end);
    });
    axum::serve(listener, router).with_graceful_shutdown(async { drop(ended.await) }).await?;
    Ok(())
}
