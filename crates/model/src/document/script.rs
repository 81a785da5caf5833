//! Script documents: a Rhai module that runs at a hook.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NAME, SCOPED_NAME, current_format, yes};
use crate::label::Label;

/// A script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptDocument {
    /// The version of the document's form.
    #[serde(default = "current_format")]
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The stable id, given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub id: Option<String>,
    /// The machine name: `entity.hook`, or `entity.` and a name of its own.
    #[schemars(regex(pattern = SCOPED_NAME))]
    pub name: String,
    /// What people call it.
    #[serde(default)]
    pub label: Option<Label>,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// The entity.
    #[schemars(regex(pattern = NAME))]
    pub entity: String,
    /// When it runs.
    pub hook: Hook,
    /// Whether it runs.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The Rhai source.
    #[schemars(length(max = 65536))]
    pub source: String,
}

/// When a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hook {
    /// Before a record is created or changed; it may change the record and refuse.
    BeforeSave,
}

impl Hook {
    /// The name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Hook::BeforeSave => "before_save",
        }
    }
}
