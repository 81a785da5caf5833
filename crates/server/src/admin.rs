//! The operator's own listener: metrics and health, on this machine unless told otherwise.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, StatusCode};

use crate::app::App;
use crate::headers;
use crate::reply::{self, Reply};
use crate::routes::health;

/// Answers a request of the admin listener.
pub async fn answer(app: Arc<App>, request: Request<Incoming>) -> Reply {
    let mut reply = match (request.method(), request.uri().path()) {
        (&Method::GET, "/metrics") => {
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            reply::content(StatusCode::OK, kind, app.metrics.text())
        }
        (&Method::GET, "/healthz") => health::good(),
        (&Method::GET, "/readyz") => health::readiness(&app).await,
        _ => reply::content(
            StatusCode::NOT_FOUND,
            HeaderValue::from_static("text/plain; charset=utf-8"),
            "/metrics, /healthz, /readyz\n",
        ),
    };
    headers::complete(reply.headers_mut(), "admin", false);
    reply
}
