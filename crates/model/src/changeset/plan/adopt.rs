//! Finds out which document, field and option each thing in a changeset is, and gives ids to what
//! is new.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::{Origin, Planner, Slot, check, check_document, fields, find, options};
use crate::changeset::{Changeset, Operation, TrashKind};
use crate::document::DocumentKind;
use crate::error::{Code, Error, Fault, Result};
use crate::references::id_of;

use super::normal::normal;

impl Planner<'_> {
    /// Applies the operations to the slots. With an id it is that document, whatever its name;
    /// without one it is the document of the name, unless another operation has claimed it.
    pub(super) fn adopt(&mut self, changeset: &Changeset) -> Result<()> {
        let mut faults = Vec::new();
        for (index, operation) in changeset.operations.iter().enumerate() {
            let at = format!("operations/{index}");
            let found = match operation {
                Operation::Put { kind, document } => check_document(*kind, document)
                    .map_err(|found| found.into_iter().map(|f| f.under("document")).collect()),
                Operation::Remove { kind, name } => self.remove(*kind, name).map_err(|f| vec![f]),
            };
            let found: Vec<Fault> = found.err().unwrap_or_default();
            faults.extend(found.into_iter().map(|fault| fault.under(&at)));
        }
        if faults.is_empty() {
            self.put_all(changeset, &mut faults);
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::faults(faults)) }
    }

    fn remove(&mut self, kind: DocumentKind, name: &str) -> Result<(), Fault> {
        let is_it = |slot: &&mut Slot| {
            slot.kind == kind && slot.before.as_ref().is_some_and(|before| before.name == name)
        };
        let slot = self.slots.iter_mut().find(is_it).ok_or_else(|| {
            let fault = Fault::new("name", Code::DocumentUnknown).with("kind", kind.name());
            fault.with("name", name)
        })?;
        slot.after = None;
        slot.origin = Origin::Removed;
        Ok(())
    }

    fn put_all(&mut self, changeset: &Changeset, faults: &mut Vec<Fault>) {
        let mut with_id = Vec::new();
        let mut by_name = Vec::new();
        let mut extensions = Vec::new();
        for (index, operation) in changeset.operations.iter().enumerate() {
            let Operation::Put { kind, document } = operation else { continue };
            let group = match (document.get("extends"), document["id"].as_str()) {
                (Some(_), _) => &mut extensions,
                (None, Some(_)) => &mut with_id,
                (None, None) => &mut by_name,
            };
            group.push((index, *kind, document));
        }
        for (index, kind, document) in with_id.into_iter().chain(by_name) {
            if let Err(found) = self.put(index, kind, document) {
                let at = format!("operations/{index}/document");
                faults.extend(found.into_iter().map(|fault| fault.under(&at)));
            }
        }
        for (index, _, document) in extensions {
            if let Err(found) = self.extend(index, document) {
                let at = format!("operations/{index}/document");
                faults.extend(found.into_iter().map(|fault| fault.under(&at)));
            }
        }
    }

    fn put(&mut self, index: usize, kind: DocumentKind, document: &Json) -> Result<(), Vec<Fault>> {
        let body = normal(kind, document)?;
        let place = self.slot_of(kind, &body).map_err(|fault| vec![fault])?;
        // What was stored has a normal form; if an older version wrote it otherwise, it is
        // compared as it stands.
        let base = self.slots[place].base.clone();
        let base = base.map(|base| normal(kind, &base).unwrap_or(base));
        let body = self.with_ids(kind, body, base.as_ref())?;
        let slot = &mut self.slots[place];
        let unchanged = slot.before.is_some() && base.as_ref() == Some(&body);
        slot.after = match &slot.before {
            Some(before) if unchanged => Some(before.body.clone()),
            _ => Some(body),
        };
        slot.base = if unchanged { slot.after.clone() } else { base };
        slot.origin = Origin::Put(index);
        Ok(())
    }

    /// The slot of a document that is put: an existing one, one from the trash, or a new one.
    fn slot_of(&mut self, kind: DocumentKind, body: &Json) -> Result<usize, Fault> {
        let name = body["name"].as_str().unwrap_or_default();
        let found = match body["id"].as_str() {
            Some(id) => {
                let is_it =
                    |slot: &Slot| slot.kind == kind && slot.base.is_some() && slot.id() == id;
                match self.slots.iter().position(is_it) {
                    Some(place) => Some(place),
                    None => return self.slot_from_trash(kind, id, body),
                }
            }
            None => {
                let name = self.name_before(kind, name);
                let is_it = |slot: &Slot| {
                    let before = slot.before.as_ref();
                    let named = before.is_some_and(|before| before.name == name);
                    slot.kind == kind && named && slot.origin == Origin::Kept
                };
                self.slots.iter().position(is_it)
            }
        };
        match found {
            Some(place) if self.slots[place].origin != Origin::Kept => {
                Err(Fault::new("name", Code::NameTaken).with("name", name))
            }
            Some(place) if self.foreign(&self.slots[place]) => {
                Err(Fault::new("name", Code::NameTaken).with("name", name))
            }
            Some(place) => Ok(place),
            None => Ok(self.new_slot(kind, None)),
        }
    }

    /// Whether a package speaks of a document that it did not bring.
    fn foreign(&self, slot: &Slot) -> bool {
        match &self.context.app {
            Some(app) if slot.kind != DocumentKind::App => slot.body()["app"] != json!(app),
            _ => false,
        }
    }

    /// The name that a document had before its entity got the name that it is put under.
    fn name_before(&self, kind: DocumentKind, name: &str) -> String {
        let scoped = [DocumentKind::View, DocumentKind::Form, DocumentKind::Script];
        if !scoped.contains(&kind) {
            return name.to_owned();
        }
        let Some((entity, own)) = name.split_once('.') else { return name.to_owned() };
        let renamed = self.slots.iter().find(|slot| {
            slot.kind == DocumentKind::Entity && slot.is_put() && slot.name() == entity
        });
        match renamed.and_then(|slot| slot.before.as_ref()) {
            Some(before) => format!("{}.{own}", before.name),
            None => name.to_owned(),
        }
    }

    fn slot_from_trash(
        &mut self,
        kind: DocumentKind,
        id: &str,
        body: &Json,
    ) -> Result<usize, Fault> {
        if let Some(trashed) = self.trashed(TrashKind::Document(kind), id) {
            return Ok(self.new_slot(kind, Some(trashed.document.clone())));
        }
        // The house names its own tables.
        if body["kernel"] == true && self.context.app.as_deref() == Some(super::BASE) {
            return Ok(self.new_slot(kind, None));
        }
        Err(Fault::new("id", Code::ReferenceUnknown).with("name", id))
    }

    fn new_slot(&mut self, kind: DocumentKind, trashed: Option<Json>) -> usize {
        let restored = trashed.is_some();
        let (before, after) = (None, None);
        self.slots.push(Slot {
            kind,
            before,
            base: trashed,
            after,
            origin: Origin::Kept,
            restored,
        });
        self.slots.len() - 1
    }

    /// Gives ids and the app to a document and to everything in it that has none.
    fn with_ids(
        &mut self,
        kind: DocumentKind,
        mut body: Json,
        base: Option<&Json>,
    ) -> Result<Json, Vec<Fault>> {
        let id = match (base, body["id"].as_str()) {
            (Some(base), _) => id_of(base).to_owned(),
            (None, Some(id)) => id.to_owned(),
            (None, None) if kind == DocumentKind::Entity => {
                let name = body["name"].as_str().unwrap_or_default().to_owned();
                self.context.suffixes.physical(&name)
            }
            (None, None) => self.context.suffixes.physical(kind.name()),
        };
        body["id"] = json!(id);
        if kind != DocumentKind::App {
            self.set_app(&mut body, base);
        }
        if kind == DocumentKind::Entity {
            self.set_kernel(&mut body, base)?;
            self.keep_foreign(&mut body, base);
            self.field_ids(&id, &mut body, base)?;
            check::check_size(&body).map_err(|fault| vec![fault])?;
        }
        normal(kind, &body)
    }

    /// What brought something is known from the beginning and does not change.
    fn set_app(&self, body: &mut Json, base: Option<&Json>) {
        let own = self.context.app.as_ref().map(|app| json!(app));
        let app = match base {
            Some(base) => base.get("app").cloned(),
            None => own.or_else(|| body.get("app").cloned()),
        };
        super::set_or_clear(body, "app", app.as_ref());
    }

    fn set_kernel(&self, body: &mut Json, base: Option<&Json>) -> Result<(), Vec<Fault>> {
        let was = base.is_some_and(|base| base["kernel"] == true);
        if body["kernel"] == true && !was && self.context.app.as_deref() != Some(super::BASE) {
            return Err(vec![Fault::new("kernel", Code::KeyUnknown).with("key", "kernel")]);
        }
        if was {
            body["kernel"] = json!(true);
        }
        Ok(())
    }

    /// A package leaves alone what others added to its entities: their fields, the sets over
    /// those, and options.
    fn keep_foreign(&self, body: &mut Json, base: Option<&Json>) {
        let (Some(app), Some(base)) = (&self.context.app, base) else { return };
        let is_put = |field: &&Json| fields(body).any(|put| is_meant(put, field));
        let foreign: Vec<&Json> =
            fields(base).filter(|field| field["app"] != json!(app) && !is_put(field)).collect();
        let names: HashSet<&str> =
            foreign.iter().filter_map(|field| field["name"].as_str()).collect();
        let kept: Vec<Json> = foreign.into_iter().cloned().collect();
        for key in ["unique", "indexes"] {
            let of_others = |set: &&Json| {
                let mut fields = set.as_array().into_iter().flatten().filter_map(Json::as_str);
                fields.any(|name| names.contains(name))
            };
            let sets: Vec<Json> =
                base[key].as_array().into_iter().flatten().filter(of_others).cloned().collect();
            append(body, key, sets);
        }
        append(body, "fields", kept);
        for field in body["fields"].as_array_mut().into_iter().flatten() {
            let before = fields(base).find(|before| before["name"] == field["name"]);
            let Some(before) = before else { continue };
            let missing = |option: &&Json| options(field).all(|own| own["name"] != option["name"]);
            let kept: Vec<Json> = options(before).filter(missing).cloned().collect();
            if !kept.is_empty() && field["settings"].is_object() {
                append(&mut field["settings"], "options", kept);
            }
        }
    }

    fn field_ids(
        &mut self,
        entity: &str,
        body: &mut Json,
        base: Option<&Json>,
    ) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let kernel = body["kernel"] == true && self.context.app.as_deref() == Some(super::BASE);
        let claimed: HashSet<String> =
            fields(body).filter_map(|field| field["id"].as_str().map(str::to_owned)).collect();
        let mut seen = HashSet::new();
        for (index, field) in body["fields"].as_array_mut().into_iter().flatten().enumerate() {
            let at = format!("fields/{index}");
            let before = match field["id"].as_str() {
                Some(id) => {
                    let id = id.to_owned();
                    let before = self.known_field(entity, base, &id);
                    if (before.is_none() && !kernel) || !seen.insert(id.clone()) {
                        let fault = Fault::new("id", Code::ReferenceUnknown).with("name", &id);
                        faults.push(fault.under(&at));
                        continue;
                    }
                    before
                }
                None => {
                    let own = |known: &&Json| {
                        known["name"] == field["name"] && !claimed.contains(id_of(known))
                    };
                    base.and_then(|base| fields(base).find(own)).cloned()
                }
            };
            let id = match (&before, field["id"].as_str()) {
                (Some(before), _) => id_of(before).to_owned(),
                (None, Some(id)) => id.to_owned(),
                (None, None) => {
                    let name = field["name"].as_str().unwrap_or_default().to_owned();
                    self.context.suffixes.physical(&name)
                }
            };
            field["id"] = json!(id);
            self.set_app(field, before.as_ref());
            if let Err(found) = self.option_ids(field, before.as_ref(), kernel) {
                faults.extend(found.into_iter().map(|fault| fault.under(&at)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// What a field with an id was: one of the entity, or one in the trash, which so comes out.
    fn known_field(&mut self, entity: &str, base: Option<&Json>, id: &str) -> Option<Json> {
        if let Some(field) = base.and_then(|base| find(base, id)) {
            return Some(field.clone());
        }
        let trashed = self.trashed(TrashKind::Field, id);
        let trashed = trashed.filter(|trashed| trashed.entity_id == entity)?;
        self.restored.insert(id.to_owned());
        Some(trashed.document.clone())
    }

    /// Gives ids to options. The kernel stores the names of its own.
    fn option_ids(
        &mut self,
        field: &mut Json,
        before: Option<&Json>,
        kernel: bool,
    ) -> Result<(), Vec<Fault>> {
        let known: Vec<Json> =
            before.map(|before| options(before).cloned().collect()).unwrap_or_default();
        let claimed: HashSet<String> =
            options(field).filter_map(|option| option["id"].as_str().map(str::to_owned)).collect();
        let list = field.get_mut("settings").and_then(|settings| settings.get_mut("options"));
        for (index, option) in list.and_then(Json::as_array_mut).into_iter().flatten().enumerate() {
            if !option.is_object() {
                continue;
            }
            if let Some(id) = option["id"].as_str() {
                if known.iter().all(|known| id_of(known) != id) {
                    let path = format!("settings/options/{index}/id");
                    return Err(vec![Fault::new(path, Code::ReferenceUnknown).with("name", id)]);
                }
                continue;
            }
            let own =
                |known: &&Json| known["name"] == option["name"] && !claimed.contains(id_of(known));
            let id = match known.iter().find(own) {
                Some(known) => id_of(known).to_owned(),
                None if kernel => option["name"].as_str().unwrap_or_default().to_owned(),
                None => self.context.suffixes.take(),
            };
            option["id"] = json!(id);
        }
        Ok(())
    }

    /// Adds fields and sets to an entity, which may itself be put by the same changeset.
    fn extend(&mut self, index: usize, document: &Json) -> Result<(), Vec<Fault>> {
        let name = document["extends"].as_str().unwrap_or_default();
        let is_it = |slot: &Slot| {
            slot.kind == DocumentKind::Entity && slot.after.is_some() && slot.name() == name
        };
        let place = self.slots.iter().position(is_it);
        let place = place.ok_or_else(|| {
            vec![Fault::new("extends", Code::ReferenceUnknown).with("name", name)]
        })?;
        let slot = &self.slots[place];
        let mut body = slot.body().clone();
        let base = slot.before.as_ref().map(|before| before.body.clone()).or(slot.base.clone());
        let app = json!(self.context.app);
        let is_own = self.context.app.is_none() || body["app"] == app;
        let is_put = |field: &Json| fields(document).find(|put| is_meant(put, field));
        let mut merged = Vec::new();
        for field in fields(&body) {
            match is_put(field) {
                Some(put) => merged.push(put.clone()),
                // A field that an app no longer brings goes.
                None if !is_own && field["app"] == app => {}
                None => merged.push(field.clone()),
            }
        }
        for put in fields(document) {
            if !fields(&body).any(|field| is_meant(put, field)) {
                merged.push(put.clone());
            }
        }
        body["fields"] = json!(merged);
        for key in ["unique", "indexes"] {
            append(&mut body, key, document[key].as_array().cloned().unwrap_or_default());
        }
        let body = self.with_extension(normal(DocumentKind::Entity, &body)?, base.as_ref())?;
        let slot = &mut self.slots[place];
        if slot.origin == Origin::Kept {
            slot.origin = Origin::Put(index);
            if let Some(base) = &slot.base {
                slot.base = Some(normal(DocumentKind::Entity, base)?);
            }
        }
        let unchanged = slot.base.as_ref() == Some(&body);
        match &slot.before {
            Some(before) if unchanged => slot.after = Some(before.body.clone()),
            _ => slot.after = Some(body),
        }
        if unchanged {
            slot.base = slot.after.clone();
        }
        Ok(())
    }

    /// Gives ids to the fields of an extended entity, which has its own already.
    fn with_extension(&mut self, mut body: Json, base: Option<&Json>) -> Result<Json, Vec<Fault>> {
        let id = id_of(&body).to_owned();
        // What the same changeset puts has its ids already.
        let put: Vec<Json> =
            fields(&body).filter(|field| field["id"].is_string()).cloned().collect();
        let mut known = base.cloned().unwrap_or_else(|| json!({"fields": []}));
        let is_new = |field: &Json| find(&known, id_of(field)).is_none();
        let new = put.into_iter().filter(is_new).collect();
        append(&mut known, "fields", new);
        self.field_ids(&id, &mut body, Some(&known))?;
        check::check_size(&body).map_err(|fault| vec![fault])?;
        normal(DocumentKind::Entity, &body)
    }
}

/// Whether a field that is put is this one: by its id if it has one, else by its name.
fn is_meant(put: &Json, field: &Json) -> bool {
    if put["id"].is_string() { put["id"] == field["id"] } else { put["name"] == field["name"] }
}

/// Appends to a list what is not in it.
fn append(body: &mut Json, key: &str, items: Vec<Json>) {
    let Some(object) = body.as_object_mut().filter(|_| !items.is_empty()) else { return };
    let list = object.entry(key).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        for item in items {
            if !list.contains(&item) {
                list.push(item);
            }
        }
    }
}
