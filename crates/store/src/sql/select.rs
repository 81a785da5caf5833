//! Lists of rows: columns, marks, order, pages.

use model::{Storage, Uuid, Value};
use sea_query::{Expr, ExprTrait, NullOrdering, Query as Statement};

use super::{Maker, Part, Query, Scope, call, col};
use crate::dialect::{Dialect, Home};
use crate::fault::Fault;
use crate::plan::{Column, Condition, Order, Page, Select, TableName};

/// Which part of the rows after a cursor. Descending, the empty values come last and cannot be
/// reached by one range of an index together with the others, so they are read by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Everything, in one statement.
    Whole,
    /// Rows with a value in the first column of the order.
    Filled,
    /// Rows without, from the first.
    Empty,
}

/// The segments in which a page is read, in order.
pub(crate) fn segments(select: &Select) -> &'static [Segment] {
    match (&select.page, select.order.first()) {
        (Page::After(values), Some(first))
            if first.descending
                && nullable(&first.column)
                && values.first().is_some_and(|value| !value.is_null()) =>
        {
            &[Segment::Filled, Segment::Empty]
        }
        _ => &[Segment::Whole],
    }
}

/// One column of the order with what it is ordered by.
struct Key {
    expression: Expr,
    descending: bool,
    nullable: bool,
    storage: Storage,
}

/// A page of rows. After the columns and marks, each row holds the values of its order and its
/// id; one row more than the limit is read, to know whether there are more.
pub(crate) fn select(home: &Home, select: &Select, segment: Segment) -> Result<Query, Fault> {
    let mut maker = Maker::new(home);
    let mut scope = maker.scope(&select.table);
    let mut statement = Statement::select();
    let mut storages = Vec::with_capacity(select.columns.len() + select.marks.len() + 2);
    for column in &select.columns {
        statement.expr(maker.column(&mut scope, column, Part::Text));
        storages.push(column.storage);
    }
    for mark in &select.marks {
        let condition = maker.condition(&mut scope, mark, true)?;
        // The case makes unknown false.
        statement.expr(Expr::case(condition, super::truth(true)).finally(super::truth(false)));
        storages.push(Storage::Bool);
    }
    let mut keys = maker.keys(&mut scope, &select.order);
    // Among the filled rows the first column is not empty, which makes comparing simpler.
    keys[0].nullable &= segment != Segment::Filled;
    for key in &keys {
        statement.expr(key.expression.clone());
        storages.push(key.storage);
    }
    if select.filter != Condition::True {
        statement.and_where(maker.condition(&mut scope, &select.filter, true)?);
    }
    match (&select.page, segment) {
        (_, Segment::Empty) => {
            statement.and_where(keys[0].expression.clone().is_null());
        }
        (Page::After(values), _) => {
            statement.and_where(maker.after(&keys, values)?);
        }
        (Page::Start | Page::Offset(_), _) => {}
    }
    maker.from(&mut statement, &scope);
    for (place, key) in keys.into_iter().enumerate() {
        let nullable = select.order.get(place).is_some_and(|order| nullable(&order.column));
        order(&mut statement, key, nullable, home.dialect);
    }
    statement.limit(u64::from(select.limit) + 1);
    if let Page::Offset(offset) = select.page {
        statement.offset(offset);
    }
    maker.finish(&statement, storages)
}

/// How many rows.
pub(crate) fn count(home: &Home, table: &TableName, filter: &Condition) -> Result<Query, Fault> {
    let mut maker = Maker::new(home);
    let mut scope = maker.scope(table);
    let mut statement = Statement::select();
    statement.expr(call("count", [col(&scope.alias, "id")]));
    if *filter != Condition::True {
        statement.and_where(maker.condition(&mut scope, filter, true)?);
    }
    maker.from(&mut statement, &scope);
    maker.finish(&statement, vec![Storage::Integer])
}

/// One row by its id (SQLite), or rows by a list of ids with the id after the columns
/// (PostgreSQL); the caller supplies the parameter.
pub(crate) fn by_id(home: &Home, table: &TableName, columns: &[Column]) -> Result<Query, Fault> {
    let mut maker = Maker::new(home);
    let mut scope = maker.scope(table);
    let mut statement = Statement::select();
    let mut storages = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        statement.expr(maker.column(&mut scope, column, Part::Text));
        storages.push(column.storage);
    }
    let id = col(&scope.alias, "id");
    let wanted = maker.bind(Value::Id(Uuid::nil()));
    match home.dialect {
        Dialect::Sqlite => statement.and_where(id.eq(wanted)),
        Dialect::Postgres => {
            statement.expr(id.clone());
            storages.push(Storage::Id);
            let list = wanted.cast_as("uuid[]");
            statement.and_where(id.eq(call("any", [list])))
        }
    };
    maker.from(&mut statement, &scope);
    maker.finish(&statement, storages)
}

impl Maker<'_> {
    /// The columns of an order, and the id that decides ties.
    fn keys(&mut self, scope: &mut Scope, order: &[Order]) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::with_capacity(order.len() + 1);
        for Order { column, descending } in order {
            keys.push(Key {
                expression: self.column(scope, column, Part::Key),
                descending: *descending,
                nullable: nullable(column),
                storage: column.storage,
            });
        }
        keys.push(Key {
            expression: col(&scope.alias, "id"),
            descending: order.last().is_some_and(|last| last.descending),
            nullable: false,
            storage: Storage::Id,
        });
        keys
    }

    /// The rows after the one with these values.
    fn after(&mut self, keys: &[Key], values: &[Value]) -> Result<Expr, Fault> {
        if keys.len() != values.len() {
            return Err(Fault::Invalid("the cursor belongs to another order"));
        }
        // Where an empty value would come before, comparing all at once leaves it out rightly.
        let ascending = keys.iter().all(|key| !key.descending);
        let descending = keys.iter().all(|key| key.descending && !key.nullable);
        let filled = values.iter().all(|value| !value.is_null());
        if keys.len() > 1 && filled && (ascending || descending) {
            let left = Expr::tuple(keys.iter().map(|key| key.expression.clone()));
            let right: Vec<Expr> = values.iter().map(|value| self.bind(value.clone())).collect();
            let right = Expr::tuple(right);
            return Ok(if ascending { left.gt(right) } else { left.lt(right) });
        }
        let mut condition: Option<Expr> = None;
        for (key, value) in keys.iter().zip(values).rev() {
            let past = self.past(key, value);
            let here = condition.map(|rest| self.same(key, value).and(rest));
            condition = match (past, here) {
                (Some(past), Some(here)) => Some(past.or(here)),
                (one, other) => one.or(other),
            };
        }
        let condition = condition.unwrap_or_else(|| super::truth(false));
        // A bound on the first column alone, so that an index finds where to begin.
        let (first, value) = (&keys[0], &values[0]);
        if keys.len() == 1 {
            return Ok(condition);
        }
        Ok(match (value.is_null(), first.descending) {
            (true, true) => first.expression.clone().is_null().and(condition),
            (true, false) => condition,
            (false, true) => {
                let value = self.bind(value.clone());
                first.expression.clone().lte(value).and(condition)
            }
            (false, false) => {
                let value = self.bind(value.clone());
                first.expression.clone().gte(value).and(condition)
            }
        })
    }

    /// Rows past a value of one column; empty is smallest, so nothing is past it downwards.
    fn past(&mut self, key: &Key, value: &Value) -> Option<Expr> {
        let column = key.expression.clone();
        Some(match (value.is_null(), key.descending) {
            (true, true) => return None,
            (true, false) => column.is_not_null(),
            (false, false) => {
                let value = self.bind(value.clone());
                column.gt(value)
            }
            (false, true) => {
                let value = self.bind(value.clone());
                let smaller = column.clone().lt(value);
                if key.nullable { smaller.or(column.is_null()) } else { smaller }
            }
        })
    }

    fn same(&mut self, key: &Key, value: &Value) -> Expr {
        let column = key.expression.clone();
        if value.is_null() {
            return column.is_null();
        }
        let value = self.bind(value.clone());
        column.eq(value)
    }
}

/// Whether a column may be empty, as far as the order and indexes are concerned.
pub(super) fn nullable(column: &Column) -> bool {
    !(column.path.is_empty() && &*column.name == "id")
}

fn order(statement: &mut sea_query::SelectStatement, key: Key, nullable: bool, dialect: Dialect) {
    let direction = if key.descending { sea_query::Order::Desc } else { sea_query::Order::Asc };
    // SQLite sorts empty values smallest of itself, and would not use an index when told to.
    if dialect == Dialect::Sqlite || !nullable {
        statement.order_by_expr(key.expression, direction);
    } else {
        let nulls = if key.descending { NullOrdering::Last } else { NullOrdering::First };
        statement.order_by_expr_with_nulls(key.expression, direction, nulls);
    }
}
