//! What a reader may ask: records by filter, sort, columns, page; and aggregates of them.
//!
//! A query is a value. It comes from a JSON body or from URL parameters, which are the same keys
//! as text; unknown keys are faults.

use serde_json::{Map, Value as Json};

use crate::error::{Code, Error, Fault, Result};
use crate::filter::Filter;
use crate::limits;
use crate::time::Unit;

/// A question for records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Which records; all, when absent.
    pub filter: Option<Filter>,
    /// Their order; ties always by id.
    pub sort: Vec<Sort>,
    /// The fields of the answer; all that may be seen, when absent.
    pub fields: Option<Vec<String>>,
    /// Links whose records are shown instead of their ids, and inverses whose records are listed.
    pub expand: Vec<String>,
    /// Records of a page.
    pub limit: u32,
    /// Where the page starts.
    pub page: PageStart,
    /// Whether the exact number of all records is asked for.
    pub count: bool,
}

/// Where a page starts.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum PageStart {
    /// At the first record.
    #[default]
    First,
    /// After the last record of another page: its `next_cursor`.
    Cursor(String),
    /// After so many records.
    Offset(u64),
}

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The field, or links and then a field.
    pub field: String,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// Reads `name` or `-name`.
    pub fn parse(text: &str) -> Sort {
        match text.strip_prefix('-') {
            Some(field) => Sort { field: field.to_owned(), descending: true },
            None => Sort { field: text.to_owned(), descending: false },
        }
    }
}

/// A question for numbers about records.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Which records; all, when absent.
    pub filter: Option<Filter>,
    /// What they are grouped by.
    pub group: Vec<Group>,
    /// What is computed of each group.
    pub measures: Vec<Measure>,
    /// The order of the groups: by a grouped field or a measure (`measure.0`).
    pub sort: Vec<Sort>,
    /// Groups of the answer.
    pub limit: u32,
}

/// A field to group by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The field.
    pub field: String,
    /// Of a date: the calendar unit.
    pub bucket: Option<Unit>,
}

/// A number computed of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// How it is computed.
    pub function: MeasureFunction,
    /// Of which field; of the records themselves, when absent.
    pub field: Option<String>,
}

/// How a number is computed of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureFunction {
    /// How many records, or how many with a value.
    Count,
    /// How many different values.
    CountDistinct,
    /// The exact sum.
    Sum,
    /// The average, rounded half away from zero to the field's scale.
    Average,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
}

impl MeasureFunction {
    const ALL: [(MeasureFunction, &'static str); 6] = [
        (MeasureFunction::Count, "count"),
        (MeasureFunction::CountDistinct, "count_distinct"),
        (MeasureFunction::Sum, "sum"),
        (MeasureFunction::Average, "average"),
        (MeasureFunction::Min, "min"),
        (MeasureFunction::Max, "max"),
    ];

    /// The name in queries and answers.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(function, _)| *function == self).map_or("", |(_, name)| name)
    }
}

impl Query {
    /// Reads the JSON body of a query.
    pub fn from_json(body: &Json) -> Result<Query> {
        let object = object(body)?;
        known(object, &QUERY_KEYS)?;
        let mut query = Query { limit: limits::PAGE_SIZE_DEFAULT, ..Query::default() };
        query.filter = filter(object)?;
        query.sort = sorts(object)?;
        query.fields = names(object, "fields", limits::FIELDS_MAX)?;
        query.expand = names(object, "expand", limits::EXPANDS_MAX)?.unwrap_or_default();
        if let Some(limit) = whole(object, "limit", 1, u64::from(limits::PAGE_SIZE_MAX))? {
            query.limit = limit as u32;
        }
        query.count = match object.get("count") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(count)) => *count,
            Some(_) => return Err(wrong("count", "true or false")),
        };
        let offset = whole(object, "offset", 0, limits::OFFSET_MAX)?;
        query.page = match (object.get("cursor"), offset) {
            (None | Some(Json::Null), None) => PageStart::First,
            (None | Some(Json::Null), Some(offset)) => PageStart::Offset(offset),
            (Some(Json::String(cursor)), None) => PageStart::Cursor(cursor.clone()),
            (Some(Json::String(_)), Some(_)) => {
                return Err(wrong("offset", "absent beside a cursor"));
            }
            (Some(_), _) => return Err(wrong("cursor", "the next_cursor of an answer")),
        };
        match object.get("search") {
            None | Some(Json::Null) => Ok(query),
            Some(_) => Err(Fault::new("search", Code::SearchUnavailable).into()),
        }
    }

    /// Reads URL parameters: the keys of the body, lists separated by commas, the filter as JSON.
    pub fn from_parameters(parameters: &[(String, String)]) -> Result<Query> {
        let mut object = Map::new();
        for (name, text) in parameters {
            let list = || Json::from(text.split(',').map(str::trim).collect::<Vec<_>>());
            let value = match name.as_str() {
                "filter" => crate::json::parse(text.as_bytes()).map_err(|e| e.under("filter"))?,
                "sort" | "fields" | "expand" => list(),
                "limit" | "offset" => match text.parse::<u64>() {
                    Ok(number) => Json::from(number),
                    Err(_) => return Err(parameter(name, "a whole number")),
                },
                "count" => match text.as_str() {
                    "true" => Json::Bool(true),
                    "false" => Json::Bool(false),
                    _ => return Err(parameter(name, "true or false")),
                },
                "cursor" | "search" => Json::String(text.clone()),
                _ => {
                    let fault =
                        Fault::new(name.as_str(), Code::ParameterUnknown).with("name", name);
                    return Err(fault.expected(QUERY_KEYS.as_slice()).into());
                }
            };
            if object.insert(name.clone(), value).is_some() {
                return Err(parameter(name, "given once"));
            }
        }
        Query::from_json(&Json::Object(object))
    }
}

const QUERY_KEYS: [&str; 9] =
    ["filter", "sort", "fields", "expand", "search", "limit", "cursor", "offset", "count"];

impl Aggregate {
    /// Reads the JSON body of an aggregate.
    pub fn from_json(body: &Json) -> Result<Aggregate> {
        let object = object(body)?;
        known(object, &["filter", "group", "measures", "sort", "limit"])?;
        let groups = list(object, "group", limits::GROUP_FIELDS_MAX)?;
        let measures = list(object, "measures", limits::MEASURES_MAX)?;
        let group = each(groups, "group", read_group)?;
        let mut measures = each(measures, "measures", read_measure)?;
        if measures.is_empty() {
            measures.push(Measure { function: MeasureFunction::Count, field: None });
        }
        let limit = whole(object, "limit", 1, u64::from(limits::GROUPS_MAX))?;
        Ok(Aggregate {
            filter: filter(object)?,
            group,
            measures,
            sort: sorts(object)?,
            limit: limit.unwrap_or(u64::from(limits::GROUPS_MAX)) as u32,
        })
    }
}

fn read_group(item: &Json) -> Result<Group> {
    if let Some(field) = item.as_str() {
        return Ok(Group { field: field.to_owned(), bucket: None });
    }
    let object = object(item)?;
    known(object, &["field", "bucket"])?;
    let field = text(object, "field")?.ok_or_else(|| wrong("field", "the name of a field"))?;
    let bucket = text(object, "bucket")?
        .map(|name| Unit::from_name(&name).ok_or_else(|| wrong("bucket", "a calendar unit")))
        .transpose()?;
    Ok(Group { field, bucket })
}

fn read_measure(item: &Json) -> Result<Measure> {
    let object = object(item)?;
    known(object, &["fn", "field"])?;
    let name = text(object, "fn")?.unwrap_or_default();
    let function = MeasureFunction::ALL.iter().find(|(_, known)| *known == name);
    let function = function.map(|(function, _)| *function).ok_or_else(|| {
        let names: Vec<&str> = MeasureFunction::ALL.iter().map(|(_, name)| *name).collect();
        Fault::new("fn", Code::OperatorUnknown).with("operator", &name).expected(names)
    })?;
    let field = text(object, "field")?;
    if field.is_none() && function != MeasureFunction::Count {
        return Err(wrong("field", "the name of a field"));
    }
    Ok(Measure { function, field })
}

fn wrong(path: &str, expected: &str) -> Error {
    Fault::new(path, Code::ValueType).with("expected", expected).expected(expected).into()
}

fn parameter(name: &str, expected: &str) -> Error {
    Fault::new(name, Code::ParameterInvalid).with("name", name).expected(expected).into()
}

fn object(body: &Json) -> Result<&Map<String, Json>> {
    body.as_object().ok_or_else(|| wrong("", "an object"))
}

fn known(object: &Map<String, Json>, keys: &[&str]) -> Result<()> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => {
            let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
            Err(fault.expected(keys).into())
        }
        None => Ok(()),
    }
}

fn filter(object: &Map<String, Json>) -> Result<Option<Filter>> {
    match object.get("filter") {
        None | Some(Json::Null) => Ok(None),
        Some(filter) => Ok(Some(Filter::parse(filter).map_err(|fault| fault.under("filter"))?)),
    }
}

fn text(object: &Map<String, Json>, key: &str) -> Result<Option<String>> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(key, "text")),
    }
}

fn whole(object: &Map<String, Json>, key: &str, min: u64, max: u64) -> Result<Option<u64>> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_u64().filter(|number| (min..=max).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(wrong(key, &format!("a whole number from {min} to {max}"))),
        },
    }
}

fn list<'a>(object: &'a Map<String, Json>, key: &str, most: usize) -> Result<&'a [Json]> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(items)) if items.len() <= most => Ok(items),
        Some(_) => Err(wrong(key, &format!("a list of at most {most}"))),
    }
}

fn each<T>(items: &[Json], key: &str, read: fn(&Json) -> Result<T>) -> Result<Vec<T>> {
    let read_one = |(index, item)| read(item).map_err(|e| e.under(&format!("{key}/{index}")));
    items.iter().enumerate().map(read_one).collect()
}

fn names(object: &Map<String, Json>, key: &str, most: usize) -> Result<Option<Vec<String>>> {
    if matches!(object.get(key), None | Some(Json::Null)) {
        return Ok(None);
    }
    let name = |item: &Json| match item.as_str() {
        Some(name) => Ok(name.to_owned()),
        None => Err(wrong("", "the name of a field")),
    };
    each(list(object, key, most)?, key, name).map(Some)
}

fn sorts(object: &Map<String, Json>) -> Result<Vec<Sort>> {
    let names = names(object, "sort", limits::SORT_FIELDS_MAX)?.unwrap_or_default();
    Ok(names.iter().map(|name| Sort::parse(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_and_body_say_the_same() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let from_url = Query::from_parameters(&[
            pair("filter", r#"{"field":"amount","op":"gt","value":5}"#),
            pair("sort", "-amount,name"),
            pair("limit", "20"),
            pair("count", "true"),
        ]);
        let from_body = Query::from_json(&json!({
            "filter": {"field": "amount", "op": "gt", "value": 5},
            "sort": ["-amount", "name"], "limit": 20, "count": true,
        }));
        assert_eq!(from_url.unwrap(), from_body.unwrap());
    }

    #[test]
    fn nothing_unknown_is_ignored() {
        let refuse = |body: Json| Query::from_json(&body).unwrap_err();
        assert_eq!(refuse(json!({"limits": 1})).code, Code::KeyUnknown);
        assert_eq!(refuse(json!({"limit": 0})).code, Code::ValueType);
        assert_eq!(refuse(json!({"limit": 201})).faults[0].path, "limit");
        assert_eq!(refuse(json!({"search": "x"})).code, Code::SearchUnavailable);
        assert_eq!(
            refuse(json!({"filter": {"and": [{"field": "a", "op": "is", "value": 1}]}})).faults[0]
                .path,
            "filter/and/0/op"
        );
    }

    #[test]
    fn a_page_starts_in_one_way() {
        assert!(Query::from_json(&json!({"cursor": "x", "offset": 5})).is_err());
    }
}
