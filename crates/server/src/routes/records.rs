//! Records: the routes that everything else is about. Answers of the engine are bytes already.

use engine::{Context, Reply as Written, records};
use hyper::StatusCode;
use hyper::header::{ETAG, HeaderValue};
use model::Result;
use model::query::{Aggregate, Query};

use crate::call::Call;
use crate::reply::{self, Reply};

/// `GET /records/{entity}`.
pub async fn list(call: Call, context: Context) -> Result<Reply> {
    let query = Query::from_parameters(&call.parameters)?;
    let body = records::list(&context, call.segment("entity"), &query).await?;
    Ok(reply::bytes(StatusCode::OK, body))
}

/// `POST /records/{entity}/query`: the same question as JSON.
pub async fn query(call: Call, context: Context) -> Result<Reply> {
    let query = Query::from_json(&call.json_or_empty()?)?;
    let body = records::list(&context, call.segment("entity"), &query).await?;
    Ok(reply::bytes(StatusCode::OK, body))
}

/// `POST /records/{entity}/aggregate`.
pub async fn aggregate(call: Call, context: Context) -> Result<Reply> {
    let asked = Aggregate::from_json(&call.json_or_empty()?)?;
    Ok(reply::ok(&records::aggregate(&context, call.segment("entity"), &asked).await?))
}

/// `GET /records/{entity}/{id}`.
pub async fn get(call: Call, context: Context) -> Result<Reply> {
    let query = Query::from_parameters(&call.parameters)?;
    let (entity, id) = (call.segment("entity"), call.segment("id"));
    let (body, revision) = records::get(&context, entity, id, &query).await?;
    let reply = reply::bytes(StatusCode::OK, body);
    Ok(reply::with(reply, ETAG, tag(revision)))
}

/// `GET /records/{entity}/{id}/history`.
pub async fn history(call: Call, context: Context) -> Result<Reply> {
    let (entity, id) = (call.segment("entity"), call.segment("id"));
    Ok(reply::ok(&records::history(&context, entity, id, call.whole("cursor")?).await?))
}

/// `POST /records/{entity}`.
pub async fn create(call: Call, context: Context) -> Result<Reply> {
    written(&call, records::create(&context, call.segment("entity"), call.json()?).await?)
}

/// `PATCH /records/{entity}/{id}`: changes the fields that are sent.
pub async fn update(call: Call, context: Context) -> Result<Reply> {
    let (entity, id) = (call.segment("entity"), call.segment("id"));
    let revision = call.if_match()?;
    written(&call, records::update(&context, entity, id, call.json()?, revision).await?)
}

/// `DELETE /records/{entity}/{id}`.
pub async fn delete(call: Call, context: Context) -> Result<Reply> {
    let (entity, id) = (call.segment("entity"), call.segment("id"));
    written(&call, records::delete(&context, entity, id, call.if_match()?).await?)
}

/// `POST /records/{entity}/{id}/restore`.
pub async fn restore(call: Call, context: Context) -> Result<Reply> {
    let (entity, id) = (call.segment("entity"), call.segment("id"));
    written(&call, records::restore(&context, entity, id).await?)
}

/// `POST /records/{entity}/batch`.
pub async fn batch(call: Call, context: Context) -> Result<Reply> {
    written(&call, records::batch(&context, call.segment("entity"), call.json()?).await?)
}

fn written(call: &Call, written: Written) -> Result<Reply> {
    let (ws, entity) = (call.segment("ws"), call.segment("entity"));
    let revision = written.revision;
    let reply = reply::written(written, &format!("/api/v1/w/{ws}/records/{entity}"))?;
    Ok(match revision {
        Some(revision) => reply::with(reply, ETAG, tag(revision)),
        None => reply,
    })
}

/// A record's revision, to be sent back as `If-Match`.
fn tag(revision: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{revision}\"")).expect("digits are plain text")
}
