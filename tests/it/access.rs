//! Rights: a hidden field or row does not exist, on every door.

use model::filter::Op;
use model::{Code, Error};
use serde_json::{Value as Json, json};
use tests::{House, aggregate, column, create, get, list, on_both, publish, try_create, update};

/// Two products and two sellers with an opportunity each; one of the sellers is `mia`.
async fn shop(house: &House) -> (engine::Context, engine::Context, Json, Json) {
    let admin = house.person("admin", &["admin"]).await;
    let mia = house.person("mia", &["seller"]).await;
    let product =
        create(&admin, "product", json!({"name": "Lamp", "sales_price": "10.00", "cost": "3.33"}))
            .await;
    let user = mia.user_id().unwrap().to_string();
    let own = create(&admin, "seller", json!({"name": "Mia", "user": user})).await;
    let other = create(&admin, "seller", json!({"name": "Ben"})).await;
    let deal = |number: &str, seller: &Json| {
        json!({"opportunity_id": number, "product": product["id"], "seller": seller["id"],
            "stage": "engaging", "close_value": "5.00"})
    };
    let mine = create(&admin, "opportunity", deal("M1", &own)).await;
    let theirs = create(&admin, "opportunity", deal("B1", &other)).await;
    (admin, mia, mine, theirs)
}

fn code(result: Result<Json, Error>) -> Code {
    match result {
        Ok(answer) => panic!("it should be refused, but answered {answer}"),
        Err(error) => error.faults.first().map_or(error.code, |fault| fault.code),
    }
}

on_both! {
    a_seller_sees_own_records_only(house) {
        let (_, mia, mine, theirs) = shop(&house).await;
        let seen = list(&mia, "opportunity", json!({"count": true})).await.unwrap();
        assert_eq!(column(&seen, "id"), std::slice::from_ref(&mine["id"]));
        assert_eq!(seen["count"], 1);
        assert_eq!(get(&mia, "opportunity", &theirs["id"]).await.unwrap_err().code, Code::RecordUnknown);
        let refused = update(&mia, "opportunity", &theirs["id"], json!({"close_value": "1"})).await;
        assert_eq!(code(refused), Code::RecordUnknown);
        let history = engine::records::history(&mia, "opportunity", theirs["id"].as_str().unwrap(), None).await;
        assert_eq!(code(history), Code::RecordUnknown);
        let figures = aggregate(&mia, "opportunity", json!({})).await.unwrap();
        assert_eq!(figures["groups"][0]["measures"][0], 1);
        update(&mia, "opportunity", &mine["id"], json!({"close_value": "6.00"})).await.unwrap();
        let away = update(&mia, "opportunity", &mine["id"], json!({"seller": theirs["seller"]})).await;
        assert!(
            matches!(code(away), Code::RowForbidden | Code::LinkUnknown),
            "a record may not be written out of one's own rows"
        );
    }

    a_hidden_field_cannot_be_said_anywhere(house) {
        let (_, mia, mine, _) = shop(&house).await;
        let unknown = |result: Result<Json, Error>| {
            let error = match result {
                Ok(answer) => panic!("it should be refused, but answered {answer}"),
                Err(error) => error,
            };
            let named = error.faults.first().map_or(error.code, |fault| fault.code);
            assert_eq!(named, Code::FieldUnknown, "{error}");
        };
        let products = list(&mia, "product", json!({})).await.unwrap();
        assert!(products["records"][0].get("cost").is_none());
        for (op, _) in Op::ALL {
            let value = match op {
                Op::Empty | Op::NotEmpty => Json::Null,
                Op::In | Op::NotIn => json!(["3.33"]),
                Op::Between => json!(["3", "4"]),
                Op::Within => json!({"this": "day"}),
                _ => json!("3.33"),
            };
            let leaf = json!({"field": "cost", "op": op.name(), "value": value});
            unknown(list(&mia, "product", json!({"filter": leaf})).await);
            let nested = json!({"or": [{"not": leaf}]});
            unknown(list(&mia, "product", json!({"filter": nested})).await);
            let walked = json!({"field": "product.cost", "op": op.name(), "value": value});
            unknown(list(&mia, "opportunity", json!({"filter": walked})).await);
            unknown(aggregate(&mia, "opportunity", json!({"filter": walked})).await);
        }
        unknown(list(&mia, "product", json!({"sort": ["-cost"]})).await);
        unknown(list(&mia, "product", json!({"fields": ["cost"]})).await);
        unknown(list(&mia, "product", json!({"expand": ["cost"]})).await);
        unknown(aggregate(&mia, "product", json!({"group": ["cost"]})).await);
        for function in ["count", "count_distinct", "sum", "average", "min", "max"] {
            let measure = json!({"measures": [{"fn": function, "field": "cost"}]});
            unknown(aggregate(&mia, "product", measure).await);
        }
        let expanded = list(&mia, "opportunity", json!({"expand": ["product"]})).await.unwrap();
        assert!(expanded["records"][0]["product"].get("cost").is_none());
        let history = engine::records::history(&mia, "product", mine["product"].as_str().unwrap(), None)
            .await
            .unwrap();
        assert!(!history.to_string().contains("3.33") && !history.to_string().contains("cost"));
        let (_, meta) = engine::documents::meta(&mia, None).unwrap();
        assert!(!meta.to_string().contains("\"cost\""));
        let me = engine::people::me(&mia).await.unwrap();
        assert!(me["entities"]["product"]["fields"].get("cost").is_none());
    }

    unknown_and_hidden_are_the_same_answer(house) {
        let (_, mia, ..) = shop(&house).await;
        let ask = |name: &str| json!({"filter": {"field": name, "op": "eq", "value": "1"}});
        let hidden = list(&mia, "product", ask("cost")).await.unwrap_err();
        let absent = list(&mia, "product", ask("coat")).await.unwrap_err();
        assert_eq!(hidden.to_string(), absent.to_string().replace("coat", "cost"));
    }

    rights_follow_the_record_of_the_person(house) {
        let (admin, mia, ..) = shop(&house).await;
        assert!(list(&mia, "seller", json!({})).await.is_ok());
        let id = json!(mia.user_id().unwrap());
        update(&admin, "user", &id, json!({"roles": []})).await.unwrap();
        let control = house.engine.store().control();
        let account = control.account_by_email("mia@example.com").await.unwrap().unwrap();
        let now = house.context(&account, Default::default()).await.unwrap();
        assert_eq!(list(&now, "seller", json!({})).await.unwrap_err().code, Code::EntityUnknown);
    }

    nobody_builds_or_imports_without_the_right(house) {
        let (_, mia, ..) = shop(&house).await;
        let refused = publish(&mia, json!([{"op": "remove", "kind": "view", "name": "account.all"}])).await;
        assert_eq!(refused.unwrap_err().code, Code::CapabilityMissing);
        assert!(engine::documents::revisions(&mia, None).await.is_err());
        assert!(try_create(&mia, "product", json!({"name": "Mine"})).await.is_err());
    }
}
