//! How the columns of a file become the fields of an entity: what was asked for, checked against
//! the file and against what the actor may see.

use std::collections::HashMap;
use std::sync::Arc;

use encoding_rs::Encoding;
use model::document::Right;
use model::{Code, Entity, Error, Fault, Field, Result};
use serde_json::{Map, Value as Json, json};

use crate::access::EntityAccess;
use crate::context::Context;

/// What an import is asked to do: the body of the request without the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The entity.
    pub entity: String,
    /// The unique field by which rows find their records; without it every row makes one.
    pub matching: Option<String>,
    /// By column: the field that it fills; nothing for a column that is left out on purpose.
    pub mapping: Vec<(String, Option<Target>)>,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// The file's encoding, where it is not to be found out.
    pub encoding: Option<&'static Encoding>,
    /// The file's delimiter, where it is not to be found out.
    pub delimiter: Option<u8>,
}

/// The field that a column fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The field.
    pub field: String,
    /// Of a link: the unique field of the target that the column holds; its id, when absent.
    pub by: Option<String>,
    /// What stands in the file for what is meant.
    pub values: HashMap<String, String>,
}

const KEYS: [&str; 6] = ["entity", "match", "mapping", "dry_run", "encoding", "delimiter"];

impl Request {
    /// Reads a request. Faults: unknown keys, and values of a wrong kind.
    pub fn from_json(body: &Json) -> Result<Request> {
        let object = body.as_object().ok_or_else(|| wrong("", "an object"))?;
        known(object, &KEYS, "")?;
        let entity = object.get("entity").and_then(Json::as_str);
        let mapping = object.get("mapping").and_then(Json::as_object);
        let mapping = mapping.ok_or_else(|| wrong("mapping", "an object of columns"))?;
        let mapping = mapping
            .iter()
            .map(|(column, target)| Ok((column.clone(), Target::from_json(column, target)?)))
            .collect::<Result<_>>()?;
        Ok(Request {
            entity: entity.ok_or_else(|| wrong("entity", "the name of an entity"))?.to_owned(),
            matching: matching(object.get("match"))?,
            mapping,
            dry_run: match object.get("dry_run") {
                None | Some(Json::Null) => false,
                Some(Json::Bool(dry_run)) => *dry_run,
                Some(_) => return Err(wrong("dry_run", "true or false")),
            },
            encoding: encoding(object.get("encoding"))?,
            delimiter: delimiter(object.get("delimiter"))?,
        })
    }

    /// The form that [`Request::from_json`] reads.
    pub fn to_json(&self) -> Json {
        let target = |target: &Option<Target>| match target {
            Some(Target { field, by, values }) => {
                json!({"field": field, "by": by, "values": values})
            }
            None => Json::Null,
        };
        let mapping: Map<String, Json> =
            self.mapping.iter().map(|(column, of)| (column.clone(), target(of))).collect();
        json!({
            "entity": self.entity,
            "match": self.matching.iter().collect::<Vec<_>>(),
            "mapping": mapping,
            "dry_run": self.dry_run,
            "encoding": self.encoding.map(Encoding::name),
            "delimiter": self.delimiter.map(|byte| char::from(byte).to_string()),
        })
    }
}

impl Target {
    fn from_json(column: &str, target: &Json) -> Result<Option<Target>> {
        let at = |key: &str| format!("mapping/{column}{key}");
        let object = match target {
            Json::Null => return Ok(None),
            Json::String(field) => {
                let (by, values) = (None, HashMap::new());
                return Ok(Some(Target { field: field.clone(), by, values }));
            }
            Json::Object(object) => object,
            _ => return Err(wrong(&at(""), "a field, null, or an object with a field")),
        };
        known(object, &["field", "by", "values"], &at(""))?;
        let text = |value: &Json, key: &str| {
            value.as_str().map(str::to_owned).ok_or_else(|| wrong(&at(key), "text"))
        };
        let mut values = HashMap::new();
        match object.get("values") {
            None | Some(Json::Null) => {}
            Some(Json::Object(given)) => {
                for (from, to) in given {
                    values.insert(from.trim().to_owned(), text(to, &format!("/values/{from}"))?);
                }
            }
            Some(_) => return Err(wrong(&at("/values"), "an object of texts")),
        }
        let by = object.get("by").filter(|by| !by.is_null());
        Ok(Some(Target {
            field: text(object.get("field").unwrap_or(&Json::Null), "/field")?,
            by: by.map(|by| text(by, "/by")).transpose()?,
            values,
        }))
    }
}

fn wrong(path: &str, expected: &str) -> Error {
    Fault::new(path, Code::ValueType).with("expected", expected).expected(expected).into()
}

fn known(object: &Map<String, Json>, keys: &[&str], at: &str) -> Result<()> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
            Err(fault.expected(keys).under(at).into())
        }
    }
}

fn matching(given: Option<&Json>) -> Result<Option<String>> {
    let expected = || wrong("match", "a list with one unique field");
    match given {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Array(fields)) => match fields.as_slice() {
            [] => Ok(None),
            [Json::String(field)] => Ok(Some(field.clone())),
            _ => Err(expected()),
        },
        Some(_) => Err(expected()),
    }
}

fn encoding(given: Option<&Json>) -> Result<Option<&'static Encoding>> {
    match given {
        None | Some(Json::Null) => Ok(None),
        Some(name) => {
            let found = name.as_str().and_then(|name| Encoding::for_label(name.as_bytes()));
            let expected = "the name of an encoding, such as utf-8 or gb18030";
            found.map(Some).ok_or_else(|| wrong("encoding", expected))
        }
    }
}

fn delimiter(given: Option<&Json>) -> Result<Option<u8>> {
    match given {
        None | Some(Json::Null) => Ok(None),
        Some(text) => match text.as_str().map(str::as_bytes) {
            Some([byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => {
                Ok(Some(*byte))
            }
            _ => Err(wrong("delimiter", "one character, such as ;")),
        },
    }
}

/// A request that fits a file, an entity and the rights of the actor.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) entity: Arc<Entity>,
    /// The revision of the catalogue that it fits.
    pub(super) revision: i64,
    /// The place of the field by which rows find their records.
    pub(super) matching: Option<usize>,
    pub(super) columns: Vec<Mapped>,
    /// How many columns the file has.
    pub(super) width: usize,
}

/// A column that fills a field.
#[derive(Debug)]
pub(super) struct Mapped {
    /// Its place in the file.
    pub(super) column: usize,
    /// Its name in the file.
    pub(super) name: String,
    /// The place of the field in the entity.
    pub(super) place: usize,
    pub(super) field: Arc<Field>,
    /// Of a link: the unique field of the target that the column holds.
    pub(super) by: Option<Arc<Field>>,
    pub(super) values: HashMap<String, String>,
}

impl Plan {
    /// Checks a request. Faults: `import_column_unknown`, `field_unknown`, `field_read_only`,
    /// `match_invalid`, and an entity that may not be written.
    pub(super) fn new(context: &Context, request: &Request, header: &[String]) -> Result<Plan> {
        let access = context.access.readable(&request.entity)?;
        context
            .access
            .writable(&request.entity, Right::Create)
            .or_else(|_| context.access.writable(&request.entity, Right::Update))?;
        let mut plan = Plan {
            entity: access.entity.clone(),
            revision: context.catalogue().revision,
            matching: None,
            columns: Vec::new(),
            width: header.len(),
        };
        let mut faults = Vec::new();
        for (name, target) in &request.mapping {
            let Some(column) = plan.column(header, name, &mut faults) else { continue };
            let Some(target) = target else { continue };
            match plan.map(context, access, column, name, target) {
                Ok(mapped) => plan.columns.push(mapped),
                Err(fault) => faults.push(fault.under(&format!("mapping/{name}"))),
            }
        }
        if let Some(field) = &request.matching {
            match plan.find_match(field) {
                Some(place) => plan.matching = Some(place),
                None => {
                    faults.push(Fault::new("match/0", Code::MatchInvalid).with("field", field));
                }
            }
        }
        if plan.columns.is_empty() && !request.dry_run && faults.is_empty() {
            return Err(wrong("mapping", "at least one column that fills a field"));
        }
        if faults.is_empty() { Ok(plan) } else { Err(Error::faults(faults)) }
    }

    /// The place of a column in the file.
    fn column(&self, header: &[String], name: &str, faults: &mut Vec<Fault>) -> Option<usize> {
        let mut places = (0..header.len()).filter(|at| header[*at] == name.trim());
        let found = places.next();
        let fault = Fault::new(format!("mapping/{name}"), Code::ImportColumnUnknown);
        if found.is_none() {
            faults.push(fault.with("column", name).expected(header));
        } else if places.next().is_some() {
            let twice = super::text::unreadable(
                &format!("the column {name} occurs twice"),
                &format!("列“{name}”出现了两次"),
            );
            faults.push(twice);
            return None;
        }
        found
    }

    fn map(
        &self,
        context: &Context,
        access: &EntityAccess,
        column: usize,
        name: &str,
        target: &Target,
    ) -> Result<Mapped, Fault> {
        let places = || access.entity.fields.iter().position(|field| field.name == target.field);
        let seen = |place: &usize| access.sees(&access.entity.fields[*place]);
        let Some(place) = places().filter(seen) else {
            let known = access.visible_fields().filter(|field| !field.built_in);
            let known: Vec<&str> = known.map(|field| field.name.as_str()).collect();
            let fault = Fault::new("field", Code::FieldUnknown).with("field", &target.field);
            return Err(fault.expected(known));
        };
        let field = access.entity.fields[place].clone();
        let fault = |code| Fault::new("field", code).with_label("field", &field.label);
        let writes = |right| access.writes(&field, right);
        if field.built_in || !(writes(Right::Create) || writes(Right::Update)) {
            return Err(fault(Code::FieldReadOnly));
        }
        if self.columns.iter().any(|mapped| mapped.place == place) {
            return Err(fault(Code::FieldNotUsable));
        }
        let by = target.by.as_deref().map(|by| linked(context, &field, by)).transpose()?;
        let values = target.values.clone();
        Ok(Mapped { column, name: name.trim().to_owned(), place, field, by, values })
    }

    /// The place of a unique field that a column fills.
    fn find_match(&self, name: &str) -> Option<usize> {
        let mapped = self.columns.iter().find(|mapped| mapped.field.name == name)?;
        mapped.field.unique.then_some(mapped.place)
    }

    /// The columns that link a row to others of the same entity.
    pub(super) fn self_links(&self) -> impl Iterator<Item = &Mapped> {
        self.columns.iter().filter(|mapped| {
            let link = mapped.field.kind.link();
            mapped.by.is_some() && link.is_some_and(|link| link.to == self.entity.name)
        })
    }
}

/// The unique field of a link's target.
fn linked(context: &Context, link: &Field, by: &str) -> Result<Arc<Field>, Fault> {
    let unfit = |code| Fault::new("by", code).with("field", by);
    let to = link.kind.link().ok_or_else(|| unfit(Code::FieldNotUsable))?;
    let access = context.access.readable(&to.to).map_err(|_| unfit(Code::FieldUnknown))?;
    let field = access.entity.field(by).filter(|field| access.sees(field));
    let field = field.ok_or_else(|| unfit(Code::FieldUnknown))?;
    match field.unique {
        true => Ok(field.clone()),
        false => Err(unfit(Code::MatchInvalid)),
    }
}

/// The columns of a file that a request does not speak of.
pub(super) fn ignored(request: &Request, header: &[String]) -> Vec<String> {
    let mentioned = |name: &&String| request.mapping.iter().any(|(own, _)| own.trim() == **name);
    header.iter().filter(|name| !mentioned(name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_being_stored() {
        let body = json!({
            "entity": "opportunity", "match": ["number"], "dry_run": true,
            "encoding": "gbk", "delimiter": ";",
            "mapping": {"a": "name", "b": null,
                "c": {"field": "product", "by": "name", "values": {"GTXPro": "GTX Pro"}}},
        });
        let request = Request::from_json(&body).unwrap();
        assert_eq!(Request::from_json(&request.to_json()).unwrap(), request);
        assert_eq!(request.mapping[1], ("b".to_owned(), None));
        assert_eq!(request.delimiter, Some(b';'));
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_path() {
        let refused = |body: Json| Request::from_json(&body).unwrap_err().faults[0].path.clone();
        assert_eq!(refused(json!({"entity": "a", "mapping": {}, "mode": 1})), "mode");
        assert_eq!(refused(json!({"entity": "a"})), "mapping");
        assert_eq!(refused(json!({"entity": "a", "mapping": {"x": 5}})), "mapping/x");
        let by = json!({"entity": "a", "mapping": {"x": {"field": "f", "via": "g"}}});
        assert_eq!(refused(by), "mapping/x/via");
        let two = json!({"entity": "a", "mapping": {}, "match": ["f", "g"]});
        assert_eq!(refused(two), "match");
        let encoding = json!({"entity": "a", "mapping": {}, "encoding": "ebcdic-37"});
        assert_eq!(refused(encoding), "encoding");
    }
}
