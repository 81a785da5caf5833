//! One worker process as its host sees it. The only place of the product that starts a process.

use super::PoolConfig;
use crate::confine;
use crate::frame;
use crate::limits;
use crate::protocol::{FromWorker, Hello, PROTOCOL, Profile};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Instant;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running worker. Dropping it kills the process.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    hello: Hello,
    runs: u32,
    /// Since when it has lived; its processor time cannot be more.
    since: Instant,
}

impl Worker {
    /// Starts a process and waits until it has reported that it is confined.
    pub(super) async fn start(config: &PoolConfig) -> io::Result<Self> {
        let mut child = Command::new(&config.executable)
            .args(&config.args)
            .env_clear()
            .envs(config.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal is for the host, which ends its workers in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut output = BufReader::with_capacity(64 * 1024, output);
        let first = tokio::time::timeout(limits::START_PATIENCE, frame::read_async(&mut output));
        let hello = match frame::decode(&first.await??)? {
            FromWorker::Hello(hello) => hello,
            FromWorker::Unfit(what) => return Err(io::Error::other(what)),
            _ => return Err(io::Error::other("the worker did not introduce itself")),
        };
        check(&hello)?;
        tracing::debug!(process = child.id(), ?hello, "script worker started");
        Ok(Self { child, input, output, hello, runs: 0, since: Instant::now() })
    }

    /// What holds for this worker.
    pub(super) fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Its process id while it runs.
    pub(super) fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether the process still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Whether it has run so often, or lived so long, that it is to be replaced.
    pub(super) fn is_spent(&self) -> bool {
        self.runs >= limits::RUNS_PER_WORKER || self.since.elapsed() > limits::WORKER_LIFE
    }

    /// Sends the frame of a new request.
    pub(super) async fn begin(&mut self, frame: &[u8]) -> io::Result<()> {
        self.runs += 1;
        self.send(frame).await
    }

    /// Sends a frame.
    pub(super) async fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.input.write_all(frame).await
    }

    /// Receives the next message.
    pub(super) async fn receive(&mut self) -> io::Result<FromWorker> {
        frame::decode(&frame::read_async(&mut self.output).await?)
    }

    /// Lets the worker leave by itself, and kills it if it does not.
    pub(super) fn retire(self) {
        let Self { mut child, input, .. } = self;
        drop(input);
        tokio::spawn(async move {
            let left = tokio::time::timeout(limits::LEAVE_PATIENCE, child.wait()).await;
            if left.is_err() {
                // Dropping the child kills it; nothing more can be done about a failure.
                let _ = child.kill().await;
            }
        });
    }

    /// Kills the worker now.
    pub(super) fn kill(mut self) {
        // Fails only when the process has ended already.
        let _ = self.child.start_kill();
        tokio::spawn(async move { self.child.wait().await });
    }

    /// Waits for a worker that closed its side, and tells how it ended.
    pub(super) async fn bury(mut self) -> String {
        match tokio::time::timeout(limits::LEAVE_PATIENCE, self.child.wait()).await {
            Ok(Ok(status)) => match status.signal() {
                Some(signal) => format!("signal {signal}"),
                None => format!("{status}"),
            },
            _ => {
                self.kill();
                "killed".to_owned()
            }
        }
    }
}

/// Refuses a worker of another version, and one that is not confined or runs scripts without limits.
fn check(hello: &Hello) -> io::Result<()> {
    let Profile {
        operations,
        call_levels,
        expression_depths,
        functions,
        variables,
        string_bytes,
        array_items,
        map_items,
        strict_variables,
        strict_properties,
    } = hello.profile.clone();
    let sizes = [
        call_levels,
        expression_depths.0,
        expression_depths.1,
        functions,
        variables,
        string_bytes,
        array_items,
        map_items,
    ];
    let limited = operations > 0 && sizes.iter().all(|size| *size > 0);
    if hello.protocol != PROTOCOL {
        Err(io::Error::other("the worker speaks another version of the protocol"))
    } else if !confine::is_enough(&hello.confinement) {
        Err(io::Error::other(format!("the worker is not confined: {:?}", hello.confinement)))
    } else if !(limited && strict_variables && strict_properties) {
        Err(io::Error::other(format!("the script engine is not limited: {:?}", hello.profile)))
    } else {
        Ok(())
    }
}
