//! A transaction of its own in a PostgreSQL schema, for work that takes long: copying and
//! restoring.

use std::sync::Arc;

use sqlx::postgres::PgPool;
use sqlx::{Postgres, Transaction};

use super::rows::{Parameters, data};
use super::run;
use crate::datum::{Datum, Kind};
use crate::fault::Fault;

/// A transaction. Dropped before [`Session::commit`], it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Session {
    transaction: Transaction<'static, Postgres>,
}

impl Session {
    /// Sees the database as it is now, whatever is written later.
    pub async fn reading(pool: &PgPool) -> Result<Session, Fault> {
        let begin = "begin isolation level repeatable read read only";
        Session::begin(pool, begin).await
    }

    /// Writes.
    pub async fn writing(pool: &PgPool) -> Result<Session, Fault> {
        Session::begin(pool, "begin").await
    }

    async fn begin(pool: &PgPool, begin: &'static str) -> Result<Session, Fault> {
        let mut transaction = pool.begin_with(begin).await.map_err(run::fault)?;
        run::batch(&mut transaction, "set local statement_timeout = '10min'".to_owned()).await?;
        Ok(Session { transaction })
    }

    /// Reads rows.
    pub async fn rows(
        &mut self,
        sql: Arc<str>,
        parameters: Vec<Datum>,
        kinds: Arc<[Kind]>,
    ) -> Result<Vec<Vec<Datum>>, Fault> {
        let parameters = Parameters::data(&parameters)?;
        let found = run::rows(&mut *self.transaction, sql, parameters).await?;
        found.iter().map(|row| data(row, &kinds)).collect()
    }

    /// Runs one statement for all rows, with an array for each column.
    pub async fn insert(
        &mut self,
        sql: Arc<str>,
        kinds: &[Kind],
        rows: &[Vec<Datum>],
    ) -> Result<(), Fault> {
        let mut parameters = Parameters::default();
        for (index, kind) in kinds.iter().enumerate() {
            parameters.data_list(*kind, rows.iter().map(|row| &row[index]))?;
        }
        run::execute(&mut *self.transaction, sql, parameters).await.map(drop)
    }

    /// Runs statements without parameters.
    pub async fn batch(&mut self, sql: String) -> Result<(), Fault> {
        run::batch(&mut self.transaction, sql).await
    }

    /// Keeps what was written.
    pub async fn commit(self) -> Result<(), Fault> {
        self.transaction.commit().await.map_err(run::fault)
    }
}
