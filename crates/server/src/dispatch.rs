//! The way of a request: host, route, who, body, circumstances, handler, headers.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use engine::{IdempotencyKey, RequestInfo};
use futures_util::FutureExt;
use hyper::body::Body as HttpBody;
use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};
use hyper::http::request::Parts;
use hyper::{Method, Request};
use model::{Code, Error, Fault, Kind, Language, Result};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::body::{self, Pace};
use crate::call::{Call, read_parameters};
use crate::metrics::{Place, UNKNOWN, WEB};
use crate::reply::{self, Reply};
use crate::router::{BODY_MAX, Door, Found, ROUTES, Route};
use crate::{credentials, headers};

/// Header lines of a request.
const HEADERS_MAX: usize = 64;
/// Characters of an idempotency key.
const KEY_LENGTH_MAX: usize = 200;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What is learned of a request on its way, for the refusal, the log and the metrics.
struct Learned {
    request_id: String,
    place: Place,
    language: Option<Language>,
}

/// Answers a request, whatever happens.
pub async fn answer<B>(app: Arc<App>, peer: SocketAddr, request: Request<B>) -> Reply
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let started = Instant::now();
    let language = accepted_language(request.headers());
    let mut learned = Learned { request_id: app.request_id(), place: UNKNOWN, language };
    let work = run(&app, peer.ip(), request, &mut learned);
    let mut reply = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => refuse(&error, &learned),
        Err(_) => {
            app.metrics.count_panic();
            refuse(&Error::internal("a handler panicked"), &learned)
        }
    };
    headers::complete(reply.headers_mut(), &learned.request_id, app.site.is_encrypted());
    let took = started.elapsed();
    app.metrics.count_request(learned.place, reply.status(), took);
    tracing::debug!(
        request_id = learned.request_id,
        route = learned.place.name(),
        status = reply.status().as_u16(),
        microseconds = took.as_micros() as u64,
        "answered"
    );
    reply
}

async fn run<B>(
    app: &Arc<App>,
    peer: IpAddr,
    request: Request<B>,
    learned: &mut Learned,
) -> Result<Reply>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let (parts, body) = request.into_parts();
    if parts.headers.len() > HEADERS_MAX {
        return Err(Error::new(Code::HeadersTooMany).with("count", HEADERS_MAX));
    }
    let host = app.site.host(&parts);
    host.map_err(|host| Error::new(Code::HostUnknown).with("host", host))?;
    let (place, segments) = match app.router.find(&parts.method, parts.uri.path()) {
        Found::Route(place, segments) => (place, segments),
        Found::OtherMethods(allowed) => {
            let language = learned.language.unwrap_or_default();
            return Ok(reply::method_unknown(&allowed, language, &learned.request_id));
        }
        Found::Nothing => return elsewhere(app, &parts, learned),
    };
    learned.place = Place::Route(place);
    let route = &ROUTES[place];
    let parameters = read_parameters(parts.uri.query().unwrap_or_default(), route.parameters)?;
    let principal = admit(app, route, &parts).await?;
    let _place = match route.body_max > BODY_MAX {
        true => Some(app.files.try_acquire().map_err(|_| Error::new(Code::Busy))?),
        false => None,
    };
    let body = match parts.method.is_safe() {
        true => Bytes::new(),
        false => body::read(body, route.body_max, Pace::default()).await?,
    };
    let address = app.site.client_address(peer, &parts.headers);
    let call = Call { app: app.clone(), parts, body, address, parameters, segments, principal };
    match route.door {
        Door::Open(handler) | Door::Account(handler) => handler(call).await,
        Door::Workspace(handler) => {
            let request = RequestInfo {
                request_id: learned.request_id.clone(),
                language: learned.language,
                idempotency: idempotency(&call)?,
            };
            let principal = call.principal()?.clone();
            let context = app.engine.context(&principal, call.segment("ws"), request).await?;
            learned.language = Some(context.language());
            handler(call, context).await
        }
    }
}

/// Lets a request in, or refuses it; answers who sends it where the route asks.
async fn admit(app: &App, route: &Route, parts: &Parts) -> Result<Option<Arc<engine::Principal>>> {
    let host = app.site.host(parts).unwrap_or_default();
    let (method, headers) = (&parts.method, &parts.headers);
    match route.door {
        Door::Open(_) => {
            credentials::refuse_foreign(&app.site, method, headers, host).map(|()| None)
        }
        Door::Account(_) | Door::Workspace(_) => {
            credentials::principal(&app.engine, &app.site, method, headers, host).await.map(Some)
        }
    }
}

/// An address that is no route: the web app's, unless it is the API's.
fn elsewhere(app: &App, parts: &Parts, learned: &mut Learned) -> Result<Reply> {
    let unknown = || Error::new(Code::RouteUnknown);
    if parts.uri.path().starts_with("/api/") {
        return Err(unknown());
    }
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        let language = learned.language.unwrap_or_default();
        return Ok(reply::method_unknown("GET, HEAD", language, &learned.request_id));
    }
    learned.place = WEB;
    app.web.answer(parts).ok_or_else(unknown)
}

fn accepted_language(headers: &HeaderMap) -> Option<Language> {
    Language::from_accept_language(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The key that makes a repeated write harmless, with what must then be the same. Errors:
/// `idempotency_key_invalid`.
fn idempotency(call: &Call) -> Result<Option<IdempotencyKey>> {
    let parts = &call.parts;
    let Some(line) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    if parts.method.is_safe() {
        return Ok(None);
    }
    let visible = |key: &&str| {
        (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
    };
    let key = line.to_str().ok().filter(visible);
    let key = key.ok_or_else(|| Fault::new("Idempotency-Key", Code::IdempotencyKeyInvalid))?;
    let mut digest = Sha256::new();
    digest.update(parts.method.as_str());
    digest.update(b"\n");
    digest.update(parts.uri.path_and_query().map_or("/", |address| address.as_str()));
    digest.update(b"\n");
    digest.update(&call.body);
    Ok(Some(IdempotencyKey { key: key.to_owned(), digest: digest.finalize().into() }))
}

/// Turns a refusal into an answer and notes what the operator should know.
fn refuse(error: &Error, learned: &Learned) -> Reply {
    let (request_id, route) = (learned.request_id.as_str(), learned.place.name());
    let code = error.code.as_str();
    let cause = error.cause.as_ref().map(|cause| cause.to_string());
    match error.kind() {
        Kind::Internal => tracing::error!(request_id, route, code, cause, "failed"),
        Kind::Unavailable => tracing::warn!(request_id, route, code, cause, "not available"),
        _ => tracing::debug!(request_id, route, code, cause, "refused"),
    }
    reply::problem(error, learned.language.unwrap_or_default(), request_id)
}
