//! Nothing acknowledged is lost: the server is killed while it writes, and what it has
//! acknowledged is there when it comes back, with an unbroken change log.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rand::RngExt;
use serde_json::{Value as Json, json};
use tests::{House, Place, program};

/// Kills per database; `TESSERA_KILL_CYCLES` asks for more.
fn cycles() -> usize {
    std::env::var("TESSERA_KILL_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// A server process on a free port.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn start(location: &Location) -> Server {
    let port = free_port();
    let mut command = Command::new(program("tessera"));
    command.env_clear().arg("serve").args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--admin-listen", &format!("127.0.0.1:{}", free_port())]);
    location.apply(&mut command);
    let child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
    let server = Server { child, port };
    for _ in 0..2_000 {
        if let Ok(answer) = ask(port, "GET", "/readyz", None, &json!(null))
            && answer.0 == 200
        {
            return server;
        }
        std::thread::yield_now();
        // The kernel tells when somebody listens; until then connecting fails at once.
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the server does not come up");
}

/// Where the data is.
enum Location {
    Folder(std::path::PathBuf),
    Url(String),
}

impl Location {
    fn apply(&self, command: &mut Command) {
        match self {
            Location::Folder(path) => command.arg("--data").arg(path),
            Location::Url(url) => command.args(["--database-url", url]),
        };
    }
}

/// One request over a connection of its own; an error when the server dies meanwhile.
fn ask(
    port: u16,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Json,
) -> std::io::Result<(u16, Json)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let authorization =
        token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{authorization}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let code = code.ok_or_else(|| std::io::Error::other("no status line"))?;
    let mut rest = String::new();
    reader.read_to_string(&mut rest)?;
    let body = rest.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    // The body may be in chunks; its JSON is then between the sizes.
    let json = body.find('{').and_then(|at| {
        let end = body.rfind('}')?;
        serde_json::from_str(body.get(at..=end)?).ok()
    });
    Ok((code, json.unwrap_or_default()))
}

/// A house on disk, an administrator's token for it, and where it is.
async fn prepare(place: Place) -> (House, Location, String) {
    let house = House::build(place).await;
    house.person("admin", &["admin"]).await;
    let new = engine::accounts::NewToken {
        name: "torture",
        scope: Default::default(),
        expires_at: None,
    };
    let email = "admin@example.com";
    let token = engine::accounts::create_token_for(&house.engine, email, &house.workspace, new).await;
    let token = token.unwrap()["token"].as_str().unwrap().to_owned();
    let location = match house.location() {
        store::Location::Sqlite { directory } => Location::Folder(directory.clone()),
        store::Location::Postgres { url } => Location::Url(url.clone()),
    };
    house.engine.close().await;
    (house, location, token)
}

/// Writes until the server dies; remembers what was acknowledged.
fn write_until_dead(port: u16, token: &str, cycle: usize, writer: usize) -> Vec<(String, i64)> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let values = json!({"name": format!("c{cycle} w{writer} n{number}"), "employees": number});
        let path = "/api/v1/w/demo/records/account";
        match ask(port, "POST", path, Some(token), &values) {
            Ok((201, record)) => {
                acknowledged.push((record["id"].as_str().unwrap().to_owned(), number));
            }
            Ok((status, body)) => panic!("{status}: {body}"),
            Err(_) => break,
        }
    }
    acknowledged
}

async fn survive(place: Place) {
    let (house, location, token) = prepare(place).await;
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
            server.child.kill().unwrap();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        expected.extend(acknowledged);
    }
    let server = start(&location);
    for (id, number) in &expected {
        let path = format!("/api/v1/w/demo/records/account/{id}");
        let (status, record) = ask(server.port, "GET", &path, Some(&token), &json!(null)).unwrap();
        assert_eq!(status, 200, "acknowledged record {id} is gone");
        assert_eq!(record["employees"], *number);
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
    assert!(Path::new(&program("tessera")).exists());
}
