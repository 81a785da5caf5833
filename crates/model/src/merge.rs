//! Undoing one revision among others: a three-way merge of documents, backwards.

mod list;

use serde_json::{Map, Value as Json};

use crate::catalogue::Catalogue;
use crate::changeset::{Changeset, DocumentChange, Operation};
use crate::document::{Document, DocumentKind};
use crate::error::{Code, Error, Fault, Result};
use crate::references::id_of;

/// Takes back what led from `before` to `after`, in what has become of it since. Arrays of objects
/// that all have an `id`, a `name` or a `field` are keyed by it; other arrays are one property,
/// unless they are objects that have kept their number. Errors: the paths of properties that have
/// changed again.
pub fn undo(before: &Json, after: &Json, current: &Json) -> Result<Json, Vec<String>> {
    let mut merge = Merge { path: Vec::new(), conflicts: Vec::new() };
    let merged = merge.value(Some(before), Some(after), Some(current));
    if merge.conflicts.is_empty() { Ok(merged.unwrap_or(Json::Null)) } else { Err(merge.conflicts) }
}

struct Merge {
    path: Vec<String>,
    conflicts: Vec<String>,
}

impl Merge {
    fn under<T>(&mut self, segment: &str, merge: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment.to_owned());
        let merged = merge(self);
        self.path.pop();
        merged
    }

    fn conflict(&mut self) {
        self.conflicts.push(self.path.join("/"));
    }

    /// A value that may be absent on each side.
    fn value(
        &mut self,
        before: Option<&Json>,
        after: Option<&Json>,
        current: Option<&Json>,
    ) -> Option<Json> {
        if before == after || current == before {
            return current.cloned();
        }
        if current == after {
            return before.cloned();
        }
        match (before, after, current) {
            (
                Some(Json::Object(before)),
                Some(Json::Object(after)),
                Some(Json::Object(current)),
            ) => Some(Json::Object(self.object(before, after, current))),
            (Some(Json::Array(before)), Some(Json::Array(after)), Some(Json::Array(current))) => {
                Some(Json::Array(self.list(before, after, current)))
            }
            _ => {
                self.conflict();
                current.cloned()
            }
        }
    }

    fn object(
        &mut self,
        before: &Map<String, Json>,
        after: &Map<String, Json>,
        current: &Map<String, Json>,
    ) -> Map<String, Json> {
        let mut merged = Map::new();
        let gone = before.keys().filter(|key| !current.contains_key(*key));
        for key in current.keys().chain(gone) {
            let value = self
                .under(key, |merge| merge.value(before.get(key), after.get(key), current.get(key)));
            if let Some(value) = value {
                merged.insert(key.clone(), value);
            }
        }
        // What the revision added and a later one took out needs nothing.
        merged
    }
}

/// What planning a revert's changeset has refused, for someone who never saw its operations:
/// where a document cannot come back as it was, `revert_blocked` with the paths (`kind/name/…`).
pub fn blocked(mut error: Error, changeset: &Changeset) -> Error {
    let mut found = false;
    for fault in &mut error.faults {
        if let Some(path) = path_of_operation(&fault.path, changeset) {
            fault.path = path;
            found = true;
        }
    }
    if found { Error { code: Code::RevertBlocked, params: Vec::new(), ..error } } else { error }
}

fn path_of_operation(path: &str, changeset: &Changeset) -> Option<String> {
    let (index, rest) = path.strip_prefix("operations/")?.split_once('/')?;
    let (kind, name) = match changeset.operations.get(index.parse::<usize>().ok()?)? {
        Operation::Put { kind, document } => (kind, document["name"].as_str()?),
        Operation::Remove { kind, name } => (kind, name.as_str()),
    };
    let rest = rest.strip_prefix("document").unwrap_or(rest).trim_start_matches('/');
    Some(join(&format!("{}/{name}", kind.name()), rest))
}

/// The changeset that undoes exactly one revision, based on the catalogue's. It may be empty when
/// all has been undone already, and it still has to be planned, as [`plan_revert`] does. Errors: `revert_blocked` with the paths (`kind/name/…`)
/// of what later revisions changed again.
pub fn revert(changes: &[DocumentChange], catalogue: &Catalogue) -> Result<Changeset> {
    let mut operations = Vec::new();
    let mut faults = Vec::new();
    for change in changes {
        match revert_one(change, catalogue) {
            Ok(operation) => operations.extend(operation),
            Err(paths) => {
                faults.extend(paths.into_iter().map(|path| Fault::new(path, Code::RevertBlocked)))
            }
        }
    }
    if faults.is_empty() {
        return Ok(Changeset { base_revision: catalogue.revision, operations });
    }
    faults.truncate(crate::limits::FAULTS_MAX);
    Err(Error { faults, ..Error::new(Code::RevertBlocked) })
}

fn revert_one(
    change: &DocumentChange,
    catalogue: &Catalogue,
) -> Result<Option<Operation>, Vec<String>> {
    let kind = change.kind;
    let current = by_id(catalogue, kind, change.id());
    let at = |name: Option<&String>| -> String {
        format!("{}/{}", kind.name(), name.map(String::as_str).unwrap_or_default())
    };
    match (&change.before, &change.after, current) {
        (Some(before), Some(after), Some(current)) => {
            let merged = undo(before, after, &current.body).map_err(|paths| {
                let at = at(Some(&current.name));
                paths.into_iter().map(|path| join(&at, &path)).collect::<Vec<_>>()
            })?;
            let unchanged = merged == current.body;
            Ok((!unchanged).then_some(Operation::Put { kind, document: merged }))
        }
        (Some(_), Some(_), None) => Err(vec![at(change.name_after.as_ref())]),
        (None, Some(after), Some(current)) => {
            let different = differences(after, &current.body);
            if different.is_empty() {
                return Ok(Some(Operation::Remove { kind, name: current.name.clone() }));
            }
            let at = at(Some(&current.name));
            Err(different.into_iter().map(|key| join(&at, &key)).collect())
        }
        (Some(before), None, None) => {
            let name = before["name"].as_str().unwrap_or_default();
            if catalogue.document(kind, name).is_some() {
                return Err(vec![format!("{}/{name}/name", kind.name())]);
            }
            Ok(Some(Operation::Put { kind, document: before.clone() }))
        }
        (Some(before), None, Some(current)) if current.body != *before => {
            Err(vec![at(Some(&current.name))])
        }
        _ => Ok(None),
    }
}

fn by_id<'c>(catalogue: &'c Catalogue, kind: DocumentKind, id: &str) -> Option<&'c Document> {
    catalogue.documents().find(|document| document.kind == kind && id_of(&document.body) == id)
}

fn join(at: &str, path: &str) -> String {
    if path.is_empty() { at.to_owned() } else { format!("{at}/{path}") }
}

/// The keys in which two objects differ.
fn differences(a: &Json, b: &Json) -> Vec<String> {
    let keys = |json: &Json| -> Vec<String> {
        json.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
    };
    let mut keys: Vec<String> = keys(a).into_iter().chain(keys(b)).collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| a.get(key) != b.get(key));
    keys
}

#[cfg(test)]
mod tests;
