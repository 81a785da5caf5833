//! The changes of tables and indexes that a plan needs.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;

use super::{Planner, Slot, find};
use crate::catalogue::Catalogue;
use crate::changeset::{Index, SchemaStep, TrashKind, indexes};
use crate::document::{DocumentKind, EntityDocument};
use crate::field::{Entity, Field};

/// The steps in the order in which they can be made: indexes that go, tables, columns, indexes
/// that come.
pub(super) fn steps(planner: &Planner<'_>, catalogue: &Catalogue) -> Vec<SchemaStep> {
    let mut drops = Vec::new();
    let mut columns = Vec::new();
    let mut creates = Vec::new();
    let mut tables: Vec<Arc<Entity>> = Vec::new();
    let mut existing: HashSet<String> = HashSet::new();
    for slot in planner.slots.iter().filter(|slot| slot.kind == DocumentKind::Entity) {
        if slot.base.is_some() {
            existing.insert(slot.id().to_owned());
        }
        let Some(entity) = slot.after.as_ref().and_then(|_| catalogue.entity_by_id(slot.id()))
        else {
            continue;
        };
        match was(planner, slot).filter(|_| changed(slot)) {
            Some(base) => {
                columns.extend(new_columns(planner, base, entity));
                diff_indexes(&indexes_of(base), &indexes(entity), entity, &mut drops, &mut creates);
            }
            // The kernel's own migrations make its tables.
            None if slot.base.is_none() && entity.kernel => {
                existing.insert(entity.id.clone());
            }
            None if slot.base.is_none() => {
                tables.push(entity.clone());
                diff_indexes(&[], &indexes(entity), entity, &mut drops, &mut creates);
            }
            None => {}
        }
    }
    let mut steps = drops;
    steps.extend(new_tables(tables, existing, catalogue, &mut columns));
    steps.extend(columns);
    steps.extend(creates);
    steps
}

/// The entity as its table is: what was there, or what went into the trash.
fn was<'p>(planner: &'p Planner<'_>, slot: &'p Slot) -> Option<&'p Json> {
    let trashed = || planner.trashed(TrashKind::Document(DocumentKind::Entity), slot.id());
    match &slot.before {
        Some(before) => Some(&before.body),
        None => trashed().filter(|_| slot.restored).map(|trashed| &trashed.document),
    }
}

fn changed(slot: &Slot) -> bool {
    slot.before.as_ref().map(|before| &before.body) != slot.after.as_ref()
}

/// Columns of fields that are neither in the table already nor come out of the trash.
fn new_columns(planner: &Planner<'_>, base: &Json, entity: &Entity) -> Vec<SchemaStep> {
    let is_new = |field: &&Arc<Field>| {
        find(base, &field.id).is_none() && !planner.restored.contains(&field.id)
    };
    let add = |field: &Arc<Field>| SchemaStep::AddColumn {
        table: entity.id.clone(),
        column: field.column(),
    };
    entity.declared().filter(is_new).map(add).collect()
}

/// The indexes that the table has already. What is in the trash has lost those of its fields.
fn indexes_of(base: &Json) -> Vec<Index> {
    let entity = EntityDocument::deserialize(base).ok();
    entity.and_then(|entity| Entity::compile(&entity).ok()).map_or(Vec::new(), |e| indexes(&e))
}

fn diff_indexes(
    before: &[Index],
    after: &[Index],
    entity: &Entity,
    drops: &mut Vec<SchemaStep>,
    creates: &mut Vec<SchemaStep>,
) {
    let by_name = |list: &[Index]| -> BTreeMap<String, Index> {
        list.iter().map(|index| (index.name.clone(), index.clone())).collect()
    };
    let (was, is) = (by_name(before), by_name(after));
    for index in before.iter().filter(|index| !is.contains_key(&index.name)) {
        let (table, name) = (entity.id.clone(), index.name.clone());
        drops.push(SchemaStep::DropIndex { table, name });
    }
    for index in after.iter().filter(|index| !was.contains_key(&index.name)) {
        creates.push(SchemaStep::CreateIndex {
            table: entity.id.clone(),
            name: index.name.clone(),
            columns: index.columns.clone(),
            unique: index.unique,
        });
    }
}

/// New tables, each after those that its links point to. Where links run in a circle, some
/// columns come when all tables are there.
fn new_tables(
    mut tables: Vec<Arc<Entity>>,
    mut existing: HashSet<String>,
    catalogue: &Catalogue,
    later: &mut Vec<SchemaStep>,
) -> Vec<SchemaStep> {
    let target = |field: &Field| -> Option<String> {
        let link = field.kind.link()?;
        catalogue.entity(&link.to).map(|entity| entity.id.clone())
    };
    let mut steps = Vec::new();
    while !tables.is_empty() {
        let reachable = |entity: &Entity, field: &Field, existing: &HashSet<String>| {
            target(field).is_none_or(|to| to == entity.id || existing.contains(&to))
        };
        let ready = |entity: &Arc<Entity>| {
            entity.declared().all(|field| reachable(entity, field, &existing))
        };
        let entity = tables.remove(tables.iter().position(ready).unwrap_or(0));
        let (now, then): (Vec<_>, Vec<_>) =
            entity.declared().partition(|field| reachable(&entity, field, &existing));
        steps.push(SchemaStep::CreateTable {
            table: entity.id.clone(),
            columns: now.into_iter().map(|field| field.column()).collect(),
        });
        later.extend(then.into_iter().map(|field| SchemaStep::AddColumn {
            table: entity.id.clone(),
            column: field.column(),
        }));
        existing.insert(entity.id.clone());
    }
    steps
}
