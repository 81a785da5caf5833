//! A state machine: one of a list of stages, where a stage may limit what follows it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::select::{Choice, Options};
use super::{expect_text, read_settings, schema_of, setting, write_string};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The type `stage`.
pub const TYPE: FieldType = FieldType {
    name: "stage",
    label: || Label::new("Stage", "阶段"),
    settings: || vec![setting("options", "stages", "Stages", "阶段")],
    settings_schema: schema_of::<Settings>,
    build: |settings| {
        let settings: Settings = read_settings(settings)?;
        let options = Options::new(settings.options)?;
        for (index, choice) in options.all().iter().enumerate() {
            for next in choice.to.iter().flatten() {
                if options.by_name(next).is_none() {
                    let path = format!("options/{index}/to");
                    let fault = Fault::new(path, Code::ReferenceUnknown).with("name", next);
                    return Err(vec![fault]);
                }
            }
        }
        Ok(Arc::new(Stage { options }))
    },
    samples: || Samples {
        settings: json!({"options": [
            {"id": "a", "name": "open", "label": {"en": "Open", "zh-CN": "进行中"}, "kind": "open"},
            {"id": "b", "name": "won", "label": {"en": "Won", "zh-CN": "赢单"}, "kind": "won", "to": ["open"]},
        ]}),
        good: vec![(json!("open"), json!("open")), (json!("won"), json!("won"))],
        bad: vec![json!("lost"), json!(0), json!({"name": "open"})],
    },
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(length(min = 1, max = 500))]
    options: Vec<Choice>,
}

/// A state machine.
#[derive(Debug)]
pub struct Stage {
    options: Options,
}

impl FieldKind for Stage {
    fn storage(&self) -> Storage {
        Storage::Text
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.options.parse(field, expect_text(field, input)?, false)
    }

    fn show(&self, value: &Value) -> Json {
        json!(self.options.name_of(value))
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        write_string(self.options.name_of(value), out);
    }

    fn operators(&self) -> &'static [Op] {
        Op::CHOICE
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.options.parse(field, expect_text(field, input)?, true)
    }

    fn text(&self, value: &Value, language: Language) -> String {
        self.options.label_of(value, language)
    }

    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        self.options.from_text(field, text.trim())
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "enum": self.options.open_names()})
    }

    fn options(&self) -> Option<&Options> {
        Some(&self.options)
    }

    fn check_move(&self, field: &Field, from: &Value, to: &Value) -> Result<(), Fault> {
        let before = from.as_text().and_then(|id| self.options.by_id(id));
        let Some(allowed) = before.and_then(|choice| choice.to.as_ref()) else {
            return Ok(());
        };
        let to = self.options.name_of(to);
        if from.as_text().is_none() || allowed.iter().any(|name| name == to) {
            return Ok(());
        }
        let fault = field.fault(Code::StageMove).with("from", self.options.name_of(from));
        Err(fault.with("to", to).expected(allowed.clone()))
    }
}
