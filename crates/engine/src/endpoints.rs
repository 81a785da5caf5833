//! Where webhooks go: addresses that administrators set, each with a secret that is shown once.

use model::document::Capability;
use model::{Code, Error, Fault, Label, Result, name, time};
use outreach::webhook::{Secret, check_endpoint};
use serde_json::{Map, Value as Json, json};
use store::{Endpoint, KernelWrite};

use crate::context::Context;
use crate::faults::from_store;

/// Endpoints of one workspace.
const ENDPOINTS_MAX: usize = 200;
/// Characters of an address.
const URL_LENGTH_MAX: usize = 2_000;

/// Answers the endpoints by name: `{"endpoints": [{"name", "url", "updated_at"}]}`. Secrets are
/// not among it. Errors: the capability `build` is needed.
pub async fn list(context: &Context) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let found = context.workspace.store.endpoints().await.map_err(from_store)?;
    let shown: Vec<Json> = found.iter().map(shown).collect();
    Ok(json!({"endpoints": shown}))
}

/// Makes an endpoint, or gives one another address: `{"name", "url", "rotate_secret"?}`. The
/// answer holds `secret` when one was made: for a new endpoint, and where `rotate_secret` asks
/// for another. Errors: `endpoint_refused` when the address may not be called.
pub async fn put(context: &Context, body: &Json) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let asked = Asked::parse(body)?;
    if let Err(refusal) = check_endpoint(&context.engine.inner.egress, &asked.url) {
        return Err(refused(refusal));
    }
    let store = &context.workspace.store;
    let known = store.endpoint(&asked.name).await.map_err(from_store)?;
    if known.is_none() {
        let all = store.endpoints().await.map_err(from_store)?;
        if all.len() >= ENDPOINTS_MAX {
            let reason = format!("a workspace has at most {ENDPOINTS_MAX} endpoints");
            return Err(Fault::new("name", Code::SettingInvalid).with("reason", reason).into());
        }
    }
    let kept = known.filter(|_| !asked.rotate_secret).map(|known| known.secret);
    let fresh = kept.is_none().then(|| Secret::from_random(rand::random()).reveal());
    let secret = kept.or(fresh.clone().map(String::into_bytes)).unwrap_or_default();
    let endpoint = Endpoint { name: asked.name, url: asked.url, secret, updated_at: context.now };
    let mut answer = shown(&endpoint);
    if let Some(fresh) = fresh {
        answer["secret"] = json!(fresh);
    }
    write(context, KernelWrite::PutEndpoint(endpoint)).await?;
    // Messages that wait for it may go.
    context.workspace.work.stir();
    Ok(answer)
}

/// Removes an endpoint; messages for it wait until they are given up. Errors:
/// `endpoint_unknown`.
pub async fn remove(context: &Context, name: &str) -> Result<()> {
    context.access.require(Capability::Build)?;
    let known = context.workspace.store.endpoint(name).await.map_err(from_store)?;
    if known.is_none() {
        return Err(Error::new(Code::EndpointUnknown).with("name", name));
    }
    write(context, KernelWrite::RemoveEndpoint(name.to_owned())).await
}

async fn write(context: &Context, write: KernelWrite) -> Result<()> {
    context.workspace.store.write_kernel(vec![write], context.now).await.map_err(from_store)
}

fn shown(endpoint: &Endpoint) -> Json {
    let at = time::format_instant(endpoint.updated_at);
    json!({"name": endpoint.name, "url": endpoint.url, "updated_at": at})
}

fn refused(refusal: outreach::Refusal) -> Error {
    let (en, zh) = refusal.texts();
    let reason = Label::new(en.trim_end_matches('.'), zh.trim_end_matches('。'));
    Fault::new("url", Code::EndpointRefused).with_label("reason", &reason).into()
}

struct Asked {
    name: String,
    url: String,
    rotate_secret: bool,
}

impl Asked {
    fn parse(body: &Json) -> Result<Asked> {
        const KEYS: [&str; 3] = ["name", "url", "rotate_secret"];
        let wrong = |at: &str, expected: &str| -> Error {
            Fault::new(at, Code::ValueType).with("expected", expected).expected(expected).into()
        };
        let object = body.as_object().ok_or_else(|| wrong("", "an object"))?;
        if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let fault = Fault::new(key.as_str(), Code::KeyUnknown).with("key", key);
            return Err(fault.expected(KEYS.as_slice()).into());
        }
        let text = |object: &Map<String, Json>, key: &str| match object.get(key) {
            Some(Json::String(text)) => Ok(text.trim().to_owned()),
            _ => Err(wrong(key, "text")),
        };
        let asked = Asked {
            name: text(object, "name")?,
            url: text(object, "url")?,
            rotate_secret: match object.get("rotate_secret") {
                None => false,
                Some(Json::Bool(rotate)) => *rotate,
                Some(_) => return Err(wrong("rotate_secret", "true or false")),
            },
        };
        name::check_name(&asked.name, "name")?;
        if asked.url.chars().count() > URL_LENGTH_MAX {
            let fault = Fault::new("url", Code::SettingInvalid);
            return Err(fault
                .with("reason", format!("at most {URL_LENGTH_MAX} characters"))
                .into());
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests;
