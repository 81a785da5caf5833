//! Reading JSON strictly: a key that occurs twice and too deep nesting are refused.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use crate::error::{Code, Error, Fault, Result};
use crate::limits::JSON_DEPTH_MAX;

/// Parses a body. Errors: `json_invalid` (with line and column), `json_duplicate_key`.
pub fn parse(bytes: &[u8]) -> Result<Json> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read =
        Strict { depth: 0 }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let reason = error.to_string();
        match reason.strip_prefix(DUPLICATE).and_then(|rest| rest.split_once('\u{0}')) {
            Some((key, _)) => Fault::new("", Code::JsonDuplicateKey).with("key", key).into(),
            None => Error::from(Fault::new("", Code::JsonInvalid).with("reason", reason)),
        }
    })
}

/// Marks our own message inside serde's error text.
const DUPLICATE: &str = "duplicate key \u{0}";

struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        if self.depth > JSON_DEPTH_MAX {
            return Err(serde::de::Error::custom("nested too deeply"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(Strict { depth: self.depth + 1 })? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Strict { depth: self.depth + 1 })?;
            if object.contains_key(&key) {
                return Err(serde::de::Error::custom(format!("{DUPLICATE}{key}\u{0}")));
            }
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

/// Canonical text of a JSON value: keys sorted, no spaces; what is hashed and compared.
pub fn canonical(value: &Json) -> String {
    let mut text = String::new();
    write_canonical(&mut text, value);
    text
}

fn write_canonical(text: &mut String, value: &Json) {
    match value {
        Json::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort();
            text.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                text.push_str(&Json::String(key.clone()).to_string());
                text.push(':');
                write_canonical(text, &object[key]);
            }
            text.push('}');
        }
        Json::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                write_canonical(text, item);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_occur_once() {
        let error = parse(br#"{"a":{"b":1,"b":2}}"#).unwrap_err();
        assert_eq!(error.code, Code::JsonDuplicateKey);
        assert!(error.to_string().contains("The key b"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = "[".repeat(5_000);
        assert_eq!(parse(deep.as_bytes()).unwrap_err().code, Code::JsonInvalid);
    }

    #[test]
    fn trailing_text_is_refused() {
        assert!(parse(b"{} x").is_err());
        assert!(parse(b"").is_err());
        assert!(parse(b"\xff").is_err());
    }

    #[test]
    fn canonical_text_sorts_keys() {
        let value = parse(br#"{"b":[1,{"d":1,"c":2}],"a":"x"}"#).unwrap();
        assert_eq!(canonical(&value), r#"{"a":"x","b":[1,{"c":2,"d":1}]}"#);
    }
}
