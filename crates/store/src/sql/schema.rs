//! Changes of tables as SQL.

use model::Storage;
use sea_query::{
    Alias, ColumnDef, PostgresQueryBuilder, SchemaStatementBuilder, SqliteQueryBuilder, Table,
};

use super::rows::physical;
use super::select::nullable;
use crate::commit::{ColumnDefinition, SchemaStep};
use crate::dialect::{Dialect, Home, key_column, postgres_type, sqlite_type};
use crate::fault::Fault;
use crate::plan::{Column, TableName};

/// The statements of one step, in order.
pub(crate) fn statements(home: &Home, step: &SchemaStep) -> Result<Vec<String>, Fault> {
    let mut made = Vec::new();
    match step {
        SchemaStep::CreateTable { table, columns } => {
            made.push(create_table(home, table, columns)?);
            for column in columns.iter().filter(|column| column.references.is_some()) {
                made.push(link_index(home, table, column)?);
            }
        }
        SchemaStep::AddColumn { table, column } => {
            known(table.as_str())?;
            for definition in definitions(home, column)? {
                let mut statement = Table::alter();
                statement.table(home.table(table)).add_column(definition);
                made.push(build(home, &statement));
            }
            if column.references.is_some() {
                made.push(link_index(home, table, column)?);
            }
        }
        SchemaStep::CreateIndex { index, table, columns, unique } => {
            made.push(create_index(home, index, table, columns, *unique)?);
        }
        SchemaStep::DropIndex { index, table } => {
            made.push(drop_index(home, index, table)?);
        }
        SchemaStep::DropColumn { table, column } => {
            known(table.as_str())?;
            for name in physical(home, &column.name, column.storage, column.key) {
                let mut statement = Table::alter();
                statement.table(home.table(table)).drop_column(Alias::new(name));
                made.push(build(home, &statement));
            }
        }
        SchemaStep::DropTable { table } => {
            let mut statement = Table::drop();
            statement.table(home.table(known_table(table)?));
            made.push(build(home, &statement));
        }
    }
    Ok(made)
}

/// A table to be filled before it gets its indexes; PostgreSQL adds its links afterwards too.
pub(crate) fn bare_table(
    home: &Home,
    table: &TableName,
    columns: &[ColumnDefinition],
) -> Result<String, Fault> {
    if home.dialect == Dialect::Sqlite {
        return create_table(home, table, columns);
    }
    let unlinked: Vec<ColumnDefinition> =
        columns.iter().map(|of| ColumnDefinition { references: None, ..of.clone() }).collect();
    create_table(home, table, &unlinked)
}

/// What [`bare_table`] left out about links.
pub(crate) fn links(
    home: &Home,
    table: &TableName,
    columns: &[ColumnDefinition],
) -> Result<Vec<String>, Fault> {
    let mut made = Vec::new();
    let owner = quoted(home, table.as_str())?;
    for column in columns {
        let Some(target) = &column.references else { continue };
        made.push(link_index(home, table, column)?);
        if home.dialect == Dialect::Postgres {
            // SQLite cannot add a link to a column that is there, and does not need to.
            let (name, target) = (known(&column.name)?, quoted(home, target.as_str())?);
            made.push(format!(
                "alter table {owner} add foreign key (\"{name}\") references {target} (\"id\")"
            ));
        }
    }
    Ok(made)
}

/// Drops an index, if it is there.
pub(crate) fn drop_index(home: &Home, index: &str, table: &TableName) -> Result<String, Fault> {
    let name = quoted(home, index)?;
    known_table(table)?;
    // The builder would name the table, which neither database wants here.
    Ok(format!("drop index if exists {name}"))
}

fn create_table(
    home: &Home,
    table: &TableName,
    columns: &[ColumnDefinition],
) -> Result<String, Fault> {
    let mut statement = Table::create();
    statement.table(home.table(known_table(table)?));
    let kind = |storage| match home.dialect {
        Dialect::Sqlite => sqlite_type(storage),
        Dialect::Postgres => postgres_type(storage),
    };
    if home.dialect == Dialect::Sqlite {
        // The row id stays the same when an update makes the row longer, and never leaves here.
        statement
            .col(ColumnDef::new(Alias::new("rid")).custom(Alias::new("integer")).primary_key());
        statement.extra("STRICT");
    }
    for (name, storage) in super::rows::BUILT_IN {
        let mut column = ColumnDef::new(Alias::new(name));
        column.custom(Alias::new(kind(storage)));
        if !name.ends_with("_by") {
            column.not_null();
        }
        if name == "id" {
            match home.dialect {
                Dialect::Sqlite => column.unique_key(),
                Dialect::Postgres => column.primary_key(),
            };
        }
        statement.col(column);
    }
    for column in columns {
        for definition in definitions(home, column)? {
            statement.col(definition);
        }
    }
    Ok(build(home, &statement))
}

/// The columns that a field's column is made of.
fn definitions(home: &Home, column: &ColumnDefinition) -> Result<Vec<ColumnDef>, Fault> {
    let mut made = Vec::with_capacity(3);
    for name in physical(home, &column.name, column.storage, column.key) {
        known(&name)?;
        let mut definition = ColumnDef::new(Alias::new(name.as_str()));
        match (home.dialect, column.storage) {
            (Dialect::Sqlite, storage) => definition.custom(Alias::new(sqlite_type(storage))),
            (Dialect::Postgres, Storage::Text) => {
                definition.custom(Alias::new("text")).extra("COLLATE \"C\"")
            }
            (Dialect::Postgres, storage) => definition.custom(Alias::new(postgres_type(storage))),
        };
        if let Some(target) = &column.references {
            let target = quoted(home, target.as_str())?;
            definition.extra(format!("REFERENCES {target} (\"id\")"));
        }
        made.push(definition);
    }
    Ok(made)
}

/// The index of a link, which deleting a linked row and reading its inverse need.
fn link_index(home: &Home, table: &TableName, column: &ColumnDefinition) -> Result<String, Fault> {
    let link = Column::new(column.name.clone(), Storage::Id);
    create_index(home, &link_index_name(&column.name), table, &[link], false)
}

/// The name of the index that a link always has.
pub(crate) fn link_index_name(column: &str) -> String {
    format!("{column}__l")
}

fn create_index(
    home: &Home,
    index: &str,
    table: &TableName,
    columns: &[Column],
    unique: bool,
) -> Result<String, Fault> {
    // Written out, since the builder cannot say where an index puts empty values.
    let target = quoted(home, table.as_str())?;
    let mut parts = Vec::with_capacity(columns.len() + 1);
    let id = Column::id();
    // Ties are decided by id, so a page of an ordered list is one range of the index.
    for column in columns.iter().chain((!unique).then_some(&id)) {
        let name = if column.key { key_column(&column.name) } else { column.name.to_string() };
        let name = known(&name)?;
        parts.push(match home.dialect {
            // As the order by asks for it; otherwise the index could not serve it.
            Dialect::Postgres if nullable(column) => format!("\"{name}\" nulls first"),
            _ => format!("\"{name}\""),
        });
    }
    let kind = if unique { "unique index" } else { "index" };
    Ok(format!("create {kind} \"{}\" on {target} ({})", known(index)?, parts.join(", ")))
}

fn build(home: &Home, statement: &impl SchemaStatementBuilder) -> String {
    match home.dialect {
        Dialect::Sqlite => statement.build(SqliteQueryBuilder),
        Dialect::Postgres => statement.build(PostgresQueryBuilder),
    }
}

/// Lets pass only what a catalogue can have given out as a physical name.
fn known(name: &str) -> Result<&str, Fault> {
    let possible = name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if possible && !name.starts_with("sys_") && !name.starts_with("sqlite_") {
        return Ok(name);
    }
    Err(Fault::Invalid("not a physical name"))
}

fn known_table(table: &TableName) -> Result<&TableName, Fault> {
    known(table.as_str())?;
    Ok(table)
}

/// A checked name, qualified and quoted.
fn quoted(home: &Home, name: &str) -> Result<String, Fault> {
    known(name)?;
    Ok(match &home.schema {
        Some(schema) => format!("\"{schema}\".\"{name}\""),
        None => format!("\"{name}\""),
    })
}
