//! The documents of a workspace, compiled once per revision into what the engine runs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::document::{
    AppDocument, AutomationDocument, Document, DocumentKind, EntityDocument, FormDocument,
    FormNode, NavigationItem, RoleDocument, ScriptDocument, StepAction, ViewDocument,
};
use crate::error::{Code, Fault};
use crate::field::{Entity, Inverse};
use crate::filter::{self, Everything, Filter, Scope};
use crate::query::Sort;

/// An immutable snapshot of what was built.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The number of the revision that it was compiled from.
    pub revision: i64,
    documents: BTreeMap<(DocumentKind, String), Document>,
    entities: HashMap<String, Arc<Entity>>,
    roles: HashMap<String, Arc<RoleDocument>>,
    scripts: Vec<Arc<ScriptDocument>>,
    automations: Vec<Arc<AutomationDocument>>,
    apps: Vec<Arc<AppDocument>>,
}

impl Catalogue {
    /// Compiles documents, checking that everything they mention exists. Paths of faults begin
    /// with `kind/name`.
    pub fn compile(revision: i64, documents: Vec<Document>) -> Result<Catalogue, Vec<Fault>> {
        let mut catalogue = Catalogue { revision, ..Catalogue::default() };
        let mut faults = Vec::new();
        for document in &documents {
            if let Err(found) = catalogue.add(document) {
                let at = format!("{}/{}", document.kind.name(), document.name);
                faults.extend(found.into_iter().map(|fault| fault.under(&at)));
            }
        }
        catalogue.documents = documents
            .into_iter()
            .map(|document| ((document.kind, document.name.clone()), document))
            .collect();
        catalogue.order_by_dependency();
        catalogue.connect_links(&mut faults);
        if faults.is_empty() {
            catalogue.check_references(&mut faults);
        }
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    fn add(&mut self, document: &Document) -> Result<(), Vec<Fault>> {
        match document.kind {
            DocumentKind::Entity => {
                let body: EntityDocument = document.read()?;
                let entity = Entity::compile(&body)?;
                self.entities.insert(body.name, Arc::new(entity));
            }
            DocumentKind::Role => {
                let body: RoleDocument = document.read()?;
                self.roles.insert(body.name.clone(), Arc::new(body));
            }
            DocumentKind::Script => self.scripts.push(Arc::new(document.read()?)),
            DocumentKind::Automation => self.automations.push(Arc::new(document.read()?)),
            DocumentKind::App => self.apps.push(Arc::new(document.read()?)),
            DocumentKind::View | DocumentKind::Form => {}
        }
        Ok(())
    }

    /// Apps stand after those that they depend on; scripts follow the order of their apps, then
    /// their names.
    fn order_by_dependency(&mut self) {
        let mut ordered: Vec<Arc<AppDocument>> = Vec::new();
        let mut rest = std::mem::take(&mut self.apps);
        rest.sort_by(|a, b| a.name.cmp(&b.name));
        while !rest.is_empty() {
            let placed: HashSet<String> = ordered.iter().map(|app| app.name.clone()).collect();
            let known: HashSet<String> = rest.iter().map(|app| app.name.clone()).collect();
            let ready = |app: &Arc<AppDocument>| {
                app.depends.iter().all(|name| placed.contains(name) || !known.contains(name))
            };
            // A cycle has no ready app; its first stands first.
            let index = rest.iter().position(ready).unwrap_or(0);
            ordered.push(rest.remove(index));
        }
        let place = |app: Option<&str>| {
            ordered.iter().position(|known| Some(known.name.as_str()) == app).unwrap_or(usize::MAX)
        };
        self.scripts.sort_by(|a, b| {
            (place(a.app.as_deref()), &a.name).cmp(&(place(b.app.as_deref()), &b.name))
        });
        self.automations.sort_by(|a, b| a.name.cmp(&b.name));
        self.apps = ordered;
    }

    /// Gives every link's target its virtual field.
    fn connect_links(&mut self, faults: &mut Vec<Fault>) {
        let mut inverses: Vec<(String, Inverse)> = Vec::new();
        for entity in self.entities.values() {
            for (index, field) in entity.declared().enumerate() {
                let Some(link) = field.kind.link() else { continue };
                let at = format!("entity/{}/fields/{index}/settings", entity.name);
                if !self.entities.contains_key(&link.to) {
                    let fault = Fault::new("to", Code::ReferenceUnknown).with("name", &link.to);
                    faults.push(fault.under(&at));
                } else if !entity.kernel && self.entities[&link.to].kernel {
                    // Rows of the kernel go when their time is over, whoever points to them.
                    let reason = "records that the house keeps for a while cannot be linked";
                    let fault = Fault::new("to", Code::SettingInvalid).with("reason", reason);
                    faults.push(fault.under(&at));
                } else if let Some(inverse) = &link.inverse {
                    let inverse = Inverse {
                        name: inverse.name.clone(),
                        label: inverse.label.clone(),
                        entity: entity.name.clone(),
                        field: field.name.clone(),
                    };
                    inverses.push((link.to.clone(), inverse));
                }
            }
        }
        inverses.sort_by(|a, b| (&a.1.entity, &a.1.field).cmp(&(&b.1.entity, &b.1.field)));
        for (to, inverse) in inverses {
            let Some(target) = self.entities.get_mut(&to).and_then(Arc::get_mut) else { continue };
            if target.field(&inverse.name).is_some() || target.inverse(&inverse.name).is_some() {
                let at = format!("entity/{}/fields", inverse.entity);
                faults.push(Fault::new(at, Code::NameTaken).with("name", &inverse.name));
            } else {
                target.inverses.push(inverse);
            }
        }
    }

    /// Checks everything that documents say of entities and fields.
    fn check_references(&self, faults: &mut Vec<Fault>) {
        for document in self.documents.values() {
            let mut found = Vec::new();
            let checked = match document.kind {
                DocumentKind::Entity => self.check_entity(&document.name, &mut found),
                DocumentKind::View => {
                    document.read().map(|body| self.check_view(&body, &mut found))
                }
                DocumentKind::Form => {
                    document.read().map(|body| self.check_form(&body, &mut found))
                }
                DocumentKind::Role => {
                    document.read().map(|body| self.check_role(&body, &mut found))
                }
                DocumentKind::App => document.read().map(|body| self.check_app(&body, &mut found)),
                DocumentKind::Script => document.read::<ScriptDocument>().map(|body| {
                    self.scoped_entity(&body.entity, &body.name, &mut found);
                }),
                DocumentKind::Automation => {
                    document.read().map(|body| self.check_automation(&body, &mut found))
                }
            };
            found.extend(checked.err().unwrap_or_default());
            let at = format!("{}/{}", document.kind.name(), document.name);
            faults.extend(found.into_iter().map(|fault| fault.under(&at)));
        }
    }

    fn check_entity(&self, name: &str, faults: &mut Vec<Fault>) -> Result<(), Vec<Fault>> {
        let Some(entity) = self.entities.get(name) else { return Ok(()) };
        let sets = [("unique", &entity.document.unique), ("indexes", &entity.document.indexes)];
        for (key, sets) in sets {
            for (index, names) in sets.iter().enumerate() {
                for name in names {
                    self.known_field(entity, name, &format!("{key}/{index}"), faults);
                }
            }
        }
        Ok(())
    }

    fn check_view(&self, view: &ViewDocument, faults: &mut Vec<Fault>) {
        let Some(entity) = self.scoped_entity(&view.entity, &view.name, faults) else { return };
        self.check_filter(&entity, view.filter.as_ref(), "filter", faults);
        for (index, sort) in view.sort.iter().enumerate() {
            let name = Sort::parse(sort).field;
            self.known_path(&entity, &name, &format!("sort/{index}"), faults);
        }
        for (index, column) in view.columns.iter().enumerate() {
            self.known_path(&entity, &column.field, &format!("columns/{index}/field"), faults);
        }
        if let Some(settings) = &view.settings {
            let single = [("group_by", &settings.group_by), ("sum", &settings.sum)];
            for (key, name) in single {
                if let Some(name) = name {
                    self.known_field(&entity, name, &format!("settings/{key}"), faults);
                }
            }
            for (index, name) in settings.card_fields.iter().enumerate() {
                let path = format!("settings/card_fields/{index}");
                self.known_path(&entity, name, &path, faults);
            }
        }
    }

    fn check_form(&self, form: &FormDocument, faults: &mut Vec<Fault>) {
        let Some(entity) = self.scoped_entity(&form.entity, &form.name, faults) else { return };
        for (index, node) in form.children.iter().enumerate() {
            node.visit(&format!("children/{index}"), &mut |path, node| match node {
                FormNode::Field { field, visible_when, required_when, read_only_when, .. } => {
                    self.known_field(&entity, field, &format!("{path}/field"), faults);
                    let rules = [
                        ("visible_when", visible_when),
                        ("required_when", required_when),
                        ("read_only_when", read_only_when),
                    ];
                    for (key, rule) in rules {
                        let path = format!("{path}/{key}");
                        self.check_filter(&entity, rule.as_ref(), &path, faults);
                    }
                }
                FormNode::Related { inverse } if entity.inverse(inverse).is_none() => faults.push(
                    Fault::new(format!("{path}/inverse"), Code::ReferenceUnknown)
                        .with("name", inverse),
                ),
                _ => {}
            });
        }
    }

    fn check_role(&self, role: &RoleDocument, faults: &mut Vec<Fault>) {
        for (name, rights) in &role.entities {
            let at = format!("entities/{name}");
            let Some(entity) = self.known_entity(name, &at, faults) else { continue };
            self.check_filter(&entity, rights.rows.as_ref(), &format!("{at}/rows"), faults);
            for field in rights.fields.keys() {
                self.known_field(&entity, field, &format!("{at}/fields/{field}"), faults);
            }
        }
    }

    fn check_automation(&self, automation: &AutomationDocument, faults: &mut Vec<Fault>) {
        let trigger = &automation.trigger;
        let Some(entity) = self.known_entity(&trigger.entity, "trigger/entity", faults) else {
            return;
        };
        for (index, field) in trigger.fields.iter().enumerate() {
            self.known_field(&entity, field, &format!("trigger/fields/{index}"), faults);
        }
        self.check_filter(&entity, automation.condition.as_ref(), "condition", faults);
        for (index, step) in automation.steps.iter().enumerate() {
            let at = format!("steps/{index}/settings");
            if automation.steps[..index].iter().any(|earlier| earlier.name == step.name) {
                let path = format!("steps/{index}/name");
                faults.push(Fault::new(path, Code::NameTaken).with("name", &step.name));
            }
            let (target, values) = match &step.action {
                StepAction::CreateRecord(settings) => {
                    let at = format!("{at}/entity");
                    (self.known_entity(&settings.entity, &at, faults), &settings.values)
                }
                StepAction::UpdateRecord(settings) => (Some(entity.clone()), &settings.values),
                StepAction::Webhook(_) => continue,
            };
            let Some(target) = target else { continue };
            if target.kernel {
                let fault = Fault::new(format!("{at}/entity"), Code::ReferenceUnknown);
                faults.push(fault.with("name", &target.name));
            }
            for (name, value) in values {
                let at = format!("{at}/values/{name}");
                match target.field(name) {
                    Some(_) => self.check_value(&entity, value, &at, faults),
                    None => faults.push(Fault::new(at, Code::ReferenceUnknown).with("name", name)),
                }
            }
        }
    }

    /// Checks what a value of a step says of the record that started the run:
    /// `{"from": "record.field"}`, or `{record.field}` in a text.
    fn check_value(&self, entity: &Arc<Entity>, value: &Json, at: &str, faults: &mut Vec<Fault>) {
        const RECORD: &str = "record.";
        match value {
            Json::Object(object) => {
                let Some(from) = object.get("from") else { return };
                let at = format!("{at}/from");
                let path = from.as_str().and_then(|from| from.trim().strip_prefix(RECORD));
                match path {
                    Some(path) => self.known_path(entity, path, &at, faults),
                    None => faults.push(
                        Fault::new(at, Code::ReferenceUnknown)
                            .with("name", from.as_str().unwrap_or_default())
                            .expected("record.…"),
                    ),
                }
            }
            Json::String(text) => {
                for part in text.split('{').skip(1) {
                    let inside = part.split_once('}').map(|(inside, _)| inside.trim());
                    if let Some(path) = inside.and_then(|inside| inside.strip_prefix(RECORD)) {
                        self.known_path(entity, path, at, faults);
                    }
                }
            }
            _ => {}
        }
    }

    fn check_app(&self, app: &AppDocument, faults: &mut Vec<Fault>) {
        for (index, name) in app.depends.iter().enumerate() {
            if !self.apps.iter().any(|known| known.name == *name) {
                let path = format!("depends/{index}");
                faults.push(Fault::new(path, Code::ReferenceUnknown).with("name", name));
            }
        }
        self.check_navigation(&app.navigation, "navigation", faults);
    }

    fn check_navigation(&self, items: &[NavigationItem], at: &str, faults: &mut Vec<Fault>) {
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/{index}");
            match item {
                NavigationItem::Entity { entity, view } => {
                    self.known_entity(entity, &format!("{at}/entity"), faults);
                    let name = view.as_ref().map(|view| format!("{entity}.{view}"));
                    if let Some(name) = name
                        && self.document(DocumentKind::View, &name).is_none()
                    {
                        let path = format!("{at}/view");
                        faults.push(Fault::new(path, Code::ReferenceUnknown).with("name", name));
                    }
                }
                NavigationItem::Group { children, .. } => {
                    self.check_navigation(children, &format!("{at}/children"), faults);
                }
            }
        }
    }

    fn check_filter(
        &self,
        on: &Arc<Entity>,
        input: Option<&Json>,
        at: &str,
        faults: &mut Vec<Fault>,
    ) {
        let Some(input) = input else { return };
        let scope = Scope { me: None, now: 0, zone: TimeZone::UTC };
        let bound = Filter::parse(input)
            .and_then(|filter| filter::bind(&filter, on, &Everything(self), &scope));
        if let Err(fault) = bound {
            faults.push(fault.under(at));
        }
    }

    /// The entity of a document that is named `entity.name`.
    fn scoped_entity(
        &self,
        entity: &str,
        name: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<Arc<Entity>> {
        let prefix = name.split_once('.').map(|(prefix, _)| prefix);
        if prefix != Some(entity) {
            let expected = format!("{entity}.…");
            faults
                .push(Fault::new("name", Code::NameInvalid).with("name", name).expected(expected));
        }
        self.known_entity(entity, "entity", faults)
    }

    fn known_entity(&self, name: &str, at: &str, faults: &mut Vec<Fault>) -> Option<Arc<Entity>> {
        let found = self.entities.get(name).cloned();
        if found.is_none() {
            faults.push(Fault::new(at, Code::ReferenceUnknown).with("name", name));
        }
        found
    }

    fn known_field(&self, entity: &Entity, name: &str, at: &str, faults: &mut Vec<Fault>) {
        if entity.field(name).is_none() {
            faults.push(Fault::new(at, Code::ReferenceUnknown).with("name", name));
        }
    }

    /// A field, a field behind links, or a virtual field.
    fn known_path(&self, entity: &Arc<Entity>, path: &str, at: &str, faults: &mut Vec<Fault>) {
        let mut current = entity.clone();
        let mut segments = path.split('.').peekable();
        while let Some(segment) = segments.next() {
            let last = segments.peek().is_none();
            let field = current.field(segment);
            if last && (field.is_some() || current.inverse(segment).is_some()) {
                return;
            }
            let target = field.and_then(|field| field.kind.link());
            match target.and_then(|link| self.entities.get(&link.to)) {
                Some(target) if !last => current = target.clone(),
                _ => break,
            }
        }
        faults.push(Fault::new(at, Code::ReferenceUnknown).with("name", path));
    }

    /// An entity by its machine name.
    pub fn entity(&self, name: &str) -> Option<&Arc<Entity>> {
        self.entities.get(name)
    }

    /// An entity by its stable id.
    pub fn entity_by_id(&self, id: &str) -> Option<&Arc<Entity>> {
        self.entities.values().find(|entity| entity.id == id)
    }

    /// All entities, in no particular order.
    pub fn entities(&self) -> impl Iterator<Item = &Arc<Entity>> {
        self.entities.values()
    }

    /// A role by its machine name.
    pub fn role(&self, name: &str) -> Option<&Arc<RoleDocument>> {
        self.roles.get(name)
    }

    /// The scripts, in the order in which they run.
    pub fn scripts(&self) -> &[Arc<ScriptDocument>] {
        &self.scripts
    }

    /// The automations by name.
    pub fn automations(&self) -> &[Arc<AutomationDocument>] {
        &self.automations
    }

    /// The apps, each after those that it depends on.
    pub fn apps(&self) -> &[Arc<AppDocument>] {
        &self.apps
    }

    /// A document by kind and name.
    pub fn document(&self, kind: DocumentKind, name: &str) -> Option<&Document> {
        self.documents.get(&(kind, name.to_owned()))
    }

    /// All documents, by kind and name.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::changeset::testing::Workspace;

    #[test]
    fn what_a_step_says_of_the_record_exists() {
        let workspace = Workspace::sales();
        let paths = |values: serde_json::Value| -> Vec<String> {
            let document = json!({"name": "copy", "label": {"en": "Copy"},
                "trigger": {"on": "created", "entity": "deal"},
                "steps": [{"name": "one", "type": "update_record", "settings": {"values": values}}]});
            let put = json!([{"op": "put", "kind": "automation", "document": document}]);
            match workspace.preview(put) {
                Ok(_) => Vec::new(),
                Err(error) => error.faults.into_iter().map(|fault| fault.path).collect(),
            }
        };
        let at = |rest: &str| vec![format!("operations/0/document/steps/0/settings/values/{rest}")];
        assert_eq!(
            paths(json!({"name": "{record.name} {record.account.name} {other} {"})),
            at("")[1..]
        );
        assert_eq!(paths(json!({"account": {"from": "record.account"}})), at("")[1..]);
        assert_eq!(paths(json!({"account": {"by": {"name": "Acme"}}})), at("")[1..]);
        assert_eq!(paths(json!({"name": "{ record.nope }"})), at("name"));
        assert_eq!(paths(json!({"name": {"from": "record.account.nope"}})), at("name/from"));
        assert_eq!(paths(json!({"name": {"from": "name"}})), at("name/from"));
        assert_eq!(paths(json!({"name": {"from": 1}})), at("name/from"));
    }
}
