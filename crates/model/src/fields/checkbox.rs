//! Yes or no.

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

/// The type `checkbox`.
pub const TYPE: FieldType = FieldType {
    name: "checkbox",
    label: || Label::new("Checkbox", "复选框"),
    settings: Vec::new,
    settings_schema: schema_of::<Checkbox>,
    build: |settings| Ok(Arc::new(read_settings::<Checkbox>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![(json!(true), json!(true)), (json!(false), json!(false))],
        bad: vec![json!("true"), json!(1), json!([])],
    },
};

/// Yes or no.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkbox {}

impl FieldKind for Checkbox {
    fn storage(&self) -> Storage {
        Storage::Bool
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let yes = input.as_bool().ok_or_else(|| mismatch(field, "true or false", "是或否"))?;
        Ok(Value::Bool(yes))
    }

    fn show(&self, value: &Value) -> Json {
        json!(matches!(value, Value::Bool(true)))
    }

    fn operators(&self) -> &'static [Op] {
        Op::EQUALITY
    }

    fn text(&self, value: &Value, language: Language) -> String {
        let yes = matches!(value, Value::Bool(true));
        match (yes, language) {
            (true, Language::En) => "yes",
            (false, Language::En) => "no",
            (true, Language::ZhCn) => "是",
            (false, Language::ZhCn) => "否",
        }
        .to_owned()
    }

    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        match crate::fold(text.trim()).as_str() {
            "yes" | "true" | "1" | "y" | "x" | "是" | "√" => Ok(Value::Bool(true)),
            "no" | "false" | "0" | "n" | "否" => Ok(Value::Bool(false)),
            _ => Err(mismatch(field, "yes or no", "是或否")),
        }
    }

    fn schema(&self) -> Json {
        json!({"type": "boolean"})
    }
}
