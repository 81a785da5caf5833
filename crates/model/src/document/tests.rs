//! Tests of the document kinds.

use super::*;

#[test]
fn every_schema_compiles_and_is_closed() {
    for kind in DocumentKind::ALL {
        let schema = kind.schema();
        assert_eq!(schema["additionalProperties"], json!(false), "{}", kind.name());
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn settings_are_checked_by_their_type() {
    let entity = |settings: Json| {
        json!({"name": "deal", "label": {"en": "Deal"}, "fields": [
            {"name": "amount", "type": "decimal", "label": {"en": "Amount"}, "settings": settings},
        ]})
    };
    assert_eq!(DocumentKind::Entity.check(&entity(json!({"scale": 2}))), Ok(()));
    let faults = DocumentKind::Entity.check(&entity(json!({"skale": 2}))).unwrap_err();
    assert_eq!(faults[0].path, "fields/0/settings");
    assert!(DocumentKind::Entity.check(&entity(json!({"scale": 10}))).is_err());
}

#[test]
fn unknown_field_types_are_refused_with_the_known_ones() {
    let entity = json!({"name": "deal", "label": {"en": "Deal"}, "fields": [
        {"name": "amount", "type": "money", "label": {"en": "Amount"}},
    ]});
    let faults = DocumentKind::Entity.check(&entity).unwrap_err();
    assert_eq!(faults[0].path, "fields/0/type");
}

#[test]
fn the_drawn_settings_are_those_that_the_schema_knows() {
    for field_type in crate::fields::ALL {
        let schema = (field_type.settings_schema)();
        let known: Vec<String> = match schema.get("properties").and_then(Json::as_object) {
            Some(properties) => properties.keys().cloned().collect(),
            None => Vec::new(),
        };
        let drawn: Vec<String> = (field_type.settings)()
            .iter()
            .map(|setting| setting["name"].as_str().unwrap().to_owned())
            .collect();
        let (mut known_sorted, mut drawn_sorted) = (known, drawn);
        known_sorted.sort();
        drawn_sorted.sort();
        assert_eq!(known_sorted, drawn_sorted, "{}", field_type.name);
    }
}
