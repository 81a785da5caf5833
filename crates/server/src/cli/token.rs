//! `tessera token`: bearer tokens for programs.

use clap::{Args, Subcommand};
use engine::TokenScope;
use engine::accounts::{self, NewToken};
use model::{Error, time};

use super::{Failure, Outcome, house};
use crate::config::StoreArgs;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Make and end tokens for programs
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token with the rights of an account in a workspace, and print it
    Create(Create),
    /// List the tokens of an account
    List(Of),
    /// End a token
    Revoke(Revoke),
}

/// Make a token with the rights of an account in a workspace, and print it
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    of: Of,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// What it is called in lists and in the history of records
    #[arg(long, value_name = "NAME", default_value = "command line")]
    name: String,

    /// It may only read
    #[arg(long)]
    read_only: bool,

    /// Days until it ends; for ever when it is not said
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3650))]
    expires_in: Option<i64>,
}

/// An account
#[derive(Debug, Args)]
pub struct Of {
    #[command(flatten)]
    store: StoreArgs,

    /// Whose rights: the account's e-mail address
    #[arg(long, value_name = "EMAIL")]
    user: String,
}

/// End a token
#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    of: Of,

    /// The token's id, as the list shows it
    id: uuid::Uuid,
}

/// Runs it.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Create(args) => create(args).await,
        Command::List(args) => {
            let engine = house::open(&args.store, None).await?;
            for token in accounts::tokens_of(&engine, &args.user).await? {
                let used = token.last_used_at.map_or("never".to_owned(), time::format_instant);
                println!("{}\t{}\t{used}", token.id, token.name);
            }
            engine.close().await;
            Ok(())
        }
        Command::Revoke(args) => {
            let engine = house::open(&args.of.store, None).await?;
            accounts::revoke_token_of(&engine, &args.of.user, args.id).await?;
            println!("The token is ended.");
            engine.close().await;
            Ok(())
        }
    }
}

async fn create(args: Create) -> Outcome {
    let engine = house::open(&args.of.store, None).await?;
    let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
    let new = NewToken {
        name: &args.name,
        scope: TokenScope { read_only: args.read_only },
        expires_at: args.expires_in.map(|days| engine.now() + days * DAY_MS),
    };
    let made = accounts::create_token_for(&engine, &args.of.user, &entry, new).await;
    let made = made.map_err(|error: Error| match error.code {
        model::Code::WorkspaceUnknown => {
            Failure::new(format!("{} does not belong to {}.", args.of.user, entry.slug))
        }
        _ => error.into(),
    })?;
    // Alone on standard output, so that a script can take it.
    println!("{}", made["token"].as_str().unwrap_or_default());
    engine.close().await;
    Ok(())
}
