//! A SQLite file: one thread that writes, a few that read.

mod open;
mod reader;
mod rows;
mod session;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::commit::Committed;
use crate::database::{Results, Statement};
use crate::dialect::Texts;
use crate::fault::Fault;
use crate::migrate::Schema;
use crate::prepare::Prepared;
use crate::sql::Query;
use crate::sql::rows::{Shape, Shapes};
use crate::store::Options;
use model::{Uuid, Value};

use reader::ReadJob;
use writer::WriteJob;

#[cfg(test)]
pub(crate) use open::add_functions;
pub(crate) use open::check_library;
pub(crate) use session::Session;

/// A handle to one SQLite file. When the last one goes, the threads finish what is queued.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    texts: Arc<Texts>,
    readers: flume::Sender<ReadJob>,
    reader_threads: usize,
    writer: flume::Sender<WriteJob>,
    sequence: watch::Receiver<i64>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    /// Opens a file, migrating it; blocks. A file that is not there is made only when `create`.
    pub fn open(
        path: &Path,
        schema: Schema,
        create: bool,
        texts: Arc<Texts>,
        shapes: Arc<Shapes>,
        options: &Options,
    ) -> Result<Sqlite, Fault> {
        if !create && !path.exists() {
            return Err(Fault::NoWorkspace);
        }
        let mut connection = open::writing(path)?;
        open::migrate(&mut connection, schema)?;
        let sequence = open::last_sequence(&connection, schema)?;
        let (announce, sequence) = watch::channel(sequence);
        let (writer, write_jobs) = flume::unbounded();
        let (readers, read_jobs) = flume::unbounded();
        let mut threads = Vec::new();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Readers first: the writer's thread checkpoints when it ends, and they must not hold it.
        for _ in 0..options.reader_threads.max(1) {
            let reader = reader::Reader::open(path, read_jobs.clone(), options.read_deadline)?;
            threads.push(spawn(format!("read {name}"), move || reader.run())?);
        }
        let writer_texts = Arc::clone(&texts);
        let batch = options.batch.max(1);
        let writer_thread =
            writer::Writer::new(connection, write_jobs, writer_texts, shapes, announce, batch);
        threads.push(spawn(format!("write {name}"), move || writer_thread.run())?);
        let inner = Inner {
            path: path.to_owned(),
            texts,
            readers,
            reader_threads: options.reader_threads.max(1),
            writer,
            sequence,
            threads: Mutex::new(threads),
        };
        Ok(Sqlite { inner: Arc::new(inner) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The sequence of the last entry of the change log, as it grows.
    pub fn sequence(&self) -> watch::Receiver<i64> {
        self.inner.sequence.clone()
    }

    /// Reads rows of statements in one snapshot.
    pub async fn read(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        let texts = Arc::clone(&self.inner.texts);
        self.on_reader(move |connection| reader::together(connection, &texts, &statements)).await
    }

    /// Reads the rows that a question asks for.
    pub async fn query(&self, query: Query) -> Result<Vec<Vec<Value>>, Fault> {
        self.on_reader(move |connection| reader::query(connection, &query)).await
    }

    /// Reads rows by their ids, in the order of the ids.
    pub async fn by_ids(
        &self,
        shape: Arc<Shape>,
        ids: Vec<Uuid>,
    ) -> Result<Vec<Vec<Value>>, Fault> {
        self.on_reader(move |connection| reader::by_ids(connection, &shape, &ids)).await
    }

    /// Runs statements in one transaction.
    pub async fn write(&self, statements: Vec<Statement>) -> Result<Results, Fault> {
        let (reply, answer) = oneshot::channel();
        self.send(WriteJob::Statements { statements, reply })?;
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Applies a commit.
    pub async fn commit(&self, prepared: Prepared) -> Result<Committed, Fault> {
        let (reply, answer) = oneshot::channel();
        self.send(WriteJob::Commit { prepared: Box::new(prepared), reply })?;
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Finishes what is queued, empties the write-ahead log and closes the file.
    pub async fn close(&self) {
        // Whoever called may have been the last; a closed channel is what we want.
        for _ in 0..self.inner.reader_threads {
            let _ = self.inner.readers.send(ReadJob::Stop);
        }
        let _ = self.inner.writer.send(WriteJob::Stop);
        let threads = match self.inner.threads.lock() {
            Ok(mut threads) => std::mem::take(&mut *threads),
            Err(_) => return,
        };
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A thread that panicked has closed its part already.
                let _ = thread.join();
            }
        });
        if joined.await.is_err() {
            tracing::error!("closing a database failed");
        }
    }

    fn send(&self, job: WriteJob) -> Result<(), Fault> {
        self.inner.writer.send(job).map_err(|_| Fault::Closed)
    }

    /// Runs a read on one of the reader threads.
    async fn on_reader<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        let job = move |connection: &Connection| {
            // The caller may have given up; its answer then goes nowhere.
            let _ = reply.send(read(connection));
        };
        let job = ReadJob::Run(Box::new(job));
        self.inner.readers.send(job).map_err(|_| Fault::Closed)?;
        answer.await.map_err(|_| Fault::Closed)?
    }
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    thread::Builder::new().name(name).spawn(run).map_err(Fault::broken)
}

/// What a failure of SQLite means where no row is concerned.
pub(crate) fn fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode;
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
            ErrorCode::OperationInterrupted => Fault::TimedOut,
            _ if message.as_deref() == Some(open::OVERFLOW) => Fault::Overflow,
            _ => Fault::broken(error),
        },
        rusqlite::Error::UserFunctionError(inner) if inner.to_string() == open::OVERFLOW => {
            Fault::Overflow
        }
        _ => Fault::broken(error),
    }
}
