//! Imports: files whose rows become records through the one path of every write.
//!
//! A request says which column fills which field; nothing is guessed. Its rows are stored, a
//! worker takes them batch by batch, and whoever started it sees how far it is and, of every
//! refused row, the line, the column, the value and the reason. The command line reads a file from
//! disk instead, by the same steps.

mod mapping;
mod reader;
mod rehearsal;
mod report;
mod rows;
mod run;
mod text;

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, stream};
use model::document::Capability;
use model::{Code, Error, Fault, Result, Uuid};
use serde_json::{Value as Json, json};
use store::{Import, KernelWrite};

use mapping::{Plan, ignored};
pub use mapping::{Request, Target};
use reader::{Content, Survey, survey};
use rows::{Pieces, Source, to_stored};
use run::{Hold, Run};

use crate::background::{Ears, Stop, Woken, pause_after, pause_until};
use crate::context::Context;
use crate::engine::Engine;
use crate::faults::from_store;
use crate::records::{self, Reply};
use crate::workspace::Workspace;

/// Its rows are still arriving.
const ARRIVING: &str = "arriving";
/// A worker may take it.
const READY: &str = "ready";
/// The program that started it carries it out itself.
const RUNNING: &str = "running";
/// Every row was dealt with.
const DONE: &str = "done";
/// It stopped before its end.
const FAILED: &str = "failed";

/// Pieces of rows that are stored in one transaction.
const PIECES_AT_ONCE: usize = 20;

/// Starts an import: `{entity, match, mapping, dry_run, content}`, where `content` is the text of
/// the file, or `{"base64": …}` of its bytes. Answers its id. Errors: faults of the request and
/// `import_unreadable`; nothing is begun then.
pub async fn create(context: &Context, body: Json) -> Result<Reply> {
    context.access().require(Capability::Import)?;
    if let Some(replayed) = records::replay(context).await? {
        return Ok(replayed);
    }
    let Json::Object(mut body) = body else {
        return Err(Request::from_json(&body).err().unwrap_or_else(|| Error::new(Code::Invalid)));
    };
    let content = content(body.swap_remove("content"))?;
    let request = Request::from_json(&Json::Object(body))?;
    let (content, survey) = surveyed(content, &request).await?;
    Plan::new(context, &request, &survey.header)?;
    let mut import = begin(context, &request, &survey, ARRIVING);
    let store = &context.workspace().store;
    let put = vec![KernelWrite::PutImport(import.clone())];
    store.write_kernel(put, context.now()).await.map_err(from_store)?;
    keep_rows(context, import.id, content, &survey).await?;

    import.state = READY.to_owned();
    let body = json!({"id": import.id, "state": READY, "total": import.total,
        "ignored_columns": import.mapping["ignored"]});
    let reply = Reply {
        status: 201,
        body: body.to_string().into_bytes(),
        revision: None,
        created: Some(import.id),
    };
    let mut commit = records::begin_commit(context);
    commit.kernel = vec![KernelWrite::PutImport(import)];
    commit.idempotency = records::idempotency_of(context, &reply);
    match store.commit(commit).await {
        Ok(_) => {}
        Err(store::Fault::Replayed { status, reply }) => {
            return Ok(Reply { status, body: reply, revision: None, created: None });
        }
        Err(other) => return Err(from_store(other)),
    }
    context.workspace().work.stir();
    Ok(reply)
}

/// The bytes of a request's file.
fn content(given: Option<Json>) -> Result<Content> {
    let wrong = || -> Error {
        let expected = "the text of a file, or {\"base64\": its bytes}";
        Fault::new("content", Code::ValueType).with("expected", expected).expected(expected).into()
    };
    match given {
        Some(Json::String(text)) => Ok(Content::Bytes(text.into_bytes().into())),
        Some(Json::Object(object)) if object.len() == 1 => {
            let encoded = object.get("base64").and_then(Json::as_str).ok_or_else(wrong)?;
            Ok(Content::Bytes(STANDARD.decode(encoded).map_err(|_| wrong())?.into()))
        }
        _ => Err(wrong()),
    }
}

/// Reads a file from end to end, on a thread that may wait for the disk.
async fn surveyed(content: Content, request: &Request) -> Result<(Content, Survey)> {
    let (encoding, delimiter) = (request.encoding, request.delimiter);
    let read = move || survey(&content, encoding, delimiter).map(|survey| (content, survey));
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
}

fn begin(context: &Context, request: &Request, survey: &Survey, state: &str) -> Import {
    let entity = context.catalogue().entity(&request.entity);
    Import {
        id: Uuid::now_v7(),
        entity: entity.map(|entity| entity.id.clone()).unwrap_or_default(),
        state: state.to_owned(),
        mapping: json!({"request": request.to_json(), "header": survey.header,
            "ignored": ignored(request, &survey.header)}),
        total: survey.rows as i64,
        position: 0,
        created: 0,
        updated: 0,
        failed: 0,
        actor: context.actor().to_json(),
        created_at: context.now(),
        updated_at: context.now(),
    }
}

/// Stores the rows of a file with its import.
async fn keep_rows(
    context: &Context,
    import: Uuid,
    content: Content,
    survey: &Survey,
) -> Result<()> {
    let mut pieces = Pieces::open(&content, survey.form)?;
    let mut number = 0;
    loop {
        let mut rows = Vec::with_capacity(PIECES_AT_ONCE);
        while rows.len() < PIECES_AT_ONCE
            && let Some(piece) = pieces.next()?
        {
            number += 1;
            rows.push(to_stored(number, piece));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let writes = vec![KernelWrite::AddImportRows { import, rows }];
        let store = &context.workspace().store;
        store.write_kernel(writes, context.now()).await.map_err(from_store)?;
    }
}

/// How far an import is: counts, and the first refused rows with their reasons. Errors:
/// `import_unknown`, also for an import of somebody else.
pub async fn get(context: &Context, id: &str) -> Result<Json> {
    let import = find(context, id).await?;
    let language = context.language();
    let mut answer = report::progress(&import, language);
    let (mut shown, mut after) = (Vec::new(), 0);
    let store = &context.workspace().store;
    while import.failed > 0 && shown.len() < report::SHOWN {
        let limit = report::SHOWN as u32;
        let errors = store.import_errors(import.id, after, limit).await.map_err(from_store)?;
        let Some(last) = errors.last() else { break };
        after = last.number;
        shown.extend(errors.iter().flat_map(|error| report::shown(error, language)));
    }
    shown.truncate(report::SHOWN);
    answer["errors"] = Json::Array(shown);
    Ok(answer)
}

async fn find(context: &Context, id: &str) -> Result<Import> {
    context.access().require(Capability::Import)?;
    let id = report::parse_id(id)?;
    let import = context.workspace().store.import(id).await.map_err(from_store)?;
    let own = |import: &Import| {
        let user = context.user_id();
        user.is_none() || report::belongs_to(import, user)
    };
    import.filter(own).ok_or_else(report::unknown)
}

/// Every refused row as a CSV file (line, column, value, reason), piece by piece. Errors:
/// `import_unknown`.
pub async fn errors_csv(
    context: &Context,
    id: &str,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + use<>> {
    const AT_ONCE: u32 = 500;
    let import = find(context, id).await?;
    let (store, language) = (context.workspace().store.clone(), context.language());
    // With a mark, spreadsheets read it as UTF-8.
    let head = format!("\u{feff}{}", report::csv_head(language)).into_bytes();
    Ok(stream::try_unfold((Some(head), 0), move |(head, after)| {
        let store = Arc::clone(&store);
        async move {
            if let Some(head) = head {
                return Ok(Some((head, (None, after))));
            }
            let errors = store.import_errors(import.id, after, AT_ONCE).await;
            let errors = errors.map_err(from_store)?;
            let Some(last) = errors.last() else { return Ok(None) };
            let (after, mut piece) = (last.number, Vec::new());
            for error in errors.iter().filter(|error| report::is_refused(error)) {
                report::write_csv(error, language, &mut piece);
            }
            Ok(Some((piece, (None, after))))
        }
    }))
}

/// How far an import is, for whoever waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows of the file.
    pub total: u64,
    /// Rows that were dealt with.
    pub done: u64,
    /// Rows that were refused.
    pub failed: u64,
}

/// Imports a file from disk at once, row by row, so that its size does not matter; `tell` hears
/// how far it is. Answers what [`get`] answers. Errors: those of [`create`], and whatever stops it
/// on the way; what was written by then stays, and a second run with `match` finds it.
pub async fn run_now(
    context: &Context,
    request: &Request,
    file: &Path,
    mut tell: impl FnMut(Progress) + Send,
) -> Result<Json> {
    context.access().require(Capability::Import)?;
    let (content, survey) = surveyed(Content::File(file.to_owned()), request).await?;
    let import = begin(context, request, &survey, RUNNING);
    let id = import.id;
    let cause = json!({"kind": "import", "id": id});
    let own = Context { cause, ..context.clone() };
    let mut run = Run::new(own, import, Hold::Own)?;
    let store = &context.workspace().store;
    let put = vec![KernelWrite::PutImport(run.import.clone())];
    store.write_kernel(put, context.now()).await.map_err(from_store)?;
    let source = Source::of_file(content, survey.form);
    let ended = run
        .all(source, &mut |import| {
            let count = |number: i64| number.unsigned_abs();
            tell(Progress {
                total: count(import.total),
                done: count(import.position),
                failed: count(import.failed),
            });
        })
        .await;
    if let Err(error) = ended {
        let mut import = run.import;
        import.state = FAILED.to_owned();
        import.mapping["failure"] = report::failure(&error);
        let put = vec![KernelWrite::PutImport(import)];
        store.write_kernel(put, context.now()).await.map_err(from_store)?;
        return Err(error);
    }
    get(context, &id.to_string()).await
}

/// Carries on with one import that waits, for a turn. Answers whether there was one.
pub async fn work(engine: &Engine, workspace: &Arc<Workspace>) -> Result<bool> {
    run::turn(engine, workspace).await
}

/// Carries out the imports of a workspace until the engine ends.
pub(crate) async fn follow(engine: &Engine, workspace: &Arc<Workspace>, stop: Stop) {
    let mut ears = Ears::to_work(workspace, stop);
    let mut failures = 0;
    loop {
        ears.mark_heard();
        let pause = match work(engine, workspace).await {
            Ok(true) if !ears.stop.is_asked() => continue,
            Ok(_) => {
                failures = 0;
                let due = workspace.store.next_due().await.ok().flatten();
                pause_until(due, engine.now())
            }
            Err(error) => {
                tracing::warn!(workspace = %workspace.id, %error, "imports have to wait");
                failures += 1;
                pause_after(failures)
            }
        };
        if ears.wait(pause).await == Woken::Stop {
            return;
        }
    }
}
