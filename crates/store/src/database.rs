//! One database behind one face: a SQLite file or a PostgreSQL schema.

use std::sync::Arc;

use model::{Uuid, Value};
use tokio::sync::watch;

use crate::commit::{Commit, Committed};
use crate::datum::{Datum, Kind};
use crate::dialect::Home;
use crate::fault::Fault;
use crate::kernel::KernelWrite;
use crate::plan::{Column, TableName};
use crate::postgres::Postgres;
use crate::prepare::Prepared;
use crate::sql::Query;
use crate::sql::rows::{Shapes, Verb};
use crate::sqlite::Sqlite;

/// The rows of several statements.
pub(crate) type Results = Vec<Vec<Vec<Datum>>>;

/// A fixed statement in the common dialect (see `dialect.rs`) with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The text; the same text always has parameters and results of the same kinds.
    pub text: &'static str,
    /// What stands for `$1`, `$2`, ….
    pub parameters: Vec<Datum>,
    /// The columns of its result; further ones are not read.
    pub returns: &'static [Kind],
    /// What it means when no row was touched; `None` when that is fine.
    pub refusal: Option<Refusal>,
}

/// Why a statement that touched no row refuses its transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    CursorMoved,
    LeaseLost,
}

impl Refusal {
    /// What the caller is told.
    pub fn fault(self) -> Fault {
        match self {
            Refusal::CursorMoved => Fault::CursorMoved,
            Refusal::LeaseLost => Fault::LeaseLost,
        }
    }
}

impl Statement {
    /// A statement without a result.
    pub fn new(text: &'static str, parameters: Vec<Datum>) -> Statement {
        Statement { text, parameters, returns: &[], refusal: None }
    }

    /// The same statement with the columns of its result.
    pub fn returning(self, returns: &'static [Kind]) -> Statement {
        Statement { returns, ..self }
    }

    /// The same statement, refusing its transaction when it touches no row.
    pub fn or(self, refusal: Refusal) -> Statement {
        Statement { refusal: Some(refusal), ..self }
    }
}

/// A handle to one database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub home: Arc<Home>,
    pub shapes: Arc<Shapes>,
    pub engine: Engine,
}

/// Which of the two.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Database {
    /// Reads the rows of a statement.
    pub async fn read(&self, statement: Statement) -> Result<Vec<Vec<Datum>>, Fault> {
        let results = self.read_together(vec![statement]).await?;
        Ok(results.into_iter().next().unwrap_or_default())
    }

    /// Reads the rows of several statements in one snapshot.
    pub async fn read_together(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(statements).await,
            Engine::Postgres(postgres) => postgres.read(statements).await,
        }
    }

    /// Reads the rows that a question asks for.
    pub async fn query(&self, query: Query) -> Result<Vec<Vec<Value>>, Fault> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.query(query).await,
            Engine::Postgres(postgres) => postgres.query(query).await,
        }
    }

    /// Reads rows by their ids, in the order of the ids.
    pub async fn by_ids(
        &self,
        table: &TableName,
        columns: &[Column],
        ids: &[Uuid],
    ) -> Result<Vec<Vec<Value>>, Fault> {
        let shape = self.shapes.get(Verb::Read, table, columns.iter())?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.by_ids(shape, ids.to_vec()).await,
            Engine::Postgres(postgres) => postgres.by_ids(&shape, ids).await,
        }
    }

    /// Runs statements in one transaction and answers the rows of each.
    pub async fn write(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(statements).await,
            Engine::Postgres(postgres) => postgres.write(statements).await,
        }
    }

    /// Applies a commit.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, Fault> {
        self.apply(Prepared::new(&self.shapes, commit)?).await
    }

    /// Applies writes of the kernel that depend on no catalogue.
    pub async fn kernel(&self, writes: Vec<KernelWrite>, time: i64) -> Result<(), Fault> {
        self.apply(Prepared::kernel(writes, time)?).await.map(drop)
    }

    async fn apply(&self, prepared: Prepared) -> Result<Committed, Fault> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.commit(prepared).await,
            Engine::Postgres(postgres) => postgres.commit(prepared).await,
        }
    }

    /// The sequence of the last entry of the change log, as it grows.
    pub fn sequence(&self) -> watch::Receiver<i64> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.sequence(),
            Engine::Postgres(postgres) => postgres.sequence(),
        }
    }

    /// Finishes what is queued and closes what this handle holds.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }
}
