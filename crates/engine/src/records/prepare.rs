//! The beginning of a write: from what was sent to drafts, with the rows that they start from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::document::Right;
use model::{Code, Error, Fault, Field, Result, Uuid, Value};
use serde_json::{Map, Value as Json};
use store::{Condition, Op, Select};

use super::draft::{Draft, Operation, new_id};
use super::write::{Batch, Change, Input};

use super::{history, links, parse_id};
use crate::access::EntityAccess;
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// Makes the drafts of a batch, but for the places to skip. Errors: an entity that may not be
/// written in this way.
pub(crate) async fn drafts(
    context: &Context,
    batch: &Batch,
    skip: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Draft>> {
    let revision = context.catalogue().revision;
    let stale = |change: &Change| matches!(&change.input, Input::Cells(cells) if cells.revision != revision);
    if batch.changes.iter().any(stale) {
        // Its values were read by fields that may be others now.
        return Err(Error::new(Code::CatalogueBusy));
    }
    let upserts = resolve_upserts(context, batch).await?;
    let rows = stored_rows(context, batch, &upserts).await?;
    let mut drafts = Vec::with_capacity(batch.changes.len());
    let mut seen: HashSet<Uuid> = HashSet::new();
    for (place, change) in batch.changes.iter().enumerate().filter(|(place, _)| !skip(*place)) {
        let mut draft = match draft(context, place, change, &upserts, &rows).await {
            Ok(draft) => draft,
            Err(error) if batch.changes.len() > 1 => {
                let access = context.access.readable(&change.entity)?;
                let mut draft = Draft::new(access, Uuid::nil(), Operation::Update);
                draft.refusal = Some(error);
                draft
            }
            Err(error) => return Err(error),
        };
        draft.place = Some(place);
        // Two writes to one record in one batch would both start from the same row.
        if !draft.id.is_nil() && !seen.insert(draft.id) {
            draft.refusal = Some(Fault::new("id", Code::RecordBusy).into());
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

type Rows = HashMap<(String, Uuid), Vec<Value>>;

async fn draft(
    context: &Context,
    place: usize,
    change: &Change,
    upserts: &HashMap<usize, Option<Uuid>>,
    rows: &Rows,
) -> Result<Draft> {
    let writable = |right: Right| context.access.writable(&change.entity, right);
    let stored = |id: Uuid| {
        let row = rows.get(&(change.entity.clone(), id)).cloned();
        row.ok_or_else(|| Error::new(Code::RecordUnknown))
    };
    let create = |access: &Arc<EntityAccess>, values: &Map<String, Json>| -> Result<Draft> {
        let mut draft = Draft::new(access, new_id(context, values)?, Operation::Create);
        draft.take(values);
        draft.fill_defaults();
        Ok(draft)
    };
    let change_row = |id: Uuid, values: &Map<String, Json>, if_match| -> Result<Draft> {
        let access = writable(Right::Update)?;
        let mut draft = Draft::of_row(access, id, Operation::Update, stored(id)?);
        draft.if_match = if_match;
        draft.take(values);
        Ok(draft)
    };
    match &change.input {
        Input::Create { values } => create(writable(Right::Create)?, values),
        Input::Update { id, values, if_match } => change_row(*id, values, *if_match),
        Input::Upsert { values, .. } => match upserts.get(&place).copied().flatten() {
            Some(id) => change_row(id, values, None),
            None => create(writable(Right::Create)?, values),
        },
        Input::Cells(cells) => match upserts.get(&place).copied().flatten() {
            Some(id) => {
                let access = writable(Right::Update)?;
                let mut draft = Draft::of_row(access, id, Operation::Update, stored(id)?);
                draft.take_cells(cells);
                Ok(draft)
            }
            None => {
                let access = writable(Right::Create)?;
                let mut draft = Draft::new(access, Uuid::now_v7(), Operation::Create);
                draft.take_cells(cells);
                draft.fill_defaults();
                Ok(draft)
            }
        },
        Input::Delete { id, if_match } => {
            let access = writable(Right::Delete)?;
            let mut draft = Draft::of_row(access, *id, Operation::Delete, stored(*id)?);
            draft.if_match = *if_match;
            Ok(draft)
        }
        Input::Restore { id } => {
            let access = writable(Right::Create)?;
            let row = history::deleted_row(context, access, *id).await?;
            let mut draft = Draft::new(access, *id, Operation::Restore);
            draft.old = row.clone();
            draft.new = row;
            Ok(draft)
        }
    }
}

/// The rows that the batch starts from, of those that the actor may see: one question per entity.
async fn stored_rows(
    context: &Context,
    batch: &Batch,
    upserts: &HashMap<usize, Option<Uuid>>,
) -> Result<Rows> {
    let mut wanted: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for (place, change) in batch.changes.iter().enumerate() {
        let id = match &change.input {
            Input::Update { id, .. } | Input::Delete { id, .. } => Some(*id),
            Input::Upsert { .. } | Input::Cells(_) => upserts.get(&place).copied().flatten(),
            Input::Create { .. } | Input::Restore { .. } => None,
        };
        if let Some(id) = id {
            wanted.entry(change.entity.as_str()).or_default().push(id);
        }
    }
    let mut rows = HashMap::new();
    for (entity, ids) in wanted {
        let access = context.access.readable(entity)?;
        for row in whole_rows(context, access, &ids).await? {
            let id = super::rows::value_of(&access.entity, &row, "id").as_id();
            rows.insert((entity.to_owned(), id.unwrap_or_default()), row);
        }
    }
    Ok(rows)
}

async fn whole_rows(
    context: &Context,
    access: &EntityAccess,
    ids: &[Uuid],
) -> Result<Vec<Vec<Value>>> {
    let store = &context.workspace.store;
    let columns: Vec<_> = access.entity.fields.iter().map(|f| compile::column(f)).collect();
    let rows = access.rows();
    if rows.is_true() {
        return store.get_many(&access.table(), &columns, ids).await.map_err(from_store);
    }
    let values = ids.iter().map(|id| Value::Id(*id)).collect();
    let among = Condition::Test { column: store::Column::id(), op: Op::In, values };
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut select = Select::new(access.table(), columns, limit);
    select.filter = among.and(compile::condition(&rows));
    Ok(store.select(&select).await.map_err(from_store)?.rows)
}

/// Which records upserts mean: by place in the batch, none where a new one is made.
async fn resolve_upserts(context: &Context, batch: &Batch) -> Result<HashMap<usize, Option<Uuid>>> {
    type Asked<'a> = HashMap<(&'a str, String), (Arc<Field>, Vec<(usize, String)>, Vec<Value>)>;
    let mut asked: Asked<'_> = HashMap::new();
    for (place, change) in batch.changes.iter().enumerate() {
        let Some((field, value)) = upsert_key(context, change)? else { continue };
        let name = (change.entity.as_str(), field.name.clone());
        let (_, places, values) = asked.entry(name).or_insert_with(|| (field, vec![], vec![]));
        places.push((place, links::key(&value)));
        values.push(value);
    }
    let mut found = HashMap::new();
    for ((entity, _), (field, places, mut values)) in asked {
        values.retain(|value| !value.is_null());
        let ids = match values.is_empty() {
            true => HashMap::new(),
            false => links::by_unique(context, entity, &field, values).await?,
        };
        for (place, key) in places {
            found.insert(place, ids.get(&key).copied());
        }
    }
    Ok(found)
}

/// The unique field and its value by which a change finds its record.
fn upsert_key(context: &Context, change: &Change) -> Result<Option<(Arc<Field>, Value)>> {
    match &change.input {
        Input::Upsert { by, values } => {
            let access = context.access.readable(&change.entity)?;
            let field = access.entity.field(by).filter(|field| access.sees(field) && field.unique);
            let field = field.ok_or_else(|| {
                Error::from(Fault::new("by", Code::MatchInvalid).with("field", by))
            })?;
            let value = field.parse(values.get(by).unwrap_or(&Json::Null)).unwrap_or_default();
            Ok(Some((field.clone(), value)))
        }
        Input::Cells(cells) => {
            let access = context.access.readable(&change.entity)?;
            let field = cells.by.map(|by| access.entity.fields[by].clone());
            Ok(field.zip(cells.key().cloned()))
        }
        _ => Ok(None),
    }
}

/// The object of a body.
pub(crate) fn object(body: Json) -> Result<Map<String, Json>> {
    match body {
        Json::Object(object) => Ok(object),
        _ => {
            let fault = Fault::new("", Code::ValueType).with("expected", "an object");
            Err(fault.expected("an object").into())
        }
    }
}

/// Reads a batch: a list of operations, or `{"operations": […], "atomic": false}`.
pub(crate) fn batch(entity: &str, body: Json) -> Result<Batch> {
    let wrong = |path: &str, expected: &str| -> Error {
        Fault::new(path, Code::ValueType).with("expected", expected).expected(expected).into()
    };
    let (operations, atomic) = match body {
        Json::Array(operations) => (operations, true),
        Json::Object(mut object) => {
            let atomic = match object.remove("atomic") {
                None => true,
                Some(Json::Bool(atomic)) => atomic,
                Some(_) => return Err(wrong("atomic", "true or false")),
            };
            let Some(Json::Array(operations)) = object.remove("operations") else {
                return Err(wrong("operations", "a list of operations"));
            };
            if let Some(key) = object.keys().next() {
                return Err(Fault::new(key.as_str(), Code::KeyUnknown).with("key", key).into());
            }
            (operations, atomic)
        }
        _ => return Err(wrong("", "a list of operations")),
    };
    let mut changes = Vec::with_capacity(operations.len());
    for (index, operation) in operations.into_iter().enumerate() {
        let input = input(operation).map_err(|error| error.under(&index.to_string()))?;
        changes.push(Change { entity: entity.to_owned(), input });
    }
    Ok(Batch { changes, atomic })
}

fn input(operation: Json) -> Result<Input> {
    let mut operation = object(operation)?;
    let name = match operation.remove("op") {
        Some(Json::String(name)) => name,
        _ => String::new(),
    };
    let keys: &[&str] = match name.as_str() {
        "create" => &["values"],
        "update" => &["id", "values", "if_match"],
        "upsert" => &["by", "values"],
        "delete" => &["id", "if_match"],
        "restore" => &["id"],
        _ => {
            let known = ["create", "update", "upsert", "delete", "restore"];
            let fault = Fault::new("op", Code::OperatorUnknown).with("operator", name);
            return Err(fault.expected(known.as_slice()).into());
        }
    };
    if let Some(key) = operation.keys().find(|key| !keys.contains(&key.as_str())) {
        let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
        return Err(fault.expected(keys).into());
    }
    let mut values = || -> Result<Map<String, Json>> {
        let values = operation.remove("values").unwrap_or_default();
        object(values).map_err(|error| error.under("values"))
    };
    Ok(match name.as_str() {
        "create" => Input::Create { values: values()? },
        "upsert" => {
            let values = values()?;
            Input::Upsert { by: text(&operation, "by")?, values }
        }
        "update" => {
            let values = values()?;
            let (id, if_match) = (id(&operation)?, revision(&operation)?);
            Input::Update { id, values, if_match }
        }
        "delete" => Input::Delete { id: id(&operation)?, if_match: revision(&operation)? },
        _ => Input::Restore { id: id(&operation)? },
    })
}

fn text(operation: &Map<String, Json>, key: &str) -> Result<String> {
    let text = operation.get(key).and_then(Json::as_str);
    text.map(str::to_owned).ok_or_else(|| {
        Fault::new(key, Code::ValueType).with("expected", "text").expected("text").into()
    })
}

fn id(operation: &Map<String, Json>) -> Result<Uuid> {
    parse_id(&text(operation, "id")?)
}

fn revision(operation: &Map<String, Json>) -> Result<Option<i64>> {
    match operation.get("if_match") {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_i64() {
            Some(revision) => Ok(Some(revision)),
            None => Err(Fault::new("if_match", Code::ValueType)
                .with("expected", "a revision")
                .expected("a revision")
                .into()),
        },
    }
}
