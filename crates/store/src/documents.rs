//! Reading what was built: documents, revisions, the trash.

use crate::fault::Fault;
use crate::kernel::{Document, Head, Revision, Trash};
use crate::workspace::Workspace;

impl Workspace {
    /// Where the workspace stands.
    pub async fn head(&self) -> Result<Head, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Every document, with the revision and suffix they belong to, read in one snapshot.
    pub async fn documents(&self) -> Result<(Head, Vec<Document>), Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Revisions before a number (or the newest), newest first.
    pub async fn revisions(
        &self,
        _before: Option<i64>,
        _limit: u32,
    ) -> Result<Vec<Revision>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// One revision.
    pub async fn revision(&self, _number: i64) -> Result<Option<Revision>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// What was removed and may still come back, newest first.
    pub async fn trash(&self) -> Result<Vec<Trash>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }
}
