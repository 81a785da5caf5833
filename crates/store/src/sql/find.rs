//! One row by its id, if a condition lets see it: a statement made once and run many times.

use model::{Uuid, Value};
use sea_query::{Expr, ExprTrait, Query as Statement};

use super::{Maker, Part, Query, col, truth};
use crate::dialect::Home;
use crate::fault::Fault;
use crate::plan::{Column, Condition, TableName};

/// The columns, then the marks, of the row whose id is the last parameter.
pub(crate) fn find(
    home: &Home,
    table: &TableName,
    columns: &[Column],
    marks: &[Condition],
    filter: &Condition,
) -> Result<Query, Fault> {
    let mut maker = Maker::new(home);
    let mut scope = maker.scope(table);
    let mut statement = Statement::select();
    let mut storages = Vec::with_capacity(columns.len() + marks.len());
    for column in columns {
        statement.expr(maker.column(&mut scope, column, Part::Text));
        storages.push(column.storage);
    }
    for mark in marks {
        let condition = maker.condition(&mut scope, mark, true)?;
        // The case makes unknown false.
        statement.expr(Expr::case(condition, truth(true)).finally(truth(false)));
        storages.push(model::Storage::Bool);
    }
    if *filter != Condition::True {
        statement.and_where(maker.condition(&mut scope, filter, true)?);
    }
    let wanted = maker.bind(Value::Id(Uuid::nil()));
    statement.and_where(col(&scope.alias, "id").eq(wanted));
    maker.from(&mut statement, &scope);
    maker.finish(&statement, storages)
}
