//! What goes wrong with a script, in words that its author understands, in both languages.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

impl Bilingual {
    /// A sentence in both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// Words that a script's author wrote in one language, shown as they are.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// The sentence in the language of `locale` (`zh…` is Chinese, everything else English).
    pub fn text(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.zh } else { &self.en }
    }
}

impl fmt::Display for Bilingual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Why a script did not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The text is not a valid script.
    Syntax,
    /// The script failed while running, or threw an error itself.
    Runtime,
    /// The script exceeded a bound: operations, memory, sizes, depth, calls to the host.
    Limit,
    /// The script did not end in time.
    Deadline,
    /// The worker process died under the script and has been replaced.
    Crashed,
    /// All workers are taken for longer than a request waits; try again later.
    Busy,
    /// No worker could be started; an operator must look.
    Unavailable,
    /// The request itself breaks the protocol (too many drafts, too large); a fault of the host.
    Request,
}

/// A script that did not end well, with the place in its source where known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptFault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// The script's name; empty when no script is concerned.
    pub script: String,
    /// What happened, without the place.
    pub message: Bilingual,
    /// Line in the source, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in the line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl ScriptFault {
    /// A fault without a place.
    pub fn new(kind: FaultKind, script: impl Into<String>, message: Bilingual) -> Self {
        Self { kind, script: script.into(), message, line: None, column: None }
    }

    /// The whole sentence: script, place and what happened.
    pub fn sentence(&self) -> Bilingual {
        let mut en = String::new();
        let mut zh = String::new();
        if !self.script.is_empty() {
            en.push_str(&format!("Script {}", self.script));
            zh.push_str(&format!("脚本 {}", self.script));
            if let (Some(line), Some(column)) = (self.line, self.column) {
                en.push_str(&format!(", line {line}, column {column}"));
                zh.push_str(&format!("，第 {line} 行第 {column} 列"));
            }
            en.push_str(": ");
            zh.push('：');
        }
        en.push_str(&self.message.en);
        zh.push_str(&self.message.zh);
        Bilingual { en, zh }
    }
}

impl fmt::Display for ScriptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().en)
    }
}

impl std::error::Error for ScriptFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_a_sentence_in_both_languages() {
        let mut fault = ScriptFault::new(
            FaultKind::Runtime,
            "opportunity.before_save",
            Bilingual::new("Division by zero.", "除数为零。"),
        );
        fault.line = Some(3);
        fault.column = Some(7);
        assert_eq!(
            fault.sentence().en,
            "Script opportunity.before_save, line 3, column 7: Division by zero."
        );
        assert_eq!(
            fault.sentence().text("zh-CN"),
            "脚本 opportunity.before_save，第 3 行第 7 列：除数为零。"
        );
    }
}
