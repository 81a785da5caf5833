//! Values on their way between JSON and scripts. A decimal is a string in JSON and an exact decimal
//! in a script, a day and a moment are types of their own; nothing ever becomes a binary fraction.

use crate::dates::{Day, Moment};
use crate::explain::{Raised, trouble};
use crate::fault::Bilingual;
use crate::limits;
use crate::protocol::{FieldShape, Kind};
use crate::record::Record;
use rhai::{Array, Dynamic, Map};
use rust_decimal::Decimal;
use serde_json::{Number, Value};
use std::str::FromStr;

/// A JSON value of a field as a script sees it. A value that does not look like its kind (which the
/// host never sends) is handed over as it is.
pub(crate) fn decode(field: &FieldShape, value: &Value) -> Dynamic {
    match (field.kind, value) {
        (Kind::Decimal, Value::String(text)) => exact(text).map(Dynamic::from_decimal),
        (Kind::Decimal, Value::Number(number)) => {
            exact(&number.to_string()).map(Dynamic::from_decimal)
        }
        (Kind::Date, Value::String(text)) => Day::parse(text).map(Dynamic::from),
        (Kind::Instant, Value::String(text)) => Moment::parse(text).map(Dynamic::from),
        _ => None,
    }
    .unwrap_or_else(|| plain(value))
}

/// Any JSON value as a script sees it.
pub(crate) fn plain(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => Dynamic::from_bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Dynamic::from_int(whole),
            None => {
                let text = number.to_string();
                exact(&text).map_or_else(|| text.into(), Dynamic::from_decimal)
            }
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => Dynamic::from_array(items.iter().map(plain).collect()),
        Value::Object(entries) => Dynamic::from_map(
            entries
                .iter()
                .map(|(name, value)| (name.as_str().into(), plain(value)))
                .collect::<Map>(),
        ),
    }
}

/// The decimal that a text spells, if it has no more digits than a decimal holds.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text)
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok().filter(|_| text.contains(['e', 'E'])))
}

/// A value that a script assigns to a field, brought to the field's kind, or the reason why not.
pub(crate) fn coerce(field: &FieldShape, value: Dynamic) -> Raised<Dynamic> {
    let value = value.flatten();
    if value.is_unit() {
        return Ok(value);
    }
    let converted = match field.kind {
        Kind::Bool => value.is_bool().then(|| value.clone()),
        Kind::Integer => whole(&value).map(Dynamic::from_int),
        Kind::Decimal => return decimal(field, &value).map(Dynamic::from_decimal),
        Kind::Text => text(&value),
        Kind::Date => day(&value).map(Dynamic::from),
        Kind::Instant => moment(&value).map(Dynamic::from),
        Kind::Id => identity(&value),
        Kind::Json => {
            to_json(&value)?;
            Some(value.clone())
        }
    };
    converted.ok_or_else(|| unfit(field, &value))
}

/// The JSON form of a field's value, which [`coerce`] or [`decode`] made.
pub(crate) fn encode(field: &FieldShape, value: &Dynamic) -> Raised<Value> {
    if field.kind == Kind::Decimal
        && let Ok(mut number) = value.as_decimal()
    {
        number.rescale(u32::from(field.scale));
        return Ok(Value::String(number.to_string()));
    }
    to_json(value)
}

/// Any value of a script as JSON, within the bounds of depth and size.
pub(crate) fn to_json(value: &Dynamic) -> Raised<Value> {
    let mut budget = limits::DRAFT_BYTES_MAX;
    convert(value, limits::VALUE_DEPTH_MAX, &mut budget)
}

fn convert(value: &Dynamic, depth: usize, budget: &mut usize) -> Raised<Value> {
    if depth == 0 {
        let max = limits::VALUE_DEPTH_MAX;
        return Err(trouble(
            format!("The value is nested deeper than {max} levels."),
            format!("该值嵌套超过 {max} 层。"),
        ));
    }
    spend(budget, 8)?;
    if value.is_unit() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.as_bool() {
        Ok(Value::Bool(flag))
    } else if let Ok(whole) = value.as_int() {
        Ok(Value::Number(whole.into()))
    } else if let Ok(decimal) = value.as_decimal() {
        Ok(number(decimal))
    } else if let Ok(text) = value.as_immutable_string_ref() {
        spend(budget, text.len())?;
        Ok(Value::String(text.to_string()))
    } else if let Ok(character) = value.as_char() {
        Ok(Value::String(character.to_string()))
    } else if let Ok(items) = value.as_array_ref() {
        items.iter().map(|item| convert(item, depth - 1, budget)).collect()
    } else if let Ok(entries) = value.as_map_ref() {
        let mut object = serde_json::Map::with_capacity(entries.len());
        for (name, item) in entries.iter() {
            spend(budget, name.len())?;
            object.insert(name.to_string(), convert(item, depth - 1, budget)?);
        }
        Ok(Value::Object(object))
    } else if let Some(day) = value.read_lock::<Day>() {
        Ok(Value::String(day.to_string()))
    } else if let Some(moment) = value.read_lock::<Moment>() {
        Ok(Value::String(moment.to_string()))
    } else if let Some(record) = value.read_lock::<Record>() {
        Ok(record.id())
    } else {
        let kind = value.type_name();
        Err(trouble(
            format!("A value of type {kind} cannot be stored."),
            format!("类型为 {kind} 的值不能存储。"),
        ))
    }
}

fn spend(budget: &mut usize, bytes: usize) -> Raised<()> {
    *budget = budget
        .checked_sub(bytes)
        .ok_or_else(|| trouble("The value is larger than 1 MiB.", "该值超过 1 MiB。"))?;
    Ok(())
}

/// A decimal in free JSON: a number where a reader of JSON gets back the same digits, else text.
fn number(decimal: Decimal) -> Value {
    let digits = decimal.normalize();
    if digits.scale() == 0
        && let Ok(whole) = i64::try_from(digits.mantissa())
    {
        return Value::Number(whole.into());
    }
    let text = digits.to_string();
    let short = digits.mantissa().unsigned_abs() < 1_000_000_000_000_000;
    let number = if short { Number::from_str(&text).ok() } else { None };
    number.map_or(Value::String(text), Value::Number)
}

fn whole(value: &Dynamic) -> Option<i64> {
    if let Ok(whole) = value.as_int() {
        return Some(whole);
    }
    let decimal = value.as_decimal().ok()?.normalize();
    if decimal.scale() == 0 { i64::try_from(decimal.mantissa()).ok() } else { None }
}

fn decimal(field: &FieldShape, value: &Dynamic) -> Raised<Decimal> {
    let decimal = if let Ok(decimal) = value.as_decimal() {
        Some(decimal)
    } else if let Ok(whole) = value.as_int() {
        Some(Decimal::from(whole))
    } else {
        value.as_immutable_string_ref().ok().and_then(|text| exact(&text))
    };
    let decimal = decimal.ok_or_else(|| unfit(field, value))?;
    let scale = u32::from(field.scale);
    if decimal.normalize().scale() > scale {
        let name = &field.name;
        return Err(trouble(
            format!(
                "{name} has {scale} digits after the point; round first: round(value, {scale})."
            ),
            format!("{name} 只有 {scale} 位小数，请先取整：round(value, {scale})。"),
        ));
    }
    Ok(decimal)
}

fn text(value: &Dynamic) -> Option<Dynamic> {
    if value.is_string() {
        return Some(value.clone());
    }
    value.as_char().ok().map(|character| character.to_string().into())
}

fn day(value: &Dynamic) -> Option<Day> {
    if let Some(day) = value.read_lock::<Day>() {
        return Some(*day);
    }
    value.as_immutable_string_ref().ok().and_then(|text| Day::parse(&text))
}

fn moment(value: &Dynamic) -> Option<Moment> {
    if let Some(moment) = value.read_lock::<Moment>() {
        return Some(*moment);
    }
    value.as_immutable_string_ref().ok().and_then(|text| Moment::parse(&text))
}

fn identity(value: &Dynamic) -> Option<Dynamic> {
    if value.is_string() {
        return Some(value.clone());
    }
    let record = value.read_lock::<Record>()?;
    record.id().as_str().map(Into::into)
}

fn unfit(field: &FieldShape, value: &Dynamic) -> Box<rhai::EvalAltResult> {
    let name = &field.name;
    let (en, zh) = match field.kind {
        Kind::Bool => ("true or false", "true 或 false"),
        Kind::Integer => ("a whole number", "整数"),
        Kind::Decimal => ("a number", "数字"),
        Kind::Text => ("a text; to_string() makes one", "文本，可用 to_string() 转换"),
        Kind::Date => ("a date: date(\"2026-01-31\")", "日期，例如 date(\"2026-01-31\")"),
        Kind::Instant => (
            "a moment: instant(\"2026-01-31T08:00:00Z\")",
            "时刻，例如 instant(\"2026-01-31T08:00:00Z\")",
        ),
        Kind::Id => ("a record or its id", "记录或其 ID"),
        Kind::Json => ("a value that JSON can hold", "JSON 可表示的值"),
    };
    let shown = cut(&shown(value), 80);
    trouble(
        format!("{name} needs {en}, not {shown}."),
        format!("{name} 需要{zh}，而不是 {shown}。"),
    )
}

/// A short form of a value for messages.
fn shown(value: &Dynamic) -> String {
    match value.as_immutable_string_ref() {
        Ok(text) => format!("\"{}\"", cut(&text, 60)),
        Err(_) if value.is_array() => "an array".to_owned(),
        Err(_) if value.is_map() => "a map".to_owned(),
        Err(_) => value.to_string(),
    }
}

/// A message that a script gives: a text, or a map with one or both languages.
pub(crate) fn bilingual(value: &Dynamic) -> Option<Bilingual> {
    let map = value.as_map_ref().ok()?;
    if map.keys().any(|key| key != "en" && key != "zh-CN") {
        return None;
    }
    let get = |key: &str| {
        let text = map.get(key)?.as_immutable_string_ref().ok()?;
        Some(cut(&text, limits::MESSAGE_BYTES_MAX))
    };
    match (get("en"), get("zh-CN")) {
        (Some(en), Some(zh)) => Some(Bilingual::new(en, zh)),
        (Some(text), None) | (None, Some(text)) => Some(Bilingual::same(text)),
        (None, None) => None,
    }
}

/// Bytes that a value takes in a message, roughly.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => 8 + text.len(),
        Value::Array(items) => 8 + items.iter().map(size).sum::<usize>(),
        Value::Object(entries) => {
            8 + entries.iter().map(|(name, v)| name.len() + size(v)).sum::<usize>()
        }
    }
}

/// The text up to `bytes`, cut between characters.
pub(crate) fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", &text[..end])
}

/// The texts of an array, for lists of names.
pub(crate) fn texts(items: &Array) -> Option<Vec<String>> {
    items
        .iter()
        .map(|item| item.as_immutable_string_ref().ok().map(|text| text.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn through(field: &FieldShape, value: Value) -> Value {
        let decoded = decode(field, &value);
        encode(field, &coerce(field, decoded).expect("what was decoded fits")).expect("JSON")
    }

    #[test]
    fn every_kind_survives_the_way_through_a_script() {
        let cases = [
            (FieldShape::new("f", Kind::Bool), json!(true)),
            (FieldShape::new("f", Kind::Integer), json!(-9_007_199_254_740_991_i64)),
            (FieldShape::decimal("f", 2), json!("12.50")),
            (FieldShape::decimal("f", 4), json!("-922337203685477.5807")),
            (FieldShape::new("f", Kind::Text), json!("金额")),
            (FieldShape::new("f", Kind::Date), json!("2028-02-29")),
            (FieldShape::new("f", Kind::Instant), json!("2026-11-29T11:30:00.123Z")),
            (FieldShape::new("f", Kind::Id), json!("019a-1")),
            (FieldShape::new("f", Kind::Json), json!({"a": [1, null, {"b": 0.1}], "c": "x"})),
            (FieldShape::new("f", Kind::Text), Value::Null),
        ];
        for (field, value) in cases {
            assert_eq!(through(&field, value.clone()), value, "{:?}", field.kind);
        }
    }

    #[test]
    fn a_decimal_with_more_digits_than_its_field_is_refused_and_not_rounded() {
        let field = FieldShape::decimal("amount", 2);
        assert!(coerce(&field, Dynamic::from_decimal(Decimal::new(12_345, 3))).is_err());
        assert!(coerce(&field, Dynamic::from_decimal(Decimal::new(12_340, 3))).is_ok());
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused() {
        let text: Dynamic = "soon".into();
        for kind in [Kind::Bool, Kind::Integer, Kind::Decimal, Kind::Date, Kind::Instant] {
            assert!(coerce(&FieldShape::new("f", kind), text.clone()).is_err(), "{kind:?}");
        }
        for kind in [Kind::Text, Kind::Id, Kind::Date] {
            assert!(coerce(&FieldShape::new("f", kind), Dynamic::from_int(1)).is_err(), "{kind:?}");
        }
    }

    #[test]
    fn a_value_that_is_too_deep_or_too_large_is_refused() {
        let mut deep = Dynamic::UNIT;
        for _ in 0..limits::VALUE_DEPTH_MAX {
            deep = Dynamic::from_array(vec![deep]);
        }
        assert!(to_json(&deep).is_err());
        let large: Dynamic = "x".repeat(limits::DRAFT_BYTES_MAX).into();
        assert!(to_json(&large).is_err());
    }

    #[test]
    fn a_cut_text_never_breaks_a_character() {
        assert_eq!(cut("金额", 4), "金…");
        assert_eq!(cut("ab", 2), "ab");
    }
}
