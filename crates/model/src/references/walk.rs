//! The walker: every place of a document where a name can stand, met once.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::{Map, Value as Json};

use super::{Names, Place, Target};
use crate::document::DocumentKind;

mod automation;
mod filter;

/// A name in a document, and what it means.
pub(crate) struct Mention<'a> {
    /// What is meant.
    pub target: &'a Target,
    /// The sort of place.
    pub place: Place,
    /// Where it stands.
    pub path: &'a str,
}

/// What becomes of a mention.
pub(crate) enum Outcome {
    /// It stays.
    Keep,
    /// Another name.
    Rename(String),
    /// It goes, with the smallest thing that means nothing without it; where
    /// [`Place::prunable`] says no, it stays.
    Remove,
}

/// Visits every name that a document mentions and that means something; the others are for the
/// compilation to refuse.
pub(crate) fn walk(
    kind: DocumentKind,
    body: &mut Json,
    names: &Names<'_>,
    visit: &mut dyn FnMut(&Mention<'_>) -> Outcome,
) {
    let mut walker = Walker { names, visit, path: Vec::new() };
    let Some(object) = body.as_object_mut() else { return };
    walker.app(object, "app", Place::Carried);
    match kind {
        DocumentKind::App => walker.app_document(object),
        DocumentKind::Entity => walker.entity(object),
        DocumentKind::View => walker.view(object),
        DocumentKind::Form => walker.form(object),
        DocumentKind::Role => walker.role(object),
        DocumentKind::Script => walker.script(object),
        DocumentKind::Automation => walker.automation(object),
    }
}

struct Walker<'a> {
    names: &'a Names<'a>,
    visit: &'a mut dyn FnMut(&Mention<'_>) -> Outcome,
    path: Vec<String>,
}

impl Walker<'_> {
    /// Goes one step down.
    fn under<T>(&mut self, segment: impl Display, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment.to_string());
        let result = walk(self);
        self.path.pop();
        result
    }

    /// Reports a mention and changes its text. Answers whether it goes.
    fn say(&mut self, target: &Target, place: Place, text: &mut String) -> bool {
        let path = self.path.join("/");
        match (self.visit)(&Mention { target, place, path: &path }) {
            Outcome::Keep => false,
            Outcome::Rename(name) => {
                *text = name;
                false
            }
            Outcome::Remove => place.prunable(),
        }
    }

    /// A name under a key. Answers whether it goes.
    fn name(
        &mut self,
        object: &mut Map<String, Json>,
        key: &str,
        place: Place,
        resolve: &dyn Fn(&Names<'_>, &str) -> Option<Target>,
    ) -> bool {
        let Some(Json::String(text)) = object.get_mut(key) else { return false };
        let Some(target) = resolve(self.names, text) else { return false };
        self.under(key, |walker| walker.say(&target, place, text))
    }

    fn app(&mut self, object: &mut Map<String, Json>, key: &str, place: Place) {
        self.name(object, key, place, &as_app);
    }

    /// Visits the items of a list; those for which `visit` says so go.
    fn items(
        &mut self,
        list: Option<&mut Json>,
        key: &str,
        visit: &mut dyn FnMut(&mut Self, &mut Json) -> bool,
    ) {
        let Some(Json::Array(items)) = list else { return };
        let mut index = 0;
        self.path.push(key.to_owned());
        items.retain_mut(|item| {
            let goes = self.under(index, |walker| visit(walker, item));
            index += 1;
            !goes
        });
        self.path.pop();
    }

    /// A field of an entity, or links and then a field or virtual field: `account.sector`.
    /// Answers the entity and the field at its end, or that a part of it goes.
    fn field_path(&mut self, entity: &str, text: &mut String, place: Place) -> Followed {
        let mut followed = Followed { goes: false, end: None };
        let mut current = Some(entity.to_owned());
        let mut parts: Vec<String> = text.split('.').map(str::to_owned).collect();
        let last = parts.len() - 1;
        for (index, part) in parts.iter_mut().enumerate() {
            let Some(entity) = current.take() else { break };
            if let Some(field) = self.names.field(&entity, part) {
                let target = Target::Field { entity: entity.clone(), id: field.id.clone() };
                followed.goes |= self.say(&target, place, part);
                current = field.to.clone();
                followed.end = (index == last).then(|| (entity, field.id.clone()));
            } else if let Some((source, link)) = self.names.inverse(&entity, part) {
                let (source, link) = (source.to_owned(), link.to_owned());
                followed.goes |= self.say(&Target::Inverse { entity, source, link }, place, part);
            }
        }
        *text = parts.join(".");
        followed
    }

    /// A field path that is an item of a list. Answers whether the item goes.
    fn path_item(&mut self, entity: &str, item: &mut Json, place: Place) -> bool {
        match item {
            Json::String(text) => self.field_path(entity, text, place).goes,
            _ => false,
        }
    }

    /// A field path under a key. Answers whether it goes.
    fn path_at(
        &mut self,
        entity: &str,
        object: &mut Map<String, Json>,
        key: &str,
        place: Place,
    ) -> bool {
        let Some(item) = object.get_mut(key) else { return false };
        self.under(key, |walker| walker.path_item(entity, item, place))
    }

    /// An option that is a whole value.
    fn choice(&mut self, field: &(String, String), value: &mut Json, place: Place) -> bool {
        let Json::String(text) = value else { return false };
        let (entity, field) = field;
        let Some(id) = self.names.choice(entity, field, text) else { return false };
        let target =
            Target::Choice { entity: entity.clone(), field: field.clone(), id: id.to_owned() };
        self.say(&target, place, text)
    }

    fn app_document(&mut self, app: &mut Map<String, Json>) {
        self.items(app.get_mut("depends"), "depends", &mut |walker, item| {
            let Json::String(text) = item else { return false };
            let Some(target) = as_app(walker.names, text) else { return false };
            walker.say(&target, Place::Depends, text)
        });
        self.navigation(app, "navigation");
    }

    fn navigation(&mut self, object: &mut Map<String, Json>, key: &str) {
        self.items(object.get_mut(key), key, &mut |walker, item| {
            let Some(item) = item.as_object_mut() else { return false };
            let had_children = has_items(item, "children");
            walker.navigation(item, "children");
            if had_children && !has_items(item, "children") {
                return true;
            }
            let entity = item.get("entity").and_then(Json::as_str);
            let entity = entity.and_then(|name| walker.names.entity(name)).map(str::to_owned);
            let Some(entity) = entity else { return false };
            if walker.name(item, "view", Place::Navigation, &|names, name| {
                names.view(&entity, name).map(|id| Target::View(id.to_owned()))
            }) {
                item.shift_remove("view");
            }
            walker.name(item, "entity", Place::Navigation, &as_entity)
        });
    }

    fn entity(&mut self, body: &mut Map<String, Json>) {
        let name = body.get("name").and_then(Json::as_str).unwrap_or_default();
        let own = self.names.entity(name).unwrap_or_default().to_owned();
        self.path_at(&own, body, "title_field", Place::Title);
        for (key, place) in [("unique", Place::Unique), ("indexes", Place::Index)] {
            self.items(body.get_mut(key), key, &mut |walker, set| {
                let mut goes = false;
                let Some(names) = set.as_array_mut() else { return false };
                for (index, name) in names.iter_mut().enumerate() {
                    goes |= walker.under(index, |walker| walker.path_item(&own, name, place));
                }
                goes
            });
        }
        self.items(body.get_mut("fields"), "fields", &mut |walker, field| {
            if let Some(field) = field.as_object_mut() {
                walker.field(&own, field);
            }
            false
        });
    }

    fn field(&mut self, entity: &str, field: &mut Map<String, Json>) {
        self.app(field, "app", Place::Carried);
        let name = field.get("name").and_then(Json::as_str).unwrap_or_default();
        let Some(own) = self.names.field(entity, name) else { return };
        let own = (entity.to_owned(), own.id.clone());
        if let Some(default) = field.get_mut("default") {
            self.under("default", |walker| walker.choice(&own, default, Place::Default));
        }
        let is_link = field.get("type").is_some_and(|name| name == "link");
        let Some(Json::Object(settings)) = field.get_mut("settings") else { return };
        self.under("settings", |walker| {
            if is_link {
                walker.name(settings, "to", Place::LinkTarget, &as_entity);
            }
            walker.items(settings.get_mut("options"), "options", &mut |walker, option| {
                walker.items(option.get_mut("to"), "to", &mut |walker, next| {
                    walker.choice(&own, next, Place::StageMove)
                });
                false
            });
        });
    }

    /// The entity of a view, form or script, which its name begins with too.
    fn scope(&mut self, body: &mut Map<String, Json>) -> Option<String> {
        let own = body.get("entity").and_then(Json::as_str);
        let id = self.names.entity(own?)?.to_owned();
        self.name(body, "entity", Place::Scope, &as_entity);
        if let Some(Json::String(name)) = body.get_mut("name")
            && let Some((prefix, rest)) = name.split_once('.')
            && self.names.entity(prefix) == Some(&id)
        {
            let mut prefix = prefix.to_owned();
            let target = Target::Entity(id.clone());
            self.under("name", |walker| walker.say(&target, Place::Scope, &mut prefix));
            *name = format!("{prefix}.{rest}");
        }
        Some(id)
    }

    fn view(&mut self, body: &mut Map<String, Json>) {
        let Some(entity) = self.scope(body) else { return };
        self.filter_at(&entity, body, "filter", Place::Filter);
        self.items(body.get_mut("sort"), "sort", &mut |walker, item| {
            let Json::String(text) = item else { return false };
            let sign = if text.starts_with('-') { "-" } else { "" };
            let mut path = text[sign.len()..].to_owned();
            let goes = walker.field_path(&entity, &mut path, Place::Sort).goes;
            *text = format!("{sign}{path}");
            goes
        });
        self.items(body.get_mut("columns"), "columns", &mut |walker, column| match column {
            Json::Object(column) => walker.path_at(&entity, column, "field", Place::Column),
            _ => false,
        });
        let Some(Json::Object(settings)) = body.get_mut("settings") else { return };
        self.under("settings", |walker| {
            walker.path_at(&entity, settings, "group_by", Place::GroupBy);
            if walker.path_at(&entity, settings, "sum", Place::Sum) {
                settings.shift_remove("sum");
            }
            walker.items(settings.get_mut("card_fields"), "card_fields", &mut |walker, item| {
                walker.path_item(&entity, item, Place::Card)
            });
        });
    }

    fn form(&mut self, body: &mut Map<String, Json>) {
        let Some(entity) = self.scope(body) else { return };
        self.form_nodes(&entity, body);
    }

    fn form_nodes(&mut self, entity: &str, parent: &mut Map<String, Json>) {
        self.items(parent.get_mut("children"), "children", &mut |walker, node| {
            let Some(node) = node.as_object_mut() else { return false };
            // What is said of a field goes with it, so it is looked at only if the field stays.
            if walker.path_at(entity, node, "field", Place::FormNode) {
                return true;
            }
            for key in ["visible_when", "required_when", "read_only_when"] {
                walker.filter_at(entity, node, key, Place::Condition);
            }
            walker.path_at(entity, node, "inverse", Place::Related);
            walker.form_nodes(entity, node);
            false
        });
    }

    fn role(&mut self, body: &mut Map<String, Json>) {
        self.path.push("entities".to_owned());
        self.keys(
            body.get_mut("entities"),
            Place::RoleEntity,
            &as_entity,
            &mut |walker, name, r| {
                let Some(entity) = walker.names.entity(name).map(str::to_owned) else { return };
                let Some(rights) = r.as_object_mut() else { return };
                walker.filter_at(&entity, rights, "rows", Place::RowRule);
                walker.path.push("fields".to_owned());
                let field = |names: &Names<'_>, name: &str| as_field(names, &entity, name);
                walker.keys(rights.get_mut("fields"), Place::RoleField, &field, &mut |_, _, _| {});
                walker.path.pop();
            },
        );
        self.path.pop();
    }

    /// An object whose keys are names; what stands under a key that goes, goes with it.
    fn keys(
        &mut self,
        object: Option<&mut Json>,
        place: Place,
        resolve: &dyn Fn(&Names<'_>, &str) -> Option<Target>,
        visit: &mut dyn FnMut(&mut Self, &str, &mut Json),
    ) {
        let Some(Json::Object(object)) = object else { return };
        let mut kept = Map::new();
        for (name, mut value) in std::mem::take(object) {
            let mut key = name.clone();
            let goes = self.under(&name, |walker| {
                let goes = match resolve(walker.names, &name) {
                    Some(target) => walker.say(&target, place, &mut key),
                    None => false,
                };
                if !goes {
                    visit(walker, &name, &mut value);
                }
                goes
            });
            if !goes {
                kept.insert(key, value);
            }
        }
        *object = kept;
    }

    /// The entity of a script; its source is read for words that are names of the entity, of its
    /// fields and of what its links point to. A word may mean something else, so this informs.
    fn script(&mut self, body: &mut Map<String, Json>) {
        let Some(entity) = self.scope(body) else { return };
        let Some(Json::String(source)) = body.get("source") else { return };
        let boundary = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
        let words: BTreeSet<&str> =
            source.split(boundary).filter(|word| !word.is_empty()).collect();
        let is_word = |word: &str| words.contains(word);
        let named = self.names.entities_among(&is_word);
        let mut mentioned: BTreeSet<Target> =
            named.iter().map(|id| Target::Entity((*id).to_owned())).collect();
        let mut reached: BTreeSet<&str> = named.into_iter().collect();
        reached.insert(&entity);
        for (_, field) in self.names.fields_among(&entity, &is_word) {
            reached.extend(field.to.as_deref());
        }
        for entity in reached {
            for (_, field) in self.names.fields_among(entity, &is_word) {
                let (entity, id) = (entity.to_owned(), field.id.clone());
                mentioned.insert(Target::Field { entity, id });
            }
        }
        self.under("source", |walker| {
            for target in mentioned {
                walker.say(&target, Place::Source, &mut String::new());
            }
        });
    }
}

/// Where a field path leads.
struct Followed {
    /// Whether a part of it goes.
    goes: bool,
    /// The entity and the field at its end.
    end: Option<(String, String)>,
}

fn as_app(names: &Names<'_>, name: &str) -> Option<Target> {
    names.app(name).map(|id| Target::App(id.to_owned()))
}

fn as_entity(names: &Names<'_>, name: &str) -> Option<Target> {
    names.entity(name).map(|id| Target::Entity(id.to_owned()))
}

fn as_field(names: &Names<'_>, entity: &str, name: &str) -> Option<Target> {
    let field = names.field(entity, name)?;
    Some(Target::Field { entity: entity.to_owned(), id: field.id.clone() })
}

fn has_items(object: &Map<String, Json>, key: &str) -> bool {
    object.get(key).and_then(Json::as_array).is_some_and(|items| !items.is_empty())
}
