//! A small flat file, written, read back and committed.

use object_store::ObjectStoreExt as _;
use parquet::file::writer::SerializedFileWriter;

use crate::canonical::sha256;
use crate::flat::{self, Columns, FlatRows};
use crate::hex::hex;
use crate::log::{Add, LogError, Table};
use crate::schema::Physical;
use crate::{encode, log};

/// A small file cannot be appended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// It cannot be encoded.
    #[error("cannot encode rows as Parquet")]
    Encode(#[source] parquet::errors::ParquetError),
    /// The log or the store failed.
    #[error("cannot append to a table")]
    Log(#[from] LogError),
    /// What was read back is not what was written.
    #[error("{path} is not what was written")]
    NotWhole {
        /// The file.
        path: String,
    },
}

/// A file to be appended.
#[derive(Debug)]
pub(crate) struct Small<'a> {
    pub(crate) columns: Columns,
    pub(crate) rows: &'a FlatRows,
    /// Its path in the table, without what its content adds: a file that counts is never written over.
    pub(crate) stem: String,
    pub(crate) organization: &'a str,
    /// The commit's name.
    pub(crate) name: &'a str,
    pub(crate) tags: Vec<(&'static str, String)>,
    pub(crate) now: i64,
}

/// Appends a file to a table, once.
pub(crate) async fn append(table: &Table, small: Small<'_>) -> Result<(), AppendError> {
    let bytes = encode_rows(small.columns, small.rows).map_err(AppendError::Encode)?;
    let digest = hex(&sha256(&bytes));
    let relative = format!("{}-{}.parquet", small.stem, digest.get(..16).unwrap_or_default());
    let path = table.object(&relative);
    let size = bytes.len();
    let failed = |source| log::LogError::Store { path: path.to_string(), source };
    table.store.put(&path, bytes.clone().into()).await.map_err(failed)?;
    if table.bytes(&path).await?.as_ref() != bytes.as_slice() {
        return Err(AppendError::NotWhole { path: path.to_string() });
    }
    let add = Add {
        path: relative,
        partition_values: [("organization".to_owned(), Some(small.organization.to_owned()))].into(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        modification_time: small.now,
        data_change: true,
        stats: Some(serde_json::json!({"numRecords": small.rows.count()}).to_string()),
        tags: Some(small.tags.into_iter().map(|(name, value)| (name.to_owned(), Some(value))).collect()),
    };
    table.commit(small.name, &[add], small.now).await?;
    // A sweep that took it for a leftover may have come before the commit that names it.
    if let Err(object_store::Error::NotFound { .. }) = table.store.head(&path).await {
        table.store.put(&path, bytes.into()).await.map_err(failed)?;
    }
    Ok(())
}

/// Rows as a Parquet file in memory.
pub(crate) fn encode_rows(columns: &[(&str, Physical)], rows: &FlatRows) -> parquet::errors::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let properties = std::sync::Arc::new(encode::writer().build());
    let mut file = SerializedFileWriter::new(&mut bytes, flat::parquet(columns), properties)?;
    rows.write(&mut file)?;
    file.close()?;
    Ok(bytes)
}
