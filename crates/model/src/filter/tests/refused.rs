//! Filters that are refused, and where they are wrong.

use super::*;

fn refused(filter: Json) -> (String, Code) {
    let workspace = Workspace::sales();
    let deal = workspace.catalogue.entity("deal").unwrap();
    let fault = bound(&workspace, deal, &scope(), &filter).unwrap_err();
    (fault.path, fault.code)
}

fn at(path: &str, code: Code) -> (String, Code) {
    (path.to_owned(), code)
}

#[test]
fn a_filter_has_no_unknown_key_operator_or_field() {
    assert_eq!(refused(json!([])), at("", Code::ValueType));
    assert_eq!(refused(json!({})), at("", Code::KeyUnknown));
    assert_eq!(refused(json!({"xor": []})), at("xor", Code::KeyUnknown));
    assert_eq!(refused(json!({"and": [], "or": []})), at("or", Code::KeyUnknown));
    assert_eq!(refused(json!({"and": {}})), at("and", Code::ValueType));
    assert_eq!(refused(json!({"field": 1, "op": "eq"})), at("field", Code::ValueType));
    assert_eq!(refused(json!({"field": "name"})), at("op", Code::ValueType));
    assert_eq!(
        refused(json!({"field": "name", "op": "like", "value": "x"})),
        at("op", Code::OperatorUnknown)
    );
    assert_eq!(
        refused(json!({"field": "name", "op": "eq", "value": "x", "case": true})),
        at("case", Code::KeyUnknown)
    );
    let nested = json!({"not": {"and": [{"or": []}, {"field": "nothing", "op": "empty"}]}});
    assert_eq!(refused(nested), at("not/and/1/field", Code::FieldUnknown));
}

#[test]
fn an_operator_takes_the_value_that_fits_it() {
    let test = |op: &str, value: Json| json!({"field": "amount", "op": op, "value": value});
    assert_eq!(refused(test("eq", json!(null))), at("value", Code::ValueType));
    assert_eq!(refused(test("eq", json!([1]))), at("value", Code::ValueType));
    assert_eq!(refused(test("in", json!(1))), at("value", Code::ValueType));
    assert_eq!(refused(test("between", json!([1]))), at("value", Code::ValueType));
    assert_eq!(refused(test("empty", json!(1))), at("value", Code::ValueType));
    assert_eq!(refused(test("contains", json!("1"))), at("op", Code::OperatorUnfit));
    assert_eq!(refused(test("eq", json!("much"))), at("value", Code::TypeMismatch));
    assert_eq!(refused(test("eq", json!("0.001"))), at("value", Code::NumberTooPrecise));
    let stage = json!({"field": "stage", "op": "in", "value": ["new", "New"]});
    assert_eq!(refused(stage), at("value", Code::OptionUnknown));
    for period in [
        json!({"this": "decade"}),
        json!({"last": 0, "unit": "day"}),
        json!({"last": 1, "next": 1, "unit": "day"}),
        json!({"last": 1}),
        json!({"last": 1001, "unit": "day"}),
    ] {
        let filter = json!({"field": "closed", "op": "within", "value": period});
        assert_eq!(refused(filter), at("value", Code::ValueType));
    }
}

#[test]
fn a_variable_stands_where_it_means_something() {
    let test = |field: &str, value: Json| json!({"field": field, "op": "eq", "value": value});
    assert_eq!(refused(test("amount", json!({"var": "me"}))), at("value", Code::VariableUnknown));
    assert_eq!(refused(test("account", json!({"var": "me"}))), at("value", Code::VariableUnknown));
    assert_eq!(refused(test("closed", json!({"var": "now"}))), at("value", Code::VariableUnknown));
    assert_eq!(
        refused(test("owner", json!({"var": "me", "or": 1}))),
        at("value", Code::VariableUnknown)
    );
}

#[test]
fn a_path_walks_links_only_and_not_far() {
    let test = |field: &str| json!({"field": field, "op": "empty"});
    assert_eq!(refused(test("name.length")), at("field", Code::FieldUnknown));
    assert_eq!(refused(test("account.")), at("field", Code::FieldUnknown));
    assert_eq!(refused(test(".")), at("field", Code::FieldUnknown));
    assert_eq!(refused(test("deals")), at("field", Code::FieldUnknown));
    let far = "owner.created_by.created_by.created_by.created_by";
    assert_eq!(refused(test(far)), at("field", Code::FieldUnknown));
    let related = json!({"field": "account", "some": {"and": []}});
    assert_eq!(refused(related), at("field", Code::FieldUnknown));
}

#[test]
fn a_filter_is_not_too_deep_and_not_too_large() {
    let mut deep = json!({"field": "name", "op": "empty"});
    for _ in 1..FILTER_DEPTH_MAX {
        deep = json!({"not": deep});
    }
    let workspace = Workspace::sales();
    let deal = workspace.catalogue.entity("deal").unwrap();
    assert!(bound(&workspace, deal, &scope(), &deep).is_ok());
    assert_eq!(refused(json!({"not": deep})).1, Code::FilterTooLarge);
    let leaves = vec![json!({"field": "name", "op": "empty"}); FILTER_LEAVES_MAX + 1];
    assert_eq!(refused(json!({"or": leaves})).1, Code::FilterTooLarge);
    let values = vec![json!(1); FILTER_VALUES_MAX + 1];
    let long = json!({"field": "amount", "op": "in", "value": values});
    assert_eq!(refused(long).1, Code::FilterTooLarge);
}
