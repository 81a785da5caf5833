//! Automation documents: a trigger, a condition and durable steps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{NAME, current_format, yes};
use crate::label::Label;

/// An automation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomationDocument {
    /// The version of the document's form.
    #[serde(default = "current_format")]
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The stable id, given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub id: Option<String>,
    /// The machine name.
    #[schemars(regex(pattern = NAME))]
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The app that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = NAME))]
    pub app: Option<String>,
    /// Whether it runs.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What starts it.
    pub trigger: Trigger,
    /// What the record must be after the change; a filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Json>,
    /// What it does, one after the other.
    #[schemars(length(min = 1, max = 50))]
    pub steps: Vec<Step>,
}

/// What starts an automation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Which change.
    pub on: TriggerOn,
    /// Of which entity.
    #[schemars(regex(pattern = NAME))]
    pub entity: String,
    /// Only when one of these fields changes; any, when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub fields: Vec<String>,
}

/// Which change starts an automation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerOn {
    /// A record is created.
    Created,
    /// A record is changed.
    Updated,
    /// A record is created or changed.
    Changed,
    /// A record is deleted.
    Deleted,
}

/// A step of an automation. The schema, not serde, refuses unknown keys here: serde cannot do it
/// for a flattened enum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("unevaluatedProperties" = false))]
pub struct Step {
    /// Its name within the automation.
    #[schemars(regex(pattern = NAME))]
    pub name: String,
    /// What it does.
    #[serde(flatten)]
    pub action: StepAction,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "settings", rename_all = "snake_case")]
pub enum StepAction {
    /// Creates a record.
    CreateRecord(CreateRecord),
    /// Changes the record that started the run.
    UpdateRecord(UpdateRecord),
    /// Posts a signed message to an endpoint.
    Webhook(Webhook),
}

impl StepAction {
    /// The name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            StepAction::CreateRecord(_) => "create_record",
            StepAction::UpdateRecord(_) => "update_record",
            StepAction::Webhook(_) => "webhook",
        }
    }
}

/// Settings of `create_record`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRecord {
    /// The entity.
    #[schemars(regex(pattern = NAME))]
    pub entity: String,
    /// Its values: literals, texts with `{record.field}`, or `{"from": "record.field"}`.
    pub values: Map<String, Json>,
}

/// Settings of `update_record`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRecord {
    /// The values to set, as in `create_record`.
    pub values: Map<String, Json>,
}

/// Settings of `webhook`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The name of the endpoint, whose address and secret an administrator sets.
    #[schemars(regex(pattern = NAME))]
    pub endpoint: String,
}
