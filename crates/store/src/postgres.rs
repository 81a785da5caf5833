//! A schema of a PostgreSQL database that any number of nodes share.

mod apply;
mod listen;
mod rows;
mod run;
mod session;
mod writer;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use model::{Uuid, Value};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::sync::{oneshot, watch};

use crate::commit::Committed;
use crate::database::{Refusal, Results, Statement};
use crate::dialect::{Home, Texts};
use crate::fault::Fault;
use crate::migrate::{LEDGER, Schema};
use crate::prepare::Prepared;
use crate::sql::Query;
use crate::sql::rows::{Shape, Shapes};
use crate::store::Options;

use rows::Parameters;
use writer::WriteJob;

pub(crate) use listen::Listener;
pub(crate) use session::Session;

/// How long to wait for a free connection before the answer is [`Fault::Busy`].
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that was not used for longer is tried before it is used.
const RESTED: Duration = Duration::from_secs(10);

/// Statements kept prepared per connection.
const STATEMENTS_KEPT: usize = 500;

/// The connections of this node.
pub(crate) async fn connect(url: &str, options: &Options) -> Result<PgPool, Fault> {
    let deadline = options.read_deadline.as_millis().to_string();
    let connect = PgConnectOptions::from_str(url)
        .map_err(Fault::broken)?
        .application_name("tessera")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .options([("statement_timeout", deadline.as_str()), ("timezone", "UTC")]);
    PgPoolOptions::new()
        .max_connections(options.connections.max(3))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A ping per use would double the trips; one that rested may have died.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > RESTED {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_with(connect)
        .await
        .map_err(run::fault)
}

/// A handle to one schema. When the last one goes, the writer finishes what is queued.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    texts: Arc<Texts>,
    writer: flume::Sender<WriteJob>,
    sequence: Arc<watch::Sender<i64>>,
}

impl Postgres {
    /// Opens a schema, migrating it. One that is not there is made only when `create`.
    pub async fn open(
        pool: &PgPool,
        home: &Home,
        schema: Schema,
        create: bool,
        shapes: Arc<Shapes>,
        options: &Options,
    ) -> Result<Postgres, Fault> {
        migrate(pool, home, schema, create).await?;
        let texts = Arc::new(Texts::new(home.clone()));
        let (writer, jobs) = flume::unbounded();
        let mut last = 0;
        if schema == Schema::Workspace {
            last = last_sequence(pool, &texts).await?;
        }
        let sequence = Arc::new(watch::channel(last).0);
        let applier = apply::Applier::new(home.clone(), Arc::clone(&texts), shapes);
        let announce = Arc::clone(&sequence);
        let batch = options.batch.max(1);
        let task = writer::Writer::new(pool.clone(), applier, jobs, announce, batch);
        tokio::spawn(task.run());
        Ok(Postgres { inner: Arc::new(Inner { pool: pool.clone(), texts, writer, sequence }) })
    }

    /// The sequence of the last entry of the change log, as it grows.
    pub fn sequence(&self) -> watch::Receiver<i64> {
        self.inner.sequence.subscribe()
    }

    /// Where the listener announces what other nodes wrote.
    pub fn announcer(&self) -> Arc<watch::Sender<i64>> {
        Arc::clone(&self.inner.sequence)
    }

    /// Reads the rows of statements in one snapshot.
    pub async fn read(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        if let [statement] = statements.as_slice() {
            let sql = self.inner.texts.get(statement.text);
            let parameters = Parameters::data(&statement.parameters)?;
            let found = run::rows(&self.inner.pool, sql, parameters).await?;
            let rows = found.iter().map(|row| rows::data(row, statement.returns));
            return Ok(vec![rows.collect::<Result<_, Fault>>()?]);
        }
        let begin = "begin isolation level repeatable read read only";
        let mut transaction = self.inner.pool.begin_with(begin).await.map_err(run::fault)?;
        let mut results = Vec::with_capacity(statements.len());
        for statement in &statements {
            results.push(one(&mut transaction, &self.inner.texts, statement).await?);
        }
        transaction.commit().await.map_err(run::fault)?;
        Ok(results)
    }

    /// Reads the rows that a question asks for.
    pub async fn query(&self, query: Query) -> Result<Vec<Vec<Value>>, Fault> {
        let parameters = Parameters::values(&query.parameters)?;
        let found = run::rows(&self.inner.pool, query.sql, parameters).await?;
        found.iter().map(|row| rows::values(row, &query.storages)).collect()
    }

    /// Reads rows by their ids, in the order of the ids.
    pub async fn by_ids(&self, shape: &Shape, ids: &[Uuid]) -> Result<Vec<Vec<Value>>, Fault> {
        let list: Vec<Value> = ids.iter().map(|id| Value::Id(*id)).collect();
        let list: Vec<&Value> = list.iter().collect();
        let mut parameters = Parameters::default();
        parameters.list(model::Storage::Id, &list)?;
        let found = run::rows(&self.inner.pool, Arc::clone(&shape.sql), parameters).await?;
        let mut by_id = HashMap::with_capacity(found.len());
        for row in &found {
            let mut values = rows::values(row, &shape.storages)?;
            // The id was read after what was asked for.
            if let Some(Value::Id(id)) = values.pop() {
                by_id.insert(id, values);
            }
        }
        Ok(ids.iter().filter_map(|id| by_id.get(id).cloned()).collect())
    }

    /// Runs statements in one transaction. They touch no chain, so they need not queue for the
    /// writer.
    pub async fn write(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        let mut transaction = self.inner.pool.begin().await.map_err(run::fault)?;
        let mut results = Vec::with_capacity(statements.len());
        for statement in &statements {
            results.push(one(&mut transaction, &self.inner.texts, statement).await?);
        }
        transaction.commit().await.map_err(run::fault)?;
        Ok(results)
    }

    /// Applies a commit.
    pub async fn commit(&self, prepared: Prepared) -> Result<Committed, Fault> {
        let (reply, answer) = oneshot::channel();
        let job = WriteJob::Commit { prepared: Box::new(prepared), reply };
        self.inner.writer.send(job).map_err(|_| Fault::Closed)?;
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Finishes what is queued.
    pub async fn close(&self) {
        let (done, finished) = oneshot::channel();
        if self.inner.writer.send(WriteJob::Stop { done }).is_ok() {
            // A writer that is gone has nothing left to finish.
            let _ = finished.await;
        }
    }

    /// The connections.
    pub fn pool(&self) -> &PgPool {
        &self.inner.pool
    }
}

/// Runs one kernel statement.
async fn one(
    connection: &mut sqlx::PgConnection,
    texts: &Texts,
    statement: &Statement,
) -> Result<Vec<Vec<crate::datum::Datum>>, Fault> {
    let sql = texts.get(statement.text);
    let parameters = Parameters::data(&statement.parameters)?;
    if let Some(refusal) = statement.refusal {
        let touched = run::execute(connection, sql, parameters).await?;
        return if touched == 0 { Err(Refusal::fault(refusal)) } else { Ok(Vec::new()) };
    }
    let found = run::rows(connection, sql, parameters).await?;
    found.iter().map(|row| rows::data(row, statement.returns)).collect()
}

async fn last_sequence(pool: &PgPool, texts: &Texts) -> Result<i64, Fault> {
    let sql = texts.get("select sequence from $.sys_head");
    let found = run::rows(pool, sql, Parameters::default()).await?;
    let storages = [model::Storage::Integer];
    match found.first().map(|row| rows::values(row, &storages)).transpose()?.as_deref() {
        Some([Value::Int(sequence)]) => Ok(*sequence),
        _ => Err(Fault::broken("a workspace without a head")),
    }
}

/// Brings the tables of a schema up to date; nodes that start together take turns.
async fn migrate(pool: &PgPool, home: &Home, schema: Schema, create: bool) -> Result<(), Fault> {
    let name = home.schema.clone().unwrap_or_default();
    let mut transaction = pool.begin().await.map_err(run::fault)?;
    let known = "select 1::bigint from pg_catalog.pg_namespace where nspname = $1";
    let parameters = Parameters::values(&[Value::Text(name.clone())])?;
    let there = !run::rows(&mut *transaction, known.into(), parameters).await?.is_empty();
    if !there && !create {
        return Err(Fault::NoWorkspace);
    }
    let lock = "select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))";
    let parameters = Parameters::values(&[Value::Text(format!("tessera {name}"))])?;
    run::execute(&mut *transaction, lock.into(), parameters).await?;
    if !there {
        let text = format!("create schema if not exists \"{name}\"");
        run::batch(&mut transaction, text).await?;
        run::batch(&mut transaction, home.migration(LEDGER)).await?;
    }
    let text = home.statement("select coalesce(max(number), 0) from $.sys_schema");
    let found = run::rows(&mut *transaction, text.into(), Parameters::default()).await?;
    let storages = [model::Storage::Integer];
    let found = match found.first().map(|row| rows::values(row, &storages)).transpose()? {
        Some(values) => values.first().and_then(Value::as_int).unwrap_or(0),
        None => 0,
    };
    for (number, text) in schema.pending(found)? {
        run::batch(&mut transaction, home.migration(text)).await?;
        let note = home.statement("insert into $.sys_schema (number) values ($1)");
        let parameters = Parameters::values(&[Value::Int(number)])?;
        run::execute(&mut *transaction, note.into(), parameters).await?;
    }
    transaction.commit().await.map_err(run::fault)
}

/// Removes a workspace's schema with everything in it.
pub(crate) async fn drop_schema(pool: &PgPool, id: Uuid) -> Result<(), Fault> {
    let mut connection = pool.acquire().await.map_err(run::fault)?;
    let name = Home::workspace(id).schema.unwrap_or_default();
    run::batch(&mut connection, format!("drop schema if exists \"{name}\" cascade")).await
}
