//! One of a list of options, stored by the option's stable id.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{expect_text, read_settings, schema_of, setting, setting_fault, write_string};
use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::limits::OPTIONS_MAX;
use crate::value::Value;

/// The type `select`.
pub const TYPE: FieldType = FieldType {
    name: "select",
    label: || Label::new("Select", "单选"),
    settings: || vec![setting("options", "options", "Options", "选项")],
    settings_schema: schema_of::<Settings>,
    build: |settings| {
        let settings: Settings = read_settings(settings)?;
        Ok(Arc::new(Select { options: Options::new(settings.options)? }))
    },
    samples: || Samples {
        settings: json!({"options": [
            {"id": "a", "name": "low", "label": {"en": "Low", "zh-CN": "低"}},
            {"id": "b", "name": "high", "label": {"en": "High", "zh-CN": "高"}, "color": "red"},
            {"id": "c", "name": "old", "label": {"en": "Old"}, "archived": true},
        ]}),
        good: vec![(json!("low"), json!("low")), (json!("high"), json!("high"))],
        bad: vec![json!("Low"), json!("a"), json!("old"), json!(1), json!(["low"])],
    },
};

/// One option of a select or stage field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The stable id that is stored; given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9]{1,20}$"))]
    pub id: Option<String>,
    /// The machine name, which the API and filters use.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,39}$"))]
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// One of the twelve hues of the interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20))]
    pub color: Option<String>,
    /// No longer offered; records that have it keep it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Of a stage: what reaching it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<StageKind>,
    /// Of a stage: the names that may follow; any, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
}

/// What reaching a stage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Still going on.
    Open,
    /// Ended well.
    Won,
    /// Ended badly.
    Lost,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(length(min = 1, max = 500))]
    options: Vec<Choice>,
}

/// The options of a field with their look-ups.
#[derive(Debug, Clone)]
pub struct Options {
    choices: Vec<Choice>,
}

impl Options {
    /// Checks the list: names and ids are unique, not too many.
    pub fn new(choices: Vec<Choice>) -> Result<Options, Vec<Fault>> {
        if choices.is_empty() || choices.len() > OPTIONS_MAX {
            return Err(setting_fault("options", format!("1 to {OPTIONS_MAX} options")));
        }
        for (index, choice) in choices.iter().enumerate() {
            let path = format!("options/{index}");
            crate::name::check_name(&choice.name, &format!("{path}/name")).map_err(|f| vec![f])?;
            let earlier = &choices[..index];
            let same_id = |other: &Choice| other.id.is_some() && other.id == choice.id;
            if earlier.iter().any(|other| other.name == choice.name || same_id(other)) {
                let fault = Fault::new(path, Code::NameTaken).with("name", &choice.name);
                return Err(vec![fault]);
            }
        }
        Ok(Options { choices })
    }

    /// All options in their order.
    pub fn all(&self) -> &[Choice] {
        &self.choices
    }

    /// An option by its machine name.
    pub fn by_name(&self, name: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.name == name)
    }

    /// An option by what is stored.
    pub fn by_id(&self, id: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.stored() == id)
    }

    /// The stored value of a name. Faults: unknown, and archived where that matters.
    pub fn parse(&self, field: &Field, name: &str, archived: bool) -> Result<Value, Fault> {
        match self.by_name(name) {
            Some(choice) if choice.archived && !archived => {
                Err(field.fault(Code::OptionArchived).with("value", name))
            }
            Some(choice) => Ok(Value::Text(choice.stored().to_owned())),
            None => Err(self.unknown(field, name)),
        }
    }

    /// The stored value of a name or a label in either language, as imports have them.
    pub fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        let fits = |choice: &&Choice| choice.name == text || choice.label.matches(text);
        let choice = self.choices.iter().find(fits).ok_or_else(|| self.unknown(field, text))?;
        Ok(Value::Text(choice.stored().to_owned()))
    }

    fn unknown(&self, field: &Field, value: &str) -> Fault {
        field.fault(Code::OptionUnknown).with("value", value).expected(self.open_names())
    }

    /// The names that may be entered.
    pub fn open_names(&self) -> Vec<&str> {
        let open = self.choices.iter().filter(|choice| !choice.archived);
        open.map(|choice| choice.name.as_str()).collect()
    }

    /// The name of what is stored.
    pub fn name_of<'a>(&'a self, value: &'a Value) -> &'a str {
        let id = value.as_text().unwrap_or_default();
        self.by_id(id).map_or(id, |choice| choice.name.as_str())
    }

    /// The label of what is stored.
    pub fn label_of(&self, value: &Value, language: Language) -> String {
        let id = value.as_text().unwrap_or_default();
        self.by_id(id).map_or(id, |choice| choice.label.text(language)).to_owned()
    }
}

impl Choice {
    /// What a record holds for it: the id, or the name before the server gave one.
    pub fn stored(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.name)
    }
}

/// One of a list of options.
#[derive(Debug)]
pub struct Select {
    options: Options,
}

impl FieldKind for Select {
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
}
