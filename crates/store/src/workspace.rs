//! The store of one workspace: its records, and the doors to everything else it holds.

use model::{Uuid, Value};
use tokio::sync::watch;

use crate::commit::{Commit, Committed};
use crate::database::{Database, Statement};
use crate::datum::{Cells, Kind, instant};
use crate::fault::Fault;
use crate::kernel::KernelWrite;
use crate::plan::{Aggregate, Column, Condition, Rows, Select, TableName};
use crate::sql;

/// A question for one row by its id, made once and asked many times: [`Workspace::to_find`].
#[derive(Debug, Clone)]
pub struct Find {
    /// All but the id, which is the last parameter.
    query: sql::Query,
}

/// The store of one workspace. Documents, jobs, change log and snapshots are in modules of
/// their own.
#[derive(Debug)]
pub struct Workspace {
    id: Uuid,
    pub(crate) database: Database,
}

impl Workspace {
    pub(crate) fn new(id: Uuid, database: Database) -> Workspace {
        Workspace { id, database }
    }

    /// The workspace's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Reads a page of rows.
    pub async fn select(&self, select: &Select) -> Result<Rows, Fault> {
        let limit = select.limit as usize;
        let mut rows = Vec::new();
        for segment in sql::select::segments(select) {
            let query = sql::select::select(&self.database.home, select, *segment)?;
            rows.append(&mut self.database.query(query).await?);
            if rows.len() > limit {
                break;
            }
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        // The values of the order were read after what was asked for.
        let asked = select.columns.len() + select.marks.len();
        let next = match rows.last() {
            Some(last) if more => Some(last[asked..].to_vec()),
            _ => None,
        };
        rows.iter_mut().for_each(|row| row.truncate(asked));
        Ok(Rows { rows, next })
    }

    /// Counts rows, exactly.
    pub async fn count(&self, table: &TableName, filter: &Condition) -> Result<u64, Fault> {
        let query = sql::select::count(&self.database.home, table, filter)?;
        let rows = self.database.query(query).await?;
        match rows.first().and_then(|row| row.first()) {
            Some(Value::Int(count)) => Ok(count.unsigned_abs()),
            _ => Err(Fault::broken("a count without a number")),
        }
    }

    /// Computes figures. Each row holds the groups, then the measures (two values for an average).
    pub async fn aggregate(&self, aggregate: &Aggregate) -> Result<Rows, Fault> {
        let query = sql::aggregate::aggregate(&self.database.home, aggregate)?;
        Ok(Rows { rows: self.database.query(query).await?, next: None })
    }

    /// Reads one row by its id. The fast road: no SQL is built after the first time.
    pub async fn get(
        &self,
        table: &TableName,
        columns: &[Column],
        id: Uuid,
    ) -> Result<Option<Vec<Value>>, Fault> {
        Ok(self.database.by_ids(table, columns, &[id]).await?.pop())
    }

    /// Reads rows by their ids. The result has one row per id that exists, in the order of `ids`;
    /// read the id too where rows may be missing.
    pub async fn get_many(
        &self,
        table: &TableName,
        columns: &[Column],
        ids: &[Uuid],
    ) -> Result<Vec<Vec<Value>>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.database.by_ids(table, columns, ids).await
    }

    /// Makes the question for rows by their id, one at a time, of those that a filter lets see.
    /// Each row holds the columns, then the marks.
    pub fn to_find(
        &self,
        table: &TableName,
        columns: &[Column],
        marks: &[Condition],
        filter: &Condition,
    ) -> Result<Find, Fault> {
        let mut query = sql::find::find(&self.database.home, table, columns, marks, filter)?;
        query.parameters.pop();
        Ok(Find { query })
    }

    /// Asks for one row by its id.
    pub async fn find(&self, find: &Find, id: Uuid) -> Result<Option<Vec<Value>>, Fault> {
        let mut query = find.query.clone();
        query.parameters.push(Value::Id(id));
        Ok(self.database.query(query).await?.pop())
    }

    /// Applies a commit wholly, or not at all; when this answers it is durable.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, Fault> {
        self.database.commit(commit).await
    }

    /// Applies writes to kernel tables that depend on no catalogue, such as the end of a job, at
    /// `time` (ms UTC).
    pub async fn write_kernel(&self, writes: Vec<KernelWrite>, time: i64) -> Result<(), Fault> {
        self.database.kernel(writes, time).await
    }

    /// The answer that an idempotency key already has, to spare preparing a commit. Errors:
    /// [`Fault::Replayed`], [`Fault::IdempotencyMismatch`]; `Ok` when the key is new.
    pub async fn check_idempotency(
        &self,
        scope: &str,
        key: &str,
        body_digest: &[u8; 32],
    ) -> Result<(), Fault> {
        let statement = Statement::new(
            "select digest, status, reply from $.sys_idempotency where scope = $1 and name = $2",
            vec![scope.into(), key.into()],
        );
        let returns = &[Kind::BYTES, Kind::INT, Kind::BYTES];
        let rows = self.database.read(statement.returning(returns)).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(()) };
        let mut cells = Cells::of(row);
        if cells.hash()? != *body_digest {
            return Err(Fault::IdempotencyMismatch);
        }
        let status = u16::try_from(cells.int()?).map_err(Fault::broken)?;
        Err(Fault::Replayed { status, reply: cells.bytes()? })
    }

    /// Forgets idempotency keys written before `before` (ms UTC); answers how many.
    pub async fn purge_idempotency(&self, before: i64) -> Result<u64, Fault> {
        self.touched(
            "delete from $.sys_idempotency where created < $1 returning scope",
            vec![instant(before)],
        )
        .await
    }

    /// The sequence of the last entry of the change log, as it grows; also by other nodes.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.database.sequence()
    }

    /// Finishes what is queued and closes the workspace; a later call is [`Fault::Closed`].
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// The few shapes that kernel reads and writes have.
impl Workspace {
    /// How many rows a statement, which returns something of each, touched.
    pub(crate) async fn touched(
        &self,
        text: &'static str,
        parameters: Vec<crate::datum::Datum>,
    ) -> Result<u64, Fault> {
        let results = self.database.write(vec![Statement::new(text, parameters)]).await?;
        Ok(results.into_iter().flatten().count() as u64)
    }

    pub(crate) async fn one<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().next().map(|row| read(&mut Cells::of(row))).transpose()
    }

    pub(crate) async fn all<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().map(|row| read(&mut Cells::of(row))).collect()
    }
}
