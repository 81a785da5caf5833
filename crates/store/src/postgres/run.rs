//! The one place where text that was made, not written, goes to PostgreSQL. All of it comes from
//! `sql` and `dialect`, where names are checked and quoted, and values are parameters.

use std::sync::Arc;

use model::Uuid;
use sqlx::postgres::{PgArguments, PgDatabaseError, PgRow};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Postgres};

use super::rows::Parameters;
use crate::fault::Fault;
use crate::plan::TableName;

/// Reads the rows of a statement.
pub(super) async fn rows<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: Arc<str>,
    parameters: Parameters,
) -> Result<Vec<PgRow>, Fault> {
    statement(sql, parameters).fetch_all(on).await.map_err(fault)
}

/// Runs a statement; answers how many rows it touched.
pub(super) async fn execute<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: Arc<str>,
    parameters: Parameters,
) -> Result<u64, Fault> {
    Ok(statement(sql, parameters).execute(on).await.map_err(fault)?.rows_affected())
}

/// Runs statements without parameters, once.
pub(super) async fn batch(on: &mut PgConnection, sql: String) -> Result<(), Fault> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(on).await.map(drop).map_err(fault)
}

/// A statement as the driver wants it, for reading row by row.
pub(super) fn statement(
    sql: Arc<str>,
    parameters: Parameters,
) -> sqlx::query::Query<'static, Postgres, PgArguments> {
    sqlx::query_with(AssertSqlSafe(sql), parameters.finish())
}

/// What a failure of PostgreSQL means.
pub(super) fn fault(error: sqlx::Error) -> Fault {
    let code = error.as_database_error().and_then(|database| database.code());
    let Some(code) = code.map(|code| code.into_owned()) else {
        return match error {
            sqlx::Error::PoolClosed => Fault::Closed,
            // The server is restarting, or too far away; later it may answer.
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Fault::Busy,
            other => Fault::broken(other),
        };
    };
    match code.as_str() {
        "23505" => unique(error),
        "23503" => {
            let table = details(&error).and_then(PgDatabaseError::table).unwrap_or_default();
            Fault::ForeignKey { table: table.into(), id: None }
        }
        "22003" => Fault::Overflow,
        "57014" => Fault::TimedOut,
        // Serialization, deadlock, lock timeout, too many connections, shutdown.
        "40001" | "40P01" | "55P03" | "53300" | "57P01" | "57P03" => Fault::Busy,
        _ => Fault::broken(error),
    }
}

fn details(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()
}

/// Which index refused, or which row is there already.
fn unique(error: sqlx::Error) -> Fault {
    let Some(details) = details(&error) else { return Fault::broken(error) };
    let table = details.table().unwrap_or_default();
    let index = details.constraint().unwrap_or_default();
    if table.starts_with("sys_") {
        // Kernel tables have no named indexes, so the table says which.
        return Fault::Unique { index: table.to_owned() };
    }
    if index.strip_suffix("_pkey") == Some(table) {
        let id = details.detail().and_then(key_id).unwrap_or_default();
        return Fault::Exists { table: TableName::from(table), id };
    }
    Fault::Unique { index: index.to_owned() }
}

/// From `Key (id)=(0198…) already exists.`
fn key_id(detail: &str) -> Option<Uuid> {
    let (_, rest) = detail.split_once(")=(")?;
    let (id, _) = rest.split_once(')')?;
    Uuid::parse_str(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text that was made goes to the database here and nowhere else in this crate.
    #[test]
    fn only_this_file_vouches_for_made_text() {
        fn visit(directory: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if std::fs::read_to_string(&path).unwrap().contains("AssertSqlSafe(") {
                    found.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        visit(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert_eq!(found, ["run.rs"]);
    }

    #[test]
    fn the_row_that_exists_is_read_from_the_detail() {
        let detail = "Key (id)=(0198c0de-0000-7000-8000-000000000001) already exists.";
        let id = Uuid::parse_str("0198c0de-0000-7000-8000-000000000001").unwrap();
        assert_eq!(key_id(detail), Some(id));
        assert_eq!(key_id("something else"), None);
    }
}
