//! The change log as others read it: for sync, and live; only what the reader may see.

mod feed;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::{Result, Uuid, Value};
use serde_json::{Value as Json, json};
use store::{Condition, LoggedChange, Op, Operation, Select};

use crate::access::EntityAccess;
use crate::background::{Ears, Stop, Woken, pause_after, pause_until};
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;
use crate::records::history;
use crate::workspace::{USER, Workspace};

pub use feed::{FeedEvent, feed};

/// Entries of one page when nothing is asked.
pub const PAGE_DEFAULT: u32 = 200;
/// Entries of one page.
pub const PAGE_MAX: u32 = 1_000;

/// Answers the changes after a sequence, oldest first: `{"changes": […], "next": sequence}`. Of
/// `limit` entries of the log, those are shown that the reader may see: of entities that they may
/// read, of records that they may see now, with the fields that they may see. Whoever follows
/// asks again with `next` until it stays; a page may be empty before that.
pub async fn since(context: &Context, since: i64, limit: u32) -> Result<Json> {
    let store = &context.workspace.store;
    let limit = limit.clamp(1, PAGE_MAX);
    let found = store.changes(since.max(0), limit).await.map_err(from_store)?;
    let next = found.last().map_or(since, |last| last.sequence);
    let visible = Visible::of(context, &found).await?;
    let changes: Vec<Json> =
        found.iter().filter_map(|change| visible.show(change).map(|shown| shown.entry)).collect();
    Ok(json!({"changes": changes, "next": next}))
}

/// Which of some changes a reader may see.
struct Visible {
    by_entity: HashMap<String, Seen>,
}

/// What a reader may see of one entity.
struct Seen {
    access: Arc<EntityAccess>,
    /// Whether every record may be seen, those too that are no longer there.
    all: bool,
    /// The records that are there and may be seen, with their revisions now.
    revisions: HashMap<Uuid, i64>,
}

/// A change as a reader may see it.
struct Shown {
    entity: String,
    revision: Option<i64>,
    entry: Json,
}

impl Visible {
    async fn of(context: &Context, changes: &[LoggedChange]) -> Result<Visible> {
        let mut records: HashMap<&str, HashSet<Uuid>> = HashMap::new();
        for change in changes.iter().filter(|change| change.operation != Operation::Document) {
            records.entry(&change.entity).or_default().insert(change.record);
        }
        let mut by_entity = HashMap::new();
        for (id, records) in records {
            // An entity that was removed can no longer be read.
            let Some(entity) = context.catalogue().entity_by_id(id) else { continue };
            let Ok(access) = context.access.readable(&entity.name) else { continue };
            let rows = access.rows();
            let revisions = revisions(context, access, &records).await?;
            let seen = Seen { access: access.clone(), all: rows.is_true(), revisions };
            by_entity.insert(id.to_owned(), seen);
        }
        Ok(Visible { by_entity })
    }

    fn show(&self, change: &LoggedChange) -> Option<Shown> {
        let seen = self.by_entity.get(&change.entity)?;
        let revision = seen.revisions.get(&change.record).copied();
        if revision.is_none() && !seen.all {
            return None;
        }
        let mut entry = history::entry(&seen.access, change)?;
        let entity = seen.access.entity.name.clone();
        entry["entity"] = json!(entity);
        entry["record"] = json!(change.record);
        Some(Shown { entity, revision, entry })
    }
}

/// The revisions of those records that are there and may be seen.
async fn revisions(
    context: &Context,
    access: &EntityAccess,
    records: &HashSet<Uuid>,
) -> Result<HashMap<Uuid, i64>> {
    let values = records.iter().map(|id| Value::Id(*id)).collect();
    let among = Condition::Test { column: store::Column::id(), op: Op::In, values };
    let limit = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let columns = vec![store::Column::id(), store::Column::revision()];
    let mut select = Select::new(access.table(), columns, limit);
    select.filter = among.and(compile::condition(&access.rows()));
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    let pair = |row: &Vec<Value>| Some((row[0].as_id()?, row[1].as_int()?));
    Ok(found.rows.iter().filter_map(pair).collect())
}

/// Takes notice of what some changes mean for the workspace as this node knows it: what was
/// published, and who may do what.
async fn take_notice(workspace: &Workspace, changes: &[LoggedChange]) -> Result<()> {
    if changes.iter().any(|change| change.operation == Operation::Document) {
        workspace.current().await?;
    }
    let snapshot = workspace.snapshot();
    let people = snapshot.catalogue.entity(USER).map(|entity| entity.id.as_str());
    if changes.iter().any(|change| Some(change.entity.as_str()) == people) {
        workspace.forget_people();
    }
    Ok(())
}

/// Entries that a follower reads at a time.
const PAGE_FOLLOWED: u32 = 500;

/// Takes notice of what other nodes write, until the engine ends.
pub(crate) async fn follow(workspace: &Arc<Workspace>, stop: Stop) {
    let mut ears = Ears::to_log(workspace, stop);
    let mut place: Option<i64> = None;
    let mut failures = 0;
    loop {
        ears.mark_heard();
        let pause = match catch_up(workspace, &mut place).await {
            Ok(()) => {
                failures = 0;
                pause_until(None, 0)
            }
            Err(error) => {
                tracing::warn!(workspace = %workspace.id, %error, "other nodes were not followed");
                failures += 1;
                pause_after(failures)
            }
        };
        if ears.wait(pause).await == Woken::Stop {
            return;
        }
    }
}

/// Reads the log to its end. What was known before the first look may be older than the log.
async fn catch_up(workspace: &Workspace, place: &mut Option<i64>) -> Result<()> {
    let store = &workspace.store;
    let mut at = match *place {
        Some(at) => at,
        None => {
            let end = store.last_sequence().await.map_err(from_store)?;
            workspace.current().await?;
            workspace.forget_people();
            end
        }
    };
    loop {
        let changes = store.changes(at, PAGE_FOLLOWED).await.map_err(from_store)?;
        take_notice(workspace, &changes).await?;
        let Some(last) = changes.last() else { break };
        at = last.sequence;
        *place = Some(at);
    }
    *place = Some(at);
    Ok(())
}
