//! Live changes as Server-Sent Events.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use engine::Context;
use engine::changes::{FeedEvent, feed};
use futures_util::{Stream, StreamExt, stream};
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use model::{Code, Fault, Result};
use tokio::time::{Interval, interval};

use crate::app::App;
use crate::body::{Body, Broken};
use crate::call::Call;
use crate::reply::{self, Reply};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies must not hold events back to gather them.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// Something is said at least this often, so that nobody on the way takes the stream for dead.
const PAUSE: Duration = Duration::from_secs(15);
/// The first words: a client whose connection ends comes back after three seconds.
const GREETING: Bytes = Bytes::from_static(b"retry: 3000\n\n");
const STILL_HERE: Bytes = Bytes::from_static(b":\n\n");

/// `GET /w/{ws}/events`: what changes, from `Last-Event-ID` on, until the client goes, its
/// credential ends or the server stops.
pub async fn stream(call: Call, context: Context) -> Result<Reply> {
    let last = last_event(&call)?;
    let stop = call.app.stop.clone();
    let told = said(Box::pin(feed(&context, last)), Open::count(&call.app));
    let greeted = stream::once(async { GREETING }).chain(told);
    let ended = greeted.take_until(async move { stop.begun().await });
    let body = Body::stream(ended.map(Ok::<_, Broken>));
    let kind = HeaderValue::from_static("text/event-stream");
    let reply = reply::content(StatusCode::OK, kind, body);
    Ok(reply::with(reply, BUFFERING, HeaderValue::from_static("no")))
}

fn last_event(call: &Call) -> Result<Option<i64>> {
    let Some(line) = call.parts.headers.get(LAST_EVENT_ID) else { return Ok(None) };
    match line.to_str().ok().and_then(|text| text.parse().ok()) {
        Some(sequence) => Ok(Some(sequence)),
        None => {
            let fault = Fault::new("Last-Event-ID", Code::ParameterInvalid);
            Err(fault.with("name", "Last-Event-ID").expected("the id of an event").into())
        }
    }
}

/// The events as they are sent, with a sign of life in between.
fn said<S>(events: S, open: Open) -> impl Stream<Item = Bytes> + Send
where
    S: Stream<Item = FeedEvent> + Send + Unpin,
{
    let mut pauses = interval(PAUSE);
    pauses.reset();
    stream::unfold((events, pauses, open), |(mut events, mut pauses, open)| async move {
        let piece = next(&mut events, &mut pauses).await?;
        Some((piece, (events, pauses, open)))
    })
}

async fn next<S>(events: &mut S, pauses: &mut Interval) -> Option<Bytes>
where
    S: Stream<Item = FeedEvent> + Send + Unpin,
{
    tokio::select! {
        biased;
        event = events.next() => {
            pauses.reset();
            event.map(|event| words(&event))
        }
        _ = pauses.tick() => Some(STILL_HERE),
    }
}

fn words(event: &FeedEvent) -> Bytes {
    // The data is JSON text, which has no line breaks.
    format!("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.event, event.data).into()
}

/// Counts a stream while it is open.
struct Open(Arc<App>);

impl Open {
    fn count(app: &Arc<App>) -> Open {
        app.metrics.streams.fetch_add(1, Ordering::Relaxed);
        Open(app.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_in_the_form_that_browsers_read() {
        let event = FeedEvent { id: 7, event: "change", data: "{\"entity\":\"deal\"}".to_owned() };
        assert_eq!(words(&event), "id: 7\nevent: change\ndata: {\"entity\":\"deal\"}\n\n");
    }
}
