//! View documents: a way to look at an entity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{NAME, SCOPED_NAME, current_format};
use crate::label::Label;

/// A view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewDocument {
    /// The version of the document's form.
    #[serde(default = "current_format")]
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The stable id, given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub id: Option<String>,
    /// The machine name: `entity.name`.
    #[schemars(regex(pattern = SCOPED_NAME))]
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// The entity.
    #[schemars(regex(pattern = NAME))]
    pub entity: String,
    /// The view type.
    pub r#type: ViewType,
    /// Which records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Json>,
    /// Their order: field names, descending with `-` before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub sort: Vec<String>,
    /// The fields that are shown, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub columns: Vec<ViewColumn>,
    /// What the view type needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<ViewSettings>,
}

/// How records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewType {
    /// Rows and columns.
    Grid,
    /// Cards in columns by a stage, select, user or link.
    Kanban,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewColumn {
    /// The field.
    #[schemars(length(max = 200))]
    pub field: String,
    /// The width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 40, max = 2000))]
    pub width: Option<u32>,
}

/// Settings of view types.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewSettings {
    /// Kanban: the field whose values are the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    /// Kanban: the fields on a card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub card_fields: Vec<String>,
    /// Kanban: the number that is summed up at the head of a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
}
