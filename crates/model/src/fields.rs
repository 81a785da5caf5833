//! The field types, one file each. Adding a type is its file and its line in [`ALL`].

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::error::{Code, Fault};
use crate::field::{Field, FieldKind, FieldType};
use crate::label::Label;

pub mod checkbox;
pub mod currency;
pub mod date;
pub mod date_time;
pub mod decimal;
pub mod email;
pub mod id;
pub mod integer;
mod kernel;
pub mod link;
pub mod long_text;
pub mod phone;
pub mod roles;
pub mod select;
pub mod stage;
pub mod text;
pub mod url;
pub mod user;

/// All field types, in the order in which the designer offers them.
pub const ALL: &[&FieldType] = &[
    &text::TYPE,
    &long_text::TYPE,
    &integer::TYPE,
    &decimal::TYPE,
    &currency::TYPE,
    &checkbox::TYPE,
    &date::TYPE,
    &date_time::TYPE,
    &select::TYPE,
    &stage::TYPE,
    &email::TYPE,
    &phone::TYPE,
    &url::TYPE,
    &user::TYPE,
    &link::TYPE,
    &roles::TYPE,
];

/// A field type by its name in documents.
pub fn find(name: &str) -> Option<&'static FieldType> {
    ALL.iter().find(|field_type| field_type.name == name).copied()
}

/// The fields that every entity has; those that the kernel stores have fewer, since nobody else
/// writes them.
pub(crate) fn built_in(kernel: bool) -> Vec<Arc<Field>> {
    let field = |name: &str, type_name: &str, label: Label, kind: Arc<dyn FieldKind>| {
        Arc::new(Field {
            id: name.to_owned(),
            name: name.to_owned(),
            label,
            type_name: type_name.to_owned(),
            kind,
            required: false,
            unique: name == "id",
            read_only: true,
            indexed: name == "id",
            personal: false,
            default: None,
            built_in: true,
        })
    };
    let instant = || Arc::new(date_time::DateTime {});
    let user = || Arc::new(user::User::default());
    let mut fields = vec![
        field("id", "id", Label::new("Id", "编号"), Arc::new(id::RecordId)),
        field(
            "revision",
            "integer",
            Label::new("Revision", "版本"),
            Arc::new(integer::Integer::default()),
        ),
        field("created_at", "date_time", Label::new("Created at", "创建时间"), instant()),
        field("created_by", "user", Label::new("Created by", "创建人"), user()),
        field("updated_at", "date_time", Label::new("Updated at", "更新时间"), instant()),
        field("updated_by", "user", Label::new("Updated by", "更新人"), user()),
    ];
    if kernel {
        fields.retain(|field| kernel::BUILT_IN.contains(&field.name.as_str()));
    }
    fields
}

pub(crate) use kernel::{find as find_kernel, is_kernel_only, plain};

/// Reads the settings of a type; faults say what the settings are.
fn read_settings<T: DeserializeOwned>(settings: &Json) -> Result<T, Vec<Fault>> {
    serde_json::from_value(settings.clone())
        .map_err(|error| vec![Fault::new("", Code::SettingInvalid).with("reason", error)])
}

/// A fault of one setting.
fn setting_fault(path: &str, reason: impl std::fmt::Display) -> Vec<Fault> {
    vec![Fault::new(path, Code::SettingInvalid).with("reason", reason)]
}

/// The JSON Schema of a settings struct.
fn schema_of<T: JsonSchema>() -> Json {
    crate::document::schema_of::<T>()
}

/// One setting as a field definition.
fn setting(name: &str, type_name: &str, en: &str, zh_cn: &str) -> Json {
    json!({"name": name, "type": type_name, "label": {"en": en, "zh-CN": zh_cn}})
}

/// The fault of a value of the wrong JSON type.
fn mismatch(field: &Field, expected_en: &str, expected_zh: &str) -> Fault {
    field
        .fault(Code::TypeMismatch)
        .with_label("expected", &Label::new(expected_en, expected_zh))
        .expected(expected_en)
}

/// The text inside, or the fault that text is expected.
fn expect_text<'a>(field: &Field, input: &'a Json) -> Result<&'a str, Fault> {
    input.as_str().ok_or_else(|| mismatch(field, "text", "文本"))
}

/// Appends a text as a JSON string.
fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail, and a string is always valid JSON.
    let _ = serde_json::to_writer(out, text);
}
