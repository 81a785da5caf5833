//! Opening SQLite files: hardened, and with the few functions that statements call.

use std::path::Path;
use std::time::Duration;

use model::fold;
use rusqlite::config::DbConfig;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::calendar;
use crate::dialect::Home;
use crate::fault::Fault;
use crate::migrate::Schema;
use crate::plan::Period;

use super::fault;

/// What our sum says when it does not fit.
pub(super) const OVERFLOW: &str = "sum overflows 64 bits";

/// The oldest SQLite without the fault that could lose a write-ahead log.
const LIBRARY_MIN: i32 = 3_051_003;

/// Statements kept prepared per connection.
const STATEMENTS_KEPT: usize = 256;

/// How long a connection waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Refuses to run on a SQLite that is too old.
pub(crate) fn check_library() -> Result<(), Fault> {
    if rusqlite::version_number() < LIBRARY_MIN {
        let version = rusqlite::version();
        return Err(Fault::broken(format!("SQLite {version} is older than 3.51.3")));
    }
    Ok(())
}

/// A connection that writes.
pub(super) fn writing(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    connection
        .execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             pragma journal_size_limit = 67108864;
             pragma wal_autocheckpoint = 4000;",
        )
        .map_err(fault)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reading(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    connection.execute_batch("pragma query_only = on;").map_err(fault)?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(fault)?;
    harden(&connection)?;
    connection
        .execute_batch(
            "pragma foreign_keys = on;
             pragma cell_size_check = on;
             pragma trusted_schema = off;
             pragma mmap_size = 0;
             pragma temp_store = memory;
             pragma cache_size = -8000;",
        )
        .map_err(fault)?;
    add_functions(&connection).map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

fn harden(connection: &Connection) -> Result<(), Fault> {
    let settings = [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        // Plans do not depend on bound values: a statement with a bound limit would otherwise be
        // parsed and planned anew each time it runs.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ];
    for (setting, on) in settings {
        connection.set_db_config(setting, on).map_err(fault)?;
    }
    let limits = [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        // 500 fields of text have a companion each.
        (Limit::SQLITE_LIMIT_COLUMN, 1_200),
        // A chain of `and` is as deep as it is long, and a filter has up to 200 tests to which
        // permissions add theirs.
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 800),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 5_000),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_LENGTH, 64 << 20),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    ];
    for (limit, most) in limits {
        connection.set_limit(limit, most).map_err(fault)?;
    }
    // A misspelt column must never become a text.
    if connection.prepare("select \"nosuch\"").is_ok() {
        return Err(Fault::broken("SQLite takes double-quoted text for a string"));
    }
    Ok(())
}

/// Adds the functions that statements call.
pub(crate) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("tessera_fold", 1, flags, |context| {
        let text = context.get_raw(0).as_str_or_null().map_err(function_error)?;
        Ok(text.map(fold))
    })?;
    connection.create_scalar_function("tessera_range", 2, flags, range)?;
    connection.create_scalar_function("tessera_period", 2, flags, |context| {
        let Some(day) = context.get_raw(0).as_str_or_null().map_err(function_error)? else {
            return Ok(None);
        };
        let period = match context.get_raw(1).as_str().map_err(function_error)? {
            "year" => Period::Year,
            "quarter" => Period::Quarter,
            "month" => Period::Month,
            "week" => Period::Week,
            _ => Period::Day,
        };
        Ok(calendar::parse(day).map(|day| calendar::text(calendar::period_start(day, period))))
    })?;
    connection.create_aggregate_function("tessera_sum", 1, flags, Sum)
}

fn function_error(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::new(error))
}

/// How many boundaries of a list (JSON, ascending) are not greater than a number.
fn range(context: &Context<'_>) -> rusqlite::Result<Option<i64>> {
    let boundaries = context.get_or_create_aux(1, |list| {
        list.as_str().map_err(|error| error.to_string()).and_then(|list| {
            serde_json::from_str::<Vec<i64>>(list).map_err(|error| error.to_string())
        })
    })?;
    let Some(number) = context.get_raw(0).as_i64_or_null().map_err(function_error)? else {
        return Ok(None);
    };
    Ok(Some(boundaries.partition_point(|boundary| *boundary <= number) as i64))
}

/// A sum that is exact, whatever the order of its parts.
struct Sum;

impl Aggregate<Option<i128>, Option<i64>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<i128>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Option<i128>) -> rusqlite::Result<()> {
        if let Some(number) = context.get_raw(0).as_i64_or_null().map_err(function_error)? {
            *sum = Some(sum.unwrap_or(0) + i128::from(number));
        }
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        sum: Option<Option<i128>>,
    ) -> rusqlite::Result<Option<i64>> {
        let Some(sum) = sum.flatten() else { return Ok(None) };
        let narrow = i64::try_from(sum);
        narrow.map(Some).map_err(|_| rusqlite::Error::UserFunctionError(OVERFLOW.into()))
    }
}

/// Brings the tables of a file up to date.
pub(super) fn migrate(connection: &mut Connection, schema: Schema) -> Result<(), Fault> {
    let home = Home::sqlite();
    connection.execute_batch(&home.migration(crate::migrate::LEDGER)).map_err(fault)?;
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(fault)?;
    let found: i64 = transaction
        .query_row("select coalesce(max(number), 0) from sys_schema", [], |row| row.get(0))
        .map_err(fault)?;
    for (number, text) in schema.pending(found)? {
        transaction.execute_batch(&home.migration(text)).map_err(fault)?;
        transaction
            .execute("insert into sys_schema (number) values (?1)", [number])
            .map_err(fault)?;
    }
    transaction.commit().map_err(fault)
}

/// Where the change log of a file stands.
pub(super) fn last_sequence(connection: &Connection, schema: Schema) -> Result<i64, Fault> {
    match schema {
        Schema::Control => Ok(0),
        Schema::Workspace => connection
            .query_row("select sequence from sys_head", [], |row| row.get(0))
            .map_err(fault),
    }
}
