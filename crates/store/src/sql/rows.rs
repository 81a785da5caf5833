//! Writes of rows. A statement depends only on the table and the columns, its shape, so each is
//! made once and found again.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use model::{Storage, Value, fold, text_key};
use sea_query::{
    Alias, Expr, ExprTrait, PostgresQueryBuilder, Query as Statement, SelectStatement,
    SqliteQueryBuilder, SubQueryStatement, TableRef,
};

use super::{call, col, literal, select};
use crate::dialect::{Dialect, Home, folded_column, key_column, postgres_type};
use crate::fault::Fault;
use crate::plan::{Column, TableName};

/// What a statement does to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    /// Parameters: id, revision, created_at, created_by, updated_at, updated_by, then the values.
    Insert,
    /// Parameters: revision after, updated_at, updated_by, the values, then id and revision
    /// before. PostgreSQL: id and revision before come first, the revision after is computed.
    Update,
    /// Parameters: id, revision.
    Delete,
    /// Parameter: id, or a list of ids.
    Read,
}

/// A statement for rows of one table and one set of columns.
#[derive(Debug)]
pub(crate) struct Shape {
    pub verb: Verb,
    pub table: TableName,
    /// The text. PostgreSQL: each parameter is an array, one element per row, and an update or
    /// delete returns the ids that it found.
    pub sql: Arc<str>,
    /// What the written values, companions included, or the read columns hold.
    pub storages: Arc<[Storage]>,
}

/// The statements made so far for one database.
#[derive(Debug)]
pub(crate) struct Shapes {
    home: Home,
    made: RwLock<HashMap<String, Arc<Shape>>>,
}

/// Shapes kept: beyond it a workspace writes ever new sets of columns, and all are made anew.
const SHAPES_MAX: usize = 2_000;

impl Shapes {
    /// None made yet.
    pub fn new(home: Home) -> Shapes {
        Shapes { home, made: RwLock::new(HashMap::new()) }
    }

    /// The statement that does this to these columns of a table.
    pub fn get<'c>(
        &self,
        verb: Verb,
        table: &TableName,
        columns: impl Iterator<Item = &'c Column> + Clone,
    ) -> Result<Arc<Shape>, Fault> {
        let key = key(verb, table, columns.clone());
        if let Ok(made) = self.made.read()
            && let Some(shape) = made.get(&key)
        {
            return Ok(Arc::clone(shape));
        }
        let columns: Vec<Column> = columns.cloned().collect();
        let shape = Arc::new(make(&self.home, verb, table, &columns)?);
        if let Ok(mut made) = self.made.write() {
            if made.len() >= SHAPES_MAX {
                made.clear();
            }
            made.insert(key, Arc::clone(&shape));
        }
        Ok(shape)
    }

    /// Values of one row with those of the companions, in the order of a shape.
    pub fn with_companions(&self, values: Vec<(Column, Value)>) -> Vec<Value> {
        let mut all = Vec::with_capacity(values.len() * 2);
        for (column, value) in values {
            if column.storage != Storage::Text {
                all.push(value);
                continue;
            }
            let key = column.key.then(|| of_text(&value, text_key));
            let folded = match self.home.dialect {
                Dialect::Sqlite => None,
                Dialect::Postgres => Some(of_text(&value, fold)),
            };
            all.push(value);
            all.extend(key);
            all.extend(folded);
        }
        all
    }
}

/// What a companion holds.
pub(crate) fn of_text(value: &Value, make: impl Fn(&str) -> String) -> Value {
    value.as_text().map_or(Value::Null, |text| Value::Text(make(text)))
}

/// The names of the columns that hold a value: its own, and its companions.
pub(crate) fn physical(home: &Home, name: &str, storage: Storage, key: bool) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    if key {
        names.push(key_column(name));
    }
    if storage == Storage::Text && home.dialect == Dialect::Postgres {
        names.push(folded_column(name));
    }
    names
}

/// Names cannot contain the separators, so different shapes have different keys.
fn key<'c>(verb: Verb, table: &TableName, columns: impl Iterator<Item = &'c Column>) -> String {
    let mut key = String::with_capacity(160);
    key.push(match verb {
        Verb::Insert => '+',
        Verb::Update => '=',
        Verb::Delete => '-',
        Verb::Read => '?',
    });
    key.push_str(table.as_str());
    for column in columns {
        key.push(match (column.key, column.storage) {
            (true, _) => '^',
            (false, Storage::Text) => ';',
            _ => ',',
        });
        key.push_str(&column.name);
        for hop in &column.path {
            key.push('<');
            key.push_str(&hop.column);
            key.push('>');
            key.push_str(hop.table.as_str());
        }
    }
    key
}

fn make(home: &Home, verb: Verb, table: &TableName, columns: &[Column]) -> Result<Shape, Fault> {
    if verb == Verb::Read {
        let query = select::by_id(home, table, columns)?;
        let (sql, storages) = (query.sql, query.storages);
        return Ok(Shape { verb, table: table.clone(), sql, storages });
    }
    let mut written: Vec<(String, Storage)> = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        if !column.path.is_empty() {
            return Err(Fault::Invalid("a write goes to columns of the table itself"));
        }
        // A companion holds text, as does the column that has one.
        let names = physical(home, &column.name, column.storage, column.key);
        written.extend(names.into_iter().map(|name| (name, column.storage)));
    }
    let target = home.table(table);
    let sql = match (home.dialect, verb) {
        (Dialect::Sqlite, Verb::Insert) => sqlite_insert(target, &written)?,
        (Dialect::Sqlite, Verb::Update) => sqlite_update(target, &written),
        (Dialect::Sqlite, _) => sqlite_delete(target),
        (Dialect::Postgres, Verb::Insert) => postgres_insert(target, &written)?,
        (Dialect::Postgres, Verb::Update) => postgres_update(target, table, &written),
        (Dialect::Postgres, _) => postgres_delete(target),
    };
    let storages = written.into_iter().map(|(_, storage)| storage).collect();
    Ok(Shape { verb, table: table.clone(), sql: sql.into(), storages })
}

/// The built-in columns of a new row, in the order of its parameters.
pub(crate) const BUILT_IN: [(&str, Storage); 6] = [
    ("id", Storage::Id),
    ("revision", Storage::Integer),
    ("created_at", Storage::Instant),
    ("created_by", Storage::Id),
    ("updated_at", Storage::Instant),
    ("updated_by", Storage::Id),
];

/// A placeholder; only its place matters.
pub(super) fn placeholder() -> Expr {
    Expr::Value(sea_query::Value::BigInt(Some(0)))
}

fn inserted(written: &[(String, Storage)]) -> impl Iterator<Item = (&str, Storage)> {
    let written = written.iter().map(|(name, storage)| (name.as_str(), *storage));
    BUILT_IN.into_iter().chain(written)
}

fn sqlite_insert(table: TableRef, written: &[(String, Storage)]) -> Result<String, Fault> {
    let mut statement = Statement::insert();
    statement.into_table(table);
    statement.columns(inserted(written).map(|(name, _)| Alias::new(name)));
    statement.values(inserted(written).map(|_| placeholder())).map_err(Fault::broken)?;
    Ok(statement.build(SqliteQueryBuilder).0)
}

fn sqlite_update(table: TableRef, written: &[(String, Storage)]) -> String {
    let mut statement = Statement::update();
    statement.table(table);
    for name in ["revision", "updated_at", "updated_by"] {
        statement.value(Alias::new(name), placeholder());
    }
    for (name, _) in written {
        statement.value(Alias::new(name.as_str()), placeholder());
    }
    for name in ["id", "revision"] {
        statement.and_where(Expr::col(Alias::new(name)).eq(placeholder()));
    }
    statement.build(SqliteQueryBuilder).0
}

fn sqlite_delete(table: TableRef) -> String {
    let mut statement = Statement::delete();
    statement.from_table(table);
    for name in ["id", "revision"] {
        statement.and_where(Expr::col(Alias::new(name)).eq(placeholder()));
    }
    statement.build(SqliteQueryBuilder).0
}

/// The rows of an array parameter.
pub(super) fn unnest(storage: Storage) -> Expr {
    let array = match storage {
        // Text becomes JSON in the database: its arrays need no encoding of our own.
        Storage::Json => placeholder().cast_as("text[]").cast_as("jsonb[]"),
        other => placeholder().cast_as(format!("{}[]", postgres_type(other))),
    };
    call("unnest", [array])
}

fn unnested<'c>(columns: impl Iterator<Item = (&'c str, Storage)>) -> SelectStatement {
    let mut statement = Statement::select();
    for (name, storage) in columns {
        statement.expr_as(unnest(storage), Alias::new(name));
    }
    statement
}

fn postgres_insert(table: TableRef, written: &[(String, Storage)]) -> Result<String, Fault> {
    let mut statement = Statement::insert();
    statement.into_table(table);
    statement.columns(inserted(written).map(|(name, _)| Alias::new(name)));
    statement.select_from(unnested(inserted(written))).map_err(Fault::broken)?;
    Ok(statement.build(PostgresQueryBuilder).0)
}

fn postgres_update(target: TableRef, table: &TableName, written: &[(String, Storage)]) -> String {
    const FIXED: [(&str, Storage); 4] = [
        ("id", Storage::Id),
        ("revision", Storage::Integer),
        ("updated_at", Storage::Instant),
        ("updated_by", Storage::Id),
    ];
    let mut statement = Statement::update();
    statement.table(target);
    let next = col("u", "revision").add(literal(1));
    statement.value(Alias::new("revision"), next);
    let named = written.iter().map(|(name, storage)| (name.as_str(), *storage));
    for (name, _) in FIXED[2..].iter().copied().chain(named.clone()) {
        statement.value(Alias::new(name), col("u", name));
    }
    let rows = unnested(FIXED.into_iter().chain(named));
    statement.from(TableRef::SubQuery(Box::new(rows), Alias::new("u").into()));
    for name in ["id", "revision"] {
        statement.and_where(col(table.as_str(), name).eq(col("u", name)));
    }
    statement.returning_col((Alias::new(table.as_str()), Alias::new("id")));
    statement.build(PostgresQueryBuilder).0
}

fn postgres_delete(table: TableRef) -> String {
    let mut statement = Statement::delete();
    statement.from_table(table);
    let key = ["id", "revision"].map(|name| Expr::col(Alias::new(name)));
    let rows = unnested(BUILT_IN.into_iter().take(2));
    let rows = Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(rows)));
    let operator = sea_query::BinOper::In;
    statement.and_where(Expr::tuple(key).binary(operator, rows));
    statement.returning_col(Alias::new("id"));
    statement.build(PostgresQueryBuilder).0
}
