//! Rows of a file as changes of records, and where the rows come from.

use std::collections::HashSet;

use model::{Code, Error, Field, Result, Uuid, Value};
use serde_json::{Value as Json, json};
use store::ImportRow;
use tokio::sync::mpsc;

use super::mapping::{Mapped, Plan};
use super::reader::{Content, Form, Reader, Row};
use super::text::unreadable;
use crate::faults::from_store;
use crate::records::{Cells, Change, Given, Input};
use crate::spreadsheet::unguard;

/// Rows that are stored together, written together, and given to a script together.
pub(super) const BATCH: usize = 500;

impl Plan {
    /// What a row asks for. Errors: more cells than the file has columns.
    pub(super) fn read(&self, row: &Row) -> Result<Change> {
        let surplus = row.cells.iter().skip(self.width).any(|cell| !cell.trim().is_empty());
        if surplus {
            let (found, width) = (row.cells.len(), self.width);
            return Err(unreadable(
                &format!("the row has {found} cells, the file {width} columns"),
                &format!("该行有 {found} 个单元格，而文件只有 {width} 列"),
            )
            .into());
        }
        let cells = self.columns.iter().map(|mapped| (mapped.place, self.given(mapped, row)));
        let cells = Cells { revision: self.revision, by: self.matching, cells: cells.collect() };
        Ok(Change { entity: self.entity.name.clone(), input: Input::Cells(cells) })
    }

    fn given(&self, mapped: &Mapped, row: &Row) -> Given {
        let text = mapped.text(row);
        let field = &mapped.field;
        if text.is_empty() {
            // A row without its key would make another record each time it is imported.
            return match self.matching == Some(mapped.place) {
                true => Given::Fault(field.fault(Code::FieldRequired)),
                false => Given::Value(Value::Null),
            };
        }
        let unknown = || Given::Fault(field.fault(Code::LinkUnknown));
        match &mapped.by {
            Some(by) => match by.kind.from_text(by, text) {
                Ok(value) => Given::Linked { by: by.clone(), value },
                Err(_) => unknown(),
            },
            None => match from_text(field, text) {
                Ok(value) => Given::Value(value),
                Err(fault) => Given::Fault(fault),
            },
        }
    }
}

/// A row and what it asks for, or why it cannot be read.
pub(super) type Read = (Row, Result<Change>);

/// Cuts rows into batches in which no key occurs twice, so that a later row changes the record
/// that an earlier one has made.
pub(super) fn batches(rows: Vec<Read>) -> Vec<Vec<Read>> {
    let mut batches = vec![Vec::with_capacity(rows.len())];
    let mut keys: HashSet<String> = HashSet::new();
    for read in rows {
        let key = match &read.1 {
            Ok(Change { input: Input::Cells(cells), .. }) => cells.key_text(),
            _ => None,
        };
        if let Some(key) = key
            && !keys.insert(key.clone())
        {
            batches.push(Vec::new());
            keys = HashSet::from([key]);
        }
        if let Some(batch) = batches.last_mut() {
            batch.push(read);
        }
    }
    batches
}

impl Mapped {
    /// What the column says in a row, after the replacement of values.
    fn text<'a>(&'a self, row: &'a Row) -> &'a str {
        let cell = row.cells.get(self.column).map_or("", |cell| cell.trim());
        let cell = unguard(cell);
        self.values.get(cell).map_or(cell, |value| value.trim())
    }
}

/// Reads a text by its field; an option that was archived may not be chosen any more.
fn from_text(field: &Field, text: &str) -> Result<Value, model::Fault> {
    let value = field.kind.from_text(field, text)?;
    let archived = field.kind.options().and_then(|options| {
        let choice = options.by_id(value.as_text()?)?;
        choice.archived.then(|| choice.name.clone())
    });
    match archived {
        Some(name) => Err(field.fault(Code::OptionArchived).with("value", name)),
        None => Ok(value),
    }
}

/// The rows of a file, made ready by a task of their own while those before are written.
pub(super) struct Source {
    rows: mpsc::Receiver<Result<Vec<Row>>>,
}

impl Source {
    /// The next rows, at most [`BATCH`]; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>> {
        self.rows.recv().await.transpose()
    }

    /// Reads a file.
    pub(super) fn of_file(content: Content, form: Form) -> Source {
        let (sender, rows) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            let mut pieces = match Pieces::open(&content, form) {
                Ok(pieces) => pieces,
                // Whoever waited may have given up; then nobody hears.
                Err(error) => return drop(sender.blocking_send(Err(error))),
            };
            while let Some(piece) = pieces.next().transpose() {
                let failed = piece.is_err();
                if sender.blocking_send(piece).is_err() || failed {
                    return;
                }
            }
        });
        Source { rows }
    }

    /// Reads the rows that were stored with an import, after the first `done`.
    pub(super) fn of_store(
        store: std::sync::Arc<store::Workspace>,
        import: Uuid,
        done: i64,
    ) -> Source {
        let (sender, rows) = mpsc::channel(2);
        tokio::spawn(async move {
            let batch = BATCH as i64;
            let (mut piece, mut skip) = (done / batch, (done % batch) as usize);
            loop {
                let stored = store.import_rows(import, piece, 1).await.map_err(from_store);
                let read = stored.and_then(|stored| {
                    let first = stored.into_iter().next();
                    first.map(|piece| from_stored(piece.content)).transpose()
                });
                let Some(read) = read.transpose() else { return };
                let failed = read.is_err();
                let read = read.map(|mut rows| rows.split_off(skip.min(rows.len())));
                (piece, skip) = (piece + 1, 0);
                if read.as_ref().is_ok_and(Vec::is_empty) {
                    continue;
                }
                if sender.send(read).await.is_err() || failed {
                    return;
                }
            }
        });
        Source { rows }
    }
}

/// The rows of a file, without its header, [`BATCH`] at a time.
pub(super) struct Pieces {
    reader: Reader,
}

impl Pieces {
    pub(super) fn open(content: &Content, form: Form) -> Result<Pieces> {
        let mut reader = Reader::open(content, form)?;
        reader.next()?;
        Ok(Pieces { reader })
    }

    pub(super) fn next(&mut self) -> Result<Option<Vec<Row>>> {
        let mut rows = Vec::with_capacity(BATCH);
        while rows.len() < BATCH
            && let Some(row) = self.reader.next()?
        {
            rows.push(row);
        }
        Ok((!rows.is_empty()).then_some(rows))
    }
}

/// Rows as one stored piece: `[[line, cell, …], …]`. Pieces are numbered from 1 and full but for
/// the last, so that the number of rows done says where to go on.
pub(super) fn to_stored(number: i64, rows: Vec<Row>) -> ImportRow {
    let row = |row: Row| {
        let cells = row.cells.into_iter().map(Json::String);
        [Json::from(row.line)].into_iter().chain(cells).collect::<Json>()
    };
    ImportRow { number, content: rows.into_iter().map(row).collect() }
}

fn from_stored(content: Json) -> Result<Vec<Row>> {
    let Json::Array(rows) = content else { return Err(broken()) };
    let row = |row: Json| {
        let Json::Array(row) = row else { return Err(broken()) };
        let mut parts = row.into_iter();
        let line = parts.next().and_then(|line| line.as_u64()).ok_or_else(broken)?;
        Ok(Row { line, cells: texts(parts)? })
    };
    rows.into_iter().map(row).collect()
}

/// The cells of a row as JSON.
pub(super) fn cells_to_json(row: &Row) -> Json {
    json!(row.cells)
}

/// The row of cells that were kept as JSON.
pub(super) fn row_of_json(line: i64, cells: Json) -> Result<Row> {
    let Json::Array(cells) = cells else { return Err(broken()) };
    Ok(Row { line: line.unsigned_abs(), cells: texts(cells.into_iter())? })
}

fn texts(cells: impl Iterator<Item = Json>) -> Result<Vec<String>> {
    let text = |cell: Json| match cell {
        Json::String(text) => Ok(text),
        _ => Err(broken()),
    };
    cells.map(text).collect()
}

fn broken() -> Error {
    Error::internal("a stored row of an import has another form")
}
