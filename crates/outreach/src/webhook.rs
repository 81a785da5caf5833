//! Webhooks by the Standard Webhooks protocol: a signed message, posted to an endpoint, tried again
//! by a schedule under one delivery id until it is taken or given up.
//!
//! Each attempt is a function of what it is given: the caller keeps the message, counts attempts and
//! brings time and randomness, so that a crash between attempts loses nothing and repeats nothing but
//! the attempt itself. Receivers count a delivery id once.

mod schedule;
mod signature;

use std::time::Duration;

use reqwest::Method;

use crate::egress::{Egress, EgressError, Refusal, Request};

pub use schedule::{ATTEMPTS_MAX, wait_before};
pub use signature::{Secret, SecretFault, TOLERANCE_SECONDS, VerifyFault, sign, verify};

/// How the request names its sender.
const USER_AGENT: &str = concat!("Tessera/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// The longest wait that a receiver may ask for: that of the schedule's last retry.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(6 * 60 * 60);

/// The name of a message, the same for all attempts to deliver it; the receiver counts it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// Takes 1 to 64 letters, digits, `-` and `_`. A dot would let the id run into the timestamp
    /// that is signed after it.
    pub fn new(text: &str) -> Option<DeliveryId> {
        let usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let right = (1..=64).contains(&text.len()) && text.bytes().all(usual);
        right.then(|| DeliveryId(text.to_owned()))
    }

    /// The id as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where messages go, and the secrets shared with the receiver.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The web address, as the customer wrote it.
    pub url: String,
    /// The newest secret first. While two are listed, each message carries a signature by both, so
    /// that the receiver can change over whenever it likes.
    pub secrets: Vec<Secret>,
}

/// One attempt to deliver a message.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// The name of the message.
    pub id: &'a DeliveryId,
    /// The message, JSON; the same bytes at every attempt.
    pub body: &'a [u8],
    /// Which attempt this is, from 1.
    pub number: u32,
    /// When the attempt is made, in seconds since 1970 UTC.
    pub now: i64,
    /// Any number, evenly spread; it moves the next attempt a little.
    pub random: u32,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The receiver answered, but with something else than success.
    Status(u16),
    /// There was no answer, or the endpoint is not one that requests may be sent to.
    Egress(EgressError),
    /// The endpoint has no secret to sign with.
    NoSecret,
}

/// What became of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The receiver has taken the message.
    Delivered {
        /// Its status, 200 to 299.
        status: u16,
    },
    /// Not taken; try again.
    Retry {
        /// How long to wait before the next attempt.
        after: Duration,
        /// What happened at this one.
        why: Why,
    },
    /// Not taken, and no further attempt is to be made: the policy forbids the endpoint, the
    /// receiver says that it is gone, or the schedule is at its end.
    Refused {
        /// What happened at this attempt.
        why: Why,
    },
}

impl Why {
    /// The permanent code of this reason.
    pub fn code(self) -> &'static str {
        match self {
            Why::Status(_) => "webhook_status",
            Why::Egress(error) => error.code(),
            Why::NoSecret => "webhook_no_secret",
        }
    }

    /// The sentence for people, in English and in Chinese.
    pub fn texts(self) -> (String, String) {
        match self {
            Why::Status(status) => (
                format!("The receiver answered with status {status}."),
                format!("接收方返回了状态码 {status}。"),
            ),
            Why::Egress(error) => {
                let (en, zh) = error.texts();
                (en.to_owned(), zh.to_owned())
            }
            Why::NoSecret => (
                "The endpoint has no signing secret.".to_owned(),
                "该端点未设置签名密钥。".to_owned(),
            ),
        }
    }

    /// Whether another attempt could end differently. By the protocol all that is not success is
    /// tried again, but for 410: the receiver wants no more.
    fn is_final(self) -> bool {
        match self {
            Why::Status(status) => status == 410,
            Why::Egress(EgressError::Refused(_) | EgressError::Malformed) | Why::NoSecret => true,
            Why::Egress(_) => false,
        }
    }
}

/// Makes one attempt. The answer's body is not read: it says nothing that the protocol knows.
pub async fn deliver(egress: &Egress, endpoint: &Endpoint, attempt: Attempt<'_>) -> Outcome {
    let (why, asked) = match post(egress, endpoint, &attempt).await {
        Ok((status, _)) if (200..300).contains(&status) => return Outcome::Delivered { status },
        Ok((status, asked)) => (Why::Status(status), asked),
        Err(why) => (why, None),
    };
    match wait_before(attempt.number.saturating_add(1), attempt.random) {
        Some(wait) if !why.is_final() => {
            let asked = asked.unwrap_or_default().min(RETRY_AFTER_MAX);
            Outcome::Retry { after: wait.max(asked), why }
        }
        _ => Outcome::Refused { why },
    }
}

/// Checks an endpoint's address when it is saved, without asking a name server.
///
/// # Errors
/// With the reason that the policy has against it.
pub fn check_endpoint(egress: &Egress, url: &str) -> Result<(), Refusal> {
    egress.check(url).map(|_| ())
}

async fn post(
    egress: &Egress,
    endpoint: &Endpoint,
    attempt: &Attempt<'_>,
) -> Result<(u16, Option<Duration>), Why> {
    let id = attempt.id.as_str();
    let signature = sign(&endpoint.secrets, id, attempt.now, attempt.body).ok_or(Why::NoSecret)?;
    let timestamp = attempt.now.to_string();
    let request = Request {
        method: Method::POST,
        url: &endpoint.url,
        headers: &[
            ("content-type", "application/json"),
            ("user-agent", USER_AGENT),
            ("webhook-id", id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &signature),
        ],
        body: attempt.body.to_vec(),
    };
    let reply = egress.send(request).await.map_err(Why::Egress)?;
    Ok((reply.status(), reply.retry_after()))
}

#[cfg(test)]
mod tests;
