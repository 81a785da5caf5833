//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::Engine;
use tokio::sync::Semaphore;

use crate::listen::Stop;
use crate::metrics::Metrics;
use crate::router::Router;
use crate::site::Site;
use crate::web::Web;

/// Requests with a file in their body at the same time; others are told to come back.
const FILES_AT_ONCE: usize = 3;

/// A running server.
pub struct App {
    /// The rules.
    pub engine: Engine,
    /// Where people reach it.
    pub site: Site,
    /// The routes, compiled.
    pub router: Router,
    /// The web app's files.
    pub web: Web,
    /// What `/metrics` tells.
    pub metrics: Metrics,
    /// The wish to stop, which long answers heed.
    pub stop: Stop,
    /// Places for requests with a file in their body, which is held in memory.
    pub files: Semaphore,
    request_ids: RequestIds,
}

impl App {
    /// A server around an engine.
    pub fn new(engine: Engine, site: Site, stop: Stop) -> Arc<App> {
        Arc::new(App {
            engine,
            site,
            router: Router::default(),
            web: Web::open(),
            metrics: Metrics::default(),
            stop,
            files: Semaphore::new(FILES_AT_ONCE),
            request_ids: RequestIds::new(),
        })
    }

    /// A fresh id for a request.
    pub fn request_id(&self) -> String {
        self.request_ids.next()
    }
}

/// Ids of requests: the process's random part and a counter, so that they are unique and a log
/// sorts by them.
struct RequestIds {
    process: u32,
    count: AtomicU64,
}

impl RequestIds {
    fn new() -> RequestIds {
        RequestIds { process: rand::random(), count: AtomicU64::new(0) }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}{count:010x}", self.process)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_unique_and_sort_by_age() {
        let ids = RequestIds::new();
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second);
        assert_eq!(first.len(), 18);
    }
}
