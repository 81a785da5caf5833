//! A transaction of its own on either database.

use std::sync::Arc;

use crate::database::{Database, Engine};
use crate::datum::{Datum, Kind};
use crate::fault::Fault;
use crate::{postgres, sqlite};

/// A transaction. Dropped before [`Session::commit`], it leaves nothing behind.
#[derive(Debug)]
pub(super) enum Session {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl Session {
    /// Sees the database as it is now, whatever is written later.
    pub async fn reading(database: &Database) -> Result<Session, Fault> {
        Ok(match &database.engine {
            Engine::Sqlite(sqlite) => {
                Session::Sqlite(sqlite::Session::reading(sqlite.path()).await?)
            }
            Engine::Postgres(postgres) => {
                Session::Postgres(postgres::Session::reading(postgres.pool()).await?)
            }
        })
    }

    /// Writes.
    pub async fn writing(database: &Database) -> Result<Session, Fault> {
        Ok(match &database.engine {
            Engine::Sqlite(sqlite) => {
                Session::Sqlite(sqlite::Session::writing(sqlite.path()).await?)
            }
            Engine::Postgres(postgres) => {
                Session::Postgres(postgres::Session::writing(postgres.pool()).await?)
            }
        })
    }

    /// Reads rows.
    pub async fn rows(
        &mut self,
        sql: Arc<str>,
        parameters: Vec<Datum>,
        kinds: Arc<[Kind]>,
    ) -> Result<Vec<Vec<Datum>>, Fault> {
        match self {
            Session::Sqlite(session) => session.rows(sql, parameters, kinds).await,
            Session::Postgres(session) => session.rows(sql, parameters, kinds).await,
        }
    }

    /// Writes rows with a statement of [`crate::sql::copy::insert`].
    pub async fn insert(
        &mut self,
        sql: Arc<str>,
        kinds: &[Kind],
        rows: Vec<Vec<Datum>>,
    ) -> Result<(), Fault> {
        match self {
            Session::Sqlite(session) => session.insert(sql, rows).await,
            Session::Postgres(session) => session.insert(sql, kinds, &rows).await,
        }
    }

    /// Runs statements without parameters.
    pub async fn batch(&mut self, sql: String) -> Result<(), Fault> {
        match self {
            Session::Sqlite(session) => session.batch(sql).await,
            Session::Postgres(session) => session.batch(sql).await,
        }
    }

    /// Keeps what was written, if every link points to a row.
    pub async fn commit(self) -> Result<(), Fault> {
        match self {
            Session::Sqlite(session) => session.commit().await,
            Session::Postgres(session) => session.commit().await,
        }
    }
}
