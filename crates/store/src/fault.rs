//! What can go wrong in a store, told apart as far as callers act differently.

use std::error::Error as StdError;
use std::fmt;

use model::Uuid;

use crate::plan::TableName;

/// Any error, kept for the log and never shown to people.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a store did not do what it was asked. Nothing of a refused commit is stored.
#[derive(Debug)]
pub enum Fault {
    /// A unique index already holds these values.
    Unique {
        /// Name of the index, as it was given when it was created.
        index: String,
    },
    /// The row has another revision than the one that was read.
    Conflict {
        /// Where the row lives.
        table: TableName,
        /// Which row.
        id: Uuid,
    },
    /// The row to change is not there.
    Missing {
        /// Where the row was expected.
        table: TableName,
        /// Which row.
        id: Uuid,
    },
    /// A row with this id is there already.
    Exists {
        /// Where the row lives.
        table: TableName,
        /// Which row.
        id: Uuid,
    },
    /// A link points at a row that is not there, or a row that is still linked would go.
    ForeignKey {
        /// Where the write happened that was refused.
        table: TableName,
        /// The row that was written, when the database tells.
        id: Option<Uuid>,
    },
    /// The catalogue was published anew after this commit was prepared; prepare it again.
    CatalogueMoved {
        /// The revision that is stored now.
        found: i64,
    },
    /// The idempotency key was used before by the same request: answer what was answered then.
    Replayed {
        /// HTTP status of the first answer.
        status: u16,
        /// Body of the first answer.
        reply: Vec<u8>,
    },
    /// The idempotency key was used before by another request.
    IdempotencyMismatch,
    /// A cursor stands elsewhere than the caller thought; another worker moved it.
    CursorMoved,
    /// A lease ran out and somebody else holds the job now.
    LeaseLost,
    /// A sum does not fit 64 bits.
    Overflow,
    /// The read took longer than its deadline.
    TimedOut,
    /// The database is locked or overloaded; try again later.
    Busy,
    /// The store was closed.
    Closed,
    /// There is no such workspace.
    NoWorkspace,
    /// A name in the control store (an email, a slug) is taken.
    Taken,
    /// The database was written by a newer version of the program.
    TooNew {
        /// Schema number in the database.
        found: i64,
        /// Highest schema number that this program knows.
        known: i64,
    },
    /// The caller asked for something that makes no sense; a bug in the caller.
    Invalid(&'static str),
    /// The database failed. For the log, never shown.
    Broken(BoxError),
}

impl Fault {
    /// Wraps an error that callers cannot act upon.
    pub(crate) fn broken(error: impl Into<BoxError>) -> Fault {
        Fault::Broken(error.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unique { index } => write!(f, "unique index {index} holds these values"),
            Fault::Conflict { table, id } => write!(f, "{table} {id} was changed meanwhile"),
            Fault::Missing { table, id } => write!(f, "{table} {id} does not exist"),
            Fault::Exists { table, id } => write!(f, "{table} {id} exists already"),
            Fault::ForeignKey { table, .. } => write!(f, "a link from or to {table} would dangle"),
            Fault::CatalogueMoved { found } => write!(f, "the catalogue is at revision {found}"),
            Fault::Replayed { status, .. } => write!(f, "answered before with status {status}"),
            Fault::IdempotencyMismatch => f.write_str("idempotency key of another request"),
            Fault::CursorMoved => f.write_str("another worker moved the cursor"),
            Fault::LeaseLost => f.write_str("the lease ran out"),
            Fault::Overflow => f.write_str("a sum does not fit 64 bits"),
            Fault::TimedOut => f.write_str("the read took too long"),
            Fault::Busy => f.write_str("the database is busy"),
            Fault::Closed => f.write_str("the store is closed"),
            Fault::NoWorkspace => f.write_str("no such workspace"),
            Fault::Taken => f.write_str("the name is taken"),
            Fault::TooNew { found, known } => {
                write!(f, "the database has schema {found}, this program knows up to {known}")
            }
            Fault::Invalid(reason) => write!(f, "invalid request to the store: {reason}"),
            Fault::Broken(error) => write!(f, "the database failed: {error}"),
        }
    }
}

impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Fault::Broken(error) => Some(&**error),
            _ => None,
        }
    }
}
