//! An amount of money in one currency, in its minor units.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::decimal::Decimal;
use super::{read_settings, schema_of, setting, setting_fault};
use crate::decimal;
use crate::error::Fault;
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `currency`.
pub const TYPE: FieldType = FieldType {
    name: "currency",
    label: || Label::new("Currency", "货币"),
    settings: || {
        vec![
            setting("currency", "text", "Currency (ISO 4217)", "币种（ISO 4217）"),
            setting("min", "text", "At least", "最小值"),
            setting("max", "text", "At most", "最大值"),
        ]
    },
    settings_schema: schema_of::<Settings>,
    build: |settings| {
        let settings: Settings = read_settings(settings)?;
        let code = &settings.currency;
        if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(setting_fault("currency", "three capital letters, such as CNY"));
        }
        let scale = decimal::currency_scale(code);
        Ok(Arc::new(Currency { amount: Decimal::new(scale, settings.min, settings.max)? }))
    },
    samples: || Samples {
        settings: json!({"currency": "CNY", "min": "0"}),
        good: vec![
            (json!("12.5"), json!("12.50")),
            (json!(0.1), json!("0.10")),
            (json!("0"), json!("0.00")),
            (json!("90071992547409.91"), json!("90071992547409.91")),
        ],
        bad: vec![json!("-0.01"), json!("0.005"), json!("¥5"), json!([]), json!("NaN")],
    },
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    currency: String,
    min: Option<String>,
    max: Option<String>,
}

/// An amount in the minor units of its currency.
#[derive(Debug)]
pub struct Currency {
    amount: Decimal,
}

impl FieldKind for Currency {
    fn storage(&self) -> Storage {
        self.amount.storage()
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.amount.parse(field, input)
    }

    fn show(&self, value: &Value) -> Json {
        self.amount.show(value)
    }

    fn operators(&self) -> &'static [Op] {
        Op::ORDERED
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.amount.operand(field, input)
    }

    fn text(&self, value: &Value, language: Language) -> String {
        self.amount.text(value, language)
    }

    fn schema(&self) -> Json {
        self.amount.schema()
    }

    fn scale(&self) -> Option<u8> {
        self.amount.scale()
    }
}
