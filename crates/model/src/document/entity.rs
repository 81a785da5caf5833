//! Entity documents: a table and its fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{NAME, current_format, is_false};
use crate::label::Label;

/// An entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntityDocument {
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
    /// What people call one record.
    pub label: Label,
    /// What people call many of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plural: Option<Label>,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// The name of an icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub icon: Option<String>,
    /// The field that stands for a record wherever it is mentioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub title_field: Option<String>,
    /// Its module writes it and the kernel stores it; only the house may declare such entities.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(skip)]
    pub kernel: bool,
    /// The fields in their order.
    #[schemars(length(max = 500))]
    pub fields: Vec<FieldDocument>,
    /// Sets of fields that are unique together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 5)))]
    pub unique: Vec<Vec<String>>,
    /// Sets of fields that an index serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 30), inner(length(min = 1, max = 5)))]
    pub indexes: Vec<Vec<String>>,
}

/// A field of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldDocument {
    /// The stable id, given by the server; also the physical column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub id: Option<String>,
    /// The machine name.
    #[schemars(regex(pattern = NAME))]
    pub name: String,
    /// The field type.
    #[schemars(length(max = 40))]
    pub r#type: String,
    /// What people call it.
    pub label: Label,
    /// What it is for, shown beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Label>,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// It must not be empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// No two records share a value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Clients may not write it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// An index serves filters and sorts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub indexed: bool,
    /// Personal data, hidden from roles that do not name it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub personal: bool,
    /// The value of a new record, if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// The settings of the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Json>,
}

/// Adds to the schema of entities what each field type says of its settings.
pub(super) fn add_settings_schemas(schema: &mut Json) {
    let mut rules = Vec::new();
    for field_type in crate::fields::ALL {
        let mut settings = (field_type.settings_schema)();
        if let Some(object) = settings.as_object_mut() {
            object.remove("$schema");
            if let Some(Json::Object(definitions)) = object.remove("$defs") {
                for (name, definition) in definitions {
                    schema["$defs"][name] = definition;
                }
            }
        }
        let name = format!("{}_settings", field_type.name);
        schema["$defs"][&name] = settings;
        rules.push(json!({
            "if": {"properties": {"type": {"const": field_type.name}}},
            "then": {"properties": {"settings": {"$ref": format!("#/$defs/{name}")}}},
        }));
    }
    let names: Vec<&str> = crate::fields::ALL.iter().map(|known| known.name).collect();
    let field = &mut schema["$defs"]["FieldDocument"];
    field["properties"]["type"] = json!({"description": "The field type.", "enum": names});
    field["properties"]["settings"] = json!({"description": "The settings of the type."});
    field["allOf"] = Json::Array(rules);
}
