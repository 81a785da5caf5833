//! A write as plain data: everything that one request changes, applied wholly or not at all.

use std::sync::Arc;

use model::{Storage, Uuid, Value};
use serde_json::Value as Json;

use crate::kernel::KernelWrite;
use crate::plan::{Column, TableName};

/// Everything one request changes. Build it with [`Commit::new`] and fill what is needed.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The catalogue revision that this was prepared with; another one stored is
    /// [`crate::Fault::CatalogueMoved`].
    pub catalogue_revision: i64,
    /// Rows that were read and must still have the revision that was read.
    pub guards: Vec<Guard>,
    /// Makes a repeated request harmless.
    pub idempotency: Option<Idempotency>,
    /// Tables and columns to make or remove, before the rows.
    pub schema: Vec<SchemaStep>,
    /// Rows, in order; a row that is linked comes before the row that links it.
    pub rows: Vec<RowWrite>,
    /// Entries of the change log, in order.
    pub changes: Vec<Change>,
    /// Messages that leave the house after the commit.
    pub outbox: Vec<OutboxMessage>,
    /// Writes to kernel tables.
    pub kernel: Vec<KernelWrite>,
    /// When, in milliseconds UTC.
    pub time: i64,
    /// Who, as the change log shows it.
    pub actor: Json,
    /// Who, for `created_by` and `updated_by`.
    pub actor_id: Option<Uuid>,
    /// Why, as the change log shows it: request, run, import.
    pub cause: Json,
}

impl Commit {
    /// A commit that changes nothing yet.
    pub fn new(catalogue_revision: i64, time: i64, actor: Json, cause: Json) -> Commit {
        Commit {
            catalogue_revision,
            guards: Vec::new(),
            idempotency: None,
            schema: Vec::new(),
            rows: Vec::new(),
            changes: Vec::new(),
            outbox: Vec::new(),
            kernel: Vec::new(),
            time,
            actor,
            actor_id: None,
            cause,
        }
    }
}

/// A row that was read while the commit was prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Where the row lives.
    pub table: TableName,
    /// Which row.
    pub id: Uuid,
    /// The revision that was read; `None` when the row was not there. A failed guard is
    /// [`crate::Fault::Conflict`].
    pub revision: Option<i64>,
}

/// The answer that a repeated request gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Who chose the key, so that keys of different callers never meet.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request, so that a key is not used for two things.
    pub body_digest: [u8; 32],
    /// HTTP status of the answer.
    pub status: u16,
    /// Body of the answer.
    pub reply: Vec<u8>,
}

/// One row written. The built-in columns are filled here: a new row has revision 1, every update
/// adds 1, times and people come from the commit.
#[derive(Debug, Clone, PartialEq)]
pub enum RowWrite {
    /// A new row; an id that is there already is [`crate::Fault::Exists`].
    Insert {
        /// Where.
        table: TableName,
        /// Its id.
        id: Uuid,
        /// Its values; columns left out are empty.
        values: Vec<(Column, Value)>,
    },
    /// A changed row.
    Update {
        /// Where.
        table: TableName,
        /// Which.
        id: Uuid,
        /// The revision that was read; another one is [`crate::Fault::Conflict`], no row
        /// [`crate::Fault::Missing`].
        revision: i64,
        /// What changes.
        values: Vec<(Column, Value)>,
    },
    /// A row that goes.
    Delete {
        /// Where.
        table: TableName,
        /// Which.
        id: Uuid,
        /// The revision that was read.
        revision: i64,
    },
    /// A row that comes back with its history: like `Insert`, but with its built-in columns.
    Restore {
        /// Where.
        table: TableName,
        /// Its id.
        id: Uuid,
        /// One more than the revision it went with.
        revision: i64,
        /// When it was first made.
        created_at: i64,
        /// By whom.
        created_by: Option<Uuid>,
        /// Its values.
        values: Vec<(Column, Value)>,
    },
}

/// An entry of the change log as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind of thing changed: an entity's id, or a document kind.
    pub entity: String,
    /// Which record; nil where there is none.
    pub record: Uuid,
    /// What happened.
    pub operation: Operation,
    /// The changed fields before; `Null` for a new record.
    pub before: Json,
    /// The changed fields after; `Null` for a removed record.
    pub after: Json,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It was made.
    Create,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
    /// It came back.
    Restore,
    /// A document was published.
    Document,
    /// Entries of the log were emptied.
    Erase,
}

impl Operation {
    /// All of them, for tests and reading back.
    pub const ALL: [Operation; 6] = [
        Operation::Create,
        Operation::Update,
        Operation::Delete,
        Operation::Restore,
        Operation::Document,
        Operation::Erase,
    ];

    /// The word stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Update => "update",
            Operation::Delete => "delete",
            Operation::Restore => "restore",
            Operation::Document => "document",
            Operation::Erase => "erase",
        }
    }

    /// The operation that a word means.
    pub fn parse(word: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| operation.as_str() == word)
    }
}

/// A message to send after the commit.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    /// Its id, which is also the receiver's idempotency key.
    pub id: Uuid,
    /// Who sends it: `webhook`, `mail`, ….
    pub kind: String,
    /// What the sender needs.
    pub payload: Json,
    /// Not sent before, in milliseconds UTC.
    pub not_before: i64,
}

/// A change of tables. Applied inside the commit, so a publication is one whole.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaStep {
    /// A table with the built-in columns and these.
    CreateTable {
        /// Its physical name.
        table: TableName,
        /// Its columns.
        columns: Vec<ColumnDefinition>,
    },
    /// A column, empty in every row.
    AddColumn {
        /// Where.
        table: TableName,
        /// The column.
        column: ColumnDefinition,
    },
    /// An index; existing rows that are not unique refuse it with [`crate::Fault::Unique`].
    /// Text with companions is indexed by its key.
    CreateIndex {
        /// Its name, unique in the workspace.
        index: Arc<str>,
        /// Where.
        table: TableName,
        /// Over what, in order.
        columns: Vec<Column>,
        /// Whether no two rows may have the same values; empty values never clash.
        unique: bool,
    },
    /// An index that goes, if it is there.
    DropIndex {
        /// Its name.
        index: Arc<str>,
        /// Where.
        table: TableName,
    },
    /// A column that goes with its values and the indexes over it: only when the trash is emptied.
    DropColumn {
        /// Where.
        table: TableName,
        /// The column.
        column: ColumnDefinition,
    },
    /// A table that goes with its rows: only when the trash is emptied.
    DropTable {
        /// Which.
        table: TableName,
    },
}

/// A column to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// Its physical name.
    pub name: Arc<str>,
    /// What it holds.
    pub storage: Storage,
    /// Whether it has companions ([`Column::key`]).
    pub key: bool,
    /// The table that this link points to. A link is always indexed.
    pub references: Option<TableName>,
}

/// What a commit became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Sequence of the first entry of the change log; one more than `last_sequence` when there
    /// was none.
    pub first_sequence: i64,
    /// Sequence of the last entry of the change log.
    pub last_sequence: i64,
}
