//! Form documents: a tree of tabs, sections and fields to enter a record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{NAME, SCOPED_NAME, current_format};
use crate::label::Label;

/// A form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormDocument {
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
    /// The tree.
    #[schemars(length(max = 100))]
    pub children: Vec<FormNode>,
}

/// A node of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FormNode {
    /// A tab; only at the top.
    Tab {
        /// What people call it.
        label: Label,
        /// Sections and fields.
        #[schemars(length(max = 100))]
        children: Vec<FormNode>,
    },
    /// A section with a heading.
    Section {
        /// What people call it.
        label: Label,
        /// Fields and lists.
        #[schemars(length(max = 200))]
        children: Vec<FormNode>,
    },
    /// A field of the entity.
    Field {
        /// Its machine name.
        #[schemars(regex(pattern = NAME))]
        field: String,
        /// Width in twelfths of the form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 12))]
        width: Option<u8>,
        /// Shown only for records that match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visible_when: Option<Json>,
        /// Must be filled in for records that match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        required_when: Option<Json>,
        /// Cannot be changed on records that match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read_only_when: Option<Json>,
    },
    /// The records that point here.
    Related {
        /// The virtual field.
        #[schemars(regex(pattern = NAME))]
        inverse: String,
    },
}

impl FormNode {
    /// Visits the node and all below it, with their paths below `path`.
    pub fn visit(&self, path: &str, visit: &mut dyn FnMut(&str, &FormNode)) {
        visit(path, self);
        if let FormNode::Tab { children, .. } | FormNode::Section { children, .. } = self {
            for (index, child) in children.iter().enumerate() {
                child.visit(&format!("{path}/children/{index}"), visit);
            }
        }
    }
}
