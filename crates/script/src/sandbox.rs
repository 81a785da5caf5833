//! The box that scripts run in: the one place that makes a script engine, with every limit set. The
//! process around it (see `worker`) holds what the engine's own limits do not.

use crate::api;
use crate::cache::Cache;
use crate::explain::{self, Raised, Stop};
use crate::fault::{Bilingual, FaultKind, ScriptFault};
use crate::limits;
use crate::protocol::{CheckRequest, Done, Draft, Outcome, Problem, Profile, Request, Script};
use crate::run::{Asks, Meter, Shared};
use crate::values;
use rhai::packages::{
    BasicArrayPackage, BasicMapPackage, BasicMathPackage, CorePackage, LogicPackage,
    MoreStringPackage, Package,
};
use rhai::{AST, Array, Dynamic, Engine, EvalAltResult, ImmutableString, OptimizationLevel, Scope};
use std::rc::Rc;

/// A script engine with its state and its compiled scripts. Lives on one thread.
pub(crate) struct Sandbox {
    engine: Engine,
    shared: Shared,
    cache: Cache,
}

impl Sandbox {
    /// A sandbox that asks `host` and measures itself with `meter`.
    pub(crate) fn new(host: Box<dyn Asks>, meter: Rc<Meter>) -> Self {
        let shared = Shared::new(host, meter);
        Self { engine: confined_engine(&shared), shared, cache: Cache::default() }
    }

    /// The limits in use, read back from the engine.
    pub(crate) fn profile(&self) -> Profile {
        let engine = &self.engine;
        Profile {
            operations: engine.max_operations(),
            call_levels: engine.max_call_levels(),
            expression_depths: (engine.max_expr_depth(), engine.max_function_expr_depth()),
            functions: engine.max_functions(),
            variables: engine.max_variables(),
            string_bytes: engine.max_string_size(),
            array_items: engine.max_array_size(),
            map_items: engine.max_map_size(),
            strict_variables: engine.strict_variables(),
            strict_properties: engine.fail_on_invalid_map_property(),
        }
    }

    /// Whether the process has grown so much that it should be replaced.
    pub(crate) fn is_tired(&self) -> bool {
        self.shared.meter.resident_bytes() > limits::RESIDENT_BYTES_TIRED
    }

    /// Runs a script over all drafts of a request.
    pub(crate) fn run(&mut self, request: Request) -> Result<Done, ScriptFault> {
        let ast = self.compile(&request.script)?;
        self.engine.set_max_operations(request.limits.operations.clamp(1, limits::OPERATIONS_MAX));
        self.shared.begin(&request)?;
        let result = self.run_drafts(&request.script.name, &ast, request.drafts);
        let log = self.shared.end();
        let (outcomes, operations) = result?;
        Ok(Done { outcomes, log, operations, tired: self.is_tired() })
    }

    fn run_drafts(
        &self,
        script: &str,
        ast: &AST,
        drafts: Vec<Draft>,
    ) -> Result<(Vec<Outcome>, u64), ScriptFault> {
        let mut outcomes = Vec::with_capacity(drafts.len());
        let (mut operations, mut bytes) = (0_u64, 0);
        for (at, draft) in drafts.into_iter().enumerate() {
            self.shared.next_draft(at, draft);
            let outcome = self.run_draft(script, ast)?;
            operations = operations.saturating_add(self.shared.operations());
            bytes += weight(&outcome);
            if bytes > limits::FRAME_BYTES_MAX / 2 {
                return Err(too_much(script));
            }
            outcomes.push(outcome);
        }
        Ok((outcomes, operations))
    }

    /// Runs a script over the current draft. A deadline or a lack of memory ends the whole request,
    /// everything else only this draft.
    fn run_draft(&self, script: &str, ast: &AST) -> Result<Outcome, ScriptFault> {
        let mut scope = Scope::new();
        let result = self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, ast);
        let (record, errors) = self
            .shared
            .with(|run| (run.record.clone(), std::mem::take(&mut run.errors)))
            .map_err(|error| explain::run_fault(script, &error))?;
        if let Err(error) = &result
            && ends_everything(error)
        {
            return Err(explain::run_fault(script, error));
        }
        let changes = match result.and_then(|_| record.changes()) {
            Ok(changes) => changes,
            // What the author reported explains more than what failed after it.
            Err(error) if !errors.is_empty() && error.is_catchable() => {
                let fault = explain::run_fault(script, &error);
                let _ = self.shared.with(|run| run.print(&fault.sentence().en, fault.line));
                serde_json::Map::new()
            }
            Err(error) => {
                let fault = Some(explain::run_fault(script, &error));
                return Ok(Outcome { errors, fault, ..Outcome::default() });
            }
        };
        let outcome = Outcome { changes, errors, fault: None };
        if weight(&outcome) > limits::DRAFT_BYTES_MAX {
            return Ok(Outcome { fault: Some(too_much(script)), ..Outcome::default() });
        }
        Ok(outcome)
    }

    fn compile(&mut self, script: &Script) -> Result<Rc<AST>, ScriptFault> {
        if let Some(ast) = self.cache.get(&script.id, &script.hash) {
            return Ok(ast);
        }
        let ast = compile(&self.engine, &script.name, &script.source)?;
        Ok(self.cache.put(&script.id, &script.hash, script.source.len(), ast))
    }

    /// What is wrong with a text, without running it.
    pub(crate) fn check(&self, request: &CheckRequest) -> Vec<Problem> {
        crate::check::problems(&self.engine, request)
    }

    #[cfg(test)]
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}

/// Compiles a text in the profile of the sandbox.
pub(crate) fn compile(engine: &Engine, name: &str, source: &str) -> Result<AST, ScriptFault> {
    if source.len() > limits::SOURCE_BYTES_MAX {
        let max = limits::SOURCE_BYTES_MAX / 1024;
        let message = Bilingual::new(
            format!("The script is longer than {max} KiB."),
            format!("脚本超过 {max} KiB。"),
        );
        return Err(ScriptFault::new(FaultKind::Limit, name, message));
    }
    let mut scope = Scope::new();
    for variable in api::VARIABLES {
        scope.push_dynamic(variable, Dynamic::UNIT);
    }
    engine.compile_with_scope(&scope, source).map_err(|error| explain::syntax_fault(name, &error))
}

/// The one constructor of a script engine: nothing that reaches outside, every limit set.
fn confined_engine(shared: &Shared) -> Engine {
    let mut engine = Engine::new_raw();
    CorePackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    engine
        .set_max_operations(limits::HOOK_OPERATIONS)
        .set_max_call_levels(limits::CALL_LEVELS)
        .set_max_expr_depths(limits::EXPRESSION_DEPTHS.0, limits::EXPRESSION_DEPTHS.1)
        .set_max_functions(limits::FUNCTIONS)
        .set_max_variables(limits::VARIABLES)
        .set_max_modules(0)
        .set_max_string_size(limits::STRING_BYTES)
        .set_max_array_size(limits::ARRAY_ITEMS)
        .set_max_map_size(limits::MAP_ITEMS)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true)
        .set_optimization_level(OptimizationLevel::Simple);
    for symbol in ["eval", "import", "export"] {
        engine.disable_symbol(symbol);
    }
    deny(&mut engine);
    api::register(&mut engine, shared);
    resolve_variables(&mut engine, shared.clone());
    engine
}

/// Functions of the standard packages that a script must not have: they ignore the clock or the size
/// limits.
fn deny(engine: &mut Engine) {
    fn refused<T>(name: &str) -> Raised<T> {
        Err(explain::trouble(
            format!("{name} is not available in scripts."),
            format!("脚本中不能使用 {name}。"),
        ))
    }
    engine
        .register_fn("sleep", |_: i64| refused::<()>("sleep"))
        .register_fn("sleep", |_: rust_decimal::Decimal| refused::<()>("sleep"))
        .register_fn("pad", |_: &mut Array, _: i64, _: Dynamic| refused::<()>("pad"))
        .register_fn("pad", |_: &mut ImmutableString, _: i64, _: char| refused::<()>("pad"))
        .register_fn("pad", |_: &mut ImmutableString, _: i64, _: &str| refused::<()>("pad"));
}

/// Makes the hook's variables visible inside functions too, unless a parameter has the name.
fn resolve_variables(engine: &mut Engine, shared: Shared) {
    #[allow(
        deprecated,
        reason = "the engine marks this interface as likely to change, not as old"
    )]
    engine.on_var(move |name, _, context| {
        if api::VARIABLES.contains(&name) && !context.scope().contains(name) {
            return api::variable(&shared, name);
        }
        Ok(None)
    });
}

fn ends_everything(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => ends_everything(inner),
        EvalAltResult::ErrorTerminated(token, _) => {
            let reason = token.clone().try_cast::<Stop>();
            !matches!(reason, Some(Stop::Calls | Stop::Rows | Stop::AnswerBytes))
        }
        _ => false,
    }
}

/// Bytes that an outcome takes on its way to the host, roughly.
fn weight(outcome: &Outcome) -> usize {
    let changes: usize =
        outcome.changes.iter().map(|(name, value)| name.len() + values::size(value)).sum();
    let errors: usize = outcome
        .errors
        .iter()
        .map(|error| 32 + error.message.en.len() + error.message.zh.len())
        .sum();
    changes + errors
}

fn too_much(script: &str) -> ScriptFault {
    let message = Bilingual::new(
        "The script changes more data than one request may hold.",
        "脚本修改的数据超过一次请求的限制。",
    );
    ScriptFault::new(FaultKind::Limit, script, message)
}

#[cfg(test)]
mod tests;
