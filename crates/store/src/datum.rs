//! One value on its way to or from a database: a [`Value`], or bytes that only the kernel stores.

use model::{Storage, Uuid, Value};
use serde_json::Value as Json;

use crate::calendar;
use crate::fault::Fault;

/// What a database parameter or a column of a result holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// A value that records may hold.
    Value(Value),
    /// Hashes, secrets, stored answers.
    Bytes(Vec<u8>),
}

/// What a column holds, as far as the store must know to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A value of this storage.
    Value(Storage),
    /// Bytes.
    Bytes,
}

impl Kind {
    pub(crate) const INT: Kind = Kind::Value(Storage::Integer);
    pub(crate) const TEXT: Kind = Kind::Value(Storage::Text);
    pub(crate) const INSTANT: Kind = Kind::Value(Storage::Instant);
    pub(crate) const ID: Kind = Kind::Value(Storage::Id);
    pub(crate) const JSON: Kind = Kind::Value(Storage::Json);
    pub(crate) const BOOL: Kind = Kind::Value(Storage::Bool);
    pub(crate) const BYTES: Kind = Kind::Bytes;
}

/// The words for kinds in archives.
const KINDS: [(Kind, &str); 8] = [
    (Kind::BOOL, "bool"),
    (Kind::INT, "integer"),
    (Kind::TEXT, "text"),
    (Kind::Value(Storage::Date), "date"),
    (Kind::INSTANT, "instant"),
    (Kind::ID, "id"),
    (Kind::JSON, "json"),
    (Kind::BYTES, "bytes"),
];

impl Kind {
    /// The word that an archive has for it.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind that a word means.
    pub fn parse(word: &str) -> Option<Kind> {
        KINDS.iter().find(|(_, of)| *of == word).map(|(kind, _)| *kind)
    }
}

impl Datum {
    /// As JSON, for an archive. Bytes are hexadecimal, instants milliseconds, dates
    /// `YYYY-MM-DD`; JSON is put into a list, so that its null differs from nothing.
    pub fn to_json(&self) -> Json {
        match self {
            Datum::Bytes(bytes) => {
                let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
                Json::String(digits.collect())
            }
            Datum::Value(Value::Null) => Json::Null,
            Datum::Value(Value::Bool(truth)) => Json::Bool(*truth),
            Datum::Value(Value::Int(number) | Value::Instant(number)) => Json::from(*number),
            Datum::Value(Value::Text(text)) => Json::String(text.clone()),
            Datum::Value(Value::Date(day)) => Json::String(calendar::text(*day)),
            Datum::Value(Value::Id(id)) => Json::String(id.to_string()),
            Datum::Value(Value::Json(json)) => Json::Array(vec![json.clone()]),
        }
    }

    /// Back from JSON. `None` when the JSON is none of this kind.
    pub fn from_json(kind: Kind, json: Json) -> Option<Datum> {
        let value = match (kind, json) {
            (_, Json::Null) => Value::Null,
            (Kind::Bytes, Json::String(digits)) => return Some(Datum::Bytes(bytes(&digits)?)),
            (Kind::BOOL, Json::Bool(truth)) => Value::Bool(truth),
            (Kind::INT, Json::Number(number)) => Value::Int(number.as_i64()?),
            (Kind::INSTANT, Json::Number(number)) => Value::Instant(number.as_i64()?),
            (Kind::TEXT, Json::String(text)) => Value::Text(text),
            (Kind::Value(Storage::Date), Json::String(day)) => Value::Date(calendar::parse(&day)?),
            (Kind::ID, Json::String(id)) => Value::Id(Uuid::parse_str(&id).ok()?),
            (Kind::JSON, Json::Array(mut list)) if list.len() == 1 => Value::Json(list.pop()?),
            _ => return None,
        };
        Some(Datum::Value(value))
    }
}

/// Bytes from hexadecimal digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|start| u8::from_str_radix(&digits[start..start + 2], 16).ok()).collect()
}

/// Takes the columns of one row in order, each as the type that its column has.
pub(crate) struct Cells(std::vec::IntoIter<Datum>);

impl Cells {
    /// Starts at the first column.
    pub fn of(row: Vec<Datum>) -> Cells {
        Cells(row.into_iter())
    }

    fn next(&mut self) -> Result<Datum, Fault> {
        self.0.next().ok_or_else(|| Fault::broken("a row of a kernel table is too short"))
    }

    /// A text that is never empty.
    pub fn text(&mut self) -> Result<String, Fault> {
        self.optional_text()?.ok_or_else(wrong)
    }

    /// A text or nothing.
    pub fn optional_text(&mut self) -> Result<Option<String>, Fault> {
        match self.next()? {
            Datum::Value(Value::Text(text)) => Ok(Some(text)),
            Datum::Value(Value::Null) => Ok(None),
            _ => Err(wrong()),
        }
    }

    /// A word of an enum.
    pub fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
        parse(&self.text()?).ok_or_else(wrong)
    }

    /// A whole number or an instant.
    pub fn int(&mut self) -> Result<i64, Fault> {
        self.optional_int()?.ok_or_else(wrong)
    }

    /// A whole number, an instant, or nothing.
    pub fn optional_int(&mut self) -> Result<Option<i64>, Fault> {
        match self.next()? {
            Datum::Value(Value::Int(number) | Value::Instant(number)) => Ok(Some(number)),
            Datum::Value(Value::Null) => Ok(None),
            _ => Err(wrong()),
        }
    }

    /// True or false.
    pub fn truth(&mut self) -> Result<bool, Fault> {
        match self.next()? {
            Datum::Value(Value::Bool(truth)) => Ok(truth),
            _ => Err(wrong()),
        }
    }

    /// An id.
    pub fn id(&mut self) -> Result<Uuid, Fault> {
        match self.next()? {
            Datum::Value(Value::Id(id)) => Ok(id),
            _ => Err(wrong()),
        }
    }

    /// JSON; nothing is JSON's null.
    pub fn json(&mut self) -> Result<Json, Fault> {
        match self.next()? {
            Datum::Value(Value::Json(json)) => Ok(json),
            Datum::Value(Value::Null) => Ok(Json::Null),
            _ => Err(wrong()),
        }
    }

    /// Bytes that are never empty.
    pub fn bytes(&mut self) -> Result<Vec<u8>, Fault> {
        self.optional_bytes()?.ok_or_else(wrong)
    }

    /// Bytes or nothing.
    pub fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        match self.next()? {
            Datum::Bytes(bytes) => Ok(Some(bytes)),
            Datum::Value(Value::Null) => Ok(None),
            _ => Err(wrong()),
        }
    }

    /// A SHA-256.
    pub fn hash(&mut self) -> Result<[u8; 32], Fault> {
        self.bytes()?.try_into().map_err(|_| wrong())
    }
}

fn wrong() -> Fault {
    Fault::broken("a column of a kernel table holds what it never should")
}

impl From<&str> for Datum {
    fn from(text: &str) -> Datum {
        Datum::Value(Value::Text(text.to_owned()))
    }
}

impl From<&String> for Datum {
    fn from(text: &String) -> Datum {
        text.as_str().into()
    }
}

impl From<Option<&str>> for Datum {
    fn from(text: Option<&str>) -> Datum {
        text.map_or(Datum::Value(Value::Null), Datum::from)
    }
}

impl From<i64> for Datum {
    fn from(number: i64) -> Datum {
        Datum::Value(Value::Int(number))
    }
}

impl From<bool> for Datum {
    fn from(truth: bool) -> Datum {
        Datum::Value(Value::Bool(truth))
    }
}

impl From<Uuid> for Datum {
    fn from(id: Uuid) -> Datum {
        Datum::Value(Value::Id(id))
    }
}

impl From<Option<Uuid>> for Datum {
    fn from(id: Option<Uuid>) -> Datum {
        Datum::Value(id.map_or(Value::Null, Value::Id))
    }
}

impl From<&Json> for Datum {
    fn from(json: &Json) -> Datum {
        Datum::Value(Value::Json(json.clone()))
    }
}

impl From<&[u8]> for Datum {
    fn from(bytes: &[u8]) -> Datum {
        Datum::Bytes(bytes.to_vec())
    }
}

impl From<&[u8; 32]> for Datum {
    fn from(bytes: &[u8; 32]) -> Datum {
        Datum::Bytes(bytes.to_vec())
    }
}

/// An instant in milliseconds, as a parameter.
pub(crate) fn instant(milliseconds: i64) -> Datum {
    Datum::Value(Value::Instant(milliseconds))
}

/// An instant or nothing, as a parameter.
pub(crate) fn optional_instant(milliseconds: Option<i64>) -> Datum {
    Datum::Value(milliseconds.map_or(Value::Null, Value::Instant))
}
