//! Records as they are against what the change log says of them, by samples.

use std::collections::{HashMap, HashSet};

use model::{Entity, Result, Uuid, Value};
use serde_json::Value as Json;
use store::{LoggedChange, Op, Operation, Page, Select};

use super::Check;
use crate::compile;
use crate::faults::from_store;
use crate::records::stored;
use crate::workspace::Workspace;

/// Places of a table from which records are taken.
const PLACES: usize = 8;
/// Records that are taken from each place.
const AT_EACH: u32 = 25;
/// Entries of one record that are read; of a record with more, only the last are compared.
const ENTRIES: u32 = 200;
/// Entries at the end of the log whose records are looked for.
const NEWEST: u32 = 500;

/// Compares records from all over a table with their history.
pub(super) async fn check_entity(
    workspace: &Workspace,
    entity: &Entity,
    check: &mut Check,
) -> Result<()> {
    for row in sample(workspace, entity).await? {
        check.examined += 1;
        let place = |name: &str| entity.fields.iter().position(|field| field.name == name);
        let value = |name: &str| place(name).map(|at| &row[at]);
        let id = value("id").and_then(Value::as_id).unwrap_or_default();
        let revision = value("revision").and_then(Value::as_int).unwrap_or_default();
        let history = workspace.store().changes_of(&entity.id, id, None, ENTRIES).await;
        let history = history.map_err(from_store)?;
        if let Some((en, zh)) = contradiction(entity, &row, revision, &history) {
            let name = &entity.name;
            check.tell(&format!("{name} {id}: {en}"), &format!("{name} {id}：{zh}"));
        }
        check_found(workspace, entity, &row, id, check).await?;
    }
    Ok(())
}

/// The oldest records, the newest, and some from after random ids: those of one time stand
/// together.
async fn sample(workspace: &Workspace, entity: &Entity) -> Result<Vec<Vec<Value>>> {
    let columns = entity.fields.iter().map(|field| compile::column(field)).collect();
    let mut select = Select::new(compile::table(entity), columns, AT_EACH);
    let at = entity.fields.iter().position(|field| field.name == "id").unwrap_or_default();
    let ends = ends(workspace, entity).await?;
    let (mut rows, mut seen) = (Vec::new(), HashSet::new());
    for place in 0..PLACES {
        let newest = store::Order { column: store::Column::id(), descending: true };
        select.order = if place == 1 { vec![newest] } else { Vec::new() };
        select.page = match (place, ends) {
            (0 | 1, _) | (_, None) => Page::Start,
            (_, Some((first, last))) => {
                let id = rand::random_range(first.as_u128()..=last.as_u128());
                Page::After(vec![Value::Id(Uuid::from_u128(id))])
            }
        };
        let found = workspace.store().select(&select).await.map_err(from_store)?;
        let new = |row: &Vec<Value>| row[at].as_id().is_some_and(|id| seen.insert(id));
        rows.extend(found.rows.into_iter().filter(new));
    }
    Ok(rows)
}

/// The smallest and the greatest id of a table.
async fn ends(workspace: &Workspace, entity: &Entity) -> Result<Option<(Uuid, Uuid)>> {
    let mut ends = [None, None];
    for (end, descending) in ends.iter_mut().zip([false, true]) {
        let mut select = Select::new(compile::table(entity), vec![store::Column::id()], 1);
        select.order = vec![store::Order { column: store::Column::id(), descending }];
        let found = workspace.store().select(&select).await.map_err(from_store)?;
        *end = found.rows.first().and_then(|row| row[0].as_id());
    }
    Ok(ends[0].zip(ends[1]))
}

/// What does not fit between a record and its history, newest entry first.
fn contradiction(
    entity: &Entity,
    row: &[Value],
    revision: i64,
    history: &[LoggedChange],
) -> Option<(String, String)> {
    let say = |en: &str, zh: &str| Some((en.to_owned(), zh.to_owned()));
    let Some(newest) = history.first() else {
        return say("the log does not know it", "变更日志中没有该记录");
    };
    if newest.operation == Operation::Delete {
        return say("the log says that it is deleted", "变更日志显示该记录已删除");
    }
    let whole = (history.len() as u32) < ENTRIES;
    let writes = history.iter().filter(|entry| entry.operation != Operation::Delete).count();
    if whole && writes as i64 != revision {
        return Some((
            format!("it has revision {revision}, but the log has {writes} entries"),
            format!("版本为 {revision}，但变更日志有 {writes} 条"),
        ));
    }
    if history.iter().any(|entry| entry.erased) {
        return None;
    }
    let mut logged: HashMap<&str, &Json> = HashMap::new();
    for entry in history.iter().rev() {
        if entry.operation == Operation::Delete {
            logged.clear();
        }
        let after = entry.after.as_object().into_iter().flatten();
        logged.extend(after.map(|(id, value)| (id.as_str(), value)));
    }
    for (field, value) in entity.fields.iter().zip(row).filter(|(field, _)| !field.built_in) {
        let known = logged.get(field.id.as_str()).copied();
        let fits = match known {
            Some(known) => stored::to_json(value) == *known,
            None => !whole || value.is_null(),
        };
        if !fits {
            let name = &field.name;
            return Some((
                format!("the log has another value of {name}"),
                format!("“{name}”的值与变更日志不一致"),
            ));
        }
    }
    None
}

/// Whether a record is found by its unique values, as indexes are used to find it.
async fn check_found(
    workspace: &Workspace,
    entity: &Entity,
    row: &[Value],
    id: Uuid,
    check: &mut Check,
) -> Result<()> {
    for (field, value) in entity.fields.iter().zip(row) {
        if !field.unique || field.built_in || value.is_null() {
            continue;
        }
        let mut select = Select::new(compile::table(entity), vec![store::Column::id()], 2);
        select.filter = store::Condition::test(compile::column(field), Op::Eq, value.clone());
        let found = workspace.store().select(&select).await.map_err(from_store)?;
        let ids: Vec<Option<Uuid>> = found.rows.iter().map(|row| row[0].as_id()).collect();
        if ids != [Some(id)] {
            let (entity, field) = (&entity.name, &field.name);
            check.tell(
                &format!("{entity} {id}: it is not found by its {field}"),
                &format!("{entity} {id}：无法通过 {field} 找到"),
            );
        }
    }
    Ok(())
}

/// Whether the records of the newest entries are there, or gone, as those say.
pub(super) async fn check_newest(workspace: &Workspace, check: &mut Check) -> Result<()> {
    let store = workspace.store();
    let last = store.last_sequence().await.map_err(from_store)?;
    let entries = store.changes((last - i64::from(NEWEST)).max(0), NEWEST).await;
    let mut newest: HashMap<(String, Uuid), Operation> = HashMap::new();
    for entry in entries.map_err(from_store)? {
        newest.insert((entry.entity, entry.record), entry.operation);
    }
    let snapshot = workspace.snapshot();
    let mut ids: HashMap<String, Vec<(Uuid, bool)>> = HashMap::new();
    for ((entity, id), operation) in newest {
        let there = match operation {
            Operation::Create | Operation::Update | Operation::Restore => true,
            Operation::Delete => false,
            Operation::Document | Operation::Erase => continue,
        };
        ids.entry(entity).or_default().push((id, there));
    }
    for (entity, expected) in ids {
        // An entity that is in the trash keeps its records, but nobody sees them.
        let Some(entity) = snapshot.catalogue.entity_by_id(&entity) else { continue };
        let wanted: Vec<Uuid> = expected.iter().map(|(id, _)| *id).collect();
        let columns = [store::Column::id()];
        let rows = store.get_many(&compile::table(entity), &columns, &wanted).await;
        let rows = rows.map_err(from_store)?;
        let there: HashSet<Uuid> = rows.iter().filter_map(|row| row[0].as_id()).collect();
        for (id, expected) in expected {
            check.examined += 1;
            let name = &entity.name;
            match (expected, there.contains(&id)) {
                (true, false) => check.tell(
                    &format!("{name} {id}: the log has it, the table has not"),
                    &format!("{name} {id}：变更日志中存在，但数据表中没有"),
                ),
                (false, true) => check.tell(
                    &format!("{name} {id}: the log says that it is deleted"),
                    &format!("{name} {id}：变更日志显示该记录已删除"),
                ),
                _ => {}
            }
        }
    }
    Ok(())
}
