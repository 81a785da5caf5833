//! Measures our server beside a bare one and prints the ratios. See README.md for what each line
//! means; `scripts/bench` builds and runs it.

mod bare;
mod client;
mod data;
mod extras;
mod measure;
mod people;
mod process;
mod report;
mod run;
mod seed;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use run::Options;

/// Why the benchmark cannot go on, for the person who runs it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where a server finds its data.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

#[derive(Parser)]
#[command(about = "Measures the server beside a bare one", version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure and print
    Run(Box<Options>),
    /// The bare server, started by `run`
    Bare(Bare),
}

#[derive(clap::Args)]
struct Bare {
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long, conflicts_with = "database_url")]
    data: Option<PathBuf>,
    #[arg(long)]
    database_url: Option<String>,
    #[arg(long)]
    seed: String,
    #[arg(long)]
    readers: usize,
}

fn main() -> ExitCode {
    let done = match Program::parse().command {
        Command::Run(options) => measure(&options),
        Command::Bare(bare) => serve(bare),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// One thread, so that the load takes little from the servers.
fn measure(options: &Options) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run::run(options))
}

/// As many threads as cores, like ours.
fn serve(bare: Bare) -> Result<(), Failure> {
    let seed = serde_json::from_str(&bare.seed)?;
    let location = match (bare.data, bare.database_url) {
        (Some(directory), None) => Location::Sqlite(directory),
        (None, Some(url)) => Location::Postgres(url),
        _ => return Err("either --data or --database-url".into()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(bare::serve(bare.listen, &location, &seed, bare.readers))
}
