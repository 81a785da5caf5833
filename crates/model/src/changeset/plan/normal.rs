//! The normal form of documents: what is at its default is not written, keys are in order. Two
//! documents that mean the same are then equal.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::document::{
    AppDocument, AutomationDocument, DocumentKind, EntityDocument, FormDocument, RoleDocument,
    ScriptDocument, ViewDocument,
};
use crate::error::{Code, Fault};
use crate::fields::select::Choice;

/// A document in normal form. A document that has passed the schema of its kind has one.
pub(super) fn normal(kind: DocumentKind, body: &Json) -> Result<Json, Vec<Fault>> {
    let mut body = match kind {
        DocumentKind::App => typed::<AppDocument>(body),
        DocumentKind::Entity => typed::<EntityDocument>(body),
        DocumentKind::View => typed::<ViewDocument>(body),
        DocumentKind::Form => typed::<FormDocument>(body),
        DocumentKind::Role => typed::<RoleDocument>(body),
        DocumentKind::Script => typed::<ScriptDocument>(body),
        DocumentKind::Automation => typed::<AutomationDocument>(body),
    }?;
    drop_nulls(&mut body);
    if kind == DocumentKind::Entity {
        for field in body.get_mut("fields").and_then(Json::as_array_mut).into_iter().flatten() {
            normal_settings(field);
        }
    }
    Ok(body)
}

fn typed<T: Serialize + DeserializeOwned>(body: &Json) -> Result<Json, Vec<Fault>> {
    let fault = |error| vec![Fault::new("", Code::DocumentInvalid).with("reason", error)];
    let document = T::deserialize(body).map_err(fault)?;
    serde_json::to_value(document).map_err(fault)
}

/// Settings without nulls and options without defaults; none at all when nothing is left.
fn normal_settings(field: &mut Json) {
    let Some(settings) = field.get_mut("settings") else { return };
    drop_nulls(settings);
    let options = settings.get_mut("options").and_then(Json::as_array_mut);
    for option in options.into_iter().flatten() {
        if let Ok(choice) = typed::<Choice>(option) {
            *option = choice;
        }
    }
    let is_empty = settings.as_object().is_some_and(|object| object.is_empty());
    if let Some(field) = field.as_object_mut().filter(|_| is_empty) {
        field.shift_remove("settings");
    }
}

fn drop_nulls(body: &mut Json) {
    if let Some(object) = body.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
}
