//! Bodies as they travel: gzip from the vendor's hosts, plain over loopback.
//!
//! A page of conversations is seven to eight times as large without it, and undoing it takes less time than so many more
//! bytes do on any line below about a gigabit a second. Over loopback there is nothing to save.

use std::io::Read as _;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use http::{HeaderMap, header};

use crate::{answer::oversized, error::ErrorKind};

/// How many times as large as what travelled a body is taken to be, until it turns out otherwise.
const USUAL_RATIO: usize = 8;

/// Returns a body that was received whole as its sender meant it; at most `limit` bytes of it.
///
/// An encoding that was not asked for is not the vendor's word, and what ends too early, or has another checksum, was cut
/// off or damaged on the way.
pub(crate) fn plain(status: u16, headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, ErrorKind> {
    let encoding =
        headers.get(header::CONTENT_ENCODING).map_or(b"identity".as_slice(), |name| name.as_bytes());
    if body.is_empty() || encoding.eq_ignore_ascii_case(b"identity") {
        return Ok(body);
    }
    if !encoding.eq_ignore_ascii_case(b"gzip") {
        return Err(ErrorKind::NotJson { status });
    }
    let mut plain = Vec::with_capacity(body.len().saturating_mul(USUAL_RATIO).min(limit));
    let one_too_many = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match GzDecoder::new(body.as_ref()).take(one_too_many).read_to_end(&mut plain) {
        Ok(_) if plain.len() > limit => Err(oversized(status, limit, &plain)),
        Ok(_) => Ok(plain.into()),
        Err(_) => Err(ErrorKind::CutOff { status }),
    }
}

/// Returns the beginning of a body of which a part was received, as its sender meant it.
pub(crate) fn beginning(headers: &HeaderMap, received: &[u8], length: usize) -> Vec<u8> {
    let is_packed = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|name| name.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let mut beginning = Vec::new();
    if is_packed {
        // It ends where what was received does; what came before that is good.
        let read = GzDecoder::new(received).take(length as u64).read_to_end(&mut beginning);
        drop(read);
    } else {
        beginning.extend(received.iter().take(length));
    }
    beginning
}
