//! The JSON Schema (2020-12) of an entity's records as the API speaks them.

use serde_json::{Value as Json, json};

use crate::field::Entity;

/// Where a record schema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordUse {
    /// What an answer holds.
    Read,
    /// What a new record may say.
    Create,
    /// What a change may say.
    Update,
}

/// The schema of an entity's records.
pub fn schema_of_record(entity: &Entity, purpose: RecordUse) -> Json {
    let _ = (entity, purpose);
    json!({"type": "object"})
}
