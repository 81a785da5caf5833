//! What an import tells: how far it is, and of every refused row the line, the column, the value
//! and the reason.

use model::{Code, Error, Fault, Kind, Language, Result, Uuid};
use serde_json::{Value as Json, json};
use store::ImportError;

use super::mapping::Plan;
use super::reader::Row;
use super::rows::cells_to_json;
use crate::spreadsheet::write_cell;

/// Errors that the answer shows; the file has all.
pub(super) const SHOWN: usize = 100;
/// Characters of a value in a report.
const VALUE_MAX: usize = 500;

/// Something wrong with a row, in the form in which it is kept.
pub(super) fn faults_of(plan: &Plan, row: &Row, error: &Error) -> Json {
    let own = |column: Option<&str>, value: &str, code: Code, en: String, zh: String| {
        let value: String = value.chars().take(VALUE_MAX).collect();
        json!({"column": column, "value": value, "code": code.as_str(), "en": en, "zh-CN": zh})
    };
    if error.faults.is_empty() {
        let [en, zh] = [Language::En, Language::ZhCn].map(|language| error.message(language));
        return json!([own(None, "", error.code, en, zh)]);
    }
    let of_fault = |fault: &Fault| {
        let [en, zh] = [Language::En, Language::ZhCn].map(|language| fault.message(language));
        let name = fault.path.split('/').next().unwrap_or_default();
        let mapped = plan.columns.iter().find(|mapped| mapped.field.name == name);
        let value = mapped.and_then(|mapped| row.cells.get(mapped.column));
        let value = value.map_or("", String::as_str);
        own(mapped.map(|mapped| mapped.name.as_str()), value, fault.code, en, zh)
    };
    error.faults.iter().map(of_fault).collect()
}

/// A refused row as it is kept.
pub(super) fn refused(row: &Row, faults: Json) -> ImportError {
    let number = i64::try_from(row.line).unwrap_or(i64::MAX);
    ImportError { number, content: cells_to_json(row), errors: faults }
}

/// A row that waits for a record that may come further down.
pub(super) fn waiting(row: &Row, faults: Json) -> ImportError {
    refused(row, json!({"waiting": faults}))
}

/// A row that waited and is in.
pub(super) fn settled(row: &Row) -> ImportError {
    refused(row, json!([]))
}

/// What a waiting row would be refused for.
pub(super) fn waits_for(error: &ImportError) -> Option<&Json> {
    error.errors.get("waiting")
}

/// The single things that are wrong with a row. A row that waited and went in has none.
fn faults(error: &ImportError) -> &[Json] {
    error.errors.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Whether a row was refused for good.
pub(super) fn is_refused(error: &ImportError) -> bool {
    !faults(error).is_empty()
}

/// The faults of a row for the answer, in a language.
pub(super) fn shown(error: &ImportError, language: Language) -> Vec<Json> {
    let one = |fault: &Json| {
        json!({"line": error.number, "column": fault["column"], "value": fault["value"],
            "code": fault["code"], "reason": fault[language.tag()]})
    };
    faults(error).iter().map(one).collect()
}

/// The head of the file of errors, in a language.
pub(super) fn csv_head(language: Language) -> &'static str {
    match language {
        Language::En => "line,column,value,reason\r\n",
        Language::ZhCn => "行,列,值,原因\r\n",
    }
}

/// Appends a row's faults as lines of the file of errors.
pub(super) fn write_csv(error: &ImportError, language: Language, out: &mut Vec<u8>) {
    for fault in faults(error) {
        out.extend_from_slice(error.number.to_string().as_bytes());
        for key in ["column", "value", language.tag()] {
            out.push(b',');
            write_cell(fault[key].as_str().unwrap_or_default(), out);
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// Why an import stopped before its end, in the form in which it is kept.
pub(super) fn failure(error: &Error) -> Json {
    let [en, zh] = [Language::En, Language::ZhCn].map(|language| {
        let first = error.faults.first().map(|fault| fault.message(language));
        first.unwrap_or_else(|| error.message(language))
    });
    json!({"code": error.code.as_str(), "en": en, "zh-CN": zh})
}

/// Whether an error passes: somebody else is busy, or holds what is needed.
pub(super) fn passes(error: &Error) -> bool {
    matches!(error.kind(), Kind::Unavailable) || error.code == Code::RecordBusy
}

/// How far an import is, for the answer.
pub(super) fn progress(import: &store::Import, language: Language) -> Json {
    let settings = &import.mapping;
    let settled = import.created + import.updated + import.failed;
    let state = match import.state.as_str() {
        "ready" if import.position > 0 => "running",
        other => other,
    };
    let failure = settings
        .get("failure")
        .map(|failure| json!({"code": failure["code"], "reason": failure[language.tag()]}));
    json!({
        "id": import.id,
        "entity": settings["request"]["entity"],
        "state": state,
        "dry_run": settings["request"]["dry_run"],
        "total": import.total,
        "position": import.position,
        "created": import.created,
        "updated": import.updated,
        "unchanged": (state == "done").then(|| (import.total - settled).max(0)),
        "failed": import.failed,
        "ignored_columns": settings["ignored"],
        "failure": failure,
        "created_at": model::time::format_instant(import.created_at),
        "updated_at": model::time::format_instant(import.updated_at),
    })
}

/// Whether somebody may look at an import: whoever started it, since it holds what their rights
/// have seen.
pub(super) fn belongs_to(import: &store::Import, user: Option<Uuid>) -> bool {
    let actor = &import.actor;
    let owner = actor.get("user").or(actor.get("id")).and_then(Json::as_str);
    user.is_some() && owner.and_then(|owner| Uuid::try_parse(owner).ok()) == user
}

/// An import that the actor cannot look at does not exist.
pub(super) fn unknown() -> Error {
    Error::new(Code::ImportUnknown)
}

/// Reads the id of an import in an address.
pub(super) fn parse_id(text: &str) -> Result<Uuid> {
    crate::records::parse_id(text).map_err(|_| unknown())
}
