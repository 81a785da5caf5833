//! Puts rows of several commits that have the same shape into one statement, keeping the order
//! that each commit has its rows in.

use std::collections::HashSet;
use std::sync::Arc;

use model::{Storage, Value};

use super::super::rows::Parameters;
use crate::fault::Fault;
use crate::prepare::{Prepared, PreparedRow};
use crate::sql::rows::{Shape, Verb};

/// Rows of one shape, each with the commit it belongs to.
pub(super) struct Group<'a> {
    pub shape: &'a Arc<Shape>,
    pub rows: Vec<(&'a Prepared, &'a PreparedRow)>,
}

/// All rows of some commits, in groups to be written one after another.
pub(super) fn groups<'a>(commits: &[&'a Prepared]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for prepared in commits {
        // No row of this commit may be written before a row that precedes it.
        let mut earliest = 0;
        let mut written = HashSet::new();
        for row in &prepared.rows {
            if !written.insert(row.id) {
                // The same row again, which one statement cannot do.
                earliest += 1;
                written.clear();
                written.insert(row.id);
            }
            let later = groups[earliest.min(groups.len())..]
                .iter()
                .position(|group| Arc::ptr_eq(group.shape, &row.shape));
            match later {
                Some(offset) => earliest += offset,
                None => {
                    groups.push(Group { shape: &row.shape, rows: Vec::new() });
                    earliest = groups.len() - 1;
                }
            }
            groups[earliest].rows.push((prepared, row));
        }
    }
    groups
}

impl Group<'_> {
    /// One array per column.
    pub fn parameters(&self) -> Result<Parameters, Fault> {
        let mut p = Parameters::default();
        let rows = || self.rows.iter();
        let actor = |prepared: &Prepared| prepared.actor_id.map_or(Value::Null, Value::Id);
        p.made(Storage::Id, rows().map(|(_, row)| Value::Id(row.id)))?;
        p.made(Storage::Integer, rows().map(|(_, row)| Value::Int(row.revision)))?;
        if self.shape.verb == Verb::Delete {
            return Ok(p);
        }
        if self.shape.verb == Verb::Insert {
            p.made(
                Storage::Instant,
                rows().map(|(of, row)| Value::Instant(row.created.map_or(of.time, |(at, _)| at))),
            )?;
            p.made(
                Storage::Id,
                rows().map(|(of, row)| match row.created {
                    Some((_, by)) => by.map_or(Value::Null, Value::Id),
                    None => actor(of),
                }),
            )?;
        }
        p.made(Storage::Instant, rows().map(|(of, _)| Value::Instant(of.time)))?;
        p.made(Storage::Id, rows().map(|(of, _)| actor(of)))?;
        for (index, storage) in self.shape.storages.iter().enumerate() {
            let column: Vec<&Value> = rows().map(|(_, row)| &row.values[index]).collect();
            p.list(*storage, &column)?;
        }
        Ok(p)
    }
}
