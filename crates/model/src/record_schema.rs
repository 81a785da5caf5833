//! The JSON Schema (2020-12) of an entity's records as the API speaks them, made from its fields.
//!
//! It describes and is served; what a value is, is decided by its field. But for white space
//! around a text it never refuses what the field takes.

use serde_json::{Map, Value as Json, json};

use crate::field::{Entity, Field};
use crate::label::Language;

/// Where a record schema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordUse {
    /// What an answer holds.
    Read,
    /// What a new record may say.
    Create,
    /// What a change may say; what it does not say stays.
    Update,
}

/// The schema of an entity's records.
pub fn schema_of_record(entity: &Entity, purpose: RecordUse) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &entity.fields {
        let writable = !field.read_only && !entity.kernel;
        // A client may choose the id of a new record, so that a repeated request is harmless.
        let own_id = field.name == "id" && purpose == RecordUse::Create && !entity.kernel;
        if purpose != RecordUse::Read && !writable && !own_id {
            continue;
        }
        let mut schema = schema_of_field(field, purpose);
        if purpose == RecordUse::Read && !writable {
            schema["readOnly"] = json!(true);
        }
        if is_needed(field, purpose) {
            required.push(field.name.as_str());
        }
        properties.insert(field.name.clone(), schema);
    }
    if purpose == RecordUse::Read {
        for inverse in &entity.inverses {
            let title = inverse.label.text(Language::En);
            properties.insert(inverse.name.clone(), json!({
                "title": title,
                "description": format!("Records of {}; only where it is expanded.", inverse.entity),
                "type": "object",
                "properties": {"records": {"type": "array", "items": {"type": "object"}},
                    "count": {"type": "integer", "minimum": 0}},
                "readOnly": true,
            }));
        }
    }
    let mut schema = json!({
        "title": entity.label.text(Language::En),
        "type": "object",
        "properties": properties,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    // An answer may grow; what is sent may say nothing unknown.
    if purpose != RecordUse::Read {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// Whether a record of this purpose always says the field.
fn is_needed(field: &Field, purpose: RecordUse) -> bool {
    match purpose {
        RecordUse::Read => field.name == "id",
        RecordUse::Create => field.required && field.default.is_none() && !field.built_in,
        RecordUse::Update => false,
    }
}

fn schema_of_field(field: &Field, purpose: RecordUse) -> Json {
    let mut schema = value_schema(field, purpose);
    let may_be_empty = !field.required && field.name != "id" && field.name != "revision";
    if may_be_empty {
        allow_null(&mut schema);
    }
    schema["title"] = json!(field.label.text(Language::En));
    if purpose == RecordUse::Create
        && let Some(default) = &field.default
    {
        schema["default"] = field.show(default);
    }
    schema
}

/// The schema of a value that is not empty.
fn value_schema(field: &Field, purpose: RecordUse) -> Json {
    let mut schema = field.kind.schema();
    if purpose == RecordUse::Read {
        if let Some(options) = field.kind.options() {
            // Records keep an option that is no longer offered.
            let names: Vec<&str> =
                options.all().iter().map(|choice| choice.name.as_str()).collect();
            schema["enum"] = json!(names);
        }
        if let (Some(_), Json::Array(types)) = (field.kind.scale(), &schema["type"])
            && types.iter().any(|name| name == "string")
        {
            // Numbers are understood, but exact decimals are always answered as text.
            schema["type"] = json!("string");
        }
    }
    if field.kind.link().is_none() {
        return schema;
    }
    let other = match purpose {
        RecordUse::Read => json!({"type": "object", "properties": {"id": schema.clone()},
            "required": ["id"], "description": "Where the link is expanded."}),
        _ => json!({"type": "object", "additionalProperties": false, "required": ["by"],
            "description": "The record with this value of a unique field.",
            "properties": {"by": {"type": "object", "minProperties": 1, "maxProperties": 1}}}),
    };
    json!({"anyOf": [schema, other]})
}

/// Lets a schema accept `null` too.
fn allow_null(schema: &mut Json) {
    if let Some(choices) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
        choices.push(json!({"type": "null"}));
        return;
    }
    match schema.get_mut("type") {
        Some(Json::String(name)) => schema["type"] = json!([name, "null"]),
        Some(Json::Array(names)) => names.push(json!("null")),
        _ => {}
    }
    if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
}

#[cfg(test)]
mod tests;
