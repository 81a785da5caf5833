//! The host's side: a few worker processes, kept warm, each serving one request at a time. A worker
//! that is late or dies is replaced and only the request it had fails.

mod conversation;
mod process;

use crate::explain;
use crate::fault::{Bilingual, FaultKind, ScriptFault};
use crate::frame;
use crate::limits;
use crate::protocol::{
    CheckRequest, Done, Draft, Hello, HostCall, Problem, Refusal, Reply, Request, Rows, ToWorkerRef,
};
use conversation::{Conversation, Ending};
use process::Worker;
use std::collections::HashSet;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A future in a box, so that [`Host`] can be used as a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers the questions of one run. It carries the run's principal and decides every question as if
/// it came through the API; it is also where a recorded run would be replayed.
pub trait Host: Send + Sync {
    /// Answers a question, or refuses it with a code and a sentence that the script may catch.
    fn answer<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Result<Rows, Refusal>>;
}

/// A host that refuses every question, for scripts that may not ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn answer<'a>(&'a self, _: &'a HostCall) -> BoxFuture<'a, Result<Rows, Refusal>> {
        let refusal = Refusal {
            code: "forbidden".to_owned(),
            message: Bilingual::new("Data cannot be read here.", "此处不能读取数据。"),
        };
        Box::pin(async move { Err(refusal) })
    }
}

/// How to start workers, and how many.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// The program; it must call [`crate::worker_main`] when started with `args`.
    pub executable: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment: nothing of the host's is handed on.
    pub environment: Vec<(String, String)>,
    /// Most workers at a time, at least 1; each is started when it is first needed.
    pub workers: usize,
}

impl PoolConfig {
    /// Workers that are this very program, started as `<program> script-worker`. The path names the
    /// running file itself, so an upgrade that replaces the file on disk does not mix versions.
    pub fn this_program(workers: usize) -> Self {
        Self {
            executable: PathBuf::from("/proc/self/exe"),
            args: vec!["script-worker".to_owned()],
            // The program's allocator would reserve more addresses than a worker may have.
            environment: vec![("MIMALLOC_ARENA_RESERVE".to_owned(), "0".to_owned())],
            workers,
        }
    }
}

/// The workers. Cheap to clone; all clones are the same pool. Must be used inside a Tokio runtime.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: PoolConfig,
    /// One turn per worker; whoever waits longest is next.
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    /// A pool without a running worker.
    pub fn new(config: PoolConfig) -> Self {
        let turns = Semaphore::new(config.workers.max(1));
        Self(Arc::new(Inner { config, turns, idle: Mutex::default() }))
    }

    /// Runs a script over the drafts of a request and answers its questions through `host`.
    ///
    /// # Errors
    /// A fault of the whole request. What goes wrong with one draft only is in its outcome.
    pub async fn run(&self, request: &Request, host: &dyn Host) -> Result<Reply, ScriptFault> {
        if request.drafts.is_empty() {
            return Ok(Reply::default());
        }
        let script = &request.script.name;
        validate(request)?;
        let frame = frame::encode(&ToWorkerRef::Run(request))
            .map_err(|_| faulty(script, "The drafts are too large for one request."))?;
        let deadline = Duration::from_millis(request.limits.deadline_ms);
        let mut conversation = Conversation::new(host, request.drafts.len());
        match self.hold(script, &frame, deadline, &mut conversation).await? {
            Ending::Done(done) if is_possible(&done, request) => Ok(conversation.reply(done)),
            Ending::Failed(fault) => Err(fault),
            _ => Err(ScriptFault::new(FaultKind::Crashed, script, explain::crashed())),
        }
    }

    /// Finds what is wrong with a source text without running it; empty when it is fine.
    ///
    /// # Errors
    /// When no worker could look at it.
    pub async fn check(&self, request: &CheckRequest) -> Result<Vec<Problem>, ScriptFault> {
        let frame = frame::encode(&ToWorkerRef::Check(request))
            .map_err(|_| faulty("", "The source text is too large."))?;
        let deadline = Duration::from_millis(limits::CHECK_DEADLINE_MS);
        let mut conversation = Conversation::new(&NoHost, 1);
        match self.hold("", &frame, deadline, &mut conversation).await? {
            Ending::Checked(problems) => Ok(problems),
            Ending::Failed(fault) => Err(fault),
            Ending::Done(_) => Err(ScriptFault::new(FaultKind::Crashed, "", explain::crashed())),
        }
    }

    /// Makes sure that a worker is ready, and tells what holds for it.
    ///
    /// # Errors
    /// When none could be started.
    pub async fn warm(&self) -> Result<Hello, ScriptFault> {
        let _turn = self.turn("").await?;
        let worker = self.worker("").await?;
        let hello = worker.hello().clone();
        self.keep(worker);
        Ok(hello)
    }

    /// Process ids of the workers that wait for work; for diagnosis.
    pub fn idle_process_ids(&self) -> Vec<u32> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.iter().filter_map(Worker::process_id).collect()
    }

    /// Takes a turn and a worker, sends a frame and converses until the end or the deadline.
    async fn hold(
        &self,
        script: &str,
        frame: &[u8],
        deadline: Duration,
        conversation: &mut Conversation<'_>,
    ) -> Result<Ending, ScriptFault> {
        let _turn = self.turn(script).await?;
        // If this future is dropped, so is the worker, and dropping kills it.
        let mut worker = self.worker(script).await?;
        let talk = conversation.hold(&mut worker, frame);
        match tokio::time::timeout(deadline + limits::GRACE, talk).await {
            Ok(Ok((ending, tired))) => {
                if worker.is_spent() || tired {
                    worker.retire();
                } else {
                    self.keep(worker);
                }
                Ok(ending)
            }
            Ok(Err(error)) => {
                let how = worker.bury().await;
                tracing::warn!(script, %error, how, "script worker lost");
                Err(ScriptFault::new(FaultKind::Crashed, script, explain::crashed()))
            }
            Err(_) => {
                tracing::warn!(script, "script worker killed at the deadline");
                worker.kill();
                Err(late_fault(script))
            }
        }
    }

    async fn turn(&self, script: &str) -> Result<SemaphorePermit<'_>, ScriptFault> {
        match tokio::time::timeout(limits::QUEUE_PATIENCE, self.0.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                let message = Bilingual::new(
                    "All script workers are busy; try again in a moment.",
                    "脚本服务繁忙，请稍后重试。",
                );
                Err(ScriptFault::new(FaultKind::Busy, script, message))
            }
        }
    }

    /// The worker that was used last and still lives, or a new one.
    async fn worker(&self, script: &str) -> Result<Worker, ScriptFault> {
        while let Some(mut worker) = self.pop() {
            if worker.is_alive() {
                return Ok(worker);
            }
        }
        Worker::start(&self.0.config).await.map_err(|error| {
            tracing::error!(%error, "no script worker could be started");
            let message = Bilingual::new(
                "Scripts cannot run at the moment; an administrator has to look.",
                "脚本暂时无法运行，请联系管理员。",
            );
            ScriptFault::new(FaultKind::Unavailable, script, message)
        })
    }

    fn pop(&self) -> Option<Worker> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, worker: Worker) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}

fn validate(request: &Request) -> Result<(), ScriptFault> {
    let script = &request.script.name;
    if request.drafts.len() > limits::DRAFTS_MAX {
        return Err(faulty(script, "There are too many drafts in one request."));
    }
    if request.limits.deadline_ms > limits::DEADLINE_MS_MAX
        || request.limits.operations > limits::OPERATIONS_MAX
    {
        return Err(faulty(script, "The limits of the request are too generous."));
    }
    let weight = |draft: &Draft| {
        let of = |record: &crate::protocol::Record| -> usize {
            record.iter().map(|(name, value)| name.len() + crate::values::size(value)).sum()
        };
        of(&draft.new) + draft.old.as_ref().map_or(0, of)
    };
    if request.drafts.iter().any(|draft| weight(draft) > 2 * limits::DRAFT_BYTES_MAX) {
        return Err(faulty(script, "A draft is too large."));
    }
    Ok(())
}

/// Whether a worker can have said this in earnest: an outcome per draft, changes of writable fields
/// only. The worker runs customer code, so the host does not take its word for it.
fn is_possible(done: &Done, request: &Request) -> bool {
    let writable: HashSet<&str> = request
        .entity
        .fields
        .iter()
        .filter(|field| field.writable)
        .map(|field| field.name.as_str())
        .collect();
    done.outcomes.len() == request.drafts.len()
        && done
            .outcomes
            .iter()
            .flat_map(|outcome| outcome.changes.keys())
            .all(|name| writable.contains(name.as_str()))
}

fn faulty(script: &str, what: &str) -> ScriptFault {
    ScriptFault::new(FaultKind::Request, script, Bilingual::new(what, "请求超出脚本运行的限制。"))
}

fn late_fault(script: &str) -> ScriptFault {
    ScriptFault::new(FaultKind::Deadline, script, explain::deadline())
}
