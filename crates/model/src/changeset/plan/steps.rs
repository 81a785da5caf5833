//! The steps that a preview shows: what is different, said for people.

use serde_json::Value as Json;

use super::say::{self, Say, called, list, text};
use super::{Origin, Planner, Slot, fields, find, options};
use crate::changeset::{Effect, Step, StepKind, TrashKind};
use crate::document::DocumentKind;
use crate::error::Params;
use crate::label::Label;
use crate::references::{Target, id_of};

mod field;

type Touches = Vec<(DocumentKind, String)>;

impl Planner<'_> {
    /// The steps that may be done, in the order of the documents.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for slot in &self.slots {
            match (&slot.before, &slot.after) {
                (None, Some(after)) => self.added(slot, after, &mut steps),
                (Some(before), None) => self.removed(slot, &before.body, &mut steps),
                (Some(_), Some(after)) if slot.is_put() => self.changed(slot, after, &mut steps),
                _ => {}
            }
        }
        steps
    }

    fn added(&self, slot: &Slot, after: &Json, steps: &mut Vec<Step>) {
        let entity = entity_of(slot, after);
        let (kind, say) = match (slot.kind, slot.restored) {
            (DocumentKind::Entity, false) => (StepKind::AddEntity, say::ADD_ENTITY),
            (DocumentKind::Entity, true) => (StepKind::RestoreEntity, say::RESTORE_ENTITY),
            (_, false) => (StepKind::AddDocument, say::ADD_DOCUMENT),
            (_, true) => (StepKind::RestoreDocument, say::RESTORE_DOCUMENT),
        };
        let touches = touches_itself(slot, after);
        steps.push(safe(kind, entity, None, say.with(named(slot.kind, after)), touches));
        if let (DocumentKind::Entity, Some(base)) = (slot.kind, &slot.base) {
            self.entity(base, after, steps);
        }
    }

    fn removed(&self, slot: &Slot, before: &Json, steps: &mut Vec<Step>) {
        if slot.origin == Origin::Cascaded {
            return;
        }
        let entity = entity_of(slot, before);
        let target = match slot.kind {
            DocumentKind::Entity => Target::Entity(slot.id().to_owned()),
            DocumentKind::App => Target::App(slot.id().to_owned()),
            _ => Target::View(slot.id().to_owned()),
        };
        let mut touches = touches_itself(slot, before);
        touches.extend(self.touched_by(&target));
        if slot.kind == DocumentKind::Entity {
            let goes = |other: &&Slot| {
                other.origin == Origin::Cascaded && other.body()["entity"] == before["name"]
            };
            let gone = self.slots.iter().filter(goes);
            touches.extend(gone.map(|other| (other.kind, other.name().to_owned())));
            touches.sort();
            let message = say::REMOVE_ENTITY.with(named(slot.kind, before));
            steps.push(safe(StepKind::RemoveEntity, entity, None, message, touches));
        } else {
            let message = say::REMOVE_DOCUMENT.with(named(slot.kind, before));
            steps.push(safe(StepKind::RemoveDocument, entity, None, message, touches));
        }
    }

    fn changed(&self, slot: &Slot, after: &Json, steps: &mut Vec<Step>) {
        let (Some(base), Some(before)) = (&slot.base, &slot.before) else { return };
        let is_entity = slot.kind == DocumentKind::Entity;
        let entity = entity_of(slot, after);
        if base["name"] != after["name"] {
            let mut params = named(slot.kind, after);
            params.push(("name", text(after["name"].as_str().unwrap_or_default())));
            params.push(("before", text(&before.name)));
            if is_entity {
                let target = Target::Entity(slot.id().to_owned());
                let touches = self.touches_of(&[target], after);
                let say = match Self::in_scripts(&touches) {
                    true => say::RENAME_ENTITY_SCRIPTS,
                    false => say::RENAME_ENTITY,
                };
                let message = say.with(params);
                steps.push(safe(StepKind::RenameEntity, entity.clone(), None, message, touches));
            } else {
                let mut touches = touches_itself(slot, after);
                touches.extend(self.touched_by(&Target::View(slot.id().to_owned())));
                let message = say::RENAME_DOCUMENT.with(params);
                steps.push(safe(StepKind::RenameDocument, entity.clone(), None, message, touches));
            }
        }
        if is_entity {
            self.entity(base, after, steps);
        } else if differs_but(base, after, "name") {
            let message = say::CHANGE_DOCUMENT.with(named(slot.kind, after));
            let touches = touches_itself(slot, after);
            steps.push(safe(StepKind::ChangeDocument, entity, None, message, touches));
        }
    }

    /// What is different about an entity that was there, or was in the trash.
    fn entity(&self, base: &Json, after: &Json, steps: &mut Vec<Step>) {
        let entity = after["name"].as_str().map(str::to_owned);
        let aspects: [(&str, &Say); 6] = [
            ("label", &say::WHAT_LABEL),
            ("plural", &say::WHAT_PLURAL),
            ("icon", &say::WHAT_ICON),
            ("title_field", &say::WHAT_TITLE),
            ("unique", &say::WHAT_UNIQUE_SETS),
            ("indexes", &say::WHAT_INDEXES),
        ];
        // A name of a field that has changed is not a change of what mentions it; the base has
        // been rewritten alike.
        let differs = |(key, _): &&(&str, &Say)| base[*key] != after[*key];
        let what: Vec<Label> = aspects.iter().filter(differs).map(|(_, say)| say.plain()).collect();
        if !what.is_empty() {
            let mut params = named(DocumentKind::Entity, after);
            params.push(("what", list(&what)));
            let message = say::CHANGE_ENTITY.with(params);
            steps.push(safe(StepKind::ChangeEntity, entity.clone(), None, message, Vec::new()));
        }
        for field in fields(base).filter(|field| find(after, id_of(field)).is_none()) {
            self.field_removed(field, base, after, steps);
        }
        for field in fields(after) {
            match find(base, id_of(field)) {
                Some(before) => self.field_changed(before, field, after, steps),
                None => self.field_added(field, after, steps),
            }
        }
        let order = |body: &Json, other: &Json| -> Vec<String> {
            let common = fields(body).filter(|field| find(other, id_of(field)).is_some());
            common.map(|field| id_of(field).to_owned()).collect()
        };
        if order(base, after) != order(after, base) {
            let message = say::REORDER_FIELDS.with(named(DocumentKind::Entity, after));
            steps.push(safe(StepKind::ReorderFields, entity, None, message, Vec::new()));
        }
    }

    fn field_removed(&self, field: &Json, base: &Json, after: &Json, steps: &mut Vec<Step>) {
        let touches = self.touches_of(&field_targets(base, field), after);
        let say = match Self::in_scripts(&touches) {
            true => say::REMOVE_FIELD_SCRIPTS,
            false => say::REMOVE_FIELD,
        };
        let message = say.with(vec![("field", called(field))]);
        steps.push(of_field(StepKind::RemoveField, after, field, message, touches));
    }

    fn field_added(&self, field: &Json, after: &Json, steps: &mut Vec<Step>) {
        let params = vec![("field", called(field))];
        let id = id_of(field);
        let trashed = self.trashed(TrashKind::Field, id);
        match trashed.filter(|_| self.restored.contains(id)) {
            Some(trashed) => {
                let message = say::RESTORE_FIELD.with(params);
                let kind = StepKind::RestoreField;
                steps.push(of_field(kind, after, field, message, Vec::new()));
                self.field_changed(&trashed.document, field, after, steps);
            }
            None => {
                let message = say::ADD_FIELD.with(params);
                steps.push(of_field(StepKind::AddField, after, field, message, Vec::new()));
            }
        }
    }

    /// The documents that changes of some targets touch, but for the entity itself.
    fn touches_of(&self, targets: &[Target], entity: &Json) -> Touches {
        let own = entity["name"].as_str().unwrap_or_default();
        let mut touches: Touches =
            targets.iter().flat_map(|target| self.touched_by(target)).collect();
        touches.retain(|(kind, name)| *kind != DocumentKind::Entity || name != own);
        touches.sort();
        touches.dedup();
        touches
    }
}

/// A field, and the virtual field that it makes on its target.
fn field_targets(entity: &Json, field: &Json) -> Vec<Target> {
    let (entity, id) = (id_of(entity).to_owned(), id_of(field).to_owned());
    vec![Target::Field { entity, id }]
}

/// The entity that a step is about, if it is about one.
fn entity_of(slot: &Slot, body: &Json) -> Option<String> {
    let key = if slot.kind == DocumentKind::Entity { "name" } else { "entity" };
    body[key].as_str().map(str::to_owned)
}

/// A step about a document that is no entity names it.
fn touches_itself(slot: &Slot, body: &Json) -> Touches {
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    if slot.kind == DocumentKind::Entity { Vec::new() } else { vec![(slot.kind, name)] }
}

fn named(kind: DocumentKind, body: &Json) -> Params {
    let key = if kind == DocumentKind::Entity { "entity" } else { "document" };
    vec![(key, called(body))]
}

fn safe(
    kind: StepKind,
    entity: Option<String>,
    field: Option<String>,
    message: Label,
    touches: Touches,
) -> Step {
    Step { kind, effect: Effect::Safe, entity, field, message, touches }
}

fn of_field(kind: StepKind, entity: &Json, field: &Json, message: Label, touches: Touches) -> Step {
    let name = |body: &Json| body["name"].as_str().map(str::to_owned);
    safe(kind, name(entity), name(field), message, touches)
}

/// Whether two objects differ in another key than this one.
fn differs_but(a: &Json, b: &Json, key: &str) -> bool {
    let without = |body: &Json| {
        let mut body = body.clone();
        super::set_or_clear(&mut body, key, None);
        body
    };
    without(a) != without(b)
}
