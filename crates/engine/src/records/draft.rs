//! A record that is about to be written: what it was, what it would be.

use std::sync::Arc;

use model::document::Right;
use model::limits::ID_FUTURE_MS_MAX;
use model::name::BUILT_IN_FIELDS;
use model::{Code, Entity, Error, Fault, Field, Result, Uuid, Value};
use serde_json::{Map, Value as Json};

use super::cells::{Cells, Given};
use super::links::{Reference, Sought};
use crate::access::EntityAccess;
use crate::context::Context;

/// What happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
    /// It comes back after it was deleted.
    Restore,
}

impl Operation {
    /// The right that it takes.
    pub(crate) fn right(self) -> Right {
        match self {
            Operation::Create | Operation::Restore => Right::Create,
            Operation::Update => Right::Update,
            Operation::Delete => Right::Delete,
        }
    }
}

/// A record that is about to be written.
pub(crate) struct Draft {
    /// Its place in the batch, for messages; `None` for what follows from another draft.
    pub(crate) place: Option<usize>,
    pub(crate) operation: Operation,
    pub(crate) access: Arc<EntityAccess>,
    pub(crate) id: Uuid,
    /// The row as it is stored; empty for a new record.
    pub(crate) old: Vec<Value>,
    /// The row as it would be, in the order of the entity's fields.
    pub(crate) new: Vec<Value>,
    /// By field: whether the actor writes it.
    pub(crate) written: Vec<bool>,
    /// Links that were given by a unique value of their target, to be resolved.
    pub(crate) references: Vec<Reference>,
    /// The revision that the client knows.
    pub(crate) if_match: Option<i64>,
    /// What is wrong with it so far.
    pub(crate) faults: Vec<Fault>,
    /// A refusal of the record as a whole.
    pub(crate) refusal: Option<Error>,
}

impl Draft {
    /// A draft of a new record.
    pub(crate) fn new(access: &Arc<EntityAccess>, id: Uuid, operation: Operation) -> Draft {
        let width = access.entity.fields.len();
        Draft {
            place: None,
            operation,
            access: access.clone(),
            id,
            old: Vec::new(),
            new: vec![Value::Null; width],
            written: vec![false; width],
            references: Vec::new(),
            if_match: None,
            faults: Vec::new(),
            refusal: None,
        }
    }

    /// A draft that starts from a stored row.
    pub(crate) fn of_row(
        access: &Arc<EntityAccess>,
        id: Uuid,
        operation: Operation,
        row: Vec<Value>,
    ) -> Draft {
        Draft { new: row.clone(), old: row, ..Draft::new(access, id, operation) }
    }

    pub(crate) fn entity(&self) -> &Arc<Entity> {
        &self.access.entity
    }

    /// Whether something is wrong with it.
    pub(crate) fn is_refused(&self) -> bool {
        self.refusal.is_some() || !self.faults.is_empty()
    }

    /// The stored revision; 0 for a new record.
    pub(crate) fn old_revision(&self) -> i64 {
        super::rows::value_of(self.entity(), &self.old, "revision").as_int().unwrap_or(0)
    }

    /// The fields whose value differs from what is stored, with their place.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (usize, &Arc<Field>)> {
        self.entity().fields.iter().enumerate().filter(|(at, field)| {
            !field.built_in && self.old.get(*at).unwrap_or(&Value::Null) != &self.new[*at]
        })
    }

    /// Whether nothing would change.
    pub(crate) fn is_idle(&self) -> bool {
        self.operation == Operation::Update && self.changed().next().is_none()
    }

    /// Takes the values that a client sent. Faults are gathered; names that the actor may not
    /// say are names that do not exist.
    pub(crate) fn take(&mut self, values: &Map<String, Json>) {
        let right = self.operation.right();
        let entity = self.access.entity.clone();
        for (name, input) in values {
            if name == "id" && self.operation == Operation::Create {
                continue;
            }
            let at = entity.fields.iter().position(|field| field.name == *name);
            let Some(at) = at.filter(|at| self.access.sees(&entity.fields[*at])) else {
                let known = self.access.visible_fields().filter(|field| !field.built_in);
                let known: Vec<&str> = known.map(|field| field.name.as_str()).collect();
                let fault = Fault::new(name.as_str(), Code::FieldUnknown).with("field", name);
                let fault = fault.expected(known);
                self.faults.push(fault);
                continue;
            };
            let field = &entity.fields[at];
            if BUILT_IN_FIELDS.contains(&name.as_str()) || !self.access.writes(field, right) {
                self.faults.push(field.fault(Code::FieldReadOnly));
                continue;
            }
            self.written[at] = true;
            match Reference::parse(field, at, input) {
                Ok(Some(reference)) => self.references.push(reference),
                Ok(None) => match field.parse(input) {
                    Ok(value) => self.new[at] = value,
                    Err(fault) => self.faults.push(fault),
                },
                Err(fault) => self.faults.push(fault),
            }
        }
    }

    /// Takes what the cells of a file say. Whoever read them asked only for fields that the actor
    /// may see.
    pub(crate) fn take_cells(&mut self, cells: &Cells) {
        let right = self.operation.right();
        for (at, given) in &cells.cells {
            let field = &self.access.entity.fields[*at];
            if field.built_in || !self.access.writes(field, right) {
                self.faults.push(field.fault(Code::FieldReadOnly));
                continue;
            }
            self.written[*at] = true;
            match given {
                Given::Value(value) => self.new[*at] = value.clone(),
                Given::Fault(fault) => self.faults.push(fault.clone()),
                Given::Linked { by, value } => self.references.push(Reference {
                    at: *at,
                    field: by.name.clone(),
                    sought: Sought::Value(value.clone()),
                }),
            }
        }
    }

    /// Fills what a new record was not given.
    pub(crate) fn fill_defaults(&mut self) {
        for (at, field) in self.access.entity.fields.iter().enumerate() {
            if let Some(default) = &field.default
                && !self.written[at]
            {
                self.new[at] = default.clone();
            }
        }
    }

    /// Fills the built-in fields as the store will.
    pub(crate) fn stamp(&mut self, context: &Context) {
        let user = context.user_id().map_or(Value::Null, Value::Id);
        let is_new = self.operation == Operation::Create;
        let revision = self.old_revision() + 1;
        let entity = self.access.entity.clone();
        for (at, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.built_in) {
            self.new[at] = match field.name.as_str() {
                "id" => Value::Id(self.id),
                "revision" => Value::Int(revision),
                "updated_at" => Value::Instant(context.now),
                "updated_by" => user.clone(),
                "created_at" if is_new => Value::Instant(context.now),
                "created_by" if is_new => user.clone(),
                _ => continue,
            };
        }
    }

    /// What must hold of every record, whatever changed it: required fields and stage moves.
    pub(crate) fn validate(&mut self) {
        if matches!(self.operation, Operation::Delete | Operation::Restore) {
            return;
        }
        let entity = self.access.entity.clone();
        for (at, field) in entity.fields.iter().enumerate().filter(|(_, field)| !field.built_in) {
            let already = self.faults.iter().any(|fault| fault.path == field.name);
            let pending = self.references.iter().any(|reference| reference.at == at);
            if already || pending {
                continue;
            }
            let (old, new) = (self.old.get(at).unwrap_or(&Value::Null), &self.new[at]);
            if field.required && new.is_null() {
                self.faults.push(field.fault(Code::FieldRequired));
            } else if old != new
                && let Err(fault) = field.kind.check_move(field, old, new)
            {
                self.faults.push(fault);
            }
        }
    }

    /// The refusal of this draft, with paths below its place in the batch.
    pub(crate) fn into_error(self, in_batch: bool) -> Error {
        let error = match self.refusal {
            Some(error) => error,
            None => Error::faults(self.faults),
        };
        match self.place.filter(|_| in_batch) {
            Some(place) => error.under(&place.to_string()),
            None => error,
        }
    }
}

/// The id of a new record: made here, or by the client (UUID version 7, not in the future).
pub(crate) fn new_id(context: &Context, values: &Map<String, Json>) -> Result<Uuid> {
    let Some(given) = values.get("id").filter(|given| !given.is_null()) else {
        return Ok(Uuid::now_v7());
    };
    let invalid = || -> Error { Fault::new("id", Code::IdInvalid).expected("UUID v7").into() };
    let text = given.as_str().filter(|text| text.len() == 36).ok_or_else(invalid)?;
    let id = Uuid::try_parse(text).map_err(|_| invalid())?;
    let milliseconds = (id.as_u128() >> 80) as i64;
    if id.get_version_num() != 7 || milliseconds > context.now + ID_FUTURE_MS_MAX {
        return Err(invalid());
    }
    Ok(id)
}
