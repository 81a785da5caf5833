//! The kinds of documents: what each may say, as Rust types and as JSON Schema (2020-12).
//!
//! The schema of a kind is generated from its type, so that both always agree; it is served to
//! clients and checked on every path by which a document arrives.

pub mod app;
pub mod automation;
pub mod entity;
pub mod form;
pub mod role;
pub mod script;
pub mod view;

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::{PatternOptions, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub use app::{AppDocument, NavigationItem};
pub use automation::{AutomationDocument, Step, StepAction, Trigger, TriggerOn};
pub use entity::{EntityDocument, FieldDocument};
pub use form::{FormDocument, FormNode};
pub use role::{Capability, EntityRights, FieldRight, Right, RoleDocument};
pub use script::{Hook, ScriptDocument};
pub use view::{ViewColumn, ViewDocument, ViewType};

use crate::error::{Code, Fault};
use crate::limits::{DOCUMENT_BYTES_MAX, FAULTS_MAX};

/// The format that this version writes; older ones are upgraded when they are read.
pub const FORMAT: u32 = 1;

/// A kind of document.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A package: version, dependencies, navigation.
    App,
    /// A table.
    Entity,
    /// A way to look at an entity.
    View,
    /// A way to enter a record.
    Form,
    /// Permissions.
    Role,
    /// A Rhai module.
    Script,
    /// Trigger, condition, steps.
    Automation,
}

impl DocumentKind {
    /// All kinds, in the order in which they build on each other.
    pub const ALL: [DocumentKind; 7] = [
        DocumentKind::App,
        DocumentKind::Entity,
        DocumentKind::View,
        DocumentKind::Form,
        DocumentKind::Role,
        DocumentKind::Script,
        DocumentKind::Automation,
    ];

    /// The name in URLs and changesets.
    pub fn name(self) -> &'static str {
        match self {
            DocumentKind::App => "app",
            DocumentKind::Entity => "entity",
            DocumentKind::View => "view",
            DocumentKind::Form => "form",
            DocumentKind::Role => "role",
            DocumentKind::Script => "script",
            DocumentKind::Automation => "automation",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<DocumentKind> {
        DocumentKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The JSON Schema of its documents.
    pub fn schema(self) -> &'static Json {
        &SCHEMAS[&self].0
    }

    /// Checks a document against the schema. Faults have paths within the document.
    pub fn check(self, document: &Json) -> Result<(), Vec<Fault>> {
        if document.to_string().len() > DOCUMENT_BYTES_MAX {
            let reason = format!("it is larger than {DOCUMENT_BYTES_MAX} bytes");
            return Err(vec![Fault::new("", Code::DocumentInvalid).with("reason", reason)]);
        }
        let faults: Vec<Fault> = SCHEMAS[&self]
            .1
            .iter_errors(document)
            .take(FAULTS_MAX)
            .map(|error| {
                let path = error.instance_path().to_string();
                Fault::new(path.trim_start_matches('/'), Code::DocumentInvalid)
                    .with("reason", error)
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// A document as it is stored and sent: its kind, its name, and its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Its kind.
    pub kind: DocumentKind,
    /// Its machine name, unique per kind.
    pub name: String,
    /// The body, which has passed the schema of the kind.
    #[serde(rename = "document")]
    pub body: Json,
}

impl Document {
    /// Reads the body as the type of its kind. A stored body always fits; what is sent is checked
    /// by [`DocumentKind::check`] first, so that faults have paths.
    pub fn read<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Vec<Fault>> {
        T::deserialize(&self.body)
            .map_err(|error| vec![Fault::new("", Code::DocumentInvalid).with("reason", error)])
    }
}

static SCHEMAS: LazyLock<HashMap<DocumentKind, (Json, Validator)>> = LazyLock::new(|| {
    let compiled = |kind: DocumentKind| {
        let schema = kind_schema(kind);
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .expect("the schemas are our own and a test compiles them");
        (kind, (schema, validator))
    };
    DocumentKind::ALL.into_iter().map(compiled).collect()
});

fn kind_schema(kind: DocumentKind) -> Json {
    let mut schema = match kind {
        DocumentKind::App => schema_of::<AppDocument>(),
        DocumentKind::Entity => schema_of::<EntityDocument>(),
        DocumentKind::View => schema_of::<ViewDocument>(),
        DocumentKind::Form => schema_of::<FormDocument>(),
        DocumentKind::Role => schema_of::<RoleDocument>(),
        DocumentKind::Script => schema_of::<ScriptDocument>(),
        DocumentKind::Automation => schema_of::<AutomationDocument>(),
    };
    if kind == DocumentKind::Entity {
        entity::add_settings_schemas(&mut schema);
    }
    schema["$id"] = json!(format!("tessera:{}.json", kind.name()));
    schema
}

/// The JSON Schema (2020-12) of a type.
pub(crate) fn schema_of<T: JsonSchema>() -> Json {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

/// What every document starts with; `true` when absent.
fn yes() -> bool {
    true
}

fn current_format() -> u32 {
    FORMAT
}

/// Whether a flag is at its default and need not be written.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The machine name of a document of an entity: `entity.name`.
const SCOPED_NAME: &str = "^[a-z][a-z0-9_]{0,39}\\.[a-z][a-z0-9_]{0,39}$";
/// A machine name.
const NAME: &str = "^[a-z][a-z0-9_]{0,39}$";

#[cfg(test)]
mod tests;
