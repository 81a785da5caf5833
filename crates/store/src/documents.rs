//! Reading what was built: documents, revisions, the trash.

use crate::database::Statement;
use crate::datum::{Cells, Kind};
use crate::fault::Fault;
use crate::kernel::{Document, Head, Revision, Trash};
use crate::workspace::Workspace;

const HEAD: &[Kind] = &[Kind::INT, Kind::BYTES, Kind::INT, Kind::INT];
const DOCUMENT: &[Kind] = &[Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::JSON];
const REVISION: &[Kind] =
    &[Kind::INT, Kind::INSTANT, Kind::JSON, Kind::TEXT, Kind::JSON, Kind::JSON, Kind::JSON];
const TRASH: &[Kind] =
    &[Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::JSON, Kind::INT, Kind::INSTANT, Kind::INSTANT];

impl Workspace {
    /// Where the workspace stands.
    pub async fn head(&self) -> Result<Head, Fault> {
        let found = self.one(head_statement(), head).await?;
        found.ok_or_else(|| Fault::broken("a workspace without a head"))
    }

    /// Every document by kind and name, and where the workspace stood with them, read in one
    /// snapshot.
    pub async fn documents(&self) -> Result<(Head, Vec<Document>), Fault> {
        let documents = Statement::new(
            "select id, kind, name, app, body from $.sys_document order by kind, name",
            Vec::new(),
        );
        let statements = vec![head_statement(), documents.returning(DOCUMENT)];
        let mut results = self.database.read_together(statements).await?.into_iter();
        let heads = results.next().unwrap_or_default();
        let row = heads.into_iter().next();
        let row = row.ok_or_else(|| Fault::broken("a workspace without a head"))?;
        let rows = results.next().unwrap_or_default();
        let documents = rows.into_iter().map(|row| document(&mut Cells::of(row)));
        Ok((head(&mut Cells::of(row))?, documents.collect::<Result<_, Fault>>()?))
    }

    /// Revisions before a number (or the newest), newest first.
    pub async fn revisions(&self, before: Option<i64>, limit: u32) -> Result<Vec<Revision>, Fault> {
        let statement = Statement::new(
            "select number, time, actor, summary, operations, inverse, steps
             from $.sys_revision where number < $1 order by number desc limit $2",
            vec![before.unwrap_or(i64::MAX).into(), i64::from(limit).into()],
        );
        self.all(statement.returning(REVISION), revision).await
    }

    /// Revisions after a number, oldest first: what a revert must compare with.
    pub async fn revisions_after(&self, number: i64) -> Result<Vec<Revision>, Fault> {
        let statement = Statement::new(
            "select number, time, actor, summary, operations, inverse, steps
             from $.sys_revision where number > $1 order by number",
            vec![number.into()],
        );
        self.all(statement.returning(REVISION), revision).await
    }

    /// One revision.
    pub async fn revision(&self, number: i64) -> Result<Option<Revision>, Fault> {
        let statement = Statement::new(
            "select number, time, actor, summary, operations, inverse, steps
             from $.sys_revision where number = $1",
            vec![number.into()],
        );
        self.one(statement.returning(REVISION), revision).await
    }

    /// What was removed and may still come back, newest first.
    pub async fn trash(&self) -> Result<Vec<Trash>, Fault> {
        let statement = Statement::new(
            "select id, kind, entity, body, revision, removed_at, purge_at
             from $.sys_trash order by removed_at desc, id",
            Vec::new(),
        );
        self.all(statement.returning(TRASH), trash).await
    }
}

fn head_statement() -> Statement {
    let text = "select sequence, hash, catalogue_revision, suffix from $.sys_head";
    Statement::new(text, Vec::new()).returning(HEAD)
}

fn head(cells: &mut Cells) -> Result<Head, Fault> {
    Ok(Head {
        sequence: cells.int()?,
        hash: cells.hash()?,
        catalogue_revision: cells.int()?,
        suffix: cells.int()?,
    })
}

fn document(cells: &mut Cells) -> Result<Document, Fault> {
    Ok(Document {
        id: cells.text()?,
        kind: cells.text()?,
        name: cells.text()?,
        app: cells.text()?,
        body: cells.json()?,
    })
}

fn revision(cells: &mut Cells) -> Result<Revision, Fault> {
    Ok(Revision {
        number: cells.int()?,
        time: cells.int()?,
        actor: cells.json()?,
        summary: cells.text()?,
        operations: cells.json()?,
        inverse: cells.json()?,
        steps: cells.json()?,
    })
}

fn trash(cells: &mut Cells) -> Result<Trash, Fault> {
    Ok(Trash {
        id: cells.text()?,
        kind: cells.text()?,
        entity: cells.text()?,
        body: cells.json()?,
        revision: cells.int()?,
        removed_at: cells.int()?,
        purge_at: cells.int()?,
    })
}
