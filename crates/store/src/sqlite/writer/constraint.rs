//! What a refused constraint means: SQLite tells the columns, callers want the index.

use rusqlite::ffi;

use crate::fault::Fault;
use crate::plan::TableName;
use crate::prepare::PreparedRow;

use super::super::fault;
use super::Writer;

impl Writer {
    /// The fault for a failed write of a row, or of a kernel table.
    pub(super) fn constraint(&self, error: rusqlite::Error, row: Option<&PreparedRow>) -> Fault {
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return fault(error);
        };
        let message = message.clone().unwrap_or_default();
        match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Fault::ForeignKey {
                table: row.map_or_else(|| TableName::from(""), |row| row.shape.table.clone()),
                id: row.map(|row| row.id),
            },
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                self.unique(&message, row)
            }
            _ => fault(error),
        }
    }

    /// From `UNIQUE constraint failed: person_k3.email_k9__k, …`.
    fn unique(&self, message: &str, row: Option<&PreparedRow>) -> Fault {
        let list = message.rsplit_once(": ").map_or("", |(_, list)| list);
        let mut table = "";
        let mut columns = Vec::new();
        for part in list.split(", ") {
            if let Some((owner, column)) = part.split_once('.') {
                table = owner;
                columns.push(column);
            }
        }
        if let Some(row) = row
            && columns == ["id"]
        {
            return Fault::Exists { table: row.shape.table.clone(), id: row.id };
        }
        // Kernel tables have no named indexes, so the table says which.
        let index = self.index_over(table, &columns).unwrap_or_else(|| table.to_owned());
        Fault::Unique { index }
    }

    /// The unique index of a table over exactly these columns.
    fn index_over(&self, table: &str, columns: &[&str]) -> Option<String> {
        let mut statement = self
            .prepare(
                "select l.name, i.name from pragma_index_list(?1) as l,
                     pragma_index_info(l.name) as i
                 where l.\"unique\" and l.origin = 'c' order by l.name, i.seqno",
            )
            .ok()?;
        let rows = statement
            .query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
            .ok()?;
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for (index, column) in rows.flatten() {
            match found.last_mut() {
                Some((last, columns)) if *last == index => columns.push(column),
                _ => found.push((index, vec![column])),
            }
        }
        found.into_iter().find(|(_, of)| of == columns).map(|(index, _)| index)
    }
}
