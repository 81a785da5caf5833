//! A workspace in memory for tests: a catalogue, its trash and its history.

use serde_json::{Value as Json, json};

use super::{
    Changeset, DocumentChange, Effect, Plan, PlanContext, TrashChange, TrashKind, Trashed, plan,
};
use crate::catalogue::Catalogue;
use crate::document::DocumentKind;
use crate::error::{Error, Result};
use crate::json::canonical;
use crate::label::Language;
use crate::name::Suffixes;

/// What an engine keeps of a workspace's documents.
#[derive(Default)]
pub(crate) struct Workspace {
    pub catalogue: Catalogue,
    pub suffixes: u64,
    pub trash: Vec<Trashed>,
    /// The changes of every revision, from the first on.
    pub history: Vec<Vec<DocumentChange>>,
}

impl Workspace {
    /// A small shop of sales: accounts, deals with stages, views, a form, a role, an automation, a
    /// script.
    pub(crate) fn sales() -> Workspace {
        let mut workspace = Workspace::default();
        workspace.apply(sales()).unwrap_or_else(|error| panic!("{error}"));
        workspace
    }

    pub(crate) fn preview(&self, operations: Json) -> Result<Plan> {
        self.preview_for(None, operations)
    }

    pub(crate) fn preview_for(&self, app: Option<&str>, operations: Json) -> Result<Plan> {
        let changeset = Changeset::from_json(&json!({
            "base_revision": self.catalogue.revision, "operations": operations,
        }))?;
        self.plan(&changeset, app)
    }

    pub(crate) fn plan(&self, changeset: &Changeset, app: Option<&str>) -> Result<Plan> {
        let context = PlanContext {
            suffixes: Suffixes::starting_at(self.suffixes),
            trash: &self.trash,
            app: app.map(str::to_owned),
            empty: &[],
        };
        plan(&self.catalogue, changeset, context)
    }

    pub(crate) fn apply(&mut self, operations: Json) -> Result<()> {
        let plan = self.preview(operations)?;
        self.take(plan)
    }

    /// Applies a plan as an engine does; a refused one is not.
    pub(crate) fn take(&mut self, plan: Plan) -> Result<()> {
        if let Some(refusal) = plan.refusal() {
            return Err(refusal);
        }
        for change in plan.trash {
            match change {
                TrashChange::Put(thing) => {
                    self.trash.retain(|other| other.id != thing.id);
                    self.trash.push(thing);
                }
                TrashChange::Take(id) => {
                    let before = self.trash.len();
                    self.trash.retain(|thing| thing.id != id);
                    assert_eq!(self.trash.len() + 1, before, "{id} was in the trash once");
                }
            }
        }
        assert!(plan.suffixes >= self.suffixes, "suffixes are never reused");
        (self.catalogue, self.suffixes) = (plan.catalogue, plan.suffixes);
        self.history.push(plan.changes);
        Ok(())
    }

    /// The body of a document.
    pub(crate) fn body(&self, kind: &str, name: &str) -> Json {
        let kind = DocumentKind::from_name(kind).expect("a kind");
        let document = self.catalogue.document(kind, name);
        document.unwrap_or_else(|| panic!("{} {name}", kind.name())).body.clone()
    }

    /// An operation that puts a document after a change.
    pub(crate) fn edit(&self, kind: &str, name: &str, edit: impl FnOnce(&mut Json)) -> Json {
        let mut body = self.body(kind, name);
        edit(&mut body);
        json!({"op": "put", "kind": kind, "document": body})
    }

    /// All documents as one canonical text.
    pub(crate) fn text(&self) -> String {
        let line = |document: &crate::document::Document| {
            format!("{} {} {}", document.kind.name(), document.name, canonical(&document.body))
        };
        self.catalogue.documents().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A field of an entity's body, to change it.
pub(crate) fn field<'b>(body: &'b mut Json, name: &str) -> &'b mut Json {
    let fields = body["fields"].as_array_mut().expect("fields");
    fields.iter_mut().find(|field| field["name"] == name).expect("the field")
}

/// Takes a field out of an entity's body.
pub(crate) fn drop_field(body: &mut Json, name: &str) {
    body["fields"].as_array_mut().expect("fields").retain(|field| field["name"] != name);
}

/// A plan in lines for snapshots.
pub(crate) fn show(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for step in &plan.steps {
        let touches: Vec<String> =
            step.touches.iter().map(|(kind, name)| format!("{} {name}", kind.name())).collect();
        let touches = match touches.is_empty() {
            true => String::new(),
            false => format!(" [{}]", touches.join(", ")),
        };
        let effect = match step.effect {
            Effect::Safe => "",
            Effect::Lossy => "LOSSY ",
            Effect::Forbidden => "FORBIDDEN ",
        };
        let message = step.message.text(Language::En);
        lines.push(format!("{effect}{}: {message}{touches}", step.kind.name()));
    }
    lines.extend(plan.schema.iter().map(|step| step.to_string()));
    for change in &plan.trash {
        lines.push(match change {
            TrashChange::Put(Trashed { kind: TrashKind::Field, id, .. }) => {
                format!("trash field {id}")
            }
            TrashChange::Put(thing) => format!("trash {} {}", thing.kind.name(), thing.id),
            TrashChange::Take(id) => format!("take {id}"),
        });
    }
    lines.join("\n")
}

/// The paths of an error's faults.
pub(crate) fn paths(error: &Error) -> Vec<&str> {
    error.faults.iter().map(|fault| fault.path.as_str()).collect()
}

fn sales() -> Json {
    let text = include_bytes!("testing/sales.json");
    crate::json::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// An operation that puts a document.
pub(crate) fn put(kind: &str, document: Json) -> Json {
    json!({"op": "put", "kind": kind, "document": document})
}

/// An operation that removes a document.
pub(crate) fn remove(kind: &str, name: &str) -> Json {
    json!({"op": "remove", "kind": kind, "name": name})
}
