//! The servers that are measured, each a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::Connection;
use crate::{Failure, Location};

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; it is killed when this goes.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Memory of a server and its workers, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Resident, pages that processes share counted for each.
    pub resident: u64,
    /// Resident, pages that processes share counted once.
    pub proportional: u64,
    /// The most that the server itself had resident since it started.
    pub peak: u64,
}

impl Server {
    /// Starts the program `tessera`.
    pub fn ours(program: &Path, location: &Location) -> Result<Server, Failure> {
        let mut command = Command::new(program);
        command.env_clear().env("TESSERA_LOG", "warn").arg("serve");
        match location {
            Location::Sqlite(directory) => command.arg("--data").arg(directory),
            Location::Postgres(url) => command.arg("--database-url").arg(url),
        };
        let address = free_address()?;
        command.args(["--admin-listen", "off", "--listen"]).arg(address.to_string());
        Server::start(command, address)
    }

    /// Starts the bare server, which is this program.
    pub fn bare(location: &Location, seed: &str, readers: usize) -> Result<Server, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let address = free_address()?;
        command.arg("bare").arg("--listen").arg(address.to_string());
        command.arg("--seed").arg(seed).arg("--readers").arg(readers.to_string());
        match location {
            Location::Sqlite(directory) => command.arg("--data").arg(directory),
            Location::Postgres(url) => command.arg("--database-url").arg(url),
        };
        Server::start(command, address)
    }

    fn start(mut command: Command, address: SocketAddr) -> Result<Server, Failure> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Server { child, address })
    }

    /// Waits until it answers a request with success. Errors: it ended, or took too long.
    pub async fn ready(&mut self, request: &[u8]) -> Result<(), Failure> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("a server ended at its start: {status}").into());
            }
            if let Ok(mut connection) = Connection::open(self.address).await {
                let (status, body) = connection.ask(request).await?;
                if (200..300).contains(&status) {
                    return Ok(());
                }
                let body = String::from_utf8_lossy(body);
                return Err(format!("the first answer was {status}: {body}").into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err("a server did not answer".into())
    }

    /// Asks it to end and waits for that.
    pub fn stop(mut self) -> Result<(), Failure> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("a server did not stop".into())
    }

    /// What it and its workers hold now.
    pub fn memory(&self) -> Memory {
        let own = self.child.id();
        let mut memory = Memory { peak: line(own, "status", "VmHWM:"), ..Memory::default() };
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        for process in all.filter(|process| *process == own || parent(*process) == Some(own)) {
            memory.resident += line(process, "status", "VmRSS:");
            memory.proportional += line(process, "smaps_rollup", "Pss:");
        }
        memory
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Bytes that a line of a process's file says, in kilobytes.
fn line(process: u32, file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let found = text.lines().find_map(|line| line.strip_prefix(name));
    let number = found.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1_024
}

fn parent(process: u32) -> Option<u32> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}
