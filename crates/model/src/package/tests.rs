//! Tests of reading packages.

use std::path::Path;

use serde_json::json;

use super::*;
use crate::Catalogue;
use crate::changeset::{Changeset, PlanContext, plan};
use crate::name::Suffixes;

fn file(path: &str, text: impl ToString) -> (String, Vec<u8>) {
    (path.to_owned(), text.to_string().into_bytes())
}

fn app() -> (String, Vec<u8>) {
    file("app.json", json!({"name": "shop", "label": {"en": "Shop"}, "version": "1.0.0"}))
}

fn entity() -> (String, Vec<u8>) {
    let field = json!({"name": "title", "type": "text", "label": {"en": "Title"}});
    file("item/entity.json", json!({"label": {"en": "Item"}, "fields": [field]}))
}

/// The files of an app that is shipped.
pub(crate) fn shipped(name: &str) -> Vec<(String, Vec<u8>)> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.push((relative, std::fs::read(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps").join(name);
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files
}

#[test]
fn a_file_need_not_say_what_its_place_says() {
    let view = json!({"label": {"en": "All"}, "type": "grid", "columns": [{"field": "title"}]});
    let automation = json!({"label": {"en": "Note"}, "trigger": {"on": "created", "entity": "item"},
        "steps": [{"name": "post", "type": "webhook", "settings": {"endpoint": "erp"}}]});
    let package = read(&[
        file("item/scripts/before_save.rhai", "record.title = \"x\";"),
        file("item/views/all.json", view),
        file("item/automations/note.json", automation),
        file("roles/clerk.json", json!({"label": {"en": "Clerk"}})),
        file("item/samples.json", "not even JSON"),
        entity(),
        app(),
    ]);
    let package = package.unwrap();
    let named: Vec<String> = package
        .documents
        .iter()
        .map(|document| format!("{} {}", document.kind.name(), document.name))
        .collect();
    assert_eq!(
        named,
        [
            "app shop",
            "entity item",
            "view item.all",
            "role clerk",
            "script item.before_save",
            "automation note"
        ]
    );
    let script = &package.documents[4].body;
    assert_eq!(script["entity"], "item");
    assert_eq!(script["app"], "shop");
}

#[test]
fn faults_name_the_file_and_the_place_in_it() {
    let paths = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        let error = read(files).unwrap_err();
        assert_eq!(error.code, Code::PackageInvalid);
        error.faults.into_iter().map(|fault| fault.path).collect()
    };
    let view = json!({"name": "item.none", "label": {"en": "All"}, "type": "grid"});
    assert_eq!(
        paths(&[app(), entity(), file("item/views/all.json", view)]),
        ["item/views/all.json/name"]
    );
    let field = json!({"label": {"en": "Item"}, "fields": [
        {"name": "title", "type": "text", "label": {"en": "Title"}, "hidden": true}]});
    assert_eq!(paths(&[app(), file("item/entity.json", field)]), ["item/entity.json/fields/0"]);
    assert_eq!(paths(&[app(), file("roles/clerk.json", "{")]), ["roles/clerk.json"]);
    assert_eq!(paths(&[app(), file("roles/clerk.json", "[]")]), ["roles/clerk.json"]);
    assert_eq!(paths(&[app(), file("item/pictures/a.png", "")]), ["item/pictures/a.png"]);
    assert_eq!(paths(&[app(), file("item/views/all.json", "{}")]), ["item/views/all.json"]);
    assert_eq!(
        paths(&[app(), entity(), file("item/scripts/nightly.rhai", "")]),
        ["item/scripts/nightly.rhai"]
    );
    assert_eq!(paths(&[entity()]), ["app.json"]);
    let twice = "{\"label\":{\"en\":\"a\"},\"label\":{\"en\":\"b\"}}";
    assert_eq!(paths(&[app(), file("roles/clerk.json", twice)]), ["roles/clerk.json"]);
}

#[test]
fn an_app_may_extend_the_entity_of_another() {
    let field = json!({"name": "birthday", "type": "date", "label": {"en": "Birthday"}});
    let package =
        read(&[app(), file("user/entity.json", json!({"extends": "user", "fields": [field]}))]);
    let package = package.unwrap();
    assert_eq!(package.documents[1].name, "user");
    assert_eq!(package.documents[1].body["extends"], "user");
}

#[test]
fn the_apps_that_are_shipped_install_on_an_empty_workspace() {
    let mut catalogue = Catalogue::default();
    let mut suffixes = Suffixes::starting_at(0);
    for name in ["base", "crm"] {
        let package = read(&shipped(name)).unwrap_or_else(|error| panic!("{error}"));
        let changeset = Changeset::of_documents(catalogue.revision, package.documents);
        let context = PlanContext { suffixes, trash: &[], app: Some(package.app), empty: &[] };
        let plan = plan(&catalogue, &changeset, context).unwrap_or_else(|error| panic!("{error}"));
        assert!(plan.forbidden().is_empty());
        suffixes = Suffixes::starting_at(plan.suffixes);
        catalogue = plan.catalogue;
        // Once more changes nothing.
        let again = read(&shipped(name)).unwrap();
        let changeset = Changeset::of_documents(catalogue.revision, again.documents);
        let context = PlanContext { suffixes, trash: &[], app: Some(again.app), empty: &[] };
        let error = crate::changeset::plan(&catalogue, &changeset, context).unwrap_err();
        assert_eq!(error.code, Code::ChangeEmpty);
    }
}
