//! A receiver of webhooks for tests: a small HTTP server that checks what arrives by the protocol as
//! receivers are told to, answers as its test says, and counts each delivery id once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::webhook::{Secret, VerifyFault, verify};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// The request line, such as `POST /hook HTTP/1.1`.
    pub request_line: String,
    /// Header lines by lower-case name.
    pub headers: HashMap<String, String>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// What the check of the signature said.
    pub verified: Result<(), VerifyFault>,
}

impl Received {
    /// The delivery id that the sender gave, or nothing.
    pub fn id(&self) -> &str {
        self.headers.get("webhook-id").map_or("", String::as_str)
    }
}

/// What the receiver answers instead of `204 No Content`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A status with header lines, each ending in `\r\n`, and no body.
    Status(u16, String),
    /// These bytes and the end of the connection.
    Raw(Vec<u8>),
    /// Nothing: the connection is closed when the request has been read.
    Close,
    /// Nothing, ever: the connection stays open.
    Silence,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    answers: VecDeque<Answer>,
}

/// A running receiver on a loopback port of its own; it stops when dropped.
pub struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

struct Checks {
    secrets: Vec<Secret>,
    clock: fn() -> i64,
}

impl Receiver {
    /// Starts a receiver on 127.0.0.1 that knows the secrets and looks at the machine's clock.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(secrets: Vec<Secret>) -> io::Result<Receiver> {
        Receiver::start_at("127.0.0.1:0", secrets, now).await
    }

    /// Starts a receiver on an address, with a clock that gives seconds since 1970 UTC.
    ///
    /// # Errors
    /// When the address cannot be listened at.
    pub async fn start_at(
        address: &str,
        secrets: Vec<Secret>,
        clock: fn() -> i64,
    ) -> io::Result<Receiver> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::<Mutex<State>>::default();
        let checks = Arc::new(Checks { secrets, clock });
        let server = tokio::spawn(serve(listener, Arc::clone(&state), checks));
        Ok(Receiver { address, state, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, `http://127.0.0.1:…`: what the operator has to name for requests to reach it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Appends an answer to be given to one request; after the last one it answers 204 again.
    pub fn answer_next(&self, answer: Answer) {
        lock(&self.state).answers.push_back(answer);
    }

    /// All requests so far, in the order of arrival, whether their signature fits or not.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state).received.clone()
    }

    /// The ids of well-signed deliveries, each once, as a receiver would count them.
    pub fn counted(&self) -> HashSet<String> {
        let state = lock(&self.state);
        let signed = state.received.iter().filter(|received| received.verified.is_ok());
        signed.map(|received| received.id().to_owned()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the receiver's state")
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>, checks: Arc<Checks>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, checks) = (Arc::clone(&state), Arc::clone(&checks));
        tokio::spawn(async move {
            // A client that goes away in the middle is its own business.
            let _ = converse(stream, &state, &checks).await;
        });
    }
}

async fn converse(stream: TcpStream, state: &Mutex<State>, checks: &Checks) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(received) = read_request(&mut stream, checks).await? {
        let fits = received.verified.is_ok();
        let answer = {
            let mut state = lock(state);
            state.received.push(received);
            state.answers.pop_front()
        };
        let status = if fits { 204 } else { 401 };
        match answer.unwrap_or(Answer::Status(status, String::new())) {
            Answer::Status(status, headers) => {
                let length = if status == 204 { "" } else { "content-length: 0\r\n" };
                let head = format!("HTTP/1.1 {status} x\r\n{length}{headers}\r\n");
                stream.write_all(head.as_bytes()).await?;
            }
            Answer::Raw(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Answer::Close => return Ok(()),
            Answer::Silence => std::future::pending().await,
        }
    }
    Ok(())
}

/// The next request on a connection; `None` at its end.
async fn read_request(
    stream: &mut BufReader<TcpStream>,
    checks: &Checks,
) -> io::Result<Option<Received>> {
    let Some(request_line) = read_line(stream).await? else { return Ok(None) };
    let mut headers = HashMap::new();
    while let Some(line) = read_line(stream).await?.filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let header = |name: &str| headers.get(name).map_or("", String::as_str);
    let signed = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let verified = verify(&checks.secrets, signed, &body, (checks.clock)());
    Ok(Some(Received { request_line, headers, body, verified }))
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}
