//! What is checked of a document before it is compared with what is there.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::fields;
use crate::document::DocumentKind;
use crate::error::{Code, Fault};
use crate::fields::is_kernel_only;
use crate::filter::Op;
use crate::limits::FIELDS_MAX;
use crate::name::{check_entity_name, check_field_name};

/// The keys of an extension.
const EXTENSION: [&str; 5] = ["format", "extends", "fields", "unique", "indexes"];

/// Checks a document as it is sent: the schema of its kind, and of an entity its names. An entity
/// may be sent as it was read, so `kernel` passes here; who may set it is decided later.
pub(crate) fn check_document(kind: DocumentKind, document: &Json) -> Result<(), Vec<Fault>> {
    if kind != DocumentKind::Entity {
        return kind.check(document);
    }
    let mut sent = document.clone();
    if let Some(object) = sent.as_object_mut() {
        if object.get("kernel") == Some(&Json::Bool(true)) {
            object.shift_remove("kernel");
            // The schema knows nothing of types that only the kernel has; they are compiled.
            if let Some(fields) = object.get_mut("fields").and_then(Json::as_array_mut) {
                let only = |field: &Json| field["type"].as_str().is_some_and(is_kernel_only);
                fields.retain(|field| !only(field));
            }
        }
        if let Some(name) = object.get("extends").cloned() {
            if let Some(key) = object.keys().find(|key| !EXTENSION.contains(&key.as_str())) {
                let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
                return Err(vec![fault.expected(EXTENSION.as_slice())]);
            }
            object.shift_remove("extends");
            object.insert("name".to_owned(), name);
            object.insert("label".to_owned(), json!({"en": "extension"}));
        }
    }
    kind.check(&sent)?;
    let mut faults = Vec::new();
    let name = sent["name"].as_str().unwrap_or_default();
    faults.extend(check_entity_name(name, "name").err());
    let mut seen = HashSet::new();
    for (index, field) in fields(&sent).enumerate() {
        let at = format!("fields/{index}");
        let name = field["name"].as_str().unwrap_or_default();
        let path = format!("{at}/name");
        faults.extend(check_field_name(name, &path).err());
        if !seen.insert(name) {
            faults.push(Fault::new(path, Code::NameTaken).with("name", name));
        }
        faults.extend(check_indexable(field).err().map(|fault| fault.under(&at)));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// What cannot be compared cannot be unique, and an index would serve nothing.
fn check_indexable(field: &Json) -> Result<(), Fault> {
    let build = field["type"].as_str().and_then(crate::fields::find).map(|known| known.build);
    let settings = field.get("settings").cloned().unwrap_or_else(|| json!({}));
    // A field that cannot be built is refused when the catalogue is compiled.
    let Some(Ok(kind)) = build.map(|build| build(&settings)) else { return Ok(()) };
    if kind.operators().contains(&Op::Eq) {
        return Ok(());
    }
    match ["unique", "indexed"].into_iter().find(|key| field[*key] == true) {
        Some(key) => {
            let reason = format!("a field of this type cannot be {key}");
            Err(Fault::new(key, Code::SettingInvalid).with("reason", reason))
        }
        None => Ok(()),
    }
}

/// Fields that an entity may have, after everything that is kept has been added.
pub(super) fn check_size(body: &Json) -> Result<(), Fault> {
    if fields(body).count() <= FIELDS_MAX {
        return Ok(());
    }
    let reason = format!("an entity has at most {FIELDS_MAX} fields");
    Err(Fault::new("fields", Code::DocumentInvalid).with("reason", reason))
}

/// The path within a document as it was sent, of a path within what became of it: fields may
/// stand elsewhere, since those of other apps are kept.
pub(super) fn sent_path(path: &str, body: &Json, sent: &Json) -> String {
    let Some(rest) = path.strip_prefix("fields/") else { return path.to_owned() };
    let (index, rest) = rest.split_once('/').map_or((rest, ""), |(index, rest)| (index, rest));
    let name = index.parse::<usize>().ok().map(|index| &body["fields"][index]["name"]);
    let index = name.and_then(|name| fields(sent).position(|field| field["name"] == *name));
    match index {
        Some(index) if rest.is_empty() => format!("fields/{index}"),
        Some(index) => format!("fields/{index}/{rest}"),
        None => path.to_owned(),
    }
}
