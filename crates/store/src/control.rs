//! The control store: who may sign in, and which workspaces there are.

mod accounts;
mod sessions;
mod settings;
mod tokens;
mod workspaces;

use crate::database::{Database, Statement};
use crate::datum::{Cells, Datum};
use crate::fault::Fault;

pub use accounts::{Account, AccountState};
pub use sessions::Session;
pub use settings::Failures;
pub use tokens::Token;
pub use workspaces::{Membership, WorkspaceEntry};

/// Accounts, sessions, tokens, workspaces, memberships and operator settings.
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) database: Database,
}

/// The few shapes that all of it has.
impl Control {
    async fn insert(&self, text: &'static str, parameters: Vec<Datum>) -> Result<(), Fault> {
        self.run(text, parameters).await.map_err(|fault| match fault {
            Fault::Unique { .. } | Fault::Exists { .. } => Fault::Taken,
            other => other,
        })
    }

    async fn run(&self, text: &'static str, parameters: Vec<Datum>) -> Result<(), Fault> {
        self.database.write(vec![Statement::new(text, parameters)]).await.map(drop)
    }

    /// Whether a statement, which returns something of each row it touched, touched any.
    async fn touched(&self, text: &'static str, parameters: Vec<Datum>) -> Result<bool, Fault> {
        // What is returned is not read, so its kind does not matter.
        let rows = self.database.write(vec![Statement::new(text, parameters)]).await?;
        Ok(rows.into_iter().flatten().next().is_some())
    }

    async fn one<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().next().map(|row| read(&mut Cells::of(row))).transpose()
    }

    async fn all<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().map(|row| read(&mut Cells::of(row))).collect()
    }
}
