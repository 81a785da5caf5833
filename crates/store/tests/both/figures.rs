//! Aggregates: exact sums, groups, buckets, order.

use model::{Uuid, Value};
use store::{
    Aggregate, AggregateColumn, AggregateOrder, Bucket, Column, Condition, Fault, Function, Group,
    Measure, Op, Period,
};

use crate::support::*;

on_both!(
    every_figure_of_all_rows,
    a_sum_is_exact_and_too_large_a_sum_is_a_fault,
    groups_ignore_case_and_show_one_text,
    dates_are_put_into_periods,
    numbers_and_instants_are_put_into_ranges,
    groups_can_be_ordered_by_figures_and_limited,
    figures_follow_links,
);

fn measure(function: Function, column: Column) -> Measure {
    Measure { function, column: Some(column) }
}

fn question(group: Vec<Group>, measures: Vec<Measure>) -> Aggregate {
    Aggregate {
        table: table("person_a"),
        filter: Condition::True,
        group,
        measures,
        order: vec![],
        limit: 100,
    }
}

fn rows_count() -> Measure {
    Measure { function: Function::Count, column: None }
}

async fn people(bench: &Bench, rows: Vec<Vec<(Column, Value)>>) {
    bench.publish(tables()).await.unwrap();
    let rows = rows.into_iter().map(|values| insert("person_a", Uuid::now_v7(), values));
    bench.write(rows.collect()).await.unwrap();
}

async fn every_figure_of_all_rows(bench: Bench) {
    let person = |age: Option<i64>, name: &str| {
        let age = age.map_or(Value::Null, Value::Int);
        vec![(person::age(), age), (person::name(), name.into()), (person::born(), Value::Date(5))]
    };
    people(&bench, vec![person(Some(3), "b"), person(None, "B"), person(Some(4), "a")]).await;
    let measures = vec![
        rows_count(),
        measure(Function::Count, person::age()),
        measure(Function::Sum, person::age()),
        measure(Function::Average, person::age()),
        measure(Function::Min, person::age()),
        measure(Function::Max, person::age()),
        measure(Function::CountDistinct, person::name()),
        measure(Function::Max, person::born()),
        measure(Function::Min, person::seen()),
    ];
    let found = bench.workspace.aggregate(&question(vec![], measures.clone())).await.unwrap();
    let ints = [3, 2, 7, 7, 2, 3, 4, 2].map(Value::Int);
    let expected: Vec<Value> = ints.into_iter().chain([Value::Date(5), Value::Null]).collect();
    assert_eq!(found.rows, [expected]);

    let mut nothing = question(vec![], measures);
    nothing.filter = Condition::False;
    let found = bench.workspace.aggregate(&nothing).await.unwrap();
    let zero = |zero: bool| if zero { Value::Int(0) } else { Value::Null };
    let expected = [true, true, false, false, true, false, false, true, false, false].map(zero);
    assert_eq!(found.rows, [expected]);

    for impossible in [
        measure(Function::Sum, person::name()),
        measure(Function::Min, person::active()),
        Measure { function: Function::Sum, column: None },
    ] {
        let refused = bench.workspace.aggregate(&question(vec![], vec![impossible])).await;
        assert!(matches!(refused, Err(Fault::Invalid(_))));
    }
}

async fn a_sum_is_exact_and_too_large_a_sum_is_a_fault(bench: Bench) {
    let age = |age: i64| vec![(person::age(), Value::Int(age))];
    let rows = vec![age(i64::MAX), age(i64::MAX), age(-i64::MAX), age(-3)];
    people(&bench, rows).await;
    let sum = question(vec![], vec![measure(Function::Sum, person::age())]);
    let found = bench.workspace.aggregate(&sum).await.unwrap();
    assert_eq!(found.rows, [[Value::Int(i64::MAX - 3)]]);
    let filter = Condition::test(person::age(), Op::Gt, 0);
    let refused = bench.workspace.aggregate(&Aggregate { filter, ..sum }).await;
    assert!(matches!(refused, Err(Fault::Overflow)), "{refused:?}");
}

async fn groups_ignore_case_and_show_one_text(bench: Bench) {
    let named = |name: Option<&str>| vec![(person::name(), name.map_or(Value::Null, Value::from))];
    let names = [Some("ada"), Some("Ada"), None, Some("bob"), Some("ADA")];
    people(&bench, names.into_iter().map(named).collect()).await;
    let group = Group { column: person::name(), bucket: None };
    let found = bench.workspace.aggregate(&question(vec![group], vec![rows_count()])).await;
    let expected = [
        [Value::Null, Value::Int(1)],
        ["ADA".into(), Value::Int(3)],
        ["bob".into(), Value::Int(1)],
    ];
    assert_eq!(found.unwrap().rows, expected);
}

async fn dates_are_put_into_periods(bench: Bench) {
    // 2026-05-14 is a Thursday, 20587 days after 1970-01-01.
    let born = |day: i32| vec![(person::born(), Value::Date(20_587 + day))];
    people(&bench, vec![born(0), born(3), born(4), born(20), vec![], born(-400)]).await;
    let grouped = async |period| {
        let group = Group { column: person::born(), bucket: Some(Bucket::Date(period)) };
        let figures = question(vec![group], vec![rows_count()]);
        let rows = bench.workspace.aggregate(&figures).await.unwrap().rows;
        assert_eq!(rows[0], [Value::Null, Value::Int(1)]);
        let day = |value: &Value| match value {
            Value::Date(day) => day - 20_587,
            other => panic!("{other:?}"),
        };
        rows[1..].iter().map(|row| (day(&row[0]), row[1].as_int().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(grouped(Period::Day).await, [(-400, 1), (0, 1), (3, 1), (4, 1), (20, 1)]);
    assert_eq!(grouped(Period::Week).await, [(-402, 1), (-3, 2), (4, 1), (18, 1)]);
    assert_eq!(grouped(Period::Month).await, [(-408, 1), (-13, 3), (18, 1)]);
    assert_eq!(grouped(Period::Quarter).await, [(-408, 1), (-43, 4)]);
    assert_eq!(grouped(Period::Year).await, [(-498, 1), (-133, 4)]);
}

async fn numbers_and_instants_are_put_into_ranges(bench: Bench) {
    let row =
        |n: i64| vec![(person::age(), Value::Int(n)), (person::seen(), Value::Instant(NOW + n))];
    people(&bench, vec![row(-5), row(0), row(1), row(9), row(10), row(11), vec![]]).await;
    let expected = [
        [Value::Null, Value::Int(1)],
        [Value::Int(0), Value::Int(1)],
        [Value::Int(1), Value::Int(3)],
        [Value::Int(2), Value::Int(2)],
    ];
    for (column, start) in [(person::age(), 0), (person::seen(), NOW)] {
        let bucket = Some(Bucket::Ranges(vec![start, start + 10]));
        let figures = question(vec![Group { column, bucket }], vec![rows_count()]);
        assert_eq!(bench.workspace.aggregate(&figures).await.unwrap().rows, expected);
    }
}

async fn groups_can_be_ordered_by_figures_and_limited(bench: Bench) {
    let row = |stage: &str, age: i64| {
        vec![(person::stage(), stage.into()), (person::age(), Value::Int(age))]
    };
    let rows = vec![row("a", 1), row("a", 2), row("b", 9), row("c", 3), row("d", 3)];
    people(&bench, rows).await;
    let group = Group { column: person::stage(), bucket: None };
    let mut figures = question(
        vec![group],
        vec![measure(Function::Sum, person::age()), measure(Function::Average, person::age())],
    );
    let by = |by, descending| vec![AggregateOrder { by, descending }];
    let stages = async |figures: &Aggregate| {
        let rows = bench.workspace.aggregate(figures).await.unwrap().rows;
        let stage = |row: &Vec<Value>| row[0].as_text().unwrap().to_owned();
        rows.iter().map(stage).collect::<String>()
    };
    figures.order = by(AggregateColumn::Measure(0), true);
    assert_eq!(stages(&figures).await, "bacd");
    figures.order = by(AggregateColumn::Measure(1), false);
    assert_eq!(stages(&figures).await, "acdb");
    figures.order = by(AggregateColumn::Group(0), true);
    assert_eq!(stages(&figures).await, "dcba");
    figures.limit = 2;
    assert_eq!(stages(&figures).await, "dc");
}

async fn figures_follow_links(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (acme, other) = (Uuid::now_v7(), Uuid::now_v7());
    let linked = |company: Uuid| vec![(person::company(), Value::Id(company))];
    let size = |size: i64, name: &str| {
        vec![(company::size(), Value::Int(size)), (company::name(), name.into())]
    };
    let rows = vec![
        insert("company_j", acme, size(5, "Acme")),
        insert("company_j", other, size(7, "Other")),
        insert("person_a", Uuid::now_v7(), linked(acme)),
        insert("person_a", Uuid::now_v7(), linked(acme)),
        insert("person_a", Uuid::now_v7(), linked(other)),
        insert("person_a", Uuid::now_v7(), vec![]),
    ];
    bench.write(rows).await.unwrap();
    let hop = vec![store::Hop { column: "company_i".into(), table: table("company_j") }];
    let group = Group { column: company::name().through(hop.clone()), bucket: None };
    let size = measure(Function::Sum, company::size().through(hop));
    let found = bench.workspace.aggregate(&question(vec![group], vec![rows_count(), size])).await;
    let expected = [
        [Value::Null, Value::Int(1), Value::Null],
        ["Acme".into(), Value::Int(2), Value::Int(10)],
        ["Other".into(), Value::Int(1), Value::Int(7)],
    ];
    assert_eq!(found.unwrap().rows, expected);
}
