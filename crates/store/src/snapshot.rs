//! A consistent copy of a whole workspace as plain rows, to write an archive and restore it on
//! either database.

mod restore;
mod session;
mod tables;

use std::sync::Arc;

use crate::datum::{Datum, Kind};
use crate::fault::Fault;
use crate::sql::copy;
use crate::workspace::Workspace;

pub use restore::Restore;

use session::Session;

/// A consistent view of a workspace, read chunk by chunk.
#[derive(Debug)]
pub struct Snapshot {
    home: Arc<crate::dialect::Home>,
    session: Session,
    tables: Vec<Arc<SnapshotTable>>,
    /// The table being read, and the key of the last row read of it.
    place: usize,
    after: Vec<Datum>,
}

/// A table of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotTable {
    /// Its physical name.
    pub name: Arc<str>,
    /// Its columns; companions are left out, they are made anew.
    pub columns: Vec<SnapshotColumn>,
    /// The columns, by place, that tell its rows apart and order them.
    pub key: Vec<usize>,
}

/// A column of a table of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotColumn {
    /// Its physical name.
    pub name: Arc<str>,
    /// What it holds.
    pub kind: Kind,
}

/// Some rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotChunk {
    /// The table.
    pub table: Arc<SnapshotTable>,
    /// Its rows, in the order of its key.
    pub rows: Vec<Vec<Datum>>,
}

/// Rows of one chunk.
const CHUNK_ROWS: u64 = 1_000;

impl Snapshot {
    /// The tables in the order in which they are read: those of the kernel, which describe the
    /// others, come first.
    pub fn tables(&self) -> &[Arc<SnapshotTable>] {
        &self.tables
    }

    /// The next rows; `None` at the end. Empty tables have no chunk.
    pub async fn next(&mut self) -> Result<Option<SnapshotChunk>, Fault> {
        while let Some(table) = self.tables.get(self.place).map(Arc::clone) {
            let sql = copy::page(&self.home, &table, !self.after.is_empty(), CHUNK_ROWS);
            let kinds: Arc<[Kind]> = table.columns.iter().map(|column| column.kind).collect();
            let after = std::mem::take(&mut self.after);
            let rows = self.session.rows(sql.into(), after, kinds).await?;
            match rows.last() {
                Some(last) if rows.len() as u64 == CHUNK_ROWS => {
                    self.after = table.key.iter().map(|place| last[*place].clone()).collect();
                }
                _ => self.place += 1,
            }
            if !rows.is_empty() {
                return Ok(Some(SnapshotChunk { table, rows }));
            }
        }
        Ok(None)
    }
}

impl Workspace {
    /// Begins a snapshot: later writes do not show in it.
    pub async fn snapshot(&self) -> Result<Snapshot, Fault> {
        let home = Arc::clone(&self.database.home);
        let mut session = Session::reading(&self.database).await?;
        let mut tables = tables::kernel();
        tables.extend(tables::of_entities(&home, &mut session).await?);
        let tables = tables.into_iter().map(Arc::new).collect();
        Ok(Snapshot { home, session, tables, place: 0, after: Vec::new() })
    }
}
