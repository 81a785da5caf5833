//! The load generator: HTTP/1.1 on keep-alive connections, one request at a time on each, all on
//! one thread, so that it takes as little of the two cores as it can.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::Failure;

/// Appends the next request of a connection.
pub type Requests = Box<dyn FnMut(&mut Vec<u8>)>;

/// What a server did under load.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Microseconds of every answered request.
    pub latencies: Vec<u32>,
    /// Time measured.
    pub seconds: f64,
}

impl Sample {
    /// Requests per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    /// Milliseconds within which so many of a hundred requests were answered.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(0.0, |microseconds| f64::from(*microseconds) / 1_000.0)
    }

    /// Adds what another round measured.
    pub fn add(&mut self, other: Sample) {
        self.latencies.extend(other.latencies);
        self.seconds += other.seconds;
    }
}

/// A connection.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer: status and body.
pub type Answer<'a> = (u16, &'a [u8]);

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, received: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads its whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let (head, length) = loop {
            self.receive().await?;
            if let Some(found) = head(&self.received)? {
                break found;
            }
        };
        while self.received.len() < head + length {
            self.receive().await?;
        }
        let status = std::str::from_utf8(&self.received[9..12])?.parse()?;
        Ok((status, &self.received[head..head + length]))
    }

    async fn receive(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// Length of the head and of the body, once the head is there.
fn head(received: &[u8]) -> Result<Option<(usize, usize)>, Failure> {
    const NAME: &[u8] = b"content-length:";
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    for line in received[..end].split(|byte| *byte == b'\n') {
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            let length = std::str::from_utf8(&line[NAME.len()..])?.trim().parse()?;
            return Ok(Some((end + 4, length)));
        }
    }
    Err("an answer without a length".into())
}

/// Sends requests for a while on each connection and measures after a warm-up. Errors: an answer
/// that is no success, with its body.
pub async fn load(
    address: SocketAddr,
    connections: Vec<Requests>,
    warm_up: Duration,
    duration: Duration,
) -> Result<Sample, Failure> {
    let local = LocalSet::new();
    let begin = Instant::now() + warm_up;
    let (end, count) = (begin + duration, connections.len());
    let (done, mut results) = tokio::sync::mpsc::unbounded_channel();
    for requests in connections {
        let done = done.clone();
        local.spawn_local(async move {
            let result = one(address, requests, begin, end).await;
            // Nobody waits any more when another connection has failed.
            let _ = done.send(result);
        });
    }
    let collected = local.run_until(async {
        let mut latencies = Vec::new();
        for _ in 0..count {
            latencies.extend(results.recv().await.ok_or("a connection was lost")??);
        }
        Ok::<_, Failure>(latencies)
    });
    let latencies = collected.await?;
    Ok(Sample { latencies, seconds: duration.as_secs_f64() })
}

async fn one(
    address: SocketAddr,
    mut requests: Requests,
    begin: Instant,
    end: Instant,
) -> Result<Vec<u32>, Failure> {
    let mut connection = Connection::open(address).await?;
    let (mut latencies, mut request) = (Vec::with_capacity(64 * 1024), Vec::new());
    let mut sent = Instant::now();
    while sent < end {
        request.clear();
        requests(&mut request);
        let (status, body) = connection.ask(&request).await?;
        if !(200..300).contains(&status) {
            let text = String::from_utf8_lossy(body).into_owned();
            let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
            return Err(format!("{status} for {}: {text}", String::from_utf8_lossy(line)).into());
        }
        let now = Instant::now();
        if sent >= begin && now <= end {
            latencies.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
        }
        sent = now;
    }
    Ok(latencies)
}

/// A request without a body.
pub fn get(path: &str, token: Option<&str>) -> Rc<[u8]> {
    let who = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let who = who.unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{who}\r\n").into_bytes().into()
}

/// Appends a request with a JSON body; `head` are further lines, each with its line end.
pub fn send(method: &str, path: &str, head: &str, body: &str, out: &mut Vec<u8>) {
    let length = body.len();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{head}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    out.extend_from_slice(text.as_bytes());
}
