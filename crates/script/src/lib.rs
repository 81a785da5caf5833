//! Runs what customers wrote. Rhai scripts run in worker processes of the same binary, with hard
//! limits on memory, time and steps; they see what a [`Request`] holds and what a [`Host`] answers,
//! and what they want comes back as data, to be committed, shown or thrown away.
//!
//! The host side is [`Pool`], the worker side is [`worker_main`]. Nothing else in this crate runs
//! customer code.

mod api;
mod cache;
mod check;
mod completions;
mod confine;
mod dates;
mod explain;
mod fault;
mod frame;
pub mod limits;
mod numbers;
mod pool;
mod protocol;
mod random;
mod record;
mod run;
mod sandbox;
mod values;
mod worker;

pub use completions::{Completion, CompletionKind, completions};
pub use fault::{Bilingual, FaultKind, ScriptFault};
pub use pool::{BoxFuture, Host, NoHost, Pool, PoolConfig};
pub use protocol::{
    CheckRequest, Confinement, Context, Draft, EntityShape, FieldError, FieldShape, Hello, Hook,
    HostCall, Kind, Limits, LogLine, Outcome, Problem, Profile, Read, Record, Refusal, Reply,
    Request, Row, Rows, Script, Severity, User,
};
pub use worker::worker_main;
