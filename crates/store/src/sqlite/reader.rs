//! A thread that reads: it takes jobs from a queue that all readers of a file share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use model::{Uuid, Value};
use rusqlite::Connection;

use crate::database::{Results, Statement};
use crate::dialect::Texts;
use crate::fault::Fault;
use crate::sql::Query;
use crate::sql::rows::Shape;

use super::rows::{Bound, BoundDatum, bind_values, data, values};
use super::{fault, open};

/// What a reader is asked.
pub(super) enum ReadJob {
    /// Read, and tell whoever asked.
    Run(Box<dyn FnOnce(&Connection) + Send>),
    /// End.
    Stop,
}

/// A reader and its queue.
pub(super) struct Reader {
    connection: Connection,
    jobs: flume::Receiver<ReadJob>,
    clock: Clock,
    limit: Duration,
}

/// When the read that is running must end, shared with SQLite's progress handler.
#[derive(Clone)]
struct Clock {
    start: Instant,
    /// Microseconds after the start.
    deadline: Arc<AtomicU64>,
}

impl Clock {
    fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

/// Steps of SQLite's virtual machine between looks at the clock: about a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

impl Reader {
    /// Opens a connection that can only read.
    pub fn open(
        path: &Path,
        jobs: flume::Receiver<ReadJob>,
        limit: Duration,
    ) -> Result<Reader, Fault> {
        let connection = open::reading(path)?;
        let clock = Clock { start: Instant::now(), deadline: Arc::new(AtomicU64::new(u64::MAX)) };
        let watched = clock.clone();
        let late = move || watched.now() > watched.deadline.load(Ordering::Relaxed);
        connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(late)).map_err(fault)?;
        Ok(Reader { connection, jobs, clock, limit })
    }

    /// Reads until told to stop or nobody is left who could ask.
    pub fn run(self) {
        while let Ok(ReadJob::Run(job)) = self.jobs.recv() {
            let deadline = self.clock.now() + self.limit.as_micros() as u64;
            self.clock.deadline.store(deadline, Ordering::Relaxed);
            // A panic is a bug, but it must not leave the file without a reader.
            let read = AssertUnwindSafe(|| job(&self.connection));
            if catch_unwind(read).is_err() {
                tracing::error!("a read panicked");
            }
        }
    }
}

/// Rows of several statements, in one snapshot.
pub(super) fn together(
    connection: &Connection,
    texts: &Texts,
    statements: &[Statement],
) -> Result<Results, Fault> {
    let [statement] = statements else {
        let transaction = connection.unchecked_transaction().map_err(fault)?;
        let rows = statements.iter().map(|statement| one(&transaction, texts, statement));
        return rows.collect();
    };
    Ok(vec![one(connection, texts, statement)?])
}

/// Rows of one kernel statement.
pub(super) fn one(
    connection: &Connection,
    texts: &Texts,
    statement: &Statement,
) -> Result<Vec<Vec<crate::datum::Datum>>, Fault> {
    let mut prepared = connection.prepare_cached(&texts.get(statement.text)).map_err(fault)?;
    for (index, parameter) in statement.parameters.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, BoundDatum(parameter)).map_err(fault)?;
    }
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(fault)? {
        found.push(data(row, statement.returns)?);
    }
    Ok(found)
}

/// Rows of a question.
pub(super) fn query(connection: &Connection, query: &Query) -> Result<Vec<Vec<Value>>, Fault> {
    let mut prepared = connection.prepare_cached(&query.sql).map_err(fault)?;
    bind_values(&mut prepared, 1, &query.parameters)?;
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(fault)? {
        found.push(values(row, &query.storages)?);
    }
    Ok(found)
}

/// Rows by ids: the statement for one, again and again, since a lookup costs less than a
/// statement of its own for each number of ids.
pub(super) fn by_ids(
    connection: &Connection,
    shape: &Shape,
    ids: &[Uuid],
) -> Result<Vec<Vec<Value>>, Fault> {
    let mut prepared = connection.prepare_cached(&shape.sql).map_err(fault)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        prepared.raw_bind_parameter(1, Bound(&Value::Id(*id))).map_err(fault)?;
        let mut rows = prepared.raw_query();
        if let Some(row) = rows.next().map_err(fault)? {
            found.push(values(row, &shape.storages)?);
        }
    }
    Ok(found)
}
