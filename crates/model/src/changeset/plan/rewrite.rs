//! Carries new names into everything that mentions them, and takes out what went.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Planner;
use super::normal::normal;
use super::settle::names;
use crate::changeset::{TrashChange, TrashKind, Trashed};
use crate::document::DocumentKind;
use crate::references::{Outcome, Place, Target, walk};

impl Planner<'_> {
    /// Rewrites every document that stays. What a document was is rewritten alike, so that the
    /// difference that is left is what somebody asked for.
    pub(super) fn rewrite(&mut self) {
        let mut touches: BTreeMap<Target, BTreeSet<(DocumentKind, String)>> = BTreeMap::new();
        let (old, new) = (&self.old, &self.new);
        for slot in &mut self.slots {
            let is_put = slot.is_put();
            let kind = slot.kind;
            let Some(body) = &mut slot.after else {
                if let Some(base) = &mut slot.base {
                    walk(kind, base, &names(false, new, old), &mut |mention| match new
                        .name_of(mention.target)
                    {
                        Some(name) => Outcome::Rename(name.to_owned()),
                        None => Outcome::Keep,
                    });
                }
                continue;
            };
            let unwritten = body.clone();
            let mut touched = BTreeSet::new();
            walk(kind, body, &names(is_put, new, old), &mut |mention| {
                let now = new.name_of(mention.target);
                let changes = old.name_of(mention.target) != now;
                // What somebody put says itself what it wants, but for the source of scripts.
                if changes && (!is_put || mention.place == Place::Source) {
                    touched.insert(mention.target.clone());
                }
                match now {
                    Some(name) => Outcome::Rename(name.to_owned()),
                    None => Outcome::Remove,
                }
            });
            // What became empty is not written.
            if *body != unwritten {
                *body = normal(kind, body).unwrap_or_else(|_| body.clone());
            }
            if let Some(base) = &mut slot.base {
                walk(kind, base, &names(false, new, old), &mut |mention| match new
                    .name_of(mention.target)
                {
                    Some(name) => Outcome::Rename(name.to_owned()),
                    None => Outcome::Remove,
                });
            }
            let name = body["name"].as_str().unwrap_or_default().to_owned();
            for target in touched {
                touches.entry(target).or_default().insert((kind, name.clone()));
            }
        }
        self.touches = touches;
    }

    /// Things in the trash that mention what gets another name, so that they can still come back.
    pub(super) fn renamed_in_trash(&self) -> Vec<TrashChange> {
        let mut changes = Vec::new();
        for thing in self.context.trash {
            let mut document = thing.document.clone();
            match thing.kind {
                TrashKind::Field => self.rename_link_target(&mut document),
                TrashKind::Document(DocumentKind::Entity) => {
                    let fields = document.get_mut("fields").and_then(Json::as_array_mut);
                    fields.into_iter().flatten().for_each(|field| self.rename_link_target(field));
                }
                TrashKind::Document(kind) => self.rename_mentions(thing, kind, &mut document),
            }
            let taken = self.slots.iter().any(|slot| slot.restored && slot.id() == thing.id)
                || self.restored.contains(&thing.id);
            if document != thing.document && !taken {
                changes.push(TrashChange::Put(Trashed { document, ..thing.clone() }));
            }
        }
        changes
    }

    fn rename_link_target(&self, field: &mut Json) {
        let Some(settings) = field.get_mut("settings") else { return };
        let id = settings["to"].as_str().and_then(|name| self.old.entity_id(name));
        if let Some(name) = id.and_then(|id| self.new.entity_name(id)) {
            settings["to"] = Json::from(name);
        }
    }

    fn rename_mentions(&self, thing: &Trashed, kind: DocumentKind, document: &mut Json) {
        // The entity's name may mean another one by now.
        let entity = document["entity"].as_str().and_then(|name| self.old.entity_id(name));
        if document["entity"].is_string() && entity != Some(&thing.entity_id) {
            return;
        }
        walk(kind, document, &names(false, &self.new, &self.old), &mut |mention| match self
            .new
            .name_of(mention.target)
        {
            Some(name) => Outcome::Rename(name.to_owned()),
            None => Outcome::Keep,
        });
    }

    /// The documents that a target's change touches.
    pub(super) fn touched_by(&self, target: &Target) -> Vec<(DocumentKind, String)> {
        self.touches.get(target).map(|set| set.iter().cloned().collect()).unwrap_or_default()
    }

    /// Whether scripts mention something that gets another name or goes.
    pub(super) fn in_scripts(touches: &[(DocumentKind, String)]) -> bool {
        touches.iter().any(|(kind, _)| *kind == DocumentKind::Script)
    }
}
