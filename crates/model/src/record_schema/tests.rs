//! Tests of record schemas.

use insta::assert_snapshot;
use jsonschema::PatternOptions;
use proptest::prelude::*;

use super::*;
use crate::changeset::testing::Workspace;
use crate::document::EntityDocument;

fn validator(schema: &Json) -> jsonschema::Validator {
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    options.should_validate_formats(true).build(schema).expect("a schema")
}

/// An entity with one field of a type.
fn entity_of(type_name: &str, settings: &Json, required: bool) -> Entity {
    let document: EntityDocument = serde_json::from_value(json!({
        "id": "thing_a", "name": "thing", "label": {"en": "Thing"}, "fields": [{
            "id": "value_b", "name": "value", "type": type_name, "label": {"en": "Value"},
            "required": required, "settings": settings}],
    }))
    .expect("an entity");
    Entity::compile(&document).expect("an entity")
}

#[test]
fn samples_of_every_type_pass_or_fail_as_their_field_says() {
    // What only the field can tell: bounds of decimals, which are text; how fine a time is; whether a text is an
    // address or a number of a phone; whether a text contains control characters.
    let beyond = ["decimal", "currency", "date_time", "email", "phone", "url"];
    for field_type in crate::fields::ALL {
        let samples = (field_type.samples)();
        let entity = entity_of(field_type.name, &samples.settings, false);
        for purpose in [RecordUse::Create, RecordUse::Update] {
            let validator = validator(&schema_of_record(&entity, purpose));
            for (good, _) in &samples.good {
                assert!(validator.is_valid(&json!({"value": good})), "{} {good}", field_type.name);
            }
            for bad in &samples.bad {
                let refused = !validator.is_valid(&json!({"value": bad}));
                let control = bad.as_str().is_some_and(|text| text.contains(char::is_control));
                let scalar = bad.is_string() || bad.is_number();
                let expressible = !(beyond.contains(&field_type.name) && scalar || control);
                assert!(refused || !expressible, "{} {bad}", field_type.name);
            }
        }
        let validator = validator(&schema_of_record(&entity, RecordUse::Read));
        for (_, shown) in &samples.good {
            let record = json!({"id": "01890000-0000-7000-8000-000000000001", "value": shown});
            assert!(validator.is_valid(&record), "{} {shown}", field_type.name);
        }
    }
}

#[test]
fn empty_is_null_unless_a_value_is_required() {
    for required in [false, true] {
        let entity = entity_of("text", &json!({}), required);
        let create = validator(&schema_of_record(&entity, RecordUse::Create));
        assert_eq!(create.is_valid(&json!({"value": null})), !required);
        assert_eq!(create.is_valid(&json!({})), !required);
        let update = validator(&schema_of_record(&entity, RecordUse::Update));
        assert_eq!(update.is_valid(&json!({"value": null})), !required);
        assert!(update.is_valid(&json!({})));
    }
}

#[test]
fn nothing_unknown_and_nothing_of_the_house_may_be_sent() {
    let entity = entity_of("text", &json!({}), false);
    let create = validator(&schema_of_record(&entity, RecordUse::Create));
    let id = json!("01890000-0000-7000-8000-000000000001");
    assert!(create.is_valid(&json!({"id": id, "value": "x"})));
    assert!(!create.is_valid(&json!({"value": "x", "other": 1})));
    assert!(!create.is_valid(&json!({"revision": 1})));
    let update = validator(&schema_of_record(&entity, RecordUse::Update));
    assert!(!update.is_valid(&json!({"id": id})));
}

#[test]
fn a_record_is_described_as_the_api_speaks_it() {
    let workspace = Workspace::sales();
    let deal = workspace.catalogue.entity("deal").unwrap();
    let mut lines = Vec::new();
    let create = schema_of_record(deal, RecordUse::Create);
    assert_snapshot!(create["required"], @r#"["name"]"#);
    for (name, schema) in create["properties"].as_object().unwrap() {
        lines.push(format!("{name} {schema}"));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    id {"type":"string","format":"uuid","title":"Id"}
    name {"type":"string","maxLength":255,"title":"Name"}
    stage {"type":["string","null"],"enum":["new","won","lost",null],"title":"Stage","default":"new"}
    amount {"type":["string","number","null"],"pattern":"^-?[0-9]+(\\.[0-9]{1,2}0*)?$","title":"Amount"}
    note {"type":["string","null"],"maxLength":100000,"title":"Note"}
    closed {"type":["string","null"],"format":"date","title":"Closed"}
    owner {"anyOf":[{"type":"string","format":"uuid"},{"type":"object","additionalProperties":false,"required":["by"],"description":"The record with this value of a unique field.","properties":{"by":{"type":"object","minProperties":1,"maxProperties":1}}},{"type":"null"}],"title":"Owner"}
    account {"anyOf":[{"type":"string","format":"uuid"},{"type":"object","additionalProperties":false,"required":["by"],"description":"The record with this value of a unique field.","properties":{"by":{"type":"object","minProperties":1,"maxProperties":1}}},{"type":"null"}],"title":"Account"}
    "#);
    let account = workspace.catalogue.entity("account").unwrap();
    let read = schema_of_record(account, RecordUse::Read);
    assert_snapshot!(read["properties"]["deals"], @r#"{"title":"Deals","description":"Records of deal; only where it is expanded.","type":"object","properties":{"records":{"type":"array","items":{"type":"object"}},"count":{"type":"integer","minimum":0}},"readOnly":true}"#);
    assert_snapshot!(read["properties"]["revision"], @r#"{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991,"title":"Revision","readOnly":true}"#);
    assert_snapshot!(read["properties"]["sector"], @r#"{"type":["string","null"],"enum":["retail","finance",null],"title":"Sector"}"#);
}

/// Any JSON that somebody may send for a value.
fn input() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<i64>().prop_map(|number| json!(number)),
        (-1000..1000i64).prop_map(|number| json!(number as f64 / 8.0)),
        any::<bool>().prop_map(Json::Bool),
        "-?[0-9]{1,12}(\\.[0-9]{1,4})?".prop_map(Json::String),
        "[a-z]{1,5}@[a-z]{1,5}\\.com".prop_map(Json::String),
        "https?://[a-z]{1,5}(/[a-z]{0,3})?".prop_map(Json::String),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(Json::String),
        "20[0-9]{2}-0[1-9]-[12][0-9]T[0-2][0-9]:[0-5][0-9]:00(\\.[0-9]{1,4})?(Z|\\+08:00)"
            .prop_map(Json::String),
        "\\+?[0-9]{5,15}".prop_map(Json::String),
        "[a-z张 ]{1,14}".prop_map(Json::String),
        prop::sample::select(vec!["low", "high", "old", "open", "won"]).prop_map(|t| json!(t)),
        any::<[u8; 16]>().prop_map(|bytes| json!(uuid::Uuid::from_bytes(bytes).to_string())),
        prop::collection::vec("[a-z]{1,5}", 0..3).prop_map(|list| json!(list)),
        Just(json!({})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_a_field_takes_its_schema_takes(inputs in prop::collection::vec(input(), 40)) {
        for field_type in crate::fields::ALL {
            let entity = entity_of(field_type.name, &(field_type.samples)().settings, false);
            let field = entity.field("value").expect("the field");
            let create = validator(&schema_of_record(&entity, RecordUse::Create));
            let read = validator(&schema_of_record(&entity, RecordUse::Read));
            for input in &inputs {
                // Blank text is empty, and white space around a text does not count.
                let padded = input.as_str().is_some_and(|text| text.trim() != text);
                let Ok(value) = field.parse(input) else { continue };
                if value.is_null() || padded {
                    continue;
                }
                prop_assert!(create.is_valid(&json!({"value": input})), "{} {}", field_type.name, input);
                let shown = field.show(&value);
                let record = json!({"id": "01890000-0000-7000-8000-000000000001", "value": shown});
                prop_assert!(read.is_valid(&record), "{} {}", field_type.name, shown);
            }
        }
    }
}
