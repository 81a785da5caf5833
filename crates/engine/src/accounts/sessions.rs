//! Signing in with a password, and the sessions that come of it.

use std::net::IpAddr;
use std::sync::Arc;

use model::{Code, Error, Result, Uuid, time};
use serde_json::{Value as Json, json};
use store::{Account, AccountState, Session};

use super::secret::{Secret, hex};
use super::throttle::{Attempt, forgotten_before};
use super::{password, session_of};
use crate::context::{Credential, Principal};
use crate::engine::Engine;
use crate::faults::from_store;

/// How long a session lasts after it was last used, in milliseconds.
pub const SESSION_LIFETIME_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// Cookies carry the name, so their values need no prefix.
pub(super) const SESSION_PREFIX: &str = "";
/// Bytes of a browser's own description that are kept.
const USER_AGENT_MAX: usize = 200;
/// Bytes of a session's hash that name it in lists; they open nothing.
const SESSION_ID_BYTES: usize = 8;

/// An attempt to sign in.
#[derive(Debug)]
pub struct Login<'a> {
    /// The e-mail address, as typed.
    pub email: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// Where the attempt comes from; `None` on this machine's own command line.
    pub address: Option<IpAddr>,
    /// Which browser, in its own words.
    pub user_agent: &'a str,
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The value of the session's cookie.
    pub cookie: Secret,
    /// Who.
    pub principal: Arc<Principal>,
}

/// Signs in. The answer to an unknown address, a wrong password and a disabled account is the same
/// and takes the same work. Errors: `login_failed`, `login_throttled`, `busy`.
pub async fn login(engine: &Engine, attempt: Login<'_>) -> Result<SignedIn> {
    let throttle = Attempt::new(attempt.email, attempt.address);
    throttle.begin(engine).await?;
    let account = verified(engine, attempt.email, attempt.password).await?;
    let Some(account) = account else {
        throttle.failed(engine).await?;
        tracing::warn!(address = ?attempt.address, "a sign-in failed");
        return Err(Error::new(Code::LoginFailed));
    };
    throttle.succeeded(engine).await?;
    tracing::info!(account = %account.id, address = ?attempt.address, "signed in");
    open(engine, account.id, account.email, attempt.user_agent).await
}

/// The account with this address, if this is its password and it may sign in.
async fn verified(engine: &Engine, email: &str, typed: &str) -> Result<Option<Account>> {
    let control = engine.store().control();
    let account = control.account_by_email(email).await.map_err(from_store)?;
    let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let hasher = &engine.inner.accounts.hasher;
    let verdict = hasher.verify(typed, stored).await?;
    let account = account.filter(|a| verdict.good && a.state == AccountState::Active);
    if let (Some(account), true) = (&account, verdict.outdated) {
        let hash = hasher.hash(typed).await?;
        control.set_password(account.id, &hash).await.map_err(from_store)?;
    }
    Ok(account)
}

/// Begins a session.
pub(super) async fn open(
    engine: &Engine,
    account: Uuid,
    email: String,
    user_agent: &str,
) -> Result<SignedIn> {
    let (cookie, now) = (Secret::random(SESSION_PREFIX), engine.now());
    let hash = cookie.hash();
    let control = engine.store().control();
    let session = Session {
        hash,
        account,
        user_agent: clip(user_agent),
        created_at: now,
        last_seen_at: now,
        expires_at: now + SESSION_LIFETIME_MS,
    };
    control.add_session(&session).await.map_err(from_store)?;
    control.purge(now, forgotten_before(now)).await.map_err(from_store)?;
    let credential = Credential::Session { hash };
    Ok(SignedIn { cookie, principal: Arc::new(Principal { account, email, credential }) })
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect()
}

/// Ends the principal's own session. Errors: `token_scope` for a token.
pub async fn logout(engine: &Engine, principal: &Principal) -> Result<()> {
    end(engine, session_of(principal)?).await.map(drop)
}

async fn end(engine: &Engine, hash: &[u8; 32]) -> Result<bool> {
    let ended = engine.store().control().revoke_session(hash).await.map_err(from_store)?;
    engine.inner.accounts.cache.forget_session(hash);
    Ok(ended)
}

/// The sessions of the principal: where they are signed in.
pub async fn sessions(engine: &Engine, principal: &Principal) -> Result<Json> {
    let own = session_of(principal)?;
    let (control, now) = (engine.store().control(), engine.now());
    let sessions = control.sessions(principal.account).await.map_err(from_store)?;
    let shown = sessions.iter().filter(|session| session.expires_at > now).map(|session| {
        json!({
            "id": session_id(session),
            "user_agent": session.user_agent,
            "created_at": time::format_instant(session.created_at),
            "last_seen_at": time::format_instant(session.last_seen_at),
            "current": session.hash == *own,
        })
    });
    Ok(json!({"sessions": shown.collect::<Vec<_>>()}))
}

/// Ends a session of the principal by the id that [`sessions`] shows. Errors: `session_unknown`.
pub async fn revoke_session(engine: &Engine, principal: &Principal, id: &str) -> Result<()> {
    session_of(principal)?;
    let sessions = engine.store().control().sessions(principal.account).await;
    let sessions = sessions.map_err(from_store)?;
    let unknown = || Error::new(Code::SessionUnknown);
    let session = sessions.iter().find(|session| session_id(session) == id).ok_or_else(unknown)?;
    match end(engine, &session.hash).await? {
        true => Ok(()),
        false => Err(unknown()),
    }
}

fn session_id(session: &Session) -> String {
    hex(&session.hash[..SESSION_ID_BYTES])
}

/// Changes the password of who is signed in and ends their other sessions. Errors:
/// `login_failed` when the old one is wrong, `login_throttled`, and what a new one may lack.
pub async fn change_password(
    engine: &Engine,
    principal: &Principal,
    address: Option<IpAddr>,
    old: &str,
    new: &str,
) -> Result<()> {
    let own = session_of(principal)?;
    password::check(new, &principal.email, "new")?;
    let throttle = Attempt::new(&principal.email, address);
    throttle.begin(engine).await?;
    if verified(engine, &principal.email, old).await?.is_none() {
        throttle.failed(engine).await?;
        return Err(Error::new(Code::LoginFailed));
    }
    throttle.succeeded(engine).await?;
    store_password(engine, principal.account, new, Some(own)).await
}

/// Stores a new password and ends the sessions that the old one opened.
pub(super) async fn store_password(
    engine: &Engine,
    account: Uuid,
    new: &str,
    but: Option<&[u8; 32]>,
) -> Result<()> {
    let hash = engine.inner.accounts.hasher.hash(new).await?;
    let control = engine.store().control();
    control.set_password(account, &hash).await.map_err(from_store)?;
    control.revoke_sessions(account, but).await.map_err(from_store)?;
    engine.inner.accounts.cache.forget_account(account);
    tracing::info!(%account, "a password was changed; other sessions have ended");
    Ok(())
}
