//! The one path of every write: browser, API, import, automation, script.

use std::collections::HashMap;

use model::limits::BATCH_SIZE_MAX;
use model::{Code, Error, Fault, Result, Uuid, Value};
use serde_json::{Map, Value as Json, json};
use store::KernelWrite;

pub use super::cells::Cells;
use super::draft::Draft;
pub use super::draft::Operation;
use super::rows::Lookups;
use super::{Reply, commit, hooks, links, prepare, rights, stale, taken};
use crate::access::Access;
use crate::context::Context;
use crate::faults::from_store;

/// Some writes that belong together.
#[derive(Debug, Clone)]
pub struct Batch {
    /// What is written, in order.
    pub changes: Vec<Change>,
    /// Whether nothing is written when one of them is refused.
    pub atomic: bool,
}

/// One write.
#[derive(Debug, Clone)]
pub struct Change {
    /// The entity.
    pub entity: String,
    /// What is done.
    pub input: Input,
}

/// What is done with a record.
#[derive(Debug, Clone)]
pub enum Input {
    /// Makes one.
    Create {
        /// Its values, and its id if the client chose one.
        values: Map<String, Json>,
    },
    /// Changes one; values that are not given stay.
    Update {
        /// Which.
        id: Uuid,
        /// The new values.
        values: Map<String, Json>,
        /// The revision that the client knows.
        if_match: Option<i64>,
    },
    /// Changes the one that has the same value of a unique field, or makes one.
    Upsert {
        /// The unique field.
        by: String,
        /// The values.
        values: Map<String, Json>,
    },
    /// Makes one from the cells of a file, or changes the one that they match.
    Cells(Cells),
    /// Deletes one.
    Delete {
        /// Which.
        id: Uuid,
        /// The revision that the client knows.
        if_match: Option<i64>,
    },
    /// Brings a deleted one back.
    Restore {
        /// Which.
        id: Uuid,
    },
}

/// What became of one write.
pub struct Outcome<'a> {
    /// The record.
    pub id: Uuid,
    /// What was done.
    pub operation: Operation,
    /// Whether anything was different from before.
    pub changed: bool,
    /// Its revision now.
    pub revision: i64,
    draft: &'a Draft,
    lookups: &'a Lookups,
}

/// What else goes into the transaction of a batch, made from what becomes of it.
pub(crate) type Also<'a> = dyn Fn(&[Result<Outcome<'_>>]) -> Vec<KernelWrite> + Sync + 'a;

/// How often a write is prepared anew when others were faster.
const ATTEMPTS: usize = 6;

/// Writes a batch. `reply` makes the answer before the commit, because it is stored with the
/// idempotency key. Every write of the batch gets its outcome or its refusal; of an atomic batch,
/// a refusal refuses all.
pub async fn write(
    context: &Context,
    batch: &Batch,
    reply: &(dyn Fn(&[Result<Outcome<'_>>]) -> Reply + Sync),
) -> Result<Reply> {
    write_also(context, batch, reply, &|_| Vec::new()).await
}

/// Writes a batch together with what its module keeps of it: both are in, or neither.
pub(crate) async fn write_also(
    context: &Context,
    batch: &Batch,
    reply: &(dyn Fn(&[Result<Outcome<'_>>]) -> Reply + Sync),
    also: &Also<'_>,
) -> Result<Reply> {
    if batch.changes.len() > BATCH_SIZE_MAX {
        return Err(Error::new(Code::BatchTooLarge).with("count", BATCH_SIZE_MAX));
    }
    match attempts(context, batch, reply, also).await {
        // The store knows a repeated request when it is committed. One that does not get there
        // may be refused for what its first run did, so only then it is looked for.
        Ok(Done::Written(answer)) => Ok(answer),
        Ok(Done::Idle(answer)) => Ok(replay(context).await?.unwrap_or(answer)),
        Err(error) => replay(context).await?.ok_or(error),
    }
}

/// How a write ended.
enum Done {
    /// The answer, of this request or of its first run.
    Written(Reply),
    /// The answer, where nothing was to be written.
    Idle(Reply),
}

async fn attempts(
    context: &Context,
    batch: &Batch,
    reply: &(dyn Fn(&[Result<Outcome<'_>>]) -> Reply + Sync),
    also: &Also<'_>,
) -> Result<Done> {
    let mut context = context.clone();
    let mut refused: HashMap<usize, Error> = HashMap::new();
    for _ in 0..ATTEMPTS {
        let mut attempt = Attempt::new(&context, batch, &refused).await?;
        let outcomes = attempt.outcomes(batch, &refused);
        let (answer, kernel) = (reply(&outcomes), also(&outcomes));
        drop(outcomes);
        let guards = std::mem::take(&mut attempt.guards);
        let commit = commit::build(&context, &attempt.drafts, guards, &answer, kernel);
        let Some(commit) = commit else { return Ok(Done::Idle(answer)) };
        match context.workspace.store.commit(commit).await {
            Ok(_) => {
                if commit::touches_people(&attempt.drafts) {
                    context.workspace.forget_people();
                }
                return Ok(Done::Written(answer));
            }
            Err(store::Fault::Conflict { .. } | store::Fault::Missing { .. }) => {}
            Err(store::Fault::ForeignKey { .. }) => {}
            Err(store::Fault::CatalogueMoved { .. }) => context = context.refreshed().await?,
            Err(store::Fault::Replayed { status, reply }) => {
                let answer = Reply { status, body: reply, revision: None, created: None };
                return Ok(Done::Written(answer));
            }
            Err(store::Fault::Unique { index }) => {
                taken::mark(&context, &mut attempt.drafts, Some(&index)).await?;
                refused.extend(attempt.refuse(batch)?);
            }
            Err(store::Fault::Exists { id, .. }) => {
                let exists = |draft: &&mut Draft| draft.id == id;
                if let Some(draft) = attempt.drafts.iter_mut().find(exists) {
                    draft.refusal = Some(Error::new(Code::RecordExists));
                }
                refused.extend(attempt.refuse(batch)?);
            }
            Err(other) => return Err(from_store(other)),
        }
    }
    Err(Error::new(Code::RecordBusy))
}

/// Does everything to a batch but to write it. `judge` sees what would become of it, as far as
/// that can be known: what others write meanwhile cannot.
pub(crate) async fn rehearse<T>(
    context: &Context,
    batch: &Batch,
    judge: impl FnOnce(&[Result<Outcome<'_>>]) -> T,
) -> Result<T> {
    let mut attempt = Attempt::new(context, batch, &HashMap::new()).await?;
    taken::mark(context, &mut attempt.drafts, None).await?;
    attempt.set_aside(batch)?;
    Ok(judge(&attempt.outcomes(batch, &HashMap::new())))
}

/// The answer of an earlier request with the same idempotency key.
pub(crate) async fn replay(context: &Context) -> Result<Option<Reply>> {
    let Some(key) = &context.request.idempotency else { return Ok(None) };
    let scope = commit::idempotency_scope(context);
    match context.workspace.store.check_idempotency(&scope, &key.key, &key.digest).await {
        Ok(()) => Ok(None),
        Err(store::Fault::Replayed { status, reply }) => {
            Ok(Some(Reply { status, body: reply, revision: None, created: None }))
        }
        Err(other) => Err(from_store(other)),
    }
}

/// A batch as it is prepared: drafts that are right, refusals of those that are not.
struct Attempt {
    drafts: Vec<Draft>,
    guards: Vec<store::Guard>,
    lookups: Lookups,
    refused: HashMap<usize, Error>,
}

impl Attempt {
    async fn new(
        context: &Context,
        batch: &Batch,
        earlier: &HashMap<usize, Error>,
    ) -> Result<Attempt> {
        let skip = |place: usize| earlier.contains_key(&place);
        let mut drafts = prepare::drafts(context, batch, &skip).await?;
        stale::check(context, &mut drafts).await?;
        links::resolve(context, &mut drafts).await?;
        let guards = hooks::run(context, &mut drafts).await?;
        drafts.iter_mut().for_each(Draft::validate);
        if hooks::any(context, &drafts) {
            links::resolve(context, &mut drafts).await?;
        }
        if drafts.iter().any(|draft| draft.operation == Operation::Delete) {
            let everything = Access::everything(context.catalogue());
            links::follow_deletions(context, &everything, &mut drafts).await?;
        }
        drafts.iter_mut().for_each(|draft| draft.stamp(context));
        let lookups = rights::check(context, &mut drafts).await?;
        let mut attempt = Attempt { drafts, guards, lookups, refused: HashMap::new() };
        attempt.set_aside(batch)?;
        Ok(attempt)
    }

    /// Takes refused drafts out; of an atomic batch their faults are the answer.
    fn set_aside(&mut self, batch: &Batch) -> Result<()> {
        let many = batch.changes.len() > 1 || !batch.atomic;
        let drafts = std::mem::take(&mut self.drafts);
        let (refused, kept): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(Draft::is_refused);
        self.drafts = kept;
        if refused.is_empty() {
            return Ok(());
        }
        if batch.atomic {
            return Err(combine(refused, many));
        }
        for draft in refused {
            if let Some(place) = draft.place {
                self.refused.insert(place, draft.into_error(false));
            }
        }
        Ok(())
    }

    /// What the store refused, to be left out of the next attempt; an atomic batch is refused
    /// with it. Nothing, when whoever had a value has given it up meanwhile.
    fn refuse(mut self, batch: &Batch) -> Result<HashMap<usize, Error>> {
        self.set_aside(batch)?;
        Ok(self.refused)
    }

    /// Every write's outcome, in the order of the batch.
    fn outcomes(&self, batch: &Batch, earlier: &HashMap<usize, Error>) -> Vec<Result<Outcome<'_>>> {
        let mut by_place: HashMap<usize, &Draft> = HashMap::new();
        for draft in &self.drafts {
            if let Some(place) = draft.place {
                by_place.insert(place, draft);
            }
        }
        let outcome = |place: usize| match by_place.get(&place) {
            Some(draft) => Ok(Outcome::new(draft, &self.lookups)),
            None => Err(match self.refused.get(&place).or(earlier.get(&place)) {
                Some(error) => copy(error),
                None => Error::new(Code::RecordUnknown),
            }),
        };
        (0..batch.changes.len()).map(outcome).collect()
    }
}

impl<'a> Outcome<'a> {
    /// The whole row as it would be, in the order of the entity's fields.
    pub(crate) fn row(&self) -> &[Value] {
        &self.draft.new
    }

    fn new(draft: &'a Draft, lookups: &'a Lookups) -> Outcome<'a> {
        let changed = !draft.is_idle();
        let revision = draft.old_revision() + i64::from(changed);
        let (id, operation) = (draft.id, draft.operation);
        Outcome { id, operation, changed, revision, draft, lookups }
    }

    /// The record as the actor may see it, as JSON.
    pub fn record(&self) -> Vec<u8> {
        let row = if self.changed { &self.draft.new } else { &self.draft.old };
        match self.operation {
            Operation::Delete => format!("{{\"id\":\"{}\"}}", self.id).into_bytes(),
            _ => rights::visible_record(self.draft, row, self.lookups),
        }
    }
}

/// The same refusal again, without its cause.
fn copy(error: &Error) -> Error {
    Error {
        code: error.code,
        params: error.params.clone(),
        faults: error.faults.clone(),
        details: error.details.clone(),
        cause: None,
    }
}

/// One error of several refused drafts: the faults of all, or the refusal of the first.
fn combine(refused: Vec<Draft>, many: bool) -> Error {
    let mut faults: Vec<Fault> = Vec::new();
    for draft in refused {
        if draft.refusal.is_some() {
            return draft.into_error(many);
        }
        faults.extend(draft.into_error(many).faults);
    }
    Error::faults(faults)
}

/// Creates one record.
pub async fn create(context: &Context, entity: &str, body: Json) -> Result<Reply> {
    let values = prepare::object(body)?;
    single(context, entity, Input::Create { values }, 201).await
}

/// Changes one record; values that are not given stay.
pub async fn update(
    context: &Context,
    entity: &str,
    id: &str,
    body: Json,
    if_match: Option<i64>,
) -> Result<Reply> {
    let values = prepare::object(body)?;
    let input = Input::Update { id: super::parse_id(id)?, values, if_match };
    single(context, entity, input, 200).await
}

/// Deletes one record.
pub async fn delete(
    context: &Context,
    entity: &str,
    id: &str,
    if_match: Option<i64>,
) -> Result<Reply> {
    let input = Input::Delete { id: super::parse_id(id)?, if_match };
    single(context, entity, input, 200).await
}

/// Brings a deleted record back, with the id and the values that it had.
pub async fn restore(context: &Context, entity: &str, id: &str) -> Result<Reply> {
    single(context, entity, Input::Restore { id: super::parse_id(id)? }, 200).await
}

async fn single(context: &Context, entity: &str, input: Input, status: u16) -> Result<Reply> {
    let change = Change { entity: entity.to_owned(), input };
    let batch = Batch { changes: vec![change], atomic: true };
    let reply = move |outcomes: &[Result<Outcome<'_>>]| match outcomes {
        [Ok(outcome)] => Reply {
            status,
            body: outcome.record(),
            revision: Some(outcome.revision),
            created: (outcome.operation == Operation::Create).then_some(outcome.id),
        },
        _ => Reply { status, body: b"{}".to_vec(), revision: None, created: None },
    };
    write(context, &batch, &reply).await
}

/// Writes a batch as the API has it: `[{"op": "create", "values": {…}}, …]`, or an object with
/// `operations` and `atomic`.
pub async fn batch(context: &Context, entity: &str, body: Json) -> Result<Reply> {
    let batch = prepare::batch(entity, body)?;
    let language = context.language();
    let reply = move |outcomes: &[Result<Outcome<'_>>]| {
        let mut body = b"{\"results\":[".to_vec();
        for (index, outcome) in outcomes.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            match outcome {
                Ok(outcome) => {
                    let operation = operation_name(outcome.operation);
                    body.extend_from_slice(
                        format!("{{\"op\":\"{operation}\",\"record\":").as_bytes(),
                    );
                    body.extend_from_slice(&outcome.record());
                    body.push(b'}');
                }
                Err(error) => {
                    let error = json!({"error": error_json(error, language)});
                    body.extend_from_slice(error.to_string().as_bytes());
                }
            }
        }
        body.extend_from_slice(b"]}");
        Reply { status: 200, body, revision: None, created: None }
    };
    write(context, &batch, &reply).await
}

/// The name of an operation in the API and in the history.
pub(crate) fn operation_name(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Restore => "restore",
    }
}

/// A refusal as JSON: code, message, and each fault with its path.
pub(crate) fn error_json(error: &Error, language: model::Language) -> Json {
    let fault = |fault: &Fault| {
        json!({"path": fault.path, "code": fault.code.as_str(),
            "message": fault.message(language), "expected": fault.expected})
    };
    json!({"code": error.code.as_str(), "message": error.message(language),
        "errors": error.faults.iter().map(fault).collect::<Vec<_>>()})
}
