//! Links shown as the records behind them, and inverses as lists of records.

use std::collections::HashMap;
use std::sync::Arc;

use model::field::Inverse;
use model::filter::Names;
use model::limits::EXPANDED_RECORDS_MAX;
use model::{Code, Fault, Field, Result, Uuid, Value};
use serde_json::Value as Json;
use store::{Condition, Op, Order, Select};

use super::projection::Projection;
use crate::access::{EntityAccess, Reader};
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// What a query expands, and what was found.
pub(crate) struct Expansions {
    links: Vec<LinkExpansion>,
    inverses: Vec<InverseExpansion>,
}

struct LinkExpansion {
    field: Arc<Field>,
    /// The target, if the actor may read it at all.
    target: Option<Arc<EntityAccess>>,
    found: HashMap<Uuid, Vec<u8>>,
}

struct InverseExpansion {
    inverse: Inverse,
    source: Arc<EntityAccess>,
    link: Arc<Field>,
    /// By the record that they point to: the list, ready to be written.
    found: HashMap<Uuid, Vec<u8>>,
}

impl Expansions {
    /// Resolves the names. Faults: unknown or hidden names, and fields that are no links.
    pub(crate) fn new(
        context: &Context,
        access: &EntityAccess,
        reader: &Reader<'_>,
        names: &[String],
    ) -> Result<Expansions> {
        let mut expansions = Expansions { links: Vec::new(), inverses: Vec::new() };
        for (index, name) in names.iter().enumerate() {
            let at = format!("expand/{index}");
            if let Some(inverse) = reader.inverse(&access.entity, name) {
                let source = context.access.readable(&inverse.entity)?.clone();
                let link = reader.known_field(&source.entity, &inverse.field, &at)?;
                let found = HashMap::new();
                expansions.inverses.push(InverseExpansion { inverse, source, link, found });
                continue;
            }
            let field = reader.known_field(&access.entity, name, &at)?;
            let Some(link) = field.kind.link() else {
                let fault = Fault::new(at, Code::FieldNotUsable).with_label("field", &field.label);
                return Err(fault.into());
            };
            let target = context.access.readable(&link.to).ok().cloned();
            expansions.links.push(LinkExpansion { field, target, found: HashMap::new() });
        }
        Ok(expansions)
    }

    /// Reads the records behind the links of some rows: one question per link, and one per row
    /// and inverse.
    pub(crate) async fn fetch(
        &mut self,
        context: &Context,
        projection: &Projection,
        rows: &[Vec<Value>],
    ) -> Result<()> {
        for expansion in &mut self.links {
            let Some(at) = projection.index(&expansion.field.name) else { continue };
            let mut ids: Vec<Uuid> = rows.iter().filter_map(|row| row[at].as_id()).collect();
            ids.sort_unstable();
            ids.dedup();
            expansion.fetch(context, &ids).await?;
        }
        let Some(at) = projection.index("id") else { return Ok(()) };
        for expansion in &mut self.inverses {
            for id in rows.iter().filter_map(|row| row[at].as_id()) {
                expansion.fetch(context, id).await?;
            }
        }
        Ok(())
    }

    /// Appends a record with its expansions.
    pub(crate) fn write_record(&self, projection: &Projection, row: &[Value], out: &mut Vec<u8>) {
        projection.write(row, out, &mut |field, value, out| {
            let expansion = self.links.iter().find(|expansion| expansion.field.id == field.id);
            match (expansion, value.as_id()) {
                (Some(expansion), Some(id)) => {
                    expansion.write(id, out);
                    true
                }
                _ => false,
            }
        });
        let id = projection.index("id").and_then(|at| row[at].as_id());
        for expansion in &self.inverses {
            out.extend_from_slice(format!(",\"{}\":", expansion.inverse.name).as_bytes());
            match id.and_then(|id| expansion.found.get(&id)) {
                Some(list) => out.extend_from_slice(list),
                None => out.extend_from_slice(b"{\"records\":[],\"count\":0}"),
            }
        }
        out.push(b'}');
    }
}

impl LinkExpansion {
    async fn fetch(&mut self, context: &Context, ids: &[Uuid]) -> Result<()> {
        let Some(target) = &self.target else { return Ok(()) };
        if ids.is_empty() {
            return Ok(());
        }
        let projection = target.projection();
        let values = ids.iter().map(|id| Value::Id(*id)).collect();
        let among = Condition::Test { column: store::Column::id(), op: Op::In, values };
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let mut select = Select::new(target.table(), projection.columns.clone(), limit);
        select.marks = projection.marks.clone();
        select.filter = among.and(compile::condition(&target.rows()));
        let found = context.workspace.store.select(&select).await.map_err(from_store)?;
        let title = &target.entity.title;
        let own_title = target.entity.field("title").is_some();
        let (id_at, title_at) = (projection.index("id"), projection.index(&title.name));
        for mut row in found.rows {
            projection.mask(&mut row);
            let Some(id) = id_at.and_then(|at| row[at].as_id()) else { continue };
            let mut out = Vec::with_capacity(256);
            projection.write(&row, &mut out, &mut |_, _, _| false);
            if let Some(at) = title_at.filter(|_| !own_title) {
                let text = title.text(&row[at], context.language());
                out.extend_from_slice(format!(",\"title\":{}", Json::String(text)).as_bytes());
            }
            out.push(b'}');
            self.found.insert(id, out);
        }
        Ok(())
    }

    fn write(&self, id: Uuid, out: &mut Vec<u8>) {
        match self.found.get(&id) {
            Some(record) => out.extend_from_slice(record),
            // It may not be seen, or is gone: what the link itself says, and nothing more.
            None => out.extend_from_slice(format!("{{\"id\":\"{id}\"}}").as_bytes()),
        }
    }
}

impl InverseExpansion {
    async fn fetch(&mut self, context: &Context, id: Uuid) -> Result<()> {
        let projection = self.source.projection();
        let points = Condition::test(compile::column(&self.link), Op::Eq, Value::Id(id));
        // Where the link shows on some rows only, the others do not point here for this reader.
        let seen = match self.source.differs_by_row(&self.link) {
            true => self.source.rows_of_field(&self.link),
            false => self.source.rows(),
        };
        let table = self.source.table();
        let mut select = Select::new(table, projection.columns.clone(), EXPANDED_RECORDS_MAX);
        select.marks = projection.marks.clone();
        select.filter = points.and(compile::condition(&seen));
        select.order = vec![Order { column: store::Column::id(), descending: true }];
        let store = &context.workspace.store;
        let found = store.select(&select).await.map_err(from_store)?;
        let count = match found.next {
            Some(_) => store.count(&select.table, &select.filter).await.map_err(from_store)?,
            None => found.rows.len() as u64,
        };
        let mut out = b"{\"records\":[".to_vec();
        for (index, mut row) in found.rows.into_iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            projection.mask(&mut row);
            projection.write(&row, &mut out, &mut |_, _, _| false);
            out.push(b'}');
        }
        out.extend_from_slice(format!("],\"count\":{count}}}").as_bytes());
        self.found.insert(id, out);
        Ok(())
    }
}
