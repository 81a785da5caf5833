//! What comes back: limits of size and time, and that nothing of it shows in an error.

use super::super::*;
use super::bench::*;
use crate::receiver::Answer;

const SECRET: &str = "CANARY-4711";

#[tokio::test]
async fn a_request_arrives_as_it_was_given_and_its_reply_can_be_read() {
    let (server, egress) = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    let url = format!("{}/path?query=%E5%95%86#part", server.origin());
    let request = Request {
        method: Method::PUT,
        url: &url,
        headers: &[("x-one", "1"), ("accept", "text/plain")],
        body: b"sent".to_vec(),
    };
    let reply = egress.send(request).await.ok().unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.body().await.unwrap(), b"hello");
    let [received] = &server.received()[..] else { panic!("one request") };
    assert_eq!(received.request_line, "PUT /path?query=%E5%95%86 HTTP/1.1");
    assert_eq!(received.headers["x-one"], "1");
    assert_eq!(received.headers["host"], server.address().to_string());
    assert_eq!(received.body, b"sent");
    for unasked in ["accept-encoding", "cookie", "referer", "proxy-authorization"] {
        assert!(!received.headers.contains_key(unasked), "{unasked}");
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_and_not_beyond() {
    for (length, declared, fits) in
        [(100, true, true), (101, true, false), (100, false, true), (101, false, false)]
    {
        let head = if declared { format!("content-length: {length}\r\n") } else { String::new() };
        let mut bytes = format!("HTTP/1.1 200 OK\r\n{head}\r\n").into_bytes();
        bytes.extend(vec![b'x'; length]);
        let (server, mut egress) = answering(&bytes).await;
        egress.policy.max_response = 100;
        let body = egress.send(get(&server.origin())).await.ok().unwrap().body().await;
        let expected = if fits { Ok(vec![b'x'; 100]) } else { Err(EgressError::ReplyTooLarge) };
        assert_eq!(body, expected, "{length} {declared}");
    }
}

#[tokio::test]
async fn a_body_that_claims_to_be_huge_is_not_waited_for() {
    let (server, egress) =
        answering(b"HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\nx").await;
    let body = match egress.send(get(&server.origin())).await {
        Ok(reply) => reply.body().await,
        Err(error) => Err(error),
    };
    assert!(matches!(body, Err(EgressError::ReplyTooLarge | EgressError::ReplyBroken)), "{body:?}");
}

#[tokio::test]
async fn a_compressed_body_is_not_unpacked() {
    let (server, egress) = answering(
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00",
    )
    .await;
    let body = egress.send(get(&server.origin())).await.ok().unwrap().body().await;
    assert_eq!(body.unwrap(), b"\x1f\x8b\x08\x00");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error() {
    let (server, egress) = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    let body = egress.send(get(&server.origin())).await.ok().unwrap().body().await;
    assert_eq!(body, Err(EgressError::ReplyBroken));
}

#[tokio::test]
async fn a_flood_of_header_lines_is_refused() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
    for number in 0..=REPLY_HEADERS_MAX {
        bytes.extend(format!("x-{number}: {SECRET}\r\n").into_bytes());
    }
    bytes.extend(b"content-length: 0\r\n\r\n");
    let (server, egress) = answering(&bytes).await;
    let result = egress.send(get(&server.origin())).await;
    assert_eq!(result.err(), Some(EgressError::ReplyBroken));
}

#[tokio::test]
async fn errors_carry_nothing_of_the_answer_and_nothing_of_the_url() {
    for answer in [
        format!("{SECRET}\r\n\r\n"),
        format!("HTTP/1.1 {SECRET}\r\n\r\n"),
        format!("HTTP/9.9 200 {SECRET}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n{SECRET}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {SECRET}\r\n\r\n"),
        format!("SSH-2.0-{SECRET}\r\n"),
        "\0\u{1}\u{2}".to_owned(),
        String::new(),
    ] {
        let (server, egress) = answering(answer.as_bytes()).await;
        let url = format!("{}/{SECRET}?token={SECRET}", server.origin());
        let error = egress.send(get(&url)).await.err().unwrap();
        assert_eq!(error, EgressError::ReplyBroken, "{answer:?}");
        let shown = format!("{error} {error:?} {:?} {}", error.texts(), error.code());
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(std::error::Error::source(&error).is_none());
    }
}

#[tokio::test]
async fn a_header_that_would_break_the_request_is_not_sent() {
    let server = server_at("127.0.0.1").await;
    let egress = Egress::new(policy(&server.origin()));
    let url = server.origin();
    for header in [("x-a", "1\r\nx-b: 2"), ("x a", "1"), ("", "1"), ("x-a", "\0"), ("x:a", "1")] {
        let result = egress.send(Request { headers: &[header], ..get(&url) }).await;
        assert_eq!(result.err(), Some(EgressError::Malformed), "{header:?}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let canary = Canary::loopback();
    let origin = format!("http://{}", canary.address());
    drop(canary);
    let result = Egress::new(policy(&origin)).send(get(&origin)).await;
    assert_eq!(result.err(), Some(EgressError::Unreachable));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_costs_the_time_allowed_and_no_more() {
    let server = server_at("127.0.0.1").await;
    server.answer_next(Answer::Silence);
    let mut policy = policy(&server.origin());
    policy.timeouts = Timeouts { connect: Duration::from_secs(60), total: Duration::from_secs(7) };
    let egress = Egress::new(policy);
    let started = Instant::now();
    let result = egress.send(get(&server.origin())).await;
    assert_eq!(result.err(), Some(EgressError::TimedOut));
    assert_eq!(started.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_name_server_that_never_answers_costs_the_time_allowed_and_no_more() {
    struct Mute;
    impl Resolver for Mute {
        fn resolve<'a>(&'a self, _: &'a str) -> Answers<'a> {
            Box::pin(std::future::pending())
        }
    }
    let egress = Egress::with_resolver(EgressPolicy::default(), Arc::new(Mute));
    let started = Instant::now();
    let result = egress.send(get("https://hooks.example.com")).await;
    assert_eq!(result.err(), Some(EgressError::TimedOut));
    assert_eq!(started.elapsed().as_secs(), 15);
}

#[tokio::test]
async fn a_body_that_trickles_past_the_deadline_is_given_up() {
    let (server, egress) = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    let mut reply = egress.send(get(&server.origin())).await.ok().unwrap();
    // The time of the request is over; whatever is still to come is not waited for.
    reply.deadline = Instant::now();
    let body = reply.body().await;
    assert!(matches!(body, Err(EgressError::TimedOut | EgressError::ReplyBroken)), "{body:?}");
}
