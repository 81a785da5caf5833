//! `tessera verify`: proves from outside that a workspace is what it should be.

use std::io::IsTerminal;

use clap::Args as Arguments;
use engine::{verify, workspaces};

use super::{Failure, Outcome, house, language};
use crate::config::StoreArgs;

/// Check workspaces: the change log's chain, documents, unique values, links, and records against
/// their history
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    /// Only this workspace, by its slug
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// Answer JSON
    #[arg(long)]
    json: bool,
}

/// Runs it. Anything that is wrong is a failure.
pub async fn run(args: Args) -> Outcome {
    let engine = house::open(&args.store, None).await?;
    let entries = match &args.workspace {
        Some(slug) => vec![engine.entry(slug).await?],
        None => workspaces::list(&engine).await?,
    };
    let language = language();
    let shows = std::io::stderr().is_terminal();
    let mut good = true;
    for entry in &entries {
        let report = verify::verify(&engine, entry, |label| {
            if shows {
                eprintln!("{}: {}", entry.slug, label.text(language));
            }
        })
        .await?;
        good &= report.is_good();
        match args.json {
            true => {
                let mut shown = report.to_json(language);
                shown["workspace"] = entry.slug.clone().into();
                println!("{shown}");
            }
            false => print!("{}\n{}", entry.slug, report.to_text(language)),
        }
    }
    engine.close().await;
    match good {
        true => Ok(()),
        false => Err(Failure::new("Something is wrong; see above.")),
    }
}
