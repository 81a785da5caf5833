//! Who asks: the account, its sessions and password; and the person in a workspace.

use engine::{Context, accounts, people};
use hyper::header::SET_COOKIE;
use model::Result;

use crate::call::{Call, Fields};
use crate::reply::{self, Reply};

/// `GET /me`: the account and its workspaces. The web app asks this whenever it starts, so the
/// browser's cookie is renewed here as the session behind it is.
pub async fn account(call: Call) -> Result<Reply> {
    let me = accounts::me(&call.app.engine, call.principal()?).await?;
    let site = &call.app.site;
    let by_session = call.header(&hyper::header::AUTHORIZATION).is_none();
    Ok(match site.session(&call.parts.headers).filter(|_| by_session) {
        Some(session) => reply::with(reply::ok(&me), SET_COOKIE, site.set_cookie(session)),
        None => reply::ok(&me),
    })
}

/// `POST /me/password` `{old, new}`.
pub async fn change_password(call: Call) -> Result<Reply> {
    let body = call.json()?;
    let fields = Fields::of(&body, &["old", "new"])?;
    let (old, new) = (fields.text("old")?, fields.text("new")?);
    let (engine, principal) = (&call.app.engine, call.principal()?);
    accounts::change_password(engine, principal, Some(call.address), old, new).await?;
    Ok(reply::nothing())
}

/// `GET /me/sessions`.
pub async fn sessions(call: Call) -> Result<Reply> {
    Ok(reply::ok(&accounts::sessions(&call.app.engine, call.principal()?).await?))
}

/// `DELETE /me/sessions/{id}`.
pub async fn revoke_session(call: Call) -> Result<Reply> {
    let (engine, principal) = (&call.app.engine, call.principal()?);
    accounts::revoke_session(engine, principal, call.segment("id")).await?;
    Ok(reply::nothing())
}

/// `GET /w/{ws}/me`.
pub async fn show(_call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&people::me(&context).await?))
}

/// `PATCH /w/{ws}/me`.
pub async fn update(call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&people::set_me(&context, call.json()?).await?))
}
