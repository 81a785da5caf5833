//! A filter whose names are fields and whose operands are values, and its meaning in memory.

use std::sync::Arc;

use uuid::Uuid;

use super::Op;
use crate::field::{Entity, Field, Inverse};
use crate::text::{fold, text_key};
use crate::value::Value;

/// How many of the related records must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// All, and so also when there is none.
    Every,
    /// None.
    None,
}

impl Quantifier {
    /// All of them.
    pub const ALL: [Quantifier; 3] = [Quantifier::Some, Quantifier::Every, Quantifier::None];

    /// The key in filters.
    pub fn name(self) -> &'static str {
        match self {
            Quantifier::Some => "some",
            Quantifier::Every => "every",
            Quantifier::None => "none",
        }
    }
}

/// A filter that is ready to be evaluated.
#[derive(Debug, Clone, Default)]
pub enum Bound {
    /// Everything.
    #[default]
    True,
    /// Nothing.
    False,
    /// All of these.
    And(Vec<Bound>),
    /// Any of these.
    Or(Vec<Bound>),
    /// The complement.
    Not(Box<Bound>),
    /// One field compared.
    Test(Test),
    /// The record behind a link matches; an empty link does not.
    Through(Box<Through>),
    /// The records that point here match.
    Related(Box<Related>),
}

/// One field compared with values.
#[derive(Debug, Clone)]
pub struct Test {
    /// The field.
    pub field: Arc<Field>,
    /// How it is compared; never [`Op::Within`], which becomes [`Op::Between`].
    pub op: Op,
    /// None, one, two or a list of values, as the operator takes.
    pub values: Vec<Value>,
}

/// A condition on the record behind a link.
#[derive(Debug, Clone)]
pub struct Through {
    /// The link.
    pub link: Arc<Field>,
    /// The entity it points to.
    pub target: Arc<Entity>,
    /// What the record there is.
    pub inner: Bound,
}

/// A condition on the records that point here.
#[derive(Debug, Clone)]
pub struct Related {
    /// The virtual field.
    pub inverse: Inverse,
    /// The entity whose records point here.
    pub entity: Arc<Entity>,
    /// The link there.
    pub link: Arc<Field>,
    /// How many of them.
    pub quantifier: Quantifier,
    /// What they are.
    pub inner: Bound,
}

/// A record as the evaluation in memory sees it.
pub trait Row {
    /// The value of a field.
    fn value(&self, field: &Field) -> &Value;
    /// Whether the record behind a link matches.
    fn through(&self, through: &Through, id: Uuid) -> bool;
    /// Whether the records that point here match.
    fn related(&self, related: &Related) -> bool;
}

impl Bound {
    /// Both.
    pub fn and(self, other: Bound) -> Bound {
        match (self, other) {
            (Bound::True, other) | (other, Bound::True) => other,
            (Bound::False, _) | (_, Bound::False) => Bound::False,
            (Bound::And(mut list), other) => {
                list.push(other);
                Bound::And(list)
            }
            (first, second) => Bound::And(vec![first, second]),
        }
    }

    /// Any of a list; `True` swallows the rest.
    pub fn any(list: Vec<Bound>) -> Bound {
        if list.iter().any(|bound| matches!(bound, Bound::True)) {
            return Bound::True;
        }
        let mut rest: Vec<Bound> =
            list.into_iter().filter(|bound| !matches!(bound, Bound::False)).collect();
        match rest.len() {
            0 => Bound::False,
            1 => rest.remove(0),
            _ => Bound::Or(rest),
        }
    }

    /// Whether it is true of every record.
    pub fn is_true(&self) -> bool {
        matches!(self, Bound::True)
    }

    /// Whether a record matches.
    pub fn matches(&self, row: &dyn Row) -> bool {
        match self {
            Bound::True => true,
            Bound::False => false,
            Bound::And(list) => list.iter().all(|bound| bound.matches(row)),
            Bound::Or(list) => list.iter().any(|bound| bound.matches(row)),
            Bound::Not(inner) => !inner.matches(row),
            Bound::Test(test) => test.matches(row.value(&test.field)),
            Bound::Through(through) => match row.value(&through.link).as_id() {
                Some(id) => row.through(through, id),
                None => false,
            },
            Bound::Related(related) => row.related(related),
        }
    }

    /// Visits the fields of the record itself that the filter mentions.
    pub fn visit_fields(&self, visit: &mut dyn FnMut(&Arc<Field>)) {
        match self {
            Bound::True | Bound::False | Bound::Related(_) => {}
            Bound::And(list) | Bound::Or(list) => {
                list.iter().for_each(|bound| bound.visit_fields(visit));
            }
            Bound::Not(inner) => inner.visit_fields(visit),
            Bound::Test(test) => visit(&test.field),
            Bound::Through(through) => visit(&through.link),
        }
    }

    /// Visits the conditions that need other records.
    pub fn visit_through<'a>(&'a self, visit: &mut dyn FnMut(&'a Through)) {
        match self {
            Bound::And(list) | Bound::Or(list) => {
                list.iter().for_each(|bound| bound.visit_through(visit));
            }
            Bound::Not(inner) => inner.visit_through(visit),
            Bound::Through(through) => visit(through),
            _ => {}
        }
    }

    /// Visits the conditions on records that point here.
    pub fn visit_related<'a>(&'a self, visit: &mut dyn FnMut(&'a Related)) {
        match self {
            Bound::And(list) | Bound::Or(list) => {
                list.iter().for_each(|bound| bound.visit_related(visit));
            }
            Bound::Not(inner) => inner.visit_related(visit),
            Bound::Related(related) => visit(related),
            _ => {}
        }
    }
}

impl Test {
    /// Whether a value matches. The two databases mean exactly this.
    pub fn matches(&self, value: &Value) -> bool {
        if value.is_null() {
            return matches!(self.op, Op::Empty | Op::Ne | Op::NotIn | Op::NotContains);
        }
        let keyed = self.field.kind.keyed();
        let equal = |other: &Value| match (value, other) {
            (Value::Text(a), Value::Text(b)) if keyed => text_key(a) == text_key(b),
            (a, b) => a == b,
        };
        let compare = |index: usize| self.values.get(index).map(|other| value.compare(other));
        let text = || fold(value.as_text().unwrap_or_default());
        let needle = || fold(self.values.first().and_then(Value::as_text).unwrap_or_default());
        match self.op {
            Op::Empty => false,
            Op::NotEmpty => true,
            Op::Eq | Op::In => self.values.iter().any(equal),
            Op::Ne | Op::NotIn => !self.values.iter().any(equal),
            Op::Lt => compare(0).is_some_and(|order| order.is_lt()),
            Op::Lte => compare(0).is_some_and(|order| order.is_le()),
            Op::Gt => compare(0).is_some_and(|order| order.is_gt()),
            Op::Gte => compare(0).is_some_and(|order| order.is_ge()),
            Op::Between | Op::Within => {
                compare(0).is_some_and(|order| order.is_ge())
                    && compare(1).is_some_and(|order| order.is_le())
            }
            Op::Contains => text().contains(&needle()),
            Op::NotContains => !text().contains(&needle()),
            Op::Starts => text().starts_with(&needle()),
            Op::Ends => text().ends_with(&needle()),
        }
    }
}
