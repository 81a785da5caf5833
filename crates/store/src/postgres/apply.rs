//! What commits do to a PostgreSQL schema, as few statements as possible over all of them.

mod merge;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::{Storage, Uuid, Value};
use sqlx::PgConnection;

use super::rows::{Parameters, data, values};
use super::{listen, one, run};
use crate::chain::Hash;
use crate::commit::Committed;
use crate::datum::{Cells, Kind};
use crate::dialect::{Home, Texts};
use crate::fault::Fault;
use crate::plan::{Column, TableName};
use crate::prepare::Prepared;
use crate::sql;
use crate::sql::rows::{Shapes, Verb};

use merge::{Group, groups};

/// Where the workspace stands within the transaction.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub sequence: i64,
    pub hash: Hash,
    pub catalogue_revision: i64,
    began_at: i64,
    time: i64,
}

impl Head {
    /// Whether the change log has grown.
    pub fn moved(&self) -> bool {
        self.sequence != self.began_at
    }
}

type Outcomes = Vec<Result<Committed, Fault>>;

/// Knows how to apply commits to one schema.
pub(super) struct Applier {
    home: Home,
    texts: Arc<Texts>,
    shapes: Arc<Shapes>,
    workspace: String,
}

impl Applier {
    /// For the schema of a workspace.
    pub fn new(home: Home, texts: Arc<Texts>, shapes: Arc<Shapes>) -> Applier {
        let schema = home.schema.as_deref().unwrap_or_default();
        let workspace = schema.trim_start_matches("ws_").to_owned();
        Applier { home, texts, shapes, workspace }
    }

    /// Reads the head and keeps other nodes from writing until the transaction ends.
    pub async fn lock_head(&self, on: &mut PgConnection) -> Result<Head, Fault> {
        let text = "select sequence, hash, catalogue_revision from $.sys_head for update";
        let found = run::rows(on, self.texts.get(text), Parameters::default()).await?;
        let row = found.first().ok_or_else(|| Fault::broken("a workspace without a head"))?;
        let mut cells = Cells::of(data(row, &[Kind::INT, Kind::BYTES, Kind::INT])?);
        let sequence = cells.int()?;
        let (hash, catalogue_revision) = (cells.hash()?, cells.int()?);
        Ok(Head { sequence, hash, catalogue_revision, began_at: sequence, time: 0 })
    }

    /// Stores the head and tells other nodes, when the transaction commits.
    pub async fn store_head(&self, on: &mut PgConnection, head: &Head) -> Result<(), Fault> {
        let text = "with head as (update $.sys_head set sequence = $1, hash = $2),
                 checkpoint as (
                     insert into $.sys_checkpoint (sequence, time, hash) values ($1, $3, $2))
             select pg_catalog.pg_notify($4, $5)";
        let mut parameters = Parameters::default();
        parameters.value(&Value::Int(head.sequence))?;
        parameters.bytes(&head.hash)?;
        parameters.value(&Value::Instant(head.time))?;
        parameters.value(&Value::Text(listen::CHANNEL.to_owned()))?;
        parameters.value(&Value::Text(format!("{} {}", self.workspace, head.sequence)))?;
        run::execute(on, self.texts.get(text), parameters).await.map(drop)
    }

    /// A waiting change of a table makes all later readers of it wait, so it does not wait long;
    /// building an index may take long.
    pub async fn prepare_to_publish(&self, on: &mut PgConnection) -> Result<(), Fault> {
        let text = "set local lock_timeout = '2s'; set local statement_timeout = '10min'";
        run::batch(on, text.to_owned()).await
    }

    /// Applies commits. An outcome may be a refusal that left nothing behind; any other failure
    /// is the error of the whole, and the caller takes everything back.
    pub async fn apply(
        &self,
        on: &mut PgConnection,
        head: &mut Head,
        all: &[&Prepared],
    ) -> Result<Outcomes, Fault> {
        let mut outcomes: Vec<Option<Result<Committed, Fault>>> = Vec::with_capacity(all.len());
        outcomes.resize_with(all.len(), || None);
        self.refuse_replays(on, all, &mut outcomes).await?;
        let found = head.catalogue_revision;
        for (prepared, outcome) in all.iter().zip(&mut outcomes) {
            let moved = prepared.catalogue_revision.is_some_and(|expected| expected != found);
            if outcome.is_none() && moved {
                *outcome = Some(Err(Fault::CatalogueMoved { found }));
            }
        }
        let mut wave = Vec::new();
        let mut touched = HashSet::new();
        for (index, prepared) in all.iter().enumerate() {
            if outcomes[index].is_some() {
                continue;
            }
            let rows = rows_of(prepared);
            if rows.iter().any(|row| touched.contains(row)) {
                self.wave(on, head, all, &wave, &mut outcomes).await?;
                wave.clear();
                touched.clear();
            }
            touched.extend(rows);
            wave.push(index);
        }
        self.wave(on, head, all, &wave, &mut outcomes).await?;
        let lost = || Err(Fault::broken("a request without an outcome"));
        Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect())
    }

    /// Applies commits that touch different rows.
    async fn wave(
        &self,
        on: &mut PgConnection,
        head: &mut Head,
        all: &[&Prepared],
        wave: &[usize],
        outcomes: &mut [Option<Result<Committed, Fault>>],
    ) -> Result<(), Fault> {
        self.refuse_conflicts(on, all, wave, outcomes).await?;
        let alive = || wave.iter().copied().filter(|index| outcomes[*index].is_none());
        let alive: Vec<usize> = alive().collect();
        let commits: Vec<&Prepared> = alive.iter().map(|index| all[*index]).collect();
        for prepared in &commits {
            for step in &prepared.schema {
                for text in sql::schema::statements(&self.home, step)? {
                    run::batch(on, text).await?;
                }
            }
        }
        for group in groups(&commits) {
            self.write_rows(on, &group).await?;
        }
        for prepared in &commits {
            for statement in &prepared.statements {
                one(on, &self.texts, statement).await?;
            }
            if let Some(revision) = prepared.publishes {
                head.catalogue_revision = revision;
            }
        }
        let committed = self.log_changes(on, head, &commits).await?;
        self.fill_outbox(on, &commits).await?;
        self.store_idempotency(on, &commits).await?;
        for (index, committed) in alive.into_iter().zip(committed) {
            outcomes[index] = Some(Ok(committed));
        }
        Ok(())
    }

    /// Finds requests whose idempotency key was used before.
    async fn refuse_replays(
        &self,
        on: &mut PgConnection,
        all: &[&Prepared],
        outcomes: &mut [Option<Result<Committed, Fault>>],
    ) -> Result<(), Fault> {
        let wanted = || all.iter().filter_map(|prepared| prepared.idempotency.as_ref());
        if wanted().next().is_none() {
            return Ok(());
        }
        let different: HashSet<(&str, &str)> =
            wanted().map(|i| (i.scope.as_str(), i.key.as_str())).collect();
        if different.len() < wanted().count() {
            return Err(Fault::Invalid("requests with one key are applied one by one"));
        }
        let mut parameters = Parameters::default();
        parameters.texts(wanted().map(|idempotency| idempotency.scope.as_str()))?;
        parameters.texts(wanted().map(|idempotency| idempotency.key.as_str()))?;
        let text = "select scope, name, digest, status, reply from $.sys_idempotency
             where (scope, name) in (select * from unnest($1::text[], $2::text[]))";
        let found = run::rows(on, self.texts.get(text), parameters).await?;
        let kinds = [Kind::TEXT, Kind::TEXT, Kind::BYTES, Kind::INT, Kind::BYTES];
        for row in &found {
            let mut cells = Cells::of(data(row, &kinds)?);
            let (scope, key, digest) = (cells.text()?, cells.text()?, cells.hash()?);
            let status = u16::try_from(cells.int()?).map_err(Fault::broken)?;
            let reply = cells.bytes()?;
            for (prepared, outcome) in all.iter().zip(&mut *outcomes) {
                let Some(wanted) = &prepared.idempotency else { continue };
                if wanted.scope == scope && wanted.key == key {
                    *outcome = Some(Err(if wanted.body_digest == digest {
                        Fault::Replayed { status, reply: reply.clone() }
                    } else {
                        Fault::IdempotencyMismatch
                    }));
                }
            }
        }
        Ok(())
    }

    /// Finds requests that read rows which have changed since.
    async fn refuse_conflicts(
        &self,
        on: &mut PgConnection,
        all: &[&Prepared],
        wave: &[usize],
        outcomes: &mut [Option<Result<Committed, Fault>>],
    ) -> Result<(), Fault> {
        let mut ids: HashMap<&TableName, Vec<Uuid>> = HashMap::new();
        for guard in wave.iter().flat_map(|index| &all[*index].guards) {
            ids.entry(&guard.table).or_default().push(guard.id);
        }
        let mut revisions = HashMap::new();
        for (table, ids) in ids {
            for (id, revision) in self.revisions(on, table, &ids).await? {
                revisions.insert((table, id), revision);
            }
        }
        for index in wave {
            for guard in &all[*index].guards {
                if revisions.get(&(&guard.table, guard.id)).copied() != guard.revision {
                    let (table, id) = (guard.table.clone(), guard.id);
                    outcomes[*index] = Some(Err(Fault::Conflict { table, id }));
                }
            }
        }
        Ok(())
    }

    /// The revisions of rows that are there.
    async fn revisions(
        &self,
        on: &mut PgConnection,
        table: &TableName,
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, i64)>, Fault> {
        let columns = [Column::revision()];
        let shape = self.shapes.get(Verb::Read, table, columns.iter())?;
        let mut parameters = Parameters::default();
        parameters.made(Storage::Id, ids.iter().map(|id| Value::Id(*id)))?;
        let found = run::rows(on, Arc::clone(&shape.sql), parameters).await?;
        let mut revisions = Vec::with_capacity(found.len());
        for row in &found {
            if let [Value::Int(revision), Value::Id(id)] = *values(row, &shape.storages)? {
                revisions.push((id, revision));
            }
        }
        Ok(revisions)
    }

    async fn write_rows(&self, on: &mut PgConnection, group: &Group<'_>) -> Result<(), Fault> {
        let shape = group.shape;
        let parameters = group.parameters()?;
        let written = run::rows(&mut *on, Arc::clone(&shape.sql), parameters).await;
        let written = written.map_err(|fault| match fault {
            Fault::ForeignKey { .. } => {
                let id = if let [(_, row)] = &group.rows[..] { Some(row.id) } else { None };
                Fault::ForeignKey { table: shape.table.clone(), id }
            }
            other => other,
        })?;
        if shape.verb == Verb::Insert || written.len() == group.rows.len() {
            return Ok(());
        }
        let mut found = HashSet::new();
        for row in &written {
            found.extend(values(row, &[Storage::Id])?.iter().filter_map(Value::as_id));
        }
        let wrong = group.rows.iter().find(|(_, row)| !found.contains(&row.id));
        let Some((_, row)) = wrong else {
            return Err(Fault::Invalid("one commit writes a row twice at one revision"));
        };
        let (table, id) = (shape.table.clone(), row.id);
        Err(match self.revisions(on, &table, &[id]).await?.is_empty() {
            false => Fault::Conflict { table, id },
            true => Fault::Missing { table, id },
        })
    }

    async fn log_changes(
        &self,
        on: &mut PgConnection,
        head: &mut Head,
        commits: &[&Prepared],
    ) -> Result<Vec<Committed>, Fault> {
        let mut committed = Vec::with_capacity(commits.len());
        let mut entries = Vec::new();
        for prepared in commits {
            let first_sequence = head.sequence + 1;
            for change in &prepared.changes {
                head.sequence += 1;
                head.hash = prepared.seal(change, head.sequence, &head.hash);
                head.time = prepared.time;
                entries.push((head.sequence, head.hash, *prepared, change));
            }
            committed.push(Committed { first_sequence, last_sequence: head.sequence });
        }
        if entries.is_empty() {
            return Ok(committed);
        }
        let text = "insert into $.sys_change (sequence, time, actor, cause, entity, record,
                 operation, payload, salt, digest, hash)
             select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[],
                 $5::text[], $6::uuid[], $7::text[], $8::text[], $9::bytea[], $10::bytea[],
                 $11::bytea[])";
        let mut p = Parameters::default();
        p.made(Storage::Integer, entries.iter().map(|(sequence, ..)| Value::Int(*sequence)))?;
        p.made(Storage::Instant, entries.iter().map(|(_, _, of, _)| Value::Instant(of.time)))?;
        p.texts(entries.iter().map(|(_, _, of, _)| &*of.actor))?;
        p.texts(entries.iter().map(|(_, _, of, _)| &*of.cause))?;
        p.texts(entries.iter().map(|(.., change)| change.entity.as_str()))?;
        p.made(Storage::Id, entries.iter().map(|(.., change)| Value::Id(change.record)))?;
        p.texts(entries.iter().map(|(.., change)| change.operation.as_str()))?;
        p.texts(entries.iter().map(|(.., change)| change.payload.as_str()))?;
        p.byte_list(entries.iter().map(|(.., change)| Some(change.salt.as_slice())))?;
        p.byte_list(entries.iter().map(|(.., change)| Some(change.digest.as_slice())))?;
        p.byte_list(entries.iter().map(|(_, hash, ..)| Some(hash.as_slice())))?;
        run::execute(on, self.texts.get(text), p).await?;
        Ok(committed)
    }

    async fn fill_outbox(&self, on: &mut PgConnection, commits: &[&Prepared]) -> Result<(), Fault> {
        let messages = || {
            commits.iter().flat_map(|prepared| prepared.outbox.iter().map(|m| (prepared.time, m)))
        };
        if messages().next().is_none() {
            return Ok(());
        }
        let text = "insert into $.sys_outbox (id, kind, payload, state, attempts, not_before,
                 fence, created_at, updated_at)
             select id, kind, payload::jsonb, 'ready', 0, not_before, 0, time, time
             from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[],
                 $5::timestamptz[]) as message(id, kind, payload, not_before, time)";
        let mut p = Parameters::default();
        p.made(Storage::Id, messages().map(|(_, message)| Value::Id(message.id)))?;
        p.texts(messages().map(|(_, message)| message.kind.as_str()))?;
        p.made(Storage::Json, messages().map(|(_, m)| Value::Json(m.payload.clone())))?;
        p.made(Storage::Instant, messages().map(|(_, m)| Value::Instant(m.not_before)))?;
        p.made(Storage::Instant, messages().map(|(time, _)| Value::Instant(time)))?;
        run::execute(on, self.texts.get(text), p).await.map(drop)
    }

    async fn store_idempotency(
        &self,
        on: &mut PgConnection,
        commits: &[&Prepared],
    ) -> Result<(), Fault> {
        let new = || {
            commits.iter().filter_map(|prepared| {
                prepared.idempotency.as_ref().map(|idempotency| (prepared.time, idempotency))
            })
        };
        if new().next().is_none() {
            return Ok(());
        }
        let text = "insert into $.sys_idempotency (scope, name, digest, status, reply, created)
             select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[],
                 $5::bytea[], $6::timestamptz[])";
        let mut p = Parameters::default();
        p.texts(new().map(|(_, new)| new.scope.as_str()))?;
        p.texts(new().map(|(_, new)| new.key.as_str()))?;
        p.byte_list(new().map(|(_, new)| Some(new.body_digest.as_slice())))?;
        p.made(Storage::Integer, new().map(|(_, new)| Value::Int(i64::from(new.status))))?;
        p.byte_list(new().map(|(_, new)| Some(new.reply.as_slice())))?;
        p.made(Storage::Instant, new().map(|(time, _)| Value::Instant(time)))?;
        run::execute(on, self.texts.get(text), p).await.map(drop)
    }
}

/// The rows that a commit reads for certain or writes.
fn rows_of(prepared: &Prepared) -> Vec<(TableName, Uuid)> {
    let guarded = prepared.guards.iter().map(|guard| (guard.table.clone(), guard.id));
    let written = prepared.rows.iter().map(|row| (row.shape.table.clone(), row.id));
    guarded.chain(written).collect()
}
