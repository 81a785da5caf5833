//! A record in a script: the draft that is being saved, its stored state, or one that was asked for.
//! Its fields are read and set like properties; a field that does not exist is an error at once.

use crate::explain::{Raised, trouble};
use crate::protocol::{EntityShape, FieldShape};
use crate::values;
use rhai::{Array, Dynamic, Engine, FuncRegistration, ImmutableString};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// The fields of an entity, found by name.
#[derive(Debug)]
pub(crate) struct Shape {
    entity: String,
    fields: Arc<Vec<FieldShape>>,
    by_name: HashMap<String, usize>,
}

impl Shape {
    /// The shape of an entity.
    pub(crate) fn new(entity: &str, fields: Arc<Vec<FieldShape>>) -> Rc<Self> {
        let by_name =
            fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        Rc::new(Self { entity: entity.to_owned(), fields, by_name })
    }

    /// The shape that a request describes.
    pub(crate) fn of(entity: &EntityShape) -> Rc<Self> {
        Self::new(&entity.name, Arc::new(entity.fields.clone()))
    }

    /// Where the field of this name stands, or an error that names it.
    pub(crate) fn find(&self, name: &str) -> Raised<usize> {
        self.by_name.get(name).copied().ok_or_else(|| {
            let (entity, name) = (&self.entity, values::cut(name, 60));
            trouble(
                format!("{entity} has no field called {name}."),
                format!("{entity} 没有名为 {name} 的字段。"),
            )
        })
    }
}

#[derive(Debug)]
struct Content {
    shape: Rc<Shape>,
    base: Map<String, Value>,
    set: RefCell<BTreeMap<usize, Dynamic>>,
    writable: bool,
}

/// A record in a script. Copies are the same record.
#[derive(Clone, Debug)]
pub(crate) struct Record(Rc<Content>);

impl Record {
    /// A record that scripts may only read.
    pub(crate) fn read_only(shape: Rc<Shape>, base: Map<String, Value>) -> Self {
        Self(Rc::new(Content { shape, base, set: RefCell::default(), writable: false }))
    }

    /// The draft that scripts may change.
    pub(crate) fn draft(shape: Rc<Shape>, base: Map<String, Value>) -> Self {
        Self(Rc::new(Content { shape, base, set: RefCell::default(), writable: true }))
    }

    /// The value of the `id` field as JSON.
    pub(crate) fn id(&self) -> Value {
        self.0.base.get("id").cloned().unwrap_or(Value::Null)
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Raised<Dynamic> {
        let at = self.0.shape.find(name)?;
        Ok(self.value(at))
    }

    fn value(&self, at: usize) -> Dynamic {
        if let Some(value) = self.0.set.borrow().get(&at) {
            return value.clone();
        }
        let field = &self.0.shape.fields[at];
        self.0.base.get(&field.name).map_or(Dynamic::UNIT, |value| values::decode(field, value))
    }

    fn set(&self, name: &str, value: Dynamic) -> Raised<()> {
        let at = self.0.shape.find(name)?;
        let field = &self.0.shape.fields[at];
        if !self.0.writable {
            return Err(trouble(
                "Only the record that is being saved can be changed here.",
                "此处只能修改正在保存的记录。",
            ));
        }
        if !field.writable {
            return Err(trouble(
                format!("{name} cannot be set by a script."),
                format!("脚本不能设置 {name}。"),
            ));
        }
        let value = values::coerce(field, value)?;
        self.0.set.borrow_mut().insert(at, value);
        Ok(())
    }

    /// Whether a field holds the same as in the other record.
    pub(crate) fn same_as(&self, other: &Self, name: &str) -> Raised<bool> {
        let at = self.0.shape.find(name)?;
        let field = &self.0.shape.fields[at];
        Ok(values::encode(field, &self.value(at))? == values::encode(field, &other.get(name)?)?)
    }

    /// Whether a field is empty.
    pub(crate) fn is_empty(&self, name: &str) -> Raised<bool> {
        Ok(self.get(name)?.is_unit())
    }

    /// The fields whose value differs from what the record was made with, with the new values.
    pub(crate) fn changes(&self) -> Raised<Map<String, Value>> {
        let mut changes = Map::new();
        for (at, value) in self.0.set.borrow().iter() {
            let field = &self.0.shape.fields[*at];
            let new = values::encode(field, value)?;
            let before = match self.0.base.get(&field.name) {
                Some(before) => values::encode(field, &values::decode(field, before))?,
                None => Value::Null,
            };
            if new != before {
                changes.insert(field.name.clone(), new);
            }
        }
        Ok(changes)
    }

    fn names(&self) -> Array {
        self.0.shape.fields.iter().map(|field| field.name.as_str().into()).collect()
    }

    /// A short form for `print`.
    fn show(&self) -> String {
        let mut text = format!("{} {{", self.0.shape.entity);
        for (at, field) in self.0.shape.fields.iter().enumerate() {
            let value = self.value(at);
            if !value.is_unit() && text.len() < 4_000 {
                text.push_str(&format!(
                    " {}: {},",
                    field.name,
                    values::cut(&value.to_string(), 200)
                ));
            }
        }
        text.push_str(" }");
        text
    }
}

/// Registers the type.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Record>("record")
        .register_fn("get", |record: &mut Record, name: &str| record.get(name))
        .register_fn("contains", |record: &mut Record, name: &str| {
            record.0.shape.by_name.contains_key(name)
        })
        .register_fn("fields", |record: &mut Record| record.names())
        .register_fn("to_string", |record: &mut Record| record.show())
        .register_fn("to_debug", |record: &mut Record| record.show())
        .register_fn("==", |a: Record, b: Record| Rc::ptr_eq(&a.0, &b.0))
        .register_fn("!=", |a: Record, b: Record| !Rc::ptr_eq(&a.0, &b.0))
        .register_indexer_get(|record: &mut Record, name: &str| record.get(name))
        // The engine gives every value a property `tag`; a field of that name wins here.
        .register_get("tag", |record: &mut Record| record.get("tag"));
    // The record itself is a constant, its fields are not: setters must be allowed on constants.
    let set = |record: &mut Record, name: ImmutableString, value: Dynamic| record.set(&name, value);
    FuncRegistration::new("set").with_purity(true).register_into_engine(engine, set);
    FuncRegistration::new_index_setter().with_purity(true).register_into_engine(engine, set);
    FuncRegistration::new_setter("tag")
        .with_purity(true)
        .register_into_engine(engine, |record: &mut Record, value: Dynamic| {
            record.set("tag", value)
        });
}
