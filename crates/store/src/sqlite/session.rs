//! A connection of its own to a SQLite file, for work that takes long: copying and restoring.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::rows::{BoundDatum, data};
use super::{fault, open};
use crate::datum::{Datum, Kind};
use crate::fault::Fault;

/// A transaction on a connection of its own. Dropped before [`Session::commit`], it leaves
/// nothing behind.
#[derive(Debug)]
pub(crate) struct Session {
    connection: Option<Connection>,
}

impl Session {
    /// Sees the file as it is now, whatever is written later.
    pub async fn reading(path: &Path) -> Result<Session, Fault> {
        let path = path.to_owned();
        blocking(move || {
            let connection = open::reading(&path)?;
            // A transaction sees the file as of its first read, so read something.
            connection.execute_batch("begin; select one from sys_head;").map_err(fault)?;
            Ok(Session { connection: Some(connection) })
        })
        .await
    }

    /// Writes alone, without looking at links until [`Session::commit`].
    pub async fn writing(path: &Path) -> Result<Session, Fault> {
        let path = path.to_owned();
        blocking(move || {
            let connection = open::writing(&path)?;
            connection
                .execute_batch("pragma foreign_keys = off; begin immediate;")
                .map_err(fault)?;
            Ok(Session { connection: Some(connection) })
        })
        .await
    }

    /// Reads rows.
    pub async fn rows(
        &mut self,
        sql: Arc<str>,
        parameters: Vec<Datum>,
        kinds: Arc<[Kind]>,
    ) -> Result<Vec<Vec<Datum>>, Fault> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
            for (index, parameter) in parameters.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, BoundDatum(parameter)).map_err(fault)?;
            }
            let mut found = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(fault)? {
                found.push(data(row, &kinds)?);
            }
            Ok(found)
        })
        .await
    }

    /// Runs one statement for each row.
    pub async fn insert(&mut self, sql: Arc<str>, rows: Vec<Vec<Datum>>) -> Result<(), Fault> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
            for row in &rows {
                for (index, cell) in row.iter().enumerate() {
                    statement.raw_bind_parameter(index + 1, BoundDatum(cell)).map_err(fault)?;
                }
                statement.raw_execute().map_err(fault)?;
            }
            Ok(())
        })
        .await
    }

    /// Runs statements without parameters.
    pub async fn batch(&mut self, sql: String) -> Result<(), Fault> {
        self.run(move |connection| connection.execute_batch(&sql).map_err(fault)).await
    }

    /// Keeps what was written, if every link points to a row.
    pub async fn commit(mut self) -> Result<(), Fault> {
        self.run(|connection| {
            let mut statement = connection.prepare("pragma foreign_key_check").map_err(fault)?;
            let mut rows = statement.query([]).map_err(fault)?;
            if let Some(row) = rows.next().map_err(fault)? {
                let table: String = row.get(0).map_err(fault)?;
                return Err(Fault::ForeignKey { table: table.as_str().into(), id: None });
            }
            drop(rows);
            connection.execute_batch("commit").map_err(fault)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let connection = self.connection.take().ok_or(Fault::Closed)?;
        let (connection, result) = blocking(move || {
            let result = work(&connection);
            Ok((connection, result))
        })
        .await?;
        self.connection = Some(connection);
        result
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::broken)?
}
