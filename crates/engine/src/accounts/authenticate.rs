//! From what a request shows to who it is.

use std::sync::Arc;

use model::{Code, Error, Result};
use serde_json::Value as Json;

use super::secret::lookup;
use super::sessions::{SESSION_LIFETIME_MS, SESSION_PREFIX};
use super::tokens::TOKEN_PREFIX;
use crate::context::{Credential, Principal, TokenScope};
use crate::engine::Engine;
use crate::faults::from_store;

/// A session or token that is used is noted at most this often, in milliseconds.
const TOUCH_EVERY_MS: i64 = 5 * 60 * 1000;

/// Who is signed in by the value of a session cookie. Errors: `unauthenticated`.
pub async fn authenticate_session(engine: &Engine, value: &str) -> Result<Arc<Principal>> {
    let hash = lookup(value, SESSION_PREFIX).ok_or_else(nobody)?;
    let (cache, now) = (&engine.inner.accounts.cache, engine.now());
    if let Some(principal) = cache.get(&hash, now) {
        return Ok(principal);
    }
    let generation = cache.generation();
    let found = engine.store().control().session(&hash, now).await.map_err(from_store)?;
    let (session, account) = found.ok_or_else(nobody)?;
    if now - session.last_seen_at >= TOUCH_EVERY_MS {
        let engine = engine.clone();
        noted(async move {
            let control = engine.store().control();
            control.touch_session(&hash, now, now + SESSION_LIFETIME_MS).await
        });
    }
    let credential = Credential::Session { hash };
    let principal = Arc::new(Principal { account: account.id, email: account.email, credential });
    cache.put(hash, principal.clone(), now, generation);
    Ok(principal)
}

/// Whose program shows a bearer token. Errors: `unauthenticated`.
pub async fn authenticate_token(engine: &Engine, value: &str) -> Result<Arc<Principal>> {
    let hash = lookup(value, TOKEN_PREFIX).ok_or_else(nobody)?;
    let (cache, now) = (&engine.inner.accounts.cache, engine.now());
    if let Some(principal) = cache.get(&hash, now) {
        return Ok(principal);
    }
    let generation = cache.generation();
    let control = engine.store().control();
    let token = control.token(&hash, now).await.map_err(from_store)?.ok_or_else(nobody)?;
    let account = control.account(token.account).await.map_err(from_store)?.ok_or_else(nobody)?;
    if now - token.last_used_at.unwrap_or(0) >= TOUCH_EVERY_MS {
        let (engine, id) = (engine.clone(), token.id);
        noted(async move { engine.store().control().touch_token(id, now).await });
    }
    let credential = Credential::Token {
        id: token.id,
        name: token.name,
        workspace: token.workspace,
        scope: scope_of(&token.scope),
    };
    let principal = Arc::new(Principal { account: account.id, email: account.email, credential });
    cache.put(hash, principal.clone(), now, generation);
    Ok(principal)
}

fn nobody() -> Error {
    Error::new(Code::Unauthenticated)
}

/// A stored scope. What cannot be read allows the least.
pub(super) fn scope_of(stored: &Json) -> TokenScope {
    TokenScope { read_only: stored["read_only"] != Json::Bool(false) }
}

/// Writes a note behind the request's back: nobody waits for it, and losing it costs nothing.
fn noted(note: impl Future<Output = Result<bool, store::Fault>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(fault) = note.await {
            tracing::debug!(%fault, "a credential's last use was not noted");
        }
    });
}
