//! Compression of pages, with one context a level for all columns of all row groups in the making. A column writer
//! that compresses by itself has contexts of its own, also one to decompress that is never used: some 170 kB, for each
//! of two hundred columns of every row group.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::errors::Result;
use zstd::bulk::Compressor;

/// Compresses for whoever asks; a clone has the same contexts.
#[derive(Clone, Default)]
pub(crate) struct Press(Arc<Mutex<BTreeMap<i32, Compressor<'static>>>>);

impl Press {
    /// Compresses as a column's properties ask for: by zstd, or not at all.
    pub(super) fn press(&self, compression: Compression, bytes: &Bytes) -> Result<Bytes> {
        let Compression::ZSTD(level) = compression else { return Ok(bytes.clone()) };
        let level = level.compression_level();
        let mut contexts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let context = match contexts.entry(level) {
            Entry::Occupied(context) => context.into_mut(),
            Entry::Vacant(place) => place.insert(Compressor::new(level)?),
        };
        Ok(context.compress(bytes)?.into())
    }
}
