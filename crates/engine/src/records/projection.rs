//! Which fields of a record are read and shown, and on which rows.

use std::sync::Arc;

use model::{Field, Result, Value};
use store::{Column, Condition};

use crate::access::{EntityAccess, Reader};
use crate::compile;

/// The fields of an answer. All of them may be seen by the actor; those that may be seen on some
/// rows only are masked by marks that are read with each row.
#[derive(Debug)]
pub(crate) struct Projection {
    pub(crate) fields: Vec<Shown>,
    pub(crate) columns: Vec<Column>,
    pub(crate) marks: Vec<Condition>,
}

/// A field of an answer.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) field: Arc<Field>,
    /// `"name":`, ready to be written.
    key: Vec<u8>,
    /// The mark that says whether the row shows it; none if every row does.
    mark: Option<usize>,
}

impl Shown {
    /// Appends `"name":`.
    pub(crate) fn write_key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.key);
    }
}

impl Projection {
    /// All fields that may be seen.
    pub(crate) fn all(access: &EntityAccess) -> Projection {
        Projection::of(access, access.visible_fields().cloned().collect())
    }

    /// The fields that were asked for, with `id` and `revision` before. Faults: unknown or hidden.
    pub(crate) fn asked(
        access: &EntityAccess,
        reader: &Reader<'_>,
        names: &[String],
    ) -> Result<Projection> {
        let mut fields: Vec<Arc<Field>> = Vec::with_capacity(names.len() + 2);
        let always = ["id", "revision"].into_iter().filter_map(|name| access.entity.field(name));
        fields.extend(always.cloned());
        for (index, name) in names.iter().enumerate() {
            let field = reader.known_field(&access.entity, name, &format!("fields/{index}"))?;
            if !fields.iter().any(|known| known.id == field.id) {
                fields.push(field);
            }
        }
        Ok(Projection::of(access, fields))
    }

    fn of(access: &EntityAccess, fields: Vec<Arc<Field>>) -> Projection {
        let columns = fields.iter().map(|field| compile::column(field)).collect();
        let mut marks: Vec<Condition> = Vec::new();
        let fields = fields.into_iter().map(|field| {
            let mark = access.differs_by_row(&field).then(|| {
                let condition = compile::condition(&access.rows_of_field(&field));
                let known = marks.iter().position(|mark| *mark == condition);
                known.unwrap_or_else(|| {
                    marks.push(condition);
                    marks.len() - 1
                })
            });
            let key = format!("\"{}\":", field.name).into_bytes();
            Shown { field, key, mark }
        });
        let fields = fields.collect();
        Projection { fields, columns, marks }
    }

    /// The place of a field in a row.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|shown| shown.field.name == name)
    }

    /// Empties what the row's marks do not show.
    pub(crate) fn mask(&self, row: &mut [Value]) {
        if self.marks.is_empty() {
            return;
        }
        let columns = self.columns.len();
        for (index, shown) in self.fields.iter().enumerate() {
            let hidden = shown.mark.is_some_and(|mark| row[columns + mark] != Value::Bool(true));
            if hidden {
                row[index] = Value::Null;
            }
        }
    }

    /// Whether a row shows a field.
    fn shows(&self, row: &[Value], shown: &Shown) -> bool {
        shown.mark.is_none_or(|mark| row[self.columns.len() + mark] == Value::Bool(true))
    }

    /// Appends a row as a JSON object without its closing brace. `instead` may write a field
    /// itself, such as an expanded link. A field that the row does not show is not there.
    pub(crate) fn write(
        &self,
        row: &[Value],
        out: &mut Vec<u8>,
        instead: &mut dyn FnMut(&Field, &Value, &mut Vec<u8>) -> bool,
    ) {
        let mut first = true;
        out.push(b'{');
        for (shown, value) in self.fields.iter().zip(row) {
            if !self.shows(row, shown) {
                continue;
            }
            if !first {
                out.push(b',');
            }
            first = false;
            out.extend_from_slice(&shown.key);
            if !instead(&shown.field, value, out) {
                shown.field.write(value, out);
            }
        }
    }
}
