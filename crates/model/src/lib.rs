//! What a customer can describe, and whether a description or a value is right.
//!
//! Documents, fields, filters, queries, changesets and the error table. Pure: no disk, no network,
//! no clock, no async; the same input gives the same answer everywhere.

pub mod catalogue;
pub mod changeset;
pub mod decimal;
pub mod document;
pub mod error;
pub mod field;
pub mod fields;
pub mod filter;
pub mod json;
pub mod label;
pub mod limits;
pub mod merge;
pub mod name;
pub mod package;
pub mod query;
pub mod record_schema;
pub mod references;
pub mod text;
pub mod time;
pub mod value;

pub use catalogue::Catalogue;
pub use error::{Code, Error, Fault, Kind, Result};
pub use field::{Column, Entity, Field, FieldKind, FieldType, Storage};
pub use label::{Label, Language};
pub use text::{fold, key_prefix, text_key};
pub use uuid::Uuid;
pub use value::Value;
