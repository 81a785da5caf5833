//! Accounts over a real store: what opens a door, and what closes it.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use model::{Code, Language};
use serde_json::json;

use super::*;
use crate::clock::{Clock, FixedClock};
use crate::context::{RequestInfo, TokenScope};
use crate::engine::Settings;
use crate::workspaces::{self, NewWorkspace};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
/// A time at which ids made by the machine's clock lie in the past.
const NOW: i64 = 4_000_000_000_000;

struct House {
    engine: Engine,
    clock: Arc<FixedClock>,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house with one workspace and nobody in it.
    async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(NOW));
        let engine = Engine::open(Settings {
            location: store::Location::Sqlite { directory: folder.path().to_owned() },
            options: store::Options::default(),
            clock: clock.clone() as Arc<dyn Clock>,
            scripts: None,
            egress: outreach::EgressPolicy::default(),
            base_url: None,
        });
        let engine = engine.await.unwrap();
        let new = NewWorkspace {
            slug: "demo".into(),
            name: "Demo".into(),
            time_zone: "Asia/Shanghai".into(),
            currency: "CNY".into(),
            language: Language::En,
        };
        workspaces::create(&engine, &new, &base()).await.unwrap();
        House { engine, clock, _folder: folder }
    }

    /// A house whose owner is Ada.
    async fn with_owner() -> (House, SignedIn) {
        let house = House::new().await;
        let token = begin_setup(&house.engine).await.unwrap().unwrap();
        let signed_in = setup(&house.engine, first_run(token.expose())).await.unwrap();
        (house, signed_in)
    }

    async fn log_in(&self, password: &str) -> Result<SignedIn> {
        login(&self.engine, attempt(EMAIL, password, "192.0.2.1")).await
    }

    async fn context(&self, principal: &Principal) -> crate::context::Context {
        self.engine.context(principal, "demo", RequestInfo::default()).await.unwrap()
    }
}

fn base() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/base");
    ["app.json", "roles/admin.json", "user/entity.json", "user/form.json", "user/views/all.json"]
        .map(|path| (path.to_owned(), std::fs::read(folder.join(path)).unwrap()))
        .to_vec()
}

fn first_run(token: &str) -> Setup<'_> {
    Setup { token, email: EMAIL, password: PASSWORD, name: "Ada", user_agent: "test" }
}

fn attempt<'a>(email: &'a str, password: &'a str, address: &str) -> Login<'a> {
    let address: Option<IpAddr> = address.parse().ok();
    Login { email, password, address, user_agent: "test" }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code
}

#[tokio::test]
async fn the_setup_link_makes_one_owner_once() {
    let house = House::new().await;
    let earlier = begin_setup(&house.engine).await.unwrap().unwrap();
    let token = begin_setup(&house.engine).await.unwrap().unwrap();
    let engine = &house.engine;
    for wrong in [earlier.expose(), "", "null", "0"] {
        assert_eq!(code(setup(engine, first_run(wrong)).await), Code::SetupTokenInvalid);
    }
    let weak = Setup { password: "short", ..first_run(token.expose()) };
    assert_eq!(code(setup(engine, weak).await), Code::Invalid, "a mistake costs no link");
    let owner = setup(engine, first_run(token.expose())).await.unwrap();
    assert_eq!(code(setup(engine, first_run(token.expose())).await), Code::SetupTokenInvalid);
    assert!(begin_setup(engine).await.unwrap().is_none());
    let context = house.context(&owner.principal).await;
    assert!(context.access().require(model::document::Capability::Build).is_ok());
    let me = me(engine, &owner.principal).await.unwrap();
    assert_eq!(me["workspaces"], json!([{"slug": "demo", "name": "Demo"}]));
}

#[tokio::test]
async fn the_setup_link_ends_after_an_hour() {
    let house = House::new().await;
    let token = begin_setup(&house.engine).await.unwrap().unwrap();
    house.clock.advance(60 * 60 * 1000);
    let result = setup(&house.engine, first_run(token.expose())).await;
    assert_eq!(code(result), Code::SetupTokenInvalid);
}

#[tokio::test]
async fn the_password_opens_and_nothing_else_does() {
    let (house, _) = House::with_owner().await;
    let signed_in = house.log_in(PASSWORD).await.unwrap();
    let cookie = signed_in.cookie.expose();
    let found = authenticate_session(&house.engine, cookie).await.unwrap();
    assert_eq!(found.account, signed_in.principal.account);
    let by_case = login(&house.engine, attempt("ADA@example.com", PASSWORD, "192.0.2.1")).await;
    assert!(by_case.is_ok());
    assert_eq!(code(house.log_in("correct horse batterY").await), Code::LoginFailed);
    let stranger = login(&house.engine, attempt("eve@example.com", PASSWORD, "192.0.2.1")).await;
    assert_eq!(code(stranger), Code::LoginFailed);
    disable(&house.engine, EMAIL).await.unwrap();
    assert_eq!(code(house.log_in(PASSWORD).await), Code::LoginFailed);
    enable(&house.engine, EMAIL).await.unwrap();
    assert!(house.log_in(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn one_account_can_be_guessed_ten_times_in_a_quarter_of_an_hour() {
    let (house, _) = House::with_owner().await;
    for n in 0..10 {
        let address = format!("192.0.2.{n}");
        let guess = login(&house.engine, attempt(EMAIL, "guess guess guess", &address)).await;
        assert_eq!(code(guess), Code::LoginFailed);
    }
    let eleventh = house.log_in(PASSWORD).await.unwrap_err();
    assert_eq!(eleventh.code, Code::LoginThrottled);
    assert_eq!(eleventh.details, Some(json!({"retry_after": 900})));
    house.clock.advance(15 * 60 * 1000 + 1);
    assert!(house.log_in(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn many_guesses_at_once_do_not_pass_together() {
    let (house, _) = House::with_owner().await;
    let guesses = (0..20).map(|_| house.log_in("guess guess guess"));
    let codes: Vec<Code> =
        futures_util::future::join_all(guesses).await.into_iter().map(code).collect();
    assert_eq!(codes.iter().filter(|code| **code == Code::LoginFailed).count(), 10);
    assert_eq!(codes.iter().filter(|code| **code == Code::LoginThrottled).count(), 10);
}

#[tokio::test]
async fn one_address_cannot_go_through_many_accounts() {
    let (house, _) = House::with_owner().await;
    let control = house.engine.store().control();
    for _ in 0..100 {
        control.count_failure("address:192.0.2.1", NOW, 900_000).await.unwrap();
    }
    assert_eq!(code(house.log_in(PASSWORD).await), Code::LoginThrottled);
    let elsewhere = login(&house.engine, attempt(EMAIL, PASSWORD, "192.0.2.2")).await;
    assert!(elsewhere.is_ok());
}

#[tokio::test]
async fn a_session_slides_while_it_is_used_and_ends_when_it_is_not() {
    let (house, signed_in) = House::with_owner().await;
    let (engine, cookie) = (&house.engine, signed_in.cookie.expose());
    let day = 24 * 60 * 60 * 1000;
    for _ in 0..3 {
        house.clock.advance(10 * day);
        authenticate_session(engine, cookie).await.unwrap();
        // The note of its use is written behind the request's back.
        let control = engine.store().control();
        while control.sessions(signed_in.principal.account).await.unwrap()[0].last_seen_at
            != engine.now()
        {
            tokio::task::yield_now().await;
        }
    }
    house.clock.advance(14 * day);
    assert_eq!(code(authenticate_session(engine, cookie).await), Code::Unauthenticated);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let (house, signed_in) = House::with_owner().await;
    let (engine, cookie) = (&house.engine, signed_in.cookie.expose());
    authenticate_session(engine, cookie).await.unwrap();
    logout(engine, &signed_in.principal).await.unwrap();
    assert_eq!(code(authenticate_session(engine, cookie).await), Code::Unauthenticated);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let (house, own) = House::with_owner().await;
    let engine = &house.engine;
    let other = house.log_in(PASSWORD).await.unwrap();
    authenticate_session(engine, other.cookie.expose()).await.unwrap();
    let change = |old: &'static str, new: &'static str| {
        change_password(engine, &own.principal, None, old, new)
    };
    assert_eq!(code(change("wrong wrong wrong", "another good one").await), Code::LoginFailed);
    assert_eq!(code(change(PASSWORD, "password123").await), Code::Invalid);
    change(PASSWORD, "another good one").await.unwrap();
    let gone = authenticate_session(engine, other.cookie.expose()).await;
    assert_eq!(code(gone), Code::Unauthenticated);
    assert!(authenticate_session(engine, own.cookie.expose()).await.is_ok());
    assert_eq!(code(house.log_in(PASSWORD).await), Code::LoginFailed);
    assert!(house.log_in("another good one").await.is_ok());
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let (house, own) = House::with_owner().await;
    let engine = &house.engine;
    let other = house.log_in(PASSWORD).await.unwrap();
    let listed = sessions(engine, &own.principal).await.unwrap();
    let listed = listed["sessions"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    let foreign = listed.iter().find(|session| session["current"] == json!(false)).unwrap();
    let id = foreign["id"].as_str().unwrap();
    revoke_session(engine, &own.principal, id).await.unwrap();
    let gone = authenticate_session(engine, other.cookie.expose()).await;
    assert_eq!(code(gone), Code::Unauthenticated);
    let again = revoke_session(engine, &own.principal, id).await;
    assert_eq!(code(again), Code::SessionUnknown);
}

#[tokio::test]
async fn a_token_opens_its_workspace_until_it_is_revoked_or_ends() {
    let (house, owner) = House::with_owner().await;
    let (engine, context) = (&house.engine, house.context(&owner.principal).await);
    let scope = TokenScope { read_only: true };
    let new = NewToken { name: " ERP ", scope, expires_at: Some(NOW + 60_000) };
    let made = create_token(&context, &owner.principal, new).await.unwrap();
    assert_eq!(made["name"], "ERP");
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("tsr_") && secret.len() == 47, "{secret}");
    let program = authenticate_token(engine, secret).await.unwrap();
    let as_program = house.context(&program).await;
    assert!(as_program.access().is_read_only());
    let listed = tokens(&context, &owner.principal).await.unwrap();
    assert_eq!(listed["tokens"][0]["scope"], json!({"read_only": true}));
    assert!(!listed.to_string().contains(secret), "a token is shown once");
    for refused in [
        tokens(&as_program, &program).await.map(drop),
        logout(engine, &program).await,
        change_password(engine, &program, None, PASSWORD, "another good one").await,
    ] {
        assert_eq!(code(refused), Code::TokenScope, "a token cannot make more of itself");
    }
    house.clock.advance(60_000);
    assert_eq!(code(authenticate_token(engine, secret).await), Code::Unauthenticated);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let (house, owner) = House::with_owner().await;
    let (engine, context) = (&house.engine, house.context(&owner.principal).await);
    let new = NewToken { name: "ERP", scope: TokenScope::default(), expires_at: None };
    let made = create_token(&context, &owner.principal, new).await.unwrap();
    let (id, secret) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    authenticate_token(engine, secret).await.unwrap();
    revoke_token(&context, &owner.principal, id).await.unwrap();
    assert_eq!(code(authenticate_token(engine, secret).await), Code::Unauthenticated);
    let again = revoke_token(&context, &owner.principal, id).await;
    assert_eq!(code(again), Code::TokenUnknown);
}

#[tokio::test]
async fn a_member_added_twice_is_one_person_with_the_newer_roles() {
    let (house, _) = House::with_owner().await;
    let engine = &house.engine;
    let new = NewAccount { email: "bo@example.com", password: Some("quiet morning rain") };
    create_account(engine, new).await.unwrap();
    let again = NewAccount { email: "BO@example.com", password: None };
    assert_eq!(code(create_account(engine, again).await), Code::EmailTaken);
    let entry = engine.entry("demo").await.unwrap();
    add_member(engine, "bo@example.com", &entry, "Bo", &[]).await.unwrap();
    add_member(engine, "bo@example.com", &entry, "Bo", &["admin"]).await.unwrap();
    let bo = login(engine, attempt("bo@example.com", "quiet morning rain", "")).await.unwrap();
    let context = house.context(&bo.principal).await;
    assert!(context.access().require(model::document::Capability::People).is_ok());
    assert_eq!(engine.store().control().members(entry.id).await.unwrap().len(), 2);
}
