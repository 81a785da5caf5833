//! Records: created, changed, deleted, brought back; conflicts, hooks, idempotency, batches.

use engine::{IdempotencyKey, RequestInfo};
use model::{Code, Uuid};
use serde_json::{Value as Json, json};
use tests::{column, create, get, list, on_both, try_create, update};

async fn product(context: &engine::Context, name: &str) -> Json {
    create(context, "product", json!({"name": name, "sales_price": "10.00"})).await
}

/// An opportunity with the links that it needs.
async fn opportunity(context: &engine::Context, number: &str) -> Json {
    let product = product(context, &format!("Product {number}")).await;
    let seller = create(context, "seller", json!({"name": format!("Seller {number}")})).await;
    create(
        context,
        "opportunity",
        json!({"opportunity_id": number, "product": product["id"], "seller": seller["id"],
            "stage": "engaging", "close_value": "99.50"}),
    )
    .await
}

on_both! {
    a_record_is_written_and_read_back(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(
            &admin,
            "account",
            json!({"name": " Ａcme  有限公司", "revenue": "1100.04", "employees": 5}),
        )
        .await;
        assert_eq!(account["name"], "Ａcme  有限公司");
        assert_eq!(account["revenue"], "1100.04");
        assert_eq!(account["revision"], 1);
        let read = get(&admin, "account", &account["id"]).await.unwrap();
        assert_eq!(read, account, "the answer to a write is what is read");
        let changed = update(&admin, "account", &account["id"], json!({"employees": 6}))
            .await
            .unwrap();
        assert_eq!((changed["revision"].as_i64(), changed["employees"].as_i64()), (Some(2), Some(6)));
        assert_eq!(changed["revenue"], "1100.04", "what is not sent stays");
        assert_eq!(get(&admin, "account", &account["id"]).await.unwrap(), changed);
    }

    an_unchanged_record_keeps_its_revision(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(&admin, "account", json!({"name": "Acme"})).await;
        let same = update(&admin, "account", &account["id"], json!({"name": "Acme"})).await.unwrap();
        assert_eq!(same, account);
    }

    every_fault_is_told_with_its_path(house) {
        let admin = house.person("admin", &["admin"]).await;
        let error = try_create(
            &admin,
            "account",
            json!({"employees": "many", "nonsense": 1, "website": "javascript:alert(1)"}),
        )
        .await
        .unwrap_err();
        assert_eq!(error.code, Code::RequestInvalid);
        let mut paths: Vec<&str> = error.faults.iter().map(|fault| fault.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["employees", "name", "nonsense", "website"]);
        let count = list(&admin, "account", json!({"count": true})).await.unwrap();
        assert_eq!(count["count"], 0, "nothing is half-done");
    }

    a_unique_value_is_taken_whatever_its_case(house) {
        let admin = house.person("admin", &["admin"]).await;
        create(&admin, "account", json!({"name": "Acme"})).await;
        let error = try_create(&admin, "account", json!({"name": "ＡＣＭＥ"})).await.unwrap_err();
        assert_eq!(error.faults[0].code, Code::ValueTaken);
        assert_eq!(error.faults[0].path, "name");
    }

    links_are_given_by_id_or_by_a_unique_value(house) {
        let admin = house.person("admin", &["admin"]).await;
        let parent = create(&admin, "account", json!({"name": "Parent"})).await;
        let child = create(
            &admin,
            "account",
            json!({"name": "Child", "subsidiary_of": {"by": {"name": "PARENT"}}}),
        )
        .await;
        assert_eq!(child["subsidiary_of"], parent["id"]);
        let missing = Uuid::now_v7().to_string();
        for wrong in [json!(missing), json!({"by": {"name": "Nobody"}})] {
            let values = json!({"name": "Other", "subsidiary_of": wrong});
            let error = try_create(&admin, "account", values).await.unwrap_err();
            assert_eq!(error.faults[0].code, Code::LinkUnknown);
        }
        let values = json!({"name": "Other", "subsidiary_of": {"by": {"sector": "retail"}}});
        let error = try_create(&admin, "account", values).await.unwrap_err();
        assert_eq!(error.faults[0].code, Code::MatchInvalid);
    }

    a_hook_refuses_and_fills_in(house) {
        let admin = house.person("admin", &["admin"]).await;
        let deal = opportunity(&admin, "A1").await;
        let refusal = update(
            &admin,
            "opportunity",
            &deal["id"],
            json!({"stage": "won", "close_value": null}),
        )
        .await
        .unwrap_err();
        assert_eq!(refusal.faults[0].code, Code::RuleFailed);
        assert_eq!(refusal.faults[0].path, "close_value");
        let won = update(&admin, "opportunity", &deal["id"], json!({"stage": "won"})).await.unwrap();
        assert_eq!(won["stage"], "won");
        assert!(won["close_date"].is_string(), "the hook sets the day");
    }

    two_people_who_write_one_field_meet(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(&admin, "account", json!({"name": "Acme", "employees": 1})).await;
        let id = account["id"].as_str().unwrap();
        let save = |values: Json| engine::records::update(&admin, "account", id, values, Some(1));
        save(json!({"employees": 2})).await.unwrap();
        save(json!({"sector": "retail"})).await.expect("another field is merged");
        let error = save(json!({"employees": 3})).await.unwrap_err();
        assert_eq!(error.code, Code::RecordStale);
        let details = error.details.unwrap();
        assert_eq!(details["base"]["employees"], 1);
        assert_eq!(details["yours"]["employees"], 3);
        assert_eq!(details["theirs"]["employees"], 2);
        assert_eq!(details["current_revision"], 3);
        save(json!({"employees": 2})).await.expect("the same value is no conflict");
    }

    a_repeated_request_is_answered_as_before(house) {
        house.person("admin", &["admin"]).await;
        let control = house.engine.store().control();
        let account = control.account_by_email("admin@example.com").await.unwrap().unwrap();
        let keyed = |digest: u8| RequestInfo {
            idempotency: Some(IdempotencyKey { key: "k1".into(), digest: [digest; 32] }),
            ..RequestInfo::default()
        };
        let context = house.context(&account, keyed(1)).await.unwrap();
        let first = engine::records::create(&context, "account", json!({"name": "Once"})).await.unwrap();
        let again = engine::records::create(&context, "account", json!({"name": "Once"})).await.unwrap();
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        let other = house.context(&account, keyed(2)).await.unwrap();
        let error = engine::records::create(&other, "account", json!({"name": "Else"})).await;
        assert_eq!(error.unwrap_err().code, Code::IdempotencyMismatch);
        let all = list(&other, "account", json!({"count": true})).await.unwrap();
        assert_eq!(all["count"], 1);
    }

    a_client_may_choose_the_id(house) {
        let admin = house.person("admin", &["admin"]).await;
        let id = Uuid::now_v7().to_string();
        let record = create(&admin, "account", json!({"id": id, "name": "Chosen"})).await;
        assert_eq!(record["id"], id);
        let error = try_create(&admin, "account", json!({"id": id, "name": "Again"})).await;
        assert_eq!(error.unwrap_err().code, Code::RecordExists);
        for wrong in ["x", "00000000-0000-4000-8000-000000000000", "ffffffff-ffff-7fff-bfff-ffffffffffff"] {
            let error = try_create(&admin, "account", json!({"id": wrong, "name": "Bad"})).await;
            assert_eq!(error.unwrap_err().faults[0].code, Code::IdInvalid, "{wrong}");
        }
    }

    a_deleted_record_comes_back_as_it_was(house) {
        let admin = house.person("admin", &["admin"]).await;
        let account = create(&admin, "account", json!({"name": "Acme", "revenue": "1.50"})).await;
        let id = account["id"].as_str().unwrap();
        engine::records::delete(&admin, "account", id, None).await.unwrap();
        assert_eq!(get(&admin, "account", &account["id"]).await.unwrap_err().code, Code::RecordUnknown);
        engine::records::restore(&admin, "account", id).await.unwrap();
        let back = get(&admin, "account", &account["id"]).await.unwrap();
        assert_eq!(back["revenue"], "1.50");
        assert_eq!(back["created_at"], account["created_at"]);
        let history = engine::records::history(&admin, "account", id, None).await.unwrap();
        let operations: Vec<&Json> =
            history["entries"].as_array().unwrap().iter().map(|entry| &entry["operation"]).collect();
        assert_eq!(operations, ["restore", "delete", "create"]);
    }

    deleting_follows_the_rules_of_links(house) {
        let admin = house.person("admin", &["admin"]).await;
        let deal = opportunity(&admin, "B1").await;
        let activity = create(
            &admin,
            "activity",
            json!({"subject": "Call", "opportunity": deal["id"]}),
        )
        .await;
        let product = deal["product"].as_str().unwrap();
        let refusal = engine::records::delete(&admin, "product", product, None).await.unwrap_err();
        assert_eq!(refusal.code, Code::LinkRestricted);
        let parent = create(&admin, "account", json!({"name": "Parent"})).await;
        let child = create(&admin, "account", json!({"name": "Child", "subsidiary_of": parent["id"]})).await;
        engine::records::delete(&admin, "account", parent["id"].as_str().unwrap(), None).await.unwrap();
        let child = get(&admin, "account", &child["id"]).await.unwrap();
        assert_eq!(child["subsidiary_of"], Json::Null, "the link is emptied");
        assert_eq!(child["revision"], 2);
        engine::records::delete(&admin, "opportunity", deal["id"].as_str().unwrap(), None).await.unwrap();
        let gone = get(&admin, "activity", &activity["id"]).await.unwrap_err();
        assert_eq!(gone.code, Code::RecordUnknown, "what cascades goes too");
    }

    an_atomic_batch_is_all_or_nothing(house) {
        let admin = house.person("admin", &["admin"]).await;
        let operations = json!([
            {"op": "create", "values": {"name": "One"}},
            {"op": "create", "values": {"name": "Two", "employees": -1.5}},
        ]);
        let error = engine::records::batch(&admin, "account", operations.clone()).await.unwrap_err();
        assert_eq!(error.faults[0].path, "1/employees");
        let all = list(&admin, "account", json!({"count": true})).await.unwrap();
        assert_eq!(all["count"], 0);
        let each = json!({"atomic": false, "operations": operations});
        let reply = engine::records::batch(&admin, "account", each).await.unwrap();
        let reply: Json = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(reply["results"][0]["record"]["name"], "One");
        assert_eq!(reply["results"][1]["error"]["errors"][0]["path"], "employees");
        let upsert = json!([
            {"op": "upsert", "by": "name", "values": {"name": "one", "employees": 7}},
            {"op": "upsert", "by": "name", "values": {"name": "Three"}},
        ]);
        engine::records::batch(&admin, "account", upsert).await.unwrap();
        let all = list(&admin, "account", json!({"sort": ["name"]})).await.unwrap();
        assert_eq!(column(&all, "name"), ["one", "Three"]);
        assert_eq!(column(&all, "employees"), [json!(7), Json::Null]);
    }

    a_batch_says_which_value_is_taken(house) {
        let admin = house.person("admin", &["admin"]).await;
        create(&admin, "account", json!({"name": "Old"})).await;
        let operations = json!([
            {"op": "create", "values": {"name": "New"}},
            {"op": "create", "values": {"name": "old"}},
        ]);
        let error = engine::records::batch(&admin, "account", operations.clone()).await.unwrap_err();
        assert_eq!(error.faults[0].path, "1/name");
        let each = json!({"atomic": false, "operations": operations});
        let reply = engine::records::batch(&admin, "account", each).await.unwrap();
        let reply: Json = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(reply["results"][0]["op"], "create");
        assert_eq!(reply["results"][1]["error"]["errors"][0]["code"], "value_taken");
    }

    pages_return_every_record_once(house) {
        let admin = house.person("admin", &["admin"]).await;
        for number in 0..25 {
            let values = json!({"name": format!("Account {number:02}"), "employees": number % 3});
            create(&admin, "account", values).await;
        }
        for sort in [json!([]), json!(["employees"]), json!(["-employees", "name"]), json!(["sector"])] {
            let mut seen = Vec::new();
            let mut cursor = Json::Null;
            loop {
                let query = json!({"sort": sort, "limit": 7, "cursor": cursor});
                let page = list(&admin, "account", query).await.unwrap();
                seen.extend(column(&page, "id"));
                cursor = page["next_cursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            let distinct: std::collections::HashSet<String> =
                seen.iter().map(|id| id.to_string()).collect();
            assert_eq!((seen.len(), distinct.len()), (25, 25), "{sort}");
        }
        let page = list(&admin, "account", json!({"limit": 5})).await.unwrap();
        let moved = json!({"cursor": page["next_cursor"], "sort": ["name"]});
        assert_eq!(list(&admin, "account", moved).await.unwrap_err().code, Code::CursorInvalid);
    }

    links_expand_both_ways(house) {
        let admin = house.person("admin", &["admin"]).await;
        let deal = opportunity(&admin, "C1").await;
        let query = json!({"expand": ["seller", "product"]});
        let deals = list(&admin, "opportunity", query).await.unwrap();
        assert_eq!(deals["records"][0]["seller"]["title"], "Seller C1");
        assert_eq!(deals["records"][0]["seller"]["id"], deal["seller"]);
        let sellers = list(&admin, "seller", json!({"expand": ["opportunities"]})).await.unwrap();
        let inverse = &sellers["records"][0]["opportunities"];
        assert_eq!(inverse["count"], 1);
        assert_eq!(inverse["records"][0]["id"], deal["id"]);
    }

    figures_are_exact(house) {
        let admin = house.person("admin", &["admin"]).await;
        for (name, revenue, sector) in [("A", "0.10", "retail"), ("B", "0.20", "retail"), ("C", "5.05", "medical")] {
            let values = json!({"name": name, "revenue": revenue, "sector": sector});
            create(&admin, "account", values).await;
        }
        create(&admin, "account", json!({"name": "D"})).await;
        let query = json!({
            "group": ["sector"],
            "measures": [{"fn": "count"}, {"fn": "sum", "field": "revenue"},
                {"fn": "average", "field": "revenue"}, {"fn": "max", "field": "revenue"}],
            "sort": ["-measure.1"],
        });
        let figures = tests::aggregate(&admin, "account", query).await.unwrap();
        let groups = figures["groups"].as_array().unwrap();
        assert_eq!(groups[0], json!({"group": {"sector": "medical"}, "measures": [1, "5.05", "5.05", "5.05"]}));
        assert_eq!(groups[1], json!({"group": {"sector": "retail"}, "measures": [2, "0.30", "0.15", "0.20"]}));
        assert_eq!(groups[2]["group"]["sector"], Json::Null);
        let by_day = json!({"group": [{"field": "created_at", "bucket": "day"}]});
        let figures = tests::aggregate(&admin, "account", by_day).await.unwrap();
        assert_eq!(figures["groups"][0]["measures"][0], 4);
    }
}
