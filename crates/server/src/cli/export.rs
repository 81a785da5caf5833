//! `tessera export`: records as a CSV file.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::pin::pin;

use clap::Args as Arguments;
use engine::exports::{self, Style};
use futures_util::StreamExt;

use super::{Outcome, house};
use crate::config::StoreArgs;

/// Export the records of a view, or of an entity, as CSV
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// For programs: machine names and ids instead of labels and titles
    #[arg(long)]
    raw: bool,

    /// Where to write; standard output when it is not said
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// A view, as opportunity.all, or an entity, as opportunity
    what: String,
}

/// Runs it.
pub async fn run(args: Args) -> Outcome {
    let engine = house::open(&args.store, None).await?;
    let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
    let context = engine.system_context(entry.id, "command line").await?;
    let mut pieces = pin!(exports::csv(&context, &args.what, Style { raw: args.raw }).await?);
    let mut out: Box<dyn Write + Send> = match &args.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(std::io::stdout()),
    };
    let mut written = Ok(());
    while let (Some(piece), Ok(())) = (pieces.next().await, &written) {
        written = out.write_all(&piece?);
    }
    let written = written.and_then(|()| out.flush());
    engine.close().await;
    match written {
        // Who reads from the other end has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
