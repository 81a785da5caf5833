//! Answers: JSON as bytes, and refusals as `application/problem+json` (RFC 9457).
//!
//! This is the only place where a kind of refusal becomes an HTTP status.

use bytes::Bytes;
use hyper::header::{
    ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{Response, StatusCode};
use model::{Code, Error, Fault, Kind, Language};
use serde_json::{Map, Value as Json, json};

use crate::body::Body;

/// An answer on its way out.
pub type Reply = Response<Body>;

/// Seconds after which a client that was told to come back should do so, where nothing else says.
const RETRY_AFTER_SECONDS: u64 = 1;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer with a body of some type.
pub fn content(status: StatusCode, kind: HeaderValue, body: impl Into<Body>) -> Reply {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}

/// JSON that is already bytes.
pub fn bytes(status: StatusCode, body: Vec<u8>) -> Reply {
    content(status, JSON, Bytes::from(body))
}

/// A JSON value.
pub fn value(status: StatusCode, body: &Json) -> Reply {
    bytes(status, body.to_string().into_bytes())
}

/// 200 with a JSON value.
pub fn ok(body: &Json) -> Reply {
    value(StatusCode::OK, body)
}

/// 204.
pub fn nothing() -> Reply {
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply
}

/// What a write of the engine answers; what it made is found below an address.
pub fn written(written: engine::Reply, place: &str) -> model::Result<Reply> {
    let status = StatusCode::from_u16(written.status).map_err(Error::internal)?;
    let mut reply = match written.body.is_empty() {
        true => nothing(),
        false => bytes(status, written.body),
    };
    *reply.status_mut() = status;
    if let Some(id) = written.created {
        let address = HeaderValue::try_from(format!("{place}/{id}")).map_err(Error::internal)?;
        reply.headers_mut().insert(LOCATION, address);
    }
    Ok(reply)
}

/// The same answer with one more header line.
pub fn with(mut reply: Reply, name: HeaderName, line: HeaderValue) -> Reply {
    reply.headers_mut().append(name, line);
    reply
}

/// The status of a refusal.
pub fn status(code: Code) -> StatusCode {
    match code {
        Code::MethodUnknown => return StatusCode::METHOD_NOT_ALLOWED,
        Code::BodyTooSlow => return StatusCode::REQUEST_TIMEOUT,
        Code::HostUnknown => return StatusCode::MISDIRECTED_REQUEST,
        Code::HeadersTooMany => return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        _ => {}
    }
    match code.kind() {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a refusal looks like to its reader. The cause stays in the log.
pub fn problem(error: &Error, language: Language, request_id: &str) -> Reply {
    let status = status(error.code);
    let mut body = problem_body(error, status, language);
    body.insert("request_id".to_owned(), json!(request_id));
    let mut reply = content(status, PROBLEM, Json::Object(body).to_string());
    let headers = reply.headers_mut();
    match error.kind() {
        Kind::Unauthenticated => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Kind::TooMany | Kind::Unavailable => {
            let said = error.details.as_ref().and_then(|details| details["retry_after"].as_u64());
            headers.insert(RETRY_AFTER, said.unwrap_or(RETRY_AFTER_SECONDS).into());
        }
        _ => {}
    }
    reply
}

/// The refusal of a method, which says what the address answers.
pub fn method_unknown(allowed: &str, language: Language, request_id: &str) -> Reply {
    let mut reply = problem(&Error::new(Code::MethodUnknown), language, request_id);
    if let Ok(line) = HeaderValue::from_str(allowed) {
        reply.headers_mut().insert(ALLOW, line);
    }
    reply
}

fn problem_body(error: &Error, status: StatusCode, language: Language) -> Map<String, Json> {
    let code = error.code;
    let mut body = Map::new();
    body.insert("type".to_owned(), json!(format!("urn:tessera:problem:{}", code.as_str())));
    body.insert("title".to_owned(), json!(title(status, language)));
    body.insert("status".to_owned(), json!(status.as_u16()));
    body.insert("code".to_owned(), json!(code.as_str()));
    body.insert("detail".to_owned(), json!(error.message(language)));
    // A single fault often carries the code that knows what to do.
    let hints = std::iter::once(code).chain(error.faults.iter().map(|fault| fault.code));
    if let Some(hint) = hints.map(|code| code.hint(language)).find(|hint| !hint.is_empty()) {
        body.insert("hint".to_owned(), json!(hint));
    }
    let faults = error.faults.iter().map(|fault| fault_body(fault, language));
    body.insert("errors".to_owned(), faults.collect());
    if let Some(Json::Object(details)) = &error.details {
        for (name, value) in details {
            body.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    body
}

fn fault_body(fault: &Fault, language: Language) -> Json {
    let mut body = json!({
        "path": fault.path,
        "code": fault.code.as_str(),
        "message": fault.message(language),
    });
    if let Some(expected) = &fault.expected {
        body["expected"] = expected.clone();
    }
    body
}

/// The same for every refusal with this status, as RFC 9457 asks of a title.
fn title(status: StatusCode, language: Language) -> &'static str {
    let (en, zh_cn) = match status.as_u16() {
        400 => ("Not understood", "请求有误"),
        401 => ("Not signed in", "未登录"),
        403 => ("Not allowed", "没有权限"),
        404 => ("Not found", "未找到"),
        405 => ("Method not allowed", "不支持的方法"),
        408 => ("Too slow", "请求超时"),
        409 => ("Conflict", "冲突"),
        412 => ("Changed meanwhile", "已被修改"),
        413 => ("Too large", "内容过大"),
        415 => ("Unknown content type", "内容类型不支持"),
        421 => ("Unknown host", "未知主机"),
        422 => ("Refused", "未被接受"),
        429 => ("Too often", "过于频繁"),
        431 => ("Too many headers", "请求头过多"),
        503 => ("Not available now", "暂时不可用"),
        _ => ("Internal error", "内部错误"),
    };
    match language {
        Language::En => en,
        Language::ZhCn => zh_cn,
    }
}

#[cfg(test)]
mod tests;
