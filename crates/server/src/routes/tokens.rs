//! Tokens for programs.

use engine::accounts::{self, NewToken};
use engine::{Context, TokenScope};
use hyper::StatusCode;
use model::{Result, time};

use crate::call::{Call, Fields, wrong_value};
use crate::reply::{self, Reply};

/// `GET /w/{ws}/tokens`: the caller's own.
pub async fn list(call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&accounts::tokens(&context, call.principal()?).await?))
}

/// `POST /w/{ws}/tokens` `{name, scope?: {read_only?}, expires_at?}`.
pub async fn create(call: Call, context: Context) -> Result<Reply> {
    let body = call.json()?;
    let fields = Fields::of(&body, &["name", "scope", "expires_at"])?;
    let read_only = match fields.object("scope", &["read_only"])? {
        Some(scope) => scope.flag("read_only").map_err(|error| error.under("scope"))?,
        None => false,
    };
    let instant = |text| {
        time::parse_instant(text).ok_or_else(|| wrong_value("expires_at", "a time with its zone"))
    };
    let new = NewToken {
        name: fields.text("name")?,
        scope: TokenScope { read_only },
        expires_at: fields.optional_text("expires_at")?.map(instant).transpose()?,
    };
    let made = accounts::create_token(&context, call.principal()?, new).await?;
    Ok(reply::value(StatusCode::CREATED, &made))
}

/// `DELETE /w/{ws}/tokens/{id}`.
pub async fn revoke(call: Call, context: Context) -> Result<Reply> {
    accounts::revoke_token(&context, call.principal()?, call.segment("id")).await?;
    Ok(reply::nothing())
}
