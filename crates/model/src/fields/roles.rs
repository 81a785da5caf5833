//! The roles of a user: names of role documents, kept in the order in which they were given.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{mismatch, read_settings, schema_of};
use crate::error::Fault;
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `roles`, of the entity `user` only.
pub const TYPE: FieldType = FieldType {
    name: "roles",
    label: || Label::new("Roles", "角色"),
    settings: Vec::new,
    settings_schema: schema_of::<Roles>,
    build: |settings| Ok(Arc::new(read_settings::<Roles>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!(["admin"]), json!(["admin"])),
            (json!(["seller", "admin", "seller"]), json!(["seller", "admin"])),
        ],
        bad: vec![json!("admin"), json!([1]), json!(["No Name"]), json!({})],
    },
};

/// Roles a user may hold: more than fit a screen are a mistake.
const ROLES_MAX: usize = 50;

/// The roles of a user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {}

impl FieldKind for Roles {
    fn storage(&self) -> Storage {
        Storage::Json
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let wrong = || mismatch(field, "a list of role names", "角色名列表");
        let items = input.as_array().filter(|items| items.len() <= ROLES_MAX).ok_or_else(wrong)?;
        let mut names: Vec<&str> = Vec::new();
        for item in items {
            let name = item.as_str().filter(|name| crate::name::is_name(name)).ok_or_else(wrong)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Value::Json(json!(names)))
    }

    fn show(&self, value: &Value) -> Json {
        match value {
            Value::Json(names) => names.clone(),
            _ => json!([]),
        }
    }

    fn operators(&self) -> &'static [Op] {
        Op::PRESENCE
    }

    fn text(&self, value: &Value, _: Language) -> String {
        let Value::Json(Json::Array(names)) = value else { return String::new() };
        names.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", ")
    }

    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        let names: Vec<&str> = text.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
        self.parse(field, &json!(names))
    }

    fn schema(&self) -> Json {
        json!({"type": "array", "maxItems": ROLES_MAX,
            "items": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}})
    }
}
