//! Accepting connections: our own loop, because limits and patience are ours to decide.
//!
//! A connection is ended when its client is slow to ask, to go on or to listen; connections beyond
//! the limit wait in the kernel's queue. Stopping lets answers finish for a while.

mod pulse;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use pulse::{Answering, Pulse, Watched};

/// Connections that the kernel keeps while we are busy accepting.
const BACKLOG: u32 = 1024;
/// How long to wait when the machine has no socket left to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The read buffer of a connection; a request's head must fit.
const BUFFER_BYTES: usize = 32 * 1024;
/// Requests that one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 128;

/// How much a listener takes, and how patient it is.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections open at the same time.
    pub connections_max: usize,
    /// From the connection, or the first byte of a request, to the end of its head.
    pub header_timeout: Duration,
    /// Between two requests.
    pub idle_timeout: Duration,
    /// While the client takes nothing of what we send.
    pub write_timeout: Duration,
    /// For answers to finish when the server stops.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_max: 4096,
            header_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// The wish that everything stops, and how far it has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Running,
    Draining,
    Ended,
}

/// Stops a server; clones stop the same one.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Phase>>);

impl Default for Stop {
    fn default() -> Stop {
        Stop(Arc::new(watch::Sender::new(Phase::Running)))
    }
}

impl Stop {
    /// Lets what has begun finish and takes nothing new.
    pub fn begin(&self) {
        self.raise(Phase::Draining);
    }

    fn raise(&self, phase: Phase) {
        self.0.send_if_modified(|current| {
            let later = phase > *current;
            *current = phase.max(*current);
            later
        });
    }

    /// Waits until the server is to stop.
    pub async fn begun(&self) {
        self.reached(Phase::Draining).await;
    }

    async fn reached(&self, phase: Phase) {
        // The sender lives as long as this, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|current| *current >= phase).await;
    }
}

/// Opens an address.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Without it a restarted server would wait for the old one's connections to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Answers requests until `stop` begins, then lets answers finish. `open` counts connections.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    limits: Limits,
    stop: Stop,
    open: Arc<AtomicU64>,
    handler: H,
) where
    H: Fn(SocketAddr, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync> + Unpin + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let limits = Arc::new(limits);
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.begun() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let (limits, stop, open, handler) =
            (limits.clone(), stop.clone(), open.clone(), handler.clone());
        tokio::spawn(async move {
            open.fetch_add(1, Ordering::Relaxed);
            converse(stream, peer, &limits, &stop, handler).await;
            open.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
    }
    drop(listener);
    drain(&places, &limits, &stop).await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Small answers must not wait for the client's acknowledgement of the one before.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Waits for all connections to end, then ends those that do not.
async fn drain(places: &Semaphore, limits: &Limits, stop: &Stop) {
    let all = u32::try_from(limits.connections_max).unwrap_or(u32::MAX);
    if timeout(limits.drain_timeout, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some answers did not finish in time and were cut off");
        stop.raise(Phase::Ended);
        // Ending takes no more than dropping what a connection holds.
        let _ = timeout(Duration::from_secs(1), places.acquire_many(all)).await;
    }
}

/// The life of one connection.
async fn converse<H, F, B>(
    stream: TcpStream,
    peer: SocketAddr,
    limits: &Limits,
    stop: &Stop,
    handler: H,
) where
    H: Fn(SocketAddr, Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync> + Unpin + Send + 'static,
{
    let pulse = Pulse::new();
    let stream = TokioIo::new(Watched::new(stream, pulse.clone()));
    let service = {
        let pulse = pulse.clone();
        service_fn(move |request: Request<Incoming>| {
            let busy = pulse.begin(request.version() == Version::HTTP_2);
            let answer = handler(peer, request);
            async move {
                let response = answer.await;
                Ok::<_, Infallible>(response.map(|body| Answering::new(body, busy)))
            }
        })
    };
    let builder = builder();
    let connection = builder.serve_connection(stream, service);
    tokio::pin!(connection);
    let (draining, ended) = (stop.begun(), stop.reached(Phase::Ended));
    tokio::pin!(draining, ended);
    let mut is_draining = false;
    let mut tick = interval((limits.header_timeout / 2).max(Duration::from_millis(10)));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            result = connection.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            () = &mut draining, if !is_draining => {
                is_draining = true;
                connection.as_mut().graceful_shutdown();
            }
            () = &mut ended, if is_draining => return,
            _ = tick.tick() => if pulse.is_overdue(limits) {
                tracing::debug!("a connection was too slow");
                return;
            }
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The pulse has its own clock for heads, which also counts what comes before hyper reads.
        .header_read_timeout(None)
        .max_buf_size(BUFFER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(256);
    builder
}

#[cfg(test)]
mod tests;
