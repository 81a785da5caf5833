//! Measures that are no rates: starting, memory, importing, the size of the web app.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::Failure;
use crate::Location;
use crate::client::{Connection, get, send};
use crate::measure::{Measure, Ours};
use crate::people::{COLUMNS, person};
use crate::process::Server;
use crate::report::{Bound, Figure};
use crate::seed::{SLUG, Seed};

const MIB: f64 = 1024.0 * 1024.0;
/// Between two looks at an import.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Milliseconds from starting the program to its first answer with a record: the median of three.
pub async fn start(program: &Path, at: &Location, first: &[u8]) -> Result<f64, Failure> {
    let mut times = Vec::new();
    for _ in 0..3 {
        let begin = Instant::now();
        let mut server = Server::ours(program, at)?;
        server.ready(first).await?;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
        server.stop()?;
    }
    times.sort_by(f64::total_cmp);
    Ok(times[1])
}

/// MiB resident of a server and its workers, once a script has run and nothing happens.
pub async fn idle(server: &Server, seed: &Seed) -> Result<f64, Failure> {
    let ours = Ours::new(seed);
    let mut connection = Connection::open(server.address).await?;
    for measure in [Measure::Hook, Measure::List, Measure::Expand] {
        let mut request = Vec::new();
        ours.requests(measure, 0)(&mut request);
        let (status, body) = connection.ask(&request).await?;
        if !(200..300).contains(&status) {
            return Err(format!("{status}: {}", String::from_utf8_lossy(body)).into());
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(server.memory().resident as f64 / MIB)
}

/// What an import did.
pub struct Import {
    /// Rows per second, from sending the file to the end.
    pub rate: f64,
    /// MiB that the server has had resident at most.
    pub peak: f64,
}

/// Imports a file of new people. Errors: a row that failed.
pub async fn import(
    server: &Server,
    seed: &Seed,
    entity: &str,
    rows: u64,
) -> Result<Import, Failure> {
    let mut content = COLUMNS.join(",");
    content.push('\n');
    for number in 0..rows {
        let mut new = person(seed.rows + number, seed.rows);
        new.email = format!("i{number}@example.com");
        new.line(&mut content);
    }
    let mut mapping = serde_json::Map::new();
    for column in COLUMNS {
        let field = match column {
            "account" => json!({"field": "account", "by": "name"}),
            other => json!(other),
        };
        mapping.insert(column.to_owned(), field);
    }
    let body = json!({"entity": entity, "mapping": mapping, "content": content}).to_string();
    let head = format!("Authorization: Bearer {}\r\n", seed.token);
    let path = format!("/api/v1/w/{SLUG}/imports");
    let mut request = Vec::new();
    send("POST", &path, &head, &body, &mut request);
    let mut connection = Connection::open(server.address).await?;
    let begin = Instant::now();
    let made = json_of(connection.ask(&request).await?)?;
    let id = made["id"].as_str().ok_or("an import without an id")?;
    let look = get(&format!("{path}/{id}"), Some(&seed.token));
    loop {
        let state = json_of(connection.ask(&look).await?)?;
        let done = state["created"].as_u64().unwrap_or(0);
        if state["failed"].as_u64().unwrap_or(0) > 0 || state["state"] == "failed" {
            return Err(format!("the import failed: {state}").into());
        }
        if done >= rows {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let rate = rows as f64 / begin.elapsed().as_secs_f64();
    Ok(Import { rate, peak: server.memory().peak as f64 / MIB })
}

fn json_of((status, body): (u16, &[u8])) -> Result<Json, Failure> {
    match status {
        200..300 => Ok(serde_json::from_slice(body)?),
        _ => Err(format!("{status}: {}", String::from_utf8_lossy(body)).into()),
    }
}

/// What the first page of the web app loads as JavaScript, in KB gzipped. Nothing where the web
/// app was not built.
pub fn web(dist: &Path) -> Result<Vec<Figure>, Failure> {
    let Ok(page) = std::fs::read_to_string(dist.join("index.html")) else {
        return Ok(Vec::new());
    };
    let mut bytes = 0;
    let quoted = page.split('"').filter(|text| text.ends_with(".js"));
    for script in quoted {
        let path = dist.join(script.trim_start_matches('/'));
        let packed = Command::new("gzip").arg("-9c").arg(&path).output()?;
        if !packed.status.success() {
            return Err(format!("{} could not be packed", path.display()).into());
        }
        bytes += packed.stdout.len();
    }
    Ok(vec![Figure {
        database: "",
        rows: 0,
        name: "web app, JavaScript of first page".to_owned(),
        value: bytes as f64 / 1_024.0,
        unit: "KB gz",
        bound: Some(Bound::AtMost(250.0)),
    }])
}
