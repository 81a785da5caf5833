//! What the tests of this folder share: listeners that notice, resolvers that say what they are told.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::*;
use crate::receiver::{Answer, Receiver};

/// Listens, and tells afterwards whether anybody came. It never accepts before it is asked: the
/// kernel completes connections by itself and queues them, so nobody can slip by.
pub(super) struct Canary(TcpListener);

impl Canary {
    /// Listens on a port of its own; `None` where the machine lacks that address (no IPv6).
    pub(super) fn at(address: &str) -> Option<Canary> {
        let listener = TcpListener::bind((address.parse::<IpAddr>().unwrap(), 0)).ok()?;
        listener.set_nonblocking(true).unwrap();
        Some(Canary(listener))
    }

    pub(super) fn loopback() -> Canary {
        Canary::at("127.0.0.1").unwrap()
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub(super) fn port(&self) -> u16 {
        self.address().port()
    }

    pub(super) fn was_visited(&self) -> bool {
        self.0.accept().is_ok()
    }
}

/// Answers what it has been told, one list for each question; the last one again and again.
#[derive(Default)]
pub(super) struct Told {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    pub(super) asked: AtomicUsize,
}

impl Told {
    pub(super) fn each(answers: &[&[&str]]) -> Arc<Told> {
        let read = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        let answers = Mutex::new(answers.iter().map(read).collect());
        Arc::new(Told { answers, asked: AtomicUsize::new(0) })
    }
}

impl Resolver for Told {
    fn resolve<'a>(&'a self, _: &'a str) -> Answers<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async { answer.ok_or_else(|| std::io::ErrorKind::NotFound.into()) })
    }
}

pub(super) fn policy(allowances: &str) -> EgressPolicy {
    EgressPolicy {
        allow_private: EgressPolicy::parse_allowances(allowances).unwrap(),
        ..EgressPolicy::default()
    }
}

pub(super) fn get(url: &str) -> Request<'_> {
    Request { method: Method::GET, url, headers: &[], body: Vec::new() }
}

/// A plain server on the address, and an egress whose operator has named it.
pub(super) async fn server_at(address: &str) -> Receiver {
    Receiver::start_at(&format!("{address}:0"), Vec::new(), || 0).await.unwrap()
}

/// A server that answers the next request with these bytes.
pub(super) async fn answering(bytes: &[u8]) -> (Receiver, Egress) {
    let server = server_at("127.0.0.1").await;
    server.answer_next(Answer::Raw(bytes.to_vec()));
    let egress = Egress::new(policy(&server.origin()));
    (server, egress)
}
