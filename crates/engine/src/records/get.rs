//! One record.

use std::sync::Arc;

use model::query::Query;
use model::{Code, Error, Result};

use super::expand::Expansions;
use super::parse_id;
use super::projection::Projection;
use crate::access::Reader;
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
    let store = &context.workspace.store;
    let (projection, find) = match &query.fields {
        Some(names) => {
            let projection = Arc::new(Projection::asked(access, &reader, names)?);
            let find = Arc::new(access.find_with(store, &projection)?);
            (projection, find)
        }
        None => (access.projection(), access.find(store)?),
    };
    let mut expansions = Expansions::new(context, access, &reader, &query.expand)?;
    let row = store.find(&find, parse_id(id)?).await.map_err(from_store)?;
    let mut row = row.ok_or_else(|| Error::new(Code::RecordUnknown))?;
    projection.mask(&mut row);
    let revision = projection.index("revision").and_then(|at| row[at].as_int()).unwrap_or(0);
    let rows = [row];
    expansions.fetch(context, &projection, &rows).await?;
    let mut out = Vec::with_capacity(512);
    expansions.write_record(&projection, &rows[0], &mut out);
    Ok((out, revision))
}
