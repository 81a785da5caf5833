//! Row rules evaluated on records that are about to be written, before and after the change.

use std::collections::{HashMap, HashSet};

use model::filter::{Bound, Quantifier, Related, Row, Through};
use model::{Entity, Field, Result, Uuid, Value};
use store::{Condition, Op, Select};

use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// What is known of other records: which of them match the conditions that row rules have on the
/// records behind links and on the records that point here.
#[derive(Default)]
pub(crate) struct Lookups {
    through: HashMap<usize, HashSet<Uuid>>,
    related: HashMap<usize, HashSet<Uuid>>,
}

/// A condition is known by its place in memory: the rules live in the access of the context,
/// which does not move while a write is prepared.
fn key<T>(condition: &T) -> usize {
    std::ptr::from_ref(condition) as usize
}

/// A row of an entity together with what is known of others.
pub(crate) struct Seen<'a> {
    pub(crate) entity: &'a Entity,
    pub(crate) row: &'a [Value],
    pub(crate) lookups: &'a Lookups,
}

impl Row for Seen<'_> {
    fn value(&self, field: &Field) -> &Value {
        value_of(self.entity, self.row, &field.id)
    }

    fn through(&self, through: &Through, id: Uuid) -> bool {
        self.lookups.through.get(&key(through)).is_some_and(|matching| matching.contains(&id))
    }

    fn related(&self, related: &Related) -> bool {
        let id = value_of(self.entity, self.row, "id").as_id().unwrap_or_default();
        self.lookups.related.get(&key(related)).is_some_and(|matching| matching.contains(&id))
    }
}

/// The value of a field by its id; rows stand in the order of the entity's fields.
pub(crate) fn value_of<'a>(entity: &Entity, row: &'a [Value], id: &str) -> &'a Value {
    const EMPTY: &Value = &Value::Null;
    let at = entity.fields.iter().position(|field| field.id == id);
    at.and_then(|at| row.get(at)).unwrap_or(EMPTY)
}

impl Lookups {
    /// Asks the store what the rules need to know of other records for some rows of an entity.
    pub(crate) async fn fetch(
        &mut self,
        context: &Context,
        entity: &Entity,
        rules: &[&Bound],
        rows: &[&[Value]],
    ) -> Result<()> {
        let (mut throughs, mut relateds) = (Vec::new(), Vec::new());
        for rule in rules {
            rule.visit_through(&mut |through| throughs.push(through));
            rule.visit_related(&mut |related| relateds.push(related));
        }
        for through in throughs {
            let mut ids: Vec<Uuid> = rows
                .iter()
                .filter_map(|row| value_of(entity, row, &through.link.id).as_id())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let matching = matching(context, through, &ids).await?;
            self.through.entry(key(through)).or_default().extend(matching);
        }
        for related in relateds {
            for row in rows {
                let id = value_of(entity, row, "id").as_id().unwrap_or_default();
                if holds(context, related, id).await? {
                    self.related.entry(key(related)).or_default().insert(id);
                }
            }
        }
        Ok(())
    }
}

/// Which of some records behind a link match its condition.
async fn matching(context: &Context, through: &Through, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = ids.iter().map(|id| Value::Id(*id)).collect();
    let among = Condition::Test { column: store::Column::id(), op: Op::In, values };
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let table = compile::table(&through.target);
    let mut select = Select::new(table, vec![store::Column::id()], limit);
    select.filter = among.and(compile::condition(&through.inner));
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    Ok(found.rows.iter().filter_map(|row| row[0].as_id()).collect())
}

/// Whether the records that point to one match as they should.
async fn holds(context: &Context, related: &Related, id: Uuid) -> Result<bool> {
    let points = Condition::test(compile::column(&related.link), Op::Eq, Value::Id(id));
    let inner = compile::condition(&related.inner);
    let (wanted, inner) = match related.quantifier {
        Quantifier::Some => (true, inner),
        Quantifier::None => (false, inner),
        Quantifier::Every => (false, Condition::Not(Box::new(inner))),
    };
    let table = compile::table(&related.entity);
    let mut select = Select::new(table, vec![store::Column::id()], 1);
    select.filter = points.and(inner);
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    Ok(found.rows.is_empty() != wanted)
}
