//! A request as a handler sees it: who sends it is settled, its body is read, its parameters are
//! known ones.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use engine::Principal;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, IF_MATCH};
use hyper::http::request::Parts;
use model::{Code, Error, Fault, Result};
use serde_json::{Map, Value as Json};

use crate::app::App;

/// Names and values of a query string.
pub type Parameters = Vec<(String, String)>;

/// A request.
pub struct Call {
    /// The server.
    pub app: Arc<App>,
    /// Method, address and headers.
    pub parts: Parts,
    /// The body, not parsed.
    pub body: Bytes,
    /// The client's address.
    pub address: IpAddr,
    /// What the query string says; only names that the route knows.
    pub parameters: Parameters,
    /// The variable parts of the address.
    pub segments: Vec<(&'static str, String)>,
    /// Who sends it, where the route asks.
    pub principal: Option<Arc<Principal>>,
}

impl Call {
    /// A variable part of the address; empty when the route has none of this name, which no
    /// record, document or workspace is called.
    pub fn segment(&self, name: &str) -> &str {
        let found = self.segments.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Who sends it.
    pub fn principal(&self) -> Result<&Arc<Principal>> {
        self.principal.as_ref().ok_or_else(|| Error::new(Code::Unauthenticated))
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is a whole number. Errors: `parameter_invalid`.
    pub fn whole(&self, name: &str) -> Result<Option<i64>> {
        let number = |text: &str| text.parse().ok().filter(|number| *number >= 0);
        self.parameter(name)
            .map(|text| number(text).ok_or_else(|| wrong(name, "a whole number")))
            .transpose()
    }

    /// A parameter that is `true` or `false`; absent is `false`. Errors: `parameter_invalid`.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.parameter(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    /// The body as JSON. Errors: `media_type`, `json_invalid` and its kin.
    pub fn json(&self) -> Result<Json> {
        self.expect_json()?;
        model::json::parse(&self.body)
    }

    /// The body as JSON; an empty body is an empty object.
    pub fn json_or_empty(&self) -> Result<Json> {
        match self.body.is_empty() {
            true => Ok(Json::Object(Map::new())),
            false => self.json(),
        }
    }

    /// A form of another site can send text and forms, but not this content type.
    fn expect_json(&self) -> Result<()> {
        let kind = self.header(&CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let plain = self.header(&CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
        match essence.eq_ignore_ascii_case("application/json") && plain {
            true => Ok(()),
            false => Err(Error::new(Code::MediaType).with("expected", "application/json")),
        }
    }

    /// A header line as text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.parts.headers.get(name).and_then(|line| line.to_str().ok())
    }

    /// The browser or program, in its own words.
    pub fn user_agent(&self) -> &str {
        self.header(&hyper::header::USER_AGENT).unwrap_or_default()
    }

    /// The revision that the client knows, from `If-Match: "7"`. Errors: `parameter_invalid`.
    pub fn if_match(&self) -> Result<Option<i64>> {
        let Some(line) = self.parts.headers.get(IF_MATCH) else { return Ok(None) };
        let number = line.to_str().ok().and_then(|line| {
            let digits = line.trim().strip_prefix('"')?.strip_suffix('"')?;
            digits.parse().ok()
        });
        match number {
            Some(revision) => Ok(Some(revision)),
            None => Err(wrong("If-Match", "a revision in quotes, such as \"7\"")),
        }
    }
}

fn wrong(name: &str, expected: &str) -> Error {
    Fault::new(name, Code::ParameterInvalid).with("name", name).expected(expected).into()
}

/// Reads a query string. Errors: `parameter_unknown`, and `parameter_invalid` for one given twice.
pub fn read_parameters(query: &str, known: &'static [&'static str]) -> Result<Parameters> {
    let mut parameters = Parameters::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if !known.contains(&name.as_ref()) {
            let fault = Fault::new(name.as_ref(), Code::ParameterUnknown).with("name", &name);
            return Err(fault.expected(known).into());
        }
        if parameters.iter().any(|(earlier, _)| *earlier == name) {
            return Err(wrong(&name, "given once"));
        }
        parameters.push((name.into_owned(), value.into_owned()));
    }
    Ok(parameters)
}

/// A small JSON object of a request, read strictly.
pub struct Fields<'a>(&'a Map<String, Json>);

impl<'a> Fields<'a> {
    /// Refuses anything but an object with these keys. Errors: `value_type`, `key_unknown`.
    pub fn of(body: &'a Json, known: &[&str]) -> Result<Fields<'a>> {
        let Some(object) = body.as_object() else { return Err(wrong_value("", "an object")) };
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(Fields(object)),
            Some(key) => {
                let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
                Err(fault.expected(known).into())
            }
        }
    }

    /// A text that must be there.
    pub fn text(&self, key: &str) -> Result<&'a str> {
        self.0.get(key).and_then(Json::as_str).ok_or_else(|| wrong_value(key, "text"))
    }

    /// A text that may be absent or `null`.
    pub fn optional_text(&self, key: &str) -> Result<Option<&'a str>> {
        match self.0.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(_) => self.text(key).map(Some),
        }
    }

    /// `true` or `false`; absent is `false`.
    pub fn flag(&self, key: &str) -> Result<bool> {
        match self.0.get(key) {
            None | Some(Json::Null) => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| wrong_value(key, "true or false")),
        }
    }

    /// An object within, with these keys; absent is empty.
    pub fn object(&self, key: &str, known: &[&str]) -> Result<Option<Fields<'a>>> {
        match self.0.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => Fields::of(value, known).map(Some).map_err(|error| error.under(key)),
        }
    }
}

/// The fault of a value of the wrong JSON type.
pub fn wrong_value(path: &str, expected: &str) -> Error {
    Fault::new(path, Code::ValueType).with("expected", expected).expected(expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_are_known_and_given_once() {
        let read = |query: &str| read_parameters(query, &["since", "limit"]);
        assert_eq!(read("").unwrap(), Parameters::new());
        assert_eq!(read("since=5&limit=a%20b").unwrap()[1], ("limit".into(), "a b".into()));
        let unknown = read("token=secret").unwrap_err();
        assert_eq!(
            (unknown.code, unknown.faults[0].path.as_str()),
            (Code::ParameterUnknown, "token")
        );
        assert_eq!(read("since=1&since=2").unwrap_err().code, Code::ParameterInvalid);
    }

    #[test]
    fn small_bodies_are_read_strictly() {
        let body = json!({"email": "a@b.c", "remember": true, "name": null});
        let fields = Fields::of(&body, &["email", "remember", "name"]).unwrap();
        assert_eq!(fields.text("email").unwrap(), "a@b.c");
        assert!(fields.flag("remember").unwrap());
        assert_eq!(fields.optional_text("name").unwrap(), None);
        assert_eq!(fields.text("name").unwrap_err().faults[0].path, "name");
        assert_eq!(Fields::of(&body, &["email"]).err().map(|e| e.code), Some(Code::KeyUnknown));
        assert!(Fields::of(&json!([]), &[]).is_err());
    }
}
