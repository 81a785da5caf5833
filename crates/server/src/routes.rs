//! The handlers, by what they are about. Each reads its request, calls one function of the engine,
//! and words the answer; none decides anything about data.

pub mod auth;
pub mod changes;
pub mod endpoints;
pub mod events;
pub mod exports;
pub mod health;
pub mod imports;
pub mod me;
pub mod meta;
pub mod openapi;
pub mod records;
pub mod scripts;
pub mod tokens;
