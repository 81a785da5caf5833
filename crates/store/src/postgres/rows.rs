//! Values on their way into and out of PostgreSQL, in its binary formats.

use model::{Storage, Uuid, Value};
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgRow, PgTypeInfo, PgValueRef};
use sqlx::{Arguments, Postgres, Row, Type, ValueRef};

use crate::datum::{Datum, Kind};
use crate::fault::Fault;

/// PostgreSQL counts from 2000-01-01; days and milliseconds from 1970-01-01 to then.
const EPOCH_DAYS: i32 = 10_957;
const EPOCH_MILLISECONDS: i64 = 946_684_800_000;

/// The fixed object ids of the types that we use, and of arrays of them.
fn oids(storage: Storage) -> (u32, u32) {
    match storage {
        Storage::Bool => (16, 1000),
        Storage::Integer => (20, 1016),
        // JSON in arrays travels as text; the statement casts it.
        Storage::Text | Storage::Json => (25, 1009),
        Storage::Date => (1082, 1182),
        Storage::Instant => (1184, 1185),
        Storage::Id => (2950, 2951),
    }
}

const BYTEA: u32 = 17;
const BYTEA_ARRAY: u32 = 1001;
const JSONB: u32 = 3802;
/// Lets the database decide: what a NULL is.
const UNKNOWN: u32 = 0;

fn type_info(oid: u32) -> PgTypeInfo {
    PgTypeInfo::with_oid(Oid(oid))
}

/// A value as a parameter.
struct Bound<'a>(&'a Value);

/// Bytes or nothing as a parameter, or several of them.
struct Bytes<'a>(&'a [u8]);

/// A list of values as a parameter.
struct List<'a> {
    storage: Storage,
    values: &'a [&'a Value],
}

/// A list of byte strings as a parameter: bytes, or texts.
struct ByteList<'a> {
    text: bool,
    list: &'a [Option<&'a [u8]>],
}

macro_rules! any_type {
    ($($name:ident),+) => {
        $(impl Type<Postgres> for $name<'_> {
            fn type_info() -> PgTypeInfo {
                // Every value says itself what it produces.
                type_info(UNKNOWN)
            }
        })+
    };
}
any_type!(Bound, Bytes, List, ByteList);

impl<'q> Encode<'q, Postgres> for Bound<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Json(json) => {
                // The version of the binary format of jsonb.
                buffer.push(1);
                buffer.extend_from_slice(json.to_string().as_bytes());
            }
            value => write(buffer, value),
        }
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        let storage = match self.0 {
            Value::Null => return Some(type_info(UNKNOWN)),
            Value::Json(_) => return Some(type_info(JSONB)),
            Value::Bool(_) => Storage::Bool,
            Value::Int(_) => Storage::Integer,
            Value::Text(_) => Storage::Text,
            Value::Date(_) => Storage::Date,
            Value::Instant(_) => Storage::Instant,
            Value::Id(_) => Storage::Id,
        };
        Some(type_info(oids(storage).0))
    }
}

impl<'q> Encode<'q, Postgres> for Bytes<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(type_info(BYTEA))
    }
}

impl<'q> Encode<'q, Postgres> for List<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        write_array_head(buffer, oids(self.storage).0, self.values.len());
        for value in self.values {
            if value.is_null() {
                buffer.extend_from_slice(&(-1_i32).to_be_bytes());
                continue;
            }
            write_sized(buffer, |buffer| write(buffer, value));
        }
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(type_info(oids(self.storage).1))
    }
}

impl<'q> Encode<'q, Postgres> for ByteList<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let element = if self.text { oids(Storage::Text).0 } else { BYTEA };
        write_array_head(buffer, element, self.list.len());
        for bytes in self.list {
            match bytes {
                Some(bytes) => write_sized(buffer, |buffer| buffer.extend_from_slice(bytes)),
                None => buffer.extend_from_slice(&(-1_i32).to_be_bytes()),
            }
        }
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        let array = if self.text { oids(Storage::Text).1 } else { BYTEA_ARRAY };
        Some(type_info(array))
    }
}

/// The head of an array of one dimension that may hold NULLs and counts from 1.
fn write_array_head(buffer: &mut PgArgumentBuffer, element: u32, length: usize) {
    buffer.extend_from_slice(&1_i32.to_be_bytes());
    buffer.extend_from_slice(&1_i32.to_be_bytes());
    buffer.extend_from_slice(&element.to_be_bytes());
    buffer.extend_from_slice(&(length as i32).to_be_bytes());
    buffer.extend_from_slice(&1_i32.to_be_bytes());
}

/// Something with its length before it.
fn write_sized(buffer: &mut PgArgumentBuffer, write: impl FnOnce(&mut PgArgumentBuffer)) {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; 4]);
    write(buffer);
    let length = (buffer.len() - start - 4) as i32;
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

fn write(buffer: &mut PgArgumentBuffer, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => buffer.push(u8::from(*truth)),
        Value::Int(number) => buffer.extend_from_slice(&number.to_be_bytes()),
        Value::Text(text) => buffer.extend_from_slice(text.as_bytes()),
        Value::Date(day) => buffer.extend_from_slice(&(day - EPOCH_DAYS).to_be_bytes()),
        Value::Instant(at) => {
            let microseconds = (at - EPOCH_MILLISECONDS).saturating_mul(1000);
            buffer.extend_from_slice(&microseconds.to_be_bytes());
        }
        Value::Id(id) => buffer.extend_from_slice(id.as_bytes()),
        Value::Json(json) => buffer.extend_from_slice(json.to_string().as_bytes()),
    }
}

/// The parameters of one statement.
#[derive(Default)]
pub(super) struct Parameters {
    arguments: PgArguments,
}

impl Parameters {
    /// Adds a value.
    pub fn value(&mut self, value: &Value) -> Result<(), Fault> {
        self.arguments.add(Bound(value)).map_err(Fault::Broken)
    }

    /// Adds values.
    pub fn values(values: &[Value]) -> Result<Parameters, Fault> {
        let mut parameters = Parameters::default();
        values.iter().try_for_each(|value| parameters.value(value))?;
        Ok(parameters)
    }

    /// Adds data.
    pub fn data(data: &[Datum]) -> Result<Parameters, Fault> {
        let mut parameters = Parameters::default();
        for datum in data {
            match datum {
                Datum::Value(value) => parameters.value(value)?,
                Datum::Bytes(bytes) => parameters.bytes(bytes)?,
            }
        }
        Ok(parameters)
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.arguments.add(Bytes(bytes)).map_err(Fault::Broken)
    }

    /// Adds a list of values of one storage.
    pub fn list(&mut self, storage: Storage, values: &[&Value]) -> Result<(), Fault> {
        self.arguments.add(List { storage, values }).map_err(Fault::Broken)
    }

    /// Adds a list of byte strings.
    pub fn byte_list<'b>(
        &mut self,
        list: impl Iterator<Item = Option<&'b [u8]>>,
    ) -> Result<(), Fault> {
        let list: Vec<Option<&[u8]>> = list.collect();
        self.arguments.add(ByteList { text: false, list: &list }).map_err(Fault::Broken)
    }

    /// Adds a list of texts.
    pub fn texts<'t>(&mut self, list: impl Iterator<Item = &'t str>) -> Result<(), Fault> {
        let list: Vec<Option<&[u8]>> = list.map(|text| Some(text.as_bytes())).collect();
        self.arguments.add(ByteList { text: true, list: &list }).map_err(Fault::Broken)
    }

    /// Adds a list of values of one storage that exist only for it.
    pub fn made(
        &mut self,
        storage: Storage,
        values: impl Iterator<Item = Value>,
    ) -> Result<(), Fault> {
        let values: Vec<Value> = values.collect();
        self.list(storage, &values.iter().collect::<Vec<_>>())
    }

    /// Adds a list of data of one kind.
    pub fn data_list<'d>(
        &mut self,
        kind: Kind,
        list: impl Iterator<Item = &'d Datum> + Clone,
    ) -> Result<(), Fault> {
        match kind {
            Kind::Bytes => self.byte_list(list.map(|datum| match datum {
                Datum::Bytes(bytes) => Some(bytes.as_slice()),
                Datum::Value(_) => None,
            })),
            Kind::Value(storage) => {
                let values = list.map(|datum| match datum {
                    Datum::Value(value) => value,
                    Datum::Bytes(_) => &Value::Null,
                });
                self.list(storage, &values.collect::<Vec<_>>())
            }
        }
    }

    /// The parameters for the driver.
    pub fn finish(self) -> PgArguments {
        self.arguments
    }
}

/// The first columns of a row as values.
pub(super) fn values(row: &PgRow, storages: &[Storage]) -> Result<Vec<Value>, Fault> {
    let mut values = Vec::with_capacity(storages.len());
    for (index, storage) in storages.iter().enumerate() {
        let cell = row.try_get_raw(index).map_err(Fault::broken)?;
        values.push(value(&cell, *storage)?);
    }
    Ok(values)
}

/// The first columns of a row as data.
pub(super) fn data(row: &PgRow, kinds: &[Kind]) -> Result<Vec<Datum>, Fault> {
    let mut data = Vec::with_capacity(kinds.len());
    for (index, kind) in kinds.iter().enumerate() {
        let cell = row.try_get_raw(index).map_err(Fault::broken)?;
        data.push(match kind {
            Kind::Value(storage) => Datum::Value(value(&cell, *storage)?),
            Kind::Bytes if cell.is_null() => Datum::Value(Value::Null),
            Kind::Bytes => Datum::Bytes(cell.as_bytes().map_err(Fault::Broken)?.to_vec()),
        });
    }
    Ok(data)
}

fn value(cell: &PgValueRef<'_>, storage: Storage) -> Result<Value, Fault> {
    if cell.is_null() {
        return Ok(Value::Null);
    }
    let bytes = cell.as_bytes().map_err(Fault::Broken)?;
    Ok(match storage {
        Storage::Bool => Value::Bool(bytes.first() == Some(&1)),
        Storage::Integer => Value::Int(long(bytes)?),
        Storage::Text => Value::Text(text(bytes)?.to_owned()),
        Storage::Date => {
            let days = bytes.try_into().map_err(Fault::broken)?;
            Value::Date(i32::from_be_bytes(days) + EPOCH_DAYS)
        }
        Storage::Instant => Value::Instant(long(bytes)?.div_euclid(1000) + EPOCH_MILLISECONDS),
        Storage::Id => Value::Id(Uuid::from_slice(bytes).map_err(Fault::broken)?),
        Storage::Json => {
            let json = bytes.get(1..).unwrap_or_default();
            Value::Json(serde_json::from_slice(json).map_err(Fault::broken)?)
        }
    })
}

fn long(bytes: &[u8]) -> Result<i64, Fault> {
    Ok(i64::from_be_bytes(bytes.try_into().map_err(Fault::broken)?))
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(Fault::broken)
}
