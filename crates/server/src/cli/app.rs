//! `tessera app`: apps that this program carries, or folders of one's own.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use engine::{Engine, packages};

use super::{Failure, Outcome, house};
use crate::config::StoreArgs;
use crate::shipped::{self, Files};

/// The app that every workspace has.
const BASE: &str = "base";

/// Install apps
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Install an app into a workspace, or bring it up to date
    Install(Install),
    /// List the apps that this program carries
    List,
}

/// Install an app into a workspace, or bring it up to date
#[derive(Debug, Args)]
pub struct Install {
    #[command(flatten)]
    store: StoreArgs,

    /// The name of an app that this program carries, or a folder
    app: String,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
}

/// Runs it.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::List => {
            for name in shipped::names() {
                println!("{name}");
            }
            Ok(())
        }
        Command::Install(args) => {
            let files = match Path::new(&args.app).join("app.json").is_file() {
                true => read(Path::new(&args.app))?,
                false => shipped(&args.app)?,
            };
            let _hold = house::hold(&args.store)?;
            let engine = house::open(&args.store, None).await?;
            let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
            let steps = install(&engine, &entry, &files).await?;
            println!("{} is installed in {}: {steps} changes.", args.app, entry.slug);
            engine.close().await;
            Ok(())
        }
    }
}

/// Installs an app and answers how many steps that took.
pub async fn install(
    engine: &Engine,
    entry: &store::WorkspaceEntry,
    files: &Files,
) -> Result<usize, Failure> {
    let context = engine.system_context(entry.id, "app install").await?;
    let done = packages::install(&context, files).await?;
    Ok(done["steps"].as_array().map_or(0, Vec::len))
}

/// The files of an app that this program carries.
pub fn shipped(name: &str) -> Result<Files, Failure> {
    shipped::app(name).ok_or_else(|| {
        let names = shipped::names().into_iter().collect::<Vec<_>>().join(", ");
        Failure::new(format!("There is no app {name}; this program carries {names}."))
    })
}

/// The app `base`, for a new workspace.
pub fn base() -> Result<Files, Failure> {
    shipped(BASE)
}

/// The files of a folder, but for hidden ones, samples and import mappings, which are not part of
/// what is installed.
fn read(folder: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = below.join(&name);
            let left_out = name.starts_with('.') || name == "samples" || name == "imports";
            match entry.file_type()? {
                _ if left_out => {}
                kind if kind.is_dir() => folders.push(path),
                kind if kind.is_file() => {
                    let content = fs::read(entry.path())?;
                    files.push((path.to_string_lossy().replace('\\', "/"), content));
                }
                // A link could lead out of the folder.
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_as_what_the_program_carries() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/crm");
        assert!(read(&folder).unwrap() == shipped("crm").unwrap(), "the two differ");
    }
}
