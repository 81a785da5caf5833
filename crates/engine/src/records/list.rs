//! Lists of records: the query is a value, and permissions rewrite it before it is compiled.

use std::sync::Arc;

use model::filter::{Bound, Names, bind};
use model::query::{PageStart, Query, Sort};
use model::{Code, Entity, Fault, Field, Result, json};
use serde_json::Value as Json;
use store::{Column, Hop, Order, Page, Select};

use super::expand::Expansions;
use super::projection::Projection;
use crate::access::{EntityAccess, Reader};
use crate::compile;
use crate::context::Context;
use crate::cursor;
use crate::faults::from_store;

/// Answers a query: `{"records": […], "next_cursor": …, "count": …}`.
pub async fn list(context: &Context, entity: &str, query: &Query) -> Result<Vec<u8>> {
    let access = context.access.readable(entity)?;
    let reader = Reader { access: &context.access };
    let question = Question::new(context, access, &reader, query)?;
    let projection = match &query.fields {
        Some(names) => Arc::new(Projection::asked(access, &reader, names)?),
        None => access.projection(),
    };
    let mut expansions = Expansions::new(context, access, &reader, &query.expand)?;
    let store = &context.workspace.store;

    let select = Select {
        table: access.table(),
        columns: projection.columns.clone(),
        marks: projection.marks.clone(),
        filter: question.filter,
        order: question.order,
        page: question.page,
        limit: query.limit,
    };
    let mut page = store.select(&select).await.map_err(from_store)?;
    page.rows.iter_mut().for_each(|row| projection.mask(row));
    let count = match query.count {
        true => Some(store.count(&select.table, &select.filter).await.map_err(from_store)?),
        false => None,
    };
    expansions.fetch(context, &projection, &page.rows).await?;

    let mut out = Vec::with_capacity(128 + page.rows.len() * 256);
    out.extend_from_slice(b"{\"records\":[");
    for (index, row) in page.rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        expansions.write_record(&projection, row, &mut out);
    }
    let next = page.next.map(|values| {
        cursor::encode(&context.engine.inner.cursor_key, &question.identity, &values)
    });
    let next = next.map_or(Json::Null, Json::String);
    let count = count.map_or(Json::Null, Json::from);
    out.extend_from_slice(format!("],\"next_cursor\":{next},\"count\":{count}}}").as_bytes());
    Ok(out)
}

/// A query after permissions have rewritten it.
pub(crate) struct Question {
    pub(crate) filter: store::Condition,
    pub(crate) order: Vec<Order>,
    pub(crate) page: Page,
    /// What a cursor of this question is signed with.
    pub(crate) identity: String,
}

impl Question {
    pub(crate) fn new(
        context: &Context,
        access: &EntityAccess,
        reader: &Reader<'_>,
        query: &Query,
    ) -> Result<Question> {
        let entity = &access.entity;
        let mut bound = filter(context, access, reader, query.filter.as_ref())?;
        let mut order = Vec::with_capacity(query.sort.len());
        for (index, sort) in query.sort.iter().enumerate() {
            let at = format!("sort/{index}");
            let (column, guard) = sort_column(reader, entity, sort, &at)?;
            bound = bound.and(guard);
            order.push(Order { column, descending: sort.descending });
        }
        let identity = identity(context, &entity.id, query);
        let page = match &query.page {
            PageStart::First => Page::Start,
            PageStart::Offset(rows) => Page::Offset(*rows),
            PageStart::Cursor(text) => {
                Page::After(cursor::decode(&context.engine.inner.cursor_key, &identity, text)?)
            }
        };
        Ok(Question { filter: compile::condition(&bound), order, page, identity })
    }
}

/// The rows that may be seen, of those that are asked for, with the guards of all fields that the
/// filter mentions.
pub(crate) fn filter(
    context: &Context,
    access: &EntityAccess,
    reader: &Reader<'_>,
    asked: Option<&model::filter::Filter>,
) -> Result<Bound> {
    let mut bound = access.rows();
    if let Some(asked) = asked {
        let asked = bind(asked, &access.entity, reader, &context.scope())
            .map_err(|fault| fault.under("filter"))?;
        asked.visit_fields(&mut |field| {
            bound = std::mem::take(&mut bound).and(reader.guard(&access.entity, Some(field)));
        });
        bound = bound.and(asked);
    }
    Ok(bound)
}

/// The column to sort by, and what must hold of a record for that to be allowed. A link sorts by
/// the title of the record behind it.
fn sort_column(
    reader: &Reader<'_>,
    entity: &Arc<Entity>,
    sort: &Sort,
    at: &str,
) -> Result<(Column, Bound)> {
    let unfit = |field: &Field| -> model::Error {
        Fault::new(at, Code::FieldNotUsable).with_label("field", &field.label).into()
    };
    let field = reader.known_field(entity, &sort.field, at)?;
    let guard = reader.guard(entity, Some(&field));
    let Some(link) = field.kind.link() else {
        return match field.kind.storage() {
            model::Storage::Json => Err(unfit(&field)),
            model::Storage::Text if !field.kind.operators().contains(&model::filter::Op::Eq) => {
                Err(unfit(&field))
            }
            _ => Ok((compile::column(&field), guard)),
        };
    };
    // The title is sorted by only where it may be seen on every row that may be seen; an order
    // over rows that differ would tell.
    let target = reader.access.readable(&link.to).map_err(|_| unfit(&field))?;
    let title = &target.entity.title;
    let plain = target.rows().is_true() && target.sees(title) && !target.differs_by_row(title);
    if !plain {
        return Ok((compile::column(&field), guard));
    }
    let hop = Hop { column: Arc::from(field.id.as_str()), table: target.table() };
    Ok((compile::column(title).through(vec![hop]), guard))
}

/// What makes two queries the same question: everything but where the page starts and its size.
fn identity(context: &Context, entity: &str, query: &Query) -> String {
    let sort: Vec<String> =
        query.sort.iter().map(|sort| format!("{}{}", sort.field, sort.descending)).collect();
    let filter = format!("{:?}", query.filter);
    let user = context.user_id().unwrap_or_default();
    json::canonical(&serde_json::json!([
        context.workspace.id,
        context.catalogue().revision,
        user,
        entity,
        sort,
        filter
    ]))
}
