//! What a connection is doing, so that one that does nothing useful can be ended.
//!
//! A client owes us: its first request, the rest of a head that it has begun, something to do once
//! in a while, and to take what we send. Each has its own patience, in [`super::Limits`].

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Buf;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Limits;

/// The head of a request is awaited or has begun.
const HEAD: u8 = 0;
/// Between two requests.
const IDLE: u8 = 1;

/// The state of one connection. One task writes it, so plain atomics do.
#[derive(Debug)]
pub(super) struct Pulse {
    began: Instant,
    phase: AtomicU8,
    /// When the phase began, in milliseconds since the connection did.
    since: AtomicU64,
    /// Requests whose answer is not yet sent.
    busy: AtomicU32,
    /// When the client stopped taking what we send, plus one; 0 while it takes it.
    stalled: AtomicU64,
    /// HTTP/2 sends small frames of its own between requests.
    multiplexed: AtomicBool,
}

impl Pulse {
    pub fn new() -> Arc<Pulse> {
        Arc::new(Pulse {
            began: Instant::now(),
            phase: AtomicU8::new(HEAD),
            since: AtomicU64::new(0),
            busy: AtomicU32::new(0),
            stalled: AtomicU64::new(0),
            multiplexed: AtomicBool::new(false),
        })
    }

    fn now(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn enter(&self, phase: u8) {
        self.since.store(self.now(), Relaxed);
        self.phase.store(phase, Relaxed);
    }

    /// Bytes have come in.
    fn received(&self) {
        let idle = self.busy.load(Relaxed) == 0 && self.phase.load(Relaxed) == IDLE;
        if idle && !self.multiplexed.load(Relaxed) {
            self.enter(HEAD);
        }
    }

    /// A request has begun; it ends when the answer is dropped, sent or not.
    pub fn begin(self: &Arc<Pulse>, multiplexed: bool) -> Busy {
        self.busy.fetch_add(1, Relaxed);
        self.multiplexed.store(multiplexed, Relaxed);
        Busy(self.clone())
    }

    /// Whether the client has used up its patience.
    pub fn is_overdue(&self, limits: &Limits) -> bool {
        let waited = |since: u64| Duration::from_millis(self.now().saturating_sub(since));
        let stalled = self.stalled.load(Relaxed);
        if stalled > 0 {
            return waited(stalled - 1) >= limits.write_timeout;
        }
        if self.busy.load(Relaxed) > 0 {
            return false;
        }
        let patience = match self.phase.load(Relaxed) {
            HEAD => limits.header_timeout,
            _ => limits.idle_timeout,
        };
        waited(self.since.load(Relaxed)) >= patience
    }
}

/// A request that is being answered.
pub(super) struct Busy(Arc<Pulse>);

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.busy.fetch_sub(1, Relaxed) == 1 {
            self.0.enter(IDLE);
        }
    }
}

/// A stream that tells the pulse what it sees.
pub(super) struct Watched<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S> Watched<S> {
    pub fn new(stream: S, pulse: Arc<Pulse>) -> Watched<S> {
        Watched { stream, pulse }
    }

    fn wrote<T>(&self, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let stalled = &self.pulse.stalled;
        match (&result, stalled.load(Relaxed)) {
            (Poll::Pending, 0) => stalled.store(self.pulse.now() + 1, Relaxed),
            (Poll::Ready(_), 1..) => stalled.store(0, Relaxed),
            _ => {}
        }
        result
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.received();
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An answer's body that keeps its request busy until it is sent or given up.
pub(super) struct Answering<B> {
    body: B,
    _busy: Busy,
}

impl<B> Answering<B> {
    pub fn new(body: B, busy: Busy) -> Answering<B> {
        Answering { body, _busy: busy }
    }
}

impl<D: Buf, B: Body<Data = D> + Unpin> Body for Answering<B> {
    type Data = D;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<D>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
