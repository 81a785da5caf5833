//! The planner: from the old catalogue and a changeset to everything that has to happen.

mod adopt;
mod check;
mod guard;
mod normal;
mod rewrite;
mod say;
mod schema;
mod settle;
mod steps;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value as Json;

pub(crate) use check::check_document;

use super::{Changeset, DocumentChange, Plan, PlanContext, Step, TrashChange, TrashKind, Trashed};
use crate::catalogue::Catalogue;
use crate::document::{Document, DocumentKind};
use crate::error::{Code, Error, Fault, Result};
use crate::limits::ENTITIES_MAX;
use crate::references::{Outline, Target, id_of};

/// The app whose entities the house itself relies on.
const BASE: &str = "base";

/// Plans a changeset. A forbidden step is left out of everything else in the plan, which so can
/// be shown but not applied (see [`Plan::refusal`]). Errors: `revision_stale` when it was made on
/// another revision, `change_empty` when nothing would change, and the faults of its documents
/// with their paths.
pub fn plan(
    catalogue: &Catalogue,
    changeset: &Changeset,
    context: PlanContext<'_>,
) -> Result<Plan> {
    if changeset.base_revision != catalogue.revision {
        let details = serde_json::json!({"current_revision": catalogue.revision});
        return Err(Error::new(Code::RevisionStale).details(details));
    }
    let mut planner = Planner::new(catalogue, context);
    planner.adopt(changeset)?;
    planner.guard();
    planner.settle();
    planner.rewrite();
    planner.finish(changeset)
}

/// A document on its way from the old catalogue to the new one.
struct Slot {
    kind: DocumentKind,
    /// The document in the old catalogue.
    before: Option<Document>,
    /// What it is compared with, in normal form: what it was, or what is in the trash.
    base: Option<Json>,
    /// What it becomes; `None` when it goes.
    after: Option<Json>,
    origin: Origin,
    /// Whether it comes out of the trash.
    restored: bool,
}

/// Why a slot is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The changeset does not speak of it.
    Kept,
    /// The operation with this number puts it.
    Put(usize),
    /// The changeset removes it.
    Removed,
    /// It goes with its entity.
    Cascaded,
}

impl Slot {
    fn kept(document: &Document) -> Slot {
        Slot {
            kind: document.kind,
            base: Some(document.body.clone()),
            after: Some(document.body.clone()),
            before: Some(document.clone()),
            origin: Origin::Kept,
            restored: false,
        }
    }

    /// The body that says who it is.
    fn body(&self) -> &Json {
        self.after.as_ref().or(self.base.as_ref()).unwrap_or(&Json::Null)
    }

    fn id(&self) -> &str {
        id_of(self.body())
    }

    /// The name that it has, or had when it goes.
    fn name(&self) -> &str {
        self.body()["name"].as_str().unwrap_or_default()
    }

    fn is_put(&self) -> bool {
        matches!(self.origin, Origin::Put(_))
    }
}

struct Planner<'a> {
    catalogue: &'a Catalogue,
    context: PlanContext<'a>,
    slots: Vec<Slot>,
    /// The names of the old catalogue.
    old: Outline,
    /// The names of what becomes of it; set once removals are settled.
    new: Outline,
    forbidden: Vec<Step>,
    /// Fields that come out of the trash.
    restored: HashSet<String>,
    /// The documents that mention what is renamed or goes.
    touches: BTreeMap<Target, BTreeSet<(DocumentKind, String)>>,
}

impl<'a> Planner<'a> {
    fn new(catalogue: &'a Catalogue, context: PlanContext<'a>) -> Planner<'a> {
        Planner {
            catalogue,
            context,
            slots: catalogue.documents().map(Slot::kept).collect(),
            old: Outline::of_catalogue(catalogue),
            new: Outline::default(),
            forbidden: Vec::new(),
            restored: HashSet::new(),
            touches: BTreeMap::new(),
        }
    }

    fn trashed(&self, kind: TrashKind, id: &str) -> Option<&'a Trashed> {
        self.context.trash.iter().find(|thing| thing.kind == kind && thing.id == id)
    }

    /// Whether the house itself relies on what a body declares, and somebody else plans.
    fn relied_on(&self, body: &Json) -> bool {
        let by_base = body["app"] == BASE || body["kernel"] == true;
        by_base && self.context.app.as_deref() != Some(BASE)
    }

    /// The names of what becomes of everything.
    fn outline(&self) -> Outline {
        let live = self.slots.iter().filter_map(|slot| Some((slot.kind, slot.after.as_ref()?)));
        Outline::of(live.collect(), Some(&self.old))
    }

    fn finish(mut self, changeset: &Changeset) -> Result<Plan> {
        let compiled = self.compile(changeset);
        let mut steps = std::mem::take(&mut self.forbidden);
        let refused = !steps.is_empty();
        let catalogue = match compiled {
            Ok(catalogue) => catalogue,
            // What is left without the forbidden steps may not fit together; it only has to be
            // shown.
            Err(_) if refused => return self.refused(steps),
            Err(faults) => return Err(Error::faults(faults)),
        };
        let changes = self.changes();
        steps.extend(self.steps());
        if changes.is_empty() && !refused {
            return Err(Error::new(Code::ChangeEmpty));
        }
        Ok(Plan {
            schema: schema::steps(&self, &catalogue),
            trash: self.trash_changes(),
            suffixes: self.context.suffixes.next(),
            catalogue,
            changes,
            steps,
        })
    }

    /// A plan that consists of refusals only.
    fn refused(self, steps: Vec<Step>) -> Result<Plan> {
        let documents = self.catalogue.documents().cloned().collect();
        let catalogue =
            Catalogue::compile(self.catalogue.revision, documents).map_err(Error::faults)?;
        Ok(Plan {
            catalogue,
            changes: Vec::new(),
            steps,
            schema: Vec::new(),
            trash: Vec::new(),
            suffixes: self.context.suffixes.next(),
        })
    }

    fn compile(&self, changeset: &Changeset) -> Result<Catalogue, Vec<Fault>> {
        let mut seen = HashSet::new();
        let mut faults = Vec::new();
        let mut documents = Vec::new();
        for slot in &self.slots {
            let Some(body) = &slot.after else { continue };
            let name = slot.name().to_owned();
            if !seen.insert((slot.kind, name.clone())) {
                let at = format!("{}/{name}/name", slot.kind.name());
                faults.push(Fault::new(at, Code::NameTaken).with("name", &name));
            }
            documents.push(Document { kind: slot.kind, name, body: body.clone() });
        }
        let entities = documents.iter().filter(|document| document.kind == DocumentKind::Entity);
        if entities.count() > ENTITIES_MAX {
            let reason = format!("a workspace has at most {ENTITIES_MAX} entities");
            faults.push(Fault::new("operations", Code::DocumentInvalid).with("reason", reason));
        }
        if faults.is_empty() {
            match Catalogue::compile(self.catalogue.revision + 1, documents) {
                Ok(catalogue) => return Ok(catalogue),
                Err(found) => faults = found,
            }
        }
        for fault in &mut faults {
            self.place(fault, changeset);
        }
        Err(faults)
    }

    /// Turns `kind/name/path` into the path of what was sent, where it was sent.
    fn place(&self, fault: &mut Fault, changeset: &Changeset) {
        for slot in &self.slots {
            let (Origin::Put(index), Some(body)) = (slot.origin, &slot.after) else { continue };
            let at = format!("{}/{}", slot.kind.name(), slot.name());
            let Some(rest) = fault.path.strip_prefix(&at) else { continue };
            let Some(super::Operation::Put { document, .. }) = changeset.operations.get(index)
            else {
                continue;
            };
            if rest.is_empty() || rest.starts_with('/') {
                let rest = check::sent_path(rest.trim_start_matches('/'), body, document);
                fault.path = format!("operations/{index}/document");
                if !rest.is_empty() {
                    fault.path = format!("{}/{rest}", fault.path);
                }
                return;
            }
        }
    }

    fn changes(&self) -> Vec<DocumentChange> {
        let mut changes: Vec<DocumentChange> = self
            .slots
            .iter()
            .filter(|slot| match (&slot.before, &slot.after) {
                (Some(before), Some(after)) => before.body != *after,
                (before, after) => before.is_some() || after.is_some(),
            })
            .map(|slot| DocumentChange {
                kind: slot.kind,
                name_before: slot.before.as_ref().map(|before| before.name.clone()),
                name_after: slot.after.as_ref().map(|_| slot.name().to_owned()),
                before: slot.before.as_ref().map(|before| before.body.clone()),
                after: slot.after.clone(),
            })
            .collect();
        changes.sort_by(|a, b| {
            let name = |change: &DocumentChange| {
                change.name_after.clone().or_else(|| change.name_before.clone())
            };
            (a.kind, name(a)).cmp(&(b.kind, name(b)))
        });
        changes
    }

    /// The id of the entity that a document of the old catalogue belongs to.
    fn entity_of(&self, before: &Document) -> Option<&str> {
        self.old.entity_id(before.body["entity"].as_str()?)
    }

    fn trash_changes(&self) -> Vec<TrashChange> {
        let mut changes = Vec::new();
        for slot in &self.slots {
            if slot.restored && slot.after.is_some() {
                changes.push(TrashChange::Take(slot.id().to_owned()));
            }
            // What was there, or was in the trash, under the names that it has from now on.
            let Some(was) = &slot.base else { continue };
            let entity_id = match slot.kind {
                DocumentKind::Entity => slot.id(),
                _ => slot
                    .before
                    .as_ref()
                    .and_then(|before| self.entity_of(before))
                    .unwrap_or_default(),
            };
            let trashed = |kind: TrashKind, document: &Json| Trashed {
                kind,
                entity_id: entity_id.to_owned(),
                id: id_of(document).to_owned(),
                document: document.clone(),
            };
            let Some(after) = &slot.after else {
                if slot.before.is_some() {
                    let kind = TrashKind::Document(slot.kind);
                    changes.push(TrashChange::Put(trashed(kind, was)));
                }
                continue;
            };
            if slot.kind == DocumentKind::Entity {
                let gone = fields(was).filter(|field| find(after, id_of(field)).is_none());
                let put = |field| TrashChange::Put(trashed(TrashKind::Field, field));
                changes.extend(gone.map(put));
            }
        }
        let live = |id: &&String| {
            let mut entities = self.slots.iter().filter_map(|slot| slot.after.as_ref());
            entities.any(|body| find(body, id).is_some())
        };
        let mut restored: Vec<&String> = self.restored.iter().filter(live).collect();
        restored.sort();
        changes.extend(restored.into_iter().map(|id| TrashChange::Take(id.clone())));
        changes.extend(self.renamed_in_trash());
        changes
    }
}

/// The fields of an entity's body.
fn fields(body: &Json) -> impl Iterator<Item = &Json> {
    body["fields"].as_array().into_iter().flatten()
}

/// The options of a field.
fn options(field: &Json) -> impl Iterator<Item = &Json> {
    field["settings"]["options"].as_array().into_iter().flatten()
}

/// A field of an entity's body by its id.
fn find<'b>(body: &'b Json, id: &str) -> Option<&'b Json> {
    fields(body).find(|field| id_of(field) == id)
}

/// A field of an entity's body by its id, to change it.
fn find_mut<'b>(body: &'b mut Json, id: &str) -> Option<&'b mut Json> {
    let fields = body.get_mut("fields")?.as_array_mut()?;
    fields.iter_mut().find(|field| id_of(field) == id)
}

/// Sets a key, or removes it where the other has none.
fn set_or_clear(body: &mut Json, key: &str, from: Option<&Json>) {
    let Some(object) = body.as_object_mut() else { return };
    match from {
        Some(value) if !value.is_null() => {
            object.insert(key.to_owned(), value.clone());
        }
        _ => {
            object.shift_remove(key);
        }
    }
}

#[cfg(test)]
mod tests;
