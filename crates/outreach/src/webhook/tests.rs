//! Deliveries over real connections to a receiver that checks them.

use super::*;
use crate::egress::{EgressPolicy, Timeouts};
use crate::receiver::{Answer, Receiver};

const NOW: i64 = 1_800_000_000;
const BODY: &[u8] = br#"{"type":"opportunity.changed","data":{"title":"\u5546\u673a"}}"#;

fn secret() -> Secret {
    Secret::from_random([9; 32])
}

async fn receiver() -> Receiver {
    Receiver::start_at("127.0.0.1:0", vec![secret()], || NOW).await.unwrap()
}

fn egress_to(receiver: &Receiver) -> Egress {
    Egress::new(EgressPolicy {
        allow_private: vec![receiver.origin().parse().unwrap()],
        ..EgressPolicy::default()
    })
}

fn endpoint(receiver: &Receiver) -> Endpoint {
    Endpoint { url: format!("{}/hook", receiver.origin()), secrets: vec![secret()] }
}

fn id() -> DeliveryId {
    DeliveryId::new("msg_0190f6c2-8f7b-7c33-9d6a-1f2e3d4c5b6a").unwrap()
}

async fn attempt(egress: &Egress, endpoint: &Endpoint, number: u32) -> Outcome {
    let id = id();
    deliver(egress, endpoint, Attempt { id: &id, body: BODY, number, now: NOW, random: 0 }).await
}

fn retry(seconds: u64, why: Why) -> Outcome {
    Outcome::Retry { after: Duration::from_secs(seconds), why }
}

#[test]
fn a_delivery_id_has_no_dot_and_nothing_that_breaks_a_header() {
    for good in ["a", "msg_1-Z", &"x".repeat(64)] {
        assert_eq!(DeliveryId::new(good).unwrap().as_str(), good);
    }
    for bad in ["", "a.b", "a b", "a\r\nb", "消息", &"x".repeat(65)] {
        assert_eq!(DeliveryId::new(bad), None, "{bad:?}");
    }
}

#[tokio::test]
async fn a_message_arrives_signed_byte_for_byte() {
    let receiver = receiver().await;
    let outcome = attempt(&egress_to(&receiver), &endpoint(&receiver), 1).await;
    assert_eq!(outcome, Outcome::Delivered { status: 204 });
    let [received] = &receiver.received()[..] else { panic!("one request") };
    assert_eq!(received.verified, Ok(()));
    assert_eq!(received.request_line, "POST /hook HTTP/1.1");
    assert_eq!(received.body, BODY);
    assert_eq!(received.id(), id().as_str());
    assert_eq!(received.headers["webhook-timestamp"], NOW.to_string());
    assert_eq!(received.headers["content-type"], "application/json");
    assert!(received.headers["user-agent"].starts_with("Tessera/"));
    assert!(!received.headers.contains_key("referer"));
}

#[tokio::test]
async fn a_retried_message_keeps_its_id_and_is_counted_once() {
    let receiver = receiver().await;
    receiver.answer_next(Answer::Status(503, String::new()));
    receiver.answer_next(Answer::Close);
    let (egress, endpoint) = (egress_to(&receiver), endpoint(&receiver));
    assert_eq!(attempt(&egress, &endpoint, 1).await, retry(5, Why::Status(503)));
    let broken = Why::Egress(EgressError::ReplyBroken);
    assert_eq!(attempt(&egress, &endpoint, 2).await, retry(30, broken));
    assert_eq!(attempt(&egress, &endpoint, 3).await, Outcome::Delivered { status: 204 });
    assert_eq!(receiver.received().len(), 3);
    assert_eq!(receiver.counted().len(), 1);
}

#[tokio::test]
async fn a_message_signed_by_another_secret_is_not_counted() {
    let receiver = receiver().await;
    let wrong = Endpoint { secrets: vec![Secret::from_random([1; 32])], ..endpoint(&receiver) };
    let outcome = attempt(&egress_to(&receiver), &wrong, 1).await;
    assert_eq!(outcome, retry(5, Why::Status(401)));
    assert!(receiver.counted().is_empty());
}

#[tokio::test]
async fn while_secrets_change_the_old_receiver_still_understands() {
    let receiver = receiver().await;
    let changing =
        Endpoint { secrets: vec![Secret::from_random([1; 32]), secret()], ..endpoint(&receiver) };
    let outcome = attempt(&egress_to(&receiver), &changing, 1).await;
    assert_eq!(outcome, Outcome::Delivered { status: 204 });
    assert_eq!(receiver.counted().len(), 1);
}

#[tokio::test]
async fn every_status_but_success_and_gone_is_tried_again() {
    let receiver = receiver().await;
    let (egress, endpoint) = (egress_to(&receiver), endpoint(&receiver));
    for status in [200, 201, 299] {
        receiver.answer_next(Answer::Status(status, String::new()));
        assert_eq!(attempt(&egress, &endpoint, 1).await, Outcome::Delivered { status });
    }
    for status in [300, 302, 400, 401, 404, 409, 411, 429, 500, 504] {
        receiver.answer_next(Answer::Status(status, String::new()));
        assert_eq!(attempt(&egress, &endpoint, 1).await, retry(5, Why::Status(status)));
    }
    receiver.answer_next(Answer::Status(410, String::new()));
    let gone = Outcome::Refused { why: Why::Status(410) };
    assert_eq!(attempt(&egress, &endpoint, 1).await, gone);
}

#[tokio::test]
async fn the_last_attempt_that_fails_gives_the_message_up() {
    let receiver = receiver().await;
    let (egress, endpoint) = (egress_to(&receiver), endpoint(&receiver));
    for (number, outcome) in [
        (6, retry(21_600, Why::Status(500))),
        (7, Outcome::Refused { why: Why::Status(500) }),
        (u32::MAX, Outcome::Refused { why: Why::Status(500) }),
    ] {
        receiver.answer_next(Answer::Status(500, String::new()));
        assert_eq!(attempt(&egress, &endpoint, number).await, outcome);
    }
}

#[tokio::test]
async fn a_receiver_may_ask_for_a_longer_wait_but_not_for_ever() {
    let receiver = receiver().await;
    let (egress, endpoint) = (egress_to(&receiver), endpoint(&receiver));
    for (asked, seconds) in [
        ("90", 90),
        ("1", 5),
        ("21600", 21_600),
        ("99999999999999999999999", 21_600),
        ("-5", 5),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 5),
        ("", 5),
    ] {
        receiver.answer_next(Answer::Status(429, format!("retry-after: {asked}\r\n")));
        assert_eq!(
            attempt(&egress, &endpoint, 1).await,
            retry(seconds, Why::Status(429)),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn an_endless_answer_does_not_undo_a_delivery() {
    let receiver = receiver().await;
    let mut endless = b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n".to_vec();
    endless.extend_from_slice(&[b'x'; 100_000]);
    receiver.answer_next(Answer::Raw(endless));
    let outcome = attempt(&egress_to(&receiver), &endpoint(&receiver), 1).await;
    assert_eq!(outcome, Outcome::Delivered { status: 200 });
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_never_answers_is_tried_again() {
    let receiver = receiver().await;
    receiver.answer_next(Answer::Silence);
    let egress = Egress::new(EgressPolicy {
        allow_private: vec![receiver.origin().parse().unwrap()],
        timeouts: Timeouts { connect: Duration::from_secs(600), total: Duration::from_secs(600) },
        ..EgressPolicy::default()
    });
    let outcome = attempt(&egress, &endpoint(&receiver), 1).await;
    assert_eq!(outcome, retry(5, Why::Egress(EgressError::TimedOut)));
}

#[tokio::test]
async fn a_forbidden_endpoint_is_refused_at_once_and_for_good() {
    let receiver = receiver().await;
    let closed = Egress::new(EgressPolicy::default());
    let outcome = attempt(&closed, &endpoint(&receiver), 1).await;
    let why = Why::Egress(EgressError::Refused(Refusal::PlainHttp));
    assert_eq!(outcome, Outcome::Refused { why });
    assert_eq!(check_endpoint(&closed, &endpoint(&receiver).url), Err(Refusal::PlainHttp));
    assert_eq!(check_endpoint(&closed, "https://hooks.example.com/x"), Ok(()));
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn an_endpoint_without_a_secret_is_never_posted_to() {
    let receiver = receiver().await;
    let bare = Endpoint { secrets: Vec::new(), ..endpoint(&receiver) };
    let outcome = attempt(&egress_to(&receiver), &bare, 1).await;
    assert_eq!(outcome, Outcome::Refused { why: Why::NoSecret });
    assert!(receiver.received().is_empty());
}

#[test]
fn every_reason_is_told_in_both_languages() {
    let reasons = [
        Why::Status(503),
        Why::NoSecret,
        Why::Egress(EgressError::TimedOut),
        Why::Egress(EgressError::Refused(Refusal::Address)),
    ];
    for why in reasons {
        let (en, zh) = why.texts();
        assert!(en.ends_with('.') && zh.ends_with('。'), "{en} {zh}");
        assert!(!why.code().is_empty());
    }
    assert!(Why::Status(503).texts().0.contains("503"));
}

#[test]
fn a_delivery_may_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let egress = Egress::new(EgressPolicy::default());
    let endpoint = Endpoint { url: String::new(), secrets: Vec::new() };
    let id = id();
    let attempt = Attempt { id: &id, body: BODY, number: 1, now: NOW, random: 0 };
    is_send(deliver(&egress, &endpoint, attempt));
}
