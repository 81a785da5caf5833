//! Reading the change log: the spine that history, sync, realtime and automations follow.

use model::Uuid;
use serde_json::Value as Json;

use crate::commit::Operation;
use crate::fault::Fault;
use crate::workspace::Workspace;

/// An entry of the change log as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedChange {
    /// Its place in the log, from 1 without gaps.
    pub sequence: i64,
    /// When, in milliseconds UTC.
    pub time: i64,
    /// Who.
    pub actor: Json,
    /// Why.
    pub cause: Json,
    /// What kind of thing changed.
    pub entity: String,
    /// Which record.
    pub record: Uuid,
    /// What happened.
    pub operation: Operation,
    /// The changed fields before; `Null` also when the entry was erased.
    pub before: Json,
    /// The changed fields after; `Null` also when the entry was erased.
    pub after: Json,
    /// Whether before and after were erased.
    pub erased: bool,
}

/// What checking the hash chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainReport {
    /// Entries checked.
    pub entries: u64,
    /// Entries whose content was erased; their place in the chain still holds.
    pub erased: u64,
    /// The first entry that does not fit, and why.
    pub broken: Option<(i64, String)>,
}

impl Workspace {
    /// Entries after `since`, oldest first.
    pub async fn changes(&self, _since: i64, _limit: u32) -> Result<Vec<LoggedChange>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Entries of one record before a sequence (or the newest), newest first.
    pub async fn changes_of(
        &self,
        _entity: &str,
        _record: Uuid,
        _before: Option<i64>,
        _limit: u32,
    ) -> Result<Vec<LoggedChange>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// The sequence of the last entry; 0 when there is none.
    pub async fn last_sequence(&self) -> Result<i64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Recomputes the hash chain from the first entry; `progress` is told the sequence reached.
    pub async fn verify_chain(
        &self,
        _progress: impl FnMut(i64) + Send,
    ) -> Result<ChainReport, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Empties the entries `first..=last` of one record or of all; the caller logs that it did.
    /// Answers how many were emptied.
    pub async fn erase_changes(
        &self,
        _record: Option<Uuid>,
        _first: i64,
        _last: i64,
    ) -> Result<u64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }
}
