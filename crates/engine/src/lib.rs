//! The rules of the house: one door for every read and every write.
//!
//! A [`Context`] says who acts, where and when; every function of this crate takes one. Records
//! go through [`records`], documents through [`documents`]; permissions rewrite every question
//! before the store compiles it.

mod access;
pub mod accounts;
mod automations;
mod background;
pub mod backup;
pub mod changes;
mod clock;
mod compile;
mod context;
mod cursor;
pub mod documents;
pub mod endpoints;
mod engine;
pub mod exports;
mod faults;
pub mod imports;
mod outbox;
pub mod packages;
pub mod people;
pub mod records;
pub mod scripts;
mod spreadsheet;
#[cfg(test)]
mod testing;
pub mod verify;
mod workspace;
pub mod workspaces;

pub use access::Access;
pub use clock::{Clock, FixedClock, SystemClock};
pub use context::{Actor, Context, Credential, IdempotencyKey, Principal, RequestInfo, TokenScope};
pub use engine::{Engine, Settings};
pub use records::Reply;
pub use workspace::Workspace;
