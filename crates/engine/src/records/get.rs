//! One record.

use std::sync::Arc;

use model::query::Query;
use model::{Code, Error, Result, Value};
use store::{Condition, Op, Select};

use super::expand::Expansions;
use super::parse_id;
use super::projection::Projection;
use crate::access::Reader;
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// Answers one record and its revision. Of the query, `fields` and `expand` count. Errors:
/// `record_unknown`, also for a record that the actor may not see.
pub async fn get(
    context: &Context,
    entity: &str,
    id: &str,
    query: &Query,
) -> Result<(Vec<u8>, i64)> {
    let access = context.access.readable(entity)?;
    let reader = Reader { access: &context.access };
    let projection = match &query.fields {
        Some(names) => Arc::new(Projection::asked(access, &reader, names)?),
        None => access.projection(),
    };
    let mut expansions = Expansions::new(context, access, &reader, &query.expand)?;
    let id = parse_id(id)?;
    let store = &context.workspace.store;
    let rows = access.rows();
    let row = if rows.is_true() && projection.marks.is_empty() {
        store.get(&access.table(), &projection.columns, id).await.map_err(from_store)?
    } else {
        let is_it = Condition::test(store::Column::id(), Op::Eq, Value::Id(id));
        let mut select = Select::new(access.table(), projection.columns.clone(), 1);
        select.marks = projection.marks.clone();
        select.filter = is_it.and(compile::condition(&rows));
        store.select(&select).await.map_err(from_store)?.rows.pop()
    };
    let mut row = row.ok_or_else(|| Error::new(Code::RecordUnknown))?;
    projection.mask(&mut row);
    let revision = projection.index("revision").and_then(|at| row[at].as_int()).unwrap_or(0);
    let rows = [row];
    expansions.fetch(context, &projection, &rows).await?;
    let mut out = Vec::with_capacity(512);
    expansions.write_record(&projection, &rows[0], &mut out);
    Ok((out, revision))
}
