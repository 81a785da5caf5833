//! `tessera import`: a file into records, here or through a running server.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args as Arguments;
use engine::imports::{self, Progress, Request};
use futures_util::StreamExt;
use serde_json::{Value as Json, json};

use super::remote::{Remote, RemoteArgs};
use super::{Failure, Outcome, house};
use crate::config::StoreArgs;

/// How often a running server is asked how far it is.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// Import a CSV file
///
/// Every row that is refused is written, with line, column, value and reason, to a file beside the
/// imported one; the others are in. With `match` in the mapping a second run updates what the
/// first one made.
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    remote: RemoteArgs,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// How columns become fields, as in apps/crm/imports
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,

    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Where refused rows are written; <FILE>.errors.csv when it is not said
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,

    /// The file
    file: PathBuf,
}

/// Runs it.
pub async fn run(args: Args) -> Outcome {
    let mapping = fs::read(&args.mapping).map_err(|error| at(&args.mapping, &error))?;
    let mut mapping = model::json::parse(&mapping)?;
    if args.dry_run && mapping.is_object() {
        mapping["dry_run"] = json!(true);
    }
    let errors = args.errors.clone().unwrap_or_else(|| {
        let mut name = args.file.clone().into_os_string();
        name.push(".errors.csv");
        PathBuf::from(name)
    });
    let done = match Remote::of(&args.remote)? {
        Some(remote) => through(&remote, &args, mapping, &errors).await?,
        None => here(&args, &mapping, &errors).await?,
    };
    tell(&done, &errors)
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

/// Imports with the database at hand.
async fn here(args: &Args, mapping: &Json, errors: &Path) -> Result<Json, Failure> {
    let request = Request::from_json(mapping)?;
    let _hold = house::hold(&args.store)?;
    let engine = house::open(&args.store, None).await?;
    let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
    let context = engine.system_context(entry.id, "command line").await?;
    let mut meter = Meter::new();
    let done = imports::run_now(&context, &request, &args.file, |progress: Progress| {
        meter.show(progress.done, progress.total, progress.failed);
    })
    .await;
    meter.end();
    let done = done?;
    if failed(&done) > 0 {
        let id = done["id"].as_str().unwrap_or_default();
        let mut file = fs::File::create(errors).map_err(|error| at(errors, &error))?;
        let mut pieces = pin!(imports::errors_csv(&context, id).await?);
        while let Some(piece) = pieces.next().await {
            file.write_all(&piece?).map_err(|error| at(errors, &error))?;
        }
    }
    engine.close().await;
    Ok(done)
}

/// Imports through a running server, and waits for it.
async fn through(
    remote: &Remote,
    args: &Args,
    mut body: Json,
    errors: &Path,
) -> Result<Json, Failure> {
    let workspace = match &args.workspace {
        Some(slug) => slug.clone(),
        None => remote.only_workspace().await?,
    };
    let content = fs::read(&args.file).map_err(|error| at(&args.file, &error))?;
    body["content"] = match String::from_utf8(content) {
        Ok(text) => Json::String(text),
        Err(other) => json!({"base64": STANDARD.encode(other.as_bytes())}),
    };
    let begun = remote.post(&format!("w/{workspace}/imports"), &body).await?;
    let address = format!("w/{workspace}/imports/{}", begun["id"].as_str().unwrap_or_default());
    let mut meter = Meter::new();
    let done = loop {
        let now = remote.get(&address).await?;
        let count = |key: &str| now[key].as_u64().unwrap_or(0);
        meter.show(count("position"), count("total"), count("failed"));
        match now["state"].as_str() {
            Some("done" | "failed") => break now,
            _ => tokio::time::sleep(ASK_EVERY).await,
        }
    };
    meter.end();
    if failed(&done) > 0 {
        let file = remote.get_text(&format!("{address}/errors.csv")).await?;
        fs::write(errors, file).map_err(|error| at(errors, &error))?;
    }
    Ok(done)
}

fn failed(done: &Json) -> u64 {
    done["failed"].as_u64().unwrap_or(0)
}

fn tell(done: &Json, errors: &Path) -> Outcome {
    let count = |key: &str| done[key].as_u64().unwrap_or(0);
    let tried = if done["dry_run"] == json!(true) { "would be " } else { "" };
    println!(
        "{} rows: {} {tried}created, {} {tried}updated, {} unchanged, {} refused",
        count("total"),
        count("created"),
        count("updated"),
        count("unchanged"),
        count("failed")
    );
    for column in done["ignored_columns"].as_array().into_iter().flatten() {
        println!("left out: column {}", column.as_str().unwrap_or_default());
    }
    if failed(done) > 0 {
        println!("refused rows: {}", errors.display());
    }
    match done["state"].as_str() {
        Some("failed") => {
            let reason = done["failure"]["reason"].as_str().unwrap_or("it stopped");
            Err(Failure::new(format!("The import did not reach its end: {reason}")))
        }
        _ => Ok(()),
    }
}

/// How far an import is, on one line of a terminal.
struct Meter {
    shows: bool,
}

impl Meter {
    fn new() -> Meter {
        Meter { shows: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, done: u64, total: u64, failed: u64) {
        if self.shows {
            eprint!("\r{done} of {total} rows, {failed} refused");
        }
    }

    fn end(&self) {
        if self.shows {
            eprintln!();
        }
    }
}
