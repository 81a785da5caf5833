//! Values as the change log keeps them: by the id of their field, independent of names, options
//! and scales that may change later.

use model::{Field, Storage, Uuid, Value, time};
use serde_json::{Value as Json, json};

/// The form in the change log.
pub(crate) fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Date(value) => json!(time::format_date(*value)),
        Value::Instant(value) => json!(time::format_instant(*value)),
        Value::Id(value) => json!(value),
        Value::Json(value) => value.clone(),
    }
}

/// Reads the form in the change log; what the field cannot hold is empty.
pub(crate) fn from_json(field: &Field, json: &Json) -> Value {
    let text = json.as_str();
    let read = match field.kind.storage() {
        Storage::Bool => json.as_bool().map(Value::Bool),
        Storage::Integer => json.as_i64().map(Value::Int),
        Storage::Text => text.map(Value::from),
        Storage::Date => text.and_then(time::parse_date).map(Value::Date),
        Storage::Instant => text.and_then(time::parse_instant).map(Value::Instant),
        Storage::Id => text.and_then(|text| Uuid::try_parse(text).ok()).map(Value::Id),
        Storage::Json => (!json.is_null()).then(|| Value::Json(json.clone())),
    };
    read.unwrap_or_default()
}
