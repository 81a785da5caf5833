//! Reading the files of an app as documents.
//!
//! An app is a folder: `app.json`, a folder per entity with `entity.json`, `views/`, `form.json`
//! or `forms/`, `scripts/` and `automations/`, and beside those `roles/` and `automations/`. Where
//! a file lies says what its document is called, so that it need not be said again.

use serde_json::{Map, Value as Json, json};

use crate::changeset::check_document;
use crate::document::{AppDocument, Document, DocumentKind, Hook};
use crate::error::{Code, Error, Fault, Param, Result};
use crate::json;
use crate::label::{Label, Language};

/// A package: an app and the documents that it brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The app's name.
    pub app: String,
    /// Its version.
    pub version: String,
    /// The apps that it builds on.
    pub depends: Vec<String>,
    /// Its documents in the order of their kinds, ready for
    /// [`Changeset::of_documents`](crate::changeset::Changeset::of_documents). Extensions of other
    /// entities are among them: their body begins with `extends`.
    pub documents: Vec<Document>,
}

/// Folders and files of an app that are no documents.
const BESIDE: [&str; 7] =
    ["imports", "samples", "scenarios", "samples.json", "README.md", "LICENSE", "CHANGELOG.md"];

/// Reads the files of one app folder, with paths relative to it and `/` between their parts.
/// Errors: `package_invalid` with faults whose paths are that of the file and then that within it.
pub fn read(files: &[(String, Vec<u8>)]) -> Result<Package> {
    let mut faults = Vec::new();
    let app = match read_app(files) {
        Ok(app) => app,
        Err(found) => return Err(invalid("?", found)),
    };
    let mut sorted: Vec<&(String, Vec<u8>)> = files.iter().collect();
    sorted.sort();
    let mut documents = Vec::new();
    for (path, bytes) in sorted {
        match read_file(&app.name, path, bytes, files) {
            Ok(document) => documents.extend(document),
            Err(found) => faults.extend(found.into_iter().map(|fault| fault.under(path))),
        }
    }
    if !faults.is_empty() {
        return Err(invalid(&app.name, faults));
    }
    documents.sort_by_key(|document| document.kind);
    let AppDocument { name: app, version, depends, .. } = app;
    Ok(Package { app, version, depends, documents })
}

fn invalid(app: &str, faults: Vec<Fault>) -> Error {
    let reason = faults.first().map(|fault| {
        let say = |language| {
            let message = fault.message(language);
            format!("{}: {}", fault.path, message.trim_end_matches(['.', '。']))
        };
        Label::new(&say(Language::En), &say(Language::ZhCn))
    });
    let mut error = Error::faults(faults);
    error.code = Code::PackageInvalid;
    error.params = vec![
        ("app", Param::Text(app.to_owned())),
        ("reason", Param::Label(reason.unwrap_or_default())),
    ];
    error
}

fn read_app(files: &[(String, Vec<u8>)]) -> Result<AppDocument, Vec<Fault>> {
    const PATH: &str = "app.json";
    let file = files.iter().find(|(path, _)| path == PATH);
    let (_, bytes) = file.ok_or_else(|| {
        vec![Fault::new(PATH, Code::DocumentInvalid).with("reason", "the file is missing")]
    })?;
    let under = |found: Vec<Fault>| found.into_iter().map(|fault| fault.under(PATH)).collect();
    let body = parse(bytes).map_err(under)?;
    DocumentKind::App.check(&body).map_err(under)?;
    Document { kind: DocumentKind::App, name: String::new(), body }.read().map_err(under)
}

/// Reads JSON, with the reader's fault where it is none.
fn parse(bytes: &[u8]) -> Result<Json, Vec<Fault>> {
    json::parse(bytes).map_err(|error| error.faults)
}

/// What a file is, by where it lies.
struct Shelf<'a> {
    kind: DocumentKind,
    /// The entity in whose folder it lies.
    entity: Option<&'a str>,
    /// What its document is called, without the entity.
    stem: &'a str,
}

/// The document of a file; none for what lies beside the documents.
fn read_file(
    app: &str,
    path: &str,
    bytes: &[u8],
    files: &[(String, Vec<u8>)],
) -> Result<Option<Document>, Vec<Fault>> {
    let Some(shelf) = shelf(path)? else { return Ok(None) };
    let mut body = match shelf.kind {
        DocumentKind::Script => script(shelf.stem, bytes)?,
        _ => parse(bytes)?,
    };
    let Some(object) = body.as_object_mut() else {
        let fault = Fault::new("", Code::ValueType).with("expected", "an object");
        return Err(vec![fault]);
    };
    let is_extension = shelf.kind == DocumentKind::Entity && object.contains_key("extends");
    let name = match shelf.entity {
        _ if is_extension => {
            fill(object, "extends", shelf.stem)?;
            shelf.stem.to_owned()
        }
        Some(entity) if shelf.kind != DocumentKind::Automation => {
            let known = files.iter().any(|(path, _)| *path == format!("{entity}/entity.json"));
            if !known {
                let missing = format!("{entity}/entity.json is missing");
                return Err(vec![Fault::new("", Code::DocumentInvalid).with("reason", missing)]);
            }
            fill(object, "entity", entity)?;
            format!("{entity}.{}", shelf.stem)
        }
        _ if shelf.kind == DocumentKind::App => app.to_owned(),
        _ => shelf.stem.to_owned(),
    };
    if !is_extension {
        fill(object, "name", &name)?;
        if shelf.kind != DocumentKind::App {
            fill(object, "app", app)?;
        }
    }
    check_document(shelf.kind, &body)?;
    Ok(Some(Document { kind: shelf.kind, name, body }))
}

fn shelf(path: &str) -> Result<Option<Shelf<'_>>, Vec<Fault>> {
    let parts: Vec<&str> = path.split('/').collect();
    let json = |file: &'_ str| file.strip_suffix(".json").map(str::len);
    let stem = |file: &'_ str| json(file).unwrap_or(0);
    let found = match parts.as_slice() {
        [first, ..] if BESIDE.contains(first) => return Ok(None),
        [_, beside] if BESIDE.contains(beside) => return Ok(None),
        ["app.json"] => Some((DocumentKind::App, None, "")),
        ["roles", file] if json(file).is_some() => {
            Some((DocumentKind::Role, None, &file[..stem(file)]))
        }
        ["automations", file] if json(file).is_some() => {
            Some((DocumentKind::Automation, None, &file[..stem(file)]))
        }
        [entity, "entity.json"] => Some((DocumentKind::Entity, None, *entity)),
        [entity, "form.json"] => Some((DocumentKind::Form, Some(*entity), "main")),
        [entity, folder, file] if json(file).is_some() => {
            let kind = match *folder {
                "views" => Some(DocumentKind::View),
                "forms" => Some(DocumentKind::Form),
                "automations" => Some(DocumentKind::Automation),
                _ => None,
            };
            kind.map(|kind| (kind, Some(*entity), &file[..stem(file)]))
        }
        [entity, "scripts", file] => {
            let stem = file.strip_suffix(".rhai");
            stem.map(|stem| (DocumentKind::Script, Some(*entity), stem))
        }
        _ => None,
    };
    match found {
        Some((kind, entity, stem)) => Ok(Some(Shelf { kind, entity, stem })),
        None => {
            let reason = "an app has no such file";
            Err(vec![Fault::new("", Code::DocumentInvalid).with("reason", reason)])
        }
    }
}

/// Says what the place of a file says, unless the file says it already; it may not say otherwise.
fn fill(object: &mut Map<String, Json>, key: &str, value: &str) -> Result<(), Vec<Fault>> {
    match object.get(key) {
        None => {
            object.insert(key.to_owned(), json!(value));
            Ok(())
        }
        Some(said) if said == value => Ok(()),
        Some(said) => {
            let reason = format!("the file lies where {key} is {value}, not {said}");
            let fault = Fault::new(key, Code::DocumentInvalid).with("reason", reason);
            Err(vec![fault.expected(value)])
        }
    }
}

/// The document of a script file, `before_save.rhai` or `before_save_totals.rhai`: when it runs
/// is the beginning of its name.
fn script(stem: &str, bytes: &[u8]) -> Result<Json, Vec<Fault>> {
    let fault = |reason: &str| vec![Fault::new("", Code::DocumentInvalid).with("reason", reason)];
    let source = std::str::from_utf8(bytes).map_err(|_| fault("the file is not UTF-8"))?;
    const HOOKS: [Hook; 1] = [Hook::BeforeSave];
    let runs = |hook: &&Hook| {
        stem.strip_prefix(hook.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    let hook = HOOKS.iter().find(runs).ok_or_else(|| fault("its name begins with no hook"))?;
    Ok(json!({"hook": hook.name(), "source": source}))
}

#[cfg(test)]
pub(crate) mod tests;
