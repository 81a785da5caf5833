//! Bodies: of answers, whole or as a stream, and of requests, read with a limit and a deadline.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use model::{Code, Error, Result};
use tokio::time::{Instant, timeout_at};

/// The body of an answer.
pub enum Body {
    /// All of it; empty once it is sent.
    Whole(Bytes),
    /// Piece by piece.
    Stream(Pin<Box<dyn Stream<Item = Result<Bytes, Broken>> + Send>>),
}

/// An answer that could not be finished. The connection ends without its end, so that nobody takes
/// a part for the whole.
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer could not be finished")
    }
}

impl std::error::Error for Broken {}

impl Body {
    /// A body without a byte.
    pub fn empty() -> Body {
        Body::Whole(Bytes::new())
    }

    /// A body that is made while it is sent.
    pub fn stream(pieces: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static) -> Body {
        Body::Stream(Box::pin(pieces))
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Body {
        Body::Whole(bytes.into())
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Body::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Body::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Body::Stream(pieces) => pieces
                .as_mut()
                .poll_next(context)
                .map(|piece| piece.map(|bytes| bytes.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Body::Stream(_) => SizeHint::default(),
        }
    }
}

/// How fast a request's body must come.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// What every body is given.
    pub grace: Duration,
    /// And then this many bytes a second.
    pub bytes_per_second: u64,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { grace: Duration::from_secs(10), bytes_per_second: 10 * 1024 }
    }
}

/// Reads a request's body. Errors: `body_too_large`, before anything is read where the client says
/// the length; `body_too_slow`.
pub async fn read<B>(mut body: B, limit: usize, pace: Pace) -> Result<Bytes>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let too_large = || Error::new(Code::BodyTooLarge).with("bytes", limit);
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let started = Instant::now();
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while !body.is_end_stream() {
        let received = (first.len() + rest.len()) as u64;
        let earned = Duration::from_millis(received * 1000 / pace.bytes_per_second.max(1));
        let frame = timeout_at(started + pace.grace + earned, body.frame()).await;
        let frame = match frame.map_err(|_| Error::new(Code::BodyTooSlow))? {
            Some(Ok(frame)) => frame,
            // The client is gone or broke the protocol; nobody will read the answer.
            Some(Err(error)) => return Err(Error::new(Code::BodyTooSlow).caused_by(error)),
            None => break,
        };
        let Ok(data) = frame.into_data() else { continue };
        if received as usize + data.len() > limit {
            return Err(too_large());
        }
        match first.is_empty() {
            true => first = data,
            false => rest.extend_from_slice(&data),
        }
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    use http_body_util::{Full, StreamBody};

    fn pieces(texts: &[&'static str]) -> impl HttpBody<Data = Bytes, Error = Infallible> + Unpin {
        let frames: Vec<Result<_, Infallible>> =
            texts.iter().map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes())))).collect();
        StreamBody::new(futures_util::stream::iter(frames))
    }

    #[tokio::test]
    async fn a_body_is_read_whole_up_to_its_limit() {
        let read = |texts: &'static [&'static str]| read(pieces(texts), 6, Pace::default());
        assert_eq!(read(&["abc", "de", "f"]).await.unwrap(), "abcdef");
        assert_eq!(read(&[]).await.unwrap(), "");
        assert_eq!(read(&["abc", "de", "fg"]).await.unwrap_err().code, Code::BodyTooLarge);
    }

    #[tokio::test]
    async fn a_length_that_is_too_large_is_refused_unread() {
        let error = read(Full::new(Bytes::from_static(b"1234567")), 6, Pace::default()).await;
        assert_eq!(error.unwrap_err().code, Code::BodyTooLarge);
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_given_up() {
        let pace = Pace { grace: Duration::from_millis(20), bytes_per_second: 1 };
        let silence = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
        let error = read(StreamBody::new(Box::pin(silence)), 6, pace).await;
        assert_eq!(error.unwrap_err().code, Code::BodyTooSlow);
    }
}
