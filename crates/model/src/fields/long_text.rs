//! Text of several lines.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{expect_text, read_settings, schema_of, setting, setting_fault, write_string};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::limits::LONG_TEXT_LENGTH_MAX;
use crate::text::clean;
use crate::value::Value;

/// The type `long_text`.
pub const TYPE: FieldType = FieldType {
    name: "long_text",
    label: || Label::new("Long text", "多行文本"),
    settings: || vec![setting("max_length", "integer", "Most characters", "最多字符数")],
    settings_schema: schema_of::<LongText>,
    build: |settings| {
        let long_text: LongText = read_settings(settings)?;
        match long_text.limit() {
            1..=LONG_TEXT_LENGTH_MAX => Ok(Arc::new(long_text)),
            _ => Err(setting_fault("max_length", format!("1 to {LONG_TEXT_LENGTH_MAX}"))),
        }
    },
    samples: || Samples {
        settings: json!({"max_length": 40}),
        good: vec![
            (json!("one\r\ntwo"), json!("one\ntwo")),
            (json!("第一行\n第二行"), json!("第一行\n第二行")),
            (json!("=1+1"), json!("=1+1")),
        ],
        bad: vec![json!(true), json!("\u{0}"), json!("x".repeat(41)), json!({})],
    },
};

/// Text of several lines with its limit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LongText {
    #[schemars(range(min = 1, max = 100_000))]
    max_length: Option<usize>,
}

impl LongText {
    fn limit(&self) -> usize {
        self.max_length.unwrap_or(LONG_TEXT_LENGTH_MAX)
    }
}

impl FieldKind for LongText {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text =
            clean(expect_text(field, input)?).ok_or_else(|| field.fault(Code::TextControl))?;
        if text.chars().count() > self.limit() {
            let fault = field.fault(Code::TextTooLong).with("length", self.limit());
            return Err(fault.expected(self.limit()));
        }
        Ok(Value::Text(text))
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_text())
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        write_string(value.as_text().unwrap_or_default(), out);
    }

    fn operators(&self) -> &'static [Op] {
        Op::LONG_TEXT
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_text().unwrap_or_default().to_owned()
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "maxLength": self.limit()})
    }
}
