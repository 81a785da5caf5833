//! Bearer tokens for programs: the rights of a person in one workspace, or the reading half.

use model::{Code, Error, Fault, Label, Result, Uuid, time};
use serde_json::{Value as Json, json};
use store::Token;

use super::authenticate::scope_of;
use super::secret::Secret;
use super::session_of;
use crate::context::{Context, Principal, TokenScope};
use crate::engine::Engine;
use crate::faults::from_store;

/// What a token starts with, so that people and secret scanners know one when they see it.
pub(super) const TOKEN_PREFIX: &str = "tsr_";
/// Characters of a token's name.
const NAME_LENGTH_MAX: usize = 80;

/// A token to make.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do of what its owner may do.
    pub scope: TokenScope,
    /// When it ends, in milliseconds UTC.
    pub expires_at: Option<i64>,
}

/// The principal's tokens for the workspace. Errors: `token_scope` for a token.
pub async fn tokens(context: &Context, principal: &Principal) -> Result<Json> {
    session_of(principal)?;
    let tokens = context.engine.store().control().tokens(principal.account).await;
    let tokens = tokens.map_err(from_store)?;
    let shown = tokens.iter().filter(|token| token.workspace == context.workspace.id).map(show);
    Ok(json!({"tokens": shown.collect::<Vec<_>>()}))
}

/// Makes a token for the workspace; the answer is the only place where it is ever shown. Errors:
/// `token_scope` for a token, faults of the name and of an end that has passed.
pub async fn create_token(
    context: &Context,
    principal: &Principal,
    new: NewToken<'_>,
) -> Result<Json> {
    session_of(principal)?;
    issue(&context.engine, principal.account, context.workspace.id, new).await
}

/// Makes a token for an account that belongs to a workspace; also for the command line.
pub(super) async fn issue(
    engine: &Engine,
    account: Uuid,
    workspace: Uuid,
    new: NewToken<'_>,
) -> Result<Json> {
    let now = engine.now();
    let secret = Secret::random(TOKEN_PREFIX);
    let token = Token {
        id: Uuid::now_v7(),
        hash: secret.hash(),
        name: name(new.name)?,
        account,
        workspace,
        scope: json!({"read_only": new.scope.read_only}),
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
    };
    if token.expires_at.is_some_and(|end| end <= now) {
        let fault = Fault::new("expires_at", Code::ValueType);
        return Err(fault.with("expected", "a time to come").expected("a time to come").into());
    }
    engine.store().control().add_token(&token).await.map_err(from_store)?;
    tracing::info!(%account, token = %token.id, "a token was made");
    let mut shown = show(&token);
    shown["token"] = json!(secret.expose());
    Ok(shown)
}

/// Ends a token of the principal. Errors: `token_unknown`.
pub async fn revoke_token(context: &Context, principal: &Principal, id: &str) -> Result<()> {
    session_of(principal)?;
    let id = Uuid::try_parse(id).map_err(|_| Error::new(Code::TokenUnknown))?;
    end_token(&context.engine, principal.account, id).await
}

/// Ends a token of an account.
pub(super) async fn end_token(engine: &Engine, account: Uuid, id: Uuid) -> Result<()> {
    let revoked = engine.store().control().revoke_token(account, id).await.map_err(from_store)?;
    engine.inner.accounts.cache.forget_token(id);
    match revoked {
        true => Ok(()),
        false => Err(Error::new(Code::TokenUnknown)),
    }
}

fn name(text: &str) -> Result<String> {
    let (text, label) = (text.trim(), Label::new("Name", "名称"));
    let fault = |code| Fault::new("name", code).with_label("field", &label);
    match text.chars().count() {
        0 => Err(fault(Code::FieldRequired).into()),
        1..=NAME_LENGTH_MAX if text.chars().any(char::is_control) => {
            Err(fault(Code::TextControl).into())
        }
        1..=NAME_LENGTH_MAX => Ok(text.to_owned()),
        _ => Err(fault(Code::TextTooLong).with("length", NAME_LENGTH_MAX).into()),
    }
}

fn show(token: &Token) -> Json {
    json!({
        "id": token.id,
        "name": token.name,
        "scope": {"read_only": scope_of(&token.scope).read_only},
        "created_at": time::format_instant(token.created_at),
        "last_used_at": token.last_used_at.map(time::format_instant),
        "expires_at": token.expires_at.map(time::format_instant),
    })
}
