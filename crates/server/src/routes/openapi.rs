//! The API's own description.

use engine::Context;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use model::Result;

use crate::call::Call;
use crate::openapi;
use crate::reply::{self, Reply};

/// `GET /openapi.json`: what every deployment answers.
pub async fn platform(_call: Call) -> Result<Reply> {
    let keep = HeaderValue::from_static("public, max-age=3600");
    Ok(reply::with(openapi::reply(openapi::platform_text()), CACHE_CONTROL, keep))
}

/// `GET /w/{ws}/openapi.json`: a workspace's entities as typed schemas.
pub async fn workspace(_call: Call, context: Context) -> Result<Reply> {
    Ok(openapi::reply(openapi::workspace(&context).to_string()))
}
