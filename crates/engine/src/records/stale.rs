//! Two people saving the same record: only a field that both have written is a conflict.

use std::collections::HashMap;

use model::{Code, Error, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::draft::{Draft, Operation};
use super::stored;
use crate::context::Context;
use crate::faults::from_store;

/// How many changes back the fields in between are looked up; beyond, every field counts.
const LOOK_BACK: i64 = 500;

/// Compares the revisions that clients know with those that are stored.
pub(crate) async fn check(context: &Context, drafts: &mut [Draft]) -> Result<()> {
    for draft in drafts.iter_mut().filter(|draft| !draft.is_refused()) {
        let current = draft.old_revision();
        let Some(known) = draft.if_match.filter(|known| *known != current) else { continue };
        if draft.operation == Operation::Delete || known > current {
            draft.refusal = Some(conflict(draft, &HashMap::new(), current));
            continue;
        }
        let bases = changed_since(context, draft, current - known).await?;
        let collides = draft.entity().fields.iter().enumerate().any(|(at, field)| {
            let touched = bases.as_ref().is_none_or(|bases| bases.contains_key(&field.id));
            draft.written[at] && touched && draft.old[at] != draft.new[at]
        });
        if collides {
            draft.refusal = Some(conflict(draft, &bases.unwrap_or_default(), current));
        }
    }
    Ok(())
}

/// The values that fields had before they were changed in the last so many revisions; `None`
/// when the log does not say.
async fn changed_since(
    context: &Context,
    draft: &Draft,
    revisions: i64,
) -> Result<Option<HashMap<String, Json>>> {
    if revisions > LOOK_BACK {
        return Ok(None);
    }
    let (entity, limit) = (draft.entity(), revisions as u32);
    let store = &context.workspace.store;
    let found = store.changes_of(&entity.id, draft.id, None, limit).await.map_err(from_store)?;
    let mut bases = HashMap::new();
    for change in found {
        let (Json::Object(before), Json::Object(after)) = (change.before, change.after) else {
            return Ok(None);
        };
        // Newest first, so the oldest of the values before stays.
        for id in after.keys() {
            bases.insert(id.clone(), before.get(id).cloned().unwrap_or_default());
        }
    }
    Ok(Some(bases))
}

/// The refusal with both values of every readable field that both have written.
fn conflict(draft: &Draft, bases: &HashMap<String, Json>, current: i64) -> Error {
    let (mut base, mut yours, mut theirs) = (Map::new(), Map::new(), Map::new());
    for (at, field) in draft.entity().fields.iter().enumerate() {
        let readable = draft.access.sees(field) && !draft.access.differs_by_row(field);
        if !draft.written[at] || draft.old[at] == draft.new[at] || !readable {
            continue;
        }
        if let Some(before) = bases.get(&field.id) {
            let value: Value = stored::from_json(field, before);
            base.insert(field.name.clone(), field.show(&value));
        }
        yours.insert(field.name.clone(), field.show(&draft.new[at]));
        theirs.insert(field.name.clone(), field.show(&draft.old[at]));
    }
    Error::new(Code::RecordStale).details(json!({
        "base": base, "yours": yours, "theirs": theirs, "current_revision": current,
    }))
}
