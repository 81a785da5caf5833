//! The rules of the house: one door for every read and every write.
//!
//! A [`Context`] says who acts, where and when; every function of this crate takes one. Records
//! go through [`records`], documents through [`documents`]; permissions rewrite every question
//! before the store compiles it.

mod access;
pub mod accounts;
mod clock;
mod compile;
mod context;
mod cursor;
pub mod documents;
mod engine;
mod faults;
pub mod packages;
pub mod people;
pub mod records;
pub mod scripts;
mod workspace;
pub mod workspaces;

pub use access::Access;
pub use clock::{Clock, FixedClock, SystemClock};
pub use context::{Actor, Context, Credential, IdempotencyKey, Principal, RequestInfo};
pub use engine::{Engine, Settings};
pub use records::Reply;
pub use workspace::Workspace;
