//! A consistent copy of a whole workspace as plain rows, to write an archive and restore it on
//! either database.

use std::sync::Arc;

use crate::datum::{Datum, Kind};
use crate::fault::Fault;
use crate::workspace::Workspace;

/// A consistent view of a workspace, read chunk by chunk.
#[derive(Debug)]
pub struct Snapshot {}

/// A table of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotTable {
    /// Its physical name.
    pub name: Arc<str>,
    /// Its columns; companions are left out, they are made anew.
    pub columns: Vec<SnapshotColumn>,
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

impl Snapshot {
    /// The next rows; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<SnapshotChunk>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }
}

impl Workspace {
    /// Begins a snapshot: later writes do not show in it. Kernel tables come first, then tables
    /// of entities so that linked rows precede the rows that link them where that is possible.
    pub async fn snapshot(&self) -> Result<Snapshot, Fault> {
        Err(Fault::Invalid("not built yet"))
    }
}
