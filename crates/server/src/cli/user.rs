//! `tessera user`: accounts, and the people of workspaces that they belong to.

use clap::{Args, Subcommand};
use engine::accounts::{self, NewAccount};
use model::{Code, Error};
use store::AccountState;

use super::{Failure, Outcome, house};
use crate::config::StoreArgs;

/// The role that may do everything.
const ADMIN: &str = "admin";

/// Make accounts and let people into workspaces
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an account and let it into a workspace; an account that exists is let in too
    Create(Create),
    /// List the accounts
    List(List),
    /// Give an account another password; its sessions end
    Password(Password),
    /// Keep an account from signing in; its sessions end and its tokens stop
    Disable(One),
    /// Let a disabled account sign in again
    Enable(One),
}

/// Make an account and let it into a workspace; an account that exists is let in too
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    store: StoreArgs,

    /// E-mail address
    email: String,

    /// What people call them; the address when it is not said
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The workspace, by its slug; the only one when there is one
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,

    /// Roles there, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "owner")]
    roles: Vec<String>,

    /// Give the role admin, which may do everything
    #[arg(long)]
    owner: bool,

    /// Read the password from standard input; without it the account cannot sign in yet
    #[arg(long)]
    password_stdin: bool,
}

/// List the accounts
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    store: StoreArgs,
}

/// Give an account another password; its sessions end
#[derive(Debug, Args)]
pub struct Password {
    #[command(flatten)]
    store: StoreArgs,

    /// E-mail address
    email: String,

    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// One account
#[derive(Debug, Args)]
pub struct One {
    #[command(flatten)]
    store: StoreArgs,

    /// E-mail address
    email: String,
}

/// Runs it.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Create(args) => create(args).await,
        Command::List(args) => list(args).await,
        Command::Password(args) => {
            let new = house::read_password()?;
            let engine = house::open(&args.store, None).await?;
            accounts::reset_password(&engine, &args.email, &new).await?;
            println!("{} has another password.", args.email);
            engine.close().await;
            Ok(())
        }
        Command::Disable(args) => {
            let engine = house::open(&args.store, None).await?;
            accounts::disable(&engine, &args.email).await?;
            println!("{} is disabled.", args.email);
            engine.close().await;
            Ok(())
        }
        Command::Enable(args) => {
            let engine = house::open(&args.store, None).await?;
            accounts::enable(&engine, &args.email).await?;
            println!("{} is enabled.", args.email);
            engine.close().await;
            Ok(())
        }
    }
}

async fn create(args: Create) -> Outcome {
    let password = if args.password_stdin { Some(house::read_password()?) } else { None };
    let engine = house::open(&args.store, None).await?;
    let entry = house::workspace(&engine, args.workspace.as_deref()).await?;
    let roles: Vec<&str> = match args.owner {
        true => vec![ADMIN],
        false => args.roles.iter().map(String::as_str).collect(),
    };
    check_roles(&engine, &entry, &roles).await?;
    let new = NewAccount { email: &args.email, password: password.as_deref() };
    match accounts::create_account(&engine, new).await {
        Ok(_) => {}
        // Somebody who works in another workspace already keeps their password.
        Err(Error { code: Code::EmailTaken, .. }) if password.is_none() => {}
        Err(error) => return Err(error.into()),
    }
    let name = args.name.as_deref().unwrap_or(&args.email);
    accounts::add_member(&engine, &args.email, &entry, name, &roles).await?;
    println!("{} belongs to {}.", args.email, entry.slug);
    engine.close().await;
    Ok(())
}

/// A role that is not there would grant nothing, which nobody means.
async fn check_roles(
    engine: &engine::Engine,
    entry: &store::WorkspaceEntry,
    roles: &[&str],
) -> Outcome {
    let context = engine.system_context(entry.id, "roles").await?;
    match roles.iter().find(|role| context.catalogue().role(role).is_none()) {
        None => Ok(()),
        Some(role) => Err(Failure::new(format!("{} has no role {role}.", entry.slug))),
    }
}

async fn list(args: List) -> Outcome {
    let engine = house::open(&args.store, None).await?;
    let accounts = engine.store().control().accounts().await;
    let accounts = accounts.map_err(|fault| Failure::new(fault.to_string()))?;
    for account in accounts {
        let state = match account.state {
            AccountState::Active => "active",
            AccountState::Disabled => "disabled",
        };
        println!("{}\t{state}", account.email);
    }
    engine.close().await;
    Ok(())
}
