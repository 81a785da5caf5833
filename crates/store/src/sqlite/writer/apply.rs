//! What one commit does to a SQLite file.

use model::{Uuid, Value};
use rusqlite::params;

use crate::chain::Hash;
use crate::commit::{Committed, Guard, Idempotency, SchemaStep};
use crate::database::{Refusal, Statement};
use crate::datum::Datum;
use crate::dialect::Home;
use crate::fault::Fault;
use crate::plan::{Column, TableName};
use crate::prepare::{Prepared, PreparedRow};
use crate::sql;
use crate::sql::rows::Verb;

use super::super::fault;
use super::super::rows::{Bound, BoundDatum, bind_values, data};
use super::Writer;

/// Where the workspace stands within the transaction.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub sequence: i64,
    pub hash: Hash,
    pub catalogue_revision: i64,
    /// Where it stood when the transaction began, and when its last entry was written.
    began_at: i64,
    time: i64,
}

impl Head {
    /// Whether the change log has grown.
    pub fn moved(&self) -> bool {
        self.sequence != self.began_at
    }
}

impl Writer {
    pub(super) fn read_head(&self) -> Result<Head, Fault> {
        let mut statement =
            self.prepare("select sequence, hash, catalogue_revision from sys_head")?;
        statement
            .query_row([], |row| {
                let sequence = row.get(0)?;
                Ok(Head {
                    sequence,
                    hash: row.get(1)?,
                    catalogue_revision: row.get(2)?,
                    began_at: sequence,
                    time: 0,
                })
            })
            .map_err(fault)
    }

    pub(super) fn store_head(&self, head: &Head) -> Result<(), Fault> {
        let mut statement = self.prepare("update sys_head set sequence = ?1, hash = ?2")?;
        statement.execute(params![head.sequence, head.hash]).map_err(fault)?;
        let mut statement =
            self.prepare("insert into sys_checkpoint (sequence, time, hash) values (?1, ?2, ?3)")?;
        statement.execute(params![head.sequence, head.time, head.hash]).map_err(fault)?;
        Ok(())
    }

    /// Applies a commit; the caller takes everything back when this fails.
    pub(super) fn apply(&self, head: &mut Head, prepared: &Prepared) -> Result<Committed, Fault> {
        if let Some(idempotency) = &prepared.idempotency {
            self.check_idempotency(idempotency)?;
        }
        let found = head.catalogue_revision;
        if prepared.catalogue_revision.is_some_and(|expected| expected != found) {
            return Err(Fault::CatalogueMoved { found });
        }
        for guard in &prepared.guards {
            self.check_guard(guard)?;
        }
        for step in &prepared.schema {
            self.change_schema(step)?;
        }
        for row in &prepared.rows {
            self.write_row(prepared, row)?;
        }
        for statement in &prepared.statements {
            self.statement(statement)?;
        }
        if let Some(revision) = prepared.publishes {
            head.catalogue_revision = revision;
        }
        let first_sequence = head.sequence + 1;
        self.log_changes(head, prepared)?;
        self.fill_outbox(prepared)?;
        if let Some(idempotency) = &prepared.idempotency {
            self.store_idempotency(idempotency, prepared.time)?;
        }
        Ok(Committed { first_sequence, last_sequence: head.sequence })
    }

    /// Runs a kernel statement.
    pub(super) fn statement(&self, statement: &Statement) -> Result<Vec<Vec<Datum>>, Fault> {
        let text = self.texts.get(statement.text);
        let mut prepared = self.prepare(&text)?;
        for (index, parameter) in statement.parameters.iter().enumerate() {
            prepared.raw_bind_parameter(index + 1, BoundDatum(parameter)).map_err(fault)?;
        }
        if prepared.column_count() == 0 {
            let touched = prepared.raw_execute().map_err(|e| self.constraint(e, None))?;
            return match statement.refusal {
                Some(refusal) if touched == 0 => Err(Refusal::fault(refusal)),
                _ => Ok(Vec::new()),
            };
        }
        let mut found = Vec::new();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(|e| self.constraint(e, None))? {
            found.push(data(row, statement.returns)?);
        }
        Ok(found)
    }

    fn check_idempotency(&self, wanted: &Idempotency) -> Result<(), Fault> {
        let mut statement = self.prepare(
            "select digest, status, reply from sys_idempotency where scope = ?1 and name = ?2",
        )?;
        let mut rows = statement.query(params![wanted.scope, wanted.key]).map_err(fault)?;
        let Some(row) = rows.next().map_err(fault)? else { return Ok(()) };
        let digest: [u8; 32] = row.get(0).map_err(fault)?;
        if digest != wanted.body_digest {
            return Err(Fault::IdempotencyMismatch);
        }
        let status: u16 = row.get(1).map_err(fault)?;
        Err(Fault::Replayed { status, reply: row.get(2).map_err(fault)? })
    }

    fn store_idempotency(&self, new: &Idempotency, time: i64) -> Result<(), Fault> {
        let mut statement = self.prepare(
            "insert into sys_idempotency (scope, name, digest, status, reply, created)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let parameters = params![new.scope, new.key, new.body_digest, new.status, new.reply, time];
        statement.execute(parameters).map(drop).map_err(fault)
    }

    fn check_guard(&self, guard: &Guard) -> Result<(), Fault> {
        if self.revision(&guard.table, guard.id)? == guard.revision {
            return Ok(());
        }
        Err(Fault::Conflict { table: guard.table.clone(), id: guard.id })
    }

    /// The revision of a row, if it is there.
    fn revision(&self, table: &TableName, id: Uuid) -> Result<Option<i64>, Fault> {
        let columns = [Column::revision()];
        let shape = self.shapes.get(Verb::Read, table, columns.iter())?;
        let mut statement = self.prepare(&shape.sql)?;
        statement.raw_bind_parameter(1, Bound(&Value::Id(id))).map_err(fault)?;
        let mut rows = statement.raw_query();
        let Some(row) = rows.next().map_err(fault)? else { return Ok(None) };
        row.get(0).map(Some).map_err(fault)
    }

    fn change_schema(&self, step: &SchemaStep) -> Result<(), Fault> {
        let home = Home::sqlite();
        if let SchemaStep::DropColumn { table, column } = step {
            // SQLite refuses to drop a column that an index holds.
            let mut statement =
                self.prepare("select distinct name from sys_index where indexed = ?1")?;
            let indexes = statement.query_map([&*column.name], |row| row.get::<_, String>(0));
            let indexes: Result<Vec<String>, _> = indexes.map_err(fault)?.collect();
            for index in indexes.map_err(fault)? {
                self.run_batch(&sql::schema::drop_index(&home, &index, table)?)?;
            }
            let link = sql::schema::link_index_name(&column.name);
            self.run_batch(&sql::schema::drop_index(&home, &link, table)?)?;
        }
        let made = sql::schema::statements(&home, step)?;
        made.iter().try_for_each(|text| self.run_batch(text)).map_err(|fault| match (fault, step) {
            // The index that rows refuse does not exist, so only the step knows its name.
            (Fault::Unique { .. }, SchemaStep::CreateIndex { index, .. }) => {
                Fault::Unique { index: index.to_string() }
            }
            (other, _) => other,
        })
    }

    fn run_batch(&self, text: &str) -> Result<(), Fault> {
        self.connection.execute_batch(text).map_err(|error| self.constraint(error, None))
    }

    fn write_row(&self, prepared: &Prepared, row: &PreparedRow) -> Result<(), Fault> {
        let shape = &row.shape;
        let mut statement = self.prepare(&shape.sql)?;
        let mut place = 1;
        let mut bind = |value: &Value| -> Result<(), Fault> {
            place += 1;
            statement.raw_bind_parameter(place - 1, Bound(value)).map_err(fault)
        };
        let now = Value::Instant(prepared.time);
        let actor = prepared.actor_id.map_or(Value::Null, Value::Id);
        match shape.verb {
            Verb::Insert => {
                let (created_at, created_by) = match row.created {
                    Some((at, by)) => (Value::Instant(at), by.map_or(Value::Null, Value::Id)),
                    None => (now.clone(), actor.clone()),
                };
                bind(&Value::Id(row.id))?;
                bind(&Value::Int(row.revision))?;
                for value in [&created_at, &created_by, &now, &actor] {
                    bind(value)?;
                }
            }
            Verb::Update => {
                bind(&Value::Int(row.revision + 1))?;
                bind(&now)?;
                bind(&actor)?;
            }
            Verb::Delete | Verb::Read => {}
        }
        let mut place = bind_values(&mut statement, place, &row.values)?;
        if shape.verb != Verb::Insert {
            for value in [Value::Id(row.id), Value::Int(row.revision)] {
                statement.raw_bind_parameter(place, Bound(&value)).map_err(fault)?;
                place += 1;
            }
        }
        let touched = statement.raw_execute().map_err(|error| self.constraint(error, Some(row)))?;
        if touched == 1 {
            return Ok(());
        }
        let (table, id) = (shape.table.clone(), row.id);
        Err(match self.revision(&table, id)? {
            Some(_) => Fault::Conflict { table, id },
            None => Fault::Missing { table, id },
        })
    }

    fn log_changes(&self, head: &mut Head, prepared: &Prepared) -> Result<(), Fault> {
        if prepared.changes.is_empty() {
            return Ok(());
        }
        let mut statement = self.prepare(
            "insert into sys_change (sequence, time, actor, cause, entity, record, operation,
                 payload, salt, digest, hash)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for change in &prepared.changes {
            head.sequence += 1;
            head.hash = prepared.seal(change, head.sequence, &head.hash);
            head.time = prepared.time;
            statement
                .execute(params![
                    head.sequence,
                    prepared.time,
                    prepared.actor,
                    prepared.cause,
                    change.entity,
                    change.record.as_bytes(),
                    change.operation.as_str(),
                    change.payload,
                    change.salt,
                    change.digest,
                    head.hash,
                ])
                .map_err(fault)?;
        }
        Ok(())
    }

    fn fill_outbox(&self, prepared: &Prepared) -> Result<(), Fault> {
        if prepared.outbox.is_empty() {
            return Ok(());
        }
        let mut statement = self.prepare(
            "insert into sys_outbox (id, kind, payload, state, attempts, not_before, fence,
                 created_at, updated_at)
             values (?1, ?2, ?3, 'ready', 0, ?4, 0, ?5, ?5)",
        )?;
        for message in &prepared.outbox {
            statement
                .execute(params![
                    message.id.as_bytes(),
                    message.kind,
                    message.payload.to_string(),
                    message.not_before,
                    prepared.time,
                ])
                .map_err(|error| self.constraint(error, None))?;
        }
        Ok(())
    }
}
