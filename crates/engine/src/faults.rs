//! What the store refuses, in the words of the house.

use model::{Code, Entity, Error, Fault};

/// Maps a store's fault that callers cannot act upon. Those that they can, they match first.
pub(crate) fn from_store(fault: store::Fault) -> Error {
    match fault {
        store::Fault::Conflict { .. } => Error::new(Code::RecordBusy),
        store::Fault::Missing { .. } => Error::new(Code::RecordUnknown),
        store::Fault::Exists { .. } => Error::new(Code::RecordExists),
        store::Fault::ForeignKey { .. } => Error::new(Code::LinkRestricted),
        store::Fault::IdempotencyMismatch => Error::new(Code::IdempotencyMismatch),
        store::Fault::Overflow => Error::new(Code::AggregateOverflow),
        store::Fault::TimedOut => Error::new(Code::QueryTooSlow),
        store::Fault::Busy | store::Fault::Closed => Error::new(Code::Busy).caused_by(fault),
        store::Fault::CatalogueMoved { .. } => Error::new(Code::CatalogueBusy),
        store::Fault::NoWorkspace => Error::new(Code::WorkspaceUnknown),
        other => Error::internal(other),
    }
}

/// The fault of a unique index, beside the field that it covers.
pub(crate) fn taken(entity: &Entity, index: &str) -> Error {
    // The index is named after the columns; the longest field whose id it contains is meant.
    let covered = entity.declared().filter(|field| index.contains(field.id.as_str()));
    match covered.max_by_key(|field| field.id.len()) {
        Some(field) => field.fault(Code::ValueTaken).into(),
        None => Fault::new("", Code::ValueTaken).with_label("field", &entity.label).into(),
    }
}
