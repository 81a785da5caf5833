//! Renaming: every mention follows.

use super::*;

#[test]
fn a_renamed_field_is_renamed_wherever_it_stands() {
    let mut workspace = Workspace::sales();
    let before = workspace.text();
    let operation = workspace.edit("entity", "deal", |deal| {
        field(deal, "amount")["name"] = json!("value");
        field(deal, "account")["name"] = json!("client");
        field(deal, "stage")["name"] = json!("state");
        field(deal, "name")["name"] = json!("title");
        field(deal, "note")["name"] = json!("remark");
        field(deal, "owner")["name"] = json!("seller");
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert_snapshot!(show(&plan), @r"
    rename_field: Names the field Name title instead of name; what mentions it follows. [view deal.open, form deal.main, automation follow_up]
    rename_field: Names the field Stage state instead of stage; what mentions it follows. [view account.busy, view deal.board, view deal.open, form deal.main, automation follow_up]
    rename_field: Names the field Amount value instead of amount; what mentions it follows, but scripts have to be changed by hand. [view deal.board, view deal.open, script deal.before_save]
    rename_field: Names the field Note remark instead of note; what mentions it follows. [view deal.board, view deal.open, form deal.main, role seller]
    rename_field: Names the field Owner seller instead of owner; what mentions it follows. [role seller]
    rename_field: Names the field Account client instead of account; what mentions it follows, but scripts have to be changed by hand. [view deal.open, script deal.before_save, automation follow_up]
    ");
    workspace.take(plan).unwrap();
    for word in ["amount", "\"note\"", "\"stage\"", "owner", "account.sector"] {
        let still: Vec<String> = workspace
            .text()
            .lines()
            .filter(|line| line.contains(word) && !line.starts_with("script"))
            .map(str::to_owned)
            .collect();
        // Physical names keep the first name.
        let still: Vec<_> = still.iter().filter(|line| !line.starts_with("entity")).collect();
        assert!(still.is_empty(), "{word}: {still:?}");
    }
    let automation = workspace.body("automation", "follow_up");
    let values = &automation["steps"][0]["settings"]["values"];
    assert_eq!(values["title"], "After {record.title} of {record.client.name}");
    assert_eq!(values["client"], json!({"from": "record.client"}));
    // And back again, to the letter.
    let operation = workspace.edit("entity", "deal", |deal| {
        for (now, was) in [
            ("value", "amount"),
            ("client", "account"),
            ("state", "stage"),
            ("title", "name"),
            ("remark", "note"),
            ("seller", "owner"),
        ] {
            field(deal, now)["name"] = json!(was);
        }
    });
    workspace.apply(json!([operation])).unwrap();
    assert_eq!(workspace.text(), before);
}

#[test]
fn names_may_be_exchanged() {
    let mut workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", |deal| {
        field(deal, "note")["name"] = json!("x");
        field(deal, "name")["name"] = json!("note");
        field(deal, "x")["name"] = json!("name");
        deal["title_field"] = json!("note");
        deal["unique"] = json!([["account", "note"]]);
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert!(plan.schema.is_empty(), "{:?}", plan.schema);
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("view", "deal.open")["columns"][0]["field"], "note");
    assert_eq!(workspace.body("view", "deal.open")["columns"][2]["field"], "name");
}

#[test]
fn a_renamed_entity_takes_its_documents_along() {
    let mut workspace = Workspace::sales();
    let before = workspace.text();
    let plan = workspace.preview(json!([
        workspace.edit("entity", "account", |account| account["name"] = json!("client")),
        workspace.edit("entity", "deal", |deal| deal["name"] = json!("chance")),
        // What is put may use the new name or the old one.
        put(
            "view",
            json!({"name": "chance.open", "label": {"en": "Open"}, "entity": "chance",
            "type": "grid"})
        ),
        put(
            "view",
            json!({"name": "deal.board", "label": {"en": "Board"}, "entity": "deal",
            "type": "grid"})
        ),
    ]));
    let plan = plan.unwrap();
    assert_snapshot!(show(&plan), @r"
    rename_entity: Names the table Account client instead of account; what mentions it follows, but scripts have to be changed by hand. [app sales, view client.busy, form client.main, role seller, script chance.before_save]
    rename_entity: Names the table Deal chance instead of deal; what mentions it follows, but scripts have to be changed by hand. [app sales, form chance.main, role seller, script chance.before_save, automation follow_up]
    change_document: Changes Board. [view chance.board]
    change_document: Changes Open. [view chance.open]
    ");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("view", "chance.open")["type"], "grid");
    assert_eq!(workspace.body("view", "chance.board")["entity"], "chance");
    assert_eq!(workspace.body("form", "client.main")["entity"], "client");
    assert_eq!(workspace.body("app", "sales")["navigation"][1]["entity"], "client");
    assert_eq!(workspace.body("entity", "chance")["fields"][6]["settings"]["to"], "client");
    assert!(workspace.body("role", "seller")["entities"]["chance"].is_object());
    let views = workspace.history[1].clone();
    workspace
        .apply(json!([
            workspace.edit("entity", "client", |client| client["name"] = json!("account")),
            workspace.edit("entity", "chance", |chance| chance["name"] = json!("deal")),
        ]))
        .unwrap();
    let restore = |name: &str| {
        let change = views.iter().find(|change| change.name_before.as_deref() == Some(name));
        put("view", change.unwrap().before.clone().unwrap())
    };
    workspace.apply(json!([restore("deal.open"), restore("deal.board")])).unwrap();
    assert_eq!(workspace.text(), before);
}

#[test]
fn scripts_are_named_and_never_rewritten() {
    let mut workspace = Workspace::sales();
    let source = workspace.body("script", "deal.before_save")["source"].clone();
    let operation = workspace.edit("entity", "account", |account| {
        field(account, "sector")["name"] = json!("branch");
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert_snapshot!(show(&plan), @"rename_field: Names the field Sector branch instead of sector; what mentions it follows, but scripts have to be changed by hand. [view deal.open, script deal.before_save]");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("script", "deal.before_save")["source"], source);
}

#[test]
fn a_renamed_app_is_renamed_in_what_it_brought() {
    let mut workspace = Workspace::sales();
    let mut view = json!({"name": "deal.all", "label": {"en": "All"}, "entity": "deal",
        "type": "grid", "app": "sales"});
    workspace.apply(json!([put("view", view.clone())])).unwrap();
    workspace
        .apply(json!([workspace.edit("app", "sales", |app| app["name"] = json!("trade"))]))
        .unwrap();
    assert_eq!(workspace.body("view", "deal.all")["app"], "trade");
    // An app that brought something stays.
    let plan = workspace.preview(json!([remove("app", "trade")])).unwrap();
    assert_snapshot!(show(&plan), @"FORBIDDEN remove_document: Sales cannot be removed while it is used by: view deal.all. [view deal.all]");
    view["app"] = json!("other");
    let error = workspace.preview(json!([put("view", view)])).unwrap_err();
    assert_eq!(error.code, Code::ChangeEmpty, "what brought a document does not change");
}

#[test]
fn the_trash_follows_names_too() {
    let mut workspace = Workspace::sales();
    workspace
        .apply(json!([
            remove("view", "account.busy"),
            remove("form", "account.main"),
            workspace.edit("entity", "deal", |deal| {
                drop_field(deal, "account");
                deal["unique"] = json!([]);
            }),
            workspace.edit("view", "deal.open", |view| {
                view["filter"] = Json::Null;
            }),
            remove("automation", "follow_up"),
        ]))
        .unwrap();
    workspace
        .apply(json!([workspace.edit("entity", "account", |account| {
            account["name"] = json!("client");
        })]))
        .unwrap();
    let trashed = workspace.trash.iter().find(|thing| thing.id.starts_with("account_")).unwrap();
    let link = trashed.document.clone();
    assert_eq!(link["settings"]["to"], "client");
    workspace
        .apply(json!([workspace.edit("entity", "deal", |deal| {
            deal["fields"].as_array_mut().unwrap().push(link);
        })]))
        .unwrap();
    let form = workspace.trash.iter().find(|thing| thing.document["name"] == "client.main");
    workspace.apply(json!([put("form", form.unwrap().document.clone())])).unwrap();
}
