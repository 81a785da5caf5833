//! The filter language: one tree for views, row permissions, conditions and API queries.
//!
//! [`Filter`] is what was written. [`Bound`] is a filter whose names are fields and whose operands
//! are values: it is evaluated here, and turned into SQL by the store. Both are two-valued: an
//! empty value matches only `empty`, `ne`, `not_in` and `not_contains`, and `not` is the exact
//! complement.

mod bind;
mod bound;
mod op;

pub use bind::{Everything, Names, Scope, bind};
pub use bound::{Bound, Quantifier, Related, Row, Test, Through};
pub use op::Op;

use serde_json::{Map, Value as Json};

use crate::error::{Code, Fault};
use crate::limits::{FILTER_DEPTH_MAX, FILTER_LEAVES_MAX, FILTER_VALUES_MAX};

/// A filter as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of these; of none, everything.
    And(Vec<Filter>),
    /// Any of these; of none, nothing.
    Or(Vec<Filter>),
    /// The complement.
    Not(Box<Filter>),
    /// A field compared with a value.
    Test {
        /// The field, or links and then a field: `account.sector`.
        path: String,
        /// How it is compared.
        op: Op,
        /// What it is compared with; `null` where the operator needs nothing.
        value: Json,
    },
    /// The records that point here.
    Related {
        /// The virtual field of the inverse.
        inverse: String,
        /// How many of them.
        quantifier: Quantifier,
        /// What they are.
        filter: Box<Filter>,
    },
}

impl Filter {
    /// Reads a filter. Faults: unknown keys and operators, too deep, too large.
    pub fn parse(input: &Json) -> Result<Filter, Fault> {
        let mut leaves = 0;
        parse_node(input, 1, &mut leaves)
    }
}

fn too_large() -> Fault {
    Fault::new("", Code::FilterTooLarge)
        .with("depth", FILTER_DEPTH_MAX)
        .with("leaves", FILTER_LEAVES_MAX)
}

fn wrong_type(path: &str, expected: &str) -> Fault {
    Fault::new(path, Code::ValueType).with("expected", expected).expected(expected)
}

fn parse_node(input: &Json, depth: usize, leaves: &mut usize) -> Result<Filter, Fault> {
    if depth > FILTER_DEPTH_MAX {
        return Err(too_large());
    }
    let object = input.as_object().ok_or_else(|| wrong_type("", "a filter object"))?;
    let only = |key: &str| match object.keys().find(|other| *other != key) {
        Some(other) => Err(Fault::new(other.as_str(), Code::KeyUnknown).with("key", other)),
        None => Ok(()),
    };
    for (key, make) in [("and", Filter::And as fn(Vec<Filter>) -> Filter), ("or", Filter::Or)] {
        if let Some(list) = object.get(key) {
            only(key)?;
            return parse_list(list, key, depth, leaves).map(make);
        }
    }
    if let Some(inner) = object.get("not") {
        only("not")?;
        let inner = parse_node(inner, depth + 1, leaves).map_err(|fault| fault.under("not"))?;
        return Ok(Filter::Not(Box::new(inner)));
    }
    *leaves += 1;
    if *leaves > FILTER_LEAVES_MAX {
        return Err(too_large());
    }
    parse_leaf(object, depth, leaves)
}

fn parse_list(
    list: &Json,
    key: &str,
    depth: usize,
    leaves: &mut usize,
) -> Result<Vec<Filter>, Fault> {
    let items = list.as_array().ok_or_else(|| wrong_type(key, "a list of filters"))?;
    let mut filters = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let filter = parse_node(item, depth + 1, leaves)
            .map_err(|fault| fault.under(&format!("{key}/{index}")))?;
        filters.push(filter);
    }
    Ok(filters)
}

fn parse_leaf(
    object: &Map<String, Json>,
    depth: usize,
    leaves: &mut usize,
) -> Result<Filter, Fault> {
    let path = match object.get("field") {
        Some(Json::String(path)) => path.clone(),
        Some(_) => return Err(wrong_type("field", "the name of a field")),
        None => {
            let key = object.keys().next().map(String::as_str).unwrap_or_default();
            return Err(Fault::new(key, Code::KeyUnknown)
                .with("key", key)
                .expected(["and", "or", "not", "field"].as_slice()));
        }
    };
    for quantifier in Quantifier::ALL {
        if let Some(inner) = object.get(quantifier.name()) {
            known_keys(object, &["field", quantifier.name()])?;
            let inner = parse_node(inner, depth + 1, leaves)
                .map_err(|fault| fault.under(quantifier.name()))?;
            return Ok(Filter::Related { inverse: path, quantifier, filter: Box::new(inner) });
        }
    }
    known_keys(object, &["field", "op", "value"])?;
    let name =
        object.get("op").and_then(Json::as_str).ok_or_else(|| wrong_type("op", "an operator"))?;
    let op = Op::from_name(name).ok_or_else(|| {
        Fault::new("op", Code::OperatorUnknown).with("operator", name).expected(Op::names())
    })?;
    let value = object.get("value").cloned().unwrap_or(Json::Null);
    check_shape(op, &value)?;
    Ok(Filter::Test { path, op, value })
}

fn known_keys(object: &Map<String, Json>, known: &[&str]) -> Result<(), Fault> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            Err(Fault::new(key.as_str(), Code::KeyUnknown).with("key", key).expected(known))
        }
        None => Ok(()),
    }
}

/// Whether the value has the shape that the operator takes: nothing, one, two or a list.
fn check_shape(op: Op, value: &Json) -> Result<(), Fault> {
    let fits = match op {
        Op::Empty | Op::NotEmpty => value.is_null(),
        Op::In | Op::NotIn => match value.as_array() {
            Some(items) if items.len() > FILTER_VALUES_MAX => return Err(too_large()),
            Some(_) => true,
            None => false,
        },
        Op::Between => value.as_array().is_some_and(|items| items.len() == 2),
        Op::Within => value.is_object(),
        _ => !value.is_null() && !value.is_array(),
    };
    if fits { Ok(()) } else { Err(wrong_type("value", op.operand_shape())) }
}

#[cfg(test)]
mod tests;
