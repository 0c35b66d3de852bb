//! The archive as a whole: three tables of conversations, one of people, in one place.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use object_store::ObjectStore;
use object_store::path::Path;
use parquet::schema::types::SchemaDescriptor;

use crate::log::{Definition, LogError, Table};
use crate::schema::LAYOUT;
use crate::store::{self, Location, OpenError};
use crate::{flat, manifest, participation, roster};

static CONVERSATIONS: Definition = Definition {
    name: "conversations",
    description: "Conversations as the vendor's analytics had them, one row each",
    schema: || LAYOUT.delta(),
    partitions: &["organization", "month"],
    columns: || {
        static COLUMNS: LazyLock<SchemaDescriptor> =
            LazyLock::new(|| SchemaDescriptor::new(LAYOUT.parquet()));
        &COLUMNS
    },
    least: 200,
};

static PARTICIPATIONS: Definition = Definition {
    name: "participations",
    description: "Who took part in which conversation, one row for each user of a conversation",
    schema: || flat::delta(&["organization", "month"], participation::COLUMNS),
    partitions: &["organization", "month"],
    columns: || {
        static COLUMNS: LazyLock<SchemaDescriptor> =
            LazyLock::new(|| SchemaDescriptor::new(flat::parquet(participation::COLUMNS)));
        &COLUMNS
    },
    least: 14,
};

static BATCHES: Definition = Definition {
    name: "batches",
    description: "What was archived when: one row for each batch, written after its data",
    schema: || flat::delta(&["organization"], manifest::COLUMNS),
    partitions: &["organization"],
    columns: || {
        static COLUMNS: LazyLock<SchemaDescriptor> =
            LazyLock::new(|| SchemaDescriptor::new(flat::parquet(manifest::COLUMNS)));
        &COLUMNS
    },
    least: 15,
};

static PEOPLE: Definition = Definition {
    name: "people",
    description: "Everybody over time: what was true of a person from an instant on",
    schema: || flat::delta(&["organization"], roster::COLUMNS),
    partitions: &["organization"],
    columns: || {
        static COLUMNS: LazyLock<SchemaDescriptor> =
            LazyLock::new(|| SchemaDescriptor::new(flat::parquet(roster::COLUMNS)));
        &COLUMNS
    },
    least: 8,
};

/// An archive.
#[derive(Debug, Clone)]
pub struct Archive {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) conversations: Table,
    pub(crate) participations: Table,
    pub(crate) batches: Table,
    pub(crate) people: Table,
    /// Where it stands, if that is a folder.
    pub(crate) folder: Option<PathBuf>,
}

/// One of an archive's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableName {
    /// Conversations, nested, every value of them.
    Conversations,
    /// Who took part in which.
    Participations,
    /// What was archived when.
    Batches,
    /// Everybody over time.
    People,
}

impl Archive {
    /// Opens the archive at a place; there need be none yet.
    ///
    /// # Errors
    /// When the place cannot be used at all. A store that cannot be reached shows at the first call.
    pub fn open(location: &Location) -> Result<Self, OpenError> {
        let (store, root) = store::open(location)?;
        let folder = match location {
            Location::Folder(folder) => Some(folder.clone()),
            Location::Bucket(_) => None,
        };
        Ok(Self { folder, ..Self::over(store, &root) })
    }

    /// An archive in a store that is already open, below a path.
    #[must_use]
    pub fn over(store: Arc<dyn ObjectStore>, root: &Path) -> Self {
        let table = |definition| Table::new(Arc::clone(&store), root, definition);
        Self {
            conversations: table(&CONVERSATIONS),
            participations: table(&PARTICIPATIONS),
            batches: table(&BATCHES),
            people: table(&PEOPLE),
            store,
            folder: None,
        }
    }

    /// Whether anything was ever archived here.
    ///
    /// # Errors
    /// When the tables' logs cannot be read.
    pub async fn is_there(&self) -> Result<bool, LogError> {
        for table in [&self.people, &self.conversations, &self.batches] {
            if table.snapshot().await?.version.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lists the files of a table that count, by their paths below the archive: for engines that read Parquet but
    /// not Delta.
    ///
    /// # Errors
    /// When the table's log cannot be read.
    pub async fn files(&self, table: TableName) -> Result<Vec<String>, LogError> {
        let table = match table {
            TableName::Conversations => &self.conversations,
            TableName::Participations => &self.participations,
            TableName::Batches => &self.batches,
            TableName::People => &self.people,
        };
        let snapshot = table.snapshot().await?;
        let name = table.definition.name;
        Ok(snapshot.files.values().map(|file| format!("{name}/{}", file.decoded_path())).collect())
    }
}

/// Whether a name can be part of a path: letters, digits, `.`, `_` and `-`, not a dot first, at most 128.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !name.is_empty() && name.len() <= 128 && !name.starts_with('.') && name.bytes().all(allowed)
}
