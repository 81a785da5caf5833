//! What the steps say to people, in both languages.

use std::fmt::Display;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::error::{Param, Params, fill};
use crate::label::{Label, Language};

/// A message with `{placeholders}`: English, Chinese.
pub(super) struct Say(pub &'static str, pub &'static str);

macro_rules! messages {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(super) const $name: Say = Say($en, $zh);)*
        #[cfg(test)]
        pub(super) const ALL: &[Say] = &[$($name,)*];
    };
}

messages! {
    ADD_ENTITY: "Adds the table {entity}.", "新增表“{entity}”。";
    RENAME_ENTITY: "Names the table {entity} {name} instead of {before}; what mentions it follows.", "表“{entity}”的标识名由 {before} 改为 {name}，引用处自动更新。";
    CHANGE_ENTITY: "Changes the table {entity}: {what}.", "修改表“{entity}”：{what}。";
    REMOVE_ENTITY: "Puts the table {entity} with its records into the trash.", "将表“{entity}”及其记录移入回收站。";
    RESTORE_ENTITY: "Takes the table {entity} with its records out of the trash.", "从回收站恢复表“{entity}”及其记录。";
    ADD_FIELD: "Adds the field {field}.", "新增字段“{field}”。";
    RENAME_FIELD: "Names the field {field} {name} instead of {before}; what mentions it follows.", "字段“{field}”的标识名由 {before} 改为 {name}，引用处自动更新。";
    RENAME_FIELD_SCRIPTS: "Names the field {field} {name} instead of {before}; what mentions it follows, but scripts have to be changed by hand.", "字段“{field}”的标识名由 {before} 改为 {name}，引用处自动更新，但脚本需手动修改。";
    RENAME_ENTITY_SCRIPTS: "Names the table {entity} {name} instead of {before}; what mentions it follows, but scripts have to be changed by hand.", "表“{entity}”的标识名由 {before} 改为 {name}，引用处自动更新，但脚本需手动修改。";
    CHANGE_FIELD: "Changes the field {field}: {what}.", "修改字段“{field}”：{what}。";
    NARROW_FIELD: "Changes the field {field}: {what}. Values that are there stay; what is entered from now on has to fit.", "修改字段“{field}”：{what}。已有的值保持不变，今后填写的值须符合新规则。";
    REMOVE_FIELD: "Puts the field {field} with its values into the trash, and takes it out of views, forms and roles.", "将字段“{field}”及其值移入回收站，并从视图、表单和角色中移除。";
    REMOVE_FIELD_SCRIPTS: "Puts the field {field} with its values into the trash, and takes it out of views, forms and roles. Scripts seem to use it.", "将字段“{field}”及其值移入回收站，并从视图、表单和角色中移除。有脚本似乎在使用它。";
    RESTORE_FIELD: "Takes the field {field} with its values out of the trash.", "从回收站恢复字段“{field}”及其值。";
    REORDER_FIELDS: "Puts the fields of {entity} into another order.", "调整表“{entity}”的字段顺序。";
    ADD_OPTION: "Adds the option {option} to {field}.", "为“{field}”新增选项“{option}”。";
    RENAME_OPTION: "Names the option {option} of {field} {name} instead of {before}; filters and moves follow.", "“{field}”的选项“{option}”的标识名由 {before} 改为 {name}，筛选与流转自动更新。";
    CHANGE_OPTION: "Changes the option {option} of {field}.", "修改“{field}”的选项“{option}”。";
    ARCHIVE_OPTION: "No longer offers the option {option} of {field}; records that have it keep it.", "停用“{field}”的选项“{option}”，已使用它的记录保持不变。";
    REOPEN_OPTION: "Offers the option {option} of {field} again.", "重新启用“{field}”的选项“{option}”。";
    REMOVE_OPTION: "Removes the option {option} of {field}, which no record has.", "删除“{field}”的选项“{option}”，没有记录使用它。";
    REORDER_OPTIONS: "Puts the options of {field} into another order.", "调整“{field}”的选项顺序。";
    ADD_DOCUMENT: "Adds {document}.", "新增“{document}”。";
    RENAME_DOCUMENT: "Names {document} {name} instead of {before}.", "“{document}”的标识名由 {before} 改为 {name}。";
    CHANGE_DOCUMENT: "Changes {document}.", "修改“{document}”。";
    REMOVE_DOCUMENT: "Puts {document} into the trash.", "将“{document}”移入回收站。";
    RESTORE_DOCUMENT: "Takes {document} out of the trash.", "从回收站恢复“{document}”。";
    // refusals
    NO_RETYPE: "The type of {field} cannot be changed from {from} to {to} yet. Add a new field instead.", "暂不支持将“{field}”的类型由“{from}”改为“{to}”，请新增字段。";
    NO_SCALE: "The decimal places of {field} cannot be changed yet: stored amounts would have to be converted. Add a new field instead.", "暂不支持修改“{field}”的小数位数，因为已保存的数值需要换算。请新增字段。";
    NO_CURRENCY: "The currency of {field} cannot be changed: stored amounts are in {from}. Add a new field instead.", "不能修改“{field}”的币种，已保存的金额以 {from} 计。请新增字段。";
    NO_LINK_TARGET: "{field} cannot point to another table: stored links would lead nowhere. Add a new field instead.", "不能修改“{field}”关联的表，否则已保存的关联将失效。请新增字段。";
    NO_REQUIRED: "{field} cannot be required yet: records may be there that have no value.", "暂不能将“{field}”设为必填，因为可能有记录没有值。";
    NO_UNIQUE: "{field} cannot be made unique yet: records may be there that share a value.", "暂不能将“{field}”设为唯一，因为可能有记录的值相同。";
    NO_UNIQUE_SET: "{fields} cannot be made unique together yet: records may be there that share the values.", "暂不能将“{fields}”设为组合唯一，因为可能有记录的值相同。";
    NO_OPTION_REMOVAL: "The option {option} of {field} cannot be removed: records may have it. Archive it instead.", "不能删除“{field}”的选项“{option}”，因为可能有记录正在使用。请改为停用。";
    NO_OPTION_IN_USE: "The option {option} of {field} cannot be removed while it is used by: {documents}.", "“{field}”的选项“{option}”正被使用，不能删除：{documents}。";
    NO_FIELD_REMOVAL: "The field {field} cannot be removed while it is used by: {documents}.", "字段“{field}”正被使用，不能删除：{documents}。";
    NO_INVERSE_REMOVAL: "The list that {field} shows on its target cannot be removed while it is used by: {documents}.", "“{field}”在目标上显示的列表正被使用，不能删除：{documents}。";
    NO_ENTITY_REMOVAL: "The table {entity} cannot be removed while it is used by: {documents}.", "表“{entity}”正被使用，不能删除：{documents}。";
    NO_DOCUMENT_REMOVAL: "{document} cannot be removed while it is used by: {documents}.", "“{document}”正被使用，不能删除：{documents}。";
    NO_BASE_REMOVAL: "{document} cannot be removed: the platform itself relies on it.", "“{document}”是系统必需的，不能删除。";
    NO_BASE_RENAME: "{document} cannot get another name: the platform itself relies on it.", "“{document}”是系统必需的，不能改名。";
    NO_ROLE_RENAME: "The role {document} cannot get another name: people have it by its name. Its label may change.", "角色“{document}”不能更改标识名，因为成员按标识名拥有角色；可以修改其显示名称。";
    // what changes
    WHAT_LABEL: "label", "名称";
    WHAT_HELP: "help", "说明";
    WHAT_PLURAL: "plural", "复数名称";
    WHAT_ICON: "icon", "图标";
    WHAT_TITLE: "title field", "标题字段";
    WHAT_UNIQUE_SETS: "unique sets", "组合唯一";
    WHAT_INDEXES: "indexes", "索引";
    WHAT_REQUIRED: "now required", "改为必填";
    WHAT_OPTIONAL: "no longer required", "不再必填";
    WHAT_UNIQUE: "now unique", "改为唯一";
    WHAT_REPEATABLE: "no longer unique", "不再唯一";
    WHAT_READ_ONLY: "now read-only", "改为只读";
    WHAT_WRITABLE: "no longer read-only", "不再只读";
    WHAT_INDEXED: "now indexed", "增加索引";
    WHAT_UNINDEXED: "no longer indexed", "移除索引";
    WHAT_PERSONAL: "now personal data", "标记为个人信息";
    WHAT_IMPERSONAL: "no longer personal data", "取消个人信息标记";
    WHAT_DEFAULT: "default", "默认值";
    WHAT_LIMITS: "limits", "取值限制";
    WHAT_DELETE_RULE: "what happens when the target is deleted", "目标删除时的处理";
    WHAT_INVERSE: "the list on the target", "目标上的列表";
    WHAT_SETTINGS: "settings", "设置";
    WHAT_NAME_OF_LIST: "the name of the list on the target", "目标上列表的标识名";
}

impl Say {
    /// The message with its placeholders filled.
    pub(super) fn with(&self, params: Params) -> Label {
        Label::new(&fill(self.0, &params, Language::En), &fill(self.1, &params, Language::ZhCn))
    }

    /// The message as it is.
    pub(super) fn plain(&self) -> Label {
        Label::new(self.0, self.1)
    }
}

/// What people call a thing: its label, or its name where it has none.
pub(super) fn called(body: &Json) -> Param {
    match body.get("label").and_then(|label| Label::deserialize(label).ok()) {
        Some(label) => Param::Label(label),
        None => text(body["name"].as_str().unwrap_or_default()),
    }
}

/// A word that is the same in every language.
pub(super) fn text(word: impl Display) -> Param {
    Param::Text(word.to_string())
}

/// Labels one after the other.
pub(super) fn list(labels: &[Label]) -> Param {
    let join = |language: Language, comma: &str| -> String {
        labels.iter().map(|label| label.text(language)).collect::<Vec<_>>().join(comma)
    };
    Param::Label(Label::new(&join(Language::En, ", "), &join(Language::ZhCn, "、")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_same_things() {
        let names = |text: &str| {
            let names = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names
        };
        for Say(en, zh) in ALL {
            assert_eq!(names(en), names(zh), "{en}");
        }
    }
}
