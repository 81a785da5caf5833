//! The one task of this node that writes a workspace. It takes everything that has queued and
//! commits it in one transaction under the locked chain head, which other nodes wait for.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use sqlx::postgres::PgPool;
use sqlx::{Acquire, PgConnection, Postgres, Transaction};
use tokio::sync::{oneshot, watch};

use super::apply::{Applier, Head};
use super::run;
use crate::commit::Committed;
use crate::fault::Fault;
use crate::patience::Patience;
use crate::prepare::Prepared;

/// What the writer is asked.
#[derive(Debug)]
pub(super) enum WriteJob {
    /// Apply a commit.
    Commit { prepared: Box<Prepared>, reply: Reply },
    /// End, and tell.
    Stop { done: oneshot::Sender<()> },
}

type Reply = oneshot::Sender<Result<Committed, Fault>>;
type Outcomes = Vec<Result<Committed, Fault>>;

/// The writer and its queue.
pub(super) struct Writer {
    pool: PgPool,
    applier: Applier,
    jobs: flume::Receiver<WriteJob>,
    announce: Arc<watch::Sender<i64>>,
    batch: usize,
}

impl Writer {
    /// A writer of one workspace.
    pub fn new(
        pool: PgPool,
        applier: Applier,
        jobs: flume::Receiver<WriteJob>,
        announce: Arc<watch::Sender<i64>>,
        batch: usize,
    ) -> Writer {
        Writer { pool, applier, jobs, announce, batch }
    }

    /// Writes until told to stop or nobody is left who could ask.
    pub async fn run(self) {
        let mut patience = Patience::default();
        let mut next = self.jobs.recv_async().await.ok();
        while let Some(job) = next.take() {
            let (first, reply) = match job {
                WriteJob::Commit { prepared, reply } => (prepared, reply),
                WriteJob::Stop { done } => {
                    // Whoever waits for it may have given up.
                    let _ = done.send(());
                    return;
                }
            };
            let (mut batch, mut replies) = (vec![*first], vec![reply]);
            if batch[0].publishes.is_none() {
                next = self.gather(&patience, &mut batch, &mut replies).await;
            }
            let begun = Instant::now();
            // A panic is a bug, but it must not leave the workspace without a writer.
            let written = AssertUnwindSafe(self.write(&batch)).catch_unwind().await;
            let outcomes = written.unwrap_or_else(|_| {
                tracing::error!("writing a batch panicked");
                batch.iter().map(|_| Err(Fault::broken("writing panicked"))).collect()
            });
            let known = replies.len() + self.jobs.len();
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                // The caller may have given up; its answer then goes nowhere.
                let _ = reply.send(outcome);
            }
            patience = Patience::after(known, begun.elapsed());
            if next.is_none() {
                next = self.jobs.recv_async().await.ok();
            }
        }
    }

    /// Adds what has queued, and what is about to; answers a job that must not be in the batch.
    async fn gather(
        &self,
        patience: &Patience,
        batch: &mut Vec<Prepared>,
        replies: &mut Vec<Reply>,
    ) -> Option<WriteJob> {
        let deadline = tokio::time::Instant::now() + patience.most;
        while batch.len() < self.batch {
            let job = match self.jobs.try_recv() {
                Err(_) if batch.len() < patience.expected => {
                    let job = self.jobs.recv_async();
                    tokio::time::timeout_at(deadline, job).await.ok()?.ok()?
                }
                job => job.ok()?,
            };
            match job {
                // A publication changes tables, which others must not wait for half done.
                WriteJob::Commit { prepared, reply } if prepared.publishes.is_none() => {
                    batch.push(*prepared);
                    replies.push(reply);
                }
                other => return Some(other),
            }
        }
        None
    }

    /// One batch: all at once, and one by one when that fails.
    async fn write(&self, batch: &[Prepared]) -> Outcomes {
        let mut result = match batch {
            [_] => self.one_by_one(batch).await,
            _ => match self.at_once(batch).await {
                Ok(outcomes) => Ok(outcomes),
                Err(_) => self.one_by_one(batch).await,
            },
        };
        if matches!(result, Err(Fault::Busy)) {
            // A deadlock or a lost connection: nothing was written, so try once more.
            result = self.one_by_one(batch).await;
        }
        match result {
            Ok(outcomes) => outcomes,
            Err(error) => {
                tracing::error!(%error, "a transaction failed");
                let busy = matches!(error, Fault::Busy);
                let text = error.to_string();
                let lost = || if busy { Fault::Busy } else { Fault::broken(text.clone()) };
                batch.iter().map(|_| Err(lost())).collect()
            }
        }
    }

    /// Statements over all requests together. An error says only that some request is refused.
    async fn at_once(&self, batch: &[Prepared]) -> Result<Outcomes, Fault> {
        let mut connection = self.pool.acquire().await.map_err(run::fault)?;
        let mut transaction = connection.begin().await.map_err(run::fault)?;
        let mut head = self.applier.lock_head(&mut transaction).await?;
        let all: Vec<&Prepared> = batch.iter().collect();
        let outcomes = self.applier.apply(&mut transaction, &mut head, &all).await?;
        self.finish(&mut transaction, &head).await?;
        commit(transaction).await?;
        self.announce(&head);
        Ok(outcomes)
    }

    /// Each request in a savepoint of its own.
    async fn one_by_one(&self, batch: &[Prepared]) -> Result<Outcomes, Fault> {
        let mut connection = self.pool.acquire().await.map_err(run::fault)?;
        let mut transaction = connection.begin().await.map_err(run::fault)?;
        if batch.iter().any(|prepared| prepared.publishes.is_some()) {
            self.applier.prepare_to_publish(&mut transaction).await?;
        }
        let mut head = self.applier.lock_head(&mut transaction).await?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for prepared in batch {
            let before = head.clone();
            let mut savepoint = transaction.begin().await.map_err(run::fault)?;
            let applied = self.applier.apply(&mut savepoint, &mut head, &[prepared]).await;
            let outcome = applied.and_then(|mut outcomes| {
                outcomes.pop().unwrap_or_else(|| Err(Fault::broken("no outcome")))
            });
            match &outcome {
                Ok(_) => savepoint.commit().await.map_err(run::fault)?,
                Err(_) => {
                    savepoint.rollback().await.map_err(run::fault)?;
                    head = before;
                }
            }
            outcomes.push(outcome);
        }
        self.finish(&mut transaction, &head).await?;
        commit(transaction).await?;
        self.announce(&head);
        Ok(outcomes)
    }

    async fn finish(&self, connection: &mut PgConnection, head: &Head) -> Result<(), Fault> {
        if head.moved() { self.applier.store_head(connection, head).await } else { Ok(()) }
    }

    fn announce(&self, head: &Head) {
        self.announce.send_if_modified(|last| {
            let later = head.sequence > *last;
            *last = head.sequence.max(*last);
            later
        });
    }
}

/// Commits. Whether a commit that fails was kept is not known, so it is never tried again.
async fn commit(transaction: Transaction<'_, Postgres>) -> Result<(), Fault> {
    transaction.commit().await.map_err(Fault::broken)
}
