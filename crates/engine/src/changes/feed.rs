//! Live changes for one reader: every event is checked against the rights that they have then.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{Stream, stream};
use model::Result;
use serde_json::json;
use store::{LoggedChange, Operation};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Visible, take_notice};
use crate::background::Stop;
use crate::context::{Caller, Context, Proof};
use crate::faults::from_store;
use crate::workspace::USER;

/// Entries of the log that are read at a time.
const PAGE: u32 = 200;
/// Entries that a reader may be behind; who is further behind reads everything anew.
const BACKLOG_MAX: i64 = 5_000;
/// How often it is asked whether the reader's credential is still good.
const CHECK_EVERY: Duration = Duration::from_secs(15);

/// Something that a reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEvent {
    /// The sequence in the change log, from which the reader can go on later.
    pub id: i64,
    /// `change`: a record changed; `catalogue`: something was published, or the reader's own
    /// rights may have changed; `reset`: the reader has missed something and reads all anew.
    pub event: &'static str,
    /// JSON. Of a change: `sequence`, `entity`, `record`, `operation`, and `revision` while the
    /// record is there. Of the catalogue: `revision`.
    pub data: String,
}

/// Tells a reader what changes from a sequence on (from now on, when none is given), as long as
/// their credential is good, they belong to the workspace, and the engine runs.
pub fn feed(context: &Context, last: Option<i64>) -> impl Stream<Item = FeedEvent> + Send + use<> {
    let feed = Feed {
        log: context.workspace.store.subscribe(),
        stop: context.engine.stop_signal(),
        context: context.clone(),
        place: last,
        queue: VecDeque::new(),
        begun: false,
    };
    stream::unfold(feed, |mut feed| async move {
        match feed.next().await {
            Ok(Some(event)) => Some((event, feed)),
            Ok(None) => None,
            Err(error) => {
                tracing::debug!(%error, "a live feed ended");
                None
            }
        }
    })
}

struct Feed {
    context: Context,
    log: watch::Receiver<i64>,
    stop: Stop,
    /// The sequence up to which the reader was told.
    place: Option<i64>,
    queue: VecDeque<FeedEvent>,
    begun: bool,
}

impl Feed {
    /// The next event; `None` at the end of the feed.
    async fn next(&mut self) -> Result<Option<FeedEvent>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(Some(event));
            }
            if self.stop.is_asked() {
                return Ok(None);
            }
            if !self.begun {
                self.begin().await?;
                self.begun = true;
                continue;
            }
            self.log.mark_unchanged();
            if self.read().await? {
                continue;
            }
            tokio::select! {
                () = self.stop.wait() => return Ok(None),
                // A log that is closed tells nothing any more.
                told = self.log.changed() => if told.is_err() { return Ok(None) },
                () = sleep(CHECK_EVERY) => if !self.is_good().await? { return Ok(None) },
            }
        }
    }

    /// Finds the place to begin at.
    async fn begin(&mut self) -> Result<()> {
        let end = self.context.workspace.store.last_sequence().await.map_err(from_store)?;
        let place = self.place.unwrap_or(end);
        // A place after the end belongs to a log that was replaced.
        if place > end || end - place > BACKLOG_MAX {
            self.reset(end);
        } else {
            self.place = Some(place);
        }
        Ok(())
    }

    fn reset(&mut self, end: i64) {
        self.place = Some(end);
        self.queue.push_back(FeedEvent { id: end, event: "reset", data: "{}".to_owned() });
    }

    /// Reads a page of the log. Answers whether there was anything.
    async fn read(&mut self) -> Result<bool> {
        let place = self.place.unwrap_or(0);
        let end = *self.log.borrow();
        if end - place > BACKLOG_MAX {
            self.reset(end);
            return Ok(true);
        }
        let workspace = self.context.workspace.clone();
        let changes = workspace.store.changes(place, PAGE).await.map_err(from_store)?;
        let Some(last) = changes.last() else { return Ok(false) };
        self.place = Some(last.sequence);
        // The rights that count are those after these changes.
        take_notice(&workspace, &changes).await?;
        let now = self.context.engine.now();
        self.context = self.context.on(workspace.snapshot(), now).await?;
        let visible = Visible::of(&self.context, &changes).await?;
        let mut published: Option<i64> = None;
        for change in &changes {
            if change.operation == Operation::Document || self.is_about_reader(change) {
                published = Some(change.sequence);
                if change.operation == Operation::Document {
                    continue;
                }
            }
            if let Some(shown) = visible.show(change) {
                // What was published before a change is told before it.
                if let Some(sequence) = published.take() {
                    self.queue.push_back(self.catalogue(sequence));
                }
                let mut data = json!({
                    "sequence": change.sequence,
                    "entity": shown.entity,
                    "record": change.record,
                    "operation": change.operation.as_str(),
                });
                if let Some(revision) = shown.revision {
                    data["revision"] = json!(revision);
                }
                let data = data.to_string();
                self.queue.push_back(FeedEvent { id: change.sequence, event: "change", data });
            }
        }
        if let Some(sequence) = published {
            self.queue.push_back(self.catalogue(sequence));
        }
        Ok(true)
    }

    fn catalogue(&self, sequence: i64) -> FeedEvent {
        let data = json!({"revision": self.context.catalogue().revision}).to_string();
        FeedEvent { id: sequence, event: "catalogue", data }
    }

    /// Whether a change is one of the reader's own person, and so perhaps of their roles.
    fn is_about_reader(&self, change: &LoggedChange) -> bool {
        let people = self.context.catalogue().entity(USER);
        people.is_some_and(|people| people.id == change.entity)
            && Some(change.record) == self.context.user_id()
    }

    /// Whether the reader still belongs to the workspace and what they have shown is still good.
    async fn is_good(&self) -> Result<bool> {
        let Some(caller) = self.context.caller else { return Ok(true) };
        caller.is_good(&self.context).await
    }
}

impl Caller {
    /// Asks the store, not what this node remembers.
    async fn is_good(&self, context: &Context) -> Result<bool> {
        let (control, now) = (context.engine.store().control(), context.engine.now());
        let workspace = context.workspace.id;
        let membership = control.membership(self.account, workspace).await.map_err(from_store)?;
        if membership.map(|membership| membership.user) != context.user_id() {
            return Ok(false);
        }
        match self.proof {
            Proof::Session(hash) => {
                Ok(control.session(&hash, now).await.map_err(from_store)?.is_some())
            }
            Proof::Token(id) => {
                let account = control.account(self.account).await.map_err(from_store)?;
                let active = account.is_some_and(|it| it.state == store::AccountState::Active);
                let tokens = control.tokens(self.account).await.map_err(from_store)?;
                let stands = |token: &store::Token| {
                    token.id == id && token.expires_at.is_none_or(|at| at > now)
                };
                Ok(active && tokens.iter().any(stands))
            }
        }
    }
}
