//! Which tables a workspace has, and what they hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Storage;

use super::session::Session;
use super::{SnapshotColumn, SnapshotTable};
use crate::commit::ColumnDefinition;
use crate::datum::{Cells, Kind};
use crate::dialect::Home;
use crate::fault::Fault;
use crate::kernel_sql::parse_storage;
use crate::plan::{Column, TableName};
use crate::sql::rows::BUILT_IN;

/// A kernel table: its name, how many of its first columns are the key, its columns.
type KernelTable = (&'static str, usize, &'static [(&'static str, Kind)]);

/// Kernel tables. The order lets every row come after the rows that it refers to. Checkpoints
/// are left out; they only save time.
const KERNEL: &[KernelTable] = &[
    (
        "sys_head",
        1,
        &[
            ("one", Kind::INT),
            ("sequence", Kind::INT),
            ("hash", Kind::BYTES),
            ("catalogue_revision", Kind::INT),
            ("suffix", Kind::INT),
        ],
    ),
    ("sys_table", 1, &[("name", Kind::TEXT)]),
    (
        "sys_column",
        2,
        &[
            ("owner", Kind::TEXT),
            ("name", Kind::TEXT),
            ("storage", Kind::TEXT),
            ("keyed", Kind::BOOL),
            ("target", Kind::TEXT),
        ],
    ),
    (
        "sys_index",
        2,
        &[
            ("name", Kind::TEXT),
            ("place", Kind::INT),
            ("owner", Kind::TEXT),
            ("indexed", Kind::TEXT),
            ("storage", Kind::TEXT),
            ("keyed", Kind::BOOL),
            ("is_unique", Kind::BOOL),
        ],
    ),
    (
        "sys_change",
        1,
        &[
            ("sequence", Kind::INT),
            ("time", Kind::INSTANT),
            ("actor", Kind::TEXT),
            ("cause", Kind::TEXT),
            ("entity", Kind::TEXT),
            ("record", Kind::ID),
            ("operation", Kind::TEXT),
            ("payload", Kind::TEXT),
            ("salt", Kind::BYTES),
            ("digest", Kind::BYTES),
            ("hash", Kind::BYTES),
        ],
    ),
    (
        "sys_idempotency",
        2,
        &[
            ("scope", Kind::TEXT),
            ("name", Kind::TEXT),
            ("digest", Kind::BYTES),
            ("status", Kind::INT),
            ("reply", Kind::BYTES),
            ("created", Kind::INSTANT),
        ],
    ),
    (
        "sys_document",
        1,
        &[
            ("id", Kind::TEXT),
            ("kind", Kind::TEXT),
            ("name", Kind::TEXT),
            ("app", Kind::TEXT),
            ("body", Kind::JSON),
        ],
    ),
    (
        "sys_revision",
        1,
        &[
            ("number", Kind::INT),
            ("time", Kind::INSTANT),
            ("actor", Kind::JSON),
            ("summary", Kind::TEXT),
            ("operations", Kind::JSON),
            ("inverse", Kind::JSON),
            ("steps", Kind::JSON),
        ],
    ),
    (
        "sys_trash",
        1,
        &[
            ("id", Kind::TEXT),
            ("kind", Kind::TEXT),
            ("entity", Kind::TEXT),
            ("body", Kind::JSON),
            ("revision", Kind::INT),
            ("removed_at", Kind::INSTANT),
            ("purge_at", Kind::INSTANT),
        ],
    ),
    (
        "sys_outbox",
        1,
        &[
            ("id", Kind::ID),
            ("kind", Kind::TEXT),
            ("payload", Kind::JSON),
            ("state", Kind::TEXT),
            ("attempts", Kind::INT),
            ("last_error", Kind::TEXT),
            ("not_before", Kind::INSTANT),
            ("lease_until", Kind::INSTANT),
            ("fence", Kind::INT),
            ("created_at", Kind::INSTANT),
            ("updated_at", Kind::INSTANT),
        ],
    ),
    ("sys_cursor", 1, &[("name", Kind::TEXT), ("sequence", Kind::INT)]),
    (
        "sys_run",
        1,
        &[
            ("id", Kind::ID),
            ("automation", Kind::TEXT),
            ("entity", Kind::TEXT),
            ("record", Kind::ID),
            ("sequence", Kind::INT),
            ("state", Kind::TEXT),
            ("depth", Kind::INT),
            ("context", Kind::JSON),
            ("error", Kind::TEXT),
            ("not_before", Kind::INSTANT),
            ("attempts", Kind::INT),
            ("lease_until", Kind::INSTANT),
            ("fence", Kind::INT),
            ("created_at", Kind::INSTANT),
            ("updated_at", Kind::INSTANT),
        ],
    ),
    (
        "sys_step",
        2,
        &[
            ("run", Kind::ID),
            ("number", Kind::INT),
            ("id", Kind::ID),
            ("name", Kind::TEXT),
            ("state", Kind::TEXT),
            ("result", Kind::JSON),
            ("attempts", Kind::INT),
            ("created_at", Kind::INSTANT),
            ("updated_at", Kind::INSTANT),
        ],
    ),
    (
        "sys_import",
        1,
        &[
            ("id", Kind::ID),
            ("entity", Kind::TEXT),
            ("state", Kind::TEXT),
            ("mapping", Kind::JSON),
            ("total", Kind::INT),
            ("position", Kind::INT),
            ("created", Kind::INT),
            ("updated", Kind::INT),
            ("failed", Kind::INT),
            ("actor", Kind::JSON),
            ("lease_until", Kind::INSTANT),
            ("fence", Kind::INT),
            ("created_at", Kind::INSTANT),
            ("updated_at", Kind::INSTANT),
        ],
    ),
    ("sys_import_row", 2, &[("import", Kind::ID), ("number", Kind::INT), ("content", Kind::JSON)]),
    (
        "sys_import_error",
        2,
        &[
            ("import", Kind::ID),
            ("number", Kind::INT),
            ("content", Kind::JSON),
            ("errors", Kind::JSON),
        ],
    ),
    (
        "sys_endpoint",
        1,
        &[
            ("name", Kind::TEXT),
            ("url", Kind::TEXT),
            ("secret", Kind::BYTES),
            ("updated_at", Kind::INSTANT),
        ],
    ),
];

/// Kernel tables that a copy leaves out: the number of the schema, and checkpoints.
#[cfg(test)]
const LEFT_OUT: [&str; 2] = ["sys_schema", "sys_checkpoint"];

/// The kernel tables.
pub(super) fn kernel() -> Vec<SnapshotTable> {
    let table = |(name, key, columns): &KernelTable| SnapshotTable {
        name: (*name).into(),
        columns: columns.iter().map(|(name, kind)| column(name, *kind)).collect(),
        key: (0..*key).collect(),
    };
    KERNEL.iter().map(table).collect()
}

/// The tables of entities, in the order of their names.
pub(super) async fn of_entities(
    home: &Home,
    session: &mut Session,
) -> Result<Vec<SnapshotTable>, Fault> {
    let definitions = definitions(home, session).await?;
    let tables = definitions.into_iter().map(|(name, columns)| {
        let built_in = BUILT_IN.iter().map(|(name, of)| column(name, Kind::Value(*of)));
        let own = columns.iter().map(|of| column(&of.name, Kind::Value(of.storage)));
        SnapshotTable { name: name.0, columns: built_in.chain(own).collect(), key: vec![0] }
    });
    Ok(tables.collect())
}

fn column(name: &str, kind: Kind) -> SnapshotColumn {
    SnapshotColumn { name: name.into(), kind }
}

/// The tables of entities as they were defined.
pub(super) async fn definitions(
    home: &Home,
    session: &mut Session,
) -> Result<BTreeMap<TableName, Vec<ColumnDefinition>>, Fault> {
    let mut tables = BTreeMap::new();
    let text = home.statement("select name from $.sys_table");
    for row in session.rows(text.into(), Vec::new(), [Kind::TEXT].into()).await? {
        let name = Cells::of(row).text()?;
        tables.insert(TableName::new(name), Vec::new());
    }
    let text = home.statement(
        "select owner, name, storage, keyed, target from $.sys_column order by owner, name",
    );
    let kinds = [Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::BOOL, Kind::TEXT].into();
    for row in session.rows(text.into(), Vec::new(), kinds).await? {
        let mut cells = Cells::of(row);
        let owner = TableName::new(cells.text()?);
        let definition = ColumnDefinition {
            name: cells.text()?.into(),
            storage: cells.word(parse_storage)?,
            key: cells.truth()?,
            references: cells.optional_text()?.map(TableName::new),
        };
        tables.entry(owner).or_default().push(definition);
    }
    Ok(tables)
}

/// An index of a table of an entity.
pub(super) struct IndexDefinition {
    pub index: Arc<str>,
    pub table: TableName,
    pub columns: Vec<Column>,
    pub unique: bool,
}

/// The indexes of tables of entities, but for those that links have anyway.
pub(super) async fn indexes(
    home: &Home,
    session: &mut Session,
) -> Result<Vec<IndexDefinition>, Fault> {
    let text = home.statement(
        "select name, owner, indexed, storage, keyed, is_unique from $.sys_index
         order by name, place",
    );
    let kinds = [Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::BOOL, Kind::BOOL].into();
    let mut all: Vec<IndexDefinition> = Vec::new();
    for row in session.rows(text.into(), Vec::new(), kinds).await? {
        let mut cells = Cells::of(row);
        let (index, owner, name) = (cells.text()?, cells.text()?, cells.text()?);
        let storage: Storage = cells.word(parse_storage)?;
        let column = Column { key: cells.truth()?, ..Column::new(name, storage) };
        let unique = cells.truth()?;
        match all.last_mut() {
            Some(last) if *last.index == *index => last.columns.push(column),
            _ => all.push(IndexDefinition {
                index: index.into(),
                table: TableName::new(owner),
                columns: vec![column],
                unique,
            }),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kernel_table_and_column_is_copied() {
        let text = include_str!("../../../../migrations/workspace/0001_kernel.sql");
        let mut declared = BTreeSet::new();
        let mut table = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("create table $.") {
                table = rest.split_whitespace().next().map(str::to_owned);
            } else if line.starts_with(')') {
                table = None;
            } else if let Some(table) = &table
                && line.contains('@')
                && let Some(column) = line.split_whitespace().next()
            {
                declared.insert((table.clone(), column.to_owned()));
            }
        }
        declared.retain(|(table, _)| !LEFT_OUT.contains(&table.as_str()));
        let copied: BTreeSet<(String, String)> = kernel()
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|of| (table.name.to_string(), of.name.to_string()))
            })
            .collect();
        assert_eq!(declared, copied);
    }
}
