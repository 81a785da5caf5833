//! A whole number.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{mismatch, read_settings, schema_of, setting, setting_fault};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::limits::INTEGER_MAX;
use crate::value::Value;

/// The type `integer`.
pub const TYPE: FieldType = FieldType {
    name: "integer",
    label: || Label::new("Whole number", "整数"),
    settings: || {
        vec![
            setting("min", "integer", "At least", "最小值"),
            setting("max", "integer", "At most", "最大值"),
        ]
    },
    settings_schema: schema_of::<Integer>,
    build: |settings| {
        let integer: Integer = read_settings(settings)?;
        if integer.lowest() > integer.highest() {
            return Err(setting_fault("max", "max is below min"));
        }
        Ok(Arc::new(integer))
    },
    samples: || Samples {
        settings: json!({"min": -5}),
        good: vec![
            (json!(0), json!(0)),
            (json!(-5), json!(-5)),
            (json!(42.0), json!(42)),
            (json!(INTEGER_MAX), json!(INTEGER_MAX)),
        ],
        bad: vec![
            json!(-6),
            json!(1.5),
            json!(INTEGER_MAX + 1),
            json!("7"),
            json!(true),
            json!(1e300),
        ],
    },
};

/// A whole number within ±(2^53 − 1).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integer {
    #[schemars(range(min = -9_007_199_254_740_991i64, max = 9_007_199_254_740_991i64))]
    min: Option<i64>,
    #[schemars(range(min = -9_007_199_254_740_991i64, max = 9_007_199_254_740_991i64))]
    max: Option<i64>,
}

impl Integer {
    fn lowest(&self) -> i64 {
        self.min.unwrap_or(-INTEGER_MAX).max(-INTEGER_MAX)
    }

    fn highest(&self) -> i64 {
        self.max.unwrap_or(INTEGER_MAX).min(INTEGER_MAX)
    }

    fn within(&self, field: &Field, number: i64) -> Result<Value, Fault> {
        if number < self.lowest() {
            let fault = field.fault(Code::NumberTooSmall).with("min", self.lowest());
            return Err(fault.expected(self.lowest()));
        }
        if number > self.highest() {
            let fault = field.fault(Code::NumberTooLarge).with("max", self.highest());
            return Err(fault.expected(self.highest()));
        }
        Ok(Value::Int(number))
    }
}

/// A whole number from JSON; `42.0` is one, `1.5` and `"7"` are not.
fn whole(field: &Field, input: &Json) -> Result<i64, Fault> {
    let exact = input.as_i64().or_else(|| {
        let number = input.as_f64()?;
        (number.fract() == 0.0 && number.abs() <= INTEGER_MAX as f64).then_some(number as i64)
    });
    exact.ok_or_else(|| mismatch(field, "a whole number", "整数"))
}

impl FieldKind for Integer {
    fn storage(&self) -> Storage {
        Storage::Integer
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.within(field, whole(field, input)?)
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_int())
    }

    fn operators(&self) -> &'static [Op] {
        Op::ORDERED
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        whole(field, input).map(Value::Int)
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_int().map(|number| number.to_string()).unwrap_or_default()
    }

    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        let number = text.trim().parse().map_err(|_| mismatch(field, "a whole number", "整数"))?;
        self.within(field, number)
    }

    fn schema(&self) -> Json {
        json!({"type": "integer", "minimum": self.lowest(), "maximum": self.highest()})
    }

    fn scale(&self) -> Option<u8> {
        Some(0)
    }
}
