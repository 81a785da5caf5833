//! The one thread that writes a file. It takes everything that has queued, gives each request a
//! savepoint in one transaction, and answers when the transaction is on the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use rusqlite::{CachedStatement, Connection};
use tokio::sync::{oneshot, watch};

use crate::commit::Committed;
use crate::database::{Results, Statement};
use crate::dialect::Texts;
use crate::fault::Fault;
use crate::patience::Patience;
use crate::prepare::Prepared;
use crate::sql::rows::Shapes;

use super::fault;

mod apply;
mod constraint;

use apply::Head;

/// What the writer is asked.
pub(super) enum WriteJob {
    /// Apply a commit.
    Commit { prepared: Box<Prepared>, reply: oneshot::Sender<Result<Committed, Fault>> },
    /// Run statements as one request.
    Statements { statements: Vec<Statement>, reply: oneshot::Sender<Result<Results, Fault>> },
    /// End.
    Stop,
}

/// An answer that waits for the transaction.
enum Answer {
    Commit(oneshot::Sender<Result<Committed, Fault>>, Result<Committed, Fault>),
    Statements(oneshot::Sender<Result<Results, Fault>>, Result<Results, Fault>),
}

impl Answer {
    /// Tells whoever asked; it may have given up, then nobody hears.
    fn send(self) {
        match self {
            Answer::Commit(reply, result) => drop(reply.send(result)),
            Answer::Statements(reply, result) => drop(reply.send(result)),
        }
    }

    /// The answer when the transaction as a whole came to nothing.
    fn lost(self, why: &dyn Fn() -> Fault) -> Answer {
        match self {
            Answer::Commit(reply, Ok(_)) => Answer::Commit(reply, Err(why())),
            Answer::Statements(reply, Ok(_)) => Answer::Statements(reply, Err(why())),
            refused => refused,
        }
    }
}

/// The writer and its queue.
pub(super) struct Writer {
    connection: Connection,
    jobs: flume::Receiver<WriteJob>,
    texts: Arc<Texts>,
    shapes: Arc<Shapes>,
    announce: watch::Sender<i64>,
    batch: usize,
}

impl Writer {
    /// A writer over a connection that is open and migrated.
    pub fn new(
        connection: Connection,
        jobs: flume::Receiver<WriteJob>,
        texts: Arc<Texts>,
        shapes: Arc<Shapes>,
        announce: watch::Sender<i64>,
        batch: usize,
    ) -> Writer {
        Writer { connection, jobs, texts, shapes, announce, batch }
    }

    /// Writes until told to stop or nobody is left who could ask, then empties the log.
    pub fn run(self) {
        let mut patience = Patience::default();
        while let Ok(first) = self.jobs.recv() {
            let batch = self.gather(first, &patience);
            let stopping = batch.iter().any(|job| matches!(job, WriteJob::Stop));
            let (size, begun) = (batch.len(), Instant::now());
            // A panic is a bug, but it must not leave the workspace without a writer. Those who
            // waited hear that their answer went missing.
            let write = AssertUnwindSafe(|| self.write(batch));
            if catch_unwind(write).is_err() {
                tracing::error!("writing a batch panicked");
                self.roll_back();
            }
            if stopping {
                break;
            }
            patience = Patience::after(size + self.jobs.len(), begun.elapsed());
        }
        let emptied = self.connection.execute_batch("pragma wal_checkpoint(truncate);");
        if let Err(error) = emptied {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
    }

    /// What has queued, and what is about to.
    fn gather(&self, first: WriteJob, patience: &Patience) -> Vec<WriteJob> {
        let mut batch = vec![first];
        let deadline = Instant::now() + patience.most;
        while batch.len() < self.batch {
            let next = match self.jobs.try_recv() {
                Err(_) if batch.len() < patience.expected => self.jobs.recv_deadline(deadline).ok(),
                next => next.ok(),
            };
            let Some(job) = next else { break };
            batch.push(job);
        }
        batch
    }

    /// One transaction.
    fn write(&self, batch: Vec<WriteJob>) {
        let mut answers = Vec::with_capacity(batch.len());
        match self.transaction(batch, &mut answers) {
            Ok(sequence) => {
                if let Some(sequence) = sequence {
                    self.announce.send_replace(sequence);
                }
                answers.into_iter().for_each(Answer::send);
            }
            Err(error) => {
                self.roll_back();
                tracing::error!(%error, "a transaction failed");
                let busy = matches!(error, Fault::Busy);
                let text = error.to_string();
                let why = || if busy { Fault::Busy } else { Fault::broken(text.clone()) };
                answers.into_iter().for_each(|answer| answer.lost(&why).send());
            }
        }
    }

    fn roll_back(&self) {
        // SQLite has rolled back of itself after some failures.
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("rollback")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    /// Does everything between begin and commit; answers the new sequence when there is one.
    fn transaction(
        &self,
        batch: Vec<WriteJob>,
        answers: &mut Vec<Answer>,
    ) -> Result<Option<i64>, Fault> {
        let begun = self.run_cached("begin immediate");
        let mut head: Option<Head> = None;
        let mut failed = begun.err();
        for job in batch {
            match job {
                WriteJob::Commit { prepared, reply } => {
                    let result = match failed {
                        None => self.request(&mut failed, |writer| {
                            writer.commit_request(&mut head, &prepared)
                        }),
                        Some(_) => Err(Fault::Busy),
                    };
                    answers.push(Answer::Commit(reply, result));
                }
                WriteJob::Statements { statements, reply } => {
                    let result = match failed {
                        None => self.request(&mut failed, |writer| writer.statements(&statements)),
                        Some(_) => Err(Fault::Busy),
                    };
                    answers.push(Answer::Statements(reply, result));
                }
                WriteJob::Stop => {}
            }
        }
        if let Some(fault) = failed {
            return Err(fault);
        }
        let moved = head.filter(Head::moved);
        if let Some(head) = &moved {
            self.store_head(head)?;
        }
        self.run_cached("commit")?;
        Ok(moved.map(|head| head.sequence))
    }

    /// One request within its savepoint. When not even the savepoint works, the transaction has
    /// failed.
    fn request<T>(
        &self,
        failed: &mut Option<Fault>,
        run: impl FnOnce(&Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let result = self.run_cached("savepoint request").and_then(|()| run(self));
        let undone = match &result {
            Ok(_) => Ok(()),
            Err(_) => self.run_cached("rollback to request"),
        };
        if let Err(fault) = undone.and_then(|()| self.run_cached("release request")) {
            *failed = Some(fault);
        }
        result
    }

    /// A commit, moving the head only when all of it worked.
    fn commit_request(
        &self,
        head: &mut Option<Head>,
        prepared: &Prepared,
    ) -> Result<Committed, Fault> {
        let before = match head.take() {
            Some(head) => head,
            None => self.read_head()?,
        };
        let mut moved = before.clone();
        let result = self.apply(&mut moved, prepared);
        *head = Some(if result.is_ok() { moved } else { before });
        result
    }

    /// Statements as one request.
    fn statements(&self, statements: &[Statement]) -> Result<Results, Fault> {
        statements.iter().map(|statement| self.statement(statement)).collect()
    }

    fn run_cached(&self, text: &str) -> Result<(), Fault> {
        self.prepare(text)?.raw_execute().map(drop).map_err(fault)
    }

    fn prepare(&self, text: &str) -> Result<CachedStatement<'_>, Fault> {
        self.connection.prepare_cached(text).map_err(fault)
    }
}
