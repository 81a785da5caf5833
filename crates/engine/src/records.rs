//! Records: reading and writing them.
//!
//! Every read is a [`model::query::Query`] that permissions rewrite; every write is a batch that
//! takes the one path of [`write`].

mod aggregate;
mod cells;
mod commit;
mod draft;
mod expand;
mod get;
pub(crate) mod history;
mod hooks;
mod links;
mod list;
mod prepare;
mod projection;
mod rights;
pub(crate) mod rows;
mod stale;
pub(crate) mod stored;
mod taken;
mod write;

pub use aggregate::aggregate;
pub(crate) use cells::{Cells, Given};
pub(crate) use commit::{begin as begin_commit, idempotency as idempotency_of};
pub use get::get;
pub use history::history;
pub(crate) use hooks::shape as script_shape;
pub(crate) use links::key as compare_key;
pub(crate) use list::Question;
pub use list::list;
pub(crate) use projection::Projection;
pub use write::{
    Batch, Change, Input, Operation, Outcome, batch, create, delete, restore, update, write,
};
pub(crate) use write::{rehearse, replay, write_also};

use model::{Code, Error, Result, Uuid};

/// The answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200, 201 or 204, as HTTP says it.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
    /// The revision of the single record that was written.
    pub revision: Option<i64>,
    /// The id of the single record that was created.
    pub created: Option<Uuid>,
}

/// Reads the id of a record in an address. Anything else is no record.
pub(crate) fn parse_id(text: &str) -> Result<Uuid> {
    let id = Some(text).filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok());
    id.ok_or_else(|| Error::new(Code::RecordUnknown))
}
