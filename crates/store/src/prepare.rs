//! A commit made ready by its caller, so that the one writer of a workspace has little left to do.

use std::sync::Arc;

use model::json::canonical;
use model::{Uuid, Value};
use rand::Rng;
use serde_json::Value as Json;

use crate::chain::{self, Hash};
use crate::commit::{Commit, Guard, Idempotency, Operation, OutboxMessage, RowWrite, SchemaStep};
use crate::database::Statement;
use crate::fault::Fault;
use crate::kernel::KernelWrite;
use crate::sql::rows::{Shape, Shapes, Verb};

/// A commit with its statements, keys and digests.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// `None` for writes of the kernel that depend on no catalogue.
    pub catalogue_revision: Option<i64>,
    /// The catalogue revision afterwards, when this publishes.
    pub publishes: Option<i64>,
    pub guards: Vec<Guard>,
    pub idempotency: Option<Idempotency>,
    pub schema: Vec<SchemaStep>,
    pub rows: Vec<PreparedRow>,
    pub changes: Vec<PreparedChange>,
    pub outbox: Vec<OutboxMessage>,
    pub statements: Vec<Statement>,
    pub time: i64,
    pub actor: Arc<str>,
    pub actor_id: Option<Uuid>,
    pub cause: Arc<str>,
}

/// A row with its statement.
#[derive(Debug)]
pub(crate) struct PreparedRow {
    pub shape: Arc<Shape>,
    pub id: Uuid,
    /// Of a new row: the revision it gets. Else: the revision it must have.
    pub revision: i64,
    /// Of a new row that was there before: when and by whom it was made.
    pub created: Option<(i64, Option<Uuid>)>,
    /// Values, companions included, in the order of the shape.
    pub values: Vec<Value>,
}

/// An entry of the change log, all but its place.
#[derive(Debug)]
pub(crate) struct PreparedChange {
    pub entity: String,
    pub record: Uuid,
    pub operation: Operation,
    pub payload: String,
    pub salt: [u8; 16],
    pub digest: Hash,
}

impl Prepared {
    /// Makes a commit ready.
    pub fn new(shapes: &Shapes, commit: Commit) -> Result<Prepared, Fault> {
        let mut statements = Vec::with_capacity(commit.kernel.len());
        let mut publishes = None;
        for write in commit.kernel {
            if let KernelWrite::Publish { revision, .. } = &write {
                publishes = Some(revision.number);
            }
            crate::kernel_sql::statements(write, commit.time, &mut statements);
        }
        if !commit.schema.is_empty() && publishes.is_none() {
            // Without a new revision other nodes would go on writing by the old catalogue.
            return Err(Fault::Invalid("tables change only with a revision"));
        }
        for step in &commit.schema {
            crate::kernel_sql::register(step, &mut statements);
        }
        let rows = commit.rows.into_iter().map(|row| prepare_row(shapes, row));
        Ok(Prepared {
            catalogue_revision: Some(commit.catalogue_revision),
            publishes,
            guards: commit.guards,
            idempotency: commit.idempotency,
            schema: commit.schema,
            rows: rows.collect::<Result<_, Fault>>()?,
            changes: commit.changes.into_iter().map(PreparedChange::new).collect(),
            outbox: commit.outbox,
            statements,
            time: commit.time,
            actor: canonical(&commit.actor).into(),
            actor_id: commit.actor_id,
            cause: canonical(&commit.cause).into(),
        })
    }

    /// Makes writes of the kernel ready that depend on no catalogue.
    pub fn kernel(writes: Vec<KernelWrite>, time: i64) -> Result<Prepared, Fault> {
        let mut statements = Vec::with_capacity(writes.len());
        for write in writes {
            if matches!(
                write,
                KernelWrite::Publish { .. }
                    | KernelWrite::PutDocuments(_)
                    | KernelWrite::RemoveDocuments(_)
            ) {
                return Err(Fault::Invalid("documents change only in a commit"));
            }
            crate::kernel_sql::statements(write, time, &mut statements);
        }
        Ok(Prepared {
            catalogue_revision: None,
            publishes: None,
            guards: Vec::new(),
            idempotency: None,
            schema: Vec::new(),
            rows: Vec::new(),
            changes: Vec::new(),
            outbox: Vec::new(),
            statements,
            time,
            actor: "null".into(),
            actor_id: None,
            cause: "null".into(),
        })
    }

    /// The seal of an entry at its place.
    pub fn seal(&self, change: &PreparedChange, sequence: i64, previous: &Hash) -> Hash {
        let entry = chain::Entry {
            sequence,
            time: self.time,
            actor: &self.actor,
            cause: &self.cause,
            entity: &change.entity,
            record: change.record,
            operation: change.operation,
            digest: &change.digest,
        };
        chain::hash(previous, &entry)
    }
}

impl PreparedChange {
    fn new(change: crate::commit::Change) -> PreparedChange {
        let payload = payload(&change.before, &change.after);
        let mut salt = [0; 16];
        rand::rng().fill_bytes(&mut salt);
        let digest = chain::digest(&salt, &payload);
        PreparedChange {
            entity: change.entity,
            record: change.record,
            operation: change.operation,
            payload,
            salt,
            digest,
        }
    }
}

/// The content of an entry: canonical, so that the same change always has the same text.
fn payload(before: &Json, after: &Json) -> String {
    format!("{{\"after\":{},\"before\":{}}}", canonical(after), canonical(before))
}

fn prepare_row(shapes: &Shapes, row: RowWrite) -> Result<PreparedRow, Fault> {
    let mut created = None;
    let (verb, table, id, revision, values) = match row {
        RowWrite::Insert { table, id, values } => (Verb::Insert, table, id, 1, values),
        RowWrite::Update { table, id, revision, values } => {
            (Verb::Update, table, id, revision, values)
        }
        RowWrite::Delete { table, id, revision } => (Verb::Delete, table, id, revision, vec![]),
        RowWrite::Restore { table, id, revision, created_at, created_by, values } => {
            created = Some((created_at, created_by));
            (Verb::Insert, table, id, revision, values)
        }
    };
    let shape = shapes.get(verb, &table, values.iter().map(|(column, _)| column))?;
    check_text(&values)?;
    let values = shapes.with_companions(values);
    Ok(PreparedRow { shape, id, revision, created, values })
}

/// PostgreSQL cannot hold a NUL in text, so neither database takes one.
fn check_text(values: &[(crate::plan::Column, Value)]) -> Result<(), Fault> {
    let nul = values.iter().any(|(_, value)| value.as_text().is_some_and(|t| t.contains('\0')));
    if nul { Err(Fault::Invalid("text holds a NUL character")) } else { Ok(()) }
}
