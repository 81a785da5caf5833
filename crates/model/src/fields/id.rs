//! The built-in column `id`.

use serde_json::{Value as Json, json};

use super::link::{record_id, write_id};
use crate::error::Fault;
use crate::field::{Field, FieldKind, Storage};
use crate::filter::Op;
use crate::label::Language;
use crate::value::Value;

/// A record's own id.
#[derive(Debug)]
pub struct RecordId;

impl FieldKind for RecordId {
    fn storage(&self) -> Storage {
        Storage::Id
    }

    fn parse(&self, field: &Field, input: &Json) -> Result<Value, Fault> {
        record_id(field, input)
    }

    fn show(&self, value: &Value) -> Json {
        json!(value.as_id())
    }

    fn write(&self, value: &Value, out: &mut Vec<u8>) {
        write_id(value, out);
    }

    fn operators(&self) -> &'static [Op] {
        Op::EQUALITY
    }

    fn text(&self, value: &Value, _: Language) -> String {
        value.as_id().map(|id| id.to_string()).unwrap_or_default()
    }

    fn schema(&self) -> Json {
        json!({"type": "string", "format": "uuid"})
    }
}
