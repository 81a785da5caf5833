//! Conditions mean the same on both databases and in memory. The reference here is written as
//! plainly as possible; thousands of random conditions are compared with it.

use std::collections::HashMap;

use model::{Storage, Uuid, Value, fold, text_key};
use store::{Column, Condition, Op, Quantifier, Select};

use crate::support::*;

on_both!(
    random_conditions_select_the_same_rows_as_in_memory,
    a_condition_as_large_as_a_filter_may_be_works,
    wild_cards_and_quotes_are_ordinary_characters,
    marks_are_read_with_each_row,
    paths_walk_links_and_an_empty_link_is_an_empty_value,
);

const NAMES: [&str; 9] =
    ["Ada", "ada lovelace", "ADA", "张三", "张 三丰", "Straße", "ﬁne", "100%_x'\"", "Ｗｉｄｅ"];
const NEEDLES: [&str; 11] = ["a", "AD", "三", "张", "zhang", "ße", "%", "_", "fine", "wi", " "];
const STAGES: [&str; 3] = ["k", "m2", "Zz"];

/// A row as the reference sees it.
type Row = HashMap<String, Value>;

struct World {
    people: Vec<Row>,
    companies: Vec<Row>,
}

fn maybe(dice: &mut Dice, value: Value) -> Value {
    if dice.roll(4) == 0 { Value::Null } else { value }
}

fn world(dice: &mut Dice) -> World {
    let mut companies = Vec::new();
    for _ in 0..8 {
        let mut row = Row::from([("id".to_owned(), Value::Id(Uuid::now_v7()))]);
        let name = dice.pick(&NAMES).into();
        row.insert("name_k".to_owned(), maybe(dice, name));
        let size = Value::Int(dice.roll(5) as i64);
        row.insert("size_l".to_owned(), maybe(dice, size));
        companies.push(row);
    }
    let mut people = Vec::new();
    for _ in 0..60 {
        let mut row = Row::from([("id".to_owned(), Value::Id(Uuid::now_v7()))]);
        let company = dice.roll(5) as usize;
        let values = [
            ("name_b", Value::from(dice.pick(&NAMES))),
            ("age_c", Value::Int(dice.roll(6) as i64 - 2)),
            ("active_d", Value::Bool(dice.roll(2) == 0)),
            ("born_e", Value::Date(dice.roll(6) as i32 - 3)),
            ("seen_f", Value::Instant(NOW + dice.roll(4) as i64)),
            ("stage_h", Value::from(dice.pick(&STAGES))),
            ("company_i", companies[company]["id"].clone()),
        ];
        for (name, value) in values {
            row.insert(name.to_owned(), maybe(dice, value));
        }
        people.push(row);
    }
    World { people, companies }
}

async fn fill(bench: &Bench, world: &World) {
    bench.publish(tables()).await.unwrap();
    let columns = [company::name(), company::size(), person::company()];
    let columns: Vec<Column> = person::own().into_iter().chain(columns).collect();
    let mut rows = Vec::new();
    for (of, all) in [("company_j", &world.companies), ("person_a", &world.people)] {
        for row in all {
            let values = columns
                .iter()
                .filter_map(|column| Some((column.clone(), row.get(&*column.name)?.clone())));
            rows.push(insert(of, row["id"].as_id().unwrap(), values.collect()));
        }
    }
    bench.write(rows).await.unwrap();
}

fn test(dice: &mut Dice, of_company: bool) -> Condition {
    let columns = if of_company {
        vec![company::name(), company::size()]
    } else {
        let mut all = person::own();
        all.retain(|column| column.storage != Storage::Json);
        all.push(person::company());
        all
    };
    let column = dice.pick(&columns);
    let mut ops = vec![Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::Empty, Op::NotEmpty];
    match column.storage {
        Storage::Text => ops.extend([Op::Contains, Op::NotContains, Op::Starts, Op::Ends]),
        Storage::Integer | Storage::Date | Storage::Instant => {
            ops.extend([Op::Lt, Op::Lte, Op::Gt, Op::Gte, Op::Between]);
        }
        _ => {}
    }
    let op = dice.pick(&ops);
    let count = match op {
        Op::Empty | Op::NotEmpty => 0,
        Op::Between => 2,
        Op::In | Op::NotIn => dice.roll(4) as usize,
        _ => 1,
    };
    let values = (0..count).map(|_| value(dice, &column, op)).collect();
    Condition::Test { column, op, values }
}

fn value(dice: &mut Dice, column: &Column, op: Op) -> Value {
    if dice.roll(12) == 0 && !matches!(op, Op::Contains | Op::NotContains | Op::Starts | Op::Ends) {
        return Value::Null;
    }
    match column.storage {
        Storage::Bool => Value::Bool(dice.roll(2) == 0),
        Storage::Integer => Value::Int(dice.roll(6) as i64 - 2),
        Storage::Date => Value::Date(dice.roll(6) as i32 - 3),
        Storage::Instant => Value::Instant(NOW + dice.roll(4) as i64),
        Storage::Id => Value::Id(Uuid::now_v7()),
        Storage::Text if matches!(op, Op::Eq | Op::Ne | Op::In | Op::NotIn) => {
            let all: Vec<&str> = NAMES.iter().chain(&STAGES).copied().collect();
            let text = dice.pick(&all);
            if dice.roll(2) == 0 { text.to_uppercase().as_str().into() } else { text.into() }
        }
        _ => dice.pick(&NEEDLES).into(),
    }
}

fn condition(dice: &mut Dice, depth: u32, of_company: bool) -> Condition {
    if depth == 0 {
        return test(dice, of_company);
    }
    let mut inner = |of_company| condition(dice, depth - 1, of_company);
    let (one, two) = (inner(of_company), inner(of_company));
    let other = Box::new(inner(!of_company));
    match dice.roll(8) {
        0 | 1 => Condition::And(vec![one, two]),
        2 | 3 => Condition::Or(vec![one, two]),
        4 => Condition::Not(Box::new(one)),
        5 if dice.roll(3) == 0 => dice.pick(&[Condition::True, Condition::False]),
        6 | 7 if of_company => Condition::Inverse {
            table: table("person_a"),
            column: person::company(),
            quantifier: dice.pick(&[Quantifier::Some, Quantifier::Every, Quantifier::None]),
            condition: other,
        },
        6 | 7 => Condition::Linked {
            column: person::company(),
            table: table("company_j"),
            condition: other,
        },
        _ => one,
    }
}

/// The reference.
fn holds(world: &World, row: &Row, condition: &Condition) -> bool {
    match condition {
        Condition::True => true,
        Condition::False => false,
        Condition::And(all) => all.iter().all(|inner| holds(world, row, inner)),
        Condition::Or(any) => any.iter().any(|inner| holds(world, row, inner)),
        Condition::Not(inner) => !holds(world, row, inner),
        Condition::Test { column, op, values } => matches(column, *op, values, &row[&*column.name]),
        Condition::Linked { column, condition, .. } => {
            let linked = world.companies.iter().find(|other| other["id"] == row[&*column.name]);
            linked.is_some_and(|other| holds(world, other, condition))
        }
        Condition::Inverse { column, quantifier, condition, .. } => {
            let mut linking = world.people.iter().filter(|other| other[&*column.name] == row["id"]);
            match quantifier {
                Quantifier::Some => linking.any(|other| holds(world, other, condition)),
                Quantifier::Every => linking.all(|other| holds(world, other, condition)),
                Quantifier::None => !linking.any(|other| holds(world, other, condition)),
            }
        }
    }
}

fn matches(column: &Column, op: Op, values: &[Value], value: &Value) -> bool {
    if value.is_null() {
        return matches!(op, Op::Empty | Op::Ne | Op::NotIn | Op::NotContains);
    }
    let equal = |other: &Value| match (value, other) {
        (Value::Text(a), Value::Text(b)) if column.key => text_key(a) == text_key(b),
        (a, b) => a == b,
    };
    let compare = |index: usize| {
        Some(&values[index]).filter(|other| !other.is_null()).map(|other| value.compare(other))
    };
    let text = || fold(value.as_text().unwrap());
    let needle = || fold(values[0].as_text().unwrap());
    match op {
        Op::Empty => false,
        Op::NotEmpty => true,
        Op::Eq | Op::In => values.iter().any(equal),
        Op::Ne | Op::NotIn => !values.iter().any(equal),
        Op::Lt => compare(0).is_some_and(|order| order.is_lt()),
        Op::Lte => compare(0).is_some_and(|order| order.is_le()),
        Op::Gt => compare(0).is_some_and(|order| order.is_gt()),
        Op::Gte => compare(0).is_some_and(|order| order.is_ge()),
        Op::Between => {
            compare(0).is_some_and(|order| order.is_ge())
                && compare(1).is_some_and(|order| order.is_le())
        }
        Op::Contains => text().contains(&needle()),
        Op::NotContains => !text().contains(&needle()),
        Op::Starts => text().starts_with(&needle()),
        Op::Ends => text().ends_with(&needle()),
    }
}

async fn selected(bench: &Bench, of: &str, filter: Condition) -> Vec<Value> {
    let select = Select { filter, ..Select::new(table(of), vec![Column::id()], 200) };
    let rows = bench.workspace.select(&select).await.unwrap().rows;
    rows.into_iter().map(|mut row| row.remove(0)).collect()
}

async fn random_conditions_select_the_same_rows_as_in_memory(bench: Bench) {
    let mut dice = Dice(0x5eed_0001);
    let world = world(&mut dice);
    fill(&bench, &world).await;
    for round in 0..600 {
        let of_company = dice.roll(3) == 0;
        let condition = condition(&mut dice, round % 4, of_company);
        let (of, all) = match of_company {
            true => ("company_j", &world.companies),
            false => ("person_a", &world.people),
        };
        let mut expected: Vec<Value> = all
            .iter()
            .filter(|row| holds(&world, row, &condition))
            .map(|row| row["id"].clone())
            .collect();
        expected.sort_by(Value::compare);
        let found = selected(&bench, of, condition.clone()).await;
        assert_eq!(found, expected, "{condition:#?}");
        let count = bench.workspace.count(&table(of), &condition).await.unwrap();
        assert_eq!(count, expected.len() as u64);
    }
}

async fn a_condition_as_large_as_a_filter_may_be_works(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let id = Uuid::now_v7();
    let values = vec![(person::name(), "Ada".into()), (person::age(), Value::Int(7))];
    bench.write(vec![insert("person_a", id, values)]).await.unwrap();
    let leaf = |n: i64| Condition::test(person::age(), Op::Eq, n);
    let wide = Condition::Or((0..200).map(leaf).collect());
    let mut deep = Condition::test(person::name(), Op::Contains, "da");
    for _ in 0..16 {
        deep = Condition::Not(Box::new(Condition::And(vec![deep, Condition::True])));
    }
    let many = Condition::Test {
        column: person::age(),
        op: Op::In,
        values: (0..500).map(Value::Int).collect(),
    };
    let rules = Condition::And((0..200).map(|n| Condition::Not(Box::new(leaf(n + 10)))).collect());
    let all = Condition::And(vec![wide, deep, many, rules]);
    assert_eq!(selected(&bench, "person_a", all).await, [Value::Id(id)]);
}

async fn wild_cards_and_quotes_are_ordinary_characters(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let id = Uuid::now_v7();
    let hostile = "x'); drop table \"person_a\"; -- %_\\";
    let plain = vec![(person::name(), "plain".into())];
    let rows = vec![
        insert("person_a", id, vec![(person::name(), hostile.into())]),
        insert("person_a", Uuid::now_v7(), plain),
    ];
    bench.write(rows).await.unwrap();
    for op in [Op::Eq, Op::Contains, Op::Starts, Op::Ends] {
        let filter = Condition::test(person::name(), op, hostile);
        assert_eq!(selected(&bench, "person_a", filter).await, [Value::Id(id)], "{op:?}");
    }
    for needle in ["%", "_", "\\", "'", "\""] {
        let filter = Condition::test(person::name(), Op::Contains, needle);
        assert_eq!(selected(&bench, "person_a", filter).await, [Value::Id(id)], "{needle}");
    }
}

async fn marks_are_read_with_each_row(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let ages = [Value::Int(1), Value::Null, Value::Int(9)];
    let rows = ages
        .iter()
        .map(|age| insert("person_a", Uuid::now_v7(), vec![(person::age(), age.clone())]));
    bench.write(rows.collect()).await.unwrap();
    let old = Condition::test(person::age(), Op::Gt, 5);
    let mut select = Select::new(table("person_a"), vec![person::age()], 10);
    select.marks = vec![old.clone(), Condition::Not(Box::new(old)), Condition::True];
    let rows = bench.workspace.select(&select).await.unwrap().rows;
    let marks: Vec<Vec<bool>> = rows
        .iter()
        .map(|row| row[1..].iter().map(|mark| *mark == Value::Bool(true)).collect())
        .collect();
    assert_eq!(marks, [[false, true, true], [false, true, true], [true, false, true]]);
}

async fn paths_walk_links_and_an_empty_link_is_an_empty_value(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let company = Uuid::now_v7();
    let (linked, free) = (Uuid::now_v7(), Uuid::now_v7());
    let rows = vec![
        insert("company_j", company, vec![(company::name(), "Acme".into())]),
        insert("person_a", linked, vec![(person::company(), Value::Id(company))]),
        insert("person_a", free, vec![]),
    ];
    bench.write(rows).await.unwrap();
    let hop = store::Hop { column: "company_i".into(), table: table("company_j") };
    let name = company::name().through(vec![hop]);
    let named = Condition::test(name.clone(), Op::Eq, "ACME");
    assert_eq!(selected(&bench, "person_a", named.clone()).await, [Value::Id(linked)]);
    let other = Condition::Not(Box::new(named));
    assert_eq!(selected(&bench, "person_a", other).await, [Value::Id(free)]);
    let mut select = Select::new(table("person_a"), vec![name.clone(), Column::id()], 10);
    select.order = vec![store::Order { column: name, descending: true }];
    let rows = bench.workspace.select(&select).await.unwrap().rows;
    assert_eq!(rows[0], ["Acme".into(), Value::Id(linked)]);
    assert_eq!(rows[1], [Value::Null, Value::Id(free)]);
}
