//! Who may come in: accounts, passwords, sessions, tokens, and the first run.
//!
//! What a client shows (a cookie's value, a bearer token, a setup link) is a random secret of 256
//! bit; only its SHA-256 is stored. Everything here is global to a deployment; rights are given
//! per workspace, by the roles of the record that a membership links to.

mod authenticate;
mod cache;
mod password;
mod people;
mod secret;
mod sessions;
mod throttle;
mod tokens;

pub use authenticate::{authenticate_session, authenticate_token};
pub use people::{
    NewAccount, Setup, add_member, begin_setup, create_account, create_token_for, disable, enable,
    reset_password, revoke_token_of, setup, tokens_of,
};
pub use secret::Secret;
pub use sessions::{
    Login, SESSION_LIFETIME_MS, SignedIn, change_password, login, logout, revoke_session, sessions,
};
pub use tokens::{NewToken, create_token, revoke_token, tokens};

use model::{Code, Error, Result};
use serde_json::{Value as Json, json};

use crate::context::{Credential, Principal};
use crate::engine::Engine;
use crate::faults::from_store;

/// What is kept in memory about accounts: recent credentials and the queue of password hashing.
#[derive(Debug, Default)]
pub struct Accounts {
    cache: cache::Cache,
    hasher: password::Hasher,
}

/// The account behind a principal and its workspaces: what the start page needs.
pub async fn me(engine: &Engine, principal: &Principal) -> Result<Json> {
    let control = engine.store().control();
    let workspaces = control.workspaces_of(principal.account).await.map_err(from_store)?;
    let opened: Vec<Json> = workspaces
        .iter()
        .filter(|entry| match &principal.credential {
            Credential::Token { workspace, .. } => *workspace == entry.id,
            Credential::Session { .. } => true,
        })
        .map(|entry| json!({"slug": entry.slug, "name": entry.name}))
        .collect();
    Ok(json!({
        "account": {"id": principal.account, "email": principal.email},
        "workspaces": opened,
    }))
}

/// Refuses a token where a person must have signed in: a leaked token cannot make more of itself.
fn session_of(principal: &Principal) -> Result<&[u8; 32]> {
    match &principal.credential {
        Credential::Session { hash } => Ok(hash),
        Credential::Token { .. } => Err(Error::new(Code::TokenScope)),
    }
}

#[cfg(test)]
mod tests;
