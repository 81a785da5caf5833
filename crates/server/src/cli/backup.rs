//! `tessera backup` and `tessera restore`: a workspace in one file.

use std::path::PathBuf;

use clap::Args;
use engine::backup;

use super::{Failure, Outcome, house};
use crate::config::StoreArgs;

/// Write a workspace into one file, while the server runs
///
/// The file holds all records and the secrets of webhooks: keep it as you keep the database. It can
/// be restored on either database.
#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    store: StoreArgs,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// Add the hashes of passwords, so that people can sign in where it is restored
    #[arg(long)]
    passwords: bool,

    /// The file to write; it must not be there yet
    file: PathBuf,
}

/// Make a workspace of such a file
#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    store: StoreArgs,

    /// The slug of the workspace to make; it must be free
    #[arg(long, value_name = "SLUG")]
    workspace: String,

    /// The file
    file: PathBuf,
}

/// Writes a workspace into a file.
pub async fn backup(args: Backup) -> Outcome {
    if args.file.exists() {
        return Err(Failure::new(format!("{} is there already.", args.file.display())));
    }
    let engine = house::open(&args.store, None).await?;
    let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
    let saved = backup::backup(&engine, &entry, &args.file, args.passwords).await;
    engine.close().await;
    let saved = saved?;
    println!("{}: {} rows, {} bytes", args.file.display(), saved.rows, saved.bytes);
    println!("SHA-256 {}", saved.sha256);
    Ok(())
}

/// Makes a workspace of a file.
pub async fn restore(args: Restore) -> Outcome {
    let engine = house::open(&args.store, None).await?;
    let restored = backup::restore(&engine, &args.file, &args.workspace).await;
    engine.close().await;
    let restored = restored?;
    println!("The workspace {} is there: {} rows.", restored.workspace.slug, restored.rows);
    for email in &restored.new_accounts {
        println!("new account: {email}");
    }
    for email in &restored.without_password {
        println!("has no password yet: {email} (tessera user password --help)");
    }
    Ok(())
}
