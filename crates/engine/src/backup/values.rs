//! Rows of an archive as JSON, exactly: what goes in comes out the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Storage, Uuid, Value};
use serde_json::{Value as Json, json};
use store::{Datum, Kind};

const KINDS: [(Kind, &str); 8] = [
    (Kind::Value(Storage::Bool), "bool"),
    (Kind::Value(Storage::Integer), "integer"),
    (Kind::Value(Storage::Text), "text"),
    (Kind::Value(Storage::Date), "date"),
    (Kind::Value(Storage::Instant), "instant"),
    (Kind::Value(Storage::Id), "id"),
    (Kind::Value(Storage::Json), "json"),
    (Kind::Bytes, "bytes"),
];

/// The word for what a column holds.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("text", |(_, name)| name)
}

/// What a word means.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
}

/// One value. JSON stands in a list of one, so that its null is not an empty value.
pub(super) fn to_json(datum: &Datum) -> Json {
    match datum {
        Datum::Bytes(bytes) => Json::String(STANDARD.encode(bytes)),
        Datum::Value(value) => match value {
            Value::Null => Json::Null,
            Value::Bool(value) => json!(value),
            Value::Int(value) | Value::Instant(value) => json!(value),
            Value::Text(value) => json!(value),
            Value::Date(value) => json!(value),
            Value::Id(value) => json!(value),
            Value::Json(value) => json!([value]),
        },
    }
}

/// Reads one value of a kind; `None` where it is not one.
pub(super) fn from_json(kind: Kind, json: Json) -> Option<Datum> {
    if json.is_null() {
        return Some(Datum::Value(Value::Null));
    }
    let storage = match kind {
        Kind::Bytes => return STANDARD.decode(json.as_str()?).ok().map(Datum::Bytes),
        Kind::Value(storage) => storage,
    };
    Some(Datum::Value(match (storage, json) {
        (Storage::Bool, Json::Bool(value)) => Value::Bool(value),
        (Storage::Integer, Json::Number(value)) => Value::Int(value.as_i64()?),
        (Storage::Instant, Json::Number(value)) => Value::Instant(value.as_i64()?),
        (Storage::Date, Json::Number(value)) => Value::Date(value.as_i64()?.try_into().ok()?),
        (Storage::Text, Json::String(value)) => Value::Text(value),
        (Storage::Id, Json::String(value)) => Value::Id(Uuid::try_parse(&value).ok()?),
        (Storage::Json, Json::Array(mut value)) if value.len() == 1 => Value::Json(value.remove(0)),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_the_same() {
        let value = |kind, value| (Kind::Value(kind), Datum::Value(value));
        let cases = [
            value(Storage::Bool, Value::Bool(false)),
            value(Storage::Integer, Value::Int(i64::MIN)),
            value(Storage::Text, Value::from("a\u{2028}\"\\\n")),
            value(Storage::Text, Value::Null),
            value(Storage::Date, Value::Date(-719_162)),
            value(Storage::Instant, Value::Instant(253_402_300_799_999)),
            value(Storage::Id, Value::Id(Uuid::max())),
            value(Storage::Json, Value::Json(Json::Null)),
            value(Storage::Json, Value::Json(json!({"b": [1.5, null], "a": u64::MAX}))),
            value(Storage::Json, Value::Null),
            (Kind::Bytes, Datum::Bytes(vec![0, 255, 10])),
        ];
        for (kind, datum) in cases {
            let text = to_json(&datum).to_string();
            assert!(!text.contains('\n'));
            let read = from_json(kind, serde_json::from_str(&text).unwrap());
            assert_eq!(read.as_ref(), Some(&datum), "{text}");
            assert_eq!(kind_of(kind_name(kind)), Some(kind));
        }
    }

    #[test]
    fn a_value_of_another_kind_is_none() {
        assert_eq!(from_json(Kind::Value(Storage::Integer), json!("1")), None);
        assert_eq!(from_json(Kind::Value(Storage::Id), json!("x")), None);
        assert_eq!(from_json(Kind::Value(Storage::Json), json!({})), None);
        assert_eq!(from_json(Kind::Bytes, json!("*")), None);
    }
}
