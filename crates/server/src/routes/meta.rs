//! Documents: what was built, and changing it.

use std::hash::{DefaultHasher, Hasher};

use engine::{Context, documents};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH, VARY};
use model::document::DocumentKind;
use model::{Code, Error, Result};

use crate::call::Call;
use crate::reply::{self, Reply};

/// `GET /w/{ws}/meta`: what the caller may see. Its `ETag` changes with every revision and with
/// what the caller may see, so it must be asked for again and is often not sent again.
pub async fn list(call: Call, context: Context) -> Result<Reply> {
    let (revision, body) = documents::meta(&context, call.parameter("kind"))?;
    let body = body.to_string().into_bytes();
    let mut hasher = DefaultHasher::new();
    hasher.write(&body);
    let tag = format!("\"{revision}-{:016x}\"", hasher.finish());
    let tag = HeaderValue::try_from(tag).map_err(Error::internal)?;
    let known = call.parts.headers.get_all(IF_NONE_MATCH).iter().any(|line| *line == tag);
    let mut reply = match known {
        true => reply::nothing(),
        false => reply::bytes(StatusCode::OK, body),
    };
    if known {
        *reply.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = reply.headers_mut();
    headers.insert(ETAG, tag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("authorization, cookie"));
    Ok(reply)
}

/// `GET /meta/schemas/{kind}.json`: the JSON Schema of a kind of documents.
pub async fn schema(call: Call) -> Result<Reply> {
    let file = call.segment("file");
    let name = file.strip_suffix(".json").ok_or_else(|| Error::new(Code::RouteUnknown))?;
    let kind = DocumentKind::from_name(name);
    let kind = kind.ok_or_else(|| Error::new(Code::KindUnknown).with("kind", name))?;
    let keep = HeaderValue::from_static("public, max-age=3600");
    Ok(reply::with(reply::ok(kind.schema()), CACHE_CONTROL, keep))
}

/// `POST /w/{ws}/meta/changesets`: publishes a changeset, or previews it.
pub async fn change(call: Call, context: Context) -> Result<Reply> {
    let preview = call.flag("preview")?;
    Ok(reply::ok(&documents::change(&context, &call.json()?, preview).await?))
}

/// `GET /w/{ws}/meta/revisions`.
pub async fn revisions(call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&documents::revisions(&context, call.whole("before")?).await?))
}

/// `POST /w/{ws}/meta/revisions/{n}/revert`.
pub async fn revert(call: Call, context: Context) -> Result<Reply> {
    let number = call.segment("n");
    let unknown = || Error::new(Code::RevisionUnknown).with("number", number);
    let number = number.parse().map_err(|_| unknown())?;
    let preview = call.flag("preview")?;
    Ok(reply::ok(&documents::revert(&context, number, preview).await?))
}

/// `GET /w/{ws}/meta/trash`.
pub async fn trash(_call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&documents::trash(&context).await?))
}
