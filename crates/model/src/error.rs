//! The one error that crosses rooms, and the table of all codes in two languages.
//!
//! A code is permanent once released. The table knows kinds, not HTTP; the server turns a kind
//! into a status.

use std::fmt;

use serde_json::Value as Json;

use crate::label::{Label, Language};

/// A result of this house.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of refusal a code is; decides the HTTP status and the exit code of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 400: not well-formed, or a name that does not exist for the caller.
    Malformed,
    /// 401: no credential, or one that is no longer good.
    Unauthenticated,
    /// 403: a known right is missing.
    Forbidden,
    /// 404: it does not exist, or not for the caller.
    NotFound,
    /// 409: the state forbids it now.
    Conflict,
    /// 412: the record changed since the revision that the caller knows.
    Stale,
    /// 413: too large.
    TooLarge,
    /// 415: a media type that is not understood.
    MediaType,
    /// 422: well-formed, but the value or document is refused.
    Refused,
    /// 429: too often.
    TooMany,
    /// 503: try again later.
    Unavailable,
    /// 500: our fault.
    Internal,
}

macro_rules! codes {
    ($($name:ident, $code:literal, $kind:ident, $en:literal, $zh:literal, $hint_en:literal, $hint_zh:literal;)*) => {
        /// A permanent error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $en] $name,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as clients see it.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What sort of refusal it is.
            pub fn kind(self) -> Kind {
                match self { $(Code::$name => Kind::$kind,)* }
            }

            /// The message with its `{placeholders}`.
            pub fn template(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Code::$name, Language::En) => $en, (Code::$name, Language::ZhCn) => $zh,)*
                }
            }

            /// What to do about it; empty when the message says it all.
            pub fn hint(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Code::$name, Language::En) => $hint_en, (Code::$name, Language::ZhCn) => $hint_zh,)*
                }
            }
        }
    };
}

include!("error/codes.rs");

/// Named values that fill the placeholders of a message.
pub type Params = Vec<(&'static str, Param)>;

/// A value in a message: the same in every language, or a label.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// Input, a number, a name.
    Text(String),
    /// What people call it.
    Label(Label),
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The path of the wrong value in what was sent, such as `operations/0/document/fields/3/type`.
    pub path: String,
    /// What is wrong.
    pub code: Code,
    /// Values for the message.
    pub params: Params,
    /// What would be right, for machines and people.
    pub expected: Option<Json>,
    /// A text that replaces the message: what a customer's own rule or hook says.
    pub message: Option<String>,
}

impl Fault {
    /// A fault at a path.
    pub fn new(path: impl Into<String>, code: Code) -> Fault {
        Fault { path: path.into(), code, params: Vec::new(), expected: None, message: None }
    }

    /// Fills a placeholder of the message.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Fault {
        self.params.push((name, Param::Text(clip(&value.to_string()))));
        self
    }

    /// Fills a placeholder by a label in the reader's language.
    pub fn with_label(mut self, name: &'static str, label: &Label) -> Fault {
        self.params.push((name, Param::Label(label.clone())));
        self
    }

    /// Says what a customer's own rule says, instead of the code's message.
    pub fn saying(mut self, message: impl Into<String>) -> Fault {
        self.message = Some(message.into());
        self
    }

    /// Says what would be right.
    pub fn expected(mut self, expected: impl Into<Json>) -> Fault {
        self.expected = Some(expected.into());
        self
    }

    /// Puts a path before the fault's own.
    pub fn under(mut self, prefix: &str) -> Fault {
        self.path = match (prefix.is_empty(), self.path.is_empty()) {
            (true, _) => self.path,
            (false, true) => prefix.to_owned(),
            (false, false) => format!("{prefix}/{}", self.path),
        };
        self
    }

    /// The message in a language.
    pub fn message(&self, language: Language) -> String {
        match &self.message {
            Some(own) => own.clone(),
            None => fill(self.code.template(language), &self.params, language),
        }
    }
}

/// A refusal with everything that a person needs to put it right.
#[derive(Debug)]
pub struct Error {
    /// The code of the whole.
    pub code: Code,
    /// Values for its message.
    pub params: Params,
    /// The single faults, where there are several or they have a path.
    pub faults: Vec<Fault>,
    /// More members for the answer, such as `current_revision`.
    pub details: Option<Json>,
    /// What went wrong underneath; logged, never shown.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a code.
    pub fn new(code: Code) -> Error {
        Error { code, params: Vec::new(), faults: Vec::new(), details: None, cause: None }
    }

    /// An internal error; the cause goes to the log with the request's id.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error { cause: Some(cause.into()), ..Error::new(Code::Internal) }
    }

    /// An error that consists of faults; its code is that of the single fault, or one for several.
    pub fn faults(mut faults: Vec<Fault>) -> Error {
        faults.truncate(crate::limits::FAULTS_MAX);
        let malformed = faults.iter().any(|fault| fault.code.kind() == Kind::Malformed);
        let code = match faults.as_slice() {
            [only] if only.code.kind() == Kind::Malformed => only.code,
            _ if malformed => Code::RequestInvalid,
            _ => Code::Invalid,
        };
        let params = faults.first().map(|fault| fault.params.clone()).unwrap_or_default();
        Error { code, params, faults, details: None, cause: None }
    }

    /// Fills a placeholder of the message.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Error {
        self.params.push((name, Param::Text(clip(&value.to_string()))));
        self
    }

    /// Keeps what went wrong underneath for the log.
    pub fn caused_by(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        self.cause = Some(cause.into());
        self
    }

    /// Adds members to the answer.
    pub fn details(mut self, details: Json) -> Error {
        self.details = Some(details);
        self
    }

    /// Puts a path before those of all faults.
    pub fn under(mut self, prefix: &str) -> Error {
        self.faults = self.faults.into_iter().map(|fault| fault.under(prefix)).collect();
        self
    }

    /// What sort of refusal it is.
    pub fn kind(&self) -> Kind {
        self.code.kind()
    }

    /// The message in a language.
    pub fn message(&self, language: Language) -> String {
        fill(self.code.template(language), &self.params, language)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::faults(vec![fault])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message(Language::En))?;
        for fault in &self.faults {
            write!(f, "; {}: {}", fault.path, fault.message(Language::En))?;
        }
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Replaces `{name}` by its value; an unknown placeholder stays, so that a test sees it.
pub(crate) fn fill(template: &str, params: &Params, language: Language) -> String {
    let mut text = template.to_owned();
    for (name, value) in params {
        let value = match value {
            Param::Text(text) => text,
            Param::Label(label) => label.text(language),
        };
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Input is quoted in messages, but never at length.
fn clip(text: &str) -> String {
    const CHARACTERS: usize = 80;
    if text.chars().count() <= CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(CHARACTERS).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_snake_case_and_speak_both_languages() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} occurs twice", code.as_str());
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            for language in [Language::En, Language::ZhCn] {
                assert!(!code.template(language).is_empty());
            }
            assert_eq!(
                code.hint(Language::En).is_empty(),
                code.hint(Language::ZhCn).is_empty(),
                "{} has its hint in one language only",
                code.as_str()
            );
        }
    }

    #[test]
    fn both_languages_use_the_same_placeholders() {
        let names = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for code in Code::ALL {
            assert_eq!(
                names(code.template(Language::En)),
                names(code.template(Language::ZhCn)),
                "{}",
                code.as_str()
            );
        }
    }

    #[test]
    fn long_input_is_clipped_in_messages() {
        let fault = Fault::new("x", Code::FieldUnknown).with("field", "y".repeat(500));
        assert!(fault.message(Language::En).len() < 200);
    }
}
