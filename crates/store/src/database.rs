//! One database behind one face: a SQLite file or a PostgreSQL schema.

use crate::datum::{Datum, Kind};
use crate::fault::Fault;

/// A fixed statement in the common dialect (see `dialect.rs`) with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The text; the same text always has parameters and results of the same kinds.
    pub text: &'static str,
    /// What stands for `$1`, `$2`, ….
    pub parameters: Vec<Datum>,
    /// The columns of its result; further ones are not read.
    pub returns: &'static [Kind],
    /// What it means when no row was touched; `None` when that is fine.
    pub refusal: Option<Refusal>,
}

/// Why a statement that touched no row refuses its transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    CursorMoved,
    LeaseLost,
}

impl Statement {
    /// A statement without a result.
    pub fn new(text: &'static str, parameters: Vec<Datum>) -> Statement {
        Statement { text, parameters, returns: &[], refusal: None }
    }

    /// The same statement with the columns of its result.
    pub fn returning(self, returns: &'static [Kind]) -> Statement {
        Statement { returns, ..self }
    }

    /// The same statement, answering an empty row for each row that it touched.
    pub fn counting(self) -> Statement {
        self.returning(&[])
    }

    /// The same statement, refusing its transaction when it touches no row.
    pub fn or(self, refusal: Refusal) -> Statement {
        Statement { refusal: Some(refusal), ..self }
    }
}

/// A handle to one database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Database {}

impl Database {
    /// Reads rows.
    pub async fn read(&self, _statement: Statement) -> Result<Vec<Vec<Datum>>, Fault> {
        match *self {}
    }

    /// Runs statements in one transaction and answers the rows of each.
    pub async fn write(&self, _statements: Vec<Statement>) -> Result<Vec<Vec<Vec<Datum>>>, Fault> {
        match *self {}
    }
}
