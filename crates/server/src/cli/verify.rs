//! `tessera verify`: proves from outside that nothing of the change log was altered.

use std::io::{IsTerminal, Write};

use clap::Args as Arguments;
use engine::{Engine, workspaces};
use model::time;

use super::{Failure, Outcome, house};
use crate::config::StoreArgs;

/// Check the hash chain of the change log
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    /// Only this workspace, by its slug
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
}

/// Runs it. A broken chain is a failure.
pub async fn run(args: Args) -> Outcome {
    let engine = house::open(&args.store, None).await?;
    let entries = match &args.workspace {
        Some(slug) => vec![engine.entry(slug).await?],
        None => workspaces::list(&engine).await?,
    };
    let mut broken = 0;
    for entry in &entries {
        broken += usize::from(!verify(&engine, entry).await?);
    }
    engine.close().await;
    match broken {
        0 => Ok(()),
        _ => Err(Failure::new("The change log was altered.")),
    }
}

/// Checks one workspace; answers whether its chain holds.
async fn verify(engine: &Engine, entry: &store::WorkspaceEntry) -> Result<bool, Failure> {
    let failed = |fault: store::Fault| Failure::new(format!("{}: {fault}", entry.slug));
    let workspace = engine.workspace(entry.id).await?;
    let shows = std::io::stderr().is_terminal();
    let report = workspace
        .store()
        .verify_chain(|sequence| {
            if shows {
                eprint!("\r{} {sequence}", entry.slug);
                let _ = std::io::stderr().flush();
            }
        })
        .await
        .map_err(failed)?;
    if shows {
        eprintln!();
    }
    let now = time::format_instant(engine.now());
    match &report.broken {
        None => {
            let (entries, erased) = (report.entries, report.erased);
            println!("{}: {entries} entries hold, {erased} of them erased ({now})", entry.slug);
        }
        Some((sequence, why)) => println!("{}: entry {sequence} does not: {why}", entry.slug),
    }
    Ok(report.broken.is_none())
}
