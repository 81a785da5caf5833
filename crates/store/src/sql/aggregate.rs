//! Figures: the rows are put into groups by an inner statement, and computed by an outer one, so
//! that a bucket is written once.

use model::{Storage, Value};
use sea_query::{Alias, Expr, ExprTrait, Query as Statement, SelectStatement};

use super::{Maker, Part, Query, Scope, call, col, literal};
use crate::dialect::{Dialect, Home};
use crate::fault::Fault;
use crate::plan::{
    Aggregate, AggregateColumn, Bucket, Column, Condition, Function, Group, Measure, Period,
};

/// Groups and their figures.
pub(crate) fn aggregate(home: &Home, aggregate: &Aggregate) -> Result<Query, Fault> {
    let mut maker = Maker::new(home);
    let mut scope = maker.scope(&aggregate.table);
    let mut inner = Statement::select();
    inner.expr_as(col(&scope.alias, "id"), Alias::new("id"));
    for (index, group) in aggregate.group.iter().enumerate() {
        maker.group(&mut inner, &mut scope, index, group)?;
    }
    for (index, measure) in aggregate.measures.iter().enumerate() {
        if let Some(column) = &measure.column {
            check(measure.function, column)?;
            let part =
                if measure.function == Function::CountDistinct { Part::Key } else { Part::Text };
            let expression = maker.column(&mut scope, column, part);
            inner.expr_as(expression, Alias::new(format!("m{index}")));
        } else if measure.function != Function::Count {
            return Err(Fault::Invalid("only a count does without a column"));
        }
    }
    if aggregate.filter != Condition::True {
        inner.and_where(maker.condition(&mut scope, &aggregate.filter, true)?);
    }
    maker.from(&mut inner, &scope);
    let (mut outer, storages) = maker.figures(aggregate);
    outer.from_subquery(inner, Alias::new("x"));
    outer.limit(u64::from(aggregate.limit));
    maker.finish(&outer, storages)
}

/// Refuses figures that one of the databases cannot compute.
fn check(function: Function, column: &Column) -> Result<(), Fault> {
    let possible = match function {
        Function::Count => true,
        Function::CountDistinct => column.storage != Storage::Json,
        Function::Sum | Function::Average => column.storage == Storage::Integer,
        Function::Min | Function::Max => {
            !matches!(column.storage, Storage::Bool | Storage::Id | Storage::Json)
        }
    };
    if possible { Ok(()) } else { Err(Fault::Invalid("this column has no such figure")) }
}

impl Maker<'_> {
    /// What rows are grouped by (`g`), and for text what is shown of the group (`s`).
    fn group(
        &mut self,
        inner: &mut SelectStatement,
        scope: &mut Scope,
        index: usize,
        group: &Group,
    ) -> Result<(), Fault> {
        let column = &group.column;
        let expression = match &group.bucket {
            None => self.column(scope, column, Part::Key),
            Some(Bucket::Ranges(boundaries)) => self.ranges(scope, column, boundaries)?,
            Some(Bucket::Date(period)) => self.period(scope, column, *period)?,
        };
        inner.expr_as(expression, Alias::new(format!("g{index}")));
        if column.key && group.bucket.is_none() {
            let text = self.column(scope, column, Part::Text);
            inner.expr_as(text, Alias::new(format!("s{index}")));
        }
        Ok(())
    }

    /// How many boundaries are not greater than the value.
    fn ranges(
        &mut self,
        scope: &mut Scope,
        column: &Column,
        boundaries: &[i64],
    ) -> Result<Expr, Fault> {
        if !matches!(column.storage, Storage::Integer | Storage::Instant) {
            return Err(Fault::Invalid("only numbers and instants have ranges"));
        }
        let value = self.column(scope, column, Part::Text);
        let list: Vec<serde_json::Value> = boundaries.iter().map(|b| (*b).into()).collect();
        let list = serde_json::Value::Array(list).to_string();
        if self.sqlite() {
            let list = self.bind(Value::Text(list));
            return Ok(call("tessera_range", [value, list]));
        }
        // The list travels as the text of an array of numbers; instants are compared as such.
        let list = self.bind(Value::Text(list.replace('[', "{").replace(']', "}")));
        let list = list.cast_as("text").cast_as("bigint[]");
        let number = match column.storage {
            // Seconds as a double are exact far below a millisecond for any instant we store.
            Storage::Instant => {
                let epoch = self.bind(Value::Text("epoch".to_owned()));
                call("date_part", [epoch, value]).mul(literal(1000)).cast_as("bigint")
            }
            _ => value,
        };
        Ok(call("width_bucket", [number, list]).cast_as("bigint"))
    }

    /// The first day of the period that a date is in.
    fn period(
        &mut self,
        scope: &mut Scope,
        column: &Column,
        period: Period,
    ) -> Result<Expr, Fault> {
        if column.storage != Storage::Date {
            return Err(Fault::Invalid("only dates have periods"));
        }
        let value = self.column(scope, column, Part::Text);
        if period == Period::Day {
            return Ok(value);
        }
        let word = match period {
            Period::Year => "year",
            Period::Quarter => "quarter",
            Period::Month => "month",
            Period::Week => "week",
            Period::Day => "day",
        };
        let word = self.bind(Value::Text(word.to_owned()));
        if self.sqlite() {
            return Ok(call("tessera_period", [value, word]));
        }
        let start = call("date_trunc", [word, value.cast_as("timestamp")]);
        Ok(start.cast_as("date"))
    }

    /// The outer statement: groups, figures, order.
    fn figures(&self, aggregate: &Aggregate) -> (SelectStatement, Vec<Storage>) {
        let mut outer = Statement::select();
        let mut storages = Vec::new();
        let mut outputs = Vec::new();
        for (index, group) in aggregate.group.iter().enumerate() {
            let by = x("g", index);
            outer.add_group_by([by.clone()]);
            outputs.push(by.clone());
            if group.column.key && group.bucket.is_none() {
                // Any text of the group would do; the smallest is the same on both databases.
                outer.expr(x("s", index).min());
            } else {
                outer.expr(by);
            }
            storages.push(match group.bucket {
                Some(Bucket::Ranges(_)) => Storage::Integer,
                _ => group.column.storage,
            });
        }
        let mut figures = Vec::new();
        for (index, measure) in aggregate.measures.iter().enumerate() {
            let (expressions, order) = self.figure(index, measure);
            for (expression, storage) in expressions {
                outer.expr(expression);
                storages.push(storage);
            }
            figures.push(order);
        }
        for order in &aggregate.order {
            let expression = match order.by {
                AggregateColumn::Group(index) => outputs.get(index),
                AggregateColumn::Measure(index) => figures.get(index),
            };
            if let Some(expression) = expression {
                self.order_groups(&mut outer, expression.clone(), order.descending);
            }
        }
        for output in outputs {
            self.order_groups(&mut outer, output, false);
        }
        (outer, storages)
    }

    /// What is read of a measure, and what it is ordered by.
    fn figure(&self, index: usize, measure: &Measure) -> (Vec<(Expr, Storage)>, Expr) {
        let value = x("m", index);
        let storage = measure.column.as_ref().map_or(Storage::Integer, |column| column.storage);
        let sum = if self.sqlite() {
            call("tessera_sum", [value.clone()])
        } else {
            value.clone().sum().cast_as("bigint")
        };
        let single = |expression: Expr, storage| (vec![(expression.clone(), storage)], expression);
        match measure.function {
            Function::Count if measure.column.is_none() => {
                single(col("x", "id").count(), Storage::Integer)
            }
            Function::Count => single(value.count(), Storage::Integer),
            Function::CountDistinct => single(value.count_distinct(), Storage::Integer),
            Function::Min => single(value.min(), storage),
            Function::Max => single(value.max(), storage),
            Function::Sum => single(sum, Storage::Integer),
            Function::Average => {
                let real = if self.sqlite() { "real" } else { "double precision" };
                let quotient = sum.clone().cast_as(real).div(value.clone().count());
                (vec![(sum, Storage::Integer), (value.count(), Storage::Integer)], quotient)
            }
        }
    }

    fn order_groups(&self, outer: &mut SelectStatement, expression: Expr, descending: bool) {
        use sea_query::{NullOrdering, Order};
        let direction = if descending { Order::Desc } else { Order::Asc };
        match self.home.dialect {
            Dialect::Sqlite => outer.order_by_expr(expression, direction),
            Dialect::Postgres => {
                let nulls = if descending { NullOrdering::Last } else { NullOrdering::First };
                outer.order_by_expr_with_nulls(expression, direction, nulls)
            }
        };
    }
}

/// A column of the inner statement.
fn x(letter: &str, index: usize) -> Expr {
    col("x", &format!("{letter}{index}"))
}
