//! What broke in products of this kind, tried on ours: cases as files, run against the real
//! program on both databases.
//!
//! A case (`tests/cases/abuse/*.json`) is a list of requests: who asks (`as`: admin, low, anon),
//! `method`, `path` below the workspace (or absolute), `body`, `headers`, and `payloads` that each
//! replace `{payload}`. `expect` has the statuses that are right and the code. Every case also
//! asserts that no answer holds a hidden value or a word of a database, and that a refused
//! request has written nothing.

use serde_json::{Value as Json, json};
use tests::http::{Answer, Location, ask, bearer, start};
use tests::{House, Place, create, publish};

/// Values that only an administrator may see, and words that no client may read.
const CANARIES: [&str; 8] = [
    "440524188001010014",
    "98765.43",
    "SQLite",
    "sqlite",
    "PostgreSQL",
    "panicked",
    "syntax error",
    "/target/",
];

struct Stage {
    port: u16,
    admin: String,
    low: String,
    customer: String,
}

impl Stage {
    fn send(&self, case: &Json, payload: Option<&Json>) -> Answer {
        let fill = |text: &str, quote: &dyn Fn(&str) -> String| match payload {
            Some(Json::String(payload)) => text.replace("{payload}", &quote(payload)),
            Some(payload) => text.replace("{payload}", &quote(&payload.to_string())),
            None => text.to_owned(),
        };
        let path = case["path"].as_str().expect("a path").replace("{customer}", &self.customer);
        let path = fill(&path, &encode);
        let path = match path.strip_prefix('!') {
            Some(absolute) => absolute.to_owned(),
            None => format!("/api/v1/w/demo{path}"),
        };
        let body = match &case["body"] {
            Json::Null => String::new(),
            Json::String(raw) => fill(raw, &str::to_owned),
            body => fill_json(body, payload).to_string().replace("{customer}", &self.customer),
        };
        let mut headers: Vec<(&str, &str)> = Vec::new();
        match case["as"].as_str().unwrap_or("low") {
            "admin" => headers.push(("Authorization", &self.admin)),
            "low" => headers.push(("Authorization", &self.low)),
            _ => {}
        }
        for (name, value) in case["headers"].as_object().into_iter().flatten() {
            headers.push((name, value.as_str().expect("a header is text")));
        }
        let method = case["method"].as_str().unwrap_or("GET");
        ask(self.port, method, &path, &headers, &body).expect("the server answers")
    }

    /// The number of the last change: what a refusal must not move.
    fn sequence(&self) -> Json {
        let path = "/api/v1/w/demo/changes?since=0&limit=1000";
        let answer = ask(self.port, "GET", path, &[("Authorization", &self.admin)], "").unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        let changes = answer.json()["changes"].as_array().map(Vec::len);
        json!(changes)
    }
}

/// Replaces `"{payload}"` anywhere in a body, also as a key.
fn fill_json(body: &Json, payload: Option<&Json>) -> Json {
    match (body, payload) {
        (Json::String(text), Some(payload)) if text == "{payload}" => payload.clone(),
        (Json::Array(items), _) => items.iter().map(|item| fill_json(item, payload)).collect(),
        (Json::Object(object), _) => {
            let entry = |(key, value): (&String, &Json)| {
                let key = match (key.as_str(), payload) {
                    ("{payload}", Some(Json::String(payload))) => payload.clone(),
                    _ => key.clone(),
                };
                (key, fill_json(value, payload))
            };
            Json::Object(object.iter().map(entry).collect())
        }
        (other, _) => other.clone(),
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                (byte as char).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// An entity with a hidden number and a hidden amount, and a role that sees the name only.
async fn prepare(place: Place) -> (House, Stage) {
    let house = House::build(place).await;
    let admin = house.person("admin", &["admin"]).await;
    let label = json!({"en": "x"});
    let field = |name: &str, kind: &str, settings: Json| json!({"name": name, "type": kind, "label": label, "settings": settings});
    let owner = json!({"to": "user", "inverse": {"name": "customers", "label": label}});
    let customer = json!({"name": "customer", "label": label, "title_field": "name", "fields": [
        field("name", "text", json!({})),
        field("id_card", "text", json!({})),
        field("salary", "currency", json!({"currency": "CNY"})),
        field("owner", "link", owner),
    ]});
    let role = json!({"name": "low", "label": label, "entities": {
        "customer": {"rights": ["read", "update"], "fields": {
            "id_card": "hidden", "salary": "hidden", "owner": "read"}},
        "user": {"rights": ["read"]},
    }});
    let operations = json!([
        {"op": "put", "kind": "entity", "document": customer},
        {"op": "put", "kind": "role", "document": role},
    ]);
    publish(&admin, operations).await.unwrap();
    let admin = house.person("second", &["admin"]).await;
    house.person("low", &["low"]).await;
    let values = json!({"name": "Zhang", "id_card": "440524188001010014", "salary": "98765.43",
        "owner": admin.user_id().unwrap()});
    let record = create(&admin, "customer", values).await;
    let stage = Stage {
        port: 0,
        admin: bearer(&house, "admin").await,
        low: bearer(&house, "low").await,
        customer: record["id"].as_str().unwrap().to_owned(),
    };
    (house, stage)
}

fn check(stage: &Stage, file: &str, case: &Json) {
    let about = case["about"].as_str().unwrap_or_default();
    let none = [Json::Null];
    let payloads = case["payloads"].as_array().map_or(none.as_slice(), Vec::as_slice);
    let statuses: Vec<u64> = match &case["expect"]["status"] {
        Json::Array(list) => list.iter().filter_map(Json::as_u64).collect(),
        one => one.as_u64().into_iter().collect(),
    };
    let before = stage.sequence();
    for payload in payloads {
        let answer = stage.send(case, Some(payload).filter(|payload| !payload.is_null()));
        let shown = format!("{file}: {about}: {payload}: {} {}", answer.status, answer.text);
        assert!(statuses.contains(&u64::from(answer.status)), "{shown}");
        if let Some(code) = case["expect"]["code"].as_str() {
            let body = answer.json();
            let single = body["errors"].as_array().into_iter().flatten();
            let mut codes = single.map(|error| &error["code"]).chain([&body["code"]]);
            assert!(codes.any(|found| found == code), "{shown}");
        }
        if case["as"] != "admin" {
            for canary in CANARIES {
                let echoed = payload.to_string().contains(canary);
                assert!(echoed || !answer.text.contains(canary), "{canary} in {shown}");
            }
        }
        if statuses.iter().all(|status| *status >= 400) {
            assert_eq!(stage.sequence(), before, "something was written by {shown}");
        }
    }
}

async fn run(place: Place) {
    let (house, mut stage) = prepare(place).await;
    let location = Location::of(&house);
    house.engine.close().await;
    let server = start(&location);
    stage.port = server.port;
    let folder = tests::root().join("tests/cases/abuse");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let cases: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for case in cases.as_array().expect("a list of cases") {
            check(&stage, &file, case);
        }
    }
    hidden_and_absent_are_the_same(&stage);
    writers_never_meet_an_internal_error(&stage);
}

/// The same question with a name that is hidden and with one that does not exist: the answers
/// differ in nothing but the name.
fn hidden_and_absent_are_the_same(stage: &Stage) {
    for path in [
        "/records/customer?sort={payload}",
        "/records/customer?fields={payload}",
        "/records/customer?expand={payload}",
        "/records/customer?filter=%7B%22field%22%3A%22{payload}%22%2C%22op%22%3A%22eq%22%2C%22value%22%3A%221%22%7D",
    ] {
        let ask = |name: &str| {
            let answer = stage.send(&json!({"path": path}), Some(&json!(name)));
            let mut body = answer.json();
            body["request_id"] = Json::Null;
            (answer.status, body.to_string().replace(name, "NAME"))
        };
        assert_eq!(ask("id_card"), ask("id_cord"), "{path}");
    }
    let ask = |id: &str| {
        let answer = stage.send(&json!({"path": format!("/records/contact/{id}")}), None);
        let mut body = answer.json();
        body["request_id"] = Json::Null;
        (answer.status, body)
    };
    assert_eq!(ask("01a22762-b345-7452-9be9-d967ce094e68"), ask(&stage.customer));
}

/// Fifty writers on one record and on one workspace: conflicts, never an error of ours.
fn writers_never_meet_an_internal_error(stage: &Stage) {
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..50)
            .map(|number| {
                scope.spawn(move || {
                    let case = json!({"as": "admin", "method": "PATCH",
                        "path": "/records/customer/{customer}", "body": {"name": format!("n{number}")}});
                    stage.send(&case, None).status
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|status| matches!(status, 200 | 409 | 412)), "{answers:?}");
    assert!(answers.contains(&200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_broke_elsewhere_breaks_here_on_sqlite() {
    run(Place::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_broke_elsewhere_breaks_here_on_postgres() {
    run(Place::Postgres).await;
}
