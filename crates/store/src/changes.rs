//! Reading the change log: the spine that history, sync, realtime and automations follow.

use model::Uuid;
use serde_json::Value as Json;

use crate::chain::{self, Hash};
use crate::commit::Operation;
use crate::database::Statement;
use crate::datum::{Cells, Kind};
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
    pub broken: Option<(i64, &'static str)>,
}

const CHANGE: &[Kind] = &[
    Kind::INT,
    Kind::INSTANT,
    Kind::TEXT,
    Kind::TEXT,
    Kind::TEXT,
    Kind::ID,
    Kind::TEXT,
    Kind::TEXT,
];
const SEALED: &[Kind] = &[
    Kind::INT,
    Kind::INSTANT,
    Kind::TEXT,
    Kind::TEXT,
    Kind::TEXT,
    Kind::ID,
    Kind::TEXT,
    Kind::TEXT,
    Kind::BYTES,
    Kind::BYTES,
    Kind::BYTES,
];

/// Entries that are checked at a time.
const CHECKED_AT_A_TIME: i64 = 2_000;

impl Workspace {
    /// Entries after `since`, oldest first.
    pub async fn changes(&self, since: i64, limit: u32) -> Result<Vec<LoggedChange>, Fault> {
        let statement = Statement::new(
            "select sequence, time, actor, cause, entity, record, operation, payload
             from $.sys_change where sequence > $1 order by sequence limit $2",
            vec![since.into(), i64::from(limit).into()],
        );
        self.all(statement.returning(CHANGE), change).await
    }

    /// Entries of one record before a sequence (or the newest), newest first.
    pub async fn changes_of(
        &self,
        entity: &str,
        record: Uuid,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LoggedChange>, Fault> {
        let statement = Statement::new(
            "select sequence, time, actor, cause, entity, record, operation, payload
             from $.sys_change where record = $1 and entity = $2 and sequence < $3
             order by sequence desc limit $4",
            vec![
                record.into(),
                entity.into(),
                before.unwrap_or(i64::MAX).into(),
                i64::from(limit).into(),
            ],
        );
        self.all(statement.returning(CHANGE), change).await
    }

    /// The sequence of the last entry; 0 when there is none.
    pub async fn last_sequence(&self) -> Result<i64, Fault> {
        Ok(self.head().await?.sequence)
    }

    /// Recomputes the hash chain from the first entry; `progress` is told the sequence reached.
    pub async fn verify_chain(
        &self,
        mut progress: impl FnMut(i64) + Send,
    ) -> Result<ChainReport, Fault> {
        let head = self.head().await?;
        let mut report = ChainReport::default();
        let mut previous: Hash = [0; 32];
        let mut reached = 0;
        while reached < head.sequence {
            let statement = Statement::new(
                "select sequence, time, actor, cause, entity, record, operation, payload, salt,
                     digest, hash
                 from $.sys_change where sequence > $1 and sequence <= $2 order by sequence",
                vec![reached.into(), (reached + CHECKED_AT_A_TIME).min(head.sequence).into()],
            );
            let rows = self.database.read(statement.returning(SEALED)).await?;
            if rows.is_empty() {
                report.broken = Some((reached + 1, "the entry is missing"));
                return Ok(report);
            }
            for row in rows {
                let seal = check_entry(&mut Cells::of(row), reached + 1, &previous)?;
                let Sealed { hash, erased } = match seal {
                    Ok(sealed) => sealed,
                    Err(why) => {
                        report.broken = Some((reached + 1, why));
                        return Ok(report);
                    }
                };
                previous = hash;
                reached += 1;
                report.entries += 1;
                report.erased += u64::from(erased);
            }
            progress(reached);
        }
        if previous != head.hash {
            report.broken = Some((head.sequence, "the head has another hash than the last entry"));
        }
        Ok(report)
    }

    /// Empties the entries `first..=last` of one record or of all; the caller logs that it did.
    /// Answers how many were emptied.
    pub async fn erase_changes(
        &self,
        record: Option<Uuid>,
        first: i64,
        last: i64,
    ) -> Result<u64, Fault> {
        match record {
            Some(record) => {
                self.touched(
                    "update $.sys_change set payload = null, salt = null
                     where record = $1 and sequence between $2 and $3 and payload is not null
                     returning entity",
                    vec![record.into(), first.into(), last.into()],
                )
                .await
            }
            None => {
                self.touched(
                    "update $.sys_change set payload = null, salt = null
                     where sequence between $1 and $2 and payload is not null
                     returning entity",
                    vec![first.into(), last.into()],
                )
                .await
            }
        }
    }
}

fn change(cells: &mut Cells) -> Result<LoggedChange, Fault> {
    let parse = |text: String| serde_json::from_str::<Json>(&text).map_err(Fault::broken);
    let sequence = cells.int()?;
    let time = cells.int()?;
    let actor = parse(cells.text()?)?;
    let cause = parse(cells.text()?)?;
    let entity = cells.text()?;
    let record = cells.id()?;
    let operation = cells.word(Operation::parse)?;
    let payload = cells.optional_text()?;
    let erased = payload.is_none();
    let mut payload = payload.map(parse).transpose()?.unwrap_or_default();
    let mut part = |name| payload.get_mut(name).map(Json::take).unwrap_or_default();
    let (before, after) = (part("before"), part("after"));
    Ok(LoggedChange {
        sequence,
        time,
        actor,
        cause,
        entity,
        record,
        operation,
        before,
        after,
        erased,
    })
}

/// An entry that fits its place.
struct Sealed {
    hash: Hash,
    erased: bool,
}

/// Checks one entry; the inner error says what does not fit.
fn check_entry(
    cells: &mut Cells,
    expected: i64,
    previous: &Hash,
) -> Result<Result<Sealed, &'static str>, Fault> {
    let (sequence, time) = (cells.int()?, cells.int()?);
    let (actor, cause, entity) = (cells.text()?, cells.text()?, cells.text()?);
    let record = cells.id()?;
    let operation = cells.word(Operation::parse)?;
    let (payload, salt) = (cells.optional_text()?, cells.optional_bytes()?);
    let (digest, hash) = (cells.hash()?, cells.hash()?);
    if sequence != expected {
        return Ok(Err("the entry is missing"));
    }
    let erased = match (payload, salt) {
        (Some(payload), Some(salt)) if chain::digest(&salt, &payload) == digest => false,
        (None, None) => true,
        _ => return Ok(Err("the content was changed")),
    };
    let entry = chain::Entry {
        sequence,
        time,
        actor: &actor,
        cause: &cause,
        entity: &entity,
        record,
        operation,
        digest: &digest,
    };
    if chain::hash(previous, &entry) != hash {
        return Ok(Err("the entry was changed"));
    }
    Ok(Ok(Sealed { hash, erased }))
}
