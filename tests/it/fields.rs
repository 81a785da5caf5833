//! The contract of field types: every sample of every type, on both databases, through the door
//! that everybody uses.

use serde_json::{Value as Json, json};
use tests::{House, create, get, list, on_both, publish, try_create};

/// An entity with one field per type, in the settings of its samples.
async fn everything(house: &House) -> engine::Context {
    let admin = house.person("admin", &["admin"]).await;
    let fields: Vec<Json> = model::fields::ALL
        .iter()
        .map(|field_type| {
            let mut settings = (field_type.samples)().settings;
            let options = settings.get_mut("options").and_then(Json::as_array_mut);
            for option in options.into_iter().flatten() {
                // Ids are given by the server.
                option.as_object_mut().unwrap().remove("id");
            }
            json!({"name": format!("a_{}", field_type.name), "type": field_type.name,
                "label": {"en": field_type.name}, "settings": settings})
        })
        .collect();
    let document = json!({"name": "sample", "label": {"en": "Sample"}, "fields": fields});
    publish(&admin, json!([{"op": "put", "kind": "entity", "document": document}])).await.unwrap();
    house
        .context(
            &house
                .engine
                .store()
                .control()
                .account_by_email("admin@example.com")
                .await
                .unwrap()
                .unwrap(),
            Default::default(),
        )
        .await
        .unwrap()
}

on_both! {
    good_samples_are_stored_and_found(house) {
        let admin = everything(&house).await;
        for field_type in model::fields::ALL {
            let name = format!("a_{}", field_type.name);
            for (sent, kept) in (field_type.samples)().good {
                let record = create(&admin, "sample", json!({ name.as_str(): sent })).await;
                let read = get(&admin, "sample", &record["id"]).await.unwrap();
                assert_eq!(read[&name], kept, "{name}: {sent}");
                let entity = admin.catalogue().entity("sample").unwrap().clone();
                let field = entity.field(&name).unwrap();
                let found = |filter: Json| list(&admin, "sample", json!({"filter": filter, "limit": 200}));
                let mine = |answer: &Json| tests::column(answer, "id").contains(&record["id"]);
                if field.kind.operators().contains(&model::filter::Op::Eq) {
                    let equal = json!({"field": name, "op": "eq", "value": kept});
                    assert!(mine(&found(equal.clone()).await.unwrap()), "{name} eq {kept}");
                    let not = json!({"not": equal});
                    assert!(!mine(&found(not).await.unwrap()), "{name} not eq {kept}");
                }
                let filled = json!({"field": name, "op": "not_empty"});
                assert!(mine(&found(filled).await.unwrap()), "{name} not_empty");
                let back = field.kind.from_text(field, &field.text(&field.parse(&kept).unwrap(), Default::default()));
                assert_eq!(back.map(|value| field.show(&value)), Ok(kept), "{name}: text round trip");
            }
        }
    }

    bad_samples_are_refused_beside_their_field(house) {
        let admin = everything(&house).await;
        for field_type in model::fields::ALL {
            let name = format!("a_{}", field_type.name);
            for sent in (field_type.samples)().bad {
                let values = json!({ name.as_str(): sent });
                let error = try_create(&admin, "sample", values).await.expect_err(&format!("{name}: {sent}"));
                assert_eq!(error.faults[0].path, name, "{sent}");
            }
        }
    }
}
