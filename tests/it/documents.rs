//! Documents: previews, publishing, reverting, the trash, and what is refused.

use model::Code;
use serde_json::{Value as Json, json};
use tests::{House, create, get, list, on_both, publish, update};

async fn again(house: &House) -> engine::Context {
    let control = house.engine.store().control();
    let account = control.account_by_email("admin@example.com").await.unwrap().unwrap();
    house.context(&account, Default::default()).await.unwrap()
}

/// The stored document of an entity.
fn entity(context: &engine::Context, name: &str) -> Json {
    let (_, meta) = engine::documents::meta(context, Some("entity")).unwrap();
    let documents = meta["documents"].as_array().unwrap();
    let found = documents.iter().find(|document| document["name"] == name).unwrap();
    let mut body = found["document"].clone();
    body.as_object_mut().unwrap().remove("inverses");
    body
}

fn put(document: Json) -> Json {
    json!([{"op": "put", "kind": "entity", "document": document}])
}

on_both! {
    a_field_comes_goes_and_comes_back_with_its_values(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(&admin, "account", json!({"name": "Acme"})).await;
        let mut document = entity(&admin, "account");
        let before = document.clone();
        let field = json!({"name": "rating", "type": "integer", "label": {"en": "Rating", "zh-CN": "评级"}});
        document["fields"].as_array_mut().unwrap().push(field);
        let body = json!({"base_revision": admin.catalogue().revision, "operations": put(document)});
        let preview = engine::documents::change(&admin, &body, true).await.unwrap();
        assert_eq!(preview["steps"][0]["kind"], "add_field");
        assert_eq!(preview["steps"][0]["effect"], "safe");
        assert_eq!(entity(&again(&house).await, "account"), before, "a preview changes nothing");

        let published = engine::documents::change(&admin, &body, false).await.unwrap();
        assert_eq!(published["steps"], preview["steps"], "what is previewed is what happens");
        let revision = published["revision"].as_i64().unwrap();
        let admin = again(&house).await;
        let rated = update(&admin, "account", &account["id"], json!({"rating": 5})).await.unwrap();
        assert_eq!(rated["rating"], 5);

        engine::documents::revert(&admin, revision, false).await.unwrap();
        let admin = again(&house).await;
        assert!(get(&admin, "account", &account["id"]).await.unwrap().get("rating").is_none());
        let trash = engine::documents::trash(&admin).await.unwrap();
        assert!(trash["items"].as_array().unwrap().iter().any(|item| item["name"] == "rating"));

        engine::documents::revert(&admin, revision + 1, false).await.unwrap();
        let admin = again(&house).await;
        assert_eq!(get(&admin, "account", &account["id"]).await.unwrap()["rating"], 5);
    }

    a_stale_base_is_refused(house) {
        let admin = house.person("admin", &["admin"]).await;
        let body = json!({"base_revision": 1, "operations": put(entity(&admin, "account"))});
        let error = engine::documents::change(&admin, &body, false).await.unwrap_err();
        assert_eq!(error.code, Code::RevisionStale);
    }

    a_renamed_field_keeps_its_values_and_references(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(&admin, "account", json!({"name": "Acme", "employees": 9})).await;
        let mut document = entity(&admin, "account");
        for field in document["fields"].as_array_mut().unwrap() {
            if field["name"] == "employees" {
                field["name"] = json!("headcount");
            }
        }
        publish(&admin, put(document)).await.unwrap();
        let admin = again(&house).await;
        assert_eq!(get(&admin, "account", &account["id"]).await.unwrap()["headcount"], 9);
        let (_, meta) = engine::documents::meta(&admin, None).unwrap();
        assert!(!meta.to_string().contains("\"employees\""), "every reference follows");
    }

    wrong_documents_are_refused_with_their_path(house) {
        let admin = house.person("admin", &["admin"]).await;
        let cases = [
            (json!({"name": "Deal", "label": {"en": "Deal"}, "fields": []}), "operations/0/document/name"),
            (json!({"name": "deal", "label": {}, "fields": []}), "operations/0/document/label"),
            (json!({"name": "deal", "label": {"en": "D"}, "fields": [], "x": 1}), "operations/0/document"),
            (
                json!({"name": "deal", "label": {"en": "D"}, "fields": [
                    {"name": "id", "type": "text", "label": {"en": "Id"}}]}),
                "operations/0/document/fields/0/name",
            ),
            (
                json!({"name": "deal", "label": {"en": "D"}, "fields": [
                    {"name": "to", "type": "link", "label": {"en": "To"}, "settings": {"to": "nowhere"}}]}),
                "operations/0/document/fields/0/settings/to",
            ),
        ];
        for (document, path) in cases {
            let error = publish(&admin, put(document.clone())).await.unwrap_err();
            let paths: Vec<&str> = error.faults.iter().map(|fault| fault.path.as_str()).collect();
            assert!(paths.contains(&path), "{document}: {paths:?}");
        }
        let kernel = json!({"name": "deal", "label": {"en": "D"}, "fields": [], "kernel": true});
        assert!(publish(&admin, put(kernel)).await.is_err());
    }

    a_new_entity_is_usable_at_once(house) {
        let admin = house.person("admin", &["admin"]).await;
        let document = json!({"name": "ticket", "label": {"en": "Ticket", "zh-CN": "工单"}, "title_field": "order",
            "fields": [
                // Words that SQL knows never matter.
                {"name": "order", "type": "text", "label": {"en": "'; drop table x; --"}, "unique": true},
                {"name": "group", "type": "integer", "label": {"en": "Group"}},
                {"name": "rowid", "type": "integer", "label": {"en": "Row"}},
                {"name": "ctid", "type": "text", "label": {"en": "Ct"}},
                {"name": "select", "type": "select", "label": {"en": "S"}, "settings": {"options": [
                    {"name": "a", "label": {"en": "A"}}]}},
            ]});
        publish(&admin, put(document)).await.unwrap();
        let admin = again(&house).await;
        let values = json!({"order": "1", "group": 2, "rowid": 3, "ctid": "4", "select": "a"});
        let ticket = create(&admin, "ticket", values).await;
        let query = json!({"sort": ["order", "-group", "rowid"],
            "filter": {"and": [{"field": "rowid", "op": "eq", "value": 3}, {"field": "select", "op": "eq", "value": "a"}]}});
        let found = list(&admin, "ticket", query).await.unwrap();
        assert_eq!(tests::column(&found, "id"), std::slice::from_ref(&ticket["id"]));
    }

    a_broken_script_is_not_published(house) {
        let admin = house.person("admin", &["admin"]).await;
        let script = json!({"name": "account.before_save", "entity": "account", "hook": "before_save",
            "source": "let x = ;"});
        let operations = json!([{"op": "put", "kind": "script", "document": script}]);
        let error = publish(&admin, operations).await.unwrap_err();
        assert_eq!(error.faults[0].code, Code::ScriptInvalid);
    }
}
