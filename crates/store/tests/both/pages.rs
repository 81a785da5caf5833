//! Pages of ordered lists: every order, every direction, empty values, ties.

use std::cmp::Ordering;

use model::{Uuid, Value, text_key};
use store::{Column, Condition, Fault, Op, Order, Page, Rows, Select};

use crate::support::*;

on_both!(
    pages_put_together_are_the_whole_list_in_order,
    an_offset_skips_rows,
    a_cursor_of_another_order_is_refused,
    a_page_after_a_row_that_is_gone_continues_where_it_was,
);

async fn fill(bench: &Bench) -> Vec<Vec<Value>> {
    bench.publish(tables()).await.unwrap();
    let mut dice = Dice(0x5eed_0002);
    let names = ["b", "A", "张", "a", "Ω", "zz"];
    let mut rows = Vec::new();
    let mut writes = Vec::new();
    for _ in 0..57 {
        let mut maybe = |value: Value| if dice.roll(3) == 0 { Value::Null } else { value };
        let born = maybe(Value::Date(3));
        let name = maybe("x".into());
        let name = if name.is_null() { name } else { dice.pick(&names).into() };
        let age = if dice.roll(4) == 0 { Value::Null } else { Value::Int(dice.roll(3) as i64) };
        let id = Uuid::now_v7();
        let values = vec![
            (person::name(), name.clone()),
            (person::age(), age.clone()),
            (person::born(), born.clone()),
        ];
        writes.push(insert("person_a", id, values));
        rows.push(vec![Value::Id(id), name, age, born]);
    }
    bench.write(writes).await.unwrap();
    rows
}

fn columns() -> Vec<Column> {
    vec![Column::id(), person::name(), person::age(), person::born()]
}

fn compare(a: &[Value], b: &[Value], order: &[(usize, bool)]) -> Ordering {
    let mut ordering = Ordering::Equal;
    let last = order.last().is_some_and(|(_, descending)| *descending);
    for (place, descending) in order.iter().copied().chain([(0, last)]) {
        let key = |row: &[Value]| match &row[place] {
            Value::Text(text) => Value::Text(text_key(text)),
            other => other.clone(),
        };
        let next = key(a).compare(&key(b));
        ordering = ordering.then(if descending { next.reverse() } else { next });
    }
    ordering
}

fn select(order: &[(usize, bool)], limit: u32) -> Select {
    let order = order.iter().map(|(place, descending)| Order {
        column: columns()[*place].clone(),
        descending: *descending,
    });
    Select { order: order.collect(), ..Select::new(table("person_a"), columns(), limit) }
}

async fn pages_put_together_are_the_whole_list_in_order(bench: Bench) {
    let rows = fill(&bench).await;
    let mut orders = vec![vec![], vec![(0, true)]];
    for first in 1..4 {
        for descending in [false, true] {
            orders.push(vec![(first, descending)]);
            for second in (1..4).filter(|second| *second != first) {
                orders.push(vec![(first, descending), (second, false)]);
                orders.push(vec![(first, descending), (second, true)]);
            }
        }
    }
    for order in orders {
        let mut expected = rows.clone();
        expected.sort_by(|a, b| compare(a, b, &order));
        for limit in [1, 7, 56, 57, 200] {
            let mut question = select(&order, limit);
            let mut found = Vec::new();
            loop {
                let Rows { rows, next } = bench.workspace.select(&question).await.unwrap();
                assert!(rows.len() <= limit as usize);
                found.extend(rows);
                let Some(next) = next else { break };
                question.page = Page::After(next);
            }
            assert_eq!(found, expected, "{order:?} by {limit}");
        }
    }
}

async fn an_offset_skips_rows(bench: Bench) {
    let mut rows = fill(&bench).await;
    rows.sort_by(|a, b| compare(a, b, &[(2, true)]));
    let mut question = select(&[(2, true)], 5);
    question.page = Page::Offset(50);
    let page = bench.workspace.select(&question).await.unwrap();
    assert_eq!(page.rows, rows[50..55]);
    question.page = Page::After(page.next.unwrap());
    let page = bench.workspace.select(&question).await.unwrap();
    assert_eq!((page.rows, page.next), (rows[55..].to_vec(), None));
}

async fn a_cursor_of_another_order_is_refused(bench: Bench) {
    fill(&bench).await;
    let next = bench.workspace.select(&select(&[(2, true)], 5)).await.unwrap().next;
    let question = Select { page: Page::After(next.unwrap()), ..select(&[], 5) };
    let refused = bench.workspace.select(&question).await;
    assert!(matches!(refused, Err(Fault::Invalid(_))));
}

async fn a_page_after_a_row_that_is_gone_continues_where_it_was(bench: Bench) {
    let mut rows = fill(&bench).await;
    rows.sort_by(|a, b| compare(a, b, &[(1, false)]));
    let question = select(&[(1, false)], 20);
    let page = bench.workspace.select(&question).await.unwrap();
    let last = page.rows[19][0].as_id().unwrap();
    let delete = store::RowWrite::Delete { table: table("person_a"), id: last, revision: 1 };
    bench.write(vec![delete]).await.unwrap();
    let filter = Condition::test(Column::id(), Op::Ne, last);
    let question = Select { page: Page::After(page.next.unwrap()), filter, ..question };
    let page = bench.workspace.select(&question).await.unwrap();
    assert_eq!(page.rows, rows[20..40]);
}
