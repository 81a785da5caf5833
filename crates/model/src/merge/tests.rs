//! Tests of undoing.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::changeset::testing::{Workspace, field, paths, put, remove};

mod random;

/// Undoes a change among others.
fn undone(before: Json, after: Json, current: Json) -> Result<Json, Vec<String>> {
    undo(&before, &after, &current)
}

#[test]
fn what_a_later_change_did_elsewhere_stays() {
    let merged = undone(
        json!({"label": "a", "icon": "x"}),
        json!({"label": "b", "icon": "x"}),
        json!({"label": "b", "icon": "y", "help": "z"}),
    );
    assert_eq!(merged, Ok(json!({"label": "a", "icon": "y", "help": "z"})));
}

#[test]
fn what_has_changed_again_is_a_conflict() {
    let merged = undone(
        json!({"label": {"en": "a", "zh-CN": "甲"}}),
        json!({"label": {"en": "b", "zh-CN": "甲"}}),
        json!({"label": {"en": "c", "zh-CN": "乙"}}),
    );
    assert_eq!(merged, Err(vec!["label/en".to_owned()]));
}

#[test]
fn items_are_told_apart_by_their_keys() {
    let item = |id: &str, label: &str| json!({"id": id, "label": label});
    let before = json!([item("a", "A"), item("b", "B"), item("c", "C")]);
    // The revision takes out b, changes c and adds d.
    let after = json!([item("a", "A"), item("c", "C2"), item("d", "D")]);
    // Later a is changed, e comes first and c moves.
    let current = json!([item("e", "E"), item("c", "C2"), item("a", "A2"), item("d", "D")]);
    assert_eq!(
        undone(before.clone(), after.clone(), current),
        Ok(json!([item("e", "E"), item("c", "C"), item("a", "A2"), item("b", "B")]))
    );
    let current = json!([item("a", "A"), item("c", "C3"), item("d", "D2")]);
    assert_eq!(undone(before, after, current), Err(vec!["c/label".to_owned(), "d".to_owned()]));
}

#[test]
fn what_was_moved_moves_back() {
    let list = |names: &str| -> Json {
        names.chars().map(|name| json!({"name": name.to_string()})).collect()
    };
    assert_eq!(undone(list("abc"), list("cab"), list("cxab")), Ok(list("axbc")));
    assert_eq!(undone(list("abc"), list("cab"), list("abcx")), Ok(list("abcx")));
    assert_eq!(undone(list("abc"), list("cab"), list("acbx")), Err(vec![String::new()]));
}

#[test]
fn a_column_that_only_got_another_name_gets_the_old_one_back() {
    let merged = undone(
        json!([{"field": "amount", "width": 90}, {"field": "note"}]),
        json!([{"field": "value", "width": 90}, {"field": "note"}]),
        json!([{"field": "note"}, {"field": "value", "width": 200}]),
    );
    assert_eq!(merged, Ok(json!([{"field": "note"}, {"field": "amount", "width": 200}])));
}

#[test]
fn what_may_have_got_another_name_is_a_conflict() {
    let merged = undone(json!([]), json!([{"field": "a"}]), json!([{"field": "b"}]));
    assert_eq!(merged, Err(vec!["a".to_owned()]));
    assert_eq!(undone(json!([]), json!([{"field": "a"}]), json!([])), Ok(json!([])));
}

#[test]
fn other_lists_are_one_property() {
    assert_eq!(undone(json!(["a"]), json!(["a", "b"]), json!(["a", "b"])), Ok(json!(["a"])));
    assert_eq!(
        undone(json!({"sort": ["a"]}), json!({"sort": ["a", "b"]}), json!({"sort": ["b"]})),
        Err(vec!["sort".to_owned()])
    );
}

/// Reverts the change of a revision, counted from 1.
fn revert_revision(workspace: &mut Workspace, number: usize) -> Result<()> {
    let changeset = revert(&workspace.history[number - 1], &workspace.catalogue)?;
    let plan = workspace.plan(&changeset, None).map_err(|error| blocked(error, &changeset))?;
    workspace.take(plan)
}

#[test]
fn exactly_one_revision_is_undone() {
    let mut workspace = Workspace::sales();
    let add = |name: &str| json!({"name": name, "type": "integer", "label": {"en": name}, "unique": true});
    let with = |workspace: &Workspace, name: &str| {
        json!([
            workspace.edit("entity", "deal", |deal| {
                deal["fields"].as_array_mut().unwrap().push(add(name));
            }),
            workspace.edit("view", "deal.open", |view| {
                view["columns"].as_array_mut().unwrap().push(json!({"field": name}));
            }),
        ])
    };
    let operations = with(&workspace, "size");
    workspace.apply(operations).unwrap();
    let operations = with(&workspace, "weight");
    workspace.apply(operations).unwrap();
    revert_revision(&mut workspace, 2).unwrap();
    let deal = workspace.catalogue.entity("deal").unwrap().clone();
    assert!(deal.field("size").is_none() && deal.field("weight").is_some());
    let columns = workspace.body("view", "deal.open")["columns"].clone();
    assert_eq!(columns.as_array().unwrap().last(), Some(&json!({"field": "weight"})));
    // Undoing the undoing brings the field back with its column and its values.
    revert_revision(&mut workspace, 4).unwrap();
    assert!(workspace.trash.is_empty());
    assert!(workspace.catalogue.entity("deal").unwrap().field("size").unwrap().unique);
}

#[test]
fn a_rename_is_undone_in_what_came_later_too() {
    let mut workspace = Workspace::sales();
    let operations = json!([workspace.edit("entity", "deal", |deal| {
        field(deal, "note")["name"] = json!("remark");
    })]);
    workspace.apply(operations).unwrap();
    let operations = json!([
        put(
            "view",
            json!({"name": "deal.all", "label": {"en": "All"}, "entity": "deal",
            "type": "grid", "columns": [{"field": "remark"}]})
        ),
        workspace.edit("view", "deal.open", |view| view["columns"][2]["width"] = json!(300)),
    ]);
    workspace.apply(operations).unwrap();
    revert_revision(&mut workspace, 2).unwrap();
    assert_eq!(workspace.body("view", "deal.all")["columns"], json!([{"field": "note"}]));
    let columns = &workspace.body("view", "deal.open")["columns"];
    assert_eq!(columns[2], json!({"field": "note", "width": 300}));
}

#[test]
fn what_was_removed_comes_back_even_when_its_name_is_taken_back() {
    let mut workspace = Workspace::sales();
    let before = workspace.text();
    workspace
        .apply(json!([
            remove("automation", "follow_up"),
            remove("view", "account.busy"),
            remove("form", "account.main"),
            remove("entity", "deal"),
        ]))
        .unwrap();
    let blocked = {
        let mut other = Workspace { catalogue: Default::default(), ..Workspace::sales() };
        other.catalogue = crate::Catalogue::compile(
            workspace.catalogue.revision,
            workspace.catalogue.documents().cloned().collect(),
        )
        .unwrap();
        (other.trash, other.history) = (workspace.trash.clone(), workspace.history.clone());
        other.suffixes = workspace.suffixes;
        other
            .apply(json!([put(
                "entity",
                json!({"name": "deal", "label": {"en": "Deal"},
                "fields": []})
            )]))
            .unwrap();
        revert_revision(&mut other, 2).unwrap_err()
    };
    assert_eq!(blocked.code, Code::RevertBlocked);
    assert_eq!(paths(&blocked), ["entity/deal/name"]);
    revert_revision(&mut workspace, 2).unwrap();
    assert_eq!(workspace.text(), before);
}

#[test]
fn later_changes_of_the_same_thing_block_and_are_listed() {
    let mut workspace = Workspace::sales();
    for label in ["First", "Second"] {
        let operations = json!([workspace.edit("entity", "deal", |deal| {
            field(deal, "note")["label"] = json!({"en": label});
        })]);
        workspace.apply(operations).unwrap();
    }
    let error = revert_revision(&mut workspace, 2).unwrap_err();
    assert_eq!(error.code, Code::RevertBlocked);
    let id = &workspace.catalogue.entity("deal").unwrap().field("note").unwrap().id;
    assert_eq!(paths(&error), [format!("entity/deal/fields/{id}/label/en")]);
    // From the last to the first it works.
    revert_revision(&mut workspace, 3).unwrap();
    revert_revision(&mut workspace, 2).unwrap();
}

#[test]
fn a_needed_field_cannot_go_by_going_back() {
    let mut workspace = Workspace::sales();
    let operations = json!([workspace.edit("entity", "deal", |deal| {
        let fields = deal["fields"].as_array_mut().unwrap();
        fields.push(json!({"name": "size", "type": "integer", "label": {"en": "Size"}}));
    })]);
    workspace.apply(operations).unwrap();
    let operations = json!([workspace.edit("view", "deal.open", |view| {
        view["filter"] = json!({"field": "size", "op": "gt", "value": 1});
    })]);
    workspace.apply(operations).unwrap();
    let error = revert_revision(&mut workspace, 2).unwrap_err();
    assert_eq!(error.code, Code::ChangeForbidden);
    revert_revision(&mut workspace, 3).unwrap();
    revert_revision(&mut workspace, 2).unwrap();
    assert_eq!(workspace.trash.len(), 1);
    let again = revert_revision(&mut workspace, 2).unwrap_err();
    assert_eq!(again.code, Code::ChangeEmpty);
}

#[test]
fn what_cannot_come_back_is_named_by_its_document() {
    let mut workspace = Workspace::sales();
    workspace.apply(json!([remove("automation", "follow_up")])).unwrap();
    let operations = json!([workspace.edit("entity", "deal", |deal| {
        field(deal, "name")["name"] = json!("title");
    })]);
    workspace.apply(operations).unwrap();
    let error = revert_revision(&mut workspace, 2).unwrap_err();
    assert_eq!(error.code, Code::RevertBlocked);
    assert_eq!(paths(&error), ["automation/follow_up/steps/0/settings/values/name"]);
}
