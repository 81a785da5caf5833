//! The steps of one field: its name, its rules, its settings, its options.

use serde_json::Value as Json;

use super::{field_targets, of_field, options};
use crate::changeset::plan::Planner;
use crate::changeset::plan::say::{self, Say, called, list, text};
use crate::changeset::{Step, StepKind};
use crate::label::Label;
use crate::limits::LINE_LENGTH_DEFAULT;
use crate::references::{Target, id_of};

impl Planner<'_> {
    pub(super) fn field_changed(
        &self,
        before: &Json,
        field: &Json,
        entity: &Json,
        steps: &mut Vec<Step>,
    ) {
        if before["name"] != field["name"] {
            let touches = self.touches_of(&field_targets(entity, field), entity);
            let say = match Self::in_scripts(&touches) {
                true => say::RENAME_FIELD_SCRIPTS,
                false => say::RENAME_FIELD,
            };
            let message = say.with(vec![
                ("field", called(field)),
                ("name", text(field["name"].as_str().unwrap_or_default())),
                ("before", text(before["name"].as_str().unwrap_or_default())),
            ]);
            steps.push(of_field(StepKind::RenameField, entity, field, message, touches));
        }
        let mut what: Vec<Label> = rules(before, field);
        let narrower = settings(before, field, &mut what);
        if !what.is_empty() {
            let say = if narrower { say::NARROW_FIELD } else { say::CHANGE_FIELD };
            let message = say.with(vec![("field", called(field)), ("what", list(&what))]);
            let touches = self.touches_of(&inverse_targets(self, entity, field), entity);
            steps.push(of_field(StepKind::ChangeField, entity, field, message, touches));
        }
        self.options_changed(before, field, entity, steps);
    }

    fn options_changed(&self, before: &Json, field: &Json, entity: &Json, steps: &mut Vec<Step>) {
        let known = |option: &Json| options(before).find(|own| id_of(own) == id_of(option));
        for option in options(field) {
            let params = vec![("option", called(option)), ("field", called(field))];
            let Some(was) = known(option) else {
                let message = say::ADD_OPTION.with(params);
                steps.push(of_field(StepKind::AddOption, entity, field, message, Vec::new()));
                continue;
            };
            if was["name"] != option["name"] {
                let mut params = params.clone();
                params.push(("name", text(option["name"].as_str().unwrap_or_default())));
                params.push(("before", text(was["name"].as_str().unwrap_or_default())));
                let target = Target::Choice {
                    entity: id_of(entity).to_owned(),
                    field: id_of(field).to_owned(),
                    id: id_of(option).to_owned(),
                };
                let touches = self.touches_of(&[target], entity);
                let message = say::RENAME_OPTION.with(params);
                steps.push(of_field(StepKind::RenameOption, entity, field, message, touches));
            }
            let (was_archived, is_archived) = (was["archived"] == true, option["archived"] == true);
            if was_archived != is_archived {
                let (kind, say) = match is_archived {
                    true => (StepKind::ArchiveOption, say::ARCHIVE_OPTION),
                    false => (StepKind::ChangeOption, say::REOPEN_OPTION),
                };
                steps.push(of_field(kind, entity, field, say.with(params.clone()), Vec::new()));
            }
            let looks = |key: &str| was[key] != option[key];
            if ["label", "color", "kind", "to"].into_iter().any(looks) {
                let message = say::CHANGE_OPTION.with(params);
                steps.push(of_field(StepKind::ChangeOption, entity, field, message, Vec::new()));
            }
        }
        let gone = |option: &&Json| options(field).all(|own| id_of(own) != id_of(option));
        for option in options(before).filter(gone) {
            let params = vec![("option", called(option)), ("field", called(field))];
            let message = say::REMOVE_OPTION.with(params);
            steps.push(of_field(StepKind::RemoveOption, entity, field, message, Vec::new()));
        }
        let order = |list: &Json, other: &Json| -> Vec<String> {
            let ids = options(list).map(id_of);
            let common = ids.filter(|id| options(other).any(|option| id_of(option) == *id));
            common.map(str::to_owned).collect()
        };
        if order(before, field) != order(field, before) {
            let message = say::REORDER_OPTIONS.with(vec![("field", called(field))]);
            steps.push(of_field(StepKind::ChangeOption, entity, field, message, Vec::new()));
        }
    }
}

/// What is different about the rules of a field.
fn rules(before: &Json, after: &Json) -> Vec<Label> {
    let mut what = Vec::new();
    let values: [(&str, &Say); 3] =
        [("label", &say::WHAT_LABEL), ("help", &say::WHAT_HELP), ("default", &say::WHAT_DEFAULT)];
    what.extend(values.iter().filter(|(k, _)| before[*k] != after[*k]).map(|(_, s)| s.plain()));
    let flags: [(&str, &Say, &Say); 5] = [
        ("required", &say::WHAT_REQUIRED, &say::WHAT_OPTIONAL),
        ("unique", &say::WHAT_UNIQUE, &say::WHAT_REPEATABLE),
        ("read_only", &say::WHAT_READ_ONLY, &say::WHAT_WRITABLE),
        ("indexed", &say::WHAT_INDEXED, &say::WHAT_UNINDEXED),
        ("personal", &say::WHAT_PERSONAL, &say::WHAT_IMPERSONAL),
    ];
    for (key, on, off) in flags {
        let (was, is) = (before[key] == true, after[key] == true);
        if was != is {
            what.push(if is { on.plain() } else { off.plain() });
        }
    }
    what
}

/// The keys of settings that say which values fit.
const LIMITS: [&str; 5] = ["min", "max", "max_length", "pattern", "region"];

/// What is different about the settings of a field but its options. Answers whether values that
/// fitted may fit no longer.
fn settings(before: &Json, after: &Json, what: &mut Vec<Label>) -> bool {
    let is_text = after["type"] == "text";
    let get = |field: &Json| field.get("settings").cloned().unwrap_or_default();
    let (before, after) = (get(before), get(after));
    let changed = |key: &str| before[key] != after[key];
    let limits: Vec<&str> = LIMITS.into_iter().filter(|key| changed(key)).collect();
    if !limits.is_empty() {
        what.push(say::WHAT_LIMITS.plain());
    }
    if changed("on_delete") {
        what.push(say::WHAT_DELETE_RULE.plain());
    }
    if before["inverse"]["name"] != after["inverse"]["name"] {
        what.push(say::WHAT_NAME_OF_LIST.plain());
    } else if changed("inverse") {
        what.push(say::WHAT_INVERSE.plain());
    }
    if changed("pattern_message") {
        what.push(say::WHAT_SETTINGS.plain());
    }
    limits.into_iter().any(|key| narrower(key, &before[key], &after[key], is_text))
}

/// Whether a limit lets fewer values pass than before.
fn narrower(key: &str, before: &Json, after: &Json, is_text: bool) -> bool {
    // Bounds of decimals are text; the comparison only chooses the wording.
    let number = |value: &Json| match value {
        Json::Null if key == "max_length" && is_text => Some(LINE_LENGTH_DEFAULT as f64),
        Json::String(text) => text.parse::<f64>().ok(),
        other => other.as_f64(),
    };
    match (key, number(before), number(after)) {
        ("min", Some(before), Some(after)) => after > before,
        ("max" | "max_length", Some(before), Some(after)) => after < before,
        _ => !after.is_null(),
    }
}

/// The virtual field that a link makes on its target.
fn inverse_targets(planner: &Planner<'_>, entity: &Json, field: &Json) -> Vec<Target> {
    let to = field["settings"]["to"].as_str().and_then(|name| planner.new.entity_id(name));
    let (source, link) = (id_of(entity).to_owned(), id_of(field).to_owned());
    to.map(|to| Target::Inverse { entity: to.to_owned(), source, link }).into_iter().collect()
}
