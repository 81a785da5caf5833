//! A link to a record of an entity (n:1); its inverse is a virtual field of the target.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{mismatch, read_settings, schema_of, setting};
use crate::error::Fault;
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `link`.
pub const TYPE: FieldType = FieldType {
    name: "link",
    label: || Label::new("Link", "关联"),
    settings: || {
        vec![
            setting("to", "entity", "Links to", "关联到"),
            json!({"name": "on_delete", "type": "select",
            "label": {"en": "When the target is deleted", "zh-CN": "目标删除时"},
            "settings": {"options": [
                {"name": "set_null", "label": {"en": "Empty this field", "zh-CN": "清空此字段"}},
                {"name": "restrict", "label": {"en": "Refuse", "zh-CN": "禁止删除"}},
                {"name": "cascade", "label": {"en": "Delete this record too", "zh-CN": "一并删除"}},
            ]}}),
            setting("inverse", "inverse", "Shown on the target as", "在目标上显示为"),
        ]
    },
    settings_schema: schema_of::<Link>,
    build: |settings| Ok(Arc::new(LinkKind { link: read_settings(settings)? })),
    samples: || Samples {
        settings: json!({"to": "user"}),
        // A good value needs a record to point to; the contract tests make one.
        good: Vec::new(),
        bad: vec![json!("x"), json!(5), json!("00000000-0000-0000-0000-00000000000g"), json!([])],
    },
};

/// What becomes of a record when its link's target is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The link becomes empty.
    #[default]
    SetNull,
    /// The target cannot be deleted.
    Restrict,
    /// The record is deleted too.
    Cascade,
}

/// Where a link points and how it is seen from there.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The target entity.
    pub to: String,
    /// What happens when the target is deleted.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// The virtual field of the target.
    #[serde(default)]
    pub inverse: Option<InverseSettings>,
}

/// The virtual field that a link declares on its target.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InverseSettings {
    /// The machine name on the target.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,39}$"))]
    pub name: String,
    /// What people call it there.
    pub label: Label,
}

/// A link; that its target exists and may be seen is checked where records are written.
#[derive(Debug)]
pub struct LinkKind {
    link: Link,
}

/// Reads an id; `{"by": …}` is resolved before, where records can be looked up.
pub(super) fn record_id(field: &Field, input: &Json) -> Result<Value, Fault> {
    let text = input.as_str().filter(|text| text.len() == 36);
    let id = text.and_then(|text| Uuid::try_parse(text).ok());
    id.map(Value::Id).ok_or_else(|| mismatch(field, "the id of a record", "记录的 ID"))
}

/// Appends an id as a JSON string.
pub(super) fn write_id(value: &Value, out: &mut Vec<u8>) {
    let mut buffer = Uuid::encode_buffer();
    let text = value.as_id().unwrap_or_default().hyphenated().encode_lower(&mut buffer);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

impl FieldKind for LinkKind {
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
