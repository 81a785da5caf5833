//! Tests of filters: the shared vectors, what is refused, and what holds of every filter.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::changeset::testing::{Workspace, put};
use crate::field::{Entity, Field};
use crate::time::parse_instant;
use crate::value::Value;

mod refused;
mod rules;
mod vectors;

/// Records in memory, by entity and id.
#[derive(Default)]
struct Records {
    by_entity: HashMap<String, HashMap<Uuid, HashMap<String, Value>>>,
}

/// A record among all others.
struct Place<'a> {
    records: &'a Records,
    values: &'a HashMap<String, Value>,
}

impl Row for Place<'_> {
    fn value(&self, field: &Field) -> &Value {
        self.values.get(&field.id).unwrap_or(&Value::Null)
    }

    fn through(&self, through: &Through, id: Uuid) -> bool {
        let target = self.records.by_entity.get(&through.target.id).and_then(|rows| rows.get(&id));
        let place = target.map(|values| Place { records: self.records, values });
        place.is_some_and(|place| through.inner.matches(&place))
    }

    fn related(&self, related: &Related) -> bool {
        let own = self.values.get("id").and_then(Value::as_id);
        let empty = HashMap::new();
        let rows = self.records.by_entity.get(&related.entity.id).unwrap_or(&empty);
        let mut pointing = rows
            .values()
            .map(|values| Place { records: self.records, values })
            .filter(|place| own.is_some() && place.value(&related.link).as_id() == own);
        match related.quantifier {
            Quantifier::Some => pointing.any(|place| related.inner.matches(&place)),
            Quantifier::Every => pointing.all(|place| related.inner.matches(&place)),
            Quantifier::None => !pointing.any(|place| related.inner.matches(&place)),
        }
    }
}

impl Records {
    /// Takes in a record as the API shows it; what is nested under a link is a record too.
    fn add(&mut self, workspace: &Workspace, entity: &Entity, record: &Json) -> Uuid {
        let mut values = HashMap::new();
        let mut own = Uuid::nil();
        for (name, input) in record.as_object().expect("a record") {
            let field = entity.field(name).unwrap_or_else(|| panic!("no field {name}"));
            let link = field.kind.link().filter(|_| input.is_object());
            let value = match link {
                Some(link) => {
                    let target = workspace.catalogue.entity(&link.to).expect("the target");
                    Value::Id(self.add(workspace, target, input))
                }
                None => field.parse(input).unwrap_or_else(|fault| panic!("{name}: {fault:?}")),
            };
            if name == "id" {
                own = value.as_id().expect("an id");
            }
            values.insert(field.id.clone(), value);
        }
        self.by_entity.entry(entity.id.clone()).or_default().insert(own, values);
        own
    }

    /// The records of an entity that a filter matches.
    fn matching(&self, entity: &Entity, bound: &Bound) -> Vec<Uuid> {
        let rows = self.by_entity.get(&entity.id);
        let rows = rows.into_iter().flatten();
        let matches = |values| bound.matches(&Place { records: self, values });
        let mut ids: Vec<Uuid> =
            rows.filter(|(_, values)| matches(values)).map(|(id, _)| *id).collect();
        ids.sort();
        ids
    }
}

/// Binds a filter for the house.
fn bound(
    workspace: &Workspace,
    entity: &Arc<Entity>,
    scope: &Scope,
    filter: &Json,
) -> Result<Bound, Fault> {
    bind(&Filter::parse(filter)?, entity, &Everything(&workspace.catalogue), scope)
}

fn scope() -> Scope {
    let now = parse_instant("2026-05-31T20:30:00Z").expect("an instant");
    Scope { me: None, now, zone: TimeZone::get("Asia/Shanghai").expect("a zone") }
}
