//! Names in automations: triggers, conditions, and the values that steps read and write.

use serde_json::{Map, Value as Json};

use super::{Walker, as_entity, as_field};
use crate::references::{Names, Place};

/// What begins a path of the record that started the run.
const RECORD: &str = "record.";

impl Walker<'_> {
    pub(super) fn automation(&mut self, body: &mut Map<String, Json>) {
        let Some(Json::Object(trigger)) = body.get_mut("trigger") else { return };
        let entity = trigger.get("entity").and_then(Json::as_str);
        let entity = entity.and_then(|name| self.names.entity(name)).map(str::to_owned);
        let Some(entity) = entity else { return };
        self.under("trigger", |walker| {
            walker.name(trigger, "entity", Place::Trigger, &as_entity);
            walker.items(trigger.get_mut("fields"), "fields", &mut |walker, item| {
                walker.path_item(&entity, item, Place::Trigger)
            });
        });
        self.filter_at(&entity, body, "condition", Place::Condition);
        self.items(body.get_mut("steps"), "steps", &mut |walker, step| {
            if let Some(Json::Object(settings)) = step.get_mut("settings") {
                walker.under("settings", |walker| walker.step(&entity, settings));
            }
            false
        });
    }

    fn step(&mut self, trigger: &str, settings: &mut Map<String, Json>) {
        let target = match settings.get("entity").and_then(Json::as_str) {
            Some(name) => self.names.entity(name).map(str::to_owned),
            None => Some(trigger.to_owned()),
        };
        self.name(settings, "entity", Place::Value, &as_entity);
        let target = target.unwrap_or_default();
        let field = |names: &Names<'_>, name: &str| as_field(names, &target, name);
        self.path.push("values".to_owned());
        self.keys(settings.get_mut("values"), Place::Value, &field, &mut |walker, name, value| {
            walker.value(trigger, &target, name, value);
        });
        self.path.pop();
    }

    /// A value that a step writes into a field: a literal, a text with `{record.field}`, or
    /// `{"from": "record.field"}`.
    fn value(&mut self, trigger: &str, target: &str, name: &str, value: &mut Json) {
        match value {
            Json::Object(object) => {
                let Some(Json::String(text)) = object.get_mut("from") else { return };
                self.under("from", |walker| walker.record_path(trigger, text));
            }
            Json::String(text) if text.contains('{') => self.text(trigger, text),
            literal => {
                let field = self.names.field(target, name).map(|field| field.id.clone());
                if let Some(field) = field {
                    self.choice(&(target.to_owned(), field), literal, Place::Value);
                }
            }
        }
    }

    /// The `{record.field}` of a text.
    fn text(&mut self, trigger: &str, text: &mut String) {
        let mut written = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            written.push_str(before);
            written.push('{');
            rest = after;
            if let Some((inside, after)) = rest.split_once('}') {
                let mut path = inside.to_owned();
                self.record_path(trigger, &mut path);
                written.push_str(&path);
                written.push('}');
                rest = after;
            }
        }
        written.push_str(rest);
        *text = written;
    }

    fn record_path(&mut self, trigger: &str, text: &mut String) {
        let inner = text.trim();
        let Some(path) = inner.strip_prefix(RECORD) else { return };
        let mut path = path.to_owned();
        self.field_path(trigger, &mut path, Place::Text);
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len();
        *text = format!("{}{RECORD}{path}{}", &text[..start], &text[end..]);
    }
}
