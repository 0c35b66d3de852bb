//! An archive of conversations that needs nobody: append-only Delta tables of Parquet, in a folder or an
//! S3-compatible store, that other engines read as they are.
//!
//! A [`Batch`] takes the vendor's records as JSON and puts them into typed columns from which each record can be
//! put together again, value by value: that is done, and its hash compared, before a file counts. The crate knows
//! JSON, Parquet and Delta; it knows nothing of the vendor's API, of clocks or of the environment.
//!
//! Start reading at `schema.rs` (what has a column), `record.rs` and `rebuild.rs` (there and back), then `batch.rs`
//! and `log.rs` (how a batch comes to count).

mod archive;
mod batch;
mod buffer;
mod canonical;
mod decode;
mod encode;
mod flat;
mod hex;
mod log;
mod manifest;
mod participation;
mod privacy;
mod read;
mod rebuild;
mod record;
mod roster;
mod row_group;
mod schema;
mod sheet;
mod small;
mod store;
mod sweep;
mod tape;
mod time;
mod window;

pub use archive::{Archive, TableName};
pub use batch::{Batch, BatchError, BatchSpec, Begun, Difference, MAX_RECORDS};
pub use canonical::{canonical_form, fingerprint};
pub use log::LogError;
pub use manifest::{Manifest, ManifestFile};
pub use participation::Participation;
pub use privacy::Groups;
pub use read::{
    Account, Archived, CensusEntry, CensusPart, Checked, Coverage, HeldVersion, HistoryFilter, ReadError,
    Tally, Unfit,
};
pub use record::RecordError;
pub use roster::{Person, PersonVersion, Resolved, Roster, RosterError, Synced};
pub use schema::{Physical as ColumnKind, Privacy, SCHEMA_VERSION};
pub use sheet::{Columns as SheetColumns, Datum, Sheet};
pub use small::AppendError;
pub use store::{Bucket, Location, OpenError};
pub use sweep::{SweepError, Swept};
pub use tape::{JsonError, JsonFault};
pub use window::FileError;
