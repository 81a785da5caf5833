//! A phone number, kept in the form in which people read it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::text::line;
use super::{expect_text, read_settings, schema_of, write_string};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::limits::LINE_LENGTH_MAX;
use crate::value::Value;

/// The type `phone`.
pub const TYPE: FieldType = FieldType {
    name: "phone",
    label: || Label::new("Phone", "电话"),
    settings: Vec::new,
    settings_schema: schema_of::<Phone>,
    build: |settings| Ok(Arc::new(read_settings::<Phone>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!("138 0013 8000"), json!("138 0013 8000")),
            (json!("+49 (30) 1234-567"), json!("+49 (30) 1234-567")),
            (json!("010-12345678 转 801"), json!("010-12345678 转 801")),
        ],
        bad: vec![
            json!("call me"),
            json!("12"),
            json!("1234567890123456789012"),
            json!(13800138000i64),
        ],
    },
};

/// A phone number, kept in the form in which people read it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phone {}

/// Three to twenty digits with the usual separators, then an optional extension.
fn is_number(text: &str) -> bool {
    let main = text.split(['转', 'x', '#']).next().unwrap_or(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && main
            .strip_prefix('+')
            .unwrap_or(main)
            .chars()
            .all(|c| c.is_ascii_digit() || " -.()/".contains(c))
        && text.chars().all(|c| c.is_ascii_digit() || "+ -.()/x#转".contains(c))
}

impl FieldKind for Phone {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn keyed(&self) -> bool {
        true
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = line(field, expect_text(field, input)?, 40)?;
        if is_number(&text) {
            return Ok(Value::Text(text));
        }
        Err(field.fault(Code::PhoneInvalid).expected("+86 138 0013 8000"))
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_text())
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        write_string(value.as_text().unwrap_or_default(), out);
    }

    fn operators(&self) -> &'static [Op] {
        Op::TEXT
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        line(field, expect_text(field, input)?, LINE_LENGTH_MAX).map(Value::Text)
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_text().unwrap_or_default().to_owned()
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "maxLength": 40, "pattern": "^[0-9+ ().#x/转-]+$"})
    }
}
