//! A line of text.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{expect_text, read_settings, schema_of, setting, setting_fault, write_string};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::limits::{LINE_LENGTH_DEFAULT, LINE_LENGTH_MAX};
use crate::text::clean;
use crate::value::Value;

/// The type `text`.
pub const TYPE: FieldType = FieldType {
    name: "text",
    label: || Label::new("Text", "单行文本"),
    settings: || {
        vec![
            setting("max_length", "integer", "Most characters", "最多字符数"),
            setting("pattern", "text", "Pattern (regular expression)", "格式（正则表达式）"),
            setting("pattern_message", "text", "Message when it does not fit", "格式不符时的提示"),
        ]
    },
    settings_schema: schema_of::<Settings>,
    build: |settings| Ok(Arc::new(Text::new(read_settings(settings)?)?)),
    samples: || Samples {
        settings: json!({"max_length": 12}),
        good: vec![
            (json!("Ada"), json!("Ada")),
            (json!("  张三 "), json!("张三")),
            (json!("'; --"), json!("'; --")),
            (json!("Ａｄａ"), json!("Ａｄａ")),
            (json!("100%_\\"), json!("100%_\\")),
            (json!("😀🇨🇳"), json!("😀🇨🇳")),
        ],
        bad: vec![json!(1), json!("a\nb"), json!("a\u{0}b"), json!("thirteen char"), json!(["x"])],
    },
};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(range(min = 1, max = 1000))]
    max_length: Option<usize>,
    #[schemars(length(min = 1, max = 500))]
    pattern: Option<String>,
    #[schemars(length(min = 1, max = 200))]
    pattern_message: Option<String>,
}

/// A line of text with its rules.
#[derive(Debug)]
pub struct Text {
    max_length: usize,
    pattern: Option<Regex>,
    pattern_message: Option<String>,
}

impl Text {
    fn new(settings: Settings) -> Result<Text, Vec<Fault>> {
        let max_length = settings.max_length.unwrap_or(LINE_LENGTH_DEFAULT);
        if max_length == 0 || max_length > LINE_LENGTH_MAX {
            return Err(setting_fault("max_length", format!("1 to {LINE_LENGTH_MAX}")));
        }
        let compile = |pattern: String| {
            RegexBuilder::new(&format!("^(?:{pattern})$"))
                .size_limit(64 * 1024)
                .build()
                .map_err(|error| setting_fault("pattern", error))
        };
        let pattern = settings.pattern.map(compile).transpose()?;
        Ok(Text { max_length, pattern, pattern_message: settings.pattern_message })
    }
}

/// Cleans a single line: no control characters, no line break, not too long.
pub(super) fn line(field: &Field, text: &str, max_length: usize) -> Result<String, Fault> {
    let text = clean(text).ok_or_else(|| field.fault(Code::TextControl))?;
    if text.contains('\n') {
        return Err(field.fault(Code::TextLineBreak));
    }
    if text.chars().count() > max_length {
        return Err(field.fault(Code::TextTooLong).with("length", max_length).expected(max_length));
    }
    Ok(text)
}

impl FieldKind for Text {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn keyed(&self) -> bool {
        true
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = line(field, expect_text(field, input)?, self.max_length)?;
        match &self.pattern {
            Some(pattern) if !pattern.is_match(&text) => {
                let fault = field.fault(Code::TextPattern).expected(pattern.as_str());
                Err(match &self.pattern_message {
                    Some(message) => fault.saying(message.as_str()),
                    None => fault,
                })
            }
            _ => Ok(Value::Text(text)),
        }
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
        let mut schema = json!({"type": "string", "maxLength": self.max_length});
        if let Some(pattern) = &self.pattern {
            schema["pattern"] = json!(pattern.as_str());
        }
        schema
    }
}
