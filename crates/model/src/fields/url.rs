//! A web address.

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

/// The type `url`.
pub const TYPE: FieldType = FieldType {
    name: "url",
    label: || Label::new("Web address", "网址"),
    settings: Vec::new,
    settings_schema: schema_of::<Url>,
    build: |settings| Ok(Arc::new(read_settings::<Url>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!("https://example.com/a?b=c"), json!("https://example.com/a?b=c")),
            (json!("http://例子.公司/路径"), json!("http://例子.公司/路径")),
        ],
        bad: vec![
            json!("example.com"),
            json!("javascript:alert(1)"),
            json!("https://"),
            json!("https://a b"),
            json!("ftp://example.com"),
            json!(false),
        ],
    },
};

/// A web address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Url {}

/// http or https, a host, no spaces: nothing that a browser would run.
fn is_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let rest = if lower.starts_with("https://") {
        &text[8..]
    } else if lower.starts_with("http://") {
        &text[7..]
    } else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !text.chars().any(|c| c.is_whitespace() || "<>\"\\^`{|}".contains(c))
}

impl FieldKind for Url {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn keyed(&self) -> bool {
        true
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = line(field, expect_text(field, input)?, LINE_LENGTH_MAX)?;
        if is_address(&text) {
            return Ok(Value::Text(text));
        }
        Err(field.fault(Code::UrlInvalid).expected("https://example.com"))
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
        json!({"type": "string", "maxLength": LINE_LENGTH_MAX, "pattern": "^[hH][tT][tT][pP][sS]?://"})
    }
}
