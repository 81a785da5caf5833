//! Clients that are slow, greedy or gone, against a listener on loopback. Nothing sleeps: each
//! test reads until the server ends the connection, and fails when that takes too long.

use super::*;
use crate::body::{self, Pace};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What no test may take longer than.
const PATIENCE: Duration = Duration::from_secs(10);

struct House {
    address: SocketAddr,
    stop: Stop,
    served: tokio::task::JoinHandle<()>,
}

fn impatient() -> Limits {
    Limits {
        header_timeout: Duration::from_millis(150),
        idle_timeout: Duration::from_millis(400),
        write_timeout: Duration::from_millis(300),
        drain_timeout: Duration::from_millis(500),
        ..Limits::default()
    }
}

/// Answers with the length of the body, or the code of the refusal; `/never` never answers and
/// `/huge` answers more than sockets hold.
async fn answer(request: Request<Incoming>) -> Response<crate::body::Body> {
    match request.uri().path() {
        "/never" => std::future::pending().await,
        "/huge" => Response::new(vec![b'x'; 64 * 1024 * 1024].into()),
        _ => {
            let pace = Pace { grace: Duration::from_millis(200), bytes_per_second: 1_000_000 };
            let text = match body::read(request.into_body(), 1000, pace).await {
                Ok(bytes) => format!("{} bytes", bytes.len()),
                Err(error) => error.code.as_str().to_owned(),
            };
            Response::new(text.into())
        }
    }
}

async fn house(limits: Limits) -> House {
    let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Stop::default();
    let handler = |_, request| answer(request);
    let served = tokio::spawn(serve(listener, limits, stop.clone(), Arc::default(), handler));
    House { address, stop, served }
}

impl House {
    async fn client(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a text and reads until the server ends the connection.
    async fn tell(&self, text: &str) -> String {
        let mut client = self.client().await;
        client.write_all(text.as_bytes()).await.unwrap();
        read_to_end(&mut client).await
    }
}

async fn read_to_end(client: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = timeout(PATIENCE, client.read_to_end(&mut text)).await;
    // A reset is an end too: the server does not wait for what it does not want to hear.
    let _ = read.expect("the server ends the connection");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_request_is_answered() {
    let house = house(impatient()).await;
    let answer = house
        .tell("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc")
        .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("3 bytes"), "{answer}");
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let house = house(impatient()).await;
    let begun = Instant::now();
    assert_eq!(house.tell("").await, "");
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let house = house(impatient()).await;
    for begun in ["P", "GET / HTTP/1.1\r\nhost: x\r\n", "PRI * HTTP/2.0\r\n"] {
        assert!(!house.tell(begun).await.contains("200 OK"), "{begun}");
    }
}

#[tokio::test]
async fn a_head_that_drips_gains_no_time() {
    let house = house(impatient()).await;
    let mut client = house.client().await;
    let (mut read, mut write) = client.split();
    let drip = async {
        write.write_all(b"GET / HTTP/1.1\r\n").await?;
        loop {
            write.write_all(b"x: y\r\n").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        #[allow(unreachable_code)]
        Ok::<(), std::io::Error>(())
    };
    let mut text = Vec::new();
    tokio::select! {
        _ = drip => {}
        _ = read.read_to_end(&mut text) => {}
        () = sleep(PATIENCE) => panic!("the connection is still open"),
    }
    assert!(!String::from_utf8_lossy(&text).contains("200 OK"));
}

#[tokio::test]
async fn a_second_request_may_take_its_time_but_not_for_ever() {
    let house = house(impatient()).await;
    let begun = Instant::now();
    let answer = house.tell("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.ends_with("0 bytes"), "{answer}");
    assert!(begun.elapsed() >= Duration::from_millis(400), "idle connections are kept a while");
    let mut client = house.client().await;
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 8];
    client.read_exact(&mut first).await.unwrap();
    client.write_all(b"GET / HT").await.unwrap();
    let rest = read_to_end(&mut client).await;
    assert_eq!(rest.matches("bytes").count(), 1, "{rest}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let house = house(impatient()).await;
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "x".repeat(40_000));
    assert!(house.tell(&long).await.starts_with("HTTP/1.1 431"));
    let many = "x: y\r\n".repeat(200);
    let answer = house.tell(&format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whatever_length_it_claims() {
    let house = house(impatient()).await;
    let said = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4294967297\r\n\r\nabc";
    assert!(house.tell(said).await.ends_with("body_too_large"));
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    let chunked = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let answer = house.tell(&format!("{chunked}{}", chunk.repeat(4))).await;
    assert!(answer.contains("body_too_large"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let house = house(impatient()).await;
    let answer = house.tell("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc").await;
    assert!(answer.ends_with("body_too_slow"), "{answer}");
}

#[tokio::test]
async fn a_client_that_does_not_listen_is_let_go() {
    let open = Arc::new(AtomicU64::new(0));
    let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, seen) = (Stop::default(), open.clone());
    let handler = |_, request| answer(request);
    let served = tokio::spawn(serve(listener, impatient(), stop.clone(), seen, handler));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET /huge HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 8];
    client.read_exact(&mut first).await.unwrap();
    let ended = async {
        while open.load(Ordering::Relaxed) > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, ended).await.expect("the server ends the connection");
    stop.begin();
    timeout(PATIENCE, served).await.unwrap().unwrap();
}

#[tokio::test]
async fn more_connections_than_the_limit_wait_for_their_turn() {
    let house = house(Limits { connections_max: 1, ..impatient() }).await;
    let first = house.client().await;
    let mut second = house.client().await;
    second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    drop(first);
    assert!(read_to_end(&mut second).await.ends_with("0 bytes"));
}

#[tokio::test]
async fn stopping_ends_what_does_not_finish() {
    let house = house(impatient()).await;
    let mut client = house.client().await;
    client.write_all(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut idle = house.client().await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 8];
    idle.read_exact(&mut first).await.unwrap();
    house.stop.begin();
    timeout(PATIENCE, house.served).await.expect("the server stops").unwrap();
    read_to_end(&mut idle).await;
    assert_eq!(read_to_end(&mut client).await, "");
    assert!(TcpStream::connect(house.address).await.is_err(), "nothing new is taken");
}
