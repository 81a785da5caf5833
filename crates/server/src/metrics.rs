//! What `/metrics` tells, in the text form that Prometheus reads: a small registry of our own.

mod process;

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use hyper::StatusCode;

use crate::router::ROUTES;

/// Upper bounds of the histogram's buckets, in microseconds.
const BOUNDS: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];
/// Statuses that are counted one by one; the last stands for all others.
const STATUSES: [u16; 20] = [
    200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 421, 422, 429, 500, 503,
    0,
];

/// Where a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A route, by its place in the table.
    Route(usize),
    /// The web app's files.
    Web,
    /// Nowhere.
    Unknown,
}

/// The web app's files.
pub const WEB: Place = Place::Web;
/// Nowhere.
pub const UNKNOWN: Place = Place::Unknown;

impl Place {
    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Place::Route(place) => ROUTES[place].name,
            Place::Web => "web",
            Place::Unknown => "unknown",
        }
    }

    fn index(self) -> usize {
        match self {
            Place::Route(place) => place,
            Place::Web => ROUTES.len(),
            Place::Unknown => ROUTES.len() + 1,
        }
    }

    fn all() -> impl Iterator<Item = Place> {
        (0..ROUTES.len()).map(Place::Route).chain([Place::Web, Place::Unknown])
    }
}

/// The counters of a server.
pub struct Metrics {
    started: Instant,
    places: Vec<Counters>,
    panics: AtomicU64,
    /// Connections that are open.
    pub connections: Arc<AtomicU64>,
    /// Streams of events that are open.
    pub streams: AtomicU64,
}

#[derive(Default)]
struct Counters {
    statuses: [AtomicU64; STATUSES.len()],
    /// One more than there are bounds: the last holds what took longer.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

impl Default for Metrics {
    /// Counters at zero.
    fn default() -> Metrics {
        Metrics {
            started: Instant::now(),
            places: Place::all().map(|_| Counters::default()).collect(),
            panics: AtomicU64::new(0),
            connections: Arc::default(),
            streams: AtomicU64::new(0),
        }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn count_request(&self, place: Place, status: StatusCode, took: Duration) {
        let counters = &self.places[place.index()];
        let known = STATUSES.iter().position(|known| *known == status.as_u16());
        counters.statuses[known.unwrap_or(STATUSES.len() - 1)].fetch_add(1, Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|bound| microseconds <= *bound);
        counters.buckets[bucket.unwrap_or(BOUNDS.len())].fetch_add(1, Relaxed);
        counters.microseconds.fetch_add(microseconds, Relaxed);
    }

    /// Counts a handler that panicked, which is a fault of ours.
    pub fn count_panic(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        self.write_requests(&mut text);
        let gauge = |text: &mut String, name: &str, help: &str, kind: &str, value: f64| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        let open = self.connections.load(Relaxed) as f64;
        gauge(&mut text, "tessera_connections", "Connections that are open.", "gauge", open);
        let streams = self.streams.load(Relaxed) as f64;
        gauge(&mut text, "tessera_event_streams", "Event streams that are open.", "gauge", streams);
        let panics = self.panics.load(Relaxed) as f64;
        gauge(&mut text, "tessera_panics_total", "Handlers that panicked.", "counter", panics);
        let uptime = self.started.elapsed().as_secs_f64();
        gauge(&mut text, "tessera_uptime_seconds", "Time since the start.", "gauge", uptime);
        if let Some(usage) = process::usage() {
            let memory = usage.resident_bytes as f64;
            gauge(&mut text, "process_resident_memory_bytes", "Memory in use.", "gauge", memory);
            let files = usage.open_files as f64;
            gauge(&mut text, "process_open_fds", "Open file descriptors.", "gauge", files);
        }
        text
    }

    fn write_requests(&self, text: &mut String) {
        text.push_str(
            "# HELP tessera_requests_total Requests by route and status.\n\
             # TYPE tessera_requests_total counter\n",
        );
        for (place, counters) in self.used() {
            for (status, count) in STATUSES.iter().zip(&counters.statuses) {
                let (name, count) = (place.name(), count.load(Relaxed));
                let status = if *status == 0 { "other".to_owned() } else { status.to_string() };
                if count > 0 {
                    let labels = format!("route=\"{name}\",status=\"{status}\"");
                    let _ = writeln!(text, "tessera_requests_total{{{labels}}} {count}");
                }
            }
        }
        text.push_str(
            "# HELP tessera_request_seconds Time from head to answer, by route.\n\
             # TYPE tessera_request_seconds histogram\n",
        );
        for (place, counters) in self.used() {
            counters.write_histogram(text, place.name());
        }
    }

    /// Routes that were ever asked.
    fn used(&self) -> impl Iterator<Item = (Place, &Counters)> {
        Place::all().zip(&self.places).filter(|(_, counters)| counters.count() > 0)
    }
}

impl Counters {
    fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Relaxed)).sum()
    }

    fn write_histogram(&self, text: &mut String, route: &str) {
        let name = "tessera_request_seconds";
        let mut total = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            total += bucket.load(Relaxed);
            let bound = *bound as f64 / 1e6;
            let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {total}");
        }
        total += self.buckets[BOUNDS.len()].load(Relaxed);
        let seconds = self.microseconds.load(Relaxed) as f64 / 1e6;
        let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {total}");
        let _ = writeln!(text, "{name}_sum{{route=\"{route}\"}} {seconds}");
        let _ = writeln!(text, "{name}_count{{route=\"{route}\"}} {total}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status_and_sorted_by_time() {
        let metrics = Metrics::default();
        metrics.count_request(WEB, StatusCode::OK, Duration::from_micros(300));
        metrics.count_request(WEB, StatusCode::OK, Duration::from_secs(20));
        metrics.count_request(WEB, StatusCode::IM_A_TEAPOT, Duration::from_micros(1));
        let text = metrics.text();
        for line in [
            "tessera_requests_total{route=\"web\",status=\"200\"} 2",
            "tessera_requests_total{route=\"web\",status=\"other\"} 1",
            "tessera_request_seconds_bucket{route=\"web\",le=\"0.00025\"} 1",
            "tessera_request_seconds_bucket{route=\"web\",le=\"0.0005\"} 2",
            "tessera_request_seconds_bucket{route=\"web\",le=\"10\"} 2",
            "tessera_request_seconds_bucket{route=\"web\",le=\"+Inf\"} 3",
            "tessera_request_seconds_count{route=\"web\"} 3",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        assert!(!text.contains("records.list"), "routes that were not asked take no space");
    }
}
