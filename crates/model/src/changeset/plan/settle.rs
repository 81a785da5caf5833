//! Decides which removals stand: what is still needed elsewhere stays, what only shows a thing
//! goes with it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::guard::put_back;
use super::say::{self, called, text};
use super::{Origin, Planner, find, find_mut, options};
use crate::changeset::{Effect, Step, StepKind};
use crate::document::DocumentKind;
use crate::references::{Names, Outcome, Outline, Target, id_of, walk};

type Documents = BTreeSet<(DocumentKind, String)>;

impl Planner<'_> {
    /// Takes back every removal that something else stands against, until none is left.
    pub(super) fn settle(&mut self) {
        loop {
            self.cascade();
            let outline = self.outline();
            let blocked = self.blocked(&outline);
            if blocked.is_empty() {
                self.new = outline;
                return;
            }
            let mut progress = false;
            for (target, documents) in blocked {
                progress |= self.take_back(&target, documents);
            }
            if !progress {
                // What is mentioned cannot be taken back: the compilation refuses the mention.
                self.new = outline;
                return;
            }
        }
    }

    /// Views, forms and scripts go with their entity, and stay with it.
    fn cascade(&mut self) {
        let gone: BTreeSet<String> = self
            .slots
            .iter()
            .filter(|slot| slot.kind == DocumentKind::Entity && slot.after.is_none())
            .map(|slot| slot.name().to_owned())
            .collect();
        let scoped = [DocumentKind::View, DocumentKind::Form, DocumentKind::Script];
        for slot in self.slots.iter_mut().filter(|slot| scoped.contains(&slot.kind)) {
            let entity = slot.body()["entity"].as_str().unwrap_or_default();
            match slot.origin {
                Origin::Kept if gone.contains(entity) => {
                    slot.origin = Origin::Cascaded;
                    slot.after = None;
                }
                Origin::Cascaded if !gone.contains(entity) => {
                    slot.origin = Origin::Kept;
                    slot.after = slot.base.clone();
                }
                _ => {}
            }
        }
    }

    /// What goes although it is needed, and by which documents.
    fn blocked(&self, outline: &Outline) -> BTreeMap<Target, Documents> {
        let mut blocked: BTreeMap<Target, Documents> = BTreeMap::new();
        for slot in &self.slots {
            let Some(mut body) = slot.after.clone() else { continue };
            let name = slot.name().to_owned();
            let names = names(slot.is_put(), outline, &self.old);
            walk(slot.kind, &mut body, &names, &mut |mention| {
                if outline.name_of(mention.target).is_some() {
                    return Outcome::Keep;
                }
                let informs = mention.place == crate::references::Place::Source;
                if !mention.place.prunable() && !informs {
                    let target = self.gone_whole(mention.target, outline);
                    blocked.entry(target).or_default().insert((slot.kind, name.clone()));
                }
                Outcome::Remove
            });
        }
        blocked
    }

    /// The whole with which something goes: an option with its field, a field with its entity.
    fn gone_whole(&self, target: &Target, outline: &Outline) -> Target {
        let field = |entity: &String, id: &String| {
            if outline.entity_name(entity).is_none() {
                return Target::Entity(entity.clone());
            }
            Target::Field { entity: entity.clone(), id: id.clone() }
        };
        match target {
            Target::Field { entity, id } => field(entity, id),
            Target::Choice { entity, field: id, .. } => {
                let whole = field(entity, id);
                if outline.name_of(&whole).is_some() { target.clone() } else { whole }
            }
            Target::Inverse { source, link, .. } => {
                let link_target = field(source, link);
                if outline.name_of(&link_target).is_some() { target.clone() } else { link_target }
            }
            other => other.clone(),
        }
    }

    /// Takes back a removal. Answers whether that could be done.
    fn take_back(&mut self, target: &Target, documents: Documents) -> bool {
        let used_by = used_by(&documents);
        let touches: Vec<_> = documents.into_iter().collect();
        let (kind, entity, field, message) = match target {
            Target::Entity(id) => {
                let Some(body) = self.take_back_document(DocumentKind::Entity, id) else {
                    return false;
                };
                let params = vec![("entity", called(&body)), ("documents", used_by)];
                let message = say::NO_ENTITY_REMOVAL.with(params);
                (StepKind::RemoveEntity, name_of(&body), None, message)
            }
            Target::App(id) => {
                let Some(body) = self.take_back_document(DocumentKind::App, id) else {
                    return false;
                };
                let params = vec![("document", called(&body)), ("documents", used_by)];
                (StepKind::RemoveDocument, None, None, say::NO_DOCUMENT_REMOVAL.with(params))
            }
            Target::Field { entity, id } => {
                let Some((name, field)) = self.take_back_field(entity, id) else { return false };
                let params = vec![("field", called(&field)), ("documents", used_by)];
                let message = say::NO_FIELD_REMOVAL.with(params);
                (StepKind::RemoveField, name, name_of(&field), message)
            }
            Target::Inverse { source, link, .. } => {
                let Some((name, field)) = self.take_back_inverse(source, link) else {
                    return false;
                };
                let params = vec![("field", called(&field)), ("documents", used_by)];
                let message = say::NO_INVERSE_REMOVAL.with(params);
                (StepKind::ChangeField, name, name_of(&field), message)
            }
            Target::Choice { entity, field, id } => {
                let Some((name, field, option)) = self.take_back_option(entity, field, id) else {
                    return false;
                };
                let mut params = vec![("option", called(&option)), ("field", called(&field))];
                params.push(("documents", used_by));
                let message = say::NO_OPTION_IN_USE.with(params);
                (StepKind::RemoveOption, name, name_of(&field), message)
            }
            // A view is only mentioned where the mention can go.
            Target::View(_) => return false,
        };
        self.forbidden.push(Step {
            kind,
            effect: Effect::Forbidden,
            entity,
            field,
            message,
            touches,
        });
        true
    }

    fn take_back_document(&mut self, kind: DocumentKind, id: &str) -> Option<Json> {
        let is_it = |slot: &&mut super::Slot| {
            slot.kind == kind && slot.after.is_none() && slot.before.is_some() && slot.id() == id
        };
        let slot = self.slots.iter_mut().find(is_it)?;
        let body = slot.before.as_ref().map(|before| before.body.clone())?;
        slot.origin = Origin::Kept;
        slot.after = Some(body.clone());
        slot.base = Some(body.clone());
        Some(body)
    }

    /// The entity's name and the field.
    fn take_back_field(&mut self, entity: &str, id: &str) -> Option<(Option<String>, Json)> {
        let slot = self.entity_slot(entity)?;
        let base = slot.base.as_ref()?;
        let field = find(base, id)?.clone();
        let after = slot.after.as_mut()?;
        if find(after, id).is_some() {
            return None;
        }
        put_back(after, "fields", base, &field);
        Some((name_of(after), field))
    }

    fn take_back_inverse(&mut self, entity: &str, id: &str) -> Option<(Option<String>, Json)> {
        let slot = self.entity_slot(entity)?;
        let inverse = find(slot.base.as_ref()?, id)?["settings"].get("inverse")?.clone();
        let after = slot.after.as_mut()?;
        let name = name_of(after);
        let field = find_mut(after, id)?;
        let settings =
            field.get_mut("settings").filter(|settings| settings["inverse"].is_null())?;
        super::set_or_clear(settings, "inverse", Some(&inverse));
        Some((name, field.clone()))
    }

    /// The entity's name, the field and the option.
    fn take_back_option(
        &mut self,
        entity: &str,
        field: &str,
        id: &str,
    ) -> Option<(Option<String>, Json, Json)> {
        let slot = self.entity_slot(entity)?;
        let before = find(slot.base.as_ref()?, field)?.clone();
        let option = options(&before).find(|option| id_of(option) == id)?.clone();
        let after = slot.after.as_mut()?;
        let name = name_of(after);
        let field = find_mut(after, field)?;
        if options(field).any(|own| id_of(own) == id) {
            return None;
        }
        put_back(field.get_mut("settings")?, "options", &before["settings"], &option);
        Some((name, field.clone(), option))
    }

    fn entity_slot(&mut self, id: &str) -> Option<&mut super::Slot> {
        self.slots.iter_mut().find(|slot| {
            slot.kind == DocumentKind::Entity && slot.after.is_some() && slot.id() == id
        })
    }
}

/// How a document's names are meant: what is put may use the new names already, the others know
/// only the old ones.
pub(super) fn names<'o>(is_put: bool, new: &'o Outline, old: &'o Outline) -> Names<'o> {
    if is_put { Names { first: new, then: Some(old) } } else { Names { first: old, then: None } }
}

fn used_by(documents: &Documents) -> crate::error::Param {
    let names: Vec<String> =
        documents.iter().map(|(kind, name)| format!("{} {name}", kind.name())).collect();
    text(names.join(", "))
}

fn name_of(body: &Json) -> Option<String> {
    body["name"].as_str().map(str::to_owned)
}
