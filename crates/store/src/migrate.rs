//! Schemas of kernel tables and how they came to be, step by step.

use crate::fault::Fault;

/// Which kernel tables a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// Accounts, sessions, workspaces.
    Control,
    /// A workspace.
    Workspace,
}

/// Remembers the steps that were taken. Made before all others.
pub(crate) const LEDGER: &str =
    "create table if not exists $.sys_schema (number @int primary key) @strict;";

const CONTROL: &[&str] = &[include_str!("../../../migrations/control/0001_accounts.sql")];
const WORKSPACE: &[&str] = &[include_str!("../../../migrations/workspace/0001_kernel.sql")];

impl Schema {
    /// The steps after the one with number `found`, with their numbers. Errors:
    /// [`Fault::TooNew`] when a newer program took steps that are unknown here.
    pub fn pending(self, found: i64) -> Result<impl Iterator<Item = (i64, &'static str)>, Fault> {
        let steps = match self {
            Schema::Control => CONTROL,
            Schema::Workspace => WORKSPACE,
        };
        let known = steps.len() as i64;
        if found > known {
            return Err(Fault::TooNew { found, known });
        }
        Ok((1..).zip(steps.iter().copied()).filter(move |(number, _)| *number > found))
    }
}
