//! Opening the house for a command, and the lock that keeps two programs from running it at once.

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::sync::Arc;

use engine::{Engine, Settings, SystemClock};
use model::{Code, Error};

use super::Failure;
use crate::config::StoreArgs;

/// The file that whoever changes what is built holds; the system lets go of it when they end.
const LOCK: &str = "lock";

/// Holds the embedded database's folder.
pub struct Hold {
    _file: Option<File>,
}

/// Opens the engine. `base_url` is where people reach the server, if one is started.
pub async fn open(args: &StoreArgs, base_url: Option<String>) -> Result<Engine, Failure> {
    let settings = Settings {
        location: args.location(),
        options: args.options(),
        clock: Arc::new(SystemClock),
        scripts: args.scripts(),
        egress: args.egress(),
        base_url,
    };
    Ok(Engine::open(settings).await?)
}

/// Keeps others from serving, installing or restoring in the same folder: each keeps in memory what
/// was built, and would not see what the other builds. PostgreSQL tells its nodes, so it needs none.
pub fn hold(args: &StoreArgs) -> Result<Hold, Failure> {
    if args.database_url.is_some() {
        return Ok(Hold { _file: None });
    }
    let folder = args.data.display();
    let failed = |error: std::io::Error| Failure::new(format!("{folder}: {error}"));
    fs::create_dir_all(&args.data).map_err(failed)?;
    let file = File::options().create(true).append(true).open(args.data.join(LOCK));
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Hold { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => Err(Failure::new(format!(
            "Another tessera is running on {folder}. Stop it first, or name another folder by \
             --data; imports can also go through the running server, by --url and --token."
        ))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The workspace that a command means: the one it names, or the only one there is.
pub async fn workspace(
    engine: &Engine,
    slug: Option<&str>,
) -> Result<store::WorkspaceEntry, Failure> {
    if let Some(slug) = slug {
        return Ok(engine.entry(slug).await?);
    }
    let mut all = engine::workspaces::list(engine).await?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            Err(Failure::new("There is no workspace yet: tessera workspace create --help"))
        }
        (Some(_), false) => {
            Err(Failure::new("There are several workspaces: say which by --workspace"))
        }
    }
}

/// A password from standard input: one line, so that it never stands in a list of processes.
pub fn read_password() -> Result<String, Failure> {
    const BYTES_MAX: u64 = 4096;
    let mut text = String::new();
    std::io::stdin().lock().take(BYTES_MAX).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    match line.is_empty() {
        true => Err(Failure::from(Error::new(Code::PasswordWeak).with("length", 10))),
        false => Ok(line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        store: StoreArgs,
    }

    #[test]
    fn a_folder_is_held_by_one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let args = Only::parse_from(["tessera", "--data", data]).store;
        let first = hold(&args).unwrap();
        let second = hold(&args).err().map(|failure| failure.to_string());
        assert!(second.is_some_and(|message| message.contains("Another tessera is running")));
        drop(first);
        assert!(hold(&args).is_ok());
    }
}
