//! What differs in the entities that the kernel stores itself: their tables have fewer columns, a
//! text has no companions, and a field may hold the id of a record of whatever entity.

use std::sync::Arc;

use serde_json::Value as Json;

use super::id;
use crate::error::Fault;
use crate::field::{Field, FieldKind, FieldType, Link, Options, Samples, Storage};
use crate::filter::Op;
use crate::label::{Label, Language};
use crate::value::Value;

/// The built-in fields that every table of the kernel has.
pub(super) const BUILT_IN: [&str; 3] = ["id", "created_at", "updated_at"];

/// The id of a record, whatever its entity; a customer's fields are links instead.
const ID: FieldType = FieldType {
    name: "id",
    label: || Label::new("Id", "编号"),
    settings: Vec::new,
    settings_schema: || serde_json::json!({}),
    build: |_| Ok(Arc::new(id::RecordId)),
    samples: || Samples { settings: serde_json::json!({}), good: Vec::new(), bad: Vec::new() },
};

/// A field type of the kernel's entities by its name.
pub(crate) fn find(name: &str) -> Option<&'static FieldType> {
    if is_kernel_only(name) { Some(&ID) } else { super::find(name) }
}

/// Whether a type is one that customers cannot choose.
pub(crate) fn is_kernel_only(name: &str) -> bool {
    name == ID.name
}

/// The same behaviour over a column without companions: a text is compared as it is written.
pub(crate) fn plain(kind: Arc<dyn FieldKind>) -> Arc<dyn FieldKind> {
    if kind.keyed() { Arc::new(Plain(kind)) } else { kind }
}

/// A kind without companion columns.
#[derive(Debug)]
struct Plain(Arc<dyn FieldKind>);

impl FieldKind for Plain {
    fn storage(&self) -> Storage {
        self.0.storage()
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.0.parse(field, input)
    }

    fn show(&self, value: &Value) -> Json {
        self.0.show(value)
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        self.0.write(value, out);
    }

    fn operators(&self) -> &'static [Op] {
        self.0.operators()
    }

    fn operand(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        self.0.operand(field, input)
    }

    fn text(&self, value: &Value, language: Language) -> String {
        self.0.text(value, language)
    }

    fn from_text(&self, field: &Field, text: &str) -> Result<Value, Fault> {
        self.0.from_text(field, text)
    }

    fn schema(&self) -> Json {
        self.0.schema()
    }

    fn link(&self) -> Option<&Link> {
        self.0.link()
    }

    fn options(&self) -> Option<&Options> {
        self.0.options()
    }

    fn scale(&self) -> Option<u8> {
        self.0.scale()
    }
}
