//! Runs the scripts of an entity over drafts, before they are saved.

use std::sync::Arc;

use model::document::ScriptDocument;
use model::{Code, Entity, Error, Fault, Language, Result, Storage, Value, time};
use script::{
    BoxFuture, EntityShape, FaultKind, FieldShape, Host, HostCall, Kind, Limits, Record, Refusal,
    Rows, Script, ScriptFault,
};
use serde_json::{Map, Value as Json, json};
use store::Guard;

use super::draft::{Draft, Operation};
use super::parse_id;
use crate::access::Reader;
use crate::compile;
use crate::context::Context;

/// Runs every hook over the drafts that it concerns, in order. What a hook sets needs no write
/// right of the actor. Answers the guards of what the hooks have read.
pub(crate) async fn run(context: &Context, drafts: &mut [Draft]) -> Result<Vec<Guard>> {
    let mut guards = Vec::new();
    if context.snapshot.hooks.is_empty() {
        return Ok(guards);
    }
    let mut entities: Vec<Arc<Entity>> = Vec::new();
    for draft in drafts.iter().filter(|draft| concerns(draft)) {
        if !entities.iter().any(|known| known.id == draft.entity().id) {
            entities.push(draft.entity().clone());
        }
    }
    for entity in entities {
        for document in context.snapshot.hooks.get(&entity.name).into_iter().flatten() {
            let mut places: Vec<usize> = Vec::new();
            for (at, draft) in drafts.iter().enumerate() {
                if concerns(draft) && draft.entity().id == entity.id && !draft.is_refused() {
                    places.push(at);
                }
            }
            for chunk in places.chunks(script::limits::DRAFTS_MAX) {
                guards.extend(run_one(context, &entity, document, drafts, chunk).await?);
            }
        }
    }
    Ok(guards)
}

/// Whether a hook runs over any of the drafts.
pub(crate) fn any(context: &Context, drafts: &[Draft]) -> bool {
    let hooks = &context.snapshot.hooks;
    drafts.iter().any(|draft| concerns(draft) && hooks.contains_key(&draft.entity().name))
}

fn concerns(draft: &Draft) -> bool {
    matches!(draft.operation, Operation::Create | Operation::Update) && draft.place.is_some()
}

async fn run_one(
    context: &Context,
    entity: &Arc<Entity>,
    document: &ScriptDocument,
    drafts: &mut [Draft],
    places: &[usize],
) -> Result<Vec<Guard>> {
    let Some(pool) = &context.engine.inner.scripts else {
        return Err(Error::internal("scripts are switched off, but the entity has a hook"));
    };
    let id = document.id.clone().unwrap_or_else(|| document.name.clone());
    let request = script::Request {
        invocation: context.request.request_id.clone(),
        script: Script::new(id, document.name.as_str(), document.source.as_str()),
        hook: script::Hook::BeforeSave,
        entity: Arc::new(shape(entity)),
        drafts: places.iter().map(|at| to_script(&drafts[*at])).collect(),
        context: circumstances(context),
        limits: Limits::of_hook(places.len()),
    };
    let host = Door { context };
    let reply = pool.run(&request, &host).await.map_err(|fault| failed(context, &fault))?;
    for (at, outcome) in places.iter().zip(reply.drafts) {
        apply(context, &mut drafts[*at], outcome);
    }
    let guard = |read: &script::Read| {
        let entity = context.catalogue().entity(&read.entity)?;
        let id = parse_id(&read.id).ok()?;
        Some(Guard { table: compile::table(entity), id, revision: read.revision })
    };
    Ok(reply.reads.iter().filter_map(guard).collect())
}

fn circumstances(context: &Context) -> script::Context {
    let user = context.user_id().map(|id| id.to_string()).unwrap_or_default();
    let name = context.actor.to_json()["name"].as_str().unwrap_or_default().to_owned();
    script::Context {
        now_ms: context.now,
        today: time::format_date(time::day_of(context.now, context.zone())),
        seed: rand::random(),
        user: script::User { id: user, name },
        time_zone: context.workspace.time_zone.clone(),
    }
}

/// A script that could not run to its end refuses the write; a full pool asks to come again.
fn failed(context: &Context, fault: &ScriptFault) -> Error {
    match fault.kind {
        FaultKind::Busy => Error::new(Code::Busy),
        FaultKind::Unavailable | FaultKind::Request => Error::internal(fault.clone()),
        _ => hook_fault(context, fault).into(),
    }
}

fn hook_fault(context: &Context, fault: &ScriptFault) -> Fault {
    let sentence = fault.sentence();
    Fault::new("", Code::HookFailed)
        .with("script", &fault.script)
        .with("reason", sentence.text(context.language.tag()))
        .saying(sentence.text(context.language.tag()))
}

/// Takes what a script wants for one draft; its values are parsed like anybody's.
fn apply(context: &Context, draft: &mut Draft, outcome: script::Outcome) {
    if let Some(fault) = &outcome.fault {
        draft.faults.push(hook_fault(context, fault));
        return;
    }
    for error in &outcome.errors {
        let path = error.field.clone().unwrap_or_default();
        let message = error.message.text(context.language.tag());
        let fault = Fault::new(path, Code::RuleFailed).with("message", message).saying(message);
        draft.faults.push(fault);
    }
    let entity = draft.entity().clone();
    for (name, value) in &outcome.changes {
        let at = entity.fields.iter().position(|field| field.name == *name && !field.built_in);
        let Some(at) = at else { continue };
        match entity.fields[at].parse(value) {
            Ok(value) => draft.new[at] = value,
            Err(fault) => draft.faults.push(fault),
        }
    }
}

fn to_script(draft: &Draft) -> script::Draft {
    let entity = draft.entity();
    let record = |row: &[Value]| -> Record {
        let shown = entity.fields.iter().zip(row);
        let filled = shown.filter(|(_, value)| !value.is_null());
        filled.map(|(field, value)| (field.name.clone(), field.show(value))).collect()
    };
    let old = (!draft.old.is_empty()).then(|| record(&draft.old));
    script::Draft { old, new: record(&draft.new) }
}

/// An entity as scripts see it.
pub(crate) fn shape(entity: &Entity) -> EntityShape {
    let fields = entity.fields.iter().map(|field| field_shape(field)).collect();
    EntityShape { name: entity.name.clone(), fields }
}

fn field_shape(field: &model::Field) -> FieldShape {
    let decimal = matches!(field.type_name.as_str(), "decimal" | "currency");
    let kind = match field.kind.storage() {
        Storage::Integer if decimal => Kind::Decimal,
        Storage::Integer => Kind::Integer,
        Storage::Bool => Kind::Bool,
        Storage::Text => Kind::Text,
        Storage::Date => Kind::Date,
        Storage::Instant => Kind::Instant,
        Storage::Id => Kind::Id,
        Storage::Json => Kind::Json,
    };
    let mut shape = FieldShape::new(field.name.as_str(), kind);
    shape.scale = if decimal { field.kind.scale().unwrap_or(0) } else { 0 };
    shape.writable = !field.built_in;
    shape
}

/// Answers a script's questions with the rights of the actor, by the same reads as anybody's.
struct Door<'a> {
    context: &'a Context,
}

/// Records that one question of a script may get.
const ROWS_MAX: u32 = model::limits::PAGE_SIZE_MAX;

impl Host for Door<'_> {
    fn answer<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Result<Rows, Refusal>> {
        Box::pin(async move {
            self.ask(call).await.map_err(|error| Refusal {
                code: error.code.as_str().to_owned(),
                message: script::Bilingual {
                    en: error.message(Language::En),
                    zh: error.message(Language::ZhCn),
                },
            })
        })
    }
}

impl Door<'_> {
    async fn ask(&self, call: &HostCall) -> Result<Rows> {
        let body = match call {
            HostCall::Get { id, .. } => {
                json!({"filter": {"field": "id", "op": "eq", "value": id}, "limit": 1})
            }
            HostCall::Query { filter, sort, limit, fields, .. } => json!({
                "filter": filter, "sort": sort, "fields": fields,
                "limit": limit.unwrap_or(ROWS_MAX).clamp(1, ROWS_MAX),
            }),
        };
        let query = model::query::Query::from_json(&body)?;
        let answer = super::list(self.context, call.entity(), &query).await?;
        let access = self.context.access.readable(call.entity())?;
        let reader = Reader { access: &self.context.access };
        let asked = query.fields.as_deref();
        let projection = match asked {
            Some(names) => Arc::new(super::Projection::asked(access, &reader, names)?),
            None => access.projection(),
        };
        let fields = projection.fields.iter().map(|shown| field_shape(&shown.field)).collect();
        let answer: Json = serde_json::from_slice(&answer).map_err(Error::internal)?;
        let records = answer["records"].as_array().cloned().unwrap_or_default();
        let row = |record: Json| -> Option<script::Row> {
            let values: Map<String, Json> = record.as_object()?.clone();
            Some(script::Row {
                id: values.get("id")?.as_str()?.to_owned(),
                revision: values.get("revision")?.as_i64()?,
                values: values.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            })
        };
        Ok(Rows { fields: Arc::new(fields), rows: records.into_iter().filter_map(row).collect() })
    }
}
