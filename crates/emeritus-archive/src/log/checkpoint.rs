//! A checkpoint: what all commits up to a version say, in one Parquet file, a row an action.

use bytes::Bytes;
use object_store::path::Path;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;
use serde_json::{Map, Value, json};

use super::action::Line;
use super::{LogError, Snapshot, Table};
use crate::buffer::{Strings, Values};
use crate::encode;
use crate::window::guarded;

/// The columns that the protocol gives a checkpoint of reader version 1 and writer version 2.
const SCHEMA: &str = "message checkpoint {
  optional group txn {
    optional binary appId (STRING); optional int64 version; optional int64 lastUpdated;
  }
  optional group add {
    optional binary path (STRING);
    optional group partitionValues (MAP) {
      repeated group key_value { required binary key (STRING); optional binary value (STRING); }
    }
    optional int64 size; optional int64 modificationTime; optional boolean dataChange;
    optional binary stats (STRING);
    optional group tags (MAP) {
      repeated group key_value { required binary key (STRING); optional binary value (STRING); }
    }
  }
  optional group remove {
    optional binary path (STRING); optional int64 deletionTimestamp; optional boolean dataChange;
  }
  optional group metaData {
    optional binary id (STRING); optional binary name (STRING); optional binary description (STRING);
    optional group format {
      optional binary provider (STRING);
      optional group options (MAP) {
        repeated group key_value { required binary key (STRING); optional binary value (STRING); }
      }
    }
    optional binary schemaString (STRING);
    optional group partitionColumns (LIST) { repeated group list { optional binary element (STRING); } }
    optional group configuration (MAP) {
      repeated group key_value { required binary key (STRING); optional binary value (STRING); }
    }
    optional int64 createdTime;
  }
  optional group protocol { optional int32 minReaderVersion; optional int32 minWriterVersion; }
}";

/// Writes the checkpoint of a snapshot, then the hint where to find it.
pub(super) async fn write(
    table: &Table,
    snapshot: &Snapshot,
    version: u64,
) -> std::result::Result<(), LogError> {
    let version = snapshot.version.unwrap_or(version);
    let path = table.object(&format!("_delta_log/{version:020}.checkpoint.parquet"));
    let rows = rows(snapshot);
    let bytes = encode(&rows).map_err(|source| LogError::Checkpoint { path: path.to_string(), source })?;
    table.put(&path, bytes).await?;
    let hint = json!({"version": version, "size": rows.len()}).to_string().into_bytes();
    table.put(&table.object("_delta_log/_last_checkpoint"), hint).await
}

fn rows(snapshot: &Snapshot) -> Vec<Value> {
    let protocol = snapshot.protocol.map(|protocol| {
        json!({"protocol": {
            "minReaderVersion": protocol.min_reader_version,
            "minWriterVersion": protocol.min_writer_version,
        }})
    });
    let metadata = snapshot.metadata.as_ref().map(|metadata| json!({"metaData": metadata}));
    let transactions = snapshot
        .transactions
        .iter()
        .map(|(name, version)| json!({"txn": {"appId": name, "version": version}}));
    // A checkpoint restores what is there; it changes no data.
    let files = snapshot.files.values().map(|file| {
        let mut add = file.clone();
        add.data_change = false;
        add.to_json()
    });
    protocol.into_iter().chain(metadata).chain(transactions).chain(files).collect()
}

struct Leaf {
    values: Values,
    def: Vec<i16>,
    rep: Vec<i16>,
}

fn encode(rows: &[Value]) -> Result<Vec<u8>> {
    let schema = std::sync::Arc::new(parse_message_type(SCHEMA)?);
    let mut leaves = Vec::new();
    make_leaves(&schema, &mut leaves);
    for row in rows {
        shred_members(&schema, Some(row), (0, 0), 0, &mut leaves)?;
    }
    let mut out = Vec::new();
    let properties = std::sync::Arc::new(encode::writer().build());
    let mut file = SerializedFileWriter::new(&mut out, schema, properties)?;
    let mut group = file.next_row_group()?;
    let mut leaves = leaves.iter();
    while let (Some(mut column), Some(leaf)) = (group.next_column()?, leaves.next()) {
        encode::write_column(column.untyped(), &leaf.values, &leaf.def, &leaf.rep)?;
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(out)
}

fn make_leaves(kind: &Type, leaves: &mut Vec<Leaf>) {
    use parquet::basic::Type as Physical;
    if kind.is_group() {
        for field in kind.get_fields() {
            make_leaves(field, leaves);
        }
        return;
    }
    let values = match kind.get_physical_type() {
        Physical::BOOLEAN => Values::Flags(Vec::new()),
        Physical::INT64 => Values::Integers(Vec::new()),
        Physical::INT32 => Values::Small(Vec::new()),
        Physical::INT96
        | Physical::FLOAT
        | Physical::DOUBLE
        | Physical::BYTE_ARRAY
        | Physical::FIXED_LEN_BYTE_ARRAY => Values::Strings(Strings::default()),
    };
    leaves.push(Leaf { values, def: Vec::new(), rep: Vec::new() });
}

fn width(kind: &Type) -> usize {
    if kind.is_group() { kind.get_fields().iter().map(|field| width(field)).sum() } else { 1 }
}

/// Puts a JSON value into the columns of its type, from the first of `leaves` on. `levels` are definition and
/// repetition so far, `depth` how many repeated groups we are inside of.
fn shred(
    kind: &Type,
    value: Option<&Value>,
    levels: (i16, i16),
    depth: i16,
    leaves: &mut [Leaf],
) -> Result<()> {
    let value = value.filter(|value| !value.is_null());
    let (mut def, rep) = levels;
    def += i16::from(kind.is_optional() && value.is_some());
    let logical = kind.get_basic_info().converted_type();
    if !kind.is_group() {
        return match leaves.first_mut() {
            Some(leaf) => leaf.take(value, def, rep),
            None => Err(ParquetError::General("a column is missing".into())),
        };
    }
    if !matches!(logical, parquet::basic::ConvertedType::MAP | parquet::basic::ConvertedType::LIST) {
        return shred_members(kind, value, (def, rep), depth, leaves);
    }
    let Some(entry) = kind.get_fields().first() else { return Ok(()) };
    let entries: Vec<Value> = match value {
        Some(Value::Object(map)) => {
            map.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
        }
        Some(Value::Array(items)) => items.iter().map(|item| json!({"element": item})).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    };
    if entries.is_empty() {
        return shred_members(entry, None, (def, rep), depth + 1, leaves);
    }
    for (index, value) in entries.iter().enumerate() {
        let rep = if index == 0 { rep } else { depth + 1 };
        shred_members(entry, Some(value), (def + 1, rep), depth + 1, leaves)?;
    }
    Ok(())
}

fn shred_members(
    kind: &Type,
    value: Option<&Value>,
    levels: (i16, i16),
    depth: i16,
    leaves: &mut [Leaf],
) -> Result<()> {
    let mut first = 0;
    for field in kind.get_fields() {
        let end = first + width(field);
        let member = value.and_then(|value| value.get(field.name()));
        shred(field, member, levels, depth, leaves.get_mut(first..end).unwrap_or_default())?;
        first = end;
    }
    Ok(())
}

impl Leaf {
    fn take(&mut self, value: Option<&Value>, def: i16, rep: i16) -> Result<()> {
        self.def.push(def);
        self.rep.push(rep);
        let wrong = || ParquetError::General("a value of another kind than its column".into());
        let Some(value) = value else { return Ok(()) };
        match &mut self.values {
            Values::Strings(strings) => strings.push(value.as_str().ok_or_else(wrong)?.as_bytes()),
            Values::Integers(values) => values.push(value.as_i64().ok_or_else(wrong)?),
            Values::Small(values) => {
                let small = value.as_i64().and_then(|value| i32::try_from(value).ok());
                values.push(small.ok_or_else(wrong)?);
            }
            Values::Flags(values) => values.push(value.as_bool().ok_or_else(wrong)?),
            Values::Reals(values) => values.push(value.as_f64().ok_or_else(wrong)?),
        }
        Ok(())
    }
}

/// Reads a checkpoint.
pub(super) async fn read(
    table: &Table,
    path: &Path,
    version: u64,
) -> std::result::Result<Snapshot, LogError> {
    let bytes = table.bytes(path).await?;
    let rows = guarded(|| decode(bytes))
        .map_err(|source| LogError::Checkpoint { path: path.to_string(), source })?;
    let mut snapshot = Snapshot { version: Some(version), ..Snapshot::default() };
    for row in rows {
        let line: Line =
            serde_json::from_value(row).map_err(|_| LogError::Damaged { path: path.to_string() })?;
        snapshot.take(line);
    }
    if snapshot.protocol.is_none() || snapshot.metadata.is_none() {
        return Err(LogError::Damaged { path: path.to_string() });
    }
    Ok(snapshot)
}

fn decode(bytes: Bytes) -> Result<Vec<Value>> {
    let reader = SerializedFileReader::new(bytes)?;
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None)? {
        rows.push(Value::Object(members(&row?)));
    }
    Ok(rows)
}

fn members(row: &parquet::record::Row) -> Map<String, Value> {
    row.get_column_iter().map(|(name, field)| (name.clone(), to_json(field))).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "of what is not in the schema nothing is needed")]
fn to_json(field: &Field) -> Value {
    match field {
        Field::Bool(value) => json!(value),
        Field::Int(value) => json!(value),
        Field::Long(value) => json!(value),
        Field::Str(value) => json!(value),
        Field::Group(row) => Value::Object(members(row)),
        Field::ListInternal(list) => list.elements().iter().map(to_json).collect(),
        Field::MapInternal(map) => {
            map.entries()
                .iter()
                .filter_map(|(key, value)| {
                    if let Field::Str(key) = key { Some((key.clone(), to_json(value))) } else { None }
                })
                .collect::<Map<_, _>>()
                .into()
        }
        _ => Value::Null,
    }
}
