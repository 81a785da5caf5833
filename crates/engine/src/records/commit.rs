//! The end of a write: drafts become one commit of rows, change log, idempotency record.

use model::Value;
use serde_json::{Map, Value as Json, json};
use store::{Change, Column, Commit, Guard, Idempotency, KernelWrite, RowWrite};

use super::draft::{Draft, Operation};
use super::{Reply, stored};
use crate::compile;
use crate::context::{Actor, Context};
use crate::workspace::USER;

/// Makes the commit of some drafts; `None` when nothing would change.
pub(crate) fn build(
    context: &Context,
    drafts: &[Draft],
    guards: Vec<Guard>,
    reply: &Reply,
    kernel: Vec<KernelWrite>,
) -> Option<Commit> {
    let mut commit = begin(context);
    commit.guards = guards;
    commit.kernel = kernel;
    // Records that empty a link come before those that are deleted, and the deleted ones that
    // point to others before these: the reverse of the order in which they were found.
    let (changes, deletions): (Vec<&Draft>, Vec<&Draft>) = drafts
        .iter()
        .filter(|draft| !draft.is_idle())
        .partition(|draft| draft.operation != Operation::Delete);
    let (followers, own): (Vec<&Draft>, Vec<&Draft>) =
        changes.into_iter().partition(|draft| draft.place.is_none());
    let ordered = followers.into_iter().chain(own).chain(deletions.into_iter().rev());
    for draft in ordered {
        commit.rows.push(row(draft));
        commit.changes.push(change(draft));
    }
    if commit.rows.is_empty() && commit.kernel.is_empty() {
        return None;
    }
    commit.idempotency = idempotency(context, reply);
    Some(commit)
}

/// The record that lets a repeated request get the same answer, if it has a key.
pub(crate) fn idempotency(context: &Context, reply: &Reply) -> Option<Idempotency> {
    context.request.idempotency.as_ref().map(|key| Idempotency {
        scope: idempotency_scope(context),
        key: key.key.clone(),
        body_digest: key.digest,
        status: reply.status,
        reply: reply.body.clone(),
    })
}

/// A commit with the circumstances of a context.
pub(crate) fn begin(context: &Context) -> Commit {
    let mut cause = context.cause.clone();
    if context.depth > 0 {
        cause["depth"] = json!(context.depth);
    }
    let mut commit =
        Commit::new(context.catalogue().revision, context.now, context.actor.to_json(), cause);
    commit.actor_id = context.user_id();
    commit
}

/// Keys of different callers never meet.
pub(crate) fn idempotency_scope(context: &Context) -> String {
    match &context.actor {
        Actor::User { id, .. } => format!("user:{id}"),
        Actor::Token { id, .. } => format!("token:{id}"),
        Actor::Automation { name } => format!("automation:{name}"),
        Actor::System { reason } => format!("system:{reason}"),
    }
}

/// Whether a write changes what is known of people.
pub(crate) fn touches_people(drafts: &[Draft]) -> bool {
    drafts.iter().any(|draft| draft.entity().name == USER)
}

fn row(draft: &Draft) -> RowWrite {
    let (table, id) = (draft.access.table(), draft.id);
    let entity = draft.entity();
    let filled = || -> Vec<(Column, Value)> {
        let values = entity.fields.iter().zip(&draft.new);
        let values = values.filter(|(field, value)| !field.built_in && !value.is_null());
        values.map(|(field, value)| (compile::column(field), value.clone())).collect()
    };
    let built_in = |name: &str| super::rows::value_of(entity, &draft.old, name);
    match draft.operation {
        Operation::Create => RowWrite::Insert { table, id, values: filled() },
        Operation::Update => {
            let changed = draft.changed();
            let values = changed.map(|(at, field)| (compile::column(field), draft.new[at].clone()));
            RowWrite::Update { table, id, revision: draft.old_revision(), values: values.collect() }
        }
        Operation::Delete => RowWrite::Delete { table, id, revision: draft.old_revision() },
        Operation::Restore => RowWrite::Restore {
            table,
            id,
            revision: draft.old_revision() + 1,
            created_at: match built_in("created_at") {
                Value::Instant(at) => *at,
                _ => 0,
            },
            created_by: built_in("created_by").as_id(),
            values: filled(),
        },
    }
}

/// The entry of the change log: what was and what is, by the ids of fields. A deletion keeps the
/// whole row, because that is what a restore needs.
fn change(draft: &Draft) -> Change {
    let entity = draft.entity();
    let (mut before, mut after) = (Map::new(), Map::new());
    let whole = |row: &[Value], all: bool| -> Json {
        let fields = entity.fields.iter().zip(row);
        let fields = fields.filter(|(f, value)| !value.is_null() && (all || !f.built_in));
        fields.map(|(field, value)| (field.id.clone(), stored::to_json(value))).collect()
    };
    let operation = match draft.operation {
        Operation::Create => store::Operation::Create,
        Operation::Update => store::Operation::Update,
        Operation::Delete => store::Operation::Delete,
        Operation::Restore => store::Operation::Restore,
    };
    let (before, after) = match draft.operation {
        Operation::Create | Operation::Restore => (Json::Null, whole(&draft.new, false)),
        Operation::Delete => (whole(&draft.old, true), Json::Null),
        Operation::Update => {
            for (at, field) in draft.changed() {
                before.insert(field.id.clone(), stored::to_json(&draft.old[at]));
                after.insert(field.id.clone(), stored::to_json(&draft.new[at]));
            }
            (Json::Object(before), Json::Object(after))
        }
    };
    Change { entity: entity.id.clone(), record: draft.id, operation, before, after }
}
