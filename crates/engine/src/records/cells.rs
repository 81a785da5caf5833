//! A record as the cells of a file give it: values that were read already, by their fields.

use std::sync::Arc;

use model::{Fault, Field, Value};

/// The cells of one row of a file.
#[derive(Debug, Clone)]
pub struct Cells {
    /// The revision of the catalogue whose fields these are.
    pub(crate) revision: i64,
    /// The place of the unique field by which the row finds its record.
    pub(crate) by: Option<usize>,
    /// By the place of the field in the entity: what the cell says.
    pub(crate) cells: Vec<(usize, Given)>,
}

/// What a cell says.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// A value of the field.
    Value(Value),
    /// The record that has this value of a unique field, for a link.
    Linked {
        /// The unique field of the target.
        by: Arc<Field>,
        /// Its value.
        value: Value,
    },
    /// Something that the field cannot hold.
    Fault(Fault),
}

impl Cells {
    /// The value by which the row finds its record.
    pub(crate) fn key(&self) -> Option<&Value> {
        let by = self.by?;
        self.cells.iter().find_map(|(at, given)| match given {
            Given::Value(value) if *at == by => Some(value),
            _ => None,
        })
    }

    /// The same as a text that is equal where the values are.
    pub(crate) fn key_text(&self) -> Option<String> {
        self.key().filter(|value| !value.is_null()).map(super::links::key)
    }
}
