//! The names of entities, fields, options and views with their stable ids, before and after.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::Target;
use crate::catalogue::Catalogue;
use crate::document::DocumentKind;
use crate::name::BUILT_IN_FIELDS;

/// Names and ids of a set of documents.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    entities: HashMap<String, EntityOutline>,
    entity_ids: HashMap<String, String>,
    app_ids: HashMap<String, String>,
    app_names: HashMap<String, String>,
    /// By the id of their entity and their own name: the ids of views.
    views: HashMap<(String, String), String>,
    /// By id: the own names of views.
    view_names: HashMap<String, String>,
}

#[derive(Debug, Default)]
struct EntityOutline {
    name: String,
    fields: HashMap<String, FieldOutline>,
    field_names: HashMap<String, String>,
    /// By name: the entity and the field whose link it is.
    inverses: HashMap<String, (String, String)>,
}

/// What the walker needs to know of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldOutline {
    pub id: String,
    /// The id of the entity that it points to.
    pub to: Option<String>,
    /// Name and id of every option.
    choices: Vec<(String, String)>,
}

/// The id of a body, or its name where the server never gave one.
pub(crate) fn id_of(body: &Json) -> &str {
    body["id"].as_str().or(body["name"].as_str()).unwrap_or_default()
}

impl Outline {
    /// The names of a catalogue.
    pub(crate) fn of_catalogue(catalogue: &Catalogue) -> Outline {
        let documents = catalogue.documents().map(|document| (document.kind, &document.body));
        Outline::of(documents.collect(), None)
    }

    /// The names of documents. A link's target that is not among them is looked up in `before`,
    /// since a document may still use the name that its target had there.
    pub(crate) fn of(documents: Vec<(DocumentKind, &Json)>, before: Option<&Outline>) -> Outline {
        let mut outline = Outline::default();
        let mut entities = Vec::new();
        let mut views = Vec::new();
        for (kind, body) in documents {
            let name = body["name"].as_str().unwrap_or_default().to_owned();
            let id = id_of(body).to_owned();
            match kind {
                DocumentKind::Entity => {
                    outline.entity_ids.insert(name, id);
                    entities.push(body);
                }
                DocumentKind::App => {
                    outline.app_ids.insert(name.clone(), id.clone());
                    outline.app_names.insert(id, name);
                }
                DocumentKind::View => views.push((name, id, body)),
                _ => {}
            }
        }
        let target = |name: &str| {
            let own = outline.entity_ids.get(name).cloned();
            own.or_else(|| before.and_then(|before| before.entity_ids.get(name).cloned()))
        };
        let mut compiled: Vec<(String, EntityOutline)> = Vec::new();
        let mut inverses = Vec::new();
        for body in entities {
            let source = id_of(body).to_owned();
            compiled.push((source.clone(), entity_outline(body, &target)));
            for field in body["fields"].as_array().into_iter().flatten() {
                let settings = &field["settings"];
                let inverse = settings["inverse"]["name"].as_str();
                if let (Some(name), Some(to)) = (inverse, settings["to"].as_str().and_then(target))
                {
                    let link = id_of(field).to_owned();
                    inverses.push((to, name.to_owned(), (source.clone(), link)));
                }
            }
        }
        let mut view_names = HashMap::new();
        let mut view_ids = HashMap::new();
        for (name, id, body) in views {
            let own = name.split_once('.').map_or(name.as_str(), |(_, own)| own).to_owned();
            if let Some(entity) = body["entity"].as_str().and_then(target) {
                view_ids.insert((entity, own.clone()), id.clone());
            }
            view_names.insert(id, own);
        }
        (outline.views, outline.view_names) = (view_ids, view_names);
        outline.entities = compiled.into_iter().collect();
        for (to, name, link) in inverses {
            if let Some(entity) = outline.entities.get_mut(&to) {
                entity.inverses.insert(name, link);
            }
        }
        outline
    }

    /// The name of an entity.
    pub(crate) fn entity_name(&self, id: &str) -> Option<&str> {
        self.entities.get(id).map(|entity| entity.name.as_str())
    }

    /// The id of an entity.
    pub(crate) fn entity_id(&self, name: &str) -> Option<&str> {
        self.entity_ids.get(name).map(String::as_str)
    }

    /// The name that a target has here; of a view, without that of its entity. `None` when it is
    /// not here.
    pub(crate) fn name_of(&self, target: &Target) -> Option<&str> {
        match target {
            Target::App(id) => self.app_names.get(id).map(String::as_str),
            Target::Entity(id) => self.entity_name(id),
            Target::Field { entity, id } => {
                self.entities.get(entity)?.field_names.get(id).map(String::as_str)
            }
            Target::Inverse { entity, source, link } => {
                let entity = self.entities.get(entity)?;
                let is_it = |(s, l): &(String, String)| s == source && l == link;
                let found = entity.inverses.iter().find(|(_, own)| is_it(own));
                found.map(|(name, _)| name.as_str())
            }
            Target::Choice { entity, field, id } => {
                let entity = self.entities.get(entity)?;
                let field = entity.fields.get(entity.field_names.get(field)?)?;
                field.choices.iter().find(|(_, own)| own == id).map(|(name, _)| name.as_str())
            }
            Target::View(id) => self.view_names.get(id).map(String::as_str),
        }
    }
}

fn entity_outline(body: &Json, target: &dyn Fn(&str) -> Option<String>) -> EntityOutline {
    let mut entity = EntityOutline {
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        ..EntityOutline::default()
    };
    let users = || target("user");
    for name in BUILT_IN_FIELDS {
        let to = if name.ends_with("_by") { users() } else { None };
        let field = FieldOutline { id: name.to_owned(), to, choices: Vec::new() };
        entity.fields.insert(name.to_owned(), field);
        entity.field_names.insert(name.to_owned(), name.to_owned());
    }
    for field in body["fields"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        let settings = &field["settings"];
        let to = match field["type"].as_str() {
            Some("link") => settings["to"].as_str().and_then(target),
            Some("user") => users(),
            _ => None,
        };
        let choice = |choice: &Json| {
            let name = choice["name"].as_str().unwrap_or_default().to_owned();
            (name, id_of(choice).to_owned())
        };
        let choices = settings["options"].as_array().into_iter().flatten().map(choice).collect();
        let id = id_of(field).to_owned();
        entity.field_names.insert(id.clone(), name.clone());
        entity.fields.insert(name, FieldOutline { id, to, choices });
    }
    entity
}

/// How a document's names are understood: in one set of documents, and where that does not know
/// a name, in another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    /// The names that the document is meant to use.
    pub first: &'a Outline,
    /// The names that it may still use.
    pub then: Option<&'a Outline>,
}

impl<'a> Names<'a> {
    fn either<T>(&self, look: impl Fn(&'a Outline) -> Option<T>) -> Option<T> {
        look(self.first).or_else(|| self.then.and_then(look))
    }

    /// The id of an entity.
    pub(crate) fn entity(&self, name: &str) -> Option<&'a str> {
        self.either(|outline| outline.entity_id(name))
    }

    /// The id of an app.
    pub(crate) fn app(&self, name: &str) -> Option<&'a str> {
        self.either(|outline| outline.app_ids.get(name).map(String::as_str))
    }

    /// The ids of all entities that a set of words may mean.
    pub(crate) fn entities_among(&self, is_word: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
        let ids = &self.first.entity_ids;
        ids.iter().filter(|(name, _)| is_word(name)).map(|(_, id)| id.as_str()).collect()
    }

    /// A field of an entity.
    pub(crate) fn field(&self, entity: &str, name: &str) -> Option<&'a FieldOutline> {
        self.either(|outline| outline.entities.get(entity)?.fields.get(name))
    }

    /// The fields of an entity whose names are among a set of words.
    pub(crate) fn fields_among(
        &self,
        entity: &str,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Vec<(&'a str, &'a FieldOutline)> {
        let entity = self.first.entities.get(entity);
        let fields = entity.into_iter().flat_map(|entity| &entity.fields);
        fields.filter(|(name, _)| is_word(name)).map(|(name, f)| (name.as_str(), f)).collect()
    }

    /// The entity and the link behind a virtual field.
    pub(crate) fn inverse(&self, entity: &str, name: &str) -> Option<(&'a str, &'a str)> {
        let found = self.either(|outline| outline.entities.get(entity)?.inverses.get(name));
        found.map(|(source, link)| (source.as_str(), link.as_str()))
    }

    /// The id of an option.
    pub(crate) fn choice(&self, entity: &str, field: &str, name: &str) -> Option<&'a str> {
        self.either(|outline| {
            let entity = outline.entities.get(entity)?;
            let field = entity.fields.get(entity.field_names.get(field)?)?;
            field.choices.iter().find(|(own, _)| own == name).map(|(_, id)| id.as_str())
        })
    }

    /// The id of a view, by its own name within its entity.
    pub(crate) fn view(&self, entity: &str, name: &str) -> Option<&'a str> {
        let key = (entity.to_owned(), name.to_owned());
        self.either(|outline| outline.views.get(&key).map(String::as_str))
    }
}
