//! What holds of every filter on every row, and what hides records from a filter.

use proptest::prelude::*;

use super::*;
use crate::field::Inverse;

const FIELDS: [&str; 9] = [
    "name",
    "stage",
    "amount",
    "closed",
    "account",
    "account.name",
    "account.sector",
    "note",
    "id",
];

fn id(n: u8) -> String {
    format!("01890000-0000-7000-8000-{n:012}")
}

/// A test of one field, with the operator and the values that fit it.
fn leaf() -> impl Strategy<Value = Json> {
    let text = prop::sample::select(vec!["a", "A", "ab", "北京", "b", "ａ"]);
    let text_op =
        prop::sample::select(vec!["eq", "ne", "contains", "not_contains", "starts", "ends"]);
    let number = prop::sample::select(vec![-1, 0, 1, 2]);
    let ordered = prop::sample::select(vec!["eq", "ne", "lt", "lte", "gt", "gte"]);
    let day = prop::sample::select(vec!["2026-05-31", "2026-06-01", "2026-06-02"]);
    let stage = prop::sample::select(vec!["new", "won", "lost"]);
    let equality = prop::sample::select(vec!["eq", "ne"]);
    let list = prop::sample::select(vec!["in", "not_in"]);
    let test =
        |field: &str, op: &str, value: Json| json!({"field": field, "op": op, "value": value});
    prop_oneof![
        (prop::sample::select(vec!["name", "account.name"]), text_op, text)
            .prop_map(move |(field, op, value)| test(field, op, json!(value))),
        (ordered.clone(), number.clone()).prop_map(move |(op, value)| test(
            "amount",
            op,
            json!(value)
        )),
        (number.clone(), number).prop_map(move |(from, to)| test(
            "amount",
            "between",
            json!([from, to])
        )),
        (ordered, day).prop_map(move |(op, value)| test("closed", op, json!(value))),
        (list, prop::collection::vec(stage.clone(), 0..3)).prop_map(move |(op, values)| test(
            "stage",
            op,
            json!(values)
        )),
        (equality.clone(), prop::sample::select(vec!["retail", "finance"]))
            .prop_map(move |(op, value)| test("account.sector", op, json!(value))),
        (equality, 10..13u8).prop_map(move |(op, n)| test("account", op, json!(id(n)))),
        (prop::sample::select(&FIELDS[..]), prop::sample::select(vec!["empty", "not_empty"]))
            .prop_map(|(field, op)| json!({"field": field, "op": op})),
        Just(json!({"field": "closed", "op": "within", "value": {"this": "week"}})),
    ]
}

fn filter() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| json!({"and": list})),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| json!({"or": list})),
            inner.prop_map(|filter| json!({"not": filter})),
        ]
    })
}

fn account(n: u8) -> impl Strategy<Value = Json> {
    let name = prop::option::of(prop::sample::select(vec!["a", "B", "北京"]));
    let sector = prop::option::of(prop::sample::select(vec!["retail", "finance"]));
    (name, sector)
        .prop_map(move |(name, sector)| json!({"id": id(n), "name": name, "sector": sector}))
}

fn deal(n: u8) -> impl Strategy<Value = Json> {
    let name = prop::option::of(prop::sample::select(vec!["a", "AB", "ｂ", "北京华为"]));
    let stage = prop::option::of(prop::sample::select(vec!["new", "won", "lost"]));
    let amount = prop::option::of(-1..3i64);
    let closed =
        prop::option::of(prop::sample::select(vec!["2026-05-31", "2026-06-01", "2026-06-08"]));
    let account = prop::option::of(10..13u8);
    (name, stage, amount, closed, account).prop_map(
        move |(name, stage, amount, closed, account)| {
            json!({"id": id(n), "name": name, "stage": stage, "amount": amount, "closed": closed,
            "account": account.map(id)})
        },
    )
}

/// The filter with every operator that has a complement written as `not` of that.
fn without_complements(filter: &Json) -> Json {
    match filter {
        Json::Object(object) => {
            let op = object.get("op").and_then(Json::as_str).and_then(Op::from_name);
            if let Some(positive) = op.and_then(Op::complement_of) {
                let mut leaf = filter.clone();
                leaf["op"] = json!(positive.name());
                return json!({"not": leaf});
            }
            object.iter().map(|(k, v)| (k.clone(), without_complements(v))).collect()
        }
        Json::Array(items) => items.iter().map(without_complements).collect(),
        other => other.clone(),
    }
}

/// The filter with every `not` pushed down to the leaves, and `and` and `or` exchanged on the way.
fn pushed_down(filter: &Json, negated: bool) -> Json {
    let list = |items: &Json| -> Json {
        items.as_array().unwrap().iter().map(|item| pushed_down(item, negated)).collect()
    };
    if let Some(inner) = filter.get("not") {
        return pushed_down(inner, !negated);
    }
    match (filter.get("and"), filter.get("or")) {
        (Some(items), _) if negated => json!({"or": list(items)}),
        (Some(items), _) => json!({"and": list(items)}),
        (_, Some(items)) if negated => json!({"and": list(items)}),
        (_, Some(items)) => json!({"or": list(items)}),
        _ if negated => json!({"not": filter}),
        _ => filter.clone(),
    }
}

thread_local! {
    static WORKSPACE: Workspace = Workspace::sales();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn not_is_the_exact_complement(
        deals in (deal(1), deal(2), deal(3), deal(4)),
        accounts in (account(10), account(11)),
        filter in filter(),
    ) {
        WORKSPACE.with(|workspace| {
            let entity = workspace.catalogue.entity("deal").unwrap();
            let mut records = Records::default();
            let (a, b, c, d) = &deals;
            for record in [a, b, c, d] {
                records.add(workspace, entity, record);
            }
            let target = workspace.catalogue.entity("account").unwrap();
            for record in [&accounts.0, &accounts.1] {
                records.add(workspace, target, record);
            }
            let ask = |filter: &Json| {
                let bound = bound(workspace, entity, &scope(), filter).unwrap();
                records.matching(entity, &bound)
            };
            let matching = ask(&filter);
            let mut all = matching.clone();
            all.extend(ask(&json!({"not": filter})));
            all.sort();
            prop_assert_eq!(all, ask(&json!({"and": []})), "{}", filter);
            prop_assert_eq!(&matching, &ask(&without_complements(&filter)), "{}", filter);
            prop_assert_eq!(&matching, &ask(&pushed_down(&filter, false)), "{}", filter);
            Ok(())
        })?;
    }
}

/// The names of someone who may not see some fields, and only accounts of retail.
struct Someone<'a>(&'a Workspace);

impl Names for Someone<'_> {
    fn entity(&self, name: &str) -> Option<Arc<Entity>> {
        self.0.catalogue.entity(name).cloned()
    }

    fn field(&self, entity: &Entity, name: &str) -> Option<Arc<Field>> {
        entity.field(name).filter(|field| field.name != "amount").cloned()
    }

    fn inverse(&self, entity: &Entity, name: &str) -> Option<Inverse> {
        entity.inverse(name).cloned()
    }

    fn guard(&self, entity: &Entity, _: Option<&Field>) -> Bound {
        let rule = match entity.name.as_str() {
            "account" => json!({"field": "sector", "op": "eq", "value": "retail"}),
            "deal" => json!({"field": "stage", "op": "ne", "value": "lost"}),
            _ => return Bound::True,
        };
        let entity = self.0.catalogue.entity(&entity.name).unwrap();
        bound(self.0, entity, &scope(), &rule).unwrap()
    }
}

#[test]
fn what_may_not_be_seen_does_not_exist_for_a_filter() {
    let workspace = Workspace::sales();
    let [deal, account] = ["deal", "account"].map(|name| workspace.catalogue.entity(name).unwrap());
    let mut records = Records::default();
    for (n, sector) in [(11, "retail"), (12, "finance")] {
        records.add(&workspace, account, &json!({"id": id(n), "name": "A", "sector": sector}));
    }
    for (n, of, stage) in [(1, 11, "new"), (2, 12, "won"), (3, 11, "lost")] {
        let record = json!({"id": id(n), "name": "D", "account": id(of), "stage": stage});
        records.add(&workspace, deal, &record);
    }
    let ask = |entity: &Arc<Entity>, filter: Json| -> Vec<String> {
        let filter = Filter::parse(&filter).unwrap();
        let bound = bind(&filter, entity, &Someone(&workspace), &scope()).unwrap();
        records.matching(entity, &bound).iter().map(Uuid::to_string).collect()
    };
    // A link to a record that may not be seen is like an empty one.
    let of_a = json!({"field": "account.name", "op": "eq", "value": "a"});
    assert_eq!(ask(deal, of_a.clone()), [id(1), id(3)]);
    assert_eq!(ask(deal, json!({"not": of_a})), [id(2)]);
    // Records that may not be seen are not among those that point here.
    let some = json!({"field": "deals", "some": {"field": "name", "op": "eq", "value": "d"}});
    assert_eq!(ask(account, some), [id(11), id(12)]);
    let lost = json!({"field": "stage", "op": "eq", "value": "lost"});
    assert_eq!(ask(account, json!({"field": "deals", "some": lost})), Vec::<String>::new());
    let new = json!({"field": "stage", "op": "eq", "value": "new"});
    assert_eq!(ask(account, json!({"field": "deals", "every": new})), [id(11)]);
    // A field that may not be seen is a field that does not exist.
    let hidden = Filter::parse(&json!({"field": "amount", "op": "empty"})).unwrap();
    let fault = bind(&hidden, deal, &Someone(&workspace), &scope()).unwrap_err();
    assert_eq!(fault.code, Code::FieldUnknown);
    let inside = json!({"field": "deals", "none": {"field": "amount", "op": "empty"}});
    let fault = bind(&Filter::parse(&inside).unwrap(), account, &Someone(&workspace), &scope());
    assert_eq!(fault.unwrap_err().path, "none/field");
}
