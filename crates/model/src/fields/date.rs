//! A day without a time.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{expect_text, read_settings, schema_of};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::time;
use crate::value::Value;

/// The type `date`.
pub const TYPE: FieldType = FieldType {
    name: "date",
    label: || Label::new("Date", "日期"),
    settings: Vec::new,
    settings_schema: schema_of::<Date>,
    build: |settings| Ok(Arc::new(read_settings::<Date>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!("2026-05-31"), json!("2026-05-31")),
            (json!("1900-01-01"), json!("1900-01-01")),
            (json!("9999-12-31"), json!("9999-12-31")),
        ],
        bad: vec![
            json!("2026-02-30"),
            json!("31.5.2026"),
            json!(20260531),
            json!("2026-05-31T00:00Z"),
        ],
    },
};

/// A day without a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Date {}

fn days(value: &Value) -> i32 {
    match value {
        Value::Date(days) => *days,
        _ => 0,
    }
}

impl FieldKind for Date {
    fn storage(&self) -> Storage {
        Storage::Date
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = expect_text(field, input)?;
        time::parse_date(text.trim())
            .map(Value::Date)
            .ok_or_else(|| field.fault(Code::DateInvalid).expected("YYYY-MM-DD"))
    }

    fn show(&self, value: &Value) -> Json {
        json!(time::format_date(days(value)))
    }

    fn operators(&self) -> &'static [Op] {
        Op::DATE
    }

    fn text(&self, value: &Value, _: Language) -> String {
        time::format_date(days(value))
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "format": "date"})
    }
}
