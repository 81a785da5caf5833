//! Turns a written filter into a bound one: names become fields, operands become values.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value as Json;
use uuid::Uuid;

use super::bound::{Bound, Related, Test, Through};
use super::{Filter, Op};
use crate::catalogue::Catalogue;
use crate::error::{Code, Fault};
use crate::field::{Entity, Field, Inverse, Storage};
use crate::limits::PATH_HOPS_MAX;
use crate::time::{self, Unit};
use crate::value::Value;

/// Which names there are for someone. A name that may not be seen is a name that does not exist.
pub trait Names {
    /// An entity by its machine name.
    fn entity(&self, name: &str) -> Option<Arc<Entity>>;
    /// A field of an entity by its machine name.
    fn field(&self, entity: &Entity, name: &str) -> Option<Arc<Field>>;
    /// A virtual field of an entity by its machine name.
    fn inverse(&self, entity: &Entity, name: &str) -> Option<Inverse>;
    /// What must hold of a record of the entity for it, and for the field if one is mentioned,
    /// to be seen. It is and-ed into every condition on records that are reached over a link.
    fn guard(&self, entity: &Entity, field: Option<&Field>) -> Bound;
}

/// All names of a catalogue, for rules that the house itself evaluates: row rules, conditions of
/// automations. Never for what a person asks.
pub struct Everything<'a>(pub &'a Catalogue);

impl Names for Everything<'_> {
    fn entity(&self, name: &str) -> Option<Arc<Entity>> {
        self.0.entity(name).cloned()
    }

    fn field(&self, entity: &Entity, name: &str) -> Option<Arc<Field>> {
        entity.field(name).cloned()
    }

    fn inverse(&self, entity: &Entity, name: &str) -> Option<Inverse> {
        entity.inverse(name).cloned()
    }

    fn guard(&self, _: &Entity, _: Option<&Field>) -> Bound {
        Bound::True
    }
}

/// What the variables mean.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The record of the person who asks.
    pub me: Option<Uuid>,
    /// The time of the request, in milliseconds.
    pub now: i64,
    /// The zone of the workspace, which decides what today is.
    pub zone: TimeZone,
}

impl Scope {
    /// Today in the zone of the workspace.
    pub fn today(&self) -> i32 {
        time::day_of(self.now, &self.zone)
    }
}

/// Binds a filter on an entity. Faults have paths within the filter.
pub fn bind(
    filter: &Filter,
    entity: &Arc<Entity>,
    names: &dyn Names,
    scope: &Scope,
) -> Result<Bound, Fault> {
    let list = |filters: &[Filter], key: &str| -> Result<Vec<Bound>, Fault> {
        let bind_one = |(index, filter): (usize, &Filter)| {
            bind(filter, entity, names, scope).map_err(|f| f.under(&format!("{key}/{index}")))
        };
        filters.iter().enumerate().map(bind_one).collect()
    };
    match filter {
        Filter::And(filters) => Ok(match list(filters, "and")? {
            list if list.is_empty() => Bound::True,
            list => Bound::And(list),
        }),
        Filter::Or(filters) => Ok(Bound::any(list(filters, "or")?)),
        Filter::Not(inner) => {
            let inner = bind(inner, entity, names, scope).map_err(|fault| fault.under("not"))?;
            Ok(Bound::Not(Box::new(inner)))
        }
        Filter::Test { path, op, value } => {
            bind_path(path, PATH_HOPS_MAX, *op, value, entity, names, scope)
        }
        Filter::Related { inverse, quantifier, filter } => {
            let found = names.inverse(entity, inverse).ok_or_else(|| unknown(inverse))?;
            let source = names.entity(&found.entity).ok_or_else(|| unknown(inverse))?;
            let link = names.field(&source, &found.field).ok_or_else(|| unknown(inverse))?;
            let inner = bind(filter, &source, names, scope)
                .map_err(|fault| fault.under(quantifier.name()))?;
            let guard =
                mention_guard(&source, &inner, names).and(names.guard(&source, Some(&link)));
            // `every` is about the records that can be seen; the others are not there.
            let inner = match quantifier {
                super::Quantifier::Every => Bound::any(vec![inner, Bound::Not(Box::new(guard))]),
                _ => guard.and(inner),
            };
            let quantifier = *quantifier;
            Ok(Bound::Related(Box::new(Related {
                inverse: found,
                entity: source,
                link,
                quantifier,
                inner,
            })))
        }
    }
}

fn unknown(name: &str) -> Fault {
    Fault::new("field", Code::FieldUnknown).with("field", name)
}

/// The guards of all fields that a bound filter mentions on an entity, and of the entity itself.
fn mention_guard(entity: &Entity, inner: &Bound, names: &dyn Names) -> Bound {
    let mut guard = names.guard(entity, None);
    inner.visit_fields(&mut |field| {
        guard = std::mem::take(&mut guard).and(names.guard(entity, Some(field)));
    });
    guard
}

fn bind_path(
    path: &str,
    hops_left: usize,
    op: Op,
    value: &Json,
    entity: &Arc<Entity>,
    names: &dyn Names,
    scope: &Scope,
) -> Result<Bound, Fault> {
    let Some((first, rest)) = path.split_once('.') else {
        let field = names.field(entity, path).ok_or_else(|| unknown(path))?;
        return bind_test(field, op, value, scope);
    };
    // The complement must hold of records whose link is empty, so it goes outside.
    if let Some(positive) = op.complement_of() {
        let inner = bind_path(path, hops_left, positive, value, entity, names, scope)?;
        return Ok(Bound::Not(Box::new(inner)));
    }
    let link = names.field(entity, first).ok_or_else(|| unknown(first))?;
    let target = link.kind.link().map(|link| link.to.as_str());
    let target = target.and_then(|name| names.entity(name)).filter(|_| hops_left > 0);
    let target = target.ok_or_else(|| unknown(path))?;
    let inner = bind_path(rest, hops_left - 1, op, value, &target, names, scope)?;
    let inner = mention_guard(&target, &inner, names).and(inner);
    Ok(Bound::Through(Box::new(Through { link, target, inner })))
}

fn bind_test(field: Arc<Field>, op: Op, value: &Json, scope: &Scope) -> Result<Bound, Fault> {
    if !field.kind.operators().contains(&op) {
        let names: Vec<&str> = field.kind.operators().iter().map(|op| op.name()).collect();
        return Err(Fault::new("op", Code::OperatorUnfit)
            .with_label("field", &field.label)
            .with("operator", op.name())
            .expected(names));
    }
    let operand = |input: &Json| {
        operand(&field, input, scope).map_err(|mut fault| {
            fault.path = String::new();
            fault.under("value")
        })
    };
    if let Some(test) = whole_days(&field, op, value, scope)? {
        return Ok(test);
    }
    let values = match (op, value) {
        (Op::Empty | Op::NotEmpty, _) => Vec::new(),
        (Op::In | Op::NotIn | Op::Between, Json::Array(items)) => {
            items.iter().map(operand).collect::<Result<_, _>>()?
        }
        (_, value) => vec![operand(value)?],
    };
    Ok(Bound::Test(Test { field, op, values }))
}

/// A value to compare with: a variable or a literal.
fn operand(field: &Field, input: &Json, scope: &Scope) -> Result<Value, Fault> {
    let Some(object) = input.as_object() else {
        return field.kind.operand(field, input);
    };
    let name = object.get("var").and_then(Json::as_str).filter(|_| object.len() == 1);
    let to_users = field.kind.link().is_some_and(|link| link.to == "user");
    match (name, field.kind.storage()) {
        (Some("me"), Storage::Id) if to_users || field.name == "id" => {
            // Nobody's id: matches no record.
            Ok(Value::Id(scope.me.unwrap_or_else(Uuid::nil)))
        }
        (Some("today"), Storage::Date) => Ok(Value::Date(scope.today())),
        (Some("now"), Storage::Instant) => Ok(Value::Instant(scope.now)),
        (name, _) => Err(Fault::new("", Code::VariableUnknown).with("name", name.unwrap_or("?"))),
    }
}

/// Comparisons by whole days: `within`, and an instant compared with a day.
fn whole_days(
    field: &Arc<Field>,
    op: Op,
    value: &Json,
    scope: &Scope,
) -> Result<Option<Bound>, Fault> {
    let storage = field.kind.storage();
    let day = |input: &Json| match input {
        Json::String(text) => time::parse_date(text),
        Json::Object(object) if object.get("var") == Some(&Json::from("today")) => {
            Some(scope.today())
        }
        _ => None,
    };
    let (from, to) = match (op, value) {
        (Op::Within, value) => period(value, scope.today())?,
        _ if storage != Storage::Instant => return Ok(None),
        (Op::Between, Json::Array(items)) => match (day(&items[0]), day(&items[1])) {
            (Some(from), Some(to)) => (from, to),
            _ => return Ok(None),
        },
        (_, value) => match day(value) {
            Some(day) => (day, day),
            None => return Ok(None),
        },
    };
    let bounds = |from: i32, to: i32| match storage {
        Storage::Instant => (
            Value::Instant(time::start_of_day(from, &scope.zone)),
            Value::Instant(time::start_of_day(to + 1, &scope.zone) - 1),
        ),
        _ => (Value::Date(from), Value::Date(to)),
    };
    let (first, last) = bounds(from, to);
    let test = |op, values| Bound::Test(Test { field: field.clone(), op, values });
    Ok(Some(match op {
        Op::Lt | Op::Gte => test(op, vec![first]),
        Op::Lte | Op::Gt => test(op, vec![last]),
        Op::Ne => Bound::Not(Box::new(test(Op::Between, vec![first, last]))),
        _ => test(Op::Between, vec![first, last]),
    }))
}

/// A period relative to today, as its first and last day: `{"this": unit}` is the calendar unit,
/// `{"last": n, "unit": unit}` ends today, `{"next": n, "unit": unit}` starts today.
fn period(value: &Json, today: i32) -> Result<(i32, i32), Fault> {
    let wrong = || {
        Fault::new("value", Code::ValueType)
            .with("expected", Op::Within.operand_shape())
            .expected(Op::Within.operand_shape())
    };
    let object = value.as_object().ok_or_else(wrong)?;
    let unit = |key: &str| object.get(key).and_then(Json::as_str).and_then(Unit::from_name);
    if object.len() == 1 {
        let unit = unit("this").ok_or_else(wrong)?;
        let start = unit.start(today);
        return Ok((start, unit.step(start, 1) - 1));
    }
    let unit = unit("unit").filter(|_| object.len() == 2).ok_or_else(wrong)?;
    let count = |key: &str| {
        let count = object.get(key).and_then(Json::as_i64)?;
        i32::try_from(count).ok().filter(|count| (1..=1_000).contains(count))
    };
    match (count("last"), count("next")) {
        (Some(count), None) => Ok((unit.step(today, -count) + 1, today)),
        (None, Some(count)) => Ok((today, unit.step(today, count) - 1)),
        _ => Err(wrong()),
    }
}
