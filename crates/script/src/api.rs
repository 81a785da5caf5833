//! What scripts can call and see beyond the language itself: the record and its stored state, errors
//! beside fields, day and time of the invocation, and questions to the host.

use crate::explain::{Raised, Trouble, stop, trouble};
use crate::fault::Bilingual;
use crate::limits;
use crate::protocol::{FieldError, HostCall};
use crate::run::Shared;
use crate::values;
use rhai::{Array, Dynamic, Engine, FuncRegistration, Map};
use rust_decimal::Decimal;
use serde_json::Value;

/// Names that every hook sees without defining them.
pub(crate) const VARIABLES: [&str; 3] = ["record", "old", "user"];

/// Registers everything.
pub(crate) fn register(engine: &mut Engine, shared: &Shared) {
    let zone = shared.clone();
    crate::dates::register(engine, move || {
        zone.with(|run| run.zone.clone()).unwrap_or(jiff::tz::TimeZone::UTC)
    });
    crate::numbers::register(engine);
    crate::record::register(engine);
    register_errors(engine, shared);
    register_invocation(engine, shared);
    register_questions(engine, shared);
    register_log(engine, shared);
    register_meter(engine, shared);
    engine
        .register_fn("is_empty", |(): ()| true)
        .register_fn("to_string", |trouble: Trouble| trouble.0.en)
        .register_fn("to_debug", |trouble: Trouble| trouble.0.en)
        .register_type_with_name::<Trouble>("error");
}

/// The value of one of [`VARIABLES`], also inside functions, where the script's own are not seen.
pub(crate) fn variable(shared: &Shared, name: &str) -> Raised<Option<Dynamic>> {
    shared.with(|run| match name {
        "record" => Some(Dynamic::from(run.record.clone())),
        "old" => Some(run.old.clone().map_or(Dynamic::UNIT, Dynamic::from)),
        "user" => {
            let mut user = Map::new();
            user.insert("id".into(), run.user.id.as_str().into());
            user.insert("name".into(), run.user.name.as_str().into());
            Some(Dynamic::from_map(user))
        }
        _ => None,
    })
}

fn register_errors(engine: &mut Engine, shared: &Shared) {
    let state = shared.clone();
    engine.register_fn("fail", move |text: Dynamic| fail(&state, None, &text));
    let state = shared.clone();
    engine.register_fn("fail", move |field: &str, text: Dynamic| fail(&state, Some(field), &text));
    let state = shared.clone();
    engine.register_fn("has_failed", move || state.with(|run| !run.errors.is_empty()));
}

fn fail(shared: &Shared, field: Option<&str>, message: &Dynamic) -> Raised<()> {
    let message = message_of(message)?;
    shared.with(|run| {
        if let Some(field) = field {
            run.shape.find(field)?;
        }
        if run.errors.len() < limits::ERRORS_PER_DRAFT_MAX {
            run.errors.push(FieldError { field: field.map(str::to_owned), message });
        }
        Ok(())
    })?
}

fn message_of(value: &Dynamic) -> Raised<Bilingual> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(Bilingual::same(values::cut(&text, limits::MESSAGE_BYTES_MAX)));
    }
    values::bilingual(value).ok_or_else(|| {
        trouble(
            "A message is a text, or #{ \"en\": …, \"zh-CN\": … }.",
            "消息应为文本，或 #{ \"en\": …, \"zh-CN\": … }。",
        )
    })
}

fn register_invocation(engine: &mut Engine, shared: &Shared) {
    let volatile = |name: &str| FuncRegistration::new(name).with_volatility(true);
    let state = shared.clone();
    volatile("is_new").register_into_engine(engine, move || state.with(|run| run.old.is_none()));
    let state = shared.clone();
    volatile("changed").register_into_engine(engine, move |field: &str| changed(&state, field));
    let state = shared.clone();
    volatile("today").register_into_engine(engine, move || state.with(|run| run.today));
    let state = shared.clone();
    volatile("now").register_into_engine(engine, move || state.with(|run| run.now));
    let state = shared.clone();
    volatile("random").register_into_engine(engine, move || {
        state.with(|run| {
            let digits = run.random.below(1_000_000_000_000_000);
            Decimal::from_i128_with_scale(digits.into(), 15)
        })
    });
    let state = shared.clone();
    volatile("random").register_into_engine(engine, move |low: i64, high: i64| {
        state.with(|run| run.random.between(low, high))?.ok_or_else(|| {
            trouble(
                "random(low, high) needs the smaller number first.",
                "random(low, high) 需要先写较小的数。",
            )
        })
    });
}

fn changed(shared: &Shared, field: &str) -> Raised<bool> {
    let (record, old) = shared.with(|run| (run.record.clone(), run.old.clone()))?;
    match old {
        Some(old) => Ok(!record.same_as(&old, field)?),
        None => Ok(!record.is_empty(field)?),
    }
}

fn register_questions(engine: &mut Engine, shared: &Shared) {
    let volatile = |name: &str| FuncRegistration::new(name).with_volatility(true);
    let state = shared.clone();
    volatile("get").register_into_engine(
        engine,
        move |entity: &str, id: &str| -> Raised<Dynamic> {
            let call = HostCall::Get { entity: entity.to_owned(), id: id.to_owned() };
            let found = state.ask(&call)?;
            Ok(found.into_iter().next().map_or(Dynamic::UNIT, Dynamic::from))
        },
    );
    // An empty link leads to no record.
    volatile("get").register_into_engine(engine, |_: &str, (): ()| ());
    let state = shared.clone();
    volatile("query").register_into_engine(engine, move |entity: &str, filter: Dynamic| {
        query(&state, entity, &filter, &Map::new())
    });
    let state = shared.clone();
    volatile("query")
        .register_into_engine(engine, move |entity: &str, filter: Dynamic, options: Map| {
            query(&state, entity, &filter, &options)
        });
}

fn query(shared: &Shared, entity: &str, filter: &Dynamic, options: &Map) -> Raised<Array> {
    let filter = match values::to_json(filter)? {
        filter @ (Value::Null | Value::Object(_)) => filter,
        _ => return Err(trouble("A filter is a map or ().", "筛选条件应为映射或 ()。")),
    };
    let (mut sort, mut limit, mut fields) = (Vec::new(), None, None);
    for (name, value) in options {
        let list = || value.as_array_ref().ok().and_then(|items| values::texts(&items));
        match name.as_str() {
            "sort" => sort = list().ok_or_else(|| wrong_option(name))?,
            "fields" => fields = Some(list().ok_or_else(|| wrong_option(name))?),
            "limit" => {
                let wanted = value.as_int().ok().and_then(|limit| u32::try_from(limit).ok());
                limit = Some(wanted.ok_or_else(|| wrong_option(name))?);
            }
            _ => return Err(wrong_option(name)),
        }
    }
    let call = HostCall::Query { entity: entity.to_owned(), filter, sort, limit, fields };
    let records = shared.ask(&call)?;
    if records.len() > limits::ARRAY_ITEMS {
        return Err(stop(crate::explain::Stop::Rows));
    }
    Ok(records.into_iter().map(Dynamic::from).collect())
}

fn wrong_option(name: &str) -> Box<rhai::EvalAltResult> {
    let name = values::cut(name, 60);
    trouble(
        format!(
            "{name} is not a valid option; there are sort: [\"-amount\"], limit: 50, fields: [\"name\"]."
        ),
        format!("{name} 不是有效选项；可用 sort: [\"-amount\"]、limit: 50、fields: [\"name\"]。"),
    )
}

fn register_log(engine: &mut Engine, shared: &Shared) {
    let state = shared.clone();
    engine.on_print(move |text| {
        // Printing outside of a run has nowhere to go.
        let _ = state.with(|run| run.print(text, None));
    });
    let state = shared.clone();
    engine.on_debug(move |text, _, position| {
        let (line, _) = crate::explain::place(position);
        let _ = state.with(|run| run.print(text, line));
    });
}

fn register_meter(engine: &mut Engine, shared: &Shared) {
    let meter = shared.meter.clone();
    engine.on_progress(move |operations| meter.tick(operations).map(Dynamic::from));
}
