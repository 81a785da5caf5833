//! The command line: one file per command.

mod app;
mod backup;
mod export;
mod house;
mod import;
mod remote;
mod serve;
mod token;
mod user;
mod verify;
mod workspace;

use std::fmt;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use model::{Error, Kind, Language};

use crate::config::{LogArgs, refuse_unknown};
use crate::logging;

/// Tessera: build your own customer system. A CRM to start from, data you own, one program.
///
/// Settings are flags, or the variables named beside them. The database is a folder of files
/// (--data) unless --database-url names a PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "tessera", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// How the log looks.
    #[command(flatten)]
    pub log: LogArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the web app and the API
    Serve(serve::Args),
    /// Import a CSV file
    Import(import::Args),
    /// Export the records of a view, or of an entity, as CSV
    Export(export::Args),
    /// Install apps
    #[command(subcommand)]
    App(app::Command),
    /// Make and list workspaces
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// Make accounts and let people into workspaces
    #[command(subcommand)]
    User(user::Command),
    /// Make and end tokens for programs
    #[command(subcommand)]
    Token(token::Command),
    /// Check the change log's chain, and records against it
    Verify(verify::Args),
    /// Write a workspace into one file, while the server runs
    Backup(backup::Backup),
    /// Make a workspace of such a file
    Restore(backup::Restore),
}

/// Why a command did not do what it was asked, in words for the operator.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// A failure in words.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: 1 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let language = language();
        let mut message = error.message(language);
        for fault in &error.faults {
            let (path, text) = (&fault.path, fault.message(language));
            message.push_str(&format!("\n  {path}: {text}"));
        }
        let hint = error.code.hint(language);
        if !hint.is_empty() {
            message.push_str(&format!("\n{hint}"));
        }
        // The operator is the one who can read a cause; on the command line there is no other log.
        if let Some(cause) = &error.cause {
            message.push_str(&format!("\n  {cause}"));
        }
        let code = match error.kind() {
            Kind::Internal => 70,
            Kind::Unavailable => 75,
            _ => 1,
        };
        Failure { message, code }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What a command answers.
pub type Outcome = Result<(), Failure>;

/// The language of the operator's terminal.
fn language() -> Language {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
    said.and_then(|tag| Language::from_tag(&tag)).unwrap_or_default()
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let variables = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    if let Err(message) = refuse_unknown(&Cli::command(), variables) {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    let cli = Cli::parse();
    let level = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    if let Err(message) = logging::start(&cli.log, level) {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the program could not start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code)
        }
    }
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Import(args) => import::run(args).await,
        Command::Export(args) => export::run(args).await,
        Command::App(command) => app::run(command).await,
        Command::Workspace(command) => workspace::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Token(command) => token::run(command).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(args).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_flag_says_what_it_is_for() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} says nothing", command.get_name());
            for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
                let name = argument.get_id();
                assert!(argument.get_help().is_some(), "{} {name}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn refusals_are_told_with_paths_and_hints() {
        let fault = model::Fault::new("slug", model::Code::NameTaken).with("name", "demo");
        let failure = Failure::from(Error::from(fault));
        assert!(failure.to_string().contains("slug: The name demo is taken."), "{failure}");
    }
}
