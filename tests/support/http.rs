//! A server as its own process, and plain requests to it: for what must hold of the real program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;

use crate::{House, program};

/// A server process on a free port.
pub struct Server {
    child: Child,
    /// Where it listens, on loopback.
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("it is bound").port()
}

impl Server {
    /// Kills it as a power cut does, without a chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the server where the data is and waits until it is ready.
pub fn start(location: &Location) -> Server {
    let port = free_port();
    let mut command = Command::new(program("tessera"));
    command.env_clear().arg("serve").args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--admin-listen", &format!("127.0.0.1:{}", free_port())]);
    location.apply(&mut command);
    let child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn();
    let child = child.expect("the program starts");
    let server = Server { child, port };
    for _ in 0..2_000 {
        if ask(port, "GET", "/readyz", &[], "").is_ok_and(|answer| answer.status == 200) {
            return server;
        }
        // Until somebody listens, connecting fails at once.
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the server does not come up");
}

/// Where the data is.
pub enum Location {
    /// A folder.
    Folder(std::path::PathBuf),
    /// A PostgreSQL.
    Url(String),
}

impl Location {
    /// Where the data of a house is; the house must be closed before a server opens it.
    pub fn of(house: &House) -> Location {
        match house.location() {
            store::Location::Sqlite { directory } => Location::Folder(directory.clone()),
            store::Location::Postgres { url } => Location::Url(url.clone()),
        }
    }

    fn apply(&self, command: &mut Command) {
        match self {
            Location::Folder(path) => command.arg("--data").arg(path),
            Location::Url(url) => command.args(["--database-url", url]),
        };
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head as it came.
    pub head: String,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Json {
        // A body in chunks has its JSON between their sizes.
        let span = self.text.find(['{', '[']).zip(self.text.rfind(['}', ']']));
        let json = span.and_then(|(first, last)| self.text.get(first..=last));
        json.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// One request over a connection of its own; an error when the server dies meanwhile.
pub fn ask(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    let named = |name: &str| headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    if !named("host") {
        head.push_str(&format!("Host: 127.0.0.1:{port}\r\n"));
    }
    if !named("content-type") && !body.is_empty() {
        head.push_str("Content-Type: application/json\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len())?;
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let code = code.ok_or_else(|| std::io::Error::other("no status line"))?;
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    let rest = String::from_utf8_lossy(&rest);
    let (head, text) = rest.split_once("\r\n\r\n").unwrap_or((&rest, ""));
    Ok(Answer { status: code, head: head.to_owned(), text: text.to_owned() })
}

/// A token for a person of a house, as an `Authorization` header has it.
pub async fn bearer(house: &House, person: &str) -> String {
    let new =
        engine::accounts::NewToken { name: "test", scope: Default::default(), expires_at: None };
    let email = format!("{person}@example.com");
    let token = engine::accounts::create_token_for(&house.engine, &email, &house.workspace, new);
    let token = token.await.expect("a member may have a token");
    format!("Bearer {}", token["token"].as_str().expect("the token is shown once"))
}
