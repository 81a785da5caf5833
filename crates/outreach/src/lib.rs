//! What leaves the house: the only HTTP client of the product, and what is sent with it.
//!
//! [`egress`] decides where a request may go and sends it there and nowhere else; [`webhook`] signs
//! and delivers messages through it. Nothing here reads the database, keeps state between calls or
//! looks at a clock of its own: times and randomness are given by the caller.

pub mod egress;
#[cfg(any(test, feature = "receiver"))]
pub mod receiver;
pub mod webhook;

pub use egress::{Allowance, Egress, EgressError, EgressPolicy, Refusal, Timeouts};
