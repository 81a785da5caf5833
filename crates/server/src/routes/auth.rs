//! Coming in and going out.

use engine::accounts::{self, Login, Setup, SignedIn};
use hyper::header::{HeaderName, HeaderValue, SET_COOKIE};
use model::{Error, Result};

use crate::app::App;
use crate::call::{Call, Fields};
use crate::reply::{self, Reply};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// `POST /setup` `{token, email, password, name}`: makes the owner and signs them in.
pub async fn setup(call: Call) -> Result<Reply> {
    // Several commits belong together here; a client that goes away must not stop them half-way.
    let app = call.app.clone();
    let work = tokio::spawn(async move {
        let body = call.json()?;
        let fields = Fields::of(&body, &["token", "email", "password", "name"])?;
        let setup = Setup {
            token: fields.text("token")?,
            email: fields.text("email")?,
            password: fields.text("password")?,
            name: fields.text("name")?,
            user_agent: call.user_agent(),
        };
        accounts::setup(&call.app.engine, setup).await
    });
    let signed_in = work.await.map_err(Error::internal)??;
    welcome(&app, &signed_in).await
}

/// `POST /auth/login` `{email, password}`.
pub async fn login(call: Call) -> Result<Reply> {
    let body = call.json()?;
    let fields = Fields::of(&body, &["email", "password"])?;
    let attempt = Login {
        email: fields.text("email")?,
        password: fields.text("password")?,
        address: Some(call.address),
        user_agent: call.user_agent(),
    };
    let signed_in = accounts::login(&call.app.engine, attempt).await?;
    welcome(&call.app, &signed_in).await
}

async fn welcome(app: &App, signed_in: &SignedIn) -> Result<Reply> {
    let me = accounts::me(&app.engine, &signed_in.principal).await?;
    Ok(reply::with(reply::ok(&me), SET_COOKIE, app.site.give_session(&signed_in.cookie)))
}

/// `POST /auth/logout`: ends the session and has the browser forget what it kept.
pub async fn logout(call: Call) -> Result<Reply> {
    accounts::logout(&call.app.engine, call.principal()?).await?;
    let gone = reply::with(reply::nothing(), SET_COOKIE, call.app.site.clear_cookie());
    Ok(reply::with(gone, CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\"")))
}
