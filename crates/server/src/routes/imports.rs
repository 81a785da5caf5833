//! Imports of files.

use bytes::Bytes;
use engine::{Context, imports};
use futures_util::StreamExt;
use hyper::StatusCode;
use hyper::header::{CONTENT_DISPOSITION, HeaderValue};
use model::Result;

use crate::body::{Body, Broken};
use crate::call::Call;
use crate::reply::{self, Reply};

/// `POST /w/{ws}/imports`: stores the file and begins; how far it is, its own address tells.
pub async fn create(call: Call, context: Context) -> Result<Reply> {
    let begun = imports::create(&context, call.json()?).await?;
    reply::written(begun, &format!("/api/v1/w/{}/imports", call.segment("ws")))
}

/// `GET /w/{ws}/imports/{id}`.
pub async fn get(call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&imports::get(&context, call.segment("id")).await?))
}

/// `GET /w/{ws}/imports/{id}/errors.csv`: every refused row with line, column, value and reason.
pub async fn errors(call: Call, context: Context) -> Result<Reply> {
    let pieces = imports::errors_csv(&context, call.segment("id")).await?;
    Ok(csv("errors.csv", pieces))
}

/// A file of comma-separated values that is made while it is sent. A browser saves it and never
/// shows it.
pub fn csv(
    name: &str,
    pieces: impl futures_util::Stream<Item = Result<Vec<u8>>> + Send + 'static,
) -> Reply {
    let body = Body::stream(pieces.map(|piece| {
        piece.map(Bytes::from).map_err(|error| {
            tracing::error!(%error, "a file could not be finished");
            Broken
        })
    }));
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let reply = reply::content(StatusCode::OK, kind, body);
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let plain = HeaderValue::from_static("attachment");
    reply::with(reply, CONTENT_DISPOSITION, disposition.unwrap_or(plain))
}
