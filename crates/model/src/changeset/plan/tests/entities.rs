//! Entities: tables in order, the trash, packages, and what the house relies on.

use super::*;

#[test]
fn an_entity_goes_with_its_documents_and_comes_back() {
    let mut workspace = Workspace::sales();
    workspace.apply(json!([remove("automation", "follow_up")])).unwrap();
    let before = workspace.text();
    let plan = workspace.preview(json!([
        remove("entity", "deal"),
        remove("view", "account.busy"),
        remove("form", "account.main"),
    ]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @r"
    remove_entity: Puts the table Deal with its records into the trash. [app sales, view deal.board, view deal.open, form deal.main, role seller, script deal.before_save]
    remove_document: Puts Busy into the trash. [view account.busy]
    remove_document: Puts Account into the trash. [form account.main]
    trash entity deal_i
    trash view view_v
    trash view view_u
    trash view view_t
    trash form form_x
    trash form form_w
    trash script script_z
    ");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("app", "sales")["navigation"], json!([{"entity": "account"}]));
    let changes = workspace.history[2].clone();
    let operations: Vec<Json> =
        changes.into_iter().map(|change| put(change.kind.name(), change.before.unwrap())).collect();
    let plan = workspace.preview(json!(operations)).unwrap();
    assert_snapshot!(show(&plan), @r"
    change_document: Changes Sales. [app sales]
    change_document: Changes Seller. [role seller]
    restore_entity: Takes the table Deal with its records out of the trash.
    restore_document: Takes Busy out of the trash. [view account.busy]
    restore_document: Takes Board out of the trash. [view deal.board]
    restore_document: Takes Open out of the trash. [view deal.open]
    restore_document: Takes Account out of the trash. [form account.main]
    restore_document: Takes Deal out of the trash. [form deal.main]
    restore_document: Takes deal.before_save out of the trash. [script deal.before_save]
    take deal_i
    take view_v
    take view_u
    take view_t
    take form_x
    take form_w
    take script_z
    ");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.text(), before);
    assert_eq!(workspace.trash.len(), 1);
}

#[test]
fn an_entity_may_come_back_with_less_and_under_the_names_of_now() {
    let mut workspace = Workspace::sales();
    workspace.apply(json!([remove("automation", "follow_up")])).unwrap();
    workspace
        .apply(json!([
            remove("entity", "deal"),
            remove("view", "account.busy"),
            remove("form", "account.main"),
            workspace.edit("entity", "account", |account| account["name"] = json!("client")),
        ]))
        .unwrap();
    let is_deal = |thing: &&crate::changeset::Trashed| thing.document["name"] == "deal";
    let mut deal = workspace.trash.iter().find(is_deal).unwrap().document.clone();
    assert_eq!(field(&mut deal, "account")["settings"]["to"], "client");
    drop_field(&mut deal, "amount");
    let plan = workspace.preview(json!([put("entity", deal)])).unwrap();
    assert_snapshot!(show(&plan), @r"
    restore_entity: Takes the table Deal with its records out of the trash.
    remove_field: Puts the field Amount with its values into the trash, and takes it out of views, forms and roles.
    drop index deal_i__amount_o__i
    take deal_i
    trash field amount_o
    ");
}

#[test]
fn a_needed_entity_stays() {
    let workspace = Workspace::sales();
    let plan = workspace.preview(json!([remove("entity", "account")])).unwrap();
    assert_snapshot!(show(&plan), @"FORBIDDEN remove_entity: The table Account cannot be removed while it is used by: entity deal, view deal.open, automation follow_up. [entity deal, view deal.open, automation follow_up]");
    assert!(plan.changes.is_empty());
}

#[test]
fn a_name_may_be_used_again_and_is_another_table() {
    let mut workspace = Workspace::sales();
    workspace.apply(json!([remove("automation", "follow_up")])).unwrap();
    let plan = workspace.preview(json!([
        remove("entity", "deal"),
        remove("view", "account.busy"),
        remove("form", "account.main"),
        put("entity", json!({"name": "deal", "label": {"en": "Deal"}, "fields": []})),
    ]));
    let plan = plan.unwrap();
    let old = &workspace.catalogue.entity("deal").unwrap().id;
    assert_ne!(plan.catalogue.entity("deal").unwrap().id, *old);
    // The rights on the old table are not rights on the new one.
    let role = plan.catalogue.role("seller").unwrap();
    assert!(!role.entities.contains_key("deal"));
}

#[test]
fn tables_that_point_at_each_other_are_made_in_an_order_that_works() {
    let link = |to: &str| json!({"name": "other", "type": "link", "label": {"en": "Other"}, "settings": {"to": to}});
    let entity = |name: &str, to: &str| {
        put("entity", json!({"name": name, "label": {"en": name}, "fields": [link(to)]}))
    };
    let plan = Workspace::default()
        .preview(json!([
            entity("a", "b"),
            entity("b", "c"),
            entity("c", "c"),
            entity("d", "e"),
            entity("e", "d")
        ]))
        .unwrap();
    let lines: Vec<String> = plan.schema.iter().map(|step| step.to_string()).collect();
    assert_snapshot!(lines.join("\n"), @r"
    create table c_e (other_f Id)
    create table b_c (other_d Id)
    create table a_a (other_b Id)
    create table d_g ()
    create table e_i (other_j Id)
    add column d_g (other_h Id)
    ");
}

#[test]
fn a_package_leaves_alone_what_others_added() {
    let mut workspace = Workspace::default();
    let entity = |fields: Json| {
        put("entity", json!({"name": "item", "label": {"en": "Item"}, "fields": fields}))
    };
    let title = json!({"name": "title", "type": "text", "label": {"en": "Title"}});
    let hue = json!({"name": "hue", "type": "select", "label": {"en": "Hue"}, "settings": {
        "options": [{"name": "red", "label": {"en": "Red"}}]}});
    let old = json!({"name": "old", "type": "date", "label": {"en": "Old"}});
    let install = entity(json!([title, hue, old]));
    let plan = workspace.preview_for(Some("shop"), json!([install])).unwrap();
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("entity", "item")["fields"][0]["app"], "shop");
    workspace
        .apply(json!([workspace.edit("entity", "item", |item| {
            let fields = item["fields"].as_array_mut().unwrap();
            fields.push(json!({"name": "own", "type": "text", "label": {"en": "Own"}}));
            item["indexes"] = json!([["own", "title"]]);
            let options = field(item, "hue")["settings"]["options"].as_array_mut().unwrap();
            options.push(json!({"name": "blue", "label": {"en": "Blue"}}));
        })]))
        .unwrap();
    let upgrade = entity(json!([hue, title]));
    let plan = workspace.preview_for(Some("shop"), json!([upgrade])).unwrap();
    assert_snapshot!(show(&plan), @r"
    remove_field: Puts the field Old with its values into the trash, and takes it out of views, forms and roles.
    reorder_fields: Puts the fields of Item into another order.
    trash field old_e
    ");
    workspace.take(plan).unwrap();
    let extension = put(
        "entity",
        json!({"extends": "item", "fields": [
        {"name": "price", "type": "integer", "label": {"en": "Price"}}], "indexes": [["price"]]}),
    );
    let plan = workspace.preview_for(Some("prices"), json!([extension])).unwrap();
    assert_snapshot!(show(&plan), @r"
    change_entity: Changes the table Item: indexes.
    add_field: Adds the field Price.
    add column item_a (price_h Integer)
    create index item_a__price_h__i (price_h Integer)
    ");
    workspace.take(plan).unwrap();
    let names = |item: Json| -> Vec<(String, String)> {
        let fields = item["fields"].as_array().unwrap();
        let name = |key: &str, field: &Json| field[key].as_str().unwrap_or("-").to_owned();
        fields.iter().map(|field| (name("name", field), name("app", field))).collect()
    };
    let expected = [("hue", "shop"), ("title", "shop"), ("own", "-"), ("price", "prices")];
    assert_eq!(
        names(workspace.body("entity", "item")),
        expected.map(|(name, app)| (name.to_owned(), app.to_owned()))
    );
    // A later version of the extension without the field takes it away again.
    let extension = put("entity", json!({"extends": "item", "fields": []}));
    let plan = workspace.preview_for(Some("prices"), json!([extension])).unwrap();
    assert_snapshot!(show(&plan), @r"
    remove_field: Puts the field Price with its values into the trash, and takes it out of views, forms and roles.
    drop index item_a__price_h__i
    trash field price_h
    ");
    // It may not take a document that somebody else made.
    let view = put(
        "view",
        json!({"name": "item.all", "label": {"en": "All"}, "entity": "item",
        "type": "grid"}),
    );
    workspace.apply(json!([view.clone()])).unwrap();
    let error = workspace.preview_for(Some("shop"), json!([view])).unwrap_err();
    assert_eq!(error.faults[0].code, Code::NameTaken);
}

#[test]
fn one_changeset_may_put_and_extend_an_entity() {
    let workspace = Workspace::default();
    let plan = workspace.preview_for(
        Some("shop"),
        json!([
            put(
                "entity",
                json!({"extends": "item", "fields": [
            {"name": "price", "type": "integer", "label": {"en": "Price"}}]})
            ),
            put(
                "entity",
                json!({"name": "item", "label": {"en": "Item"}, "fields": [
            {"name": "title", "type": "text", "label": {"en": "Title"}}]})
            ),
        ]),
    );
    assert_eq!(plan.unwrap().catalogue.entity("item").unwrap().declared().count(), 2);
    let unknown = put("entity", json!({"extends": "nothing", "fields": []}));
    let error = workspace.preview(json!([unknown])).unwrap_err();
    assert_eq!(paths(&error), ["operations/0/document/extends"]);
}

#[test]
fn what_the_house_relies_on_may_be_extended_only() {
    let mut workspace = Workspace::default();
    let field = |name: &str| json!({"name": name, "type": "text", "label": {"en": name}});
    let base = json!([
        {"op": "put", "kind": "app", "document":
            {"name": "base", "label": {"en": "Workspace"}, "version": "1.0.0"}},
        {"op": "put", "kind": "role", "document":
            {"name": "admin", "label": {"en": "Administrator"}, "all": true}},
        {"op": "put", "kind": "entity", "document": {"name": "user", "label": {"en": "User"},
            "fields": [field("name"), field("email"), field("roles")]}},
    ]);
    let plan = workspace.preview_for(Some("base"), base).unwrap();
    workspace.take(plan).unwrap();
    let field = crate::changeset::testing::field;
    let plan = workspace.preview(json!([
        workspace.edit("entity", "user", |user| {
            drop_field(user, "roles");
            field(user, "email")["name"] = json!("address");
            user["name"] = json!("person");
            let fields = user["fields"].as_array_mut().unwrap();
            fields.push(json!({"name": "desk", "type": "text", "label": {"en": "Desk"}}));
        }),
        remove("role", "admin"),
        remove("app", "base"),
    ]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @r"
    FORBIDDEN remove_document: Workspace cannot be removed: the platform itself relies on it.
    FORBIDDEN rename_entity: User cannot get another name: the platform itself relies on it.
    FORBIDDEN remove_field: roles cannot be removed: the platform itself relies on it.
    FORBIDDEN rename_field: email cannot get another name: the platform itself relies on it.
    FORBIDDEN remove_document: Administrator cannot be removed: the platform itself relies on it.
    add_field: Adds the field Desk.
    add column user_c (desk_g Text keyed)
    ");
    let plan = workspace.preview(json!([remove("entity", "user")])).unwrap();
    assert_snapshot!(show(&plan), @"FORBIDDEN remove_entity: User cannot be removed: the platform itself relies on it.");
    workspace
        .apply(json!([workspace.edit("entity", "user", |user| {
            let fields = user["fields"].as_array_mut().unwrap();
            fields.push(json!({"name": "desk", "type": "text", "label": {"en": "Desk"}}));
            field(user, "name")["label"]["en"] = json!("Full name");
        })]))
        .unwrap();
    // And what others added may go again.
    let plan = workspace
        .preview(json!([workspace.edit("entity", "user", |user| drop_field(user, "desk"))]));
    assert!(plan.unwrap().forbidden().is_empty());
}
