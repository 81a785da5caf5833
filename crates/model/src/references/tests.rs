//! Tests of the walker.

use insta::assert_snapshot;
use serde_json::json;

use super::*;
use crate::changeset::testing::Workspace;

/// What mentions a target, a line each.
fn lines(catalogue: &Catalogue, target: &Target) -> String {
    let line = |reference: &Reference| {
        let Reference { kind, name, path, place, .. } = reference;
        format!("{} {name}: {path} ({place:?})", kind.name())
    };
    where_used(catalogue, target).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_field_is_found_wherever_it_stands() {
    let workspace = Workspace::sales();
    let catalogue = &workspace.catalogue;
    let target = |entity: &str, field: &str| Target::field(catalogue, entity, field).unwrap();
    assert_snapshot!(lines(catalogue, &target("deal", "stage")), @r"
    entity deal: indexes/0/0 (Index)
    view account.busy: filter/some/field (Filter)
    view deal.board: settings/group_by (GroupBy)
    view deal.open: filter/and/0/field (Filter)
    form deal.main: children/0/children/2/required_when/field (Condition)
    automation follow_up: trigger/fields/0 (Trigger)
    automation follow_up: condition/field (Condition)
    automation follow_up: steps/0/settings/values/stage (Value)
    ");
    assert_snapshot!(lines(catalogue, &target("deal", "note")), @r"
    view deal.board: settings/card_fields/0 (Card)
    view deal.open: columns/2/field (Column)
    form deal.main: children/0/children/1/field (FormNode)
    form deal.main: children/0/children/1/visible_when/field (Condition)
    role seller: entities/deal/fields/note (RoleField)
    ");
    assert_snapshot!(lines(catalogue, &target("account", "sector")), @r"
    view deal.open: filter/and/1/not/field (Filter)
    view deal.open: columns/3/field (Column)
    script deal.before_save: source (Source)
    ");
    assert_snapshot!(lines(catalogue, &target("deal", "account")), @r"
    entity deal: unique/0/0 (Unique)
    view deal.open: filter/and/1/not/field (Filter)
    view deal.open: sort/1 (Sort)
    view deal.open: columns/3/field (Column)
    script deal.before_save: source (Source)
    automation follow_up: steps/0/settings/values/name (Text)
    automation follow_up: steps/0/settings/values/account (Value)
    automation follow_up: steps/0/settings/values/account/from (Text)
    ");
}

#[test]
fn an_entity_a_list_and_an_option_are_found_too() {
    let workspace = Workspace::sales();
    let catalogue = &workspace.catalogue;
    assert_snapshot!(lines(catalogue, &Target::entity(catalogue, "account").unwrap()), @r"
    app sales: navigation/1/entity (Navigation)
    entity deal: fields/6/settings/to (LinkTarget)
    view account.busy: entity (Scope)
    view account.busy: name (Scope)
    form account.main: entity (Scope)
    form account.main: name (Scope)
    role seller: entities/account (RoleEntity)
    script deal.before_save: source (Source)
    ");
    let [deal, account] = ["deal", "account"].map(|name| catalogue.entity(name).unwrap());
    let link = deal.field("account").unwrap();
    let inverse = Target::Inverse {
        entity: account.id.clone(),
        source: deal.id.clone(),
        link: link.id.clone(),
    };
    assert_snapshot!(lines(catalogue, &inverse), @r"
    view account.busy: filter/field (Filter)
    form account.main: children/0/inverse (Related)
    ");
    let stage = deal.field("stage").unwrap();
    let choice = |name: &str| Target::Choice {
        entity: deal.id.clone(),
        field: stage.id.clone(),
        id: stage.kind.options().unwrap().by_name(name).unwrap().stored().to_owned(),
    };
    assert_snapshot!(lines(catalogue, &choice("won")), @r"
    entity deal: fields/1/settings/options/0/to/0 (StageMove)
    form deal.main: children/0/children/2/required_when/value (Condition)
    automation follow_up: condition/value (Condition)
    ");
    assert_snapshot!(lines(catalogue, &choice("new")), @r"
    entity deal: fields/1/default (Default)
    view deal.open: filter/and/0/value/0 (Filter)
    automation follow_up: steps/0/settings/values/stage (Value)
    ");
}

#[test]
fn every_name_of_the_apps_that_are_shipped_means_something() {
    // A place that the walker does not know would keep an old name, and a renamed field would
    // break the documents there. So every field is renamed, and everything must still compile.
    let mut workspace = Workspace::default();
    for name in ["base", "crm"] {
        let package = crate::package::read(&crate::package::tests::shipped(name)).unwrap();
        let revision = workspace.catalogue.revision;
        let changeset = crate::changeset::Changeset::of_documents(revision, package.documents);
        let plan = workspace.plan(&changeset, Some(name)).unwrap();
        workspace.take(plan).unwrap();
    }
    let before = workspace.text();
    let rename = |workspace: &Workspace, change: &dyn Fn(&str) -> String| {
        let entities = workspace.catalogue.entities().filter(|entity| entity.app == "crm");
        let put = |name: String| {
            workspace.edit("entity", &name, |body| {
                body["name"] = json!(change(body["name"].as_str().unwrap()));
                for field in body["fields"].as_array_mut().unwrap() {
                    field["name"] = json!(change(field["name"].as_str().unwrap()));
                    let Some(settings) = field.get_mut("settings") else { continue };
                    let options = settings.get_mut("options").and_then(|list| list.as_array_mut());
                    for option in options.into_iter().flatten() {
                        option["name"] = json!(change(option["name"].as_str().unwrap()));
                    }
                    if let Some(inverse) = settings.get_mut("inverse") {
                        inverse["name"] = json!(change(inverse["name"].as_str().unwrap()));
                    }
                }
            })
        };
        json!(entities.map(|entity| put(entity.name.clone())).collect::<Vec<_>>())
    };
    let operations = rename(&workspace, &|name| format!("x_{name}"));
    workspace.apply(operations).unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(workspace.text(), before);
    let operations = rename(&workspace, &|name| name.strip_prefix("x_").unwrap().to_owned());
    workspace.apply(operations).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(workspace.text(), before);
}
