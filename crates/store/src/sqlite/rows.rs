//! Values on their way into and out of SQLite.

use model::{Storage, Uuid, Value};
use rusqlite::types::{ToSql, ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{CachedStatement, Row};

use crate::calendar;
use crate::datum::{Datum, Kind};
use crate::fault::Fault;

use super::fault;

/// A value as a parameter.
pub(super) struct Bound<'a>(pub &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Bool(truth) => ToSqlOutput::Owned(Owned::Integer(i64::from(*truth))),
            Value::Int(number) | Value::Instant(number) => {
                ToSqlOutput::Owned(Owned::Integer(*number))
            }
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Date(day) => ToSqlOutput::Owned(Owned::Text(calendar::text(*day))),
            Value::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Value::Json(json) => ToSqlOutput::Owned(Owned::Text(json.to_string())),
        })
    }
}

/// A datum as a parameter.
pub(super) struct BoundDatum<'a>(pub &'a Datum);

impl ToSql for BoundDatum<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self.0 {
            Datum::Value(value) => match Bound(value).to_sql()? {
                ToSqlOutput::Owned(owned) => Ok(ToSqlOutput::Owned(owned)),
                // Borrowed from the value itself, which outlives the wrapper around it.
                _ => Ok(match value {
                    Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
                    Value::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
                    _ => ToSqlOutput::Owned(Owned::Null),
                }),
            },
            Datum::Bytes(bytes) => Ok(ToSqlOutput::Borrowed(ValueRef::Blob(bytes))),
        }
    }
}

/// Binds values to the parameters from `first` (counted from 1); answers the next free one.
pub(super) fn bind_values(
    statement: &mut CachedStatement<'_>,
    first: usize,
    values: &[Value],
) -> Result<usize, Fault> {
    for (offset, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(first + offset, Bound(value)).map_err(fault)?;
    }
    Ok(first + values.len())
}

/// A column of a row as a value.
pub(super) fn value(cell: ValueRef<'_>, storage: Storage) -> Result<Value, Fault> {
    Ok(match (cell, storage) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(number), Storage::Integer) => Value::Int(number),
        (ValueRef::Integer(number), Storage::Instant) => Value::Instant(number),
        (ValueRef::Integer(number), Storage::Bool) => Value::Bool(number != 0),
        (ValueRef::Text(bytes), Storage::Text) => Value::Text(text(bytes)?.to_owned()),
        (ValueRef::Text(bytes), Storage::Date) => {
            Value::Date(calendar::parse(text(bytes)?).ok_or_else(|| wrong(storage))?)
        }
        (ValueRef::Text(bytes), Storage::Json) => {
            Value::Json(serde_json::from_slice(bytes).map_err(Fault::broken)?)
        }
        (ValueRef::Blob(bytes), Storage::Id) => {
            Value::Id(Uuid::from_slice(bytes).map_err(Fault::broken)?)
        }
        _ => return Err(wrong(storage)),
    })
}

/// The first columns of a row as values.
pub(super) fn values(row: &Row<'_>, storages: &[Storage]) -> Result<Vec<Value>, Fault> {
    let mut values = Vec::with_capacity(storages.len());
    for (index, storage) in storages.iter().enumerate() {
        values.push(value(row.get_ref(index).map_err(fault)?, *storage)?);
    }
    Ok(values)
}

/// The first columns of a row as data.
pub(super) fn data(row: &Row<'_>, kinds: &[Kind]) -> Result<Vec<Datum>, Fault> {
    let mut data = Vec::with_capacity(kinds.len());
    for (index, kind) in kinds.iter().enumerate() {
        let cell = row.get_ref(index).map_err(fault)?;
        data.push(match (kind, cell) {
            (Kind::Value(storage), cell) => Datum::Value(value(cell, *storage)?),
            (Kind::Bytes, ValueRef::Blob(bytes)) => Datum::Bytes(bytes.to_vec()),
            (Kind::Bytes, ValueRef::Null) => Datum::Value(Value::Null),
            _ => return Err(Fault::broken("a column that should hold bytes does not")),
        });
    }
    Ok(data)
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(Fault::broken)
}

fn wrong(storage: Storage) -> Fault {
    Fault::broken(format!("a column that should hold {storage:?} does not"))
}
