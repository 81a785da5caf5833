//! The documentation is true: its requests are sent and answered as it says, its scripts are
//! right, its links lead somewhere.

use std::collections::HashMap;

use serde_json::json;
use tests::http::{Location, ask, bearer, start};
use tests::{House, Place, root};

/// The fenced blocks of one language in a document.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs").join(document)).unwrap();
    let fence = format!("```{language}\n");
    let mut found = Vec::new();
    for part in text.split(&fence).skip(1) {
        found.push(part.split("```").next().unwrap().to_owned());
    }
    assert!(!found.is_empty(), "{document} has no {language}");
    found
}

/// Sends the requests of docs/api.md in their order. A block is a request line, a body, and
/// `→ status`, where `as name` keeps the record's id for `{name}` later.
async fn send_all(place: Place) {
    let house = House::build(place).await;
    house.person("admin", &["admin"]).await;
    let token = bearer(&house, "admin").await;
    let location = Location::of(&house);
    house.engine.close().await;
    let server = start(&location);
    let mut ids: HashMap<String, String> = HashMap::new();
    for block in blocks("api.md", "http") {
        let filled = ids
            .iter()
            .fold(block.clone(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id));
        let (request, expected) = filled.split_once('→').unwrap_or_else(|| panic!("{block}"));
        let (line, body) = request.split_once('\n').unwrap();
        let (method, path) = line.split_once(' ').unwrap();
        let headers = [("Authorization", token.as_str())];
        let answer = ask(server.port, method, path.trim(), &headers, body.trim()).unwrap();
        let mut words = expected.split_whitespace();
        let status = words.next().unwrap();
        assert_eq!(answer.status.to_string(), status, "{block}\n{}", answer.text);
        if words.next() == Some("as") {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            ids.insert(words.next().unwrap().to_owned(), id);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_as_the_api_guide_says_on_sqlite() {
    send_all(Place::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_as_the_api_guide_says_on_postgres() {
    send_all(Place::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_of_the_guide_are_right() {
    let house = House::build(Place::Sqlite).await;
    let admin = house.person("admin", &["admin"]).await;
    for source in blocks("scripts.md", "rhai") {
        let entity = if source.contains("record.stage") { "opportunity" } else { "account" };
        let body = json!({"source": source, "hook": "before_save", "entity": entity});
        let answer = engine::scripts::check(&admin, &body).await.unwrap();
        assert_eq!(answer["problems"], json!([]), "{source}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/users.md",
        "docs/api.md",
        "docs/scripts.md",
        "docs/operators.md",
    ];
    for document in documents {
        let path = root().join(document);
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap();
            let outside = target.is_empty() || target.contains("://");
            let there = path.parent().unwrap().join(target).exists();
            assert!(outside || there, "{document} links to {target}");
        }
    }
}
