//! The only room that speaks SQL. Two databases look like one.
//!
//! A [`Store`] holds one control store (accounts, sessions, workspaces) and one store per
//! workspace (records, documents, change log, jobs). Questions ([`Select`], [`Aggregate`]) and
//! writes ([`Commit`]) are plain values; the meaning is the same on SQLite and PostgreSQL.

mod calendar;
mod chain;
mod changes;
mod commit;
mod control;
mod database;
mod datum;
mod dialect;
mod documents;
mod fault;
mod jobs;
mod kernel;
mod kernel_sql;
mod migrate;
mod patience;
mod plan;
mod postgres;
mod prepare;
mod snapshot;
mod sql;
mod sqlite;
mod store;
mod workspace;

pub use changes::{ChainReport, LoggedChange};
pub use commit::{
    Change, ColumnDefinition, Commit, Committed, Guard, Idempotency, Operation, OutboxMessage,
    RowWrite, SchemaStep,
};
pub use control::{
    Account, AccountState, Control, Failures, Membership, Session, Token, WorkspaceEntry,
};
pub use datum::{Datum, Kind};
pub use fault::{BoxError, Fault};
pub use kernel::{
    Claimed, Document, Endpoint, Head, Import, ImportError, ImportRow, KernelWrite, Message,
    MessageState, Outcome, Revision, Run, RunState, Step, StepState, Trash,
};
pub use plan::{
    Aggregate, AggregateColumn, AggregateOrder, Bucket, Column, Condition, Function, Group, Hop,
    Measure, Op, Order, Page, Period, Quantifier, Rows, Select, TableName,
};
pub use snapshot::{Restore, Snapshot, SnapshotChunk, SnapshotColumn, SnapshotTable};
pub use store::{Location, Options, Store};
pub use workspace::{Find, Workspace};
