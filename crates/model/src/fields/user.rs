//! A person who works in the workspace: a link to the entity `user`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::link::{Link, OnDelete, record_id, write_id};
use super::{read_settings, schema_of};
use crate::error::Fault;
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `user`.
pub const TYPE: FieldType = FieldType {
    name: "user",
    label: || Label::new("User", "成员"),
    settings: Vec::new,
    settings_schema: schema_of::<Settings>,
    build: |settings| {
        read_settings::<Settings>(settings)?;
        Ok(Arc::new(User::default()))
    },
    samples: || Samples {
        settings: json!({}),
        good: Vec::new(),
        bad: vec![json!("ada@example.com"), json!(1), json!(true)],
    },
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {}

/// A person who works in the workspace.
#[derive(Debug)]
pub struct User {
    link: Link,
}

impl Default for User {
    fn default() -> User {
        User { link: Link { to: "user".into(), on_delete: OnDelete::SetNull, inverse: None } }
    }
}

impl FieldKind for User {
    fn storage(&self) -> Storage {
        Storage::Id
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        record_id(field, input)
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_id())
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        write_id(value, out);
    }

    fn operators(&self) -> &'static [Op] {
        Op::CHOICE
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_id().map(|id| id.to_string()).unwrap_or_default()
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "format": "uuid"})
    }

    fn link(&self) -> Option<&Link> {
        Some(&self.link)
    }
}
