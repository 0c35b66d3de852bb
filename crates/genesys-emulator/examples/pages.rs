//! A server that costs next to nothing, for `./bench`: the results of one details job, from pages made beforehand.
//!
//! `pages RECORDS PAGE_SIZE` prints a line of JSON when it is ready, and serves until its input ends. The job
//! called `identity` there answers plain text whatever it is asked for, the one called `gzip` what `Accept-Encoding`
//! allows. With `live` at the end, pages are made when they are asked for, and nothing is held. Everything else (a token,
//! say) is the emulator's.
#![expect(clippy::print_stdout, reason = "an example tells that it is ready")]

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use axum::routing::get;
use base64::Engine as _;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use genesys_emulator::{Emulator, Settings};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const IDENTITY: &str = "1de00000-0000-4000-8000-000000000001";
const GZIP: &str = "921b0000-0000-4000-8000-000000000002";

/// Conversations that the emulator is asked for at once.
const AT_ONCE: usize = 100;

/// The emulator, and one person's conversations in it.
struct History {
    vendor: Router,
    authorization: HeaderValue,
    ids: Vec<String>,
    page_size: usize,
}

/// One page, both ways.
struct Page {
    plain: Bytes,
    gzip: Bytes,
}

/// Where pages come from.
enum Pages {
    Prepared(Vec<Page>),
    Live(History),
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<usize>,
}

async fn body(vendor: &Router, request: Request<Body>) -> Result<Bytes, Failed> {
    let answer = vendor.clone().oneshot(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(format!("the emulator answers {}", answer.status()).into());
    }
    Ok(answer.into_body().collect().await?.to_bytes())
}

impl History {
    /// One person's conversations over a year; two hundred colleagues take part in some.
    async fn new(emulator: &Emulator, count: u64, page_size: usize) -> Result<Self, Failed> {
        let ada = emulator.user("Ada Agent").in_queue("Support").add();
        let colleague = |number| emulator.user(&format!("Agent {number}")).in_queue("Support").add();
        let colleagues: Vec<String> = (0..200).map(colleague).collect();
        let colleagues: Vec<&str> = colleagues.iter().map(String::as_str).collect();
        let window = ("2025-01-01T00:00:00Z".parse()?, "2026-01-01T00:00:00Z".parse()?);
        emulator.give_shared_history(&ada, &colleagues, count, window.0, window.1);
        let vendor = emulator.router();
        let client = format!("{}:{}", emulator.client_id(), emulator.client_secret());
        let client = base64::engine::general_purpose::STANDARD.encode(client);
        let request = Request::post("/oauth/token")
            .header(header::AUTHORIZATION, format!("Basic {client}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("grant_type=client_credentials"))?;
        let told: Value = serde_json::from_slice(&body(&vendor, request).await?)?;
        let token = told.get("access_token").and_then(Value::as_str).ok_or("no token")?;
        let authorization = format!("Bearer {token}").parse()?;
        Ok(Self { vendor, authorization, ids: emulator.conversations_of(&ada), page_size })
    }

    fn pages(&self) -> usize {
        self.ids.len().div_ceil(self.page_size)
    }

    /// A page of results; the records in it are the emulator's text.
    async fn page(&self, at: usize) -> Result<Vec<u8>, Failed> {
        let ids = self.ids.chunks(self.page_size).nth(at).ok_or("there is no such page")?;
        let mut page = b"{\"conversations\":[".to_vec();
        for some in ids.chunks(AT_ONCE) {
            let request =
                Request::get(format!("/api/v2/analytics/conversations/details?id={}", some.join(",")))
                    .header(header::AUTHORIZATION, &self.authorization)
                    .body(Body::empty())?;
            let answer = body(&self.vendor, request).await?;
            let list = answer.strip_prefix(b"{\"conversations\":[").and_then(|rest| rest.strip_suffix(b"]}"));
            page.extend_from_slice(list.ok_or("no list of conversations")?);
            page.push(b',');
        }
        page.pop();
        let cursor = (at + 1 < self.pages()).then(|| format!("\"cursor\":\"{}\",", at + 1));
        write!(
            page,
            "],{}\"dataAvailabilityDate\":\"2026-01-02T00:00:00.000Z\"}}",
            cursor.unwrap_or_default()
        )?;
        Ok(page)
    }

    async fn packed(self: Arc<Self>, at: usize) -> Result<Page, Failed> {
        let plain = self.page(at).await?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&plain)?;
        Ok(Page { gzip: gzip.finish()?.into(), plain: plain.into() })
    }

    /// Makes all pages, on every processor.
    async fn prepared(self) -> Result<Vec<Page>, Failed> {
        let threads = std::thread::available_parallelism()?.get();
        let whole = Arc::new(self);
        stream::iter(0..whole.pages())
            .map(|at| tokio::spawn(Arc::clone(&whole).packed(at)))
            .buffered(threads)
            .map(|page| page?)
            .try_collect()
            .await
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
    let body = match &*pages {
        Pages::Prepared(pages) if gzip => pages.get(at).map(|page| page.gzip.clone()),
        Pages::Prepared(pages) => pages.get(at).map(|page| page.plain.clone()),
        Pages::Live(history) => history.page(at).await.ok().map(Bytes::from),
    };
    let Some(body) = body else {
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
    let emulator = Emulator::new(Settings { rate_per_minute: u32::MAX, ..Settings::default() });
    let history = History::new(&emulator, records.parse()?, size.parse()?).await?;
    let records = history.ids.len();
    let pages = if live { Pages::Live(history) } else { Pages::Prepared(history.prepared().await?) };
    let made: &[Page] = match &pages {
        Pages::Prepared(pages) => pages,
        Pages::Live(_) => &[],
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let ready = json!({
        "api_url": format!("http://{}", listener.local_addr()?),
        "client_id": emulator.client_id(),
        "client_secret": emulator.client_secret(),
        "identity": IDENTITY,
        "gzip": GZIP,
        "records": records,
        "bytes": made.iter().map(|page| page.plain.len()).sum::<usize>(),
        "gzip_bytes": made.iter().map(|page| page.gzip.len()).sum::<usize>(),
    });
    println!("{ready}");
    let router = Router::new()
        .route("/api/v2/analytics/conversations/details/jobs/{job}/results", get(results))
        .with_state(Arc::new(pages))
        .fallback_service(emulator.router());
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // Whoever started this holds the other end of its input, and may be gone without a word.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        drop(end);
    });
    axum::serve(listener, router).with_graceful_shutdown(async { drop(ended.await) }).await?;
    Ok(())
}
