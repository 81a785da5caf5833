//! Sends what has to leave the house: messages of the outbox, each until it is taken or given up.

use std::sync::Arc;
use std::time::Duration;

use model::{Code, Error, Result};
use outreach::webhook::{self, Attempt, DeliveryId, Secret};
use serde_json::Value as Json;
use store::{Claimed, KernelWrite, Message, Outcome};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::automations::both_languages;
use crate::background::{Ears, Stop, Woken, pause_after, pause_until};
use crate::engine::Engine;
use crate::faults::from_store;
use crate::workspace::Workspace;

/// The kind of messages that are webhooks: `{"endpoint": name, "body": {…}}`.
pub(crate) const WEBHOOK: &str = "webhook";

/// Messages of one workspace that are sent at the same time.
const AT_ONCE: usize = 8;
/// How long a message is held (ms); longer than an attempt can take.
const LEASE_MS: i64 = 60_000;
/// The longest attempt, whatever the egress policy says.
const ATTEMPT_MAX: Duration = Duration::from_secs(45);
/// How long a stop waits for attempts that have begun; their receivers may see them again.
const GRACE: Duration = Duration::from_secs(5);

/// Sends the messages of a workspace until the engine ends.
pub(crate) async fn follow(engine: &Engine, workspace: &Arc<Workspace>, stop: Stop) {
    let mut ears = Ears::to_work(workspace, stop);
    let mut sending: JoinSet<()> = JoinSet::new();
    let mut failures = 0;
    loop {
        ears.mark_heard();
        let pause = match send_due(engine, workspace, &mut sending).await {
            Ok(due) => {
                failures = 0;
                pause_until(due, engine.now())
            }
            Err(error) => {
                tracing::warn!(workspace = %workspace.id, %error, "messages have to wait");
                failures += 1;
                pause_after(failures)
            }
        };
        let woken = tokio::select! {
            woken = ears.wait(pause) => woken,
            Some(_) = sending.join_next() => Woken::Work,
        };
        if woken == Woken::Stop {
            break;
        }
    }
    let all = async { while sending.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        tracing::info!(workspace = %workspace.id, "a message is sent again after the next start");
    }
    sending.shutdown().await;
}

/// Begins to send what is due, as far as there is room. Answers when the next thing is due.
async fn send_due(
    engine: &Engine,
    workspace: &Arc<Workspace>,
    sending: &mut JoinSet<()>,
) -> Result<Option<i64>> {
    let (store, now) = (&workspace.store, engine.now());
    while sending.try_join_next().is_some() {}
    let room = AT_ONCE - sending.len().min(AT_ONCE);
    let due = store.next_due().await.map_err(from_store)?;
    if room == 0 || due.is_none_or(|due| due > now) {
        return Ok(due);
    }
    let claimed = store.claim_messages(room as u32, LEASE_MS, now).await.map_err(from_store)?;
    for message in claimed {
        let (engine, workspace) = (engine.clone(), workspace.clone());
        sending.spawn(async move { send(&engine, &workspace, message).await });
    }
    // A message that has just been taken is no longer due, and its end wakes us.
    store.next_due().await.map_err(from_store)
}

/// One attempt to send a message, and what became of it.
pub(crate) async fn send(engine: &Engine, workspace: &Workspace, message: Claimed<Message>) {
    let (id, fence) = (message.job.id, message.fence);
    let outcome = match attempt(engine, workspace, &message.job).await {
        Ok(outcome) => outcome,
        Err(error) => retry(engine, &message.job, &both_languages(&error)),
    };
    let state = match &outcome {
        Outcome::Done => "sent",
        Outcome::Retry { .. } => "to be sent again",
        Outcome::Failed { .. } => "given up",
    };
    let attempts = message.job.attempts;
    tracing::info!(workspace = %workspace.id, message = %id, attempts, state, "a message");
    let finish = KernelWrite::FinishMessage { id, fence, outcome };
    match workspace.store.write_kernel(vec![finish], engine.now()).await {
        // Somebody else holds the message and knows better.
        Ok(()) | Err(store::Fault::LeaseLost) => {}
        // It is sent again when the lease ends, under the same id.
        Err(error) => tracing::warn!(message = %id, %error, "the end of a message was not stored"),
    }
}

async fn attempt(engine: &Engine, workspace: &Workspace, message: &Message) -> Result<Outcome> {
    if message.kind != WEBHOOK {
        return Ok(Outcome::Failed { error: format!("unknown kind {}", message.kind) });
    }
    let name = message.payload["endpoint"].as_str().unwrap_or_default();
    let stored = workspace.store.endpoint(name).await.map_err(from_store)?;
    let unknown = || Error::new(Code::EndpointUnknown).with("name", name);
    // Whoever sets it up in time still gets the message.
    let stored = stored.ok_or_else(unknown)?;
    let text = String::from_utf8(stored.secret).unwrap_or_default();
    let secrets = Secret::parse(&text).into_iter().collect();
    let endpoint = webhook::Endpoint { url: stored.url, secrets };
    let id = DeliveryId::new(&message.id.to_string());
    let id = id.ok_or_else(|| Error::internal("an id of a message is no delivery id"))?;
    let body = body(&message.payload);
    let attempt = Attempt {
        id: &id,
        body: &body,
        number: number(message),
        now: engine.now() / 1000,
        random: rand::random(),
    };
    let sent = timeout(ATTEMPT_MAX, webhook::deliver(&engine.inner.egress, &endpoint, attempt));
    let Ok(outcome) = sent.await else {
        return Err(Error::new(Code::Busy));
    };
    let said = |why: webhook::Why| {
        let (en, zh) = why.texts();
        format!("{en}\n{zh}")
    };
    Ok(match outcome {
        webhook::Outcome::Delivered { .. } => Outcome::Done,
        webhook::Outcome::Retry { after, why } => {
            let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX / 2);
            Outcome::Retry { at: engine.now() + after, error: said(why) }
        }
        webhook::Outcome::Refused { why } => Outcome::Failed { error: said(why) },
    })
}

/// The message as it is posted; the same bytes at every attempt.
fn body(payload: &Json) -> Vec<u8> {
    payload["body"].to_string().into_bytes()
}

/// Which attempt this is, from 1.
fn number(message: &Message) -> u32 {
    u32::try_from(message.attempts.max(1)).unwrap_or(u32::MAX)
}

/// Tries again by the schedule of webhooks, until that ends.
fn retry(engine: &Engine, message: &Message, error: &str) -> Outcome {
    let error = error.to_owned();
    match webhook::wait_before(number(message).saturating_add(1), rand::random()) {
        Some(wait) => {
            let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
            Outcome::Retry { at: engine.now() + wait, error }
        }
        None => Outcome::Failed { error },
    }
}

#[cfg(test)]
mod tests;
