//! Row and field rights of records that are about to be written, before and after the change.

use model::document::FieldRight;
use model::filter::Bound;
use model::{Code, Error, Result, Value};

use super::draft::{Draft, Operation};
use super::rows::{Lookups, Seen};
use crate::context::Context;

/// Refuses drafts that no role of the actor allows. What follows from a draft (a link emptied by
/// a deletion) is not the actor's and is not asked. Answers what was learnt of other records.
pub(crate) async fn check(context: &Context, drafts: &mut [Draft]) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    for draft in drafts.iter().filter(|draft| draft.place.is_some() && !draft.is_refused()) {
        let (rules, visible) = rules(draft);
        let all: Vec<&Bound> = rules.iter().copied().chain(visible.iter()).collect();
        let rows = [draft.old.as_slice(), draft.new.as_slice()];
        lookups.fetch(context, draft.entity(), &all, &rows).await?;
    }
    for draft in drafts.iter_mut().filter(|draft| draft.place.is_some() && !draft.is_refused()) {
        if let Some(refusal) = refusal(draft, &lookups) {
            draft.refusal = Some(refusal);
        }
    }
    Ok(lookups)
}

/// The rules that decide whether a draft may be written, and those that decide what of it the
/// actor sees afterwards. The latter live in the access too, so that their places do not move.
fn rules(draft: &Draft) -> (Vec<&Bound>, &[Bound]) {
    let grants = draft.access.write_grants(draft.operation.right());
    (grants.map(|(rows, _)| rows).collect(), draft.access.visibility())
}

fn refusal(draft: &Draft, lookups: &Lookups) -> Option<Error> {
    let entity = draft.entity();
    let matches = |rule: &Bound, row: &[Value]| rule.matches(&Seen { entity, row, lookups });
    let is_new = matches!(draft.operation, Operation::Create | Operation::Restore);
    let right = draft.operation.right();
    let mut grants: Vec<(&Bound, &[FieldRight])> = draft.access.write_grants(right).collect();
    if !is_new {
        grants.retain(|(rule, _)| matches(rule, &draft.old));
        if grants.is_empty() {
            let error = Error::new(Code::EntityForbidden).with("right", right.name());
            return Some(error.with("entity", &entity.name));
        }
    }
    if draft.operation != Operation::Delete {
        let after = draft.access.write_grants(right).any(|(rule, _)| matches(rule, &draft.new));
        if !after {
            return Some(Error::new(Code::RowForbidden));
        }
    }
    if is_new {
        grants.retain(|(rule, _)| matches(rule, &draft.new));
    }
    let written = draft.written.iter().enumerate().filter(|(_, written)| **written);
    for (at, _) in written {
        if !grants.iter().any(|(_, fields)| fields[at] == FieldRight::Write) {
            return Some(entity.fields[at].fault(Code::FieldReadOnly).into());
        }
    }
    None
}

/// A written record as the actor may see it: its id and revision where nothing else.
pub(crate) fn visible_record(draft: &Draft, row: &[Value], lookups: &Lookups) -> Vec<u8> {
    let entity = draft.entity();
    let seen = |rule: &Bound| rule.matches(&Seen { entity, row, lookups });
    let visibility = draft.access.visibility();
    let revision = super::rows::value_of(entity, row, "revision").as_int().unwrap_or(0);
    if !visibility.iter().any(seen) {
        return format!("{{\"id\":\"{}\",\"revision\":{revision}}}", draft.id).into_bytes();
    }
    let projection = draft.access.projection();
    let mut out = Vec::with_capacity(512);
    out.push(b'{');
    for shown in &projection.fields {
        let Some(at) = entity.fields.iter().position(|field| field.id == shown.field.id) else {
            continue;
        };
        if !draft.access.shows(at, &mut |rule| seen(rule)) {
            continue;
        }
        if out.len() > 1 {
            out.push(b',');
        }
        shown.write_key(&mut out);
        shown.field.write(&row[at], &mut out);
    }
    out.push(b'}');
    out
}
