//! Automations: changes start runs, and runs do steps that survive a crash.
//!
//! A worker per workspace follows the change log. What a change starts is stored together with
//! how far the log was read, so that each change starts each automation once; what a step does is
//! stored together with the note that it is done, so that it is never done twice.

mod ids;
mod moment;
mod run;
mod steps;
#[cfg(test)]
mod tests;
mod trigger;
mod values;

pub(crate) use run::both_languages;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use model::{Result, Uuid};
use store::{Claimed, Run};

use crate::background::{Ears, Stop, Woken, pause_after, pause_until};
use crate::engine::Engine;
use crate::faults::from_store;
use crate::workspace::Workspace;

/// How many runs may cause each other: a loop of automations ends here.
pub(crate) const DEPTH_MAX: i64 = 8;
/// Runs that are carried on at the same time.
const RUNS: u32 = 16;
/// How long a run is held (ms). After a crash it waits this long, and every step of it is short.
const LEASE_MS: i64 = 15_000;
/// How long before the end of a lease no further step is begun (ms).
const MARGIN_MS: i64 = 5_000;

/// Notes where the log of a new workspace ends, so that everything which happens from now on
/// counts, whenever a worker first looks.
pub(crate) async fn begin(workspace: &Workspace) -> Result<()> {
    trigger::first_place(workspace).await.map(drop)
}

/// Follows a workspace until the engine ends.
pub(crate) async fn follow(engine: &Engine, workspace: &Arc<Workspace>, stop: Stop) {
    let mut ears = Ears::to_log(workspace, stop);
    let mut worker: Option<Worker> = None;
    let (mut woken, mut failures) = (Woken::Time, 0);
    while woken != Woken::Stop {
        ears.mark_heard();
        let pause = match pass(engine, workspace, &mut worker, woken, &ears.stop).await {
            Ok(due) => {
                failures = 0;
                pause_until(due, engine.now())
            }
            Err(error) => {
                tracing::warn!(workspace = %workspace.id, %error, "automations have to wait");
                failures += 1;
                pause_after(failures)
            }
        };
        woken = ears.wait(pause).await;
    }
    if let Some(worker) = &mut worker
        && let Err(error) = worker.reader.keep_place().await
    {
        tracing::debug!(workspace = %workspace.id, %error, "the place in the log was not kept");
    }
}

async fn pass(
    engine: &Engine,
    workspace: &Arc<Workspace>,
    worker: &mut Option<Worker>,
    woken: Woken,
    stop: &Stop,
) -> Result<Option<i64>> {
    let worker = match worker {
        Some(worker) => worker,
        None => worker.insert(Worker::open(engine, workspace).await?),
    };
    worker.pass(woken, stop).await
}

/// Reads the log of a workspace and carries on its runs.
pub(crate) struct Worker {
    engine: Engine,
    workspace: Arc<Workspace>,
    reader: trigger::Reader,
    /// When something is due (ms UTC), as far as is known.
    due: Option<i64>,
}

impl Worker {
    /// Starts where the last one stopped; in a new workspace, at the end of the log.
    pub(crate) async fn open(engine: &Engine, workspace: &Arc<Workspace>) -> Result<Worker> {
        let reader = trigger::Reader::open(engine, workspace).await?;
        let (engine, workspace) = (engine.clone(), workspace.clone());
        Ok(Worker { engine, workspace, reader, due: None })
    }

    /// Does all that there is to do now. Answers when the next thing is due (ms UTC).
    pub(crate) async fn pass(&mut self, woken: Woken, stop: &Stop) -> Result<Option<i64>> {
        let mut look = woken != Woken::Log;
        while !stop.is_asked() {
            let read = self.reader.advance().await?;
            look |= read.started > 0;
            if look {
                // What runs write starts others, so the log comes first again.
                look = self.carry_on(stop).await?;
            }
            if !look && !read.more {
                break;
            }
        }
        Ok(self.due)
    }

    /// Carries on some runs that are due. Answers whether there were any.
    async fn carry_on(&mut self, stop: &Stop) -> Result<bool> {
        let (store, now) = (&self.workspace.store, self.engine.now());
        self.due = store.next_due().await.map_err(from_store)?;
        if self.due.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let claimed = store.claim_runs(RUNS, LEASE_MS, now).await.map_err(from_store)?;
        if claimed.is_empty() {
            return Ok(false);
        }
        // Runs about one record go one after the other, in the order of what caused them.
        let mut by_record: BTreeMap<Uuid, Vec<Claimed<Run>>> = BTreeMap::new();
        for run in claimed {
            by_record.entry(run.job.record).or_default().push(run);
        }
        let until = now + LEASE_MS - MARGIN_MS;
        let (engine, workspace) = (&self.engine, &self.workspace);
        let queues = by_record.into_values().map(|mut queue| async move {
            queue.sort_by_key(|run| run.job.sequence);
            for run in queue {
                run::carry_on(engine, workspace, run, until, stop).await;
            }
        });
        join_all(queues).await;
        Ok(true)
    }
}
