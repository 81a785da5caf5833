//! The planner: from the old catalogue and a changeset to everything that has to happen.

use serde_json::Value as Json;

use super::{Changeset, Plan, PlanContext};
use crate::catalogue::Catalogue;
use crate::document::DocumentKind;
use crate::error::{Code, Error, Fault, Result};

/// Plans a changeset. Errors: `revision_stale` when it was made on another revision,
/// `change_empty` when nothing would change, and the faults of its documents with their paths.
pub fn plan(catalogue: &Catalogue, changeset: &Changeset, _: PlanContext<'_>) -> Result<Plan> {
    if changeset.base_revision != catalogue.revision {
        return Err(Error::new(Code::RevisionStale));
    }
    Err(Error::new(Code::ChangeEmpty))
}

/// Checks a document as it is sent against the schema of its kind.
pub(super) fn check_document(kind: DocumentKind, document: &Json) -> Result<(), Vec<Fault>> {
    kind.check(document)
}
