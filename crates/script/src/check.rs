//! Finds what is wrong with a script before it runs: syntax, unknown variables, functions that do
//! not exist, fields that the entity does not have.

use crate::explain;
use crate::fault::{Bilingual, ScriptFault};
use crate::protocol::{CheckRequest, EntityShape, Problem, Severity};
use crate::sandbox::compile;
use rhai::{AST, ASTNode, Engine, Expr, FnCallExpr, Position, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// Most problems that one check reports.
const PROBLEMS_MAX: usize = 50;

/// Names that the language itself knows as functions, with how many values they take at most.
const BUILT_IN: [(&str, usize); 11] = [
    ("print", 1),
    ("debug", 1),
    ("type_of", 1),
    ("Fn", 1),
    ("call", 99),
    ("curry", 99),
    ("is_shared", 1),
    ("is_def_var", 1),
    ("is_def_fn", 2),
    ("is_def_fn", 3),
    ("this", 0),
];

/// The problems of a text, by place; empty when it is fine.
pub(crate) fn problems(engine: &Engine, request: &CheckRequest) -> Vec<Problem> {
    let ast = match compile(engine, "", &request.source) {
        Ok(ast) => ast,
        Err(fault) => return vec![of_fault(fault)],
    };
    let mut review = Review {
        functions: known_functions(engine, &ast),
        entity: request.entity.as_deref(),
        problems: Vec::new(),
    };
    ast.walk(&mut |path: &[ASTNode]| {
        if let Some(node) = path.last() {
            review.node(node);
        }
        review.problems.len() < PROBLEMS_MAX
    });
    let mut problems = review.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    problems
}

fn of_fault(fault: ScriptFault) -> Problem {
    Problem {
        line: fault.line.unwrap_or(1),
        column: fault.column.unwrap_or(1),
        severity: Severity::Error,
        message: fault.message,
    }
}

/// Every function that the script can call: name to the numbers of values it takes.
fn known_functions(engine: &Engine, ast: &AST) -> BTreeMap<String, BTreeSet<usize>> {
    let mut known: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (name, count) in surface(engine) {
        known.entry(name).or_default().insert(count);
    }
    for function in ast.iter_functions() {
        known.entry(function.name.to_owned()).or_default().insert(function.params.len());
    }
    for (name, count) in BUILT_IN {
        known.entry(name.to_owned()).or_default().insert(count);
    }
    known
}

/// Every registered function with the number of values it takes.
pub(crate) fn surface(engine: &Engine) -> BTreeSet<(String, usize)> {
    let functions = engine.collect_fn_metadata(
        None,
        |info| Some((info.metadata.name.to_string(), info.metadata.num_params)),
        true,
    );
    functions.into_iter().collect()
}

struct Review<'a> {
    functions: BTreeMap<String, BTreeSet<usize>>,
    entity: Option<&'a EntityShape>,
    problems: Vec<Problem>,
}

impl Review<'_> {
    fn node(&mut self, node: &ASTNode) {
        match node {
            ASTNode::Expr(Expr::FnCall(call, position))
            | ASTNode::Stmt(Stmt::FnCall(call, position)) => self.call(call, *position),
            ASTNode::Expr(Expr::MethodCall(call, position)) => self.method(call, *position),
            ASTNode::Expr(Expr::Dot(pair, ..) | Expr::Index(pair, ..)) => {
                self.field_of(&pair.lhs, &pair.rhs, false);
            }
            ASTNode::Stmt(Stmt::Assignment(assignment)) => {
                if let Expr::Dot(pair, ..) | Expr::Index(pair, ..) = &assignment.1.lhs {
                    self.field_of(&pair.lhs, &pair.rhs, true);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) {
        if call.op_token.is_some() || !call.namespace.is_empty() {
            return;
        }
        let name = call.name.as_str();
        let given = call.args.len();
        match self.functions.get(name) {
            None => self.unknown_function(name, position, Severity::Error),
            Some(_) if matches!(name, "call" | "curry") => {}
            Some(counts) if !counts.contains(&given) => {
                let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
                let (en, zh) = (counts.join(" or "), counts.join(" 或 "));
                let message = Bilingual::new(
                    format!("{name} takes {en} values, not {given}."),
                    format!("{name} 需要 {zh} 个参数，而不是 {given} 个。"),
                );
                self.add(position, Severity::Error, message);
            }
            Some(_) => {}
        }
        if let ("fail", 2) | ("changed", 1) = (name, given)
            && let Some(Expr::StringConstant(field, at)) = call.args.first()
        {
            self.field(field, *at, false);
        }
    }

    fn method(&mut self, call: &FnCallExpr, position: Position) {
        // A property that holds a function is called like a method, so this may still be right.
        if call.op_token.is_none() && !self.functions.contains_key(call.name.as_str()) {
            self.unknown_function(call.name.as_str(), position, Severity::Warning);
        }
    }

    fn unknown_function(&mut self, name: &str, position: Position, severity: Severity) {
        let mut message = Bilingual::new(
            format!("There is no function called {name}."),
            format!("没有名为 {name} 的函数。"),
        );
        if let Some(similar) = nearest(name, self.functions.keys().map(String::as_str)) {
            message.en.push_str(&format!(" Did you mean {similar}?"));
            message.zh.push_str(&format!("您是指 {similar} 吗？"));
        }
        self.add(position, severity, message);
    }

    /// `record.name`, `old.name`, `record["name"]`.
    fn field_of(&mut self, owner: &Expr, part: &Expr, set: bool) {
        let Expr::Variable(variable, ..) = owner else { return };
        if !matches!(variable.1.as_str(), "record" | "old") {
            return;
        }
        // In a chain like `record.account.name` the first part is what belongs to the record.
        let (first, further) = match part {
            Expr::Dot(pair, ..) | Expr::Index(pair, ..) => (&pair.lhs, true),
            other => (other, false),
        };
        match first {
            Expr::Property(property, position) => {
                self.field(&property.2, *position, set && !further)
            }
            Expr::StringConstant(name, position) => self.field(name, *position, set && !further),
            _ => {}
        }
    }

    fn field(&mut self, name: &str, position: Position, set: bool) {
        let Some(entity) = self.entity else { return };
        match entity.fields.iter().find(|field| field.name == name) {
            Some(field) if set && !field.writable => {
                let message = Bilingual::new(
                    format!("{name} cannot be set by a script."),
                    format!("脚本不能设置 {name}。"),
                );
                self.add(position, Severity::Error, message);
            }
            Some(_) => {}
            None => {
                let owner = &entity.name;
                let mut message = Bilingual::new(
                    format!("{owner} has no field called {name}."),
                    format!("{owner} 没有名为 {name} 的字段。"),
                );
                let names = entity.fields.iter().map(|field| field.name.as_str());
                if let Some(similar) = nearest(name, names) {
                    message.en.push_str(&format!(" Did you mean {similar}?"));
                    message.zh.push_str(&format!("您是指 {similar} 吗？"));
                }
                self.add(position, Severity::Error, message);
            }
        }
    }

    fn add(&mut self, position: Position, severity: Severity, message: Bilingual) {
        let (line, column) = explain::place(position);
        self.problems.push(Problem {
            line: line.unwrap_or(1),
            column: column.unwrap_or(1),
            severity,
            message,
        });
    }
}

/// The name that differs least, if it differs little.
fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = if name.chars().count() <= 4 { 1 } else { 2 };
    names
        .filter(|other| other.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// Edits (insert, drop, replace) that turn one name into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_slip_of_the_finger_are_recognised() {
        assert_eq!(distance("amoutn", "amount"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(nearest("amoutn", ["amount", "account"].into_iter()), Some("amount"));
        assert_eq!(nearest("xyz", ["amount", "account"].into_iter()), None);
    }
}
