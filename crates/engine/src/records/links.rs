//! Links of records that are about to be written: resolving them, checking that the actor may see
//! their targets, and what a deletion does to the records that point to the deleted one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::field::OnDelete;
use model::limits::BATCH_SIZE_MAX;
use model::{Code, Error, Fault, Field, Language, Result, Uuid, Value};
use serde_json::Value as Json;
use store::{Condition, Op, Select};

use super::draft::{Draft, Operation};
use crate::access::EntityAccess;
use crate::compile;
use crate::context::Context;
use crate::faults::from_store;

/// A link that was given by a unique value of its target: `{"by": {"name": "Acme"}}`.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The place of the link in the entity.
    pub(crate) at: usize,
    /// The unique field of the target.
    pub(crate) field: String,
    /// The value to look for.
    pub(crate) sought: Sought,
}

/// The value of a unique field that a link is looked up by.
#[derive(Debug)]
pub(crate) enum Sought {
    /// As a client sent it.
    Json(Json),
    /// As the field reads it.
    Value(Value),
}

impl Reference {
    /// Reads the form with `by`; `None` when the input has another form.
    pub(crate) fn parse(
        field: &Field,
        at: usize,
        input: &Json,
    ) -> Result<Option<Reference>, Fault> {
        let (Some(_), Some(object)) = (field.kind.link(), input.as_object()) else {
            return Ok(None);
        };
        let by = object.get("by").and_then(Json::as_object).filter(|by| by.len() == 1);
        let by = by.filter(|_| object.len() == 1).and_then(|by| by.iter().next());
        let (name, value) = by.ok_or_else(|| {
            field.fault(Code::TypeMismatch).expected("an id or {\"by\": {unique_field: value}}")
        })?;
        Ok(Some(Reference { at, field: name.clone(), sought: Sought::Json(value.clone()) }))
    }
}

/// Resolves references and checks that the target of every link that changes is there and may be
/// seen by the actor. Absent and unseen are the same fault.
pub(crate) async fn resolve(context: &Context, drafts: &mut [Draft]) -> Result<()> {
    resolve_references(context, drafts).await?;
    let mut wanted: HashMap<String, HashSet<Uuid>> = HashMap::new();
    let created: HashSet<(String, Uuid)> = drafts
        .iter()
        .filter(|draft| matches!(draft.operation, Operation::Create | Operation::Restore))
        .map(|draft| (draft.entity().name.clone(), draft.id))
        .collect();
    for draft in drafts.iter().filter(|draft| draft.operation != Operation::Delete) {
        for (at, field) in draft.changed() {
            if let (Some(link), Some(id)) = (field.kind.link(), draft.new[at].as_id()) {
                wanted.entry(link.to.clone()).or_default().insert(id);
            }
        }
    }
    let mut seen: HashMap<String, HashSet<Uuid>> = HashMap::new();
    for (entity, ids) in wanted {
        let found = visible_ids(context, &entity, &ids).await?;
        seen.insert(entity, found);
    }
    for draft in drafts.iter_mut().filter(|draft| draft.operation != Operation::Delete) {
        let mut faults = Vec::new();
        for (at, field) in draft.changed() {
            let (Some(link), Some(id)) = (field.kind.link(), draft.new[at].as_id()) else {
                continue;
            };
            let known = seen.get(&link.to).is_some_and(|ids| ids.contains(&id));
            if !known && !created.contains(&(link.to.clone(), id)) {
                faults.push(field.fault(Code::LinkUnknown));
            }
        }
        draft.faults.extend(faults);
    }
    Ok(())
}

/// Which of some records may be seen.
async fn visible_ids(
    context: &Context,
    entity: &str,
    ids: &HashSet<Uuid>,
) -> Result<HashSet<Uuid>> {
    let Ok(access) = context.access.readable(entity) else { return Ok(HashSet::new()) };
    let (store, rows) = (&context.workspace.store, access.rows());
    if rows.is_true() {
        let (columns, ids) = ([store::Column::id()], Vec::from_iter(ids.iter().copied()));
        let found = store.get_many(&access.table(), &columns, &ids).await.map_err(from_store)?;
        return Ok(found.iter().filter_map(|row| row[0].as_id()).collect());
    }
    let values = ids.iter().map(|id| Value::Id(*id)).collect();
    let among = Condition::Test { column: store::Column::id(), op: Op::In, values };
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut select = Select::new(access.table(), vec![store::Column::id()], limit);
    select.filter = among.and(compile::condition(&rows));
    let found = store.select(&select).await.map_err(from_store)?;
    Ok(found.rows.iter().filter_map(|row| row[0].as_id()).collect())
}

/// One question per target and unique field for all drafts.
async fn resolve_references(context: &Context, drafts: &mut [Draft]) -> Result<()> {
    let mut questions: Vec<Question> = Vec::new();
    for (place, draft) in drafts.iter_mut().enumerate() {
        let entity = draft.entity().clone();
        for reference in std::mem::take(&mut draft.references) {
            let link = &entity.fields[reference.at];
            match target_field(context, link, &reference) {
                Ok((to, field, value)) => {
                    let same = |q: &Question| q.entity == to && q.field.id == field.id;
                    let question = questions.iter().position(same).unwrap_or_else(|| {
                        questions.push(Question::new(to, field));
                        questions.len() - 1
                    });
                    questions[question].ask(place, reference.at, value);
                }
                Err(fault) => draft.faults.push(fault),
            }
        }
    }
    for question in questions {
        let values = question.values.values().cloned().collect();
        let found = by_unique(context, question.entity, &question.field, values).await?;
        for (place, at, key) in question.askers {
            let draft = &mut drafts[place];
            match found.get(&key) {
                Some(id) => draft.new[at] = Value::Id(*id),
                None => {
                    let shown = question.field.text(&question.values[&key], Language::default());
                    let link = &draft.entity().fields[at];
                    let fault = link.fault(Code::LinkUnknown).with("value", shown);
                    draft.faults.push(fault);
                }
            }
        }
    }
    Ok(())
}

/// All links of a batch that are looked up by one unique field of one entity.
struct Question<'a> {
    entity: &'a str,
    field: Arc<Field>,
    /// By [`key`].
    values: HashMap<String, Value>,
    /// The draft, the place of the link, and the key of the value.
    askers: Vec<(usize, usize, String)>,
}

impl Question<'_> {
    fn new(entity: &str, field: Arc<Field>) -> Question<'_> {
        Question { entity, field, values: HashMap::new(), askers: Vec::new() }
    }

    fn ask(&mut self, draft: usize, at: usize, value: Value) {
        let key = key(&value);
        if !self.values.contains_key(&key) {
            self.values.insert(key.clone(), value);
        }
        self.askers.push((draft, at, key));
    }
}

/// The target entity, the unique field there, and the value to look for.
fn target_field<'a>(
    context: &'a Context,
    link: &Field,
    reference: &Reference,
) -> Result<(&'a str, Arc<Field>, Value), Fault> {
    let to = link.kind.link().map(|link| link.to.as_str()).unwrap_or_default();
    let unknown = || link.fault(Code::LinkUnknown);
    let access = context.access.readable(to).map_err(|_| unknown())?;
    let field = access.entity.field(&reference.field).filter(|field| access.sees(field));
    let field = field.ok_or_else(|| {
        let path = format!("{}/by/{}", link.name, reference.field);
        Fault::new(path, Code::FieldUnknown).with("field", &reference.field)
    })?;
    if !field.unique {
        let path = format!("{}/by/{}", link.name, reference.field);
        return Err(Fault::new(path, Code::MatchInvalid).with("field", &reference.field));
    }
    let value = match &reference.sought {
        Sought::Json(input) => field.kind.operand(field, input).map_err(|_| unknown())?,
        Sought::Value(value) => value.clone(),
    };
    Ok((access.entity.name.as_str(), field.clone(), value))
}

/// How a value is compared: text by its key.
pub(crate) fn key(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("t{}", model::text_key(text)),
        other => format!("{other:?}"),
    }
}

/// The visible records that have some values of a unique field, by [`key`].
pub(crate) async fn by_unique(
    context: &Context,
    entity: &str,
    field: &Field,
    values: Vec<Value>,
) -> Result<HashMap<String, Uuid>> {
    let access = context.access.readable(entity)?;
    let limit = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let columns = vec![store::Column::id(), compile::column(field)];
    let mut select = Select::new(access.table(), columns, limit);
    let among = Condition::Test { column: compile::column(field), op: Op::In, values };
    select.filter = among
        .and(compile::condition(&access.rows()))
        .and(compile::condition(&access.rows_of_field(field)));
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    let pair = |row: &Vec<Value>| Some((key(&row[1]), row[0].as_id()?));
    Ok(found.rows.iter().filter_map(pair).collect())
}

/// Adds what the deletions of a batch do to the records that point to the deleted ones. Errors:
/// `link_restricted`, and too many followers for one batch.
pub(crate) async fn follow_deletions(
    context: &Context,
    everything: &crate::access::Access,
    drafts: &mut Vec<Draft>,
) -> Result<()> {
    let mut next = 0;
    while next < drafts.len() {
        let (entity, id) = (drafts[next].entity().name.clone(), drafts[next].id);
        let deletes = drafts[next].operation == Operation::Delete && !drafts[next].is_refused();
        next += 1;
        if !deletes {
            continue;
        }
        for (source, link, rule) in links_to(context, &entity) {
            let access = everything.readable(&source)?.clone();
            for row in pointing(context, &access, &link, id).await? {
                let follower = super::rows::value_of(&access.entity, &row, "id").as_id();
                let follower = follower.unwrap_or_default();
                let known = drafts.iter().position(|draft| draft.id == follower);
                if known.is_some_and(|at| drafts[at].operation == Operation::Delete) {
                    continue;
                }
                match rule {
                    OnDelete::Restrict => {
                        drafts[next - 1].refusal = Some(Error::new(Code::LinkRestricted));
                    }
                    OnDelete::Cascade => {
                        drafts.push(Draft::of_row(&access, follower, Operation::Delete, row));
                    }
                    OnDelete::SetNull => {
                        let at = known.unwrap_or_else(|| {
                            let draft = Draft::of_row(&access, follower, Operation::Update, row);
                            drafts.push(draft);
                            drafts.len() - 1
                        });
                        let place = access.entity.fields.iter().position(|f| f.id == link.id);
                        drafts[at].new[place.unwrap_or_default()] = Value::Null;
                    }
                }
            }
            if drafts.len() > BATCH_SIZE_MAX * 10 {
                return Err(Error::new(Code::BatchTooLarge).with("count", BATCH_SIZE_MAX * 10));
            }
        }
    }
    Ok(())
}

/// The link fields anywhere that point to an entity.
fn links_to(context: &Context, entity: &str) -> Vec<(String, Arc<Field>, OnDelete)> {
    let mut links = Vec::new();
    for source in context.catalogue().entities().filter(|source| !source.kernel) {
        for field in source.declared() {
            if let Some(link) = field.kind.link().filter(|link| link.to == entity) {
                links.push((source.name.clone(), field.clone(), link.on_delete));
            }
        }
    }
    links
}

/// The whole rows that point to a record.
async fn pointing(
    context: &Context,
    access: &EntityAccess,
    link: &Field,
    id: Uuid,
) -> Result<Vec<Vec<Value>>> {
    let columns = access.entity.fields.iter().map(|field| compile::column(field)).collect();
    let limit = u32::try_from(BATCH_SIZE_MAX * 10).unwrap_or(u32::MAX);
    let mut select = Select::new(access.table(), columns, limit);
    select.filter = Condition::test(compile::column(link), Op::Eq, Value::Id(id));
    let found = context.workspace.store.select(&select).await.map_err(from_store)?;
    Ok(found.rows)
}
