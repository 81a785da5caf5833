//! Where a page ended, in a form that clients can carry but not make.
//!
//! A cursor holds the values that the records are sorted by and is signed together with the
//! question that it belongs to (HMAC-SHA256, RFC 2104, cut to 128 bits).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use model::{Code, Error, Fault, Result, Uuid, Value};
use serde_json::{Value as Json, json};
use sha2::Sha256;

const TAG_BYTES: usize = 16;

/// Makes the cursor of a question.
pub(crate) fn encode(key: &[u8; 32], question: &str, values: &[Value]) -> String {
    let body = Json::Array(values.iter().map(to_json).collect()).to_string();
    let mut bytes = tag(key, question, body.as_bytes()).to_vec();
    bytes.extend_from_slice(body.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor of the same question. Errors: `cursor_invalid`.
pub(crate) fn decode(key: &[u8; 32], question: &str, cursor: &str) -> Result<Vec<Value>> {
    let invalid = || -> Error { Fault::new("cursor", Code::CursorInvalid).into() };
    if cursor.len() > 8_192 {
        return Err(invalid());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let (given, body) = bytes.split_at_checked(TAG_BYTES).ok_or_else(invalid)?;
    mac(key, question, body).verify_truncated_left(given).map_err(|_| invalid())?;
    let values: Vec<Json> = serde_json::from_slice(body).map_err(|_| invalid())?;
    values.iter().map(|value| from_json(value).ok_or_else(invalid)).collect()
}

fn mac(key: &[u8; 32], question: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(&(question.len() as u64).to_be_bytes());
    mac.update(question.as_bytes());
    mac.update(body);
    mac
}

fn tag(key: &[u8; 32], question: &str, body: &[u8]) -> [u8; TAG_BYTES] {
    let full = mac(key, question, body).finalize().into_bytes();
    let mut tag = [0; TAG_BYTES];
    tag.copy_from_slice(&full[..TAG_BYTES]);
    tag
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!({"b": value}),
        Value::Int(value) => json!({"i": value}),
        Value::Text(value) => json!({"t": value}),
        Value::Date(value) => json!({"d": value}),
        Value::Instant(value) => json!({"s": value}),
        Value::Id(value) => json!({"u": value}),
        Value::Json(value) => json!({"j": value}),
    }
}

fn from_json(value: &Json) -> Option<Value> {
    let Json::Object(object) = value else {
        return value.is_null().then_some(Value::Null);
    };
    let (kind, value) = object.iter().next()?;
    Some(match kind.as_str() {
        "b" => Value::Bool(value.as_bool()?),
        "i" => Value::Int(value.as_i64()?),
        "t" => Value::Text(value.as_str()?.to_owned()),
        "d" => Value::Date(i32::try_from(value.as_i64()?).ok()?),
        "s" => Value::Instant(value.as_i64()?),
        "u" => Value::Id(Uuid::try_parse(value.as_str()?).ok()?),
        "j" => Value::Json(value.clone()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_cursor_belongs_to_its_question() {
        let values = vec![Value::Int(5), Value::Null, Value::Id(Uuid::nil())];
        let cursor = encode(&KEY, "a", &values);
        assert_eq!(decode(&KEY, "a", &cursor).unwrap(), values);
        assert_eq!(decode(&KEY, "b", &cursor).unwrap_err().code, Code::CursorInvalid);
    }

    #[test]
    fn a_changed_cursor_is_refused() {
        let cursor = encode(&KEY, "a", &[Value::Int(5)]);
        for index in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(changed == cursor || decode(&KEY, "a", &changed).is_err());
        }
        assert!(decode(&KEY, "a", "").is_err());
    }
}
