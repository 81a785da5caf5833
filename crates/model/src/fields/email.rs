//! An e-mail address.

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

/// The type `email`.
pub const TYPE: FieldType = FieldType {
    name: "email",
    label: || Label::new("E-mail", "邮箱"),
    settings: Vec::new,
    settings_schema: schema_of::<Email>,
    build: |settings| Ok(Arc::new(read_settings::<Email>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!("ada@example.com"), json!("ada@example.com")),
            (json!("张三@例子.公司"), json!("张三@例子.公司")),
        ],
        bad: vec![
            json!("ada"),
            json!("a@b"),
            json!("a b@example.com"),
            json!("a@example.com\r\nBcc: x@y.z"),
            json!(1),
        ],
    },
};

/// An e-mail address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Email {}

/// Whether a text is an address: local part, one @, a domain with a dot; what else a mail server
/// accepts only it can say.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels = || domain.split('.');
    let clean = |c: char| !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
    (1..=64).contains(&local.len())
        && domain.len() <= 253
        && labels().count() >= 2
        && labels()
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && text.chars().all(clean)
        && !local.contains('@')
}

impl FieldKind for Email {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn keyed(&self) -> bool {
        true
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = line(field, expect_text(field, input)?, 254)?;
        if is_address(&text) {
            return Ok(Value::Text(text));
        }
        Err(field.fault(Code::EmailInvalid).expected("name@example.com"))
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
        json!({"type": "string", "format": "idn-email", "maxLength": 254})
    }
}
