//! Statements that read and write whole tables.

use sea_query::{
    Alias, Expr, ExprTrait, Order, PostgresQueryBuilder, Query as Statement, SqliteQueryBuilder,
};

use super::call;
use super::rows::{placeholder, unnest};
use crate::datum::Kind;
use crate::dialect::{Dialect, Home};
use crate::fault::Fault;
use crate::plan::TableName;
use crate::snapshot::SnapshotTable;

/// The next rows of a table in the order of its key; the parameters are the key of the last row
/// read, if there is one.
pub(crate) fn page(home: &Home, table: &SnapshotTable, continues: bool, limit: u64) -> String {
    let name = |place: &usize| Expr::col(Alias::new(&*table.columns[*place].name));
    let mut statement = Statement::select();
    statement.from(home.table(&TableName(table.name.clone())));
    statement.columns(table.columns.iter().map(|column| Alias::new(&*column.name)));
    if continues {
        let last = table.key.iter().map(|_| placeholder());
        statement.and_where(Expr::tuple(table.key.iter().map(name)).gt(Expr::tuple(last)));
    }
    for place in &table.key {
        statement.order_by_expr(name(place), Order::Asc);
    }
    // The builder would make a placeholder of the limit.
    let sql = match home.dialect {
        Dialect::Sqlite => statement.build(SqliteQueryBuilder).0,
        Dialect::Postgres => statement.build(PostgresQueryBuilder).0,
    };
    format!("{sql} limit {limit}")
}

/// Writes rows: one row of parameters on SQLite, an array for each column on PostgreSQL.
pub(crate) fn insert(
    home: &Home,
    table: &TableName,
    columns: &[(String, Kind)],
) -> Result<String, Fault> {
    let mut statement = Statement::insert();
    statement.into_table(home.table(table));
    statement.columns(columns.iter().map(|(name, _)| Alias::new(name.as_str())));
    if home.dialect == Dialect::Sqlite {
        let row = columns.iter().map(|_| placeholder());
        statement.values(row).map_err(Fault::broken)?;
        return Ok(statement.build(SqliteQueryBuilder).0);
    }
    let mut rows = Statement::select();
    for (_, kind) in columns {
        rows.expr(match kind {
            Kind::Value(storage) => unnest(*storage),
            Kind::Bytes => call("unnest", [placeholder().cast_as("bytea[]")]),
        });
    }
    statement.select_from(rows).map_err(Fault::broken)?;
    Ok(statement.build(PostgresQueryBuilder).0)
}
