//! One stored value: what a cell of a record holds, the same on every database and in memory.

use std::cmp::Ordering;

use uuid::Uuid;

/// A value as it is stored. Decimals, currencies and percents are [`Value::Int`] in the smallest
/// unit of their field (its scale says how many digits), so amounts are exact end to end.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Empty. A text is never stored as `""`; it is empty.
    #[default]
    Null,
    /// A checkbox.
    Bool(bool),
    /// A whole number, or a scaled decimal.
    Int(i64),
    /// Text, an option id, an e-mail address, …
    Text(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// The id of a record.
    Id(Uuid),
    /// Structured data that only its field understands.
    Json(serde_json::Value),
}

impl Value {
    /// Whether the value is empty.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text inside, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number inside, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The record id inside, if it is one.
    pub fn as_id(&self) -> Option<Uuid> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The order that both databases sort by: empty first, then by the value itself. Text is
    /// ordered by bytes here; callers compare [`crate::text_key`]s where people see the order.
    pub fn compare(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (Value::Id(a), Value::Id(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    /// Where the kinds stand when values of different kinds meet; only `Null` matters in practice.
    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Int(_) => 2,
            Value::Date(_) => 3,
            Value::Instant(_) => 4,
            Value::Text(_) => 5,
            Value::Id(_) => 6,
            Value::Json(_) => 7,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Value {
        Value::Id(id)
    }
}
