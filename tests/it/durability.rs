//! Nothing acknowledged is lost: the server is killed while it writes, and what it has
//! acknowledged is there when it comes back, with an unbroken change log.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use rand::RngExt;
use serde_json::json;
use tests::http::{Location, ask, bearer, start};
use tests::{House, Place, program};

/// Kills per database; `TESSERA_KILL_CYCLES` asks for more.
fn cycles() -> usize {
    std::env::var("TESSERA_KILL_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// Writes until the server dies; remembers what was acknowledged.
fn write_until_dead(port: u16, token: &str, cycle: usize, writer: usize) -> Vec<(String, i64)> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let values = json!({"name": format!("c{cycle} w{writer} n{number}"), "employees": number});
        let path = "/api/v1/w/demo/records/account";
        match ask(port, "POST", path, &[("Authorization", token)], &values.to_string()) {
            Ok(answer) if answer.status == 201 => {
                let record = answer.json();
                acknowledged.push((record["id"].as_str().unwrap().to_owned(), number));
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => break,
        }
    }
    acknowledged
}

async fn survive(place: Place) {
    let house = House::build(place).await;
    house.person("admin", &["admin"]).await;
    let token = bearer(&house, "admin").await;
    let location = Location::of(&house);
    house.engine.close().await;
    let mut expected: HashMap<String, i64> = HashMap::new();
    let mut random = rand::rng();
    for cycle in 0..cycles() {
        let mut server = start(&location);
        let port = server.port;
        let delay = Duration::from_millis(random.random_range(5..150));
        let acknowledged = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let token = token.as_str();
                    scope.spawn(move || write_until_dead(port, token, cycle, writer))
                })
                .collect();
            std::thread::sleep(delay);
            server.kill();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        expected.extend(acknowledged);
    }
    let server = start(&location);
    for (id, number) in &expected {
        let path = format!("/api/v1/w/demo/records/account/{id}");
        let answer = ask(server.port, "GET", &path, &[("Authorization", &token)], "").unwrap();
        assert_eq!(answer.status, 200, "acknowledged record {id} is gone");
        assert_eq!(answer.json()["employees"], *number);
    }
    println!("{} acknowledged writes survived {} kills", expected.len(), cycles());
    drop(server);
    let house = house.restart().await;
    let workspace = house.engine.store().workspace(house.workspace.id).await.unwrap();
    let report = workspace.verify_chain(|_| {}).await.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.entries >= expected.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_sqlite_loses_nothing_acknowledged() {
    survive(Place::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_postgres_loses_nothing_acknowledged() {
    survive(Place::Postgres).await;
}

#[test]
fn a_program_says_its_version() {
    let output = Command::new(program("tessera")).arg("--version").output().unwrap();
    assert!(output.status.success());
}
