//! What every request was and what became of it, for comparison with what a client believes.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::gate::Arrival;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestRecord {
    /// Counts up from 1.
    pub number: u64,
    /// When it arrived, by the organization's clock.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent, without the question mark.
    pub query: String,
    /// Status that the vendor answered; 0 while there is no answer, and where none was sent.
    pub status: u16,
    /// The last four characters of the token, if there was one.
    pub token_tail: Option<String>,
    /// The OAuth client, if the token or the credentials named one.
    pub client_id: Option<String>,
    /// SHA-256 of the body, in hexadecimal.
    pub body_sha256: String,
    /// Whether the vendor's state changed.
    pub changed: bool,
    /// Name of the fault that happened to it.
    pub fault: Option<String>,
}

/// The newest requests; older ones make room.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    next: u64,
}

/// As many requests as are remembered.
const LONGEST: usize = 500_000;

impl RequestLog {
    /// Notes an arrival and returns its number.
    pub(crate) fn open(&mut self, arrival: &Arrival, client_id: Option<&str>, at: Timestamp) -> u64 {
        self.next += 1;
        if self.records.len() == LONGEST {
            self.records.pop_front();
        }
        self.records.push_back(RequestRecord {
            number: self.next,
            at,
            method: arrival.method.to_string(),
            path: arrival.path.clone(),
            query: arrival.query_text.clone(),
            status: 0,
            token_tail: arrival.bearer.as_deref().map(tail),
            client_id: client_id.map(str::to_owned),
            body_sha256: hex(&Sha256::digest(&arrival.body)),
            changed: false,
            fault: None,
        });
        self.next
    }

    /// Notes what became of request `number`.
    pub(crate) fn close(&mut self, number: u64, status: u16, changed: bool, fault: Option<&str>) {
        if let Some(record) = self.records.iter_mut().rev().find(|record| record.number == number) {
            record.status = status;
            record.changed |= changed;
            record.fault = fault.map(str::to_owned).or(record.fault.take());
        }
    }

    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        self.records.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
    }
}

fn tail(token: &str) -> String {
    let skip = token.chars().count().saturating_sub(4);
    token.chars().skip(skip).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
