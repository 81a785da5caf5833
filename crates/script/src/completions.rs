//! What the script editor offers and explains: variables, functions and properties that hooks can
//! use, with their signatures, in both languages.

use crate::protocol::Hook;
use serde::Serialize;

/// What kind of name is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A name that is simply there.
    Variable,
    /// Called by itself: `today()`.
    Function,
    /// Called on a value: `text.trim()`.
    Method,
    /// Read from a value: `day.year`.
    Property,
    /// A word of the language.
    Keyword,
}

/// One offer of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// What is inserted.
    pub name: &'static str,
    /// How it is used, with the kinds of its values: `round(number, digits) → decimal`.
    pub signature: &'static str,
    /// What kind of name.
    pub kind: CompletionKind,
    /// Explanation in English.
    pub en: &'static str,
    /// Explanation in Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: &'static str,
}

/// What scripts of a hook can use, the most specific first.
pub fn completions(hook: Hook) -> Vec<Completion> {
    match hook {
        Hook::BeforeSave => [HOOK, NUMBERS, DATES, TEXTS, LISTS, WORDS]
            .iter()
            .flat_map(|group| group.iter())
            .copied()
            .collect(),
    }
}

const fn offer(
    kind: CompletionKind,
    name: &'static str,
    signature: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Completion {
    Completion { name, signature, kind, en, zh }
}

use CompletionKind::{Function as F, Keyword as K, Method as M, Property as P, Variable as V};

#[rustfmt::skip]
const HOOK: &[Completion] = &[
    offer(V, "record", "record.field", "The record that is being saved. Its fields can be read and set.", "正在保存的记录，可读取和设置其字段。"),
    offer(V, "old", "old.field", "The record as it was stored, or () when it is new.", "保存前的记录；新建时为 ()。"),
    offer(V, "user", "user.id, user.name", "The user for whom the script runs.", "触发脚本的用户。"),
    offer(F, "is_new", "is_new() → bool", "Whether the record is being created.", "是否为新建记录。"),
    offer(F, "changed", "changed(field) → bool", "Whether the field differs from what was stored; for a new record, whether it is filled.", "字段与保存前相比是否变化；新建时表示是否已填写。"),
    offer(F, "fail", "fail(message), fail(field, message)", "Refuses the record and shows the message, beside the field if one is named. The script goes on, so that several errors can be shown at once. A message in both languages: #{ \"en\": \"…\", \"zh-CN\": \"…\" }.", "拒绝保存并显示消息；指定字段时显示在该字段旁。脚本继续执行，可一次报告多个错误。双语消息：#{ \"en\": \"…\", \"zh-CN\": \"…\" }。"),
    offer(F, "has_failed", "has_failed() → bool", "Whether fail() was called for this record.", "此记录是否已调用过 fail()。"),
    offer(F, "get", "get(entity, id) → record or ()", "Reads one record with the rights of the user; () if there is none.", "按用户权限读取一条记录；不存在时为 ()。"),
    offer(F, "query", "query(entity, filter, options) → array", "Reads the records that a filter matches, e.g. query(\"activity\", #{ field: \"opportunity\", op: \"eq\", value: record.id }, #{ sort: [\"-created_at\"], limit: 10 }). The options may be left out.", "读取符合筛选条件的记录，例如 query(\"activity\", #{ field: \"opportunity\", op: \"eq\", value: record.id }, #{ sort: [\"-created_at\"], limit: 10 })。选项可省略。"),
    offer(F, "today", "today() → date", "The current day in the workspace's time zone.", "工作区时区的今天。"),
    offer(F, "now", "now() → instant", "The moment of the request; the same throughout a run.", "请求时刻，一次运行中保持不变。"),
    offer(F, "random", "random() → decimal, random(low, high) → integer", "A number from 0 up to 1, or a whole number between two, both included.", "0 到 1 之间的小数，或两个整数之间（含）的整数。"),
    offer(F, "print", "print(value)", "Writes a line to the log of the run.", "在运行日志中写一行。"),
    offer(M, "set", "record.set(field, value)", "Sets the field whose name is in a variable.", "按变量中的字段名设置字段。"),
    offer(M, "get", "record.get(field)", "The field whose name is in a variable.", "按变量中的字段名读取字段。"),
    offer(M, "fields", "record.fields() → array", "The names of all fields.", "所有字段的名称。"),
];

#[rustfmt::skip]
const NUMBERS: &[Completion] = &[
    offer(F, "decimal", "decimal(text or integer) → decimal", "An exact decimal. 12.50 in a script is one too; 7 / 2 is 3, 7 / 2.0 is 3.5.", "精确小数。脚本中的 12.50 也是精确小数；7 / 2 得 3，7 / 2.0 得 3.5。"),
    offer(F, "round", "round(number, digits) → decimal", "Rounds to so many digits after the point, halves away from zero.", "四舍五入到指定的小数位数。"),
    offer(F, "round_down", "round_down(decimal, digits) → decimal", "Cuts off after so many digits.", "舍去多余的小数位。"),
    offer(F, "round_up", "round_up(decimal, digits) → decimal", "Rounds away from zero.", "向远离零的方向进位。"),
    offer(F, "floor", "floor(decimal) → decimal", "The largest whole number that is not larger.", "向下取整。"),
    offer(F, "ceiling", "ceiling(decimal) → decimal", "The smallest whole number that is not smaller.", "向上取整。"),
    offer(F, "abs", "abs(number)", "The number without its sign.", "绝对值。"),
    offer(F, "min", "min(a, b)", "The smaller of two.", "较小值。"),
    offer(F, "max", "max(a, b)", "The larger of two.", "较大值。"),
    offer(F, "parse_int", "parse_int(text) → integer", "The whole number that a text spells.", "将文本转换为整数。"),
    offer(M, "to_int", "decimal.to_int() → integer", "The number without what follows the point.", "去掉小数部分的整数。"),
];

#[rustfmt::skip]
const DATES: &[Completion] = &[
    offer(F, "date", "date(\"2026-01-31\") or date(2026, 1, 31) → date", "A day. Days compare with each other and with such texts; day + 30 is 30 days later.", "日期。可与日期或此类文本比较；day + 30 为 30 天后。"),
    offer(F, "instant", "instant(\"2026-01-31T08:00:00Z\") → instant", "A moment.", "时刻。"),
    offer(F, "days_between", "days_between(from, to) → integer", "Days from one date to another.", "两个日期之间的天数。"),
    offer(F, "minutes_between", "minutes_between(from, to) → integer", "Minutes from one moment to another.", "两个时刻之间的分钟数。"),
    offer(M, "add_days", "date.add_days(n)", "The same so many days later.", "若干天后。"),
    offer(M, "add_months", "date.add_months(n) → date", "The same day so many months later, or the last of a shorter month.", "若干月后的同一天；当月天数不足时为月末。"),
    offer(M, "add_hours", "instant.add_hours(n) → instant", "So many hours later.", "若干小时后。"),
    offer(M, "add_minutes", "instant.add_minutes(n) → instant", "So many minutes later.", "若干分钟后。"),
    offer(M, "first_of_month", "date.first_of_month() → date", "The first day of its month.", "当月第一天。"),
    offer(M, "last_of_month", "date.last_of_month() → date", "The last day of its month.", "当月最后一天。"),
    offer(P, "year", "date.year → integer", "The year.", "年。"),
    offer(P, "month", "date.month → integer", "The month, 1 to 12.", "月，1 到 12。"),
    offer(P, "day", "date.day → integer", "The day of the month.", "日。"),
    offer(P, "weekday", "date.weekday → integer", "The day of the week, Monday is 1.", "星期，星期一为 1。"),
    offer(P, "date", "instant.date → date", "The day of the moment in the workspace's time zone.", "该时刻在工作区时区的日期。"),
    offer(P, "hour", "instant.hour → integer", "The hour in the workspace's time zone.", "该时刻在工作区时区的小时。"),
    offer(P, "minute", "instant.minute → integer", "The minute.", "分钟。"),
];

#[rustfmt::skip]
const TEXTS: &[Completion] = &[
    offer(M, "len", "text.len() → integer", "The number of characters, or of elements.", "字符数或元素数。"),
    offer(M, "is_empty", "value.is_empty() → bool", "Whether a text or list has nothing in it; also true for ().", "文本或列表是否为空；() 也视为空。"),
    offer(M, "contains", "text.contains(part) → bool", "Whether the part is in it.", "是否包含。"),
    offer(M, "starts_with", "text.starts_with(part) → bool", "Whether it starts with the part.", "是否以此开头。"),
    offer(M, "ends_with", "text.ends_with(part) → bool", "Whether it ends with the part.", "是否以此结尾。"),
    offer(M, "trim", "text.trim()", "Removes spaces at both ends of the variable.", "去除变量首尾空格。"),
    offer(M, "to_upper", "text.to_upper() → text", "In capitals.", "转为大写。"),
    offer(M, "to_lower", "text.to_lower() → text", "In small letters.", "转为小写。"),
    offer(M, "replace", "text.replace(part, by)", "Replaces every occurrence in the variable.", "替换变量中所有匹配内容。"),
    offer(M, "split", "text.split(separator) → array", "The parts between separators.", "按分隔符拆分。"),
    offer(M, "sub_string", "text.sub_string(from, count) → text", "A part; the first character is 0.", "取子串，首字符为 0。"),
    offer(M, "to_string", "value.to_string() → text", "The value as text.", "转换为文本。"),
];

#[rustfmt::skip]
const LISTS: &[Completion] = &[
    offer(M, "push", "array.push(value)", "Adds an element at the end.", "在末尾添加元素。"),
    offer(M, "map", "array.map(|item| …) → array", "The array of what the function makes of each element.", "对每个元素应用函数得到新数组。"),
    offer(M, "filter", "array.filter(|item| …) → array", "The elements for which the function says true.", "函数返回 true 的元素。"),
    offer(M, "reduce", "array.reduce(|sum, item| …, start)", "One value out of all elements, e.g. a sum.", "将所有元素归并为一个值，例如求和。"),
    offer(M, "some", "array.some(|item| …) → bool", "Whether the function says true for any element.", "是否有元素满足。"),
    offer(M, "all", "array.all(|item| …) → bool", "Whether the function says true for every element.", "是否所有元素都满足。"),
    offer(M, "sort", "array.sort()", "Sorts the array in place.", "原地排序。"),
    offer(M, "keys", "map.keys() → array", "The names in a map.", "映射中的所有名称。"),
    offer(M, "values", "map.values() → array", "The values in a map.", "映射中的所有值。"),
    offer(F, "range", "range(from, to)", "Whole numbers, for `for i in range(0, 10)`.", "整数序列，用于 `for i in range(0, 10)`。"),
];

#[rustfmt::skip]
const WORDS: &[Completion] = &[
    offer(K, "let", "let name = value;", "A variable.", "变量。"),
    offer(K, "const", "const NAME = value;", "A constant.", "常量。"),
    offer(K, "if", "if condition { … } else { … }", "Does one thing or the other.", "条件判断。"),
    offer(K, "switch", "switch value { \"a\" => …, _ => … }", "Chooses by value.", "按值选择。"),
    offer(K, "for", "for item in array { … }", "Goes through all elements.", "遍历所有元素。"),
    offer(K, "while", "while condition { … }", "Repeats as long as the condition holds.", "条件成立时重复。"),
    offer(K, "fn", "fn name(a, b) { … }", "A function of the script.", "脚本中的函数。"),
    offer(K, "return", "return;", "Ends the script or the function.", "结束脚本或函数。"),
    offer(K, "throw", "throw message;", "Ends the run with an error. Use fail() for mistakes of the person who enters data.", "以错误结束运行。数据录入错误请用 fail()。"),
    offer(K, "try", "try { … } catch (error) { … }", "Goes on after an error.", "捕获错误后继续。"),
];
