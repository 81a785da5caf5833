//! Fields and options: what may be done to live data, what goes to the trash and comes back.

use super::*;

/// Previews a change of one field of `deal`.
fn change(edit: impl FnOnce(&mut Json)) -> String {
    let workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", edit);
    show(&workspace.preview(json!([operation])).unwrap())
}

#[test]
fn a_field_is_added_with_its_indexes() {
    let plan = change(|deal| {
        let fields = deal["fields"].as_array_mut().unwrap();
        fields.push(json!({"name": "code", "type": "text", "label": {"en": "Code"},
            "unique": true}));
        fields.push(json!({"name": "partner", "type": "link", "label": {"en": "Partner"},
            "indexed": true, "settings": {"to": "account"}}));
        deal["indexes"] = json!([["stage", "closed"], ["partner", "code"]]);
        deal["unique"] = json!([["account", "name"], ["account", "code"]]);
    });
    assert_snapshot!(plan, @r"
    change_entity: Changes the table Deal: unique sets, indexes.
    add_field: Adds the field Code.
    add_field: Adds the field Partner.
    add column deal_i (code_3 Text keyed)
    add column deal_i (partner_4 Id)
    create unique index deal_i__code_3__u (code_3 Text keyed)
    create unique index deal_i__account_s__code_3__u (account_s Id, code_3 Text keyed)
    create index deal_i__partner_4__code_3__i (partner_4 Id, code_3 Text keyed)
    ");
}

#[test]
fn rules_of_a_field_change_safely() {
    let plan = change(|deal| {
        field(deal, "name")["required"] = json!(false);
        field(deal, "name")["settings"] = json!({"max_length": 500});
        field(deal, "amount")["indexed"] = json!(false);
        field(deal, "amount")["help"] = json!({"en": "Net"});
        field(deal, "amount")["settings"]["min"] = json!("0");
        field(deal, "closed")["indexed"] = json!(true);
        field(deal, "closed")["label"] = json!({"en": "Closed on", "zh-CN": "结单日期"});
        field(deal, "stage")["default"] = json!("won");
        field(deal, "account")["settings"]["on_delete"] = json!("restrict");
        deal["fields"].as_array_mut().unwrap().swap(0, 1);
    });
    assert_snapshot!(plan, @r"
    change_field: Changes the field Stage: default.
    change_field: Changes the field Name: no longer required, limits.
    change_field: Changes the field Amount: help, no longer indexed, limits. Values that are there stay; what is entered from now on has to fit.
    change_field: Changes the field Closed on: label, now indexed.
    change_field: Changes the field Account: what happens when the target is deleted.
    reorder_fields: Puts the fields of Deal into another order.
    drop index deal_i__amount_o__i
    create index deal_i__closed_q__i (closed_q Date)
    ");
}

#[test]
fn what_live_data_forbids_is_said_and_left_out() {
    let workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", |deal| {
        field(deal, "amount")["settings"]["currency"] = json!("JPY");
        field(deal, "closed")["type"] = json!("date_time");
        field(deal, "closed")["label"] = json!({"en": "Closed at"});
        field(deal, "note")["required"] = json!(true);
        field(deal, "name")["unique"] = json!(true);
        field(deal, "account")["settings"]["to"] = json!("deal");
        let options = field(deal, "stage")["settings"]["options"].as_array_mut().unwrap();
        options.remove(2);
        deal["unique"] = json!([["account", "name"], ["stage", "amount"]]);
        deal["fields"].as_array_mut().unwrap().push(
            json!({"name": "code", "type": "decimal", "label": {"en": "Code"}, "required": true}),
        );
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert_snapshot!(show(&plan), @r"
    FORBIDDEN change_field: Name cannot be made unique yet: records may be there that share a value.
    FORBIDDEN remove_option: The option Lost of Stage cannot be removed: records may have it. Archive it instead.
    FORBIDDEN change_field: The currency of Amount cannot be changed: stored amounts are in USD. Add a new field instead.
    FORBIDDEN change_field: Note cannot be required yet: records may be there that have no value.
    FORBIDDEN retype_field: The type of Closed at cannot be changed from Date to Date and time yet. Add a new field instead.
    FORBIDDEN change_field: Account cannot point to another table: stored links would lead nowhere. Add a new field instead.
    FORBIDDEN change_field: Code cannot be required yet: records may be there that have no value.
    FORBIDDEN change_entity: Stage, Amount cannot be made unique together yet: records may be there that share the values.
    change_field: Changes the field Closed at: label.
    add_field: Adds the field Code.
    add column deal_i (code_3 Integer)
    ");
    let refusal = plan.refusal().unwrap();
    assert_eq!(refusal.faults.len(), plan.forbidden().len());
    assert_eq!(plan.catalogue.entity("deal").unwrap().field("closed").unwrap().type_name, "date");
}

#[test]
fn more_may_be_done_where_no_record_is() {
    let workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", |deal| {
        field(deal, "note")["required"] = json!(true);
        field(deal, "name")["unique"] = json!(true);
        let options = field(deal, "stage")["settings"]["options"].as_array_mut().unwrap();
        options.truncate(1);
    });
    let changeset = crate::changeset::Changeset::from_json(
        &json!({"base_revision": 1, "operations": [operation]}),
    );
    let empty = [workspace.catalogue.entity("deal").unwrap().id.clone()];
    let context = crate::changeset::PlanContext {
        suffixes: crate::name::Suffixes::starting_at(workspace.suffixes),
        trash: &[],
        app: None,
        empty: &empty,
    };
    let plan = crate::changeset::plan(&workspace.catalogue, &changeset.unwrap(), context).unwrap();
    assert_snapshot!(show(&plan), @r"
    FORBIDDEN remove_option: The option Won of Stage cannot be removed while it is used by: form deal.main, automation follow_up. [form deal.main, automation follow_up]
    FORBIDDEN remove_option: The option Lost of Stage cannot be removed while it is used by: view account.busy. [view account.busy]
    change_field: Changes the field Name: now unique.
    change_field: Changes the field Note: now required.
    create unique index deal_i__name_j__u (name_j Text keyed)
    ");
}

#[test]
fn the_scale_of_a_decimal_is_fixed() {
    let mut workspace = Workspace::default();
    let entity = json!({"name": "item", "label": {"en": "Item"}, "fields": [
        {"name": "weight", "type": "decimal", "label": {"en": "Weight"}}]});
    workspace.apply(json!([put("entity", entity)])).unwrap();
    // Two is the default, so saying so is a change of words only.
    let scale = |scale: u8| {
        json!([workspace.edit("entity", "item", |item| {
            field(item, "weight")["settings"] = json!({"scale": scale});
        })])
    };
    assert_snapshot!(show(&workspace.preview(scale(3)).unwrap()), @"FORBIDDEN change_field: The decimal places of Weight cannot be changed yet: stored amounts would have to be converted. Add a new field instead.");
    assert!(workspace.preview(scale(2)).unwrap().forbidden().is_empty());
}

#[test]
fn options_are_added_renamed_and_archived() {
    let workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", |deal| {
        let options = &mut field(deal, "stage")["settings"]["options"];
        options[0]["name"] = json!("fresh");
        options[2]["archived"] = json!(true);
        options[1]["color"] = json!("green");
        let list = options.as_array_mut().unwrap();
        list.push(json!({"name": "paused", "label": {"en": "Paused"}}));
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert_snapshot!(show(&plan), @r"
    rename_option: Names the option New of Stage fresh instead of new; filters and moves follow. [view deal.open, automation follow_up]
    change_option: Changes the option Won of Stage.
    archive_option: No longer offers the option Lost of Stage; records that have it keep it.
    add_option: Adds the option Paused to Stage.
    ");
    let body = |kind, name: &str| &plan.catalogue.document(kind, name).unwrap().body;
    use crate::document::DocumentKind::{Automation, Entity, View};
    assert_eq!(body(View, "deal.open")["filter"]["and"][0]["value"], json!(["fresh"]));
    assert_eq!(body(Automation, "follow_up")["steps"][0]["settings"]["values"]["stage"], "fresh");
    assert_eq!(body(Entity, "deal")["fields"][1]["default"], "fresh");
}

#[test]
fn a_removed_field_goes_from_what_only_shows_it() {
    let mut workspace = Workspace::sales();
    let operation = workspace.edit("entity", "deal", |deal| {
        drop_field(deal, "note");
        drop_field(deal, "closed");
    });
    let plan = workspace.preview(json!([operation])).unwrap();
    assert_snapshot!(show(&plan), @r"
    change_entity: Changes the table Deal: indexes.
    remove_field: Puts the field Note with its values into the trash, and takes it out of views, forms and roles. [view deal.board, view deal.open, form deal.main, role seller]
    remove_field: Puts the field Closed with its values into the trash, and takes it out of views, forms and roles. [form deal.main]
    drop index deal_i__stage_k__closed_q__i
    trash field note_p
    trash field closed_q
    ");
    workspace.take(plan).unwrap();
    assert_eq!(workspace.body("view", "deal.board")["settings"]["card_fields"], json!(["amount"]));
    assert_eq!(
        workspace.body("form", "deal.main")["children"][0]["children"],
        json!([{"kind": "field", "field": "name"}])
    );
    assert_eq!(workspace.body("role", "seller")["entities"]["deal"]["fields"], Json::Null);
    assert_eq!(workspace.body("entity", "deal")["indexes"], Json::Null);
    assert_eq!(workspace.trash.len(), 2);
}

#[test]
fn a_needed_field_stays_and_the_needing_documents_are_named() {
    let plan = change(|deal| {
        for name in ["stage", "owner", "account", "name", "amount"] {
            drop_field(deal, name);
        }
    });
    assert_snapshot!(plan, @r"
    FORBIDDEN remove_field: The field Account cannot be removed while it is used by: entity deal, view account.busy, view deal.open, form account.main, automation follow_up. [entity deal, view account.busy, view deal.open, form account.main, automation follow_up]
    FORBIDDEN remove_field: The field Name cannot be removed while it is used by: entity deal, automation follow_up. [entity deal, automation follow_up]
    FORBIDDEN remove_field: The field Owner cannot be removed while it is used by: role seller. [role seller]
    FORBIDDEN remove_field: The field Stage cannot be removed while it is used by: view account.busy, view deal.board, view deal.open, form deal.main, automation follow_up. [view account.busy, view deal.board, view deal.open, form deal.main, automation follow_up]
    remove_field: Puts the field Amount with its values into the trash, and takes it out of views, forms and roles. Scripts seem to use it. [view deal.board, view deal.open, script deal.before_save]
    drop index deal_i__amount_o__i
    trash field amount_o
    ");
}

#[test]
fn a_needed_field_may_go_together_with_what_needs_it() {
    let workspace = Workspace::sales();
    let plan = workspace.preview(json!([
        workspace.edit("entity", "deal", |deal| drop_field(deal, "owner")),
        workspace.edit("role", "seller", |role| {
            role["entities"]["deal"].as_object_mut().unwrap().shift_remove("rows");
        }),
    ]));
    assert!(plan.unwrap().forbidden().is_empty());
}

#[test]
fn the_list_on_a_target_stays_while_it_is_used() {
    let plan = change(|deal| {
        field(deal, "account")["settings"].as_object_mut().unwrap().shift_remove("inverse");
    });
    assert_snapshot!(plan, @"FORBIDDEN change_field: The list that Account shows on its target cannot be removed while it is used by: view account.busy, form account.main. [view account.busy, form account.main]");
}

#[test]
fn a_field_comes_back_from_the_trash_with_its_column() {
    let mut workspace = Workspace::sales();
    let before = workspace.body("entity", "deal");
    workspace
        .apply(json!([workspace.edit("entity", "deal", |deal| {
            field(deal, "closed")["indexed"] = json!(true);
        })]))
        .unwrap();
    let with_index = workspace.body("entity", "deal");
    workspace
        .apply(json!([workspace.edit("entity", "deal", |deal| drop_field(deal, "closed"))]))
        .unwrap();
    let plan = workspace.preview(json!([put("entity", with_index.clone())])).unwrap();
    assert_snapshot!(show(&plan), @r"
    change_entity: Changes the table Deal: indexes.
    restore_field: Takes the field Closed with its values out of the trash.
    create index deal_i__closed_q__i (closed_q Date)
    create index deal_i__stage_k__closed_q__i (stage_k Text, closed_q Date)
    take closed_q
    ");
    // Another type is another field.
    let mut retyped = with_index;
    field(&mut retyped, "closed")["type"] = json!("date_time");
    let plan = workspace.preview(json!([put("entity", retyped)])).unwrap();
    assert_eq!(plan.forbidden()[0].kind, StepKind::RetypeField);
    // A field of the same name without the id is a new one.
    let mut anew = before;
    field(&mut anew, "closed").as_object_mut().unwrap().shift_remove("id");
    let plan = workspace.preview(json!([put("entity", anew)])).unwrap();
    assert!(plan.steps.iter().any(|step| step.kind == StepKind::AddField));
    assert_eq!(plan.steps[0].effect, Effect::Safe);
}
