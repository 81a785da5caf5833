//! What may not be done to live data and to what the house relies on. It is taken back out of the
//! plan, and a forbidden step says why.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::say::{self, Say, called, text};
use super::{Origin, Planner, fields, find, options, set_or_clear};
use crate::changeset::{Effect, Step, StepKind};
use crate::document::DocumentKind;
use crate::error::Params;
use crate::field::FieldKind;
use crate::references::{Names, Outline, id_of};

impl Planner<'_> {
    /// Takes back whatever may not be done, whether or not other documents stand against it.
    pub(super) fn guard(&mut self) {
        let outline = self.outline();
        for place in 0..self.slots.len() {
            match self.slots[place].origin {
                Origin::Removed => self.guard_removal(place),
                Origin::Put(_) => self.guard_put(place, &outline),
                _ => {}
            }
        }
    }

    fn guard_removal(&mut self, place: usize) {
        let slot = &mut self.slots[place];
        let Some(before) = slot.before.as_ref().map(|before| before.body.clone()) else { return };
        let (kind, name) = (slot.kind, slot.name().to_owned());
        let needed = match kind {
            DocumentKind::App => name == super::BASE,
            DocumentKind::Entity | DocumentKind::Role => self.relied_on(&before),
            _ => false,
        };
        if needed {
            let step = match kind {
                DocumentKind::Entity => StepKind::RemoveEntity,
                _ => StepKind::RemoveDocument,
            };
            let entity = (kind == DocumentKind::Entity).then_some(name);
            let message = say::NO_BASE_REMOVAL.with(vec![("document", called(&before))]);
            self.forbid(step, entity, None, message);
            self.slots[place].after = Some(before);
            self.slots[place].origin = Origin::Kept;
        }
    }

    fn guard_put(&mut self, place: usize, outline: &Outline) {
        let slot = &mut self.slots[place];
        let kind = slot.kind;
        let Some(base) = slot.base.clone() else { return };
        let Some(mut after) = slot.after.take() else { return };
        let renamed = base["name"] != after["name"];
        let message = match kind {
            DocumentKind::Role if renamed => Some(&say::NO_ROLE_RENAME),
            DocumentKind::App if renamed && base["name"] == super::BASE => {
                Some(&say::NO_BASE_RENAME)
            }
            DocumentKind::Entity if renamed && self.relied_on(&base) => Some(&say::NO_BASE_RENAME),
            _ => None,
        };
        if let Some(message) = message {
            after["name"] = base["name"].clone();
            let message = message.with(vec![("document", called(&base))]);
            let is_entity = kind == DocumentKind::Entity;
            let step = if is_entity { StepKind::RenameEntity } else { StepKind::RenameDocument };
            let entity = base["name"].as_str().filter(|_| is_entity).map(str::to_owned);
            self.forbid(step, entity, None, message);
        }
        if kind == DocumentKind::Entity {
            self.guard_entity(&base, &mut after, outline);
        }
        self.slots[place].after = Some(after);
    }

    fn guard_entity(&mut self, base: &Json, after: &mut Json, outline: &Outline) {
        let entity = after["name"].as_str().unwrap_or_default().to_owned();
        let id = id_of(after).to_owned();
        let live = !self.context.empty.contains(&id);
        let relied_on = self.relied_on(base);
        for before in fields(base) {
            // The house relies on the fields that it brought, not on those that others added.
            let needed = relied_on && self.relied_on(before);
            if needed && find(after, id_of(before)).is_none() {
                put_back(after, "fields", base, before);
                let name = before["name"].as_str().map(str::to_owned);
                let message = say::NO_BASE_REMOVAL.with(vec![("document", called(before))]);
                self.forbid(StepKind::RemoveField, Some(entity.clone()), name, message);
            }
        }
        for field in after["fields"].as_array_mut().into_iter().flatten() {
            let before = match find(base, id_of(field)) {
                Some(before) => Some(before.clone()),
                None => self.trash_of_field(id_of(field)),
            };
            let found = match before {
                Some(before) => {
                    let mut guard = Guard { before: &before, field, live, found: Vec::new() };
                    guard.name(relied_on && self.relied_on(&before));
                    guard.all(&Names { first: outline, then: Some(&self.old) });
                    guard.found
                }
                None => {
                    let none = json!({});
                    let mut guard = Guard { before: &none, field, live, found: Vec::new() };
                    guard.required();
                    guard.found
                }
            };
            let name = field["name"].as_str().map(str::to_owned);
            for (step, message) in found {
                self.forbid(step, Some(entity.clone()), name.clone(), message);
            }
        }
        if live {
            self.guard_unique_sets(base, after);
        }
    }

    fn trash_of_field(&self, id: &str) -> Option<Json> {
        let trashed = self.trashed(crate::changeset::TrashKind::Field, id);
        trashed.filter(|_| self.restored.contains(id)).map(|trashed| trashed.document.clone())
    }

    /// A new set of fields that are unique together may be refused by the rows that are there,
    /// unless one of the fields is new and so empty in all of them.
    fn guard_unique_sets(&mut self, base: &Json, after: &mut Json) {
        let id = |bodies: &[&Json], name: &str| -> String {
            let mut known = bodies.iter().flat_map(|body| fields(body));
            let field = known.find(|field| field["name"] == name);
            field.map_or(name, |field| id_of(field)).to_owned()
        };
        let ids = |bodies: &[&Json], set: &Json| -> Vec<String> {
            let names = set.as_array().into_iter().flatten().filter_map(Json::as_str);
            names.map(|name| id(bodies, name)).collect()
        };
        let before: Vec<Vec<String>> =
            base["unique"].as_array().into_iter().flatten().map(|set| ids(&[base], set)).collect();
        // A set may still use the names from before.
        let bodies = [&after.clone(), base];
        let mut refused = Vec::new();
        if let Some(sets) = after.get_mut("unique").and_then(Json::as_array_mut) {
            sets.retain(|set| {
                let own = ids(&bodies, set);
                let is_old = |id: &String| find(base, id).is_some() || self.restored.contains(id);
                let fits = before.contains(&own) || !own.iter().all(is_old);
                if !fits {
                    refused.push(own);
                }
                fits
            });
        }
        for set in refused {
            let field = |id: &String| find(after, id).map(|field| label_of(&called(field)));
            let labels: Vec<_> = set.iter().filter_map(field).collect();
            let message = say::NO_UNIQUE_SET.with(vec![("fields", say::list(&labels))]);
            let entity = after["name"].as_str().map(str::to_owned);
            self.forbid(StepKind::ChangeEntity, entity, None, message);
        }
    }

    pub(super) fn forbid(
        &mut self,
        kind: StepKind,
        entity: Option<String>,
        field: Option<String>,
        message: crate::Label,
    ) {
        let effect = Effect::Forbidden;
        self.forbidden.push(Step { kind, effect, entity, field, message, touches: Vec::new() });
    }
}

fn label_of(param: &crate::error::Param) -> crate::Label {
    match param {
        crate::error::Param::Label(label) => label.clone(),
        crate::error::Param::Text(text) => crate::Label::new(text, text),
    }
}

/// Puts an item back into a list: after what it stood behind.
pub(super) fn put_back(body: &mut Json, key: &str, base: &Json, item: &Json) {
    let ahead: Vec<&str> = base[key]
        .as_array()
        .into_iter()
        .flatten()
        .map(id_of)
        .take_while(|id| *id != id_of(item))
        .collect();
    if let Some(list) = body.get_mut(key).and_then(Json::as_array_mut) {
        let place = list.iter().rposition(|other| ahead.contains(&id_of(other)));
        list.insert(place.map_or(0, |place| place + 1), item.clone());
    }
}

/// One field before and after, and what may not be done to it.
struct Guard<'a> {
    before: &'a Json,
    field: &'a mut Json,
    live: bool,
    found: Vec<(StepKind, crate::Label)>,
}

impl Guard<'_> {
    fn refuse(&mut self, step: StepKind, say: &Say, mut params: Params) {
        params.push(("field", called(self.field)));
        self.found.push((step, say.with(params)));
    }

    fn name(&mut self, needed: bool) {
        if needed && self.field["name"] != self.before["name"] {
            self.field["name"] = self.before["name"].clone();
            let document = called(self.field);
            self.refuse(StepKind::RenameField, &say::NO_BASE_RENAME, vec![("document", document)]);
        }
    }

    fn all(&mut self, names: &Names<'_>) {
        if self.field["type"] != self.before["type"] {
            self.retype();
            return;
        }
        self.numbers();
        self.link_target(names);
        self.options();
        self.required();
        if self.live && self.field["unique"] == true && self.before["unique"] != true {
            set_or_clear(self.field, "unique", None);
            self.refuse(StepKind::ChangeField, &say::NO_UNIQUE, Vec::new());
        }
    }

    fn retype(&mut self) {
        let type_label = |field: &Json| {
            let known = field["type"].as_str().and_then(crate::fields::find);
            known.map_or(text("?"), |known| crate::error::Param::Label((known.label)()))
        };
        let params = vec![("from", type_label(self.before)), ("to", type_label(self.field))];
        for key in ["type", "settings", "default", "unique", "required", "indexed"] {
            set_or_clear(self.field, key, self.before.get(key));
        }
        self.refuse(StepKind::RetypeField, &say::NO_RETYPE, params);
    }

    fn numbers(&mut self) {
        let currency = |field: &Json| field["settings"]["currency"].clone();
        let (before, after) = (currency(self.before), currency(self.field));
        if before != after {
            let from = text(before.as_str().unwrap_or_default());
            self.keep_setting("currency");
            self.refuse(StepKind::ChangeField, &say::NO_CURRENCY, vec![("from", from)]);
        }
        let scale = |field: &Json| behaviour(field).and_then(|kind| kind.scale());
        if scale(self.before) != scale(self.field) {
            self.keep_setting("scale");
            self.refuse(StepKind::ChangeField, &say::NO_SCALE, Vec::new());
        }
    }

    fn link_target(&mut self, names: &Names<'_>) {
        let (Some(before), Some(after)) =
            (self.before["settings"]["to"].as_str(), self.field["settings"]["to"].as_str())
        else {
            return;
        };
        let was = names.then.and_then(|old| old.entity_id(before));
        let is = names.entity(after);
        let same = match (was, is) {
            (Some(was), Some(is)) => was == is,
            _ => before == after,
        };
        if !same {
            self.keep_setting("to");
            self.refuse(StepKind::ChangeField, &say::NO_LINK_TARGET, Vec::new());
        }
    }

    fn options(&mut self) {
        if !self.live {
            return;
        }
        let before: Vec<Json> = options(self.before).cloned().collect();
        for option in before {
            if options(self.field).any(|own| id_of(own) == id_of(&option)) {
                continue;
            }
            let params = vec![("option", called(&option))];
            if let Some(settings) = self.field.get_mut("settings") {
                put_back(settings, "options", &self.before["settings"], &option);
            }
            self.refuse(StepKind::RemoveOption, &say::NO_OPTION_REMOVAL, params);
        }
    }

    fn required(&mut self) {
        if self.live && self.field["required"] == true && self.before["required"] != true {
            set_or_clear(self.field, "required", None);
            self.refuse(StepKind::ChangeField, &say::NO_REQUIRED, Vec::new());
        }
    }

    fn keep_setting(&mut self, key: &str) {
        let before = self.before["settings"].get(key);
        if before.is_some() && !self.field["settings"].is_object() {
            self.field["settings"] = json!({});
        }
        if let Some(settings) = self.field.get_mut("settings") {
            set_or_clear(settings, key, before);
        }
    }
}

/// The behaviour of a field, if its settings are right.
pub(super) fn behaviour(field: &Json) -> Option<Arc<dyn FieldKind>> {
    let known = field["type"].as_str().and_then(crate::fields::find)?;
    let settings = field.get("settings").cloned().unwrap_or_else(|| json!({}));
    (known.build)(&settings).ok()
}
