//! Conditions as SQL, two-valued: `Not` is pushed down to the tests, and each test has a negation
//! of its own, so that an empty value never makes an answer unknown.

use model::{Value, fold, text_key};
use sea_query::{Expr, ExprTrait, Query};

use super::{Maker, Part, Scope, call, col, literal, truth};
use crate::fault::Fault;
use crate::plan::{Column, Condition, Op, Quantifier, TableName};

/// Greater than every character that a text can hold, so `prefix + LAST` ends a range.
const LAST: char = '\u{10FFFF}';

impl Maker<'_> {
    /// A condition, or its exact complement when it is not `wanted`. The result may be unknown
    /// only where it is not true.
    pub(super) fn condition(
        &mut self,
        scope: &mut Scope,
        condition: &Condition,
        wanted: bool,
    ) -> Result<Expr, Fault> {
        match condition {
            Condition::True => Ok(truth(wanted)),
            Condition::False => Ok(truth(!wanted)),
            Condition::Not(inner) => self.condition(scope, inner, !wanted),
            Condition::And(all) => self.chain(scope, all, wanted, wanted),
            Condition::Or(any) => self.chain(scope, any, wanted, !wanted),
            Condition::Test { column, op, values } => self.test(scope, column, *op, values, wanted),
            Condition::Linked { column, table, condition } => {
                let link = self.column(scope, column, Part::Text);
                self.exists(table, "id", link, condition, true, wanted)
            }
            Condition::Inverse { table, column, quantifier, condition } => {
                let (inner, found) = match quantifier {
                    Quantifier::Some => (true, true),
                    Quantifier::Every => (false, false),
                    Quantifier::None => (true, false),
                };
                let id = col(&scope.alias, "id");
                self.exists(table, &column.name, id, condition, inner, found == wanted)
            }
        }
    }

    /// Conditions joined by `and` or `or`.
    fn chain(
        &mut self,
        scope: &mut Scope,
        conditions: &[Condition],
        wanted: bool,
        all: bool,
    ) -> Result<Expr, Fault> {
        let mut joined: Option<Expr> = None;
        for condition in conditions {
            let next = self.condition(scope, condition, wanted)?;
            joined = Some(match joined {
                None => next,
                Some(before) if all => before.and(next),
                Some(before) => before.or(next),
            });
        }
        Ok(joined.unwrap_or_else(|| truth(all)))
    }

    /// Whether a row of another table exists (or not, when it is not `found`) whose `column`
    /// equals `key` and for which the condition has the truth `inner`.
    fn exists(
        &mut self,
        table: &TableName,
        column: &str,
        key: Expr,
        condition: &Condition,
        inner: bool,
        found: bool,
    ) -> Result<Expr, Fault> {
        let mut scope = self.scope(table);
        let inner = self.condition(&mut scope, condition, inner)?;
        let mut statement = Query::select();
        statement.expr(literal(1));
        self.from(&mut statement, &scope);
        statement.and_where(col(&scope.alias, column).eq(key)).and_where(inner);
        Ok(if found { Expr::exists(statement) } else { Expr::not_exists(statement) })
    }

    fn test(
        &mut self,
        scope: &mut Scope,
        column: &Column,
        op: Op,
        values: &[Value],
        wanted: bool,
    ) -> Result<Expr, Fault> {
        let (op, positive) = match op {
            Op::Ne => (Op::Eq, false),
            Op::NotIn => (Op::In, false),
            Op::NotEmpty => (Op::Empty, false),
            Op::NotContains => (Op::Contains, false),
            other => (other, true),
        };
        let positive = positive == wanted;
        let itself = self.column(scope, column, Part::Text);
        if op == Op::Empty {
            return Ok(if positive { itself.is_null() } else { itself.is_not_null() });
        }
        Ok(match (self.positive(scope, column, op, values)?, positive) {
            (Some(test), true) => test,
            (Some(test), false) => itself.is_null().or(test.not()),
            (None, positive) => truth(!positive),
        })
    }

    /// A test that holds or does not for every value, and is unknown for an empty one. `None`
    /// when no value can satisfy it.
    fn positive(
        &mut self,
        scope: &mut Scope,
        column: &Column,
        op: Op,
        values: &[Value],
    ) -> Result<Option<Expr>, Fault> {
        if op == Op::In {
            let keys: Vec<Value> =
                values.iter().filter(|v| !v.is_null()).map(|v| compared(column, v)).collect();
            if keys.is_empty() {
                return Ok(None);
            }
            let keys: Vec<Expr> = keys.into_iter().map(|key| self.bind(key)).collect();
            return Ok(Some(self.column(scope, column, Part::Key).is_in(keys)));
        }
        let expected = if op == Op::Between { 2 } else { 1 };
        if values.len() != expected {
            return Err(Fault::Invalid("a test has the wrong number of values"));
        }
        if values.iter().any(Value::is_null) {
            return Ok(None);
        }
        if matches!(op, Op::Contains | Op::Starts | Op::Ends) {
            let needle =
                values[0].as_text().ok_or(Fault::Invalid("only text contains, starts or ends"))?;
            return Ok(Some(self.text_test(scope, column, op, needle)));
        }
        let key = self.column(scope, column, Part::Key);
        let value = self.bind(compared(column, &values[0]));
        Ok(Some(match op {
            Op::Eq => key.eq(value),
            Op::Lt => key.lt(value),
            Op::Lte => key.lte(value),
            Op::Gt => key.gt(value),
            Op::Gte => key.gte(value),
            _ => {
                let last = self.bind(compared(column, &values[1]));
                key.clone().gte(value).and(key.lte(last))
            }
        }))
    }

    fn text_test(&mut self, scope: &mut Scope, column: &Column, op: Op, needle: &str) -> Expr {
        let folded = fold(needle);
        if folded.is_empty() {
            return self.column(scope, column, Part::Text).is_not_null();
        }
        let length = self.bind(Value::Int(folded.chars().count() as i64));
        let count = if self.sqlite() { length } else { length.cast_as("integer") };
        let text = self.column(scope, column, Part::Folded);
        let folded = self.bind(Value::Text(folded));
        match (op, self.sqlite()) {
            (Op::Contains, true) => call("instr", [text, folded]).gt(literal(0)),
            (Op::Contains, false) => call("strpos", [text, folded]).gt(literal(0)),
            (Op::Starts, _) => {
                let starts = call("substr", [text, literal(1), count]).eq(folded);
                self.key_range(scope, column, needle, starts)
            }
            (_, true) => call("substr", [text, literal(0).sub(count)]).eq(folded),
            (_, false) => call("right", [text, count]).eq(folded),
        }
    }

    /// Adds to the test of a beginning what its key must be like: a range that an index serves.
    fn key_range(
        &mut self,
        scope: &mut Scope,
        column: &Column,
        needle: &str,
        starts: Expr,
    ) -> Expr {
        if !column.key {
            return starts;
        }
        let prefix = model::text::key_prefix(needle);
        let key = self.column(scope, column, Part::Key);
        let last = self.bind(Value::Text(format!("{prefix}{LAST}")));
        let first = self.bind(Value::Text(prefix));
        key.clone().gte(first).and(key.lt(last)).and(starts)
    }
}

/// What a value is compared by in a column.
pub(super) fn compared(column: &Column, value: &Value) -> Value {
    match value {
        Value::Text(text) if column.key => Value::Text(text_key(text)),
        other => other.clone(),
    }
}
