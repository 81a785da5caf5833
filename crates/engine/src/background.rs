//! What runs beside requests: automations, imports, the outbox, and following other nodes.
//!
//! One supervisor looks after one task per workspace. Nothing polls: a task sleeps until the
//! change log grows, somebody signals work, or something is due; a slow tick is there only for
//! what another node did without a word.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Result, Uuid};
use tokio::sync::watch;
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::engine::{Engine, lock};
use crate::faults::from_store;
use crate::workspace::Workspace;
use crate::{automations, changes, imports, outbox};

/// How often the list of workspaces is read, for those that another program made.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// How long a stop waits for what has begun.
const GRACE: Duration = Duration::from_secs(10);
/// The longest sleep: another node may have left work without a word.
const TICK: Duration = Duration::from_secs(30);
/// The shortest sleep for something due that nobody took, so that it is never asked for at once.
const IDLE: Duration = Duration::from_secs(1);
/// How often what is no longer needed is removed.
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long ended runs and messages can be looked at: 90 days.
const JOBS_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long a repeated request gets its first answer: a week.
const ANSWERS_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The supervisor and how it is told.
#[derive(Debug, Default)]
pub(crate) struct Background {
    stop: watch::Sender<bool>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
    workspaces: Signal,
}

/// Wakes whoever listens; a signal that nobody waits for is not lost.
#[derive(Debug)]
pub(crate) struct Signal(watch::Sender<()>);

impl Default for Signal {
    fn default() -> Signal {
        Signal(watch::Sender::new(()))
    }
}

impl Signal {
    /// Wakes all listeners.
    pub(crate) fn stir(&self) {
        self.0.send_replace(());
    }

    fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// Tells whether everything is about to end.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Whether it was asked for.
    pub(crate) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is.
    pub(crate) async fn wait(&mut self) {
        // A sender that is gone means that the engine is.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

/// Why a task woke up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Everything ends.
    Stop,
    /// The change log has grown.
    Log,
    /// Somebody has signalled work.
    Work,
    /// Its time has come.
    Time,
}

/// What a task of a workspace listens to.
pub(crate) struct Ears {
    log: Option<watch::Receiver<i64>>,
    work: watch::Receiver<()>,
    pub(crate) stop: Stop,
}

impl Ears {
    /// Listens to the change log and to signals of work.
    pub(crate) fn to_log(workspace: &Workspace, stop: Stop) -> Ears {
        Ears { log: Some(workspace.store.subscribe()), ..Ears::to_work(workspace, stop) }
    }

    /// Listens to signals of work only.
    pub(crate) fn to_work(workspace: &Workspace, stop: Stop) -> Ears {
        Ears { log: None, work: workspace.work.listen(), stop }
    }

    /// What was told so far is about to be dealt with.
    pub(crate) fn mark_heard(&mut self) {
        if let Some(log) = &mut self.log {
            log.mark_unchanged();
        }
        self.work.mark_unchanged();
    }

    /// Sleeps until something is told, or as long as asked.
    pub(crate) async fn wait(&mut self, pause: Duration) -> Woken {
        let log = async {
            match &mut self.log {
                Some(log) => log.changed().await.is_ok(),
                None => false,
            }
        };
        tokio::select! {
            () = self.stop.wait() => Woken::Stop,
            true = log => Woken::Log,
            Ok(()) = self.work.changed() => Woken::Work,
            () = sleep(pause) => Woken::Time,
        }
    }
}

/// How long to sleep when the next thing is due at a time (ms UTC).
pub(crate) fn pause_until(due: Option<i64>, now: i64) -> Duration {
    let wait = due.map(|due| Duration::from_millis((due - now).max(0).unsigned_abs()));
    wait.unwrap_or(TICK).clamp(IDLE, TICK)
}

/// How long to wait after so many failures in a row.
pub(crate) fn pause_after(failures: u32) -> Duration {
    Duration::from_millis(500 * (1 << failures.min(6))).min(TICK)
}

impl Engine {
    /// Starts what runs beside requests, for every workspace that there is and comes to be, until
    /// the engine is closed. Must be called within a Tokio runtime; a second call does nothing.
    pub fn start_background(&self) {
        let mut supervisor = lock(&self.inner.background.supervisor);
        if supervisor.is_none() {
            *supervisor = Some(tokio::spawn(supervise(self.clone(), self.stop_signal())));
        }
    }

    /// Tells what runs beside requests that there is a new workspace.
    pub(crate) fn workspace_made(&self) {
        self.inner.background.workspaces.stir();
    }

    /// Ends when the engine does.
    pub(crate) fn stop_signal(&self) -> Stop {
        Stop(self.inner.background.stop.subscribe())
    }

    pub(crate) async fn stop_background(&self) {
        self.inner.background.stop.send_replace(true);
        let supervisor = lock(&self.inner.background.supervisor).take();
        if let Some(supervisor) = supervisor
            && let Err(error) = supervisor.await
        {
            tracing::error!(%error, "the supervisor of background tasks failed");
        }
    }
}

/// Keeps one task per workspace alive.
async fn supervise(engine: Engine, mut stop: Stop) {
    let mut tasks: JoinSet<()> = JoinSet::new();
    let mut running: HashMap<Uuid, Id> = HashMap::new();
    let mut made = engine.inner.background.workspaces.listen();
    loop {
        made.mark_unchanged();
        match engine.store().control().workspaces().await {
            Ok(entries) => {
                for entry in entries {
                    let id = entry.id;
                    if running.contains_key(&id) {
                        continue;
                    }
                    let task = tasks.spawn(look_after(engine.clone(), entry, stop.clone()));
                    running.insert(id, task.id());
                }
            }
            Err(error) => tracing::warn!(%error, "the list of workspaces could not be read"),
        }
        tokio::select! {
            () = stop.wait() => break,
            _ = made.changed() => {}
            () = sleep(LOOK_AGAIN) => {}
        }
        // A task that has ended, whyever, begins anew at the next look.
        while let Some(ended) = tasks.try_join_next_with_id() {
            let id = match ended {
                Ok((id, ())) => id,
                Err(error) => {
                    tracing::error!(%error, "a background task failed");
                    error.id()
                }
            };
            running.retain(|_, task| *task != id);
        }
    }
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        tracing::warn!("background tasks did not end in time");
    }
    tasks.shutdown().await;
}

/// Everything that runs for one workspace; ends with the engine, or when it cannot be opened.
async fn look_after(engine: Engine, entry: store::WorkspaceEntry, stop: Stop) {
    let workspace = match engine.open_workspace(&entry).await {
        Ok(workspace) => workspace,
        Err(error) => {
            tracing::error!(workspace = %entry.id, %error, "a workspace could not be opened");
            return;
        }
    };
    let follow = async {
        // A single node makes all changes itself and is told of them where they are made.
        if engine.inner.shared {
            changes::follow(&workspace, stop.clone()).await;
        }
    };
    tokio::join!(
        automations::follow(&engine, &workspace, stop.clone()),
        outbox::follow(&engine, &workspace, stop.clone()),
        imports::follow(&engine, &workspace, stop.clone()),
        tidy(&engine, &workspace, stop.clone()),
        follow,
    );
}

/// Removes now and then what is no longer needed.
async fn tidy(engine: &Engine, workspace: &Arc<Workspace>, mut stop: Stop) {
    loop {
        if let Err(error) = tidy_once(engine, workspace).await {
            tracing::warn!(workspace = %workspace.id, %error, "old jobs were not removed");
        }
        tokio::select! {
            () = stop.wait() => return,
            () = sleep(TIDY_EVERY) => {}
        }
    }
}

async fn tidy_once(engine: &Engine, workspace: &Workspace) -> Result<()> {
    let (store, now) = (&workspace.store, engine.now());
    store.purge_jobs(now - JOBS_KEPT_MS).await.map_err(from_store)?;
    store.purge_idempotency(now - ANSWERS_KEPT_MS).await.map_err(from_store)?;
    Ok(())
}
