//! Fills an empty workspace from the chunks of a snapshot, as one whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Storage, Value, fold, text_key};

use super::session::Session;
use super::{SnapshotChunk, tables};
use crate::commit::{ColumnDefinition, SchemaStep};
use crate::datum::{Datum, Kind};
use crate::dialect::{Dialect, Home};
use crate::fault::Fault;
use crate::plan::TableName;
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
        let (columns, keyed) = self.columns_of(&chunk)?;
        let rows = chunk.rows.into_iter().map(|row| self.complete(row, &keyed));
        let rows = rows.collect::<Result<Vec<_>, Fault>>()?;
        self.insert(&chunk.table.name, columns, rows).await
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

    /// The columns to write, companions included, and which of those of the chunk are keyed.
    fn columns_of(&self, chunk: &SnapshotChunk) -> Result<(Vec<(String, Kind)>, Vec<bool>), Fault> {
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
            columns.push((column.name.to_string(), column.kind));
            keyed.push(own.is_some_and(|of| of.key));
            if let Some(own) = own.filter(|of| of.key) {
                let companions = schema::physical(&self.home, own).into_iter().skip(1);
                columns.extend(companions.map(|name| (name, Kind::Value(Storage::Text))));
            }
        }
        Ok((columns, keyed))
    }

    /// A row with the companions of its texts.
    fn complete(&self, row: Vec<Datum>, keyed: &[bool]) -> Result<Vec<Datum>, Fault> {
        if row.len() != keyed.len() {
            return Err(Fault::Invalid("a row has another number of columns than its table"));
        }
        let mut complete = Vec::with_capacity(row.len() * 2);
        for (datum, keyed) in row.into_iter().zip(keyed) {
            if !keyed {
                complete.push(datum);
                continue;
            }
            let text = match &datum {
                Datum::Value(Value::Text(text)) => Some(text.clone()),
                _ => None,
            };
            complete.push(datum);
            complete.push(Datum::from(text.as_deref().map(text_key).as_deref()));
            if self.home.dialect == Dialect::Postgres {
                complete.push(Datum::from(text.as_deref().map(fold).as_deref()));
            }
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
