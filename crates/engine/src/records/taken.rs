//! Values that another record already has where no two may share them.

use std::collections::HashMap;
use std::sync::Arc;

use model::changeset::{Index, indexes};
use model::{Code, Entity, Fault, Result, Uuid, Value};
use store::{Condition, Op, Select};

use super::draft::{Draft, Operation};
use super::links;
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// Finds the drafts whose values another record, or an earlier draft, has in the fields of a
/// unique index, and says so beside the field. Only of the index with a name, if one is given.
pub(crate) async fn mark(
    context: &Context,
    drafts: &mut [Draft],
    index: Option<&str>,
) -> Result<()> {
    let mut entities: Vec<Arc<Entity>> = Vec::new();
    for draft in drafts.iter() {
        if !entities.iter().any(|known| known.id == draft.entity().id) {
            entities.push(draft.entity().clone());
        }
    }
    let mut marked = false;
    for entity in entities {
        let named = |of: &Index| index.is_none_or(|name| of.name == name);
        for index in indexes(&entity).into_iter().filter(|of| of.unique && named(of)) {
            marked |= mark_one(context, drafts, &entity, &index).await?;
        }
    }
    if let (Some(index), false, [only]) = (index, marked, drafts) {
        // Values that only the database compares as equal.
        only.refusal = Some(crate::faults::taken(&only.access.entity, index));
    }
    Ok(())
}

async fn mark_one(
    context: &Context,
    drafts: &mut [Draft],
    entity: &Arc<Entity>,
    index: &Index,
) -> Result<bool> {
    let place = |name: &String| entity.fields.iter().position(|field| field.name == *name);
    let places: Vec<usize> = index.fields.iter().filter_map(place).collect();
    let concerns = |draft: &Draft| {
        draft.entity().id == entity.id
            && draft.operation != Operation::Delete
            && !draft.is_refused()
    };
    let mut values: Vec<Vec<Value>> = vec![Vec::new(); places.len()];
    for draft in drafts.iter().filter(|draft| concerns(draft)) {
        if key(&draft.new, &places).is_some() {
            for (values, place) in values.iter_mut().zip(&places) {
                values.push(draft.new[*place].clone());
            }
        }
    }
    if values.iter().all(Vec::is_empty) {
        return Ok(false);
    }
    let mut owners = stored(context, entity, &places, values).await?;
    let mut marked = false;
    for draft in drafts.iter_mut().filter(|draft| concerns(draft)) {
        let Some(key) = key(&draft.new, &places) else { continue };
        let owner = *owners.entry(key).or_insert(draft.id);
        if owner != draft.id {
            draft.faults.push(fault(entity, &places));
            marked = true;
        }
    }
    Ok(marked)
}

/// How the values of some fields compare; nothing when one is empty, since empty never clashes.
fn key(row: &[Value], places: &[usize]) -> Option<String> {
    let filled = places.iter().all(|place| !row[*place].is_null());
    let keys = places.iter().map(|place| links::key(&row[*place]));
    filled.then(|| keys.collect::<Vec<_>>().join("\u{0}"))
}

/// The records that have some values, whoever may see them.
async fn stored(
    context: &Context,
    entity: &Entity,
    places: &[usize],
    values: Vec<Vec<Value>>,
) -> Result<HashMap<String, Uuid>> {
    let columns = places.iter().map(|place| compile::column(&entity.fields[*place]));
    let columns: Vec<_> = columns.chain([store::Column::id()]).collect();
    let mut select = Select::new(compile::table(entity), columns.clone(), u32::MAX - 1);
    for (column, values) in columns.iter().zip(values) {
        let among = Condition::Test { column: column.clone(), op: Op::In, values };
        select.filter = select.filter.and(among);
    }
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    let own: Vec<usize> = (0..places.len()).collect();
    let pair = |row: &Vec<Value>| Some((key(row, &own)?, row[places.len()].as_id()?));
    Ok(found.rows.iter().filter_map(pair).collect())
}

fn fault(entity: &Entity, places: &[usize]) -> Fault {
    match places {
        [only] => entity.fields[*only].fault(Code::ValueTaken),
        _ => Fault::new("", Code::ValueTaken).with_label("field", &entity.label),
    }
}
