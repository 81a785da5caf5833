//! What a dry run would have written, as far as later rows depend on it: the values of unique
//! fields, as hashes, so that a large file takes little memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use model::{Code, Error, Result, Value};

use super::mapping::Plan;
use super::reader::Row;
use super::report;
use super::rows::Read;
use super::run::Fate;
use crate::records::{Cells, Change, Given, Input, Outcome, compare_key};

/// The unique values that the rows so far would have brought.
#[derive(Debug, Default)]
pub(super) struct Rehearsal {
    /// The place of the field, and the hash of how the value compares.
    values: HashSet<(usize, u64)>,
}

impl Rehearsal {
    /// Judges rows as if those before them had been written. `outcomes` are those of the rows
    /// that could be read.
    pub(super) fn judge(
        &mut self,
        plan: &Plan,
        batch: &[Read],
        fates: Vec<Fate>,
        outcomes: &[Result<Outcome<'_>>],
    ) -> Vec<Fate> {
        let mut outcomes = outcomes.iter();
        let mut judged = Vec::with_capacity(fates.len());
        for ((row, change), fate) in batch.iter().zip(fates) {
            let Ok(Change { input: Input::Cells(cells), .. }) = change else {
                judged.push(fate);
                continue;
            };
            let outcome = outcomes.next();
            judged.push(match (fate, outcome) {
                (Fate::Created, Some(Ok(outcome))) => {
                    let unique = unique(plan);
                    let values = unique.map(|at| (at, &outcome.row()[at])).collect();
                    self.make(plan, row, values)
                }
                (Fate::Waits(_), _) if self.has_targets(plan, cells) => {
                    let given = cells.cells.iter().filter_map(|(at, given)| match given {
                        Given::Value(value) if plan.entity.fields[*at].unique => Some((*at, value)),
                        _ => None,
                    });
                    self.make(plan, row, given.collect())
                }
                (fate, _) => fate,
            });
        }
        judged
    }

    /// A row that makes a record, unless an earlier row has its values: then it changes that
    /// record if it is found by them, and clashes otherwise.
    fn make(&mut self, plan: &Plan, row: &Row, values: Vec<(usize, &Value)>) -> Fate {
        let filled = values.into_iter().filter(|(_, value)| !value.is_null());
        let marks: Vec<(usize, u64)> = filled.map(|(at, value)| (at, hash(value))).collect();
        let known = marks.iter().filter(|mark| self.values.contains(mark));
        let known: Vec<usize> = known.map(|(at, _)| *at).collect();
        if known.iter().any(|at| Some(*at) == plan.matching) {
            return Fate::Updated;
        }
        if let Some(at) = known.first() {
            let error = Error::from(plan.entity.fields[*at].fault(Code::ValueTaken));
            return Fate::Refused(report::refused(row, report::faults_of(plan, row, &error)));
        }
        self.values.extend(marks);
        Fate::Created
    }

    /// Whether every record that a row points to would be there.
    fn has_targets(&self, plan: &Plan, cells: &Cells) -> bool {
        let mut links = plan.self_links().filter_map(|mapped| {
            cells.cells.iter().find_map(|(at, given)| match given {
                Given::Linked { by, value } if *at == mapped.place => Some((by, value)),
                _ => None,
            })
        });
        links.all(|(by, value)| {
            let place = plan.entity.fields.iter().position(|field| field.id == by.id);
            place.is_some_and(|place| self.values.contains(&(place, hash(value))))
        })
    }
}

/// The places of the fields of which no two records share a value.
fn unique(plan: &Plan) -> impl Iterator<Item = usize> + '_ {
    let fields = plan.entity.fields.iter().enumerate();
    fields.filter(|(_, field)| field.unique && !field.built_in).map(|(at, _)| at)
}

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    compare_key(value).hash(&mut hasher);
    hasher.finish()
}
