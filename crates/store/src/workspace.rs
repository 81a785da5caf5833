//! The store of one workspace: its records, and the doors to everything else it holds.

use model::{Uuid, Value};
use tokio::sync::watch;

use crate::commit::{Commit, Committed};
use crate::database::Database;
use crate::fault::Fault;
use crate::plan::{Aggregate, Column, Condition, Rows, Select, TableName};

/// The store of one workspace. Documents, jobs, change log and snapshots are in modules of
/// their own.
pub struct Workspace {
    pub(crate) id: Uuid,
    pub(crate) database: Database,
    sequence: watch::Receiver<i64>,
}

impl Workspace {
    /// The workspace's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Reads a page of rows.
    pub async fn select(&self, _select: &Select) -> Result<Rows, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Counts rows, exactly.
    pub async fn count(&self, _table: &TableName, _filter: &Condition) -> Result<u64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Computes figures. Each row holds the groups, then the measures (two values for an average).
    pub async fn aggregate(&self, _aggregate: &Aggregate) -> Result<Rows, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Reads one row by its id. The fast road: no SQL is built after the first time.
    pub async fn get(
        &self,
        _table: &TableName,
        _columns: &[Column],
        _id: Uuid,
    ) -> Result<Option<Vec<Value>>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Reads rows by their ids. The result has one row per id that exists, in the order of `ids`;
    /// read the id too where rows may be missing.
    pub async fn get_many(
        &self,
        _table: &TableName,
        _columns: &[Column],
        _ids: &[Uuid],
    ) -> Result<Vec<Vec<Value>>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Applies a commit wholly, or not at all; when this answers it is durable.
    pub async fn commit(&self, _commit: Commit) -> Result<Committed, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// The answer that an idempotency key already has, to spare preparing a commit. Errors:
    /// [`Fault::Replayed`], [`Fault::IdempotencyMismatch`]; `Ok` when the key is new.
    pub async fn check_idempotency(
        &self,
        _scope: &str,
        _key: &str,
        _body_digest: &[u8; 32],
    ) -> Result<(), Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Forgets idempotency keys written before `before` (ms UTC); answers how many.
    pub async fn purge_idempotency(&self, _before: i64) -> Result<u64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// The sequence of the last entry of the change log, as it grows; also by other nodes.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.sequence.clone()
    }
}
