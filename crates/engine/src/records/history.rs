//! What became of a record: the change log, as far as the reader may see it.

use model::{Code, Error, Field, Result, Uuid, Value};
use serde_json::{Map, Value as Json, json};
use store::{LoggedChange, Operation};

use super::stored;
use crate::access::EntityAccess;
use crate::context::Context;
use crate::faults::from_store;

/// Entries of one page.
const PAGE: u32 = 50;

/// Answers the changes of a record, newest first. Fields that the reader may not see are not
/// there. Errors: `record_unknown`, also for a record that may not be seen.
pub async fn history(
    context: &Context,
    entity: &str,
    id: &str,
    before: Option<i64>,
) -> Result<Json> {
    let access = context.access.readable(entity)?;
    let query = model::query::Query { fields: Some(Vec::new()), ..Default::default() };
    super::get(context, entity, id, &query).await?;
    let id = super::parse_id(id)?;
    let store = &context.workspace.store;
    let found =
        store.changes_of(&access.entity.id, id, before, PAGE + 1).await.map_err(from_store)?;
    let more = found.len() > PAGE as usize;
    let entries: Vec<Json> =
        found.iter().take(PAGE as usize).filter_map(|change| entry(access, change)).collect();
    let next = found.get(PAGE as usize - 1).filter(|_| more).map(|change| change.sequence);
    Ok(json!({"entries": entries, "next_cursor": next.map(|sequence| sequence.to_string())}))
}

/// One entry for a reader; `None` when nothing of it may be seen.
pub(crate) fn entry(access: &EntityAccess, change: &LoggedChange) -> Option<Json> {
    let before = values(access, &change.before);
    let after = values(access, &change.after);
    if change.operation == Operation::Update && before.is_empty() && after.is_empty() {
        return None;
    }
    Some(json!({
        "sequence": change.sequence,
        "time": model::time::format_instant(change.time),
        "actor": change.actor,
        "cause": {"kind": change.cause["kind"]},
        "operation": change.operation.as_str(),
        "before": before,
        "after": after,
        "erased": change.erased,
    }))
}

/// The visible values by name. A field that shows on some rows only is left out: the log does not
/// say what the row was.
fn values(access: &EntityAccess, logged: &Json) -> Map<String, Json> {
    let Some(object) = logged.as_object() else { return Map::new() };
    let mut values = Map::new();
    for field in access.entity.declared() {
        if let Some(value) = object.get(&field.id)
            && access.sees(field)
            && !access.differs_by_row(field)
        {
            values.insert(field.name.clone(), shown(field, value));
        }
    }
    values
}

fn shown(field: &Field, value: &Json) -> Json {
    field.show(&stored::from_json(field, value))
}

/// The row that a deleted record had. Errors: `record_unknown` when it was not deleted,
/// `record_exists` when it is there.
pub(crate) async fn deleted_row(
    context: &Context,
    access: &EntityAccess,
    id: Uuid,
) -> Result<Vec<Value>> {
    let store = &context.workspace.store;
    let found = store.changes_of(&access.entity.id, id, None, 1).await.map_err(from_store)?;
    let unknown = || Error::new(Code::RecordUnknown);
    let last = found.first().ok_or_else(unknown)?;
    match last.operation {
        Operation::Delete if !last.erased => {}
        Operation::Delete => return Err(unknown()),
        _ => return Err(Error::new(Code::RecordExists)),
    }
    let row = access.entity.fields.iter().map(|field| match last.before.get(&field.id) {
        Some(value) => stored::from_json(field, value),
        None => Value::Null,
    });
    Ok(row.collect())
}
