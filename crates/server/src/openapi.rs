//! The API described as OpenAPI 3.1: of the platform, from the table of routes; and of a
//! workspace, whose entities become typed schemas as far as the caller may see them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use engine::{Access, Context};
use model::document::{FieldRight, Right};
use model::record_schema::{RecordUse, schema_of_record};
use model::{Entity, Language};
use serde_json::{Map, Value as Json, json};

use crate::reply;
use crate::router::{Door, ROUTES, Route};

/// By the name of a route: what it does, takes and answers.
static OPERATIONS: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("openapi/operations.json")).expect("a test reads it")
});
/// Shapes that several routes share.
static SCHEMAS: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("openapi/schemas.json")).expect("a test reads it")
});
/// The platform's description, made once.
static PLATFORM: LazyLock<String> = LazyLock::new(|| platform().to_string());

/// The description of the platform, as JSON text.
pub fn platform_text() -> &'static str {
    &PLATFORM
}

fn platform() -> Json {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    document("Tessera", Json::Object(paths), SCHEMAS.clone())
}

fn document(title: &str, paths: Json, schemas: Json) -> Json {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "tessera",
                    "description": "Named __Host-tessera under TLS"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    })
}

/// An operation of the platform's description.
fn operation(route: &Route) -> Json {
    let said = &OPERATIONS[route.name];
    let mut operation = json!({
        "operationId": route.name,
        "tags": [said["tag"]],
        "summary": said["summary"],
        "responses": responses(said, said.get("answer")),
    });
    let segments = route.path.split('/').filter_map(segment);
    let mut parameters: Vec<Json> = segments.map(path_parameter).collect();
    parameters.extend(route.parameters.iter().map(|name| query_parameter(name)));
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(schema) = said.get("request") {
        operation["requestBody"] = body_of(schema);
    }
    if matches!(route.door, Door::Open(_)) {
        operation["security"] = json!([]);
    }
    operation
}

fn segment(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

fn path_parameter(name: &str) -> Json {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

fn query_parameter(name: &str) -> Json {
    let schema = match name {
        "limit" | "offset" | "since" | "before" => json!({"type": "integer", "minimum": 0}),
        "count" | "preview" | "raw" => json!({"type": "boolean"}),
        _ => json!({"type": "string"}),
    };
    match name {
        "filter" => json!({"name": name, "in": "query", "content":
            {"application/json": {"schema": {"$ref": "#/components/schemas/filter"}}}}),
        _ => json!({"name": name, "in": "query", "schema": schema}),
    }
}

fn body_of(schema: &Json) -> Json {
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

/// The good answer, and the shape of every refusal.
fn responses(said: &Json, answer: Option<&Json>) -> Json {
    let refused = json!({"description": "Refused", "content": {"application/problem+json":
        {"schema": {"$ref": "#/components/schemas/problem"}}}});
    let mut responses = Map::new();
    match answer {
        Some(schema) => {
            let status = said["status"].as_u64().unwrap_or(200).to_string();
            let media = said["media"].as_str().unwrap_or("application/json");
            let good = json!({"description": said["summary"], "content":
                {media: {"schema": schema}}});
            responses.insert(status, good);
        }
        None => {
            responses.insert("204".to_owned(), json!({"description": said["summary"]}));
        }
    }
    responses.insert("default".to_owned(), refused);
    Json::Object(responses)
}

/// The description of a workspace for a caller: entities, fields and operations that they may use.
pub fn workspace(context: &Context) -> Json {
    let (access, language) = (context.access(), context.language());
    let mut schemas = Map::new();
    for shared in ["problem", "filter", "query", "aggregate", "batch", "write"] {
        schemas.insert(shared.to_owned(), SCHEMAS[shared].clone());
    }
    let mut paths = Map::new();
    let visible = |entity: &&std::sync::Arc<Entity>| access.may(&entity.name, Right::Read);
    for entity in context.catalogue().entities().filter(visible) {
        add_schemas(&mut schemas, entity, access, language);
        add_paths(&mut paths, entity, access, &context.workspace().slug);
    }
    document(&context.workspace().name, Json::Object(paths), Json::Object(schemas))
}

/// Names of an entity's schemas; entities cannot be called so, since a name has no dot.
fn schema_name(entity: &Entity, purpose: RecordUse) -> String {
    let ending = match purpose {
        RecordUse::Read => "record",
        RecordUse::Create => "new",
        RecordUse::Update => "change",
    };
    format!("{}.{ending}", entity.name)
}

fn reference(entity: &Entity, purpose: RecordUse) -> Json {
    json!({"$ref": format!("#/components/schemas/{}", schema_name(entity, purpose))})
}

fn add_schemas(
    schemas: &mut Map<String, Json>,
    entity: &Entity,
    access: &Access,
    language: Language,
) {
    let purposes = [
        (RecordUse::Read, Right::Read, FieldRight::Read),
        (RecordUse::Create, Right::Create, FieldRight::Write),
        (RecordUse::Update, Right::Update, FieldRight::Write),
    ];
    for (purpose, right, least) in purposes {
        if !access.may(&entity.name, right) {
            continue;
        }
        let mut schema = schema_of_record(entity, purpose);
        // What stays hidden must not be described either. The id of a new record may be chosen.
        let shown: BTreeSet<&str> = entity
            .fields
            .iter()
            .filter(|field| {
                let chosen = purpose == RecordUse::Create && field.name == "id";
                chosen || access.field_right(&entity.name, field) >= least
            })
            .map(|field| field.name.as_str())
            .collect();
        prune(&mut schema, &shown);
        schema["title"] = json!(entity.label.text(language));
        schemas.insert(schema_name(entity, purpose), schema);
    }
}

fn prune(schema: &mut Json, shown: &BTreeSet<&str>) {
    if let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) {
        properties.retain(|name, _| shown.contains(name.as_str()));
    }
    if let Some(required) = schema.get_mut("required").and_then(Json::as_array_mut) {
        required.retain(|name| name.as_str().is_some_and(|name| shown.contains(name)));
    }
}

fn add_paths(paths: &mut Map<String, Json>, entity: &Entity, access: &Access, slug: &str) {
    let prefix = "/api/v1/w/{ws}/records/{entity}";
    for route in ROUTES.iter().filter(|route| route.path.starts_with(prefix)) {
        let (right, request, answer) = typed(entity, route.name);
        if !access.may(&entity.name, right) {
            continue;
        }
        let mut operation = operation(route);
        operation["operationId"] = json!(format!("{}.{}", entity.name, route.name));
        operation["tags"] = json!([entity.name]);
        if let Some(parameters) = operation.get_mut("parameters").and_then(Json::as_array_mut) {
            parameters.retain(|one| one["name"] != "ws" && one["name"] != "entity");
        }
        if let Some(request) = request {
            operation["requestBody"] = body_of(&request);
        }
        if let Some(answer) = answer {
            operation["responses"] = responses(&OPERATIONS[route.name], Some(&answer));
        }
        let path = route.path.replace("{ws}", slug).replace("{entity}", &entity.name);
        let path = paths.entry(path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
}

/// The right that a route needs, and what it takes and answers where that is of the entity's type.
fn typed(entity: &Entity, route: &str) -> (Right, Option<Json>, Option<Json>) {
    let record = || Some(reference(entity, RecordUse::Read));
    let page = || {
        Some(json!({"type": "object", "required": ["records", "next_cursor", "count"],
            "properties": {
                "records": {"type": "array", "items": reference(entity, RecordUse::Read)},
                "next_cursor": {"type": ["string", "null"]},
                "count": {"type": ["integer", "null"]}}}))
    };
    match route {
        "records.list" | "records.query" => (Right::Read, None, page()),
        "records.get" => (Right::Read, None, record()),
        "records.create" => (Right::Create, Some(reference(entity, RecordUse::Create)), record()),
        "records.update" => (Right::Update, Some(reference(entity, RecordUse::Update)), record()),
        "records.restore" => (Right::Create, None, record()),
        "records.delete" => (Right::Delete, None, None),
        "records.batch" => (Right::Update, None, None),
        _ => (Right::Read, None, None),
    }
}

/// An answer that holds a description.
pub fn reply(text: impl Into<Vec<u8>>) -> reply::Reply {
    reply::bytes(hyper::StatusCode::OK, text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let described: BTreeSet<&str> =
            OPERATIONS.as_object().unwrap().keys().map(String::as_str).collect();
        let routes: BTreeSet<&str> = ROUTES.iter().map(|route| route.name).collect();
        assert_eq!(described, routes);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = platform_text();
        for part in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(SCHEMAS.get(name).is_some(), "there is no schema {name}");
        }
    }

    #[test]
    fn variable_parts_of_an_address_are_parameters() {
        let platform = platform();
        let get = &platform["paths"]["/api/v1/w/{ws}/records/{entity}/{id}"]["get"];
        let names: Vec<&str> = get["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["ws", "entity", "id", "fields", "expand"]);
        assert_eq!(platform["paths"]["/api/v1/auth/login"]["post"]["security"], json!([]));
    }
}
