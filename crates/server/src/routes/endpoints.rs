//! Where webhooks go.

use engine::{Context, endpoints};
use model::Result;
use serde_json::json;

use crate::call::{Call, Fields};
use crate::reply::{self, Reply};

/// `GET /w/{ws}/endpoints`.
pub async fn list(_call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&endpoints::list(&context).await?))
}

/// `PUT /w/{ws}/endpoints/{name}` `{url, rotate_secret?}`: the secret of a new endpoint is shown in
/// this answer only.
pub async fn put(call: Call, context: Context) -> Result<Reply> {
    let mut body = call.json()?;
    Fields::of(&body, &["url", "rotate_secret"])?;
    body["name"] = json!(call.segment("name"));
    Ok(reply::ok(&endpoints::put(&context, &body).await?))
}

/// `DELETE /w/{ws}/endpoints/{name}`.
pub async fn remove(call: Call, context: Context) -> Result<Reply> {
    endpoints::remove(&context, call.segment("name")).await?;
    Ok(reply::nothing())
}
