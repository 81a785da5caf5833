//! A point in time, stored in UTC to the millisecond.

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

/// The type `date_time`.
pub const TYPE: FieldType = FieldType {
    name: "date_time",
    label: || Label::new("Date and time", "日期时间"),
    settings: Vec::new,
    settings_schema: schema_of::<DateTime>,
    build: |settings| Ok(Arc::new(read_settings::<DateTime>(settings)?)),
    samples: || Samples {
        settings: json!({}),
        good: vec![
            (json!("2026-05-31T09:30:00Z"), json!("2026-05-31T09:30:00Z")),
            (json!("2026-05-31T09:30:00.125+08:00"), json!("2026-05-31T01:30:00.125Z")),
            (json!("1969-12-31T23:59:59Z"), json!("1969-12-31T23:59:59Z")),
        ],
        bad: vec![
            json!("2026-05-31"),
            json!("2026-05-31T09:30:00"),
            json!("2026-05-31T09:30:00.0001Z"),
            json!(0),
        ],
    },
};

/// A point in time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateTime {}

fn instant(value: &Value) -> i64 {
    match value {
        Value::Instant(milliseconds) => *milliseconds,
        _ => 0,
    }
}

impl FieldKind for DateTime {
    fn storage(&self) -> Storage {
        Storage::Instant
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        let text = expect_text(field, input)?;
        time::parse_instant(text.trim())
            .map(Value::Instant)
            .ok_or_else(|| field.fault(Code::InstantInvalid).expected("RFC 3339"))
    }

    fn show(&self, value: &Value) -> Json {
        json!(time::format_instant(instant(value)))
    }

    fn operators(&self) -> &'static [Op] {
        Op::DATE
    }

    fn text(&self, value: &Value, _: Language) -> String {
        time::format_instant(instant(value))
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "format": "date-time"})
    }
}
