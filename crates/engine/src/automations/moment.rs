//! A record as it was right after a change, whatever has happened to it since.

use std::collections::HashMap;
use std::sync::Arc;

use model::{Entity, Result, Uuid, Value};
use serde_json::{Map, Value as Json};
use store::{LoggedChange, Operation};

use crate::compile;
use crate::faults::from_store;
use crate::records::stored;
use crate::workspace::Workspace;

/// How many later changes are undone; beyond, what the change itself says is laid over the record
/// as it is.
const LOOK_BACK: u32 = 200;

/// The values of a record by the ids of its fields.
type Values = HashMap<String, Value>;

/// The record right after a change, of a deletion right before it; in the order of the entity's
/// fields. `None` when the log does not say any more.
pub(super) async fn row(
    workspace: &Workspace,
    entity: &Arc<Entity>,
    change: &LoggedChange,
) -> Result<Option<Vec<Value>>> {
    let mut values = match change.operation {
        _ if change.erased => return Ok(None),
        Operation::Delete => read(entity, &change.before),
        Operation::Create => created(entity, change),
        Operation::Update | Operation::Restore => since_undone(workspace, entity, change).await?,
        Operation::Document | Operation::Erase => return Ok(None),
    };
    values.insert("id".to_owned(), Value::Id(change.record));
    let row = entity.fields.iter().map(|field| values.remove(&field.id).unwrap_or_default());
    Ok(Some(row.collect()))
}

/// Reads logged values.
pub(super) fn read(entity: &Entity, logged: &Json) -> Values {
    let empty = Map::new();
    let logged = logged.as_object().unwrap_or(&empty);
    let known = entity.fields.iter().filter_map(|field| {
        let value = logged.get(&field.id)?;
        Some((field.id.clone(), stored::from_json(field, value)))
    });
    known.collect()
}

fn created(entity: &Entity, change: &LoggedChange) -> Values {
    let mut values = read(entity, &change.after);
    let person = person(&change.actor).map_or(Value::Null, Value::Id);
    for name in ["created_at", "updated_at"] {
        values.insert(name.to_owned(), Value::Instant(change.time));
    }
    for name in ["created_by", "updated_by"] {
        values.insert(name.to_owned(), person.clone());
    }
    values.insert("revision".to_owned(), Value::Int(1));
    values
}

/// The person behind an actor, as the log keeps it.
fn person(actor: &Json) -> Option<Uuid> {
    let key = match actor["kind"].as_str()? {
        "user" => "id",
        "token" => "user",
        _ => return None,
    };
    Uuid::try_parse(actor[key].as_str()?).ok()
}

/// The record as it is now without what happened after the change.
async fn since_undone(
    workspace: &Workspace,
    entity: &Arc<Entity>,
    change: &LoggedChange,
) -> Result<Values> {
    let store = &workspace.store;
    let columns: Vec<_> = entity.fields.iter().map(|field| compile::column(field)).collect();
    let table = compile::table(entity);
    let row = store.get(&table, &columns, change.record).await.map_err(from_store)?;
    let ids = entity.fields.iter().map(|field| field.id.clone());
    let mut values: Values = ids.zip(row.unwrap_or_default()).collect();
    let later = store.changes_of(&entity.id, change.record, None, LOOK_BACK).await;
    for later in later.map_err(from_store)? {
        if later.sequence <= change.sequence {
            break;
        }
        match later.operation {
            Operation::Update => {
                values.extend(read(entity, &later.before));
                if let Some(Value::Int(revision)) = values.get_mut("revision") {
                    *revision -= 1;
                }
            }
            Operation::Delete => values = read(entity, &later.before),
            _ => values.clear(),
        }
    }
    values.extend(read(entity, &change.after));
    values.insert("updated_at".to_owned(), Value::Instant(change.time));
    Ok(values)
}
