//! Requests through the whole server but for its sockets, over an embedded database: who gets in,
//! what is refused and how it is said.

#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use engine::accounts;
use engine::workspaces::{self, NewWorkspace};
use engine::{Engine, Settings, SystemClock};
use http_body_util::{BodyExt, Full};
use hyper::header::{HeaderMap, SET_COOKIE};
use hyper::{Method, Request, StatusCode};
use model::Language;
use serde_json::{Value as Json, json};
use server::app::App;
use server::dispatch;
use server::listen::Stop;
use server::router::{Door, ROUTES};
use server::shipped;
use server::site::Site;

const HOST: &str = "localhost:8080";
const ORIGIN: &str = "http://localhost:8080";
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

struct House {
    app: Arc<App>,
    setup: String,
    _folder: tempfile::TempDir,
}

/// An answer that was read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |line| line.to_str().unwrap())
    }
}

/// A request under construction.
struct Ask {
    method: Method,
    path: String,
    lines: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    fn new(method: Method, path: &str) -> Ask {
        let lines = vec![("host".to_owned(), HOST.to_owned())];
        Ask { method, path: path.to_owned(), lines, body: Vec::new() }
    }

    fn get(path: &str) -> Ask {
        Ask::new(Method::GET, path)
    }

    fn post(path: &str, body: Json) -> Ask {
        Ask::new(Method::POST, path).json(body)
    }

    fn json(self, body: Json) -> Ask {
        let ask = self.line("content-type", "application/json");
        Ask { body: body.to_string().into_bytes(), ..ask }
    }

    fn line(mut self, name: &str, value: &str) -> Ask {
        self.lines.retain(|(known, _)| known != name);
        self.lines.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl House {
    async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(Settings {
            location: store::Location::Sqlite { directory: folder.path().to_owned() },
            options: store::Options::default(),
            clock: Arc::new(SystemClock),
            scripts: None,
            egress: outreach::EgressPolicy::default(),
            base_url: None,
        });
        let engine = engine.await.unwrap();
        let new = NewWorkspace {
            slug: "demo".into(),
            name: "Demo".into(),
            time_zone: "UTC".into(),
            currency: "USD".into(),
            language: Language::En,
        };
        workspaces::create(&engine, &new, &shipped::app("base").unwrap()).await.unwrap();
        let setup = accounts::begin_setup(&engine).await.unwrap().unwrap().expose().to_owned();
        let app = App::new(engine, Site::default(), Stop::default());
        House { app, setup, _folder: folder }
    }

    async fn ask(&self, ask: Ask) -> Answer {
        let mut request = Request::builder().method(ask.method).uri(ask.path);
        for (name, value) in &ask.lines {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(ask.body))).unwrap();
        let peer: SocketAddr = "192.0.2.1:50000".parse().unwrap();
        let (parts, body) = dispatch::answer(self.app.clone(), peer, request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Makes the owner; answers the cookie.
    async fn sign_up(&self) -> String {
        let body =
            json!({"token": self.setup, "email": EMAIL, "password": PASSWORD, "name": "Ada"});
        let answer = self.ask(Ask::post("/api/v1/setup", body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        cookie(&answer)
    }

    /// Makes a token of the owner.
    async fn token(&self, cookie: &str, scope: Json) -> String {
        let ask = Ask::post("/api/v1/w/demo/tokens", json!({"name": "test", "scope": scope}));
        let answer = self.ask(ask.line("cookie", cookie).line("origin", ORIGIN)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
        format!("Bearer {}", answer.json()["token"].as_str().unwrap())
    }
}

fn cookie(answer: &Answer) -> String {
    let line = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(line.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

fn user(name: &str) -> Json {
    json!({"name": name, "email": format!("{name}@example.com")})
}

#[tokio::test]
async fn every_closed_door_stays_closed_to_strangers() {
    let house = House::new().await;
    for route in ROUTES.iter().filter(|route| !matches!(route.door, Door::Open(_))) {
        let path = route.path.replace("{ws}", "demo").replace("{entity}", "user");
        let path = path.replace("{id}", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
        for bad in [None, Some("Bearer tsr_x"), Some("Bearer"), Some("Basic YTpi"), Some("")] {
            let mut ask = Ask::new(route.method.clone(), &path).json(json!({}));
            if let Some(line) = bad {
                ask = ask.line("authorization", line);
            }
            let answer = house.ask(ask).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {bad:?}", route.name);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn the_first_run_makes_the_owner_and_signs_them_in() {
    let house = House::new().await;
    let cookie = house.sign_up().await;
    let me = house.ask(Ask::get("/api/v1/me").line("cookie", &cookie)).await;
    assert_eq!(me.json()["workspaces"], json!([{"slug": "demo", "name": "Demo"}]));
    assert_eq!(self::cookie(&me), cookie, "the cookie is renewed");
    let again = json!({"token": house.setup, "email": "eve@example.com", "password": PASSWORD,
        "name": "Eve"});
    let again = house.ask(Ask::post("/api/v1/setup", again)).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (StatusCode::FORBIDDEN, "setup_token_invalid")
    );
}

#[tokio::test]
async fn signing_in_and_out_works_as_browsers_do_it() {
    let house = House::new().await;
    house.sign_up().await;
    let login = |password: &str| {
        Ask::post("/api/v1/auth/login", json!({"email": EMAIL, "password": password}))
    };
    assert_eq!(house.ask(login("wrong wrong wrong")).await.code(), "login_failed");
    let stranger = json!({"email": "eve@example.com", "password": PASSWORD});
    let stranger = house.ask(Ask::post("/api/v1/auth/login", stranger)).await;
    assert_eq!(stranger.code(), "login_failed");
    let foreign = house.ask(login(PASSWORD).line("sec-fetch-site", "cross-site")).await;
    assert_eq!(foreign.code(), "origin_refused");
    let cookie = cookie(&house.ask(login(PASSWORD).line("origin", ORIGIN)).await);
    let logout = Ask::post("/api/v1/auth/logout", json!({})).line("cookie", &cookie);
    let answer = house.ask(logout.line("sec-fetch-site", "same-origin")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").starts_with("tessera=; Path=/; Max-Age=0;"));
    let gone = house.ask(Ask::get("/api/v1/me").line("cookie", &cookie)).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_writes_only_from_the_sites_own_pages_and_a_token_from_anywhere() {
    let house = House::new().await;
    let cookie = house.sign_up().await;
    let token = house.token(&cookie, json!({})).await;
    let create = |name: &str| Ask::post("/api/v1/w/demo/records/user", user(name));
    for (lines, status) in [
        (vec![("cookie", cookie.as_str())], 403),
        (vec![("cookie", &cookie), ("origin", "http://evil.example")], 403),
        (vec![("cookie", &cookie), ("sec-fetch-site", "same-site")], 403),
        (vec![("cookie", &cookie), ("sec-fetch-site", "same-origin")], 201),
        (vec![("cookie", &cookie), ("origin", ORIGIN)], 201),
        (vec![("authorization", &token)], 201),
        (vec![("authorization", &token), ("origin", "http://evil.example")], 201),
        (vec![("authorization", "Bearer tsr_x"), ("cookie", &cookie), ("origin", ORIGIN)], 401),
    ] {
        let name = format!("u{}", rand::random::<u32>());
        let ask = lines.iter().fold(create(&name), |ask, (name, line)| ask.line(name, line));
        let answer = house.ask(ask).await;
        assert_eq!(answer.status.as_u16(), status, "{lines:?} {:?}", answer.body);
    }
}

#[tokio::test]
async fn a_token_for_reading_does_not_write() {
    let house = House::new().await;
    let cookie = house.sign_up().await;
    let token = house.token(&cookie, json!({"read_only": true})).await;
    let list = Ask::get("/api/v1/w/demo/records/user").line("authorization", &token);
    assert_eq!(house.ask(list).await.status, StatusCode::OK);
    let create = Ask::post("/api/v1/w/demo/records/user", user("bo"));
    let create = house.ask(create.line("authorization", &token)).await;
    assert_eq!((create.status, create.code().as_str()), (StatusCode::FORBIDDEN, "token_scope"));
    let more = Ask::post("/api/v1/w/demo/tokens", json!({"name": "more"}));
    let more = house.ask(more.line("authorization", &token)).await;
    assert_eq!(more.code(), "token_scope");
}

#[tokio::test]
async fn a_record_is_made_found_changed_and_deleted() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let with = |ask: Ask| ask.line("authorization", &token);
    let key = Ask::post("/api/v1/w/demo/records/user", user("bo")).line("idempotency-key", "k1");
    let made = house.ask(with(key)).await;
    assert_eq!((made.status, made.header("etag")), (StatusCode::CREATED, "\"1\""));
    let place = made.header("location").to_owned();
    assert_eq!(
        place,
        format!("/api/v1/w/demo/records/user/{}", made.json()["id"].as_str().unwrap())
    );
    let key = Ask::post("/api/v1/w/demo/records/user", user("bo")).line("idempotency-key", "k1");
    let again = house.ask(with(key)).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, made.json()));
    let other = Ask::post("/api/v1/w/demo/records/user", user("cy")).line("idempotency-key", "k1");
    assert_eq!(house.ask(with(other)).await.code(), "idempotency_mismatch");

    let found = house.ask(with(Ask::get(&place))).await;
    assert_eq!((found.header("etag"), found.json()), ("\"1\"", made.json()));
    let change = |name: &str, revision: &str| {
        let ask = Ask::new(Method::PATCH, &place).json(json!({"name": name}));
        with(ask.line("if-match", revision))
    };
    assert_eq!(house.ask(change("Bo", "\"1\"")).await.header("etag"), "\"2\"");
    let stale = house.ask(change("Bob", "\"1\"")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.json()["theirs"]["name"], "Bo");
    assert_eq!(stale.json()["current_revision"], 2);
    for wrong in ["1", "W/\"1\"", "*", "\"x\""] {
        assert_eq!(house.ask(change("Bob", wrong)).await.code(), "parameter_invalid", "{wrong}");
    }
    let deleted = house.ask(with(Ask::new(Method::DELETE, &place))).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert_eq!(house.ask(with(Ask::get(&place))).await.code(), "record_unknown");
    let restored = house.ask(with(Ask::post(&format!("{place}/restore"), json!({})))).await;
    assert_eq!(restored.json()["name"], "Bo");
}

#[tokio::test]
async fn a_refused_request_says_what_is_wrong_in_the_callers_language() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let with = |ask: Ask| ask.line("authorization", &token).line("accept-language", "zh-CN");
    let records = "/api/v1/w/demo/records/user";
    for (ask, status, code, path) in [
        (Ask::get(&format!("{records}?limitt=5")), 400, "parameter_unknown", "limitt"),
        (Ask::get(&format!("{records}?token=tsr_secret")), 400, "parameter_unknown", "token"),
        (Ask::get(&format!("{records}?limit=5&limit=6")), 400, "parameter_invalid", "limit"),
        (Ask::get(&format!("{records}?sort=salary")), 400, "field_unknown", "sort/0"),
        (Ask::get("/api/v1/w/demo/records/salary"), 404, "entity_unknown", ""),
        (Ask::get("/api/v1/w/other/records/user"), 404, "workspace_unknown", ""),
        (Ask::get(&format!("{records}/1') union select")), 404, "record_unknown", ""),
        (Ask::get("/api/v1/nothing"), 404, "route_unknown", ""),
        (Ask::new(Method::PUT, records).json(json!({})), 405, "method_unknown", ""),
        (
            Ask::post(records, json!({"name": "x", "email": "x@example.com", "nam": "x"})),
            400,
            "field_unknown",
            "nam",
        ),
        (Ask::post(records, json!([])), 400, "value_type", ""),
        (Ask::post(records, json!({})).line("content-type", "text/plain"), 415, "media_type", ""),
        (Ask::post(records, json!({})).line("content-encoding", "gzip"), 415, "media_type", ""),
        (
            Ask::post(records, json!({})).line("idempotency-key", "ä"),
            400,
            "idempotency_key_invalid",
            "Idempotency-Key",
        ),
    ] {
        let ask = Ask { path: ask.path.replace(' ', "%20"), ..ask };
        let shown = ask.path.clone();
        let answer = house.ask(with(ask)).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{shown}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let body = answer.json();
        assert_eq!(body["request_id"], answer.header("x-request-id"));
        if !path.is_empty() {
            assert_eq!(body["errors"][0]["path"], path, "{shown}");
        }
        let detail = body["detail"].as_str().unwrap();
        assert!(!detail.is_ascii(), "not in Chinese: {detail}");
    }
}

#[tokio::test]
async fn what_is_hidden_and_what_is_not_there_answer_the_same() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let hidden = NewWorkspace {
        slug: "hidden".into(),
        name: "Hidden".into(),
        time_zone: "UTC".into(),
        currency: "USD".into(),
        language: Language::En,
    };
    let base = shipped::app("base").unwrap();
    workspaces::create(&house.app.engine, &hidden, &base).await.unwrap();
    let ask = |slug: &str| {
        Ask::get(&format!("/api/v1/w/{slug}/records/user")).line("authorization", &token)
    };
    let body = async |slug: &str| {
        let answer = house.ask(ask(slug)).await;
        let id = answer.header("x-request-id").to_owned();
        String::from_utf8(answer.body.to_vec()).unwrap().replace(&id, "")
    };
    assert_eq!(body("hidden").await, body("absent").await);
}

#[tokio::test]
async fn bodies_that_are_too_large_or_not_json_are_refused() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let send = |body: Vec<u8>| {
        let ask = Ask::post("/api/v1/w/demo/records/user", json!({}));
        Ask { body, ..ask.line("authorization", &token) }
    };
    assert_eq!(house.ask(send(vec![b' '; 1024 * 1024 + 1])).await.code(), "body_too_large");
    assert_eq!(house.ask(send(b"{\"name\":".to_vec())).await.code(), "json_invalid");
    assert_eq!(house.ask(send(b"{\"a\":1,\"a\":2}".to_vec())).await.code(), "json_duplicate_key");
    assert_eq!(house.ask(send("[".repeat(100_000).into_bytes())).await.code(), "json_invalid");
    assert_eq!(house.ask(send(b"\xff".to_vec())).await.code(), "json_invalid");
}

#[tokio::test]
async fn documents_are_sent_again_only_when_they_changed() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let ask = || Ask::get("/api/v1/w/demo/meta").line("authorization", &token);
    let first = house.ask(ask()).await;
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let tag = first.header("etag").to_owned();
    let again = house.ask(ask().line("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let schema = house.ask(Ask::get("/api/v1/meta/schemas/entity.json")).await;
    assert_eq!(schema.json()["$id"], "tessera:entity.json");
    let unknown = house.ask(Ask::get("/api/v1/meta/schemas/secret.json")).await;
    assert_eq!(unknown.code(), "kind_unknown");
}

#[tokio::test]
async fn an_unknown_host_is_sent_elsewhere() {
    let house = House::new().await;
    let answer = house.ask(Ask::get("/api/v1/me").line("host", "evil.example")).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let many = (0..70).fold(Ask::get("/"), |ask, n| ask.line(&format!("x-{n}"), "y"));
    assert_eq!(house.ask(many).await.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[tokio::test]
async fn the_description_of_a_workspace_names_its_entities_and_their_fields() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let ask = Ask::get("/api/v1/w/demo/openapi.json").line("authorization", &token);
    let described = house.ask(ask).await.json();
    assert_eq!(described["openapi"], "3.1.0");
    let create = &described["paths"]["/api/v1/w/demo/records/user"]["post"];
    let body = &create["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(body, "#/components/schemas/user.new");
    let schema = &described["components"]["schemas"]["user.new"];
    assert!(schema["properties"]["email"].is_object(), "{schema}");
    assert!(schema["properties"]["revision"].is_null(), "{schema}");
    let platform = house.ask(Ask::get("/api/v1/openapi.json")).await.json();
    assert!(platform["paths"]["/api/v1/auth/login"]["post"].is_object());
}

#[tokio::test]
async fn changes_are_told_live_and_end_when_the_server_stops() {
    let house = House::new().await;
    let token = house.token(&house.sign_up().await, json!({})).await;
    let request = Request::builder()
        .uri("/api/v1/w/demo/events")
        .header("host", HOST)
        .header("authorization", &token)
        .header("last-event-id", "0")
        .body(Full::new(Bytes::new()))
        .unwrap();
    let peer: SocketAddr = "192.0.2.1:50000".parse().unwrap();
    let answer = dispatch::answer(house.app.clone(), peer, request).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body();
    let mut text = String::new();
    while !text.contains("event: change") {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    assert!(text.starts_with("retry: 3000\n\n"), "{text}");
    assert!(text.contains("\"entity\":\"user\""), "{text}");
    house.app.stop.begin();
    while let Some(frame) = body.frame().await {
        frame.unwrap();
    }
}

#[tokio::test]
async fn the_process_says_that_it_lives_and_serves() {
    let house = House::new().await;
    for path in ["/healthz", "/readyz"] {
        let answer = house.ask(Ask::get(path)).await;
        assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, &b"ok\n"[..]));
    }
    let page = house.ask(Ask::get("/w/demo/user")).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("'nonce-"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(house.ask(Ask::new(Method::POST, "/w/demo")).await.code(), "method_unknown");
    assert_eq!(house.ask(Ask::get("/missing.js")).await.code(), "route_unknown");
}
