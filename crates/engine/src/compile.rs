//! Turns bound filters and fields into questions to the store. Only what was bound by names that
//! the actor can say gets here, so nothing is decided here.

use std::sync::Arc;

use model::filter::{Bound, Op, Quantifier, Related, Test, Through};
use model::{Entity, Field};
use store::{Column, Condition, TableName};

/// The column of a field.
pub(crate) fn column(field: &Field) -> Column {
    Column {
        name: Arc::from(field.id.as_str()),
        storage: field.kind.storage(),
        key: field.kind.keyed(),
        path: Vec::new(),
    }
}

/// The table of an entity.
pub(crate) fn table(entity: &Entity) -> TableName {
    TableName::from(entity.id.as_str())
}

/// A condition of the store that means the same as a bound filter.
pub(crate) fn condition(bound: &Bound) -> Condition {
    match bound {
        Bound::True => Condition::True,
        Bound::False => Condition::False,
        Bound::And(list) => Condition::And(list.iter().map(condition).collect()),
        Bound::Or(list) => Condition::Or(list.iter().map(condition).collect()),
        Bound::Not(inner) => Condition::Not(Box::new(condition(inner))),
        Bound::Test(test) => of_test(test),
        Bound::Through(through) => of_through(through),
        Bound::Related(related) => of_related(related),
    }
}

fn of_test(test: &Test) -> Condition {
    Condition::Test { column: column(&test.field), op: op(test.op), values: test.values.clone() }
}

fn of_through(through: &Through) -> Condition {
    Condition::Linked {
        column: column(&through.link),
        table: table(&through.target),
        condition: Box::new(condition(&through.inner)),
    }
}

fn of_related(related: &Related) -> Condition {
    Condition::Inverse {
        table: table(&related.entity),
        column: column(&related.link),
        quantifier: match related.quantifier {
            Quantifier::Some => store::Quantifier::Some,
            Quantifier::Every => store::Quantifier::Every,
            Quantifier::None => store::Quantifier::None,
        },
        condition: Box::new(condition(&related.inner)),
    }
}

fn op(op: Op) -> store::Op {
    match op {
        Op::Eq => store::Op::Eq,
        Op::Ne => store::Op::Ne,
        Op::In => store::Op::In,
        Op::NotIn => store::Op::NotIn,
        Op::Empty => store::Op::Empty,
        Op::NotEmpty => store::Op::NotEmpty,
        Op::Lt => store::Op::Lt,
        Op::Lte => store::Op::Lte,
        Op::Gt => store::Op::Gt,
        Op::Gte => store::Op::Gte,
        // `within` is bound as a range of days.
        Op::Between | Op::Within => store::Op::Between,
        Op::Contains => store::Op::Contains,
        Op::NotContains => store::Op::NotContains,
        Op::Starts => store::Op::Starts,
        Op::Ends => store::Op::Ends,
    }
}
