//! Sending over a real store to a real receiver: signed, under one id, until it is taken.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;

use outreach::receiver::{Answer, Receiver};
use serde_json::json;
use store::{Commit, Endpoint, MessageState, OutboxMessage};

use super::*;
use crate::endpoints;
use crate::testing::{House, NOW};
use model::Uuid;

/// What time receivers think it is, in seconds; tests that move their clock have their own.
static LATER: AtomicI64 = AtomicI64::new(NOW / 1000);

/// A port that nobody listens at.
async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

async fn receive(port: u16, secret: &str, clock: fn() -> i64) -> Receiver {
    let secret = Secret::parse(secret).unwrap();
    Receiver::start_at(&format!("127.0.0.1:{port}"), vec![secret], clock).await.unwrap()
}

/// Puts a message for endpoint `erp` into the outbox.
async fn post(house: &House) -> Uuid {
    let id = Uuid::now_v7();
    let payload = json!({"endpoint": "erp", "body": {"z": 1, "a": "é", "id": id}});
    let revision = house.workspace.snapshot().catalogue.revision;
    let mut commit = Commit::new(revision, house.engine.now(), json!({}), json!({}));
    let (kind, not_before) = (WEBHOOK.to_owned(), house.engine.now());
    commit.outbox.push(OutboxMessage { id, kind, payload, not_before });
    house.workspace.store.commit(commit).await.unwrap();
    id
}

/// Sends what is due and waits for it.
async fn send_all(house: &House) {
    let mut sending = JoinSet::new();
    send_due(&house.engine, &house.workspace, &mut sending).await.unwrap();
    while sending.join_next().await.is_some() {}
}

async fn message(house: &House, id: Uuid) -> Message {
    house.workspace.store.message(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_message_waits_for_its_endpoint_and_is_then_signed_and_taken() {
    let port = free_port().await;
    let origin = format!("http://127.0.0.1:{port}");
    let house = House::that_may_call(&origin).await;
    let (_, admin) = house.person("ada", &["admin"]).await;
    let id = post(&house).await;
    send_all(&house).await;
    let waiting = message(&house, id).await;
    assert_eq!((waiting.state, waiting.attempts), (MessageState::Ready, 1));
    assert!(waiting.last_error.unwrap().contains("There is no webhook endpoint erp."));
    assert!(waiting.not_before > NOW);

    let asked = json!({"name": "erp", "url": format!("{origin}/hook")});
    let put = endpoints::put(&admin, &asked).await.unwrap();
    let receiver = receive(port, put["secret"].as_str().unwrap(), || NOW / 1000).await;
    send_all(&house).await;
    assert!(receiver.received().is_empty(), "it is not yet due");
    house.clock.advance(waiting.not_before - NOW);
    send_all(&house).await;
    assert_eq!(message(&house, id).await.state, MessageState::Done);
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].verified, Ok(()));
    assert_eq!(received[0].id(), id.to_string());
    assert_eq!(received[0].request_line, "POST /hook HTTP/1.1");
    assert_eq!(received[0].body, json!({"z": 1, "a": "é", "id": id}).to_string().into_bytes());
}

#[tokio::test]
async fn a_receiver_that_fails_gets_the_same_bytes_again_and_one_that_is_gone_does_not() {
    let port = free_port().await;
    let origin = format!("http://127.0.0.1:{port}");
    let house = House::that_may_call(&origin).await;
    let secret = Secret::from_random([7; 32]).reveal();
    let endpoint = Endpoint {
        name: "erp".into(),
        url: origin,
        secret: secret.clone().into_bytes(),
        updated_at: NOW,
    };
    let put = vec![KernelWrite::PutEndpoint(endpoint)];
    house.workspace.store.write_kernel(put, NOW).await.unwrap();
    let receiver = receive(port, &secret, || NOW / 1000).await;
    receiver.answer_next(Answer::Status(503, String::new()));
    receiver.answer_next(Answer::Close);
    let id = post(&house).await;
    for _ in 0..3 {
        send_all(&house).await;
        house.clock.advance(40_000);
    }
    assert_eq!(message(&house, id).await.state, MessageState::Done);
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|one| one.id() == id.to_string() && one.verified == Ok(())));
    assert!(received.iter().all(|one| one.body == received[0].body));

    receiver.answer_next(Answer::Status(410, String::new()));
    let gone = post(&house).await;
    send_all(&house).await;
    let gone = message(&house, gone).await;
    assert_eq!(gone.state, MessageState::Failed);
    assert!(gone.last_error.unwrap().contains("410"));
}

#[tokio::test]
async fn a_message_whose_endpoint_never_comes_is_given_up() {
    let house = House::new().await;
    let id = post(&house).await;
    for attempts in 1..=i64::from(webhook::ATTEMPTS_MAX) {
        let before = message(&house, id).await;
        assert_eq!((before.state, before.attempts), (MessageState::Ready, attempts - 1));
        send_all(&house).await;
        house.clock.advance(8 * 60 * 60 * 1000);
    }
    let given_up = message(&house, id).await;
    assert_eq!(given_up.state, MessageState::Failed);
    assert!(given_up.last_error.unwrap().contains("没有名为“erp”的 Webhook 端点"));
    send_all(&house).await;
    assert_eq!(message(&house, id).await.attempts, i64::from(webhook::ATTEMPTS_MAX));
}

#[tokio::test]
async fn an_attempt_that_is_cut_off_anywhere_is_made_again_under_the_same_id() {
    let port = free_port().await;
    let origin = format!("http://127.0.0.1:{port}");
    let mut house = House::that_may_call(&origin).await;
    let secret = Secret::from_random([7; 32]).reveal();
    let endpoint = Endpoint {
        name: "erp".into(),
        url: origin,
        secret: secret.clone().into_bytes(),
        updated_at: NOW,
    };
    let put = vec![KernelWrite::PutEndpoint(endpoint)];
    house.workspace.store.write_kernel(put, NOW).await.unwrap();
    let receiver = receive(port, &secret, || LATER.load(Ordering::SeqCst)).await;
    let (mut polls, mut whole, mut ids) = (0, false, Vec::new());
    while !whole {
        polls += 1;
        let id = post(&house).await;
        ids.push(id.to_string());
        let now = house.engine.now();
        let claimed = house.workspace.store.claim_messages(1, LEASE_MS, now).await.unwrap();
        let claimed = claimed.into_iter().next().unwrap();
        whole = cut_off(send(&house.engine, &house.workspace, claimed), polls).await;
        house = house.reopen().await;
        house.clock.advance(LEASE_MS);
        LATER.store(house.engine.now() / 1000, Ordering::SeqCst);
        send_all(&house).await;
        assert_eq!(message(&house, id).await.state, MessageState::Done, "after {polls} polls");
    }
    assert!(polls > 3);
    let mut counted: Vec<String> = receiver.counted().into_iter().collect();
    counted.sort();
    assert_eq!(counted, ids, "each message counts once, however often it came");
}

/// Polls a future so often and then drops it, as a crash does; answers whether it ended itself.
async fn cut_off(future: impl Future, polls: usize) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}
