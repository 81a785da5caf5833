//! Whether the process lives, and whether it can serve.

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::HeaderValue;
use model::Result;

use crate::app::App;
use crate::call::Call;
use crate::reply::{self, Reply};

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
pub async fn alive(_call: Call) -> Result<Reply> {
    Ok(good())
}

/// The process can serve: its database answers.
pub async fn ready(call: Call) -> Result<Reply> {
    Ok(readiness(&call.app).await)
}

/// 200.
pub fn good() -> Reply {
    text(StatusCode::OK, "ok\n")
}

/// 200, or 503 while the database does not answer.
pub async fn readiness(app: &App) -> Reply {
    match tokio::time::timeout(PATIENCE, app.engine.store().ping()).await {
        Ok(Ok(())) => good(),
        _ => text(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

fn text(status: StatusCode, body: &'static str) -> Reply {
    reply::content(status, HeaderValue::from_static("text/plain; charset=utf-8"), body)
}
