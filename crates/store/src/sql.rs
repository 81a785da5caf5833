//! Makes SQL from questions. Every identifier is quoted, every value is a parameter.

pub(crate) mod aggregate;
pub(crate) mod condition;
pub(crate) mod copy;
pub(crate) mod find;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod select;

use std::sync::Arc;

use model::{Storage, Value};
use sea_query::{
    Alias, Expr, ExprTrait, IntoColumnRef, JoinType, PostgresQueryBuilder, SelectStatement,
    SqliteQueryBuilder,
};

use crate::dialect::{Dialect, Home, folded_column, key_column};
use crate::fault::Fault;
use crate::plan::{Column, Hop, TableName};

/// A question as SQL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    /// The text.
    pub sql: Arc<str>,
    /// What stands for its placeholders, in order.
    pub parameters: Vec<Value>,
    /// What its columns hold.
    pub storages: Arc<[Storage]>,
}

/// Makes one statement: gathers its parameters and gives out aliases.
pub(crate) struct Maker<'a> {
    home: &'a Home,
    parameters: Vec<Value>,
    aliases: usize,
}

/// One table that conditions speak about, with the links joined to it.
pub(crate) struct Scope {
    table: TableName,
    alias: String,
    joins: Vec<Join>,
}

struct Join {
    path: Vec<Hop>,
    from: String,
    alias: String,
}

/// Which of the columns that a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The text itself.
    Text,
    /// What it is compared and sorted by: its key, where it has one.
    Key,
    /// What is searched inside: the folded text.
    Folded,
}

impl<'a> Maker<'a> {
    fn new(home: &'a Home) -> Maker<'a> {
        Maker { home, parameters: Vec::new(), aliases: 0 }
    }

    fn sqlite(&self) -> bool {
        self.home.dialect == Dialect::Sqlite
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    fn scope(&mut self, table: &TableName) -> Scope {
        Scope { table: table.clone(), alias: self.alias(), joins: Vec::new() }
    }

    /// A parameter. The builder carries its place in our own list, since it does not know our
    /// values; [`Maker::finish`] puts them in the order of the placeholders.
    fn bind(&mut self, value: Value) -> Expr {
        self.parameters.push(value);
        let place = self.parameters.len() as i64 - 1;
        Expr::Value(sea_query::Value::BigInt(Some(place)))
    }

    /// Part of a column, joining the links on its path.
    fn column(&mut self, scope: &mut Scope, column: &Column, part: Part) -> Expr {
        let alias = self.join(scope, &column.path);
        let name = &column.name;
        let owner = column.path.last().map_or(&scope.table, |hop| &hop.table);
        let kernel = owner.as_str().starts_with("sys_");
        match part {
            Part::Key if column.key => col(&alias, &key_column(name)),
            Part::Folded if column.storage != Storage::Text => col(&alias, name),
            Part::Folded if self.sqlite() => call("tessera_fold", [col(&alias, name)]),
            // Kernel tables hold names, and have no companions.
            Part::Folded if kernel => call("lower", [col(&alias, name)]),
            Part::Folded => col(&alias, &folded_column(name)),
            Part::Text | Part::Key => col(&alias, name),
        }
    }

    /// The alias of the table at the end of a path.
    fn join(&mut self, scope: &mut Scope, path: &[Hop]) -> String {
        let mut alias = scope.alias.clone();
        for length in 1..=path.len() {
            let path = &path[..length];
            alias = match scope.joins.iter().find(|join| join.path == path) {
                Some(join) => join.alias.clone(),
                None => {
                    let join = Join { path: path.to_vec(), from: alias, alias: self.alias() };
                    let joined = join.alias.clone();
                    scope.joins.push(join);
                    joined
                }
            };
        }
        alias
    }

    /// Adds the table of a scope and its joins to a statement, once everything was mentioned.
    fn from(&self, statement: &mut SelectStatement, scope: &Scope) {
        statement.from_as(self.home.table(&scope.table), Alias::new(scope.alias.as_str()));
        for join in &scope.joins {
            let Some(hop) = join.path.last() else { continue };
            let on = col(&join.alias, "id").eq(col(&join.from, &hop.column));
            statement.join_as(
                JoinType::LeftJoin,
                self.home.table(&hop.table),
                Alias::new(join.alias.as_str()),
                on,
            );
        }
    }

    /// The finished statement.
    fn finish(
        mut self,
        statement: &SelectStatement,
        storages: Vec<Storage>,
    ) -> Result<Query, Fault> {
        let (sql, places) = match self.home.dialect {
            Dialect::Sqlite => statement.build(SqliteQueryBuilder),
            Dialect::Postgres => statement.build(PostgresQueryBuilder),
        };
        let mut parameters = Vec::with_capacity(places.0.len());
        for place in places.0 {
            parameters.push(match place {
                sea_query::Value::BigInt(Some(place)) => self
                    .parameters
                    .get_mut(place as usize)
                    .map(std::mem::take)
                    .ok_or_else(|| Fault::broken("a placeholder without a value"))?,
                // What the builder binds of its own: limit and offset.
                sea_query::Value::BigUnsigned(Some(number)) => Value::Int(number as i64),
                _ => return Err(Fault::broken("a placeholder of an unknown kind")),
            });
        }
        Ok(Query { sql: sql.into(), parameters, storages: storages.into() })
    }
}

/// A column of an alias.
fn col(alias: &str, name: &str) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(name)).into_column_ref())
}

/// A call of a function of the database.
fn call<const N: usize>(name: &'static str, arguments: [Expr; N]) -> Expr {
    Expr::FunctionCall(sea_query::Func::cust(name).args(arguments))
}

/// A small number that is part of the text.
fn literal(number: i32) -> Expr {
    Expr::Constant(sea_query::Value::Int(Some(number)))
}

/// A truth that is part of the text.
fn truth(value: bool) -> Expr {
    Expr::Constant(sea_query::Value::Bool(Some(value)))
}

#[cfg(test)]
mod tests;
