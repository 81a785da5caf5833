//! Fills an empty workspace from the chunks of a snapshot, as one whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{fold, text_key};

use super::session::Session;
use super::{SnapshotChunk, tables};
use crate::commit::{ColumnDefinition, SchemaStep};
use crate::datum::{Datum, Kind};
use crate::dialect::{Dialect, Home};
use crate::fault::Fault;
use crate::plan::TableName;
use crate::sql::rows::{of_text, physical};
use crate::sql::{copy, schema};
use crate::workspace::Workspace;

/// A restoration under way. Dropped before [`Restore::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Restore {
    home: Arc<Home>,
    session: Session,
    /// The tables of entities, once they were made.
    tables: Option<BTreeMap<TableName, Vec<ColumnDefinition>>>,
}

/// How rows of a chunk become rows of a table.
struct Layout {
    /// The columns to write, companions included.
    columns: Vec<(String, Kind)>,
    /// Which columns of the chunk have keys.
    keyed: Vec<bool>,
}

impl Workspace {
    /// Begins to fill this workspace, which must have been made just now and have nothing
    /// published. It must be opened anew when the restoration is finished.
    pub async fn restore(&self) -> Result<Restore, Fault> {
        let head = self.head().await?;
        if head.sequence != 0 || head.catalogue_revision != 0 {
            return Err(Fault::Invalid("only an empty workspace can be restored"));
        }
        let home = Arc::clone(&self.database.home);
        let session = Session::writing(&self.database).await?;
        Ok(Restore { home, session, tables: None })
    }
}

impl Restore {
    /// Writes a chunk. Chunks come in the order in which a snapshot gave them. Errors:
    /// [`Fault::Invalid`] when the chunk does not fit the tables.
    pub async fn write(&mut self, chunk: SnapshotChunk) -> Result<(), Fault> {
        let kernel = tables::kernel().into_iter().find(|table| table.name == chunk.table.name);
        if let Some(known) = kernel {
            if known.columns != chunk.table.columns {
                return Err(Fault::Invalid("a kernel table has other columns"));
            }
            if &*known.name == "sys_head" {
                let text = self.home.statement("delete from $.sys_head");
                self.session.batch(text).await?;
            }
            let columns: Vec<(String, Kind)> =
                known.columns.iter().map(|of| (of.name.to_string(), of.kind)).collect();
            return self.insert(&known.name, columns, chunk.rows).await;
        }
        self.make_tables().await?;
        let layout = self.columns_of(&chunk)?;
        let rows = chunk.rows.into_iter().map(|row| self.complete(row, &layout));
        let rows = rows.collect::<Result<Vec<_>, Fault>>()?;
        self.insert(&chunk.table.name, layout.columns, rows).await
    }

    /// Makes the indexes, checks the links and keeps everything.
    pub async fn finish(mut self) -> Result<(), Fault> {
        self.make_tables().await?;
        for index in tables::indexes(&self.home, &mut self.session).await? {
            let step = SchemaStep::CreateIndex {
                index: index.index,
                table: index.table,
                columns: index.columns,
                unique: index.unique,
            };
            self.run(schema::statements(&self.home, &step)?).await?;
        }
        let tables = self.tables.take().unwrap_or_default();
        for (table, columns) in &tables {
            self.run(schema::links(&self.home, table, columns)?).await?;
        }
        self.session.commit().await
    }

    /// Makes the tables of entities, without what slows down filling them.
    async fn make_tables(&mut self) -> Result<(), Fault> {
        if self.tables.is_some() {
            return Ok(());
        }
        let tables = tables::definitions(&self.home, &mut self.session).await?;
        for (table, columns) in &tables {
            self.run(vec![schema::bare_table(&self.home, table, columns)?]).await?;
        }
        self.tables = Some(tables);
        Ok(())
    }

    async fn run(&mut self, statements: Vec<String>) -> Result<(), Fault> {
        for text in statements {
            self.session.batch(text).await?;
        }
        Ok(())
    }

    /// What is written of a chunk.
    fn columns_of(&self, chunk: &SnapshotChunk) -> Result<Layout, Fault> {
        let name = TableName(Arc::clone(&chunk.table.name));
        let tables = self.tables.as_ref();
        let definitions = tables
            .and_then(|tables| tables.get(&name))
            .ok_or(Fault::Invalid("a table that the archive does not describe"))?;
        let built_in = crate::sql::rows::BUILT_IN;
        let mut columns = Vec::new();
        let mut keyed = Vec::new();
        for column in &chunk.table.columns {
            let own = definitions.iter().find(|of| of.name == column.name);
            if own.is_none() && !built_in.iter().any(|(name, _)| *name == &*column.name) {
                return Err(Fault::Invalid("a column that the archive does not describe"));
            }
            let key = own.is_some_and(|of| of.key);
            keyed.push(key);
            match column.kind {
                Kind::Value(storage) => {
                    let names = physical(&self.home, &column.name, storage, key);
                    columns.extend(names.into_iter().map(|name| (name, column.kind)));
                }
                Kind::Bytes => return Err(Fault::Invalid("records hold no bytes")),
            }
        }
        Ok(Layout { columns, keyed })
    }

    /// A row with the companions of its texts.
    fn complete(&self, row: Vec<Datum>, layout: &Layout) -> Result<Vec<Datum>, Fault> {
        let mut complete = Vec::with_capacity(layout.columns.len());
        for (datum, keyed) in row.into_iter().zip(&layout.keyed) {
            let place = complete.len();
            let Datum::Value(value) = datum else {
                return Err(Fault::Invalid("records hold no bytes"));
            };
            let key = keyed.then(|| of_text(&value, text_key));
            let is_text = layout.columns.get(place).is_some_and(|(_, kind)| *kind == Kind::TEXT);
            let folded = is_text && self.home.dialect == Dialect::Postgres;
            let folded = folded.then(|| of_text(&value, fold));
            complete.push(Datum::Value(value));
            complete.extend(key.into_iter().chain(folded).map(Datum::Value));
        }
        Ok(complete)
    }

    async fn insert(
        &mut self,
        table: &str,
        columns: Vec<(String, Kind)>,
        rows: Vec<Vec<Datum>>,
    ) -> Result<(), Fault> {
        if rows.iter().any(|row| row.len() != columns.len()) {
            return Err(Fault::Invalid("a row has another number of columns than its table"));
        }
        let sql = copy::insert(&self.home, &TableName::new(table), &columns)?;
        let kinds: Vec<Kind> = columns.into_iter().map(|(_, kind)| kind).collect();
        self.session.insert(sql.into(), &kinds, rows).await
    }
}
