//! Turns what the script engine reports into sentences for the script's author, in both languages,
//! and carries our own errors through the engine unchanged.

use crate::fault::{Bilingual, FaultKind, ScriptFault};
use rhai::{Dynamic, EvalAltResult, ParseError, ParseErrorType, Position};

/// An error raised by one of our own functions, as a value inside the script engine.
#[derive(Clone, Debug)]
pub(crate) struct Trouble(pub Bilingual);

/// Why a run was ended from outside the script; a script cannot catch these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Deadline,
    Memory,
    Calls,
    Rows,
    AnswerBytes,
    Reads,
    HostGone,
}

/// The result of a function that scripts call.
pub(crate) type Raised<T> = Result<T, Box<EvalAltResult>>;

/// An error of ours that a script may catch.
pub(crate) fn trouble(en: impl Into<String>, zh: impl Into<String>) -> Box<EvalAltResult> {
    let value = Dynamic::from(Trouble(Bilingual::new(en, zh)));
    Box::new(EvalAltResult::ErrorRuntime(value, Position::NONE))
}

/// An end that a script cannot catch.
pub(crate) fn stop(reason: Stop) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorTerminated(Dynamic::from(reason), Position::NONE))
}

impl Stop {
    fn sentence(self) -> Bilingual {
        match self {
            Self::Deadline => deadline(),
            Self::Memory => Bilingual::new(
                "The script used more memory than is allowed.",
                "脚本使用的内存超过限制。",
            ),
            Self::Calls => {
                let max = crate::limits::CALLS_PER_DRAFT_MAX;
                Bilingual::new(
                    format!("The script asked for data more than {max} times for one record."),
                    format!("脚本为一条记录查询数据超过 {max} 次。"),
                )
            }
            Self::Rows => {
                let max = crate::limits::ROWS_PER_DRAFT_MAX;
                Bilingual::new(
                    format!("The script read more than {max} records for one record."),
                    format!("脚本为一条记录读取的数据超过 {max} 条。"),
                )
            }
            Self::AnswerBytes => {
                let max = crate::limits::ANSWER_BYTES_MAX / (1024 * 1024);
                Bilingual::new(
                    format!("The script read more than {max} MiB of data for one record."),
                    format!("脚本为一条记录读取的数据超过 {max} MiB。"),
                )
            }
            Self::Reads => {
                let max = crate::limits::READS_MAX;
                Bilingual::new(
                    format!("The script read more than {max} records in one run."),
                    format!("脚本在一次运行中读取的记录超过 {max} 条。"),
                )
            }
            Self::HostGone => Bilingual::new("The run was cancelled.", "运行已取消。"),
        }
    }

    fn kind(self) -> FaultKind {
        match self {
            Self::Deadline => FaultKind::Deadline,
            Self::HostGone => FaultKind::Crashed,
            _ => FaultKind::Limit,
        }
    }
}

/// The sentence for a script that did not end in time.
pub(crate) fn deadline() -> Bilingual {
    Bilingual::new(
        "The script did not end in time and was stopped.",
        "脚本未在限定时间内结束，已被终止。",
    )
}

/// The sentence for a script under which the worker process died.
pub(crate) fn crashed() -> Bilingual {
    Bilingual::new(
        "The script used more memory or deeper nesting than is allowed and was stopped.",
        "脚本使用的内存或嵌套层数超过限制，已被终止。",
    )
}

/// A text that does not compile.
pub(crate) fn syntax_fault(script: &str, error: &ParseError) -> ScriptFault {
    let (line, column) = place(error.position());
    ScriptFault {
        kind: match error.err_type() {
            ParseErrorType::ExprTooDeep
            | ParseErrorType::TooManyFunctions
            | ParseErrorType::LiteralTooLarge(..) => FaultKind::Limit,
            _ => FaultKind::Syntax,
        },
        script: script.to_owned(),
        message: parse_sentence(error.err_type()),
        line,
        column,
    }
}

/// A script that failed while running. Errors inside functions are reported at the inner place.
pub(crate) fn run_fault(script: &str, error: &EvalAltResult) -> ScriptFault {
    let mut inner = error;
    let mut position = error.position();
    while let EvalAltResult::ErrorInFunctionCall(_, _, next, _) = inner {
        inner = next;
        if !inner.position().is_none() {
            position = inner.position();
        }
    }
    if let EvalAltResult::ErrorParsing(kind, _) = inner {
        return fault(FaultKind::Runtime, script, parse_sentence(kind), position);
    }
    let (kind, message) = run_sentence(inner);
    fault(kind, script, message, position)
}

fn fault(kind: FaultKind, script: &str, message: Bilingual, position: Position) -> ScriptFault {
    let (line, column) = place(position);
    ScriptFault { kind, script: script.to_owned(), message, line, column }
}

/// Line and column, from 1, where known.
pub(crate) fn place(position: Position) -> (Option<u32>, Option<u32>) {
    let number = |n: Option<usize>| n.and_then(|n| u32::try_from(n).ok());
    let line = number(position.line());
    (line, line.map(|_| number(position.position()).unwrap_or(1)))
}

fn run_sentence(error: &EvalAltResult) -> (FaultKind, Bilingual) {
    use EvalAltResult as E;
    let runtime = |en: String, zh: String| (FaultKind::Runtime, Bilingual::new(en, zh));
    let limit = |en: &str, zh: &str| (FaultKind::Limit, Bilingual::new(en, zh));
    match error {
        E::ErrorTerminated(token, _) => {
            let stop = token.clone().try_cast::<Stop>().unwrap_or(Stop::HostGone);
            (stop.kind(), stop.sentence())
        }
        E::ErrorRuntime(value, _) => (FaultKind::Runtime, thrown(value)),
        E::ErrorTooManyOperations(_) => limit(
            "The script takes too many steps; is there a loop without an end?",
            "脚本执行步骤过多，是否存在死循环？",
        ),
        E::ErrorStackOverflow(_) => {
            limit("Functions call each other too deeply.", "函数相互调用的层数过多。")
        }
        E::ErrorDataTooLarge(..) => {
            limit("A text, array or map grew too large.", "文本、数组或映射过大。")
        }
        E::ErrorTooManyVariables(_) => limit("There are too many variables.", "变量过多。"),
        E::ErrorTooManyModules(_) | E::ErrorModuleNotFound(..) | E::ErrorInModule(..) => {
            limit("Scripts cannot load modules.", "脚本不能加载模块。")
        }
        E::ErrorArithmetic(text, _) => {
            runtime(format!("Calculation failed: {text}."), format!("计算出错：{text}。"))
        }
        E::ErrorVariableNotFound(name, _) => runtime(
            format!("There is no variable called {name}."),
            format!("没有名为 {name} 的变量。"),
        ),
        E::ErrorFunctionNotFound(signature, _) => no_such_function(signature),
        _ => other_sentence(error),
    }
}

fn other_sentence(error: &EvalAltResult) -> (FaultKind, Bilingual) {
    use EvalAltResult as E;
    let (en, zh) = match error {
        E::ErrorPropertyNotFound(name, _) | E::ErrorDotExpr(name, _) => (
            format!("There is no property called {name} here."),
            format!("此处没有名为 {name} 的属性。"),
        ),
        E::ErrorIndexNotFound(index, _) => {
            (format!("There is no element {index} here."), format!("此处没有元素 {index}。"))
        }
        E::ErrorIndexingType(kind, _) => (
            format!("A value of type {kind} has no such elements."),
            format!("类型为 {kind} 的值没有此类元素。"),
        ),
        E::ErrorArrayBounds(count, index, _) | E::ErrorStringBounds(count, index, _) => (
            format!("Position {index} is outside of the {count} that exist."),
            format!("位置 {index} 超出范围，共有 {count} 个。"),
        ),
        E::ErrorMismatchDataType(expected, actual, _)
        | E::ErrorMismatchOutputType(expected, actual, _) => {
            let words =
                |kind: &String| type_words(kind).map(|(en, zh)| (en.to_owned(), zh.to_owned()));
            let both = |kind: &String| words(kind).unwrap_or_else(|| (kind.clone(), kind.clone()));
            let (expected, actual) = (both(expected), both(actual));
            (
                format!("This needs {}, not {}.", expected.0, actual.0),
                format!("此处需要{}，而不是{}。", expected.1, actual.1),
            )
        }
        E::ErrorAssignmentToConstant(name, _) => (
            format!("{name} cannot be replaced; set its fields instead."),
            format!("{name} 不能被替换，请设置其字段。"),
        ),
        E::ErrorFor(_) => (
            "`for` needs something to go through: an array, a range or a text.".to_owned(),
            "`for` 需要可遍历的值：数组、范围或文本。".to_owned(),
        ),
        other => (format!("{other}"), format!("脚本出错：{other}")),
    };
    (FaultKind::Runtime, Bilingual::new(en, zh))
}

/// The engine's signature `name (type, type)`, said in words.
fn no_such_function(signature: &str) -> (FaultKind, Bilingual) {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = types.strip_suffix(')').unwrap_or(types);
    let types: Vec<&str> = types.split(", ").filter(|kind| !kind.is_empty()).collect();
    let list = |joined: &str, pick: fn((&'static str, &'static str)) -> &'static str| {
        let words: Vec<&str> =
            types.iter().map(|kind| type_words(kind).map_or(*kind, pick)).collect();
        words.join(joined)
    };
    let (en, zh) = (list(" and ", |words| words.0), list(" 和 ", |words| words.1));
    let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let (mut en, mut zh) = match (is_word, types.is_empty()) {
        (_, true) => (format!("There is no {name}()."), format!("不存在 {name}()。")),
        (true, _) => (format!("There is no {name} for {en}."), format!("{name} 不能用于 {zh}。")),
        (false, _) => {
            (format!("{name} does not work with {en}."), format!("{name} 不能用于 {zh}。"))
        }
    };
    if types.contains(&"()") {
        en.push_str(" One of the values is empty; test it with `== ()` first.");
        zh.push_str("其中一个值为空，请先用 `== ()` 判断。");
    }
    (FaultKind::Runtime, Bilingual::new(en, zh))
}

/// The engine's name of a type in words that an author uses.
fn type_words(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "()" => ("empty", "空值"),
        "i64" => ("integer", "整数"),
        "decimal" => ("decimal", "小数"),
        "bool" => ("true or false", "布尔值"),
        "string" | "&str | ImmutableString | String" => ("text", "文本"),
        "char" => ("character", "字符"),
        "array" => ("array", "数组"),
        "map" => ("map", "映射"),
        "Fn" => ("function", "函数"),
        "date" => ("date", "日期"),
        "instant" => ("instant", "时刻"),
        "record" => ("record", "记录"),
        _ => return None,
    })
}

/// What a script threw: one of our errors, a map with both languages, or any value as text.
fn thrown(value: &Dynamic) -> Bilingual {
    if let Some(Trouble(text)) = value.clone().try_cast::<Trouble>() {
        return text;
    }
    if let Some(text) = crate::values::bilingual(value) {
        return text;
    }
    Bilingual::same(crate::values::cut(&value.to_string(), crate::limits::MESSAGE_BYTES_MAX))
}

fn parse_sentence(kind: &ParseErrorType) -> Bilingual {
    use ParseErrorType as P;
    let (en, zh) = match kind {
        P::UnexpectedEOF => ("The script ends too early.".to_owned(), "脚本不完整。".to_owned()),
        P::UnknownOperator(what) => {
            (format!("There is no operator {what}."), format!("没有运算符 {what}。"))
        }
        P::MissingToken(token, why) => {
            (format!("{token} is missing {why}."), format!("缺少 {token}（{why}）。"))
        }
        P::VariableUndefined(name) => {
            (format!("There is no variable called {name}."), format!("没有名为 {name} 的变量。"))
        }
        P::AssignmentToConstant(name) => {
            (format!("{name} is a constant."), format!("{name} 是常量。"))
        }
        P::DuplicatedProperty(name) => {
            (format!("{name} appears twice in this map."), format!("此映射中 {name} 重复。"))
        }
        P::FnDuplicatedDefinition(name, _) => {
            (format!("The function {name} is defined twice."), format!("函数 {name} 重复定义。"))
        }
        P::Reserved(name) => {
            (format!("{name} is not available in scripts."), format!("脚本中不能使用 {name}。"))
        }
        P::ExprTooDeep => {
            ("This expression is nested too deeply.".to_owned(), "此表达式嵌套过深。".to_owned())
        }
        P::TooManyFunctions => {
            ("There are too many functions.".to_owned(), "函数过多。".to_owned())
        }
        P::LiteralTooLarge(..) => {
            ("This literal is too large.".to_owned(), "此字面值过大。".to_owned())
        }
        P::WrongFnDefinition => (
            "Functions can only be defined at the top of a script.".to_owned(),
            "函数只能在脚本最外层定义。".to_owned(),
        ),
        P::LoopBreak => (
            "`break` and `continue` belong inside a loop.".to_owned(),
            "`break` 和 `continue` 只能用在循环内。".to_owned(),
        ),
        other => (format!("{other}."), format!("语法错误：{other}。")),
    };
    Bilingual::new(en, zh)
}
