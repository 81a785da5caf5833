//! Scripts as their authors meet them: checked as one types, with completions.

use std::sync::Arc;

use model::document::Capability;
use model::{Code, Error, Fault, Result};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::records::script_shape;

/// Checks a source: `{source, hook, entity}` → `{problems: [{line, column, severity, message}]}`.
pub async fn check(context: &Context, body: &Json) -> Result<Json> {
    context.access().require(Capability::Build)?;
    let object = body.as_object().cloned().unwrap_or_default();
    let known = ["source", "hook", "entity"];
    if let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) {
        let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
        return Err(fault.expected(known.as_slice()).into());
    }
    let expect = |path: &'static str| {
        Error::from(Fault::new(path, Code::ValueType).with("expected", "text").expected("text"))
    };
    let source = body["source"].as_str().ok_or_else(|| expect("source"))?;
    if !matches!(body["hook"].as_str(), None | Some("before_save")) {
        let fault = Fault::new("hook", Code::ValueType).with("expected", "before_save");
        return Err(fault.expected("before_save").into());
    }
    let entity = match body["entity"].as_str() {
        Some(name) => {
            let unknown = || Error::new(Code::EntityUnknown).with("name", name);
            Some(context.catalogue().entity(name).ok_or_else(unknown)?)
        }
        None => None,
    };
    let request = script::CheckRequest {
        source: source.to_owned(),
        hook: script::Hook::BeforeSave,
        entity: entity.map(|entity| Arc::new(script_shape(entity))),
    };
    let pool = context.engine.inner.scripts.as_ref();
    let pool = pool.ok_or_else(|| Error::internal("scripts are switched off"))?;
    let problems = pool.check(&request).await.map_err(Error::internal)?;
    let language = context.language().tag();
    let shown = |problem: &script::Problem| {
        json!({"line": problem.line, "column": problem.column, "severity": problem.severity,
            "message": problem.message.text(language)})
    };
    Ok(json!({"problems": problems.iter().map(shown).collect::<Vec<_>>()}))
}

/// The functions that scripts may call, with their documentation.
pub fn completions(context: &Context) -> Result<Json> {
    context.access().require(Capability::Build)?;
    Ok(json!({"functions": script::completions(script::Hook::BeforeSave)}))
}
