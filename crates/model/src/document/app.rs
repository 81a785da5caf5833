//! App documents: a package and its navigation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NAME, current_format};
use crate::label::Label;

/// An app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppDocument {
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
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Label>,
    /// The version, as in semantic versioning.
    #[schemars(regex(pattern = "^[0-9]+\\.[0-9]+\\.[0-9]+$"))]
    pub version: String,
    /// The name of an icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub icon: Option<String>,
    /// The apps that it builds on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub depends: Vec<String>,
    /// The menu.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub navigation: Vec<NavigationItem>,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum NavigationItem {
    /// An entity, opened at a view.
    Entity {
        /// The entity.
        #[schemars(regex(pattern = NAME))]
        entity: String,
        /// The name of the view within the entity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<String>,
    },
    /// A group of entries.
    Group {
        /// What people call it.
        label: Label,
        /// The entries.
        #[schemars(length(max = 100))]
        children: Vec<NavigationItem>,
    },
}
