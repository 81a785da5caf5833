//! An exact decimal with a fixed number of places.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{mismatch, read_settings, schema_of, setting, setting_fault};
use crate::decimal::{self, DecimalFault, SCALE_MAX};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `decimal`.
pub const TYPE: FieldType = FieldType {
    name: "decimal",
    label: || Label::new("Decimal", "小数"),
    settings: || {
        vec![
            setting("scale", "integer", "Decimal places", "小数位数"),
            setting("min", "text", "At least", "最小值"),
            setting("max", "text", "At most", "最大值"),
        ]
    },
    settings_schema: schema_of::<Settings>,
    build: |settings| {
        let settings: Settings = read_settings(settings)?;
        Ok(Arc::new(Decimal::new(settings.scale, settings.min, settings.max)?))
    },
    samples: || Samples {
        settings: json!({"scale": 3, "min": "-10"}),
        good: vec![
            (json!("0.1"), json!("0.100")),
            (json!(0.3), json!("0.300")),
            (json!("-10.000"), json!("-10.000")),
            (json!("12.5000"), json!("12.500")),
            (json!(7), json!("7.000")),
        ],
        bad: vec![
            json!("-10.001"),
            json!("0.0001"),
            json!("1e3"),
            json!(0.12345678901234568),
            json!("99999999999999999999"),
            json!(true),
            json!("1,5"),
        ],
    },
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default = "two")]
    #[schemars(range(max = 9))]
    scale: u8,
    min: Option<String>,
    max: Option<String>,
}

fn two() -> u8 {
    2
}

/// An exact decimal: units of 10^-scale in 64 bits.
#[derive(Debug)]
pub struct Decimal {
    scale: u8,
    min: Option<i64>,
    max: Option<i64>,
}

impl Decimal {
    pub(super) fn new(
        scale: u8,
        min: Option<String>,
        max: Option<String>,
    ) -> Result<Decimal, Vec<Fault>> {
        if scale > SCALE_MAX {
            return Err(setting_fault("scale", format!("0 to {SCALE_MAX}")));
        }
        let bound = |name: &str, text: Option<String>| {
            text.map(|text| decimal::parse(&text, scale))
                .transpose()
                .map_err(|_| setting_fault(name, "not a decimal of this scale"))
        };
        let (min, max) = (bound("min", min)?, bound("max", max)?);
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err(setting_fault("max", "max is below min"));
        }
        Ok(Decimal { scale, min, max })
    }

    fn units(&self, field: &Field, text: &str) -> Result<i64, Fault> {
        decimal::parse(text, self.scale).map_err(|fault| match fault {
            DecimalFault::Form => {
                mismatch(field, "a decimal such as \"12.50\"", "小数，例如 \"12.50\"")
            }
            DecimalFault::Precision => {
                field.fault(Code::NumberTooPrecise).with("scale", self.scale).expected(self.scale)
            }
            DecimalFault::Range => {
                let max = decimal::format(i64::MAX, self.scale);
                field.fault(Code::NumberTooLarge).with("max", max)
            }
        })
    }

    /// The units of a text or an exactly representable number (at most 15 digits).
    fn read(&self, field: &Field, input: &Json) -> Result<i64, Fault> {
        match input {
            Json::String(text) => self.units(field, text.trim()),
            Json::Number(number) => {
                let text = number.to_string();
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                if digits > 15 || text.contains(['e', 'E']) {
                    return Err(field.fault(Code::NumberInexact));
                }
                self.units(field, text.strip_suffix(".0").unwrap_or(&text))
            }
            _ => Err(mismatch(field, "a decimal such as \"12.50\"", "小数，例如 \"12.50\"")),
        }
    }

    fn within(&self, field: &Field, units: i64) -> Result<Value, Fault> {
        let show = |units: i64| decimal::format(units, self.scale);
        match (self.min, self.max) {
            (Some(min), _) if units < min => {
                Err(field.fault(Code::NumberTooSmall).with("min", show(min)).expected(show(min)))
            }
            (_, Some(max)) if units > max => {
                Err(field.fault(Code::NumberTooLarge).with("max", show(max)).expected(show(max)))
            }
            _ => Ok(Value::Int(units)),
        }
    }
}

impl FieldKind for Decimal {
    fn storage(&self) -> Storage {
        Storage::Integer
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.within(field, self.read(field, input)?)
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_int().map(|units| decimal::format(units, self.scale)))
    }

    fn operators(&self) -> &'static [Op] {
        Op::ORDERED
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.read(field, input).map(Value::Int)
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_int().map(|units| decimal::format(units, self.scale)).unwrap_or_default()
    }

    fn schema(&self) -> Json {
        // A bound on the value is not expressible on the text form; the pattern bounds the form.
        let places = match self.scale {
            0 => r"(\.0*)?".to_owned(),
            scale => format!(r"(\.[0-9]{{1,{scale}}}0*)?"),
        };
        json!({"type": ["string", "number"], "pattern": format!("^-?[0-9]+{places}$")})
    }

    fn scale(&self) -> Option<u8> {
        Some(self.scale)
    }
}
