//! From changes to runs: which automation a change starts, and that it starts it once.

use std::collections::HashMap;
use std::sync::Arc;

use model::document::{AutomationDocument, DocumentKind, TriggerOn};
use model::filter::{Everything, Filter, Scope, bind};
use model::{Code, Entity, Error, Result, Uuid, Value};
use serde_json::{Value as Json, json};
use store::{KernelWrite, LoggedChange, Operation, Run, RunState};

use super::{DEPTH_MAX, moment, run};
use crate::context::Actor;
use crate::engine::Engine;
use crate::faults::from_store;
use crate::records::rows::{Lookups, Seen};
use crate::workspace::{Snapshot, Workspace};

/// The name of the place in the log up to which runs have been started.
const CURSOR: &str = "automations";
/// Entries of the log that are read at a time.
const PAGE: u32 = 500;
/// Entries without effect after which the place is stored nevertheless; reading them again after
/// a crash starts nothing.
const UNSTORED_MAX: i64 = 2_000;

/// What one step through the log did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    /// Runs that were started.
    pub(super) started: usize,
    /// Whether there may be more to read.
    pub(super) more: bool,
}

/// Follows the log of a workspace.
pub(super) struct Reader {
    engine: Engine,
    workspace: Arc<Workspace>,
    triggers: Triggers,
    /// The place that is stored.
    stored: i64,
    /// The place up to which the log was read.
    read: i64,
}

/// The automations as they are published at the reader's place in the log.
struct Triggers {
    snapshot: Arc<Snapshot>,
    by_entity: HashMap<String, Vec<Arc<AutomationDocument>>>,
    /// By automation: the place in the log at which it was published or switched on. What
    /// happened before does not start it, whenever the log is read.
    since: HashMap<String, i64>,
}

/// Publications of automations that are looked back at; older ones were before anything that is
/// still to be read.
const PUBLICATIONS: u32 = 1_000;

impl Triggers {
    /// The triggers of a snapshot, with the places in the log at which they began.
    async fn read(workspace: &Workspace, snapshot: Arc<Snapshot>) -> Result<Triggers> {
        let kind = DocumentKind::Automation.name();
        let store = &workspace.store;
        let published = store.changes_of(kind, Uuid::nil(), None, PUBLICATIONS).await;
        let mut triggers = Triggers::of(snapshot);
        for change in published.map_err(from_store)? {
            let began = change.before.is_null() || change.before["enabled"] == json!(false);
            if let Some(name) = change.after["name"].as_str().filter(|_| began) {
                // Newest first: the first one found stays.
                triggers.since.entry(name.to_owned()).or_insert(change.sequence);
            }
        }
        Ok(triggers)
    }

    fn of(snapshot: Arc<Snapshot>) -> Triggers {
        let catalogue = &snapshot.catalogue;
        let mut by_entity: HashMap<String, Vec<Arc<AutomationDocument>>> = HashMap::new();
        for automation in catalogue.automations().iter().filter(|automation| automation.enabled) {
            if let Some(entity) = catalogue.entity(&automation.trigger.entity) {
                by_entity.entry(entity.id.clone()).or_default().push(automation.clone());
            }
        }
        Triggers { snapshot, by_entity, since: HashMap::new() }
    }

    /// Whether an automation had begun when a change happened.
    fn had_begun(&self, automation: &AutomationDocument, change: &LoggedChange) -> bool {
        self.since.get(&automation.name).is_none_or(|since| change.sequence > *since)
    }

    fn revision(&self) -> i64 {
        self.snapshot.catalogue.revision
    }
}

impl Reader {
    pub(super) async fn open(engine: &Engine, workspace: &Arc<Workspace>) -> Result<Reader> {
        let snapshot = workspace.current().await?;
        let stored = first_place(workspace).await?;
        let (engine, workspace) = (engine.clone(), workspace.clone());
        let triggers = Triggers::read(&workspace, snapshot).await?;
        Ok(Reader { engine, workspace, triggers, stored, read: stored })
    }

    /// Reads on and starts what the changes start.
    pub(super) async fn advance(&mut self) -> Result<Read> {
        let published = self.workspace.snapshot().catalogue.revision != self.triggers.revision();
        if self.triggers.by_entity.is_empty() && !published {
            // Nothing can start before something is published, which is in the log too.
            return Ok(Read::default());
        }
        let store = &self.workspace.store;
        let changes = store.changes(self.read, PAGE).await.map_err(from_store)?;
        let (changes, publishes) = up_to_publication(&changes);
        let Some(last) = changes.last() else { return Ok(Read::default()) };
        let to = last.sequence;
        let runs = self.runs(changes).await?;
        let started = runs.len();
        if started > 0 || publishes || to - self.stored >= UNSTORED_MAX {
            if !self.store(runs, to).await? {
                return Ok(Read { started: 0, more: true });
            }
        } else {
            self.read = to;
        }
        if publishes {
            let snapshot = self.workspace.current().await?;
            self.triggers = Triggers::read(&self.workspace, snapshot).await?;
        }
        Ok(Read { started, more: true })
    }

    /// Stores the place that was read up to.
    pub(super) async fn keep_place(&mut self) -> Result<()> {
        if self.read > self.stored {
            self.store(Vec::new(), self.read).await?;
        }
        Ok(())
    }

    /// Stores runs together with the place in the log; `false` when another node was there first,
    /// whose place is then ours.
    async fn store(&mut self, runs: Vec<Run>, to: i64) -> Result<bool> {
        let store = &self.workspace.store;
        let name = CURSOR.to_owned();
        let mut writes: Vec<KernelWrite> = runs.into_iter().map(KernelWrite::StartRun).collect();
        writes.push(KernelWrite::MoveCursor { name, from: self.stored, to });
        match store.write_kernel(writes, self.engine.now()).await {
            Ok(()) => {
                (self.stored, self.read) = (to, to);
                Ok(true)
            }
            Err(store::Fault::CursorMoved) => {
                self.stored = store.cursor(CURSOR).await.map_err(from_store)?;
                self.read = self.stored;
                let snapshot = self.workspace.current().await?;
                self.triggers = Triggers::read(&self.workspace, snapshot).await?;
                Ok(false)
            }
            Err(other) => Err(from_store(other)),
        }
    }

    async fn runs(&self, changes: &[LoggedChange]) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        for change in changes {
            let Some(automations) = self.triggers.by_entity.get(&change.entity) else { continue };
            let catalogue = &self.triggers.snapshot.catalogue;
            let Some(entity) = catalogue.entity_by_id(&change.entity) else { continue };
            let concerned: Vec<&Arc<AutomationDocument>> = automations
                .iter()
                .filter(|automation| concerns(automation, entity, change))
                .filter(|automation| self.triggers.had_begun(automation, change))
                .collect();
            if concerned.is_empty() {
                continue;
            }
            let Some(row) = moment::row(&self.workspace, entity, change).await? else { continue };
            for automation in concerned {
                if self.holds(automation, entity, &row, change).await? {
                    runs.push(self.run(automation, entity, &row, change));
                }
            }
        }
        Ok(runs)
    }

    /// Whether the record was, right after the change, as the automation wants it. What it says of
    /// other records is asked of them as they are now.
    async fn holds(
        &self,
        automation: &AutomationDocument,
        entity: &Arc<Entity>,
        row: &[Value],
        change: &LoggedChange,
    ) -> Result<bool> {
        let Some(condition) = &automation.condition else { return Ok(true) };
        let zone = self.workspace.zone.clone();
        let scope = Scope { me: None, now: change.time, zone };
        let names = Everything(&self.triggers.snapshot.catalogue);
        let bound =
            Filter::parse(condition).and_then(|filter| bind(&filter, entity, &names, &scope));
        let bound = match bound {
            Ok(bound) => bound,
            Err(fault) => {
                let at = &automation.name;
                tracing::warn!(automation = at, path = fault.path, "a condition does not bind");
                return Ok(false);
            }
        };
        let actor = Actor::Automation { name: automation.name.clone() };
        let context = self.engine.unattended(self.workspace.clone(), actor, Json::Null).await?;
        let mut lookups = Lookups::default();
        lookups.fetch(&context, entity, &[&bound], &[row]).await?;
        Ok(bound.matches(&Seen { entity, row, lookups: &lookups }))
    }

    fn run(
        &self,
        automation: &AutomationDocument,
        entity: &Entity,
        row: &[Value],
        change: &LoggedChange,
    ) -> Run {
        let (depth, now) = (depth_of(&change.cause) + 1, self.engine.now());
        let too_deep = depth > DEPTH_MAX;
        let error = too_deep.then(|| {
            let error = Error::new(Code::AutomationLoop).with("count", DEPTH_MAX);
            run::both_languages(&error)
        });
        if too_deep {
            tracing::warn!(automation = automation.name, "a loop of automations was stopped");
        }
        Run {
            id: Uuid::now_v7(),
            automation: automation.name.clone(),
            entity: entity.id.clone(),
            record: change.record,
            sequence: change.sequence,
            state: if too_deep { RunState::Cancelled } else { RunState::Ready },
            depth,
            context: run::Plan::made(automation, entity, row, change).to_json(),
            error,
            not_before: now,
            attempts: 0,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Where to begin: the stored place, or the end of the log where there is none, because only what
/// happens from now on counts.
pub(super) async fn first_place(workspace: &Workspace) -> Result<i64> {
    let store = &workspace.store;
    let stored = store.cursor(CURSOR).await.map_err(from_store)?;
    let end = store.last_sequence().await.map_err(from_store)?;
    if stored > 0 || end == 0 {
        return Ok(stored);
    }
    let (name, time) = (CURSOR.to_owned(), 0);
    let begin = KernelWrite::MoveCursor { name, from: 0, to: end };
    match store.write_kernel(vec![begin], time).await {
        Ok(()) => Ok(end),
        Err(store::Fault::CursorMoved) => store.cursor(CURSOR).await.map_err(from_store),
        Err(other) => Err(from_store(other)),
    }
}

/// The changes up to and with the first publication among them, and whether there is one: what
/// comes after it is judged by what it published.
fn up_to_publication(changes: &[LoggedChange]) -> (&[LoggedChange], bool) {
    let is_document = |change: &LoggedChange| change.operation == Operation::Document;
    let Some(first) = changes.iter().position(is_document) else { return (changes, false) };
    let documents = changes[first..].iter().take_while(|change| is_document(change)).count();
    (&changes[..first + documents], true)
}

/// Whether a change is one that an automation waits for, before its condition is asked.
fn concerns(automation: &AutomationDocument, entity: &Entity, change: &LoggedChange) -> bool {
    let fits = match automation.trigger.on {
        TriggerOn::Created => change.operation == Operation::Create,
        TriggerOn::Updated => change.operation == Operation::Update,
        TriggerOn::Changed => {
            matches!(change.operation, Operation::Create | Operation::Update)
        }
        TriggerOn::Deleted => return change.operation == Operation::Delete,
    };
    let wanted = &automation.trigger.fields;
    let touched = |name: &String| {
        entity.field(name).is_some_and(|field| change.after.get(&field.id).is_some())
    };
    fits && (wanted.is_empty() || wanted.iter().any(touched))
}

/// How many automations caused each other up to a change.
fn depth_of(cause: &Json) -> i64 {
    match cause["kind"] == json!("automation") {
        true => cause["depth"].as_i64().unwrap_or(0),
        false => 0,
    }
}
