//! What documents mention: entities, fields behind any path, options, views and apps.
//!
//! One walker knows every place where a name can stand. Where-used lists what it meets, renaming
//! and pruning answer it. The source of scripts is read for words and never rewritten.

mod outline;
mod walk;

pub(crate) use outline::{Names, Outline, id_of};
pub(crate) use walk::{Outcome, walk};

use crate::catalogue::Catalogue;
use crate::document::DocumentKind;

/// Something that has a name which other documents use; by its stable ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// An app.
    App(String),
    /// An entity.
    Entity(String),
    /// A field of an entity.
    Field {
        /// The entity.
        entity: String,
        /// The field.
        id: String,
    },
    /// The virtual field of a link's target.
    Inverse {
        /// The entity that has it.
        entity: String,
        /// The entity whose records point there.
        source: String,
        /// The link field of the source.
        link: String,
    },
    /// An option of a select or stage field.
    Choice {
        /// The entity.
        entity: String,
        /// The field.
        field: String,
        /// The option.
        id: String,
    },
    /// A view.
    View(String),
}

/// Where a name stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The app that brought something.
    Carried,
    /// The apps that an app builds on.
    Depends,
    /// The entity of a view, form or script.
    Scope,
    /// A column of a view.
    Column,
    /// The order of a view.
    Sort,
    /// What is shown on a card.
    Card,
    /// What is summed up at the head of a column.
    Sum,
    /// What the columns of a kanban stand for.
    GroupBy,
    /// The filter of a view.
    Filter,
    /// A field of a form.
    FormNode,
    /// A related list of a form.
    Related,
    /// When a field of a form is shown, required or read-only; the condition of an automation.
    Condition,
    /// The rights of a role on an entity.
    RoleEntity,
    /// The right of a role on a field.
    RoleField,
    /// The rows that a role may see.
    RowRule,
    /// The title of an entity.
    Title,
    /// A set of fields that is unique.
    Unique,
    /// A set of fields that an index serves.
    Index,
    /// Where a link points.
    LinkTarget,
    /// The default of a field.
    Default,
    /// The stages that may follow another.
    StageMove,
    /// What starts an automation.
    Trigger,
    /// What a step of an automation writes, and where.
    Value,
    /// What a step of an automation reads, as `{record.field}` or `{"from": "record.field"}`.
    Text,
    /// An entry of a menu.
    Navigation,
    /// The source of a script.
    Source,
}

impl Place {
    /// Whether the mention can go together with what it mentions, without a change of meaning of
    /// what stays.
    pub fn prunable(self) -> bool {
        matches!(
            self,
            Place::Column
                | Place::Sort
                | Place::Card
                | Place::Sum
                | Place::FormNode
                | Place::RoleEntity
                | Place::RoleField
                | Place::Index
                | Place::StageMove
                | Place::Navigation
        )
    }
}

/// A mention of something in a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The kind of the document that mentions it.
    pub kind: DocumentKind,
    /// The name of the document.
    pub name: String,
    /// Where in the document.
    pub path: String,
    /// The sort of place.
    pub place: Place,
    /// What is mentioned.
    pub target: Target,
}

impl Target {
    /// A field by its names.
    pub fn field(catalogue: &Catalogue, entity: &str, field: &str) -> Option<Target> {
        let entity = catalogue.entity(entity)?;
        let field = entity.field(field)?;
        Some(Target::Field { entity: entity.id.clone(), id: field.id.clone() })
    }

    /// An entity by its name.
    pub fn entity(catalogue: &Catalogue, entity: &str) -> Option<Target> {
        catalogue.entity(entity).map(|entity| Target::Entity(entity.id.clone()))
    }
}

/// Everything that documents mention, in the order of the documents.
pub fn all(catalogue: &Catalogue) -> Vec<Reference> {
    let outline = Outline::of_catalogue(catalogue);
    let names = Names { first: &outline, then: None };
    let mut found = Vec::new();
    for document in catalogue.documents() {
        let mut body = document.body.clone();
        walk(document.kind, &mut body, &names, &mut |mention| {
            found.push(Reference {
                kind: document.kind,
                name: document.name.clone(),
                path: mention.path.to_owned(),
                place: mention.place,
                target: mention.target.clone(),
            });
            Outcome::Keep
        });
    }
    found
}

/// Where something is mentioned. A field's option, and a link's virtual field, are targets of
/// their own.
pub fn where_used(catalogue: &Catalogue, target: &Target) -> Vec<Reference> {
    let mut found = all(catalogue);
    found.retain(|reference| reference.target == *target);
    found
}

#[cfg(test)]
mod tests;
