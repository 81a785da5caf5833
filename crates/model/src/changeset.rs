//! Changes of documents as data: what was asked for, and the plan of what it does.
//!
//! Planning is pure: the old catalogue and a changeset give a new catalogue, the steps that a
//! preview shows, the changes of tables, and what goes into or comes out of the trash.

mod index;
mod plan;
#[cfg(test)]
pub(crate) mod testing;

pub use index::{Index, indexes};
pub(crate) use plan::check_document;
pub use plan::plan;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::catalogue::Catalogue;
use crate::document::{Document, DocumentKind};
use crate::error::{Code, Error, Fault, Result};
use crate::field::Column;
use crate::label::Label;
use crate::limits::CHANGESET_OPERATIONS_MAX;
use crate::name::Suffixes;

/// What someone wants to be different.
#[derive(Debug, Clone, PartialEq)]
pub struct Changeset {
    /// The revision that the author looked at; another one is refused.
    pub base_revision: i64,
    /// The operations; their order does not matter.
    pub operations: Vec<Operation>,
}

/// One operation of a changeset.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// A document as it shall be. With a known id it is that document, whatever its name; without
    /// an id it is the document of that name, or a new one; fields and options alike. Names in it
    /// mean what they mean afterwards; one that is no name any more means what it meant before.
    /// An entity may also be extended: `{"extends": "person", "fields": […]}`.
    Put {
        /// Its kind.
        kind: DocumentKind,
        /// The whole document.
        document: Json,
    },
    /// A document that goes to the trash.
    Remove {
        /// Its kind.
        kind: DocumentKind,
        /// Its name.
        name: String,
    },
}

/// What planning needs to know besides the catalogue.
#[derive(Debug, Clone)]
pub struct PlanContext<'a> {
    /// Where the workspace's suffixes continue.
    pub suffixes: Suffixes,
    /// What is in the trash.
    pub trash: &'a [Trashed],
    /// The app whose package is installed; `None` for what people do. A package leaves alone the
    /// fields that others added to its entities.
    pub app: Option<String>,
    /// Ids of entities that are known to have no record, where more may be changed.
    pub empty: &'a [String],
}

/// What a changeset does.
#[derive(Debug)]
pub struct Plan {
    /// The new catalogue; its revision is one more than the base.
    pub catalogue: Catalogue,
    /// Every document that changes, also those that change only because a name in them does.
    pub changes: Vec<DocumentChange>,
    /// What a preview shows.
    pub steps: Vec<Step>,
    /// The changes of tables, in the order in which they can be made.
    pub schema: Vec<SchemaStep>,
    /// What goes into the trash and what comes out.
    pub trash: Vec<TrashChange>,
    /// Where the workspace's suffixes continue afterwards.
    pub suffixes: u64,
}

/// A document before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentChange {
    /// Its kind.
    pub kind: DocumentKind,
    /// Its name before; `None` when it is new.
    pub name_before: Option<String>,
    /// Its name after; `None` when it goes.
    pub name_after: Option<String>,
    /// The body before.
    pub before: Option<Json>,
    /// The body after, with its ids.
    pub after: Option<Json>,
}

impl DocumentChange {
    /// The stable id of the document.
    pub fn id(&self) -> &str {
        let body = self.after.as_ref().or(self.before.as_ref());
        body.and_then(|body| body["id"].as_str()).unwrap_or_default()
    }
}

/// One thing that a changeset does, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is done.
    pub kind: StepKind,
    /// Whether it may be done.
    pub effect: Effect,
    /// The entity, by the name that it has afterwards.
    pub entity: Option<String>,
    /// The field, by the name that it has afterwards.
    pub field: Option<String>,
    /// What happens, or why it may not.
    pub message: Label,
    /// The other documents that change with it, that stand against it, or whose script mentions it.
    pub touches: Vec<(DocumentKind, String)>,
}

impl Step {
    /// As the API shows it, but for the message, whose language is the reader's.
    pub fn to_json(&self, language: crate::Language) -> Json {
        let touch = |(kind, name): &(DocumentKind, String)| json!({"kind": kind, "name": name});
        json!({
            "kind": self.kind.name(),
            "effect": self.effect.name(),
            "entity": self.entity,
            "field": self.field,
            "message": self.message.text(language),
            "touches": self.touches.iter().map(touch).collect::<Vec<_>>(),
        })
    }
}

/// Whether a step may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing is lost.
    Safe,
    /// Some values would be lost.
    Lossy,
    /// It is refused; the message says why.
    Forbidden,
}

impl Effect {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Safe => "safe",
            Effect::Lossy => "lossy",
            Effect::Forbidden => "forbidden",
        }
    }
}

macro_rules! step_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal,)*) => {
        /// What a step does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum StepKind { $($(#[doc = $doc])* $name,)* }

        impl StepKind {
            /// The name in answers.
            pub fn name(self) -> &'static str {
                match self { $(StepKind::$name => $text,)* }
            }
        }
    };
}

step_kinds! {
    /// A new table.
    AddEntity = "add_entity",
    /// A table under another name.
    RenameEntity = "rename_entity",
    /// Labels, icon, title, unique sets or indexes of a table.
    ChangeEntity = "change_entity",
    /// A table that goes to the trash with its records.
    RemoveEntity = "remove_entity",
    /// A table that comes out of the trash with its records.
    RestoreEntity = "restore_entity",
    /// A new field.
    AddField = "add_field",
    /// A field under another name.
    RenameField = "rename_field",
    /// Labels, rules, default or settings of a field.
    ChangeField = "change_field",
    /// A field of another type.
    RetypeField = "retype_field",
    /// A field that goes to the trash with its values.
    RemoveField = "remove_field",
    /// A field that comes out of the trash with its values.
    RestoreField = "restore_field",
    /// Fields in another order.
    ReorderFields = "reorder_fields",
    /// A new option.
    AddOption = "add_option",
    /// An option under another name.
    RenameOption = "rename_option",
    /// Label, colour, meaning or moves of an option, or their order.
    ChangeOption = "change_option",
    /// An option that is no longer offered.
    ArchiveOption = "archive_option",
    /// An option that goes.
    RemoveOption = "remove_option",
    /// Another new document.
    AddDocument = "add_document",
    /// Another document under another name.
    RenameDocument = "rename_document",
    /// Another document that says something else.
    ChangeDocument = "change_document",
    /// Another document that goes to the trash.
    RemoveDocument = "remove_document",
    /// Another document that comes out of the trash.
    RestoreDocument = "restore_document",
}

/// A change of tables. Nothing is ever dropped but indexes: what is removed is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaStep {
    /// A table with the built-in columns and these. What its links point to exists before it.
    CreateTable {
        /// Its physical name.
        table: String,
        /// Its columns.
        columns: Vec<Column>,
    },
    /// A column, empty in every row.
    AddColumn {
        /// Where.
        table: String,
        /// The column.
        column: Column,
    },
    /// An index. A link has one from the moment that its column exists (see
    /// [`Plan::link_target`]) and is not named here again.
    CreateIndex {
        /// Where.
        table: String,
        /// Its name, at most 60 characters.
        name: String,
        /// Over what, in order; of keyed text, its key.
        columns: Vec<Column>,
        /// Whether no two rows may have the same values; empty values never clash.
        unique: bool,
    },
    /// An index that goes.
    DropIndex {
        /// Where.
        table: String,
        /// Its name.
        name: String,
    },
}

/// What kind of thing is in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrashKind {
    /// A field, whose column is kept.
    Field,
    /// A document; of an entity, the table is kept.
    Document(DocumentKind),
}

impl TrashKind {
    /// The name in storage and answers.
    pub fn name(self) -> &'static str {
        match self {
            TrashKind::Field => "field",
            TrashKind::Document(kind) => kind.name(),
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<TrashKind> {
        match name {
            "field" => Some(TrashKind::Field),
            other => DocumentKind::from_name(other).map(TrashKind::Document),
        }
    }
}

/// Something removed, whose data is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Trashed {
    /// What it is.
    pub kind: TrashKind,
    /// The id of the entity that it belonged to: itself for an entity, empty for what belongs to
    /// none.
    pub entity_id: String,
    /// Its stable id.
    pub id: String,
    /// What it said: a field definition or a whole document.
    pub document: Json,
}

/// A change of the trash.
#[derive(Debug, Clone, PartialEq)]
pub enum TrashChange {
    /// It goes in; or, when it is there already, names in it have changed.
    Put(Trashed),
    /// The thing with this id comes out.
    Take(String),
}

impl Changeset {
    /// Reads `{base_revision, operations: [{op, kind, document | name}]}`. Faults: unknown keys,
    /// kinds and operations, and documents that their schema refuses, each with its path.
    pub fn from_json(input: &Json) -> Result<Changeset> {
        let object = input.as_object().ok_or_else(|| wrong("", "an object"))?;
        only(object.keys(), &["base_revision", "operations"], "")?;
        let base_revision = input["base_revision"].as_i64();
        let base_revision =
            base_revision.ok_or_else(|| wrong("base_revision", "the number of a revision"))?;
        let items = input["operations"]
            .as_array()
            .filter(|items| (1..=CHANGESET_OPERATIONS_MAX).contains(&items.len()));
        let items = items.ok_or_else(|| {
            wrong("operations", &format!("a list of 1 to {CHANGESET_OPERATIONS_MAX} operations"))
        })?;
        let mut operations = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let at = format!("operations/{index}");
            operations.push(read_operation(item).map_err(|fault| fault.under(&at))?);
        }
        let changeset = Changeset { base_revision, operations };
        changeset.check()?;
        Ok(changeset)
    }

    /// The changeset that puts documents as they are, such as those of a package.
    pub fn of_documents(base_revision: i64, documents: Vec<Document>) -> Changeset {
        let put =
            |document: Document| Operation::Put { kind: document.kind, document: document.body };
        Changeset { base_revision, operations: documents.into_iter().map(put).collect() }
    }

    /// As it is sent and stored.
    pub fn to_json(&self) -> Json {
        let operation = |operation: &Operation| match operation {
            Operation::Put { kind, document } => {
                json!({"op": "put", "kind": kind, "document": document})
            }
            Operation::Remove { kind, name } => {
                json!({"op": "remove", "kind": kind, "name": name})
            }
        };
        let operations: Vec<Json> = self.operations.iter().map(operation).collect();
        json!({"base_revision": self.base_revision, "operations": operations})
    }

    /// Checks every document against the schema of its kind.
    fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        for (index, operation) in self.operations.iter().enumerate() {
            if let Operation::Put { kind, document } = operation
                && let Err(found) = check_document(*kind, document)
            {
                let at = format!("operations/{index}/document");
                faults.extend(found.into_iter().map(|fault| fault.under(&at)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::faults(faults)) }
    }
}

impl Plan {
    /// The steps that are refused; with any of them the plan may be shown but not applied.
    pub fn forbidden(&self) -> Vec<&Step> {
        self.steps.iter().filter(|step| step.effect == Effect::Forbidden).collect()
    }

    /// The refusal, if a step is forbidden: `change_forbidden` with the first reason, and one fault
    /// per forbidden step with the path `steps/<index>`.
    pub fn refusal(&self) -> Option<Error> {
        let forbidden = |(_, step): &(usize, &Step)| step.effect == Effect::Forbidden;
        let fault = |(index, step): (usize, &Step)| {
            let fault = Fault::new(format!("steps/{index}"), Code::ChangeForbidden);
            fault.with_label("reason", &step.message)
        };
        let faults: Vec<Fault> =
            self.steps.iter().enumerate().filter(forbidden).map(fault).collect();
        let params = faults.first()?.params.clone();
        Some(Error { faults, params, ..Error::new(Code::ChangeForbidden) })
    }

    /// The table that a column of the new catalogue points to, if it is a link.
    pub fn link_target(&self, column: &str) -> Option<&str> {
        let mut fields = self.catalogue.entities().flat_map(|entity| entity.declared());
        let link = fields.find(|field| field.id == column)?.kind.link()?;
        self.catalogue.entity(&link.to).map(|target| target.id.as_str())
    }
}

fn wrong(path: &str, expected: &str) -> Fault {
    Fault::new(path, Code::ValueType).with("expected", expected).expected(expected)
}

fn only<'a>(
    mut keys: impl Iterator<Item = &'a String>,
    known: &[&str],
    at: &str,
) -> Result<(), Fault> {
    match keys.find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
            Err(fault.expected(known).under(at))
        }
        None => Ok(()),
    }
}

fn read_operation(item: &Json) -> Result<Operation, Fault> {
    let object = item.as_object().ok_or_else(|| wrong("", "an operation"))?;
    let kind = item["kind"].as_str().and_then(DocumentKind::from_name).ok_or_else(|| {
        let known: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
        wrong("kind", "a document kind").expected(known)
    });
    match item["op"].as_str() {
        Some("put") => {
            only(object.keys(), &["op", "kind", "document"], "")?;
            let document = object.get("document").filter(|document| document.is_object());
            let document = document.ok_or_else(|| wrong("document", "a document"))?.clone();
            Ok(Operation::Put { kind: kind?, document })
        }
        Some("remove") => {
            only(object.keys(), &["op", "kind", "name"], "")?;
            let name = item["name"].as_str().ok_or_else(|| wrong("name", "a name"))?.to_owned();
            Ok(Operation::Remove { kind: kind?, name })
        }
        _ => Err(wrong("op", "put or remove").expected(["put", "remove"].as_slice())),
    }
}

impl fmt::Display for SchemaStep {
    /// A line for logs and snapshots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |columns: &[Column]| -> String {
            let name = |column: &Column| {
                let keyed = if column.keyed { " keyed" } else { "" };
                format!("{} {:?}{keyed}", column.name, column.storage)
            };
            columns.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        match self {
            SchemaStep::CreateTable { table, columns } => {
                write!(f, "create table {table} ({})", names(columns))
            }
            SchemaStep::AddColumn { table, column } => {
                write!(f, "add column {table} ({})", names(std::slice::from_ref(column)))
            }
            SchemaStep::CreateIndex { name, columns, unique, .. } => {
                let unique = if *unique { "unique " } else { "" };
                write!(f, "create {unique}index {name} ({})", names(columns))
            }
            SchemaStep::DropIndex { name, .. } => write!(f, "drop index {name}"),
        }
    }
}
