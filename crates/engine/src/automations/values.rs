//! The values that steps write: literals, texts with `{record.field}`, and `{"from": "record.field"}`.

use std::sync::Arc;

use model::limits::PATH_HOPS_MAX;
use model::{Code, Entity, Fault, Field, Result, Value};
use serde_json::{Map, Value as Json};

use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// What begins a path of the record that started the run.
const RECORD: &str = "record.";

/// The record that started a run, as it was then.
pub(super) struct Source {
    pub(super) entity: Arc<Entity>,
    /// In the order of the entity's fields.
    pub(super) row: Vec<Value>,
}

impl Source {
    /// The values of a step as the API takes them. Faults have paths below `values`.
    pub(super) async fn fill(
        &self,
        context: &Context,
        values: &Map<String, Json>,
    ) -> Result<Map<String, Json>> {
        let mut filled = Map::new();
        for (name, value) in values {
            let at = format!("values/{name}");
            let value = match value {
                Json::Object(object) if object.len() == 1 && object.contains_key("from") => {
                    let path = object["from"].as_str().unwrap_or_default().trim();
                    let (field, value) = self.value(context, path, &format!("{at}/from")).await?;
                    field.show(&value)
                }
                Json::String(text) if text.contains('{') => {
                    Json::String(self.text(context, text, &at).await?)
                }
                literal => literal.clone(),
            };
            filled.insert(name.clone(), value);
        }
        Ok(filled)
    }

    /// All values by the names of the fields, as the API shows them.
    pub(super) fn show(&self) -> Map<String, Json> {
        let shown = self.entity.fields.iter().zip(&self.row);
        shown.map(|(field, value)| (field.name.clone(), field.show(value))).collect()
    }

    /// A text with every `{record.field}` replaced by what people read. Other braces stay.
    async fn text(&self, context: &Context, template: &str, at: &str) -> Result<String> {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            match after.split_once('}') {
                Some((path, after)) if path.trim().starts_with(RECORD) => {
                    let (field, value) = self.value(context, path.trim(), at).await?;
                    text.push_str(&field.text(&value, context.workspace.language));
                    rest = after;
                }
                _ => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        Ok(text)
    }

    /// The field and value at the end of a path, walking links to records as they are now.
    async fn value(&self, context: &Context, path: &str, at: &str) -> Result<(Arc<Field>, Value)> {
        let unknown = || Fault::new(at, Code::FieldUnknown).with("field", path);
        let names = path.strip_prefix(RECORD).ok_or_else(unknown)?;
        let names: Vec<&str> = names.split('.').collect();
        let (first, hops) = names.split_first().ok_or_else(unknown)?;
        if hops.len() > PATH_HOPS_MAX {
            return Err(unknown().into());
        }
        let mut field = self.entity.field(first).ok_or_else(unknown)?.clone();
        let place = self.entity.fields.iter().position(|known| known.id == field.id);
        let mut value = place.map(|at| self.row[at].clone()).unwrap_or_default();
        for name in hops {
            let link = field.kind.link().ok_or_else(unknown)?;
            let target = context.catalogue().entity(&link.to).ok_or_else(unknown)?;
            let next = target.field(name).ok_or_else(unknown)?.clone();
            value = match value.as_id() {
                Some(id) => {
                    let (table, columns) = (compile::table(target), [compile::column(&next)]);
                    let row = context.workspace.store.get(&table, &columns, id).await;
                    row.map_err(from_store)?.and_then(|mut row| row.pop()).unwrap_or_default()
                }
                None => Value::Null,
            };
            field = next;
        }
        Ok((field, value))
    }
}
