//! Role documents: who may do what.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{NAME, current_format, is_false};
use crate::label::Label;

/// A role. What it does not name, it denies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleDocument {
    /// The version of the document's form.
    #[serde(default = "current_format")]
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The stable id, given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub id: Option<String>,
    /// The machine name.
    #[schemars(regex(pattern = NAME))]
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// Every right on every entity and field, and every capability.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// Rights by entity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<String, EntityRights>,
    /// What it may do besides working with records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub capabilities: Vec<Capability>,
}

/// Something that a role may do besides working with records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Change documents.
    Build,
    /// Invite people and give roles.
    People,
    /// Export records.
    Export,
    /// Import records.
    Import,
}

impl Capability {
    /// All capabilities.
    pub const ALL: [Capability; 4] =
        [Capability::Build, Capability::People, Capability::Export, Capability::Import];

    /// The name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Capability::Build => "build",
            Capability::People => "people",
            Capability::Export => "export",
            Capability::Import => "import",
        }
    }
}

/// Rights on one entity: which rows, and what may be done with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntityRights {
    /// What may be done.
    #[schemars(length(max = 4))]
    pub rights: Vec<Right>,
    /// With which records; all, when absent. It must hold before and after a write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Json>,
    /// Fields that differ from the rights on the entity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldRight>,
}

/// What may be done with records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See them.
    Read,
    /// Make new ones.
    Create,
    /// Change them.
    Update,
    /// Delete them.
    Delete,
}

impl Right {
    /// The name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Right::Read => "read",
            Right::Create => "create",
            Right::Update => "update",
            Right::Delete => "delete",
        }
    }
}

/// What may be done with a field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FieldRight {
    /// Nothing; it does not exist.
    Hidden,
    /// See it.
    Read,
    /// See and change it.
    Write,
}
