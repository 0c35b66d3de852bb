//! How fast the emulator answers over loopback: small calls, and records of a details job, spelled out for the first
//! time and from prepared pages. The last line is JSON, for `./bench`.
//!
//! `speed` measures; `speed stream COUNT` reads COUNT conversations of one person once, and tells the peak of memory.
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use genesys_emulator::{Emulator, Settings};
use serde_json::{Value, json};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
/// Records that are read cold, and then again and again.
const RECORDS: u64 = 10_000;
const PAGE: u64 = 1_000;
const CONNECTIONS: usize = 2;
const MEASURED: Duration = Duration::from_secs(3);

/// A caller that reads answers and looks at nothing it need not look at: its own cost is in every figure.
struct Caller {
    stream: BufReader<TcpStream>,
    authorization: String,
    body: Vec<u8>,
}

impl Caller {
    fn new(address: SocketAddr, authorization: String) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(1 << 20, stream), authorization, body: Vec::new() })
    }

    /// Sends a request and reads the answer to its end; returns its body.
    fn call(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<&[u8], Failed> {
        let authorization = &self.authorization;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: emulator\r\nauthorization: {authorization}\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if line.split(' ').nth(1).is_none_or(|status| !status.starts_with('2')) {
            return Err(format!("{method} {path}: {line}").into());
        }
        let mut length = 0;
        while line.trim_end() != "" {
            line.clear();
            self.stream.read_line(&mut line)?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(&self.body)
    }

    fn get(&mut self, path: &str) -> Result<&[u8], Failed> {
        self.call("GET", path, "application/json", "")
    }

    /// The addresses of all pages of a job's results, found by reading them once.
    fn walk(&mut self, job: &str) -> Result<Vec<String>, Failed> {
        let mut pages = Vec::new();
        let mut next = Some(format!("{JOBS}/{job}/results?pageSize={PAGE}"));
        while let Some(path) = next {
            let body = self.get(&path)?;
            let tail =
                String::from_utf8_lossy(body.get(body.len().saturating_sub(600)..).unwrap_or_default());
            let cursor = tail.rsplit_once("\"cursor\":\"").and_then(|(_, rest)| rest.split('"').next());
            next = cursor.map(|cursor| format!("{JOBS}/{job}/results?pageSize={PAGE}&cursor={cursor}"));
            pages.push(path);
        }
        Ok(pages)
    }
}

/// Serves an organization in which one person has `count` conversations in five years.
fn serve(count: u64) -> Result<(SocketAddr, Emulator, String), Failed> {
    let emulator = Emulator::new(Settings {
        rate_per_minute: u32::MAX,
        prepared_bytes: 512 << 20,
        ..Settings::default()
    });
    let ada = emulator.user("Ada Agent").in_queue("Support").add();
    emulator.give_history(&ada, count, "2021-01-01T00:00:00Z".parse()?, "2026-01-01T00:00:00Z".parse()?);
    for (name, value) in [("jobs_interval_max_days", "3650"), ("jobs_queue_s", "0"), ("jobs_run_s", "0")] {
        emulator.set_switch(name, value)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    let address = listener.local_addr()?;
    let served = emulator.clone();
    std::thread::spawn(move || runtime.block_on(served.serve(listener, std::future::pending())));
    Ok((address, emulator, ada))
}

fn token(address: SocketAddr, emulator: &Emulator) -> Result<String, Failed> {
    let credentials = STANDARD.encode(format!("{}:{}", emulator.client_id(), emulator.client_secret()));
    let mut caller = Caller::new(address, format!("Basic {credentials}"))?;
    let kind = "application/x-www-form-urlencoded";
    let answer: Value = serde_json::from_slice(caller.call(
        "POST",
        "/oauth/token",
        kind,
        "grant_type=client_credentials",
    )?)?;
    Ok(format!("Bearer {}", answer.get("access_token").and_then(Value::as_str).ok_or("no token")?))
}

fn submit(caller: &mut Caller, user: &str) -> Result<String, Failed> {
    let asked = json!({
        "interval": "2021-01-01T00:00:00Z/2026-01-01T00:00:00Z",
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": user }] }],
    });
    let answer: Value =
        serde_json::from_slice(caller.call("POST", JOBS, "application/json", &asked.to_string())?)?;
    Ok(answer.get("jobId").and_then(Value::as_str).ok_or("no job")?.to_owned())
}

/// Reads `paths` round and round over several connections; returns answers and bytes a second.
fn rate(address: SocketAddr, token: &str, paths: &[String]) -> Result<(f64, f64), Failed> {
    let began = Instant::now();
    let counts = std::thread::scope(|scope| {
        let reader = |first: usize| {
            scope.spawn(move || -> Result<(f64, f64), Failed> {
                let mut caller = Caller::new(address, token.to_owned())?;
                let (mut answers, mut bytes) = (0.0, 0.0);
                for path in paths.iter().cycle().skip(first * paths.len() / CONNECTIONS) {
                    bytes += f64::from(u32::try_from(caller.get(path)?.len())?);
                    answers += 1.0;
                    if began.elapsed() >= MEASURED {
                        break;
                    }
                }
                Ok((answers, bytes))
            })
        };
        let readers: Vec<_> = (0..CONNECTIONS).map(reader).collect();
        readers
            .into_iter()
            .map(|reader| reader.join().map_err(|_| "a reader gave up")?)
            .collect::<Result<Vec<_>, Failed>>()
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let (answers, bytes) = counts.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    Ok((answers / seconds, bytes / seconds))
}

/// The most memory that was resident at any time, in MiB, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_024)
}

fn measure() -> Result<Value, Failed> {
    let (address, emulator, user) = serve(RECORDS)?;
    let token = token(address, &emulator)?;
    let mut caller = Caller::new(address, token.clone())?;
    let job = submit(&mut caller, &user)?;
    let began = Instant::now();
    let pages = caller.walk(&job)?;
    let records = f64::from(u32::try_from(RECORDS)?);
    let cold = records / began.elapsed().as_secs_f64();
    let (answers, bytes) = rate(address, &token, &pages)?;
    let of_page = f64::from(u32::try_from(RECORDS / pages.len() as u64)?);
    let (calls, _) = rate(address, &token, &[format!("/api/v2/users/{user}")])?;
    Ok(json!({
        "calls_a_second": calls.round(),
        "records_a_second": (answers * of_page).round(),
        "cold_records_a_second": cold.round(),
        "bytes_a_record": (bytes / answers / of_page).round(),
        "peak_mib": peak_mib(),
    }))
}

fn stream(count: u64) -> Result<Value, Failed> {
    let (address, emulator, user) = serve(count)?;
    emulator.limit_prepared_bytes(32 << 20);
    let mut caller = Caller::new(address, token(address, &emulator)?)?;
    let job = submit(&mut caller, &user)?;
    let began = Instant::now();
    let pages = caller.walk(&job)?.len();
    let seconds = began.elapsed().as_secs_f64();
    Ok(json!({ "records": count, "pages": pages, "seconds": seconds.round(), "peak_mib": peak_mib() }))
}

fn main() -> Result<(), Failed> {
    let mut given = std::env::args().skip(1);
    let told = match (given.next().as_deref(), given.next()) {
        (None, _) => measure()?,
        (Some("stream"), Some(count)) => stream(count.parse()?)?,
        (Some(_), _) => return Err("usage: speed [stream COUNT]".into()),
    };
    println!("{told}");
    Ok(())
}
