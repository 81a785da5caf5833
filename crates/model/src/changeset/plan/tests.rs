//! Tests of the planner.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use crate::changeset::testing::{Workspace, drop_field, field, paths, put, remove, show};
use crate::changeset::{Effect, StepKind};
use crate::error::Code;

mod entities;
mod fields;
mod names;

#[test]
fn the_first_put_gives_ids_and_tables() {
    let workspace = Workspace::default();
    let plan = workspace.preview(json!([
        put(
            "entity",
            json!({"name": "tag", "label": {"en": "Tag"}, "fields": [
            {"name": "name", "type": "text", "label": {"en": "Name"}, "unique": true},
            {"name": "hue", "type": "select", "label": {"en": "Hue"}, "settings": {"options": [
                {"name": "red", "label": {"en": "Red"}}]}},
            {"name": "parent", "type": "link", "label": {"en": "Parent"}, "indexed": true,
             "settings": {"to": "tag"}}],
            "indexes": [["hue", "name"]]})
        ),
        put(
            "view",
            json!({"name": "tag.all", "label": {"en": "All"}, "entity": "tag",
            "type": "grid"})
        ),
    ]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @r"
    add_entity: Adds the table Tag.
    add_document: Adds All. [view tag.all]
    create table tag_a (name_b Text keyed, hue_c Text, parent_e Id)
    create unique index tag_a__name_b__u (name_b Text keyed)
    create index tag_a__hue_c__name_b__i (hue_c Text, name_b Text keyed)
    ");
    assert_eq!(plan.catalogue.revision, 1);
    let tag = plan.catalogue.entity("tag").unwrap();
    assert_eq!(plan.link_target(&tag.field("parent").unwrap().id), Some(tag.id.as_str()));
    let option = &tag.field("hue").unwrap().kind.options().unwrap().all()[0];
    assert_eq!(option.id.as_deref(), Some("d"));
}

#[test]
fn what_stays_the_same_is_no_change() {
    let workspace = Workspace::sales();
    let operations: Vec<Json> = workspace
        .catalogue
        .documents()
        .map(|document| put(document.kind.name(), document.body.clone()))
        .collect();
    let error = workspace.preview(json!(operations)).unwrap_err();
    assert_eq!(error.code, Code::ChangeEmpty);
    // Defaults that are written out say nothing new.
    let error = workspace.preview(json!([workspace.edit("entity", "deal", |deal| {
        field(deal, "note")["required"] = json!(false);
        field(deal, "note")["settings"] = json!({});
        field(deal, "stage")["settings"]["options"][0]["archived"] = json!(false);
    })]));
    assert_eq!(error.unwrap_err().code, Code::ChangeEmpty);
}

#[test]
fn a_changeset_on_an_older_revision_is_stale() {
    let mut workspace = Workspace::sales();
    let operations = json!([workspace.edit("role", "seller", |role| {
        role["label"]["en"] = json!("Sellers");
    })]);
    let stale = crate::changeset::Changeset::from_json(
        &json!({"base_revision": 1, "operations": operations.clone()}),
    );
    workspace.apply(operations).unwrap();
    let error = workspace.plan(&stale.unwrap(), None).unwrap_err();
    assert_eq!(error.code, Code::RevisionStale);
}

#[test]
fn faults_have_the_path_of_what_was_sent() {
    let workspace = Workspace::sales();
    let refuse = |operations: Json| -> Vec<String> {
        let error = workspace.preview(operations).unwrap_err();
        paths(&error).into_iter().map(str::to_owned).collect()
    };
    let with = |key: &str, value: Json| {
        json!([workspace.edit("entity", "deal", |deal| field(deal, "amount")[key] = value)])
    };
    assert_eq!(refuse(with("colour", json!(1))), ["operations/0/document/fields/2"]);
    assert_eq!(refuse(with("default", json!("x"))), ["operations/0/document/fields/2/default"]);
    assert_eq!(refuse(with("name", json!("id"))), ["operations/0/document/fields/2/name"]);
    assert_eq!(refuse(with("name", json!("note"))), ["operations/0/document/fields/3/name"]);
    assert_eq!(refuse(with("id", json!("amount_zz"))), ["operations/0/document/fields/2/id"]);
    let view = |field: &str| {
        put(
            "view",
            json!({"name": "deal.all", "label": {"en": "All"}, "entity": "deal",
            "type": "grid", "columns": [{"field": field}]}),
        )
    };
    assert_eq!(refuse(json!([view("name"), view("amount")])), ["operations/0/document/name"]);
    assert_eq!(refuse(json!([view("nothing")])), ["operations/0/document/columns/0/field"]);
    assert_eq!(refuse(json!([remove("view", "deal.none")])), ["operations/0/name"]);
    assert_eq!(
        refuse(json!([{"op": "put", "kind": "table", "document": {}}])),
        ["operations/0/kind"]
    );
    assert_eq!(refuse(json!([{"op": "drop"}])), ["operations/0/op"]);
    assert_eq!(refuse(json!([])), ["operations"]);
    let long = json!([workspace.edit("entity", "deal", |deal| {
        field(deal, "note")["indexed"] = json!(true);
    })]);
    assert_eq!(refuse(long), ["operations/0/document/fields/3/indexed"]);
    let kernel = json!([workspace.edit("entity", "deal", |deal| deal["kernel"] = json!(true))]);
    assert_eq!(refuse(kernel), ["operations/0/document/kernel"]);
    assert_eq!(
        refuse(json!([put(
            "entity",
            json!({"name": "build", "label": {"en": "Build"}, "fields": []})
        )])),
        ["operations/0/document/name"]
    );
}

#[test]
fn other_documents_come_change_and_go() {
    let mut workspace = Workspace::sales();
    let plan = workspace.preview(json!([
        workspace.edit("view", "deal.open", |view| {
            view["name"] = json!("deal.running");
            view["sort"] = json!(["name"]);
        }),
        remove("view", "deal.board"),
        remove("automation", "follow_up"),
        put(
            "view",
            json!({"name": "deal.all", "label": {"en": "All"}, "entity": "deal",
            "type": "grid"})
        ),
    ]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @r"
    remove_document: Puts Board into the trash. [view deal.board]
    rename_document: Names Open deal.running instead of deal.open. [view deal.running, app sales]
    change_document: Changes Open. [view deal.running]
    remove_document: Puts Follow up into the trash. [automation follow_up]
    add_document: Adds All. [view deal.all]
    trash view view_u
    trash automation automation_2
    ");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("app", "sales")["navigation"][0]["view"], "running");
    let board = workspace.trash[0].clone();
    let plan = workspace.preview(json!([put("view", board.document)])).unwrap();
    assert_snapshot!(show(&plan), @r"
    restore_document: Takes Board out of the trash. [view deal.board]
    take view_u
    ");
    // The entry of the menu stays when its view goes.
    workspace.apply(json!([remove("view", "deal.running")])).unwrap();
    assert_eq!(workspace.body("app", "sales")["navigation"][0], json!({"entity": "deal"}));
}

#[test]
fn a_role_keeps_its_name() {
    let workspace = Workspace::sales();
    let plan = workspace
        .preview(json!([workspace.edit("role", "seller", |role| role["name"] = json!("vendor"))]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @"FORBIDDEN rename_document: The role Seller cannot get another name: people have it by its name. Its label may change.");
    assert!(plan.changes.is_empty());
    assert_eq!(plan.refusal().unwrap().code, Code::ChangeForbidden);
}
