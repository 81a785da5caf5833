//! Fields and entities as the engine uses them: compiled once per catalogue revision.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::document::{EntityDocument, FieldDocument};
use crate::error::{Code, Fault};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// What a column is; the only thing about a field that a database needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// True or false.
    Bool,
    /// A 64-bit whole number; decimals are scaled into it.
    Integer,
    /// Text.
    Text,
    /// A day.
    Date,
    /// A point in time, to the millisecond.
    Instant,
    /// The id of a record.
    Id,
    /// JSON.
    Json,
}

/// A physical column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// The physical name: the field's id.
    pub name: String,
    /// What it holds.
    pub storage: Storage,
    /// Whether a companion column `<name>__k` holds its [`crate::text_key`].
    pub keyed: bool,
}

/// Makes the behaviour of one field from its settings.
pub type Build = fn(&Json) -> Result<Arc<dyn FieldKind>, Vec<Fault>>;

/// A field type: one file in `fields/`.
pub struct FieldType {
    /// The name in documents.
    pub name: &'static str,
    /// What people call it.
    pub label: fn() -> Label,
    /// The settings as field definitions, drawn by the record form.
    pub settings: fn() -> Vec<Json>,
    /// The JSON Schema of the settings.
    pub settings_schema: fn() -> Json,
    /// Makes the behaviour of one field from its settings. Faults have paths within the settings.
    pub build: Build,
    /// Values that feed the tests of both databases, import and export, and the web.
    pub samples: fn() -> Samples,
}

/// Good and bad values of a type, with the settings that they belong to.
pub struct Samples {
    /// The settings of the sample field.
    pub settings: Json,
    /// What may be sent, and what comes back.
    pub good: Vec<(Json, Json)>,
    /// What is refused.
    pub bad: Vec<Json>,
}

/// The behaviour of one field with its settings.
pub trait FieldKind: Send + Sync + fmt::Debug {
    /// What its column holds.
    fn storage(&self) -> Storage;

    /// Whether text is compared and sorted by its companion key.
    fn keyed(&self) -> bool {
        false
    }

    /// Reads a value from JSON; `null` never arrives here. Nothing is guessed.
    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault>;

    /// The value as JSON; empty never arrives here.
    fn show(&self, value: &Value) -> Json;

    /// Appends the value as JSON text; empty never arrives here.
    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        out.extend_from_slice(self.show(value).to_string().as_bytes());
    }

    /// The operators that filters may use on it.
    fn operators(&self) -> &'static [Op];

    /// Reads a value to compare with; more lenient than [`FieldKind::parse`] where a stored value
    /// may no longer be entered (an archived option, a smaller maximum).
    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.parse(field, input)
    }

    /// The value as text for people: exports, titles, messages.
    fn text(&self, value: &Value, language: Language) -> String;

    /// Reads the text form of an import. The text is not empty.
    #[allow(clippy::wrong_self_convention)] // the field reads, it is not made
    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        self.parse(field, &Json::String(text.to_owned()))
    }

    /// The JSON Schema (2020-12) of a value that is not empty.
    fn schema(&self) -> Json;

    /// Where it points, if it is a link.
    fn link(&self) -> Option<&Link> {
        None
    }

    /// Its options, if it is chosen from a list.
    fn options(&self) -> Option<&Options> {
        None
    }

    /// Decimal places, if it is a number that can be summed.
    fn scale(&self) -> Option<u8> {
        None
    }

    /// Whether a value may follow another.
    fn check_move(&self, _field: &Field, _from: &Value, _to: &Value) -> Result<(), Fault> {
        Ok(())
    }
}

pub use crate::fields::link::{Link, OnDelete};
pub use crate::fields::select::{Choice, Options};

/// One field of an entity.
#[derive(Debug, Clone)]
pub struct Field {
    /// The stable id, which is also the physical column.
    pub id: String,
    /// The machine name.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The name of its type.
    pub type_name: String,
    /// The behaviour.
    pub kind: Arc<dyn FieldKind>,
    /// Whether it must not be empty.
    pub required: bool,
    /// Whether no two records share a value.
    pub unique: bool,
    /// Whether clients may not write it.
    pub read_only: bool,
    /// Whether an index serves filters and sorts.
    pub indexed: bool,
    /// Personal data; hidden from roles that do not name it.
    pub personal: bool,
    /// The value of a new record, if none is given.
    pub default: Option<Value>,
    /// Whether every entity has it (`id`, `revision`, …).
    pub built_in: bool,
}

impl Field {
    /// Its physical column.
    pub fn column(&self) -> Column {
        Column { name: self.id.clone(), storage: self.kind.storage(), keyed: self.kind.keyed() }
    }

    /// A fault of this field, with its label.
    pub fn fault(&self, code: Code) -> Fault {
        Fault::new(self.name.as_str(), code).with_label("field", &self.label)
    }

    /// Reads a value; `null` and blank text are empty.
    pub fn parse(&self, input: &Json) -> Result<Value, Fault> {
        match input {
            Json::Null => Ok(Value::Null),
            Json::String(text) if text.trim().is_empty() => Ok(Value::Null),
            other => self.kind.parse(self, other),
        }
    }

    /// The value as JSON.
    pub fn show(&self, value: &Value) -> Json {
        if value.is_null() { Json::Null } else { self.kind.show(value) }
    }

    /// Appends the value as JSON text.
    pub fn write(&self, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            other => self.kind.write(other, out),
        }
    }

    /// The value as text for people; empty is `""`.
    pub fn text(&self, value: &Value, language: Language) -> String {
        if value.is_null() { String::new() } else { self.kind.text(value, language) }
    }
}

/// The records of another entity that point here: a virtual field.
#[derive(Debug, Clone)]
pub struct Inverse {
    /// The machine name here.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The entity whose records point here.
    pub entity: String,
    /// The link field there.
    pub field: String,
}

/// An entity: a table with typed fields.
#[derive(Debug)]
pub struct Entity {
    /// The stable id, which is also the physical table.
    pub id: String,
    /// The machine name.
    pub name: String,
    /// What people call one record.
    pub label: Label,
    /// The app that brought it.
    pub app: String,
    /// The field that stands for the record; `id` when none is declared.
    pub title: Arc<Field>,
    /// All fields, the built-in ones first.
    pub fields: Vec<Arc<Field>>,
    /// The virtual fields of links from elsewhere.
    pub inverses: Vec<Inverse>,
    /// Sets of fields that are unique together.
    pub unique: Vec<Vec<String>>,
    /// Whether its module writes it and the kernel stores it; nobody else may write it.
    pub kernel: bool,
    /// The document that it was made from.
    pub document: Arc<EntityDocument>,
    by_name: HashMap<String, usize>,
}

impl Entity {
    /// Compiles an entity. Faults have paths within the document.
    pub fn compile(document: &EntityDocument) -> Result<Entity, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fields = crate::fields::built_in(document.kernel);
        for (index, declared) in document.fields.iter().enumerate() {
            match compile_field(declared, document.kernel) {
                Ok(field) => fields.push(Arc::new(field)),
                Err(found) => faults
                    .extend(found.into_iter().map(|fault| fault.under(&format!("fields/{index}")))),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let by_name: HashMap<String, usize> =
            fields.iter().enumerate().map(|(i, field)| (field.name.clone(), i)).collect();
        let title = document.title_field.as_deref().unwrap_or("id");
        let title = by_name.get(title).map(|&i| fields[i].clone()).ok_or_else(|| {
            vec![Fault::new("title_field", Code::ReferenceUnknown).with("name", title)]
        })?;
        Ok(Entity {
            id: document.id.clone().unwrap_or_default(),
            name: document.name.clone(),
            label: document.label.clone(),
            app: document.app.clone().unwrap_or_default(),
            title,
            fields,
            inverses: Vec::new(),
            unique: document.unique.clone(),
            kernel: document.kernel,
            document: Arc::new(document.clone()),
            by_name,
        })
    }

    /// A field by its machine name.
    pub fn field(&self, name: &str) -> Option<&Arc<Field>> {
        self.by_name.get(name).map(|&index| &self.fields[index])
    }

    /// A virtual field by its machine name.
    pub fn inverse(&self, name: &str) -> Option<&Inverse> {
        self.inverses.iter().find(|inverse| inverse.name == name)
    }

    /// The fields that its document declares.
    pub fn declared(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.fields.iter().filter(|field| !field.built_in)
    }
}

fn compile_field(document: &FieldDocument, kernel: bool) -> Result<Field, Vec<Fault>> {
    let find = if kernel { crate::fields::find_kernel } else { crate::fields::find };
    let Some(field_type) = find(&document.r#type) else {
        let known: Vec<&str> = crate::fields::ALL.iter().map(|known| known.name).collect();
        return Err(vec![
            Fault::new("type", Code::FieldTypeUnknown)
                .with("type", &document.r#type)
                .expected(known),
        ]);
    };
    let under = |faults: Vec<Fault>, prefix: &str| -> Vec<Fault> {
        faults.into_iter().map(|fault| fault.under(prefix)).collect()
    };
    let settings = document.settings.clone().unwrap_or_else(|| Json::Object(Default::default()));
    let mut kind = (field_type.build)(&settings).map_err(|faults| under(faults, "settings"))?;
    if kernel {
        kind = crate::fields::plain(kind);
    }
    let mut field = Field {
        id: document.id.clone().unwrap_or_default(),
        name: document.name.clone(),
        label: document.label.clone(),
        type_name: document.r#type.clone(),
        kind,
        required: document.required,
        unique: document.unique,
        read_only: document.read_only,
        indexed: document.indexed,
        personal: document.personal,
        default: None,
        built_in: false,
    };
    if let Some(default) = &document.default {
        let value = field.parse(default).map_err(|mut fault| {
            fault.path = String::new();
            vec![fault.under("default")]
        })?;
        field.default = Some(value).filter(|value| !value.is_null());
    }
    Ok(field)
}
