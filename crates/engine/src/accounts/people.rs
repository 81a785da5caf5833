//! Accounts and the people of workspaces that they belong to: the first run, and what the command
//! line does.
//!
//! A person's record in entity `user` is written first and the membership links to it, so that
//! whatever stops in between leaves a record that the next attempt finds by its address.

use model::fields::email::is_address;
use model::filter::Filter;
use model::query::Query;
use model::{Code, Error, Fault, Label, Result, Uuid};
use serde_json::{Value as Json, json};
use store::{Account, AccountState, Membership, Token, WorkspaceEntry};

use super::password;
use super::secret::{Secret, lookup};
use super::sessions::{SignedIn, open, store_password};
use super::tokens::{NewToken, end_token, issue};
use crate::engine::Engine;
use crate::faults::from_store;
use crate::records;
use crate::workspace::USER;

/// How long the link of the first run is good, in milliseconds.
const SETUP_LIFETIME_MS: i64 = 60 * 60 * 1000;
/// The role that may do everything, of the app `base`.
const ADMIN: &str = "admin";

/// An account to make.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Its address.
    pub email: &'a str,
    /// Its password; `None`: it cannot sign in with one yet.
    pub password: Option<&'a str>,
}

/// What the form of the first run sends.
#[derive(Debug)]
pub struct Setup<'a> {
    /// The token of the printed link.
    pub token: &'a str,
    /// The owner's address.
    pub email: &'a str,
    /// The owner's password.
    pub password: &'a str,
    /// What people call the owner.
    pub name: &'a str,
    /// Which browser, in its own words.
    pub user_agent: &'a str,
}

/// Makes the token of the first run, instead of any earlier one; `None` once there is an account.
pub async fn begin_setup(engine: &Engine) -> Result<Option<Secret>> {
    let control = engine.store().control();
    if !control.accounts().await.map_err(from_store)?.is_empty() {
        return Ok(None);
    }
    let (secret, end) = (Secret::random(""), engine.now() + SETUP_LIFETIME_MS);
    control.put_setup_token(&secret.hash(), end).await.map_err(from_store)?;
    Ok(Some(secret))
}

/// Makes the owner: an account, and an administrator of the first workspace. Errors:
/// `setup_token_invalid`, and faults of what was typed, after which the link is still good.
pub async fn setup(engine: &Engine, setup: Setup<'_>) -> Result<SignedIn> {
    let invalid = || Error::new(Code::SetupTokenInvalid);
    let hash = lookup(setup.token, "").ok_or_else(invalid)?;
    check_email(setup.email)?;
    let name = check_name(setup.name)?;
    password::check(setup.password, setup.email, "password")?;
    let (control, now) = (engine.store().control(), engine.now());
    if !control.consume_setup_token(&hash, now).await.map_err(from_store)? {
        return Err(invalid());
    }
    match make_owner(engine, &setup, &name).await {
        Ok(account) => open(engine, account.id, account.email, setup.user_agent).await,
        Err(error) => {
            let end = now + SETUP_LIFETIME_MS;
            control.put_setup_token(&hash, end).await.map_err(from_store)?;
            Err(error)
        }
    }
}

async fn make_owner(engine: &Engine, setup: &Setup<'_>, name: &str) -> Result<Account> {
    let control = engine.store().control();
    if !control.accounts().await.map_err(from_store)?.is_empty() {
        return Err(Error::new(Code::SetupTokenInvalid));
    }
    let workspaces = control.workspaces().await.map_err(from_store)?;
    let first = workspaces.into_iter().min_by_key(|entry| (entry.created_at, entry.id));
    let user = match &first {
        Some(entry) => Some(user_record(engine, entry, setup.email, name, &[ADMIN]).await?),
        None => None,
    };
    let new = NewAccount { email: setup.email, password: Some(setup.password) };
    let account = create_account(engine, new).await?;
    if let (Some(entry), Some(user)) = (&first, user) {
        link(engine, &account, entry, user).await?;
    }
    Ok(account)
}

/// Makes an account that belongs to no workspace yet. Errors: `email_taken`, and faults of the
/// address and of the password.
pub async fn create_account(engine: &Engine, new: NewAccount<'_>) -> Result<Account> {
    check_email(new.email)?;
    let password_hash = match new.password {
        None => None,
        Some(typed) => {
            password::check(typed, new.email, "password")?;
            Some(engine.inner.accounts.hasher.hash(typed).await?)
        }
    };
    let account = Account {
        id: Uuid::now_v7(),
        email: new.email.trim().to_owned(),
        password_hash,
        state: AccountState::Active,
        created_at: engine.now(),
    };
    engine.store().control().add_account(&account).await.map_err(|fault| match fault {
        store::Fault::Taken => Error::new(Code::EmailTaken),
        other => from_store(other),
    })?;
    tracing::info!(account = %account.id, "an account was made");
    Ok(account)
}

/// Lets an account into a workspace as a person with roles: finds the record of entity `user` by
/// its address or makes it, then links the account to it.
pub async fn add_member(
    engine: &Engine,
    email: &str,
    workspace: &WorkspaceEntry,
    name: &str,
    roles: &[&str],
) -> Result<()> {
    let account = known(engine, email).await?;
    let name = check_name(name)?;
    let user = user_record(engine, workspace, &account.email, &name, roles).await?;
    link(engine, &account, workspace, user).await
}

/// Gives an account another password and ends its sessions: the command line's way.
pub async fn reset_password(engine: &Engine, email: &str, new: &str) -> Result<()> {
    let account = known(engine, email).await?;
    password::check(new, &account.email, "password")?;
    store_password(engine, account.id, new, None).await
}

/// Keeps an account from signing in and stops its sessions and tokens.
pub async fn disable(engine: &Engine, email: &str) -> Result<()> {
    set_state(engine, email, AccountState::Disabled).await
}

/// Lets an account sign in again; its tokens work again too.
pub async fn enable(engine: &Engine, email: &str) -> Result<()> {
    set_state(engine, email, AccountState::Active).await
}

/// Makes a token for a member of a workspace: the command line's way. The answer is the only place
/// where it is ever shown.
pub async fn create_token_for(
    engine: &Engine,
    email: &str,
    workspace: &WorkspaceEntry,
    new: NewToken<'_>,
) -> Result<Json> {
    let account = known(engine, email).await?;
    let control = engine.store().control();
    let member = control.membership(account.id, workspace.id).await.map_err(from_store)?;
    if member.is_none() {
        return Err(Error::new(Code::WorkspaceUnknown));
    }
    issue(engine, account.id, workspace.id, new).await
}

/// The tokens of an account, for whatever workspace: the command line's way.
pub async fn tokens_of(engine: &Engine, email: &str) -> Result<Vec<Token>> {
    let account = known(engine, email).await?;
    engine.store().control().tokens(account.id).await.map_err(from_store)
}

/// Ends a token of an account: the command line's way. Errors: `token_unknown`.
pub async fn revoke_token_of(engine: &Engine, email: &str, token: Uuid) -> Result<()> {
    let account = known(engine, email).await?;
    end_token(engine, account.id, token).await
}

async fn set_state(engine: &Engine, email: &str, state: AccountState) -> Result<()> {
    let account = known(engine, email).await?;
    let control = engine.store().control();
    control.set_account_state(account.id, state).await.map_err(from_store)?;
    if state == AccountState::Disabled {
        control.revoke_sessions(account.id, None).await.map_err(from_store)?;
    }
    engine.inner.accounts.cache.forget_account(account.id);
    Ok(())
}

async fn known(engine: &Engine, email: &str) -> Result<Account> {
    let found = engine.store().control().account_by_email(email).await.map_err(from_store)?;
    found.ok_or_else(|| Error::new(Code::AccountUnknown).with("email", email))
}

async fn link(
    engine: &Engine,
    account: &Account,
    entry: &WorkspaceEntry,
    user: Uuid,
) -> Result<()> {
    let membership = Membership { account: account.id, workspace: entry.id, user };
    engine.store().control().put_membership(&membership).await.map_err(from_store)?;
    engine.open_workspace(entry).await?.forget_people();
    Ok(())
}

/// The record of a person in a workspace, by their address; made when it is not there.
async fn user_record(
    engine: &Engine,
    entry: &WorkspaceEntry,
    email: &str,
    name: &str,
    roles: &[&str],
) -> Result<Uuid> {
    let context = engine.system_context(entry.id, "account").await?;
    let by_email = json!({"field": "email", "op": "eq", "value": email.trim()});
    let question = Query {
        filter: Some(Filter::parse(&by_email)?),
        fields: Some(vec!["roles".to_owned()]),
        limit: 1,
        ..Query::default()
    };
    let listed = records::list(&context, USER, &question).await?;
    let listed: Json = serde_json::from_slice(&listed).map_err(Error::internal)?;
    if let Some(id) = listed["records"][0]["id"].as_str() {
        let id = Uuid::try_parse(id).map_err(Error::internal)?;
        if listed["records"][0]["roles"] != json!(roles) {
            let values = json!({"roles": roles});
            records::update(&context, USER, &id.to_string(), values, None).await?;
        }
        return Ok(id);
    }
    let values = json!({"name": name, "email": email.trim(), "roles": roles});
    let made = records::create(&context, USER, values).await?;
    made.created.ok_or_else(|| Error::internal("a created record has no id"))
}

fn check_email(email: &str) -> Result<()> {
    match is_address(email.trim()) {
        true => Ok(()),
        false => {
            let label = Label::new("E-mail", "邮箱");
            Err(Fault::new("email", Code::EmailInvalid).with_label("field", &label).into())
        }
    }
}

fn check_name(name: &str) -> Result<String> {
    match name.trim() {
        "" => {
            let label = Label::new("Name", "姓名");
            Err(Fault::new("name", Code::FieldRequired).with_label("field", &label).into())
        }
        name => Ok(name.to_owned()),
    }
}
