//! Carries an import out: batch by batch through the one path of every write, each batch in one
//! transaction with how far the import is, so that whoever goes on after a crash neither leaves
//! out a row nor takes one twice.

use std::sync::{Arc, Mutex};

use model::document::Capability;
use model::{Code, Error, Result, Uuid};
use serde_json::json;
use store::{Claimed, Import, ImportError, KernelWrite};

use super::mapping::{Plan, Request};
use super::reader::Row;
use super::rehearsal::Rehearsal;
use super::rows::{self, BATCH, Read, Source};
use super::{DONE, FAILED, READY, report};
use crate::context::{Actor, Context};
use crate::engine::{Engine, lock};
use crate::faults::from_store;
use crate::records::{self, Batch, Operation, Outcome, Reply};

/// How long an import is held by a worker (ms). After a crash another one goes on when it ends.
pub(super) const LEASE_MS: i64 = 60_000;
/// How long a worker carries on before it gives an import back, so that its hold never runs out
/// and other imports get their turn (ms).
const TURN_MS: i64 = 15_000;

/// How a run may write how far it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hold {
    /// It was claimed; another claim ends it.
    Claimed {
        /// The claim's number.
        fence: i64,
        /// When the turn is over (ms).
        until: i64,
    },
    /// Nobody else can take it.
    Own,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Every row was dealt with.
    Whole,
    /// The turn is over; the import waits for the next.
    Paused,
}

/// Told after every batch.
pub(super) type Watcher<'a> = &'a mut (dyn FnMut(&Import) + Send);

/// An import under way.
pub(super) struct Run {
    pub(super) context: Context,
    pub(super) import: Import,
    pub(super) hold: Hold,
    request: Request,
    header: Vec<String>,
    plan: Arc<Plan>,
    /// What a dry run would have written so far.
    rehearsal: Option<Rehearsal>,
}

/// Whether rows come from the file, or waited for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Again,
}

/// What becomes of a row.
pub(super) enum Fate {
    Created,
    Updated,
    Unchanged,
    /// It points to a record that may come further down.
    Waits(ImportError),
    Refused(ImportError),
}

impl Run {
    /// Checks an import against the catalogue and the rights of now.
    pub(super) fn new(context: Context, import: Import, hold: Hold) -> Result<Run> {
        context.access.require(Capability::Import)?;
        let request = Request::from_json(&import.mapping["request"])?;
        let header = serde_json::from_value(import.mapping["header"].clone());
        let header: Vec<String> = header.map_err(Error::internal)?;
        let plan = Arc::new(Plan::new(&context, &request, &header)?);
        let mut run = Run { context, import, hold, request, header, plan, rehearsal: None };
        if run.request.dry_run {
            // Nothing was written, so a dry run that was interrupted begins anew.
            run.rehearsal = Some(Rehearsal::default());
            let import = &mut run.import;
            (import.position, import.created, import.updated, import.failed) = (0, 0, 0, 0);
        }
        Ok(run)
    }

    /// Takes every row that is left.
    pub(super) async fn all(&mut self, mut source: Source, tell: Watcher<'_>) -> Result<Ended> {
        while let Some(rows) = source.next().await? {
            for batch in rows::batches(self.read(rows)) {
                self.refresh().await?;
                self.take(batch, Stage::First).await?;
                tell(&self.import);
                if self.is_over() {
                    return self.give_back().await;
                }
            }
        }
        if self.plan.self_links().next().is_some() {
            while self.take_waiting().await? {
                tell(&self.import);
            }
            self.refuse_waiting().await?;
        }
        self.finish().await?;
        tell(&self.import);
        Ok(Ended::Whole)
    }

    fn read(&self, rows: Vec<Row>) -> Vec<Read> {
        let read = |row: Row| {
            let change = self.plan.read(&row);
            (row, change)
        };
        rows.into_iter().map(read).collect()
    }

    /// Acts by the catalogue, the rights and the time of now.
    async fn refresh(&mut self) -> Result<()> {
        let engine = self.context.engine.clone();
        let snapshot = self.context.workspace.snapshot();
        self.context = self.context.on(snapshot, engine.now()).await?;
        self.context.access.require(Capability::Import)?;
        if self.context.catalogue().revision != self.plan.revision {
            self.plan = Arc::new(Plan::new(&self.context, &self.request, &self.header)?);
        }
        Ok(())
    }

    /// Writes a batch; answers how many of its rows are dealt with. Where the catalogue has moved
    /// on meanwhile, rows are read anew; where others keep writing the same records, one row after
    /// the other is tried.
    async fn take(&mut self, mut batch: Vec<Read>, stage: Stage) -> Result<usize> {
        if batch.iter().any(|(_, change)| self.is_stale(change)) {
            batch = self.read_again(batch);
        }
        match self.write(&batch, stage).await {
            Err(error) if error.code == Code::CatalogueBusy => {
                self.context.workspace.reload().await?;
                self.refresh().await?;
                let batch = self.read_again(batch);
                self.write(&batch, stage).await
            }
            Err(error) if error.code == Code::RecordBusy && batch.len() > 1 => {
                let mut settled = 0;
                for read in batch {
                    settled += self.write(&[read], stage).await?;
                }
                Ok(settled)
            }
            result => result,
        }
    }

    fn read_again(&self, batch: Vec<Read>) -> Vec<Read> {
        self.read(batch.into_iter().map(|(row, _)| row).collect())
    }

    fn is_stale(&self, change: &Result<records::Change>) -> bool {
        match change {
            Ok(records::Change { input: records::Input::Cells(cells), .. }) => {
                cells.revision != self.plan.revision
            }
            _ => false,
        }
    }

    /// Writes rows, and in the same transaction how far the import is then.
    async fn write(&mut self, batch: &[Read], stage: Stage) -> Result<usize> {
        let readable = batch.iter().filter_map(|(_, change)| change.as_ref().ok());
        let changes = Batch { changes: readable.cloned().collect(), atomic: false };
        if self.rehearsal.is_some() {
            return self.rehearse(batch, &changes, stage).await;
        }
        let reached = Mutex::new(None);
        let also = |outcomes: &[Result<Outcome<'_>>]| {
            let (import, settled, kernel) = self.next(batch, &self.fates(batch, outcomes), stage);
            *lock(&reached) = Some((import, settled));
            kernel
        };
        let nothing = |_: &[Result<Outcome<'_>>]| Reply {
            status: 200,
            body: Vec::new(),
            revision: None,
            created: None,
        };
        records::write_also(&self.context, &changes, &nothing, &also).await?;
        let (import, settled) = lock(&reached)
            .take()
            .ok_or_else(|| Error::internal("a batch was written without being judged"))?;
        self.import = import;
        Ok(settled)
    }

    /// Does everything but write.
    async fn rehearse(&mut self, batch: &[Read], changes: &Batch, stage: Stage) -> Result<usize> {
        let mut rehearsal = self.rehearsal.take().unwrap_or_default();
        let judge = |outcomes: &[Result<Outcome<'_>>]| {
            rehearsal.judge(&self.plan, batch, self.fates(batch, outcomes), outcomes)
        };
        let fates = records::rehearse(&self.context, changes, judge).await?;
        self.rehearsal = Some(rehearsal);
        let (import, settled, kernel) = self.next(batch, &fates, stage);
        let store = &self.context.workspace.store;
        store.write_kernel(kernel, self.context.now).await.map_err(from_store)?;
        self.import = import;
        Ok(settled)
    }

    /// What becomes of each row of a batch.
    fn fates(&self, batch: &[Read], outcomes: &[Result<Outcome<'_>>]) -> Vec<Fate> {
        let mut outcomes = outcomes.iter();
        let fate = |(row, change): &Read| {
            let refuse = |error: &Error| {
                Fate::Refused(report::refused(row, report::faults_of(&self.plan, row, error)))
            };
            let outcome = match change {
                Err(error) => return refuse(error),
                Ok(_) => outcomes.next(),
            };
            match outcome {
                Some(Ok(outcome)) if outcome.operation == Operation::Create => Fate::Created,
                Some(Ok(outcome)) if outcome.changed => Fate::Updated,
                Some(Ok(_)) => Fate::Unchanged,
                Some(Err(error)) if self.may_come(error) => {
                    Fate::Waits(report::waiting(row, report::faults_of(&self.plan, row, error)))
                }
                Some(Err(error)) => refuse(error),
                None => refuse(&Error::new(Code::Internal)),
            }
        };
        batch.iter().map(fate).collect()
    }

    /// Whether all that is wrong with a row is that it points to records of its own entity that
    /// are not there yet.
    fn may_come(&self, error: &Error) -> bool {
        let own = |path: &str| self.plan.self_links().any(|mapped| mapped.field.name == path);
        let waits = |fault: &model::Fault| fault.code == Code::LinkUnknown && own(&fault.path);
        !error.faults.is_empty() && error.faults.iter().all(waits)
    }

    /// The import after some rows, how many of them are dealt with, and what is stored.
    fn next(
        &self,
        batch: &[Read],
        fates: &[Fate],
        stage: Stage,
    ) -> (Import, usize, Vec<KernelWrite>) {
        let mut import = Import { updated_at: self.context.now, ..self.import.clone() };
        let (mut errors, mut settled) = (Vec::new(), 0);
        for ((row, _), fate) in batch.iter().zip(fates) {
            settled += usize::from(!matches!(fate, Fate::Waits(_)));
            match fate {
                Fate::Created => import.created += 1,
                Fate::Updated => import.updated += 1,
                Fate::Refused(_) => import.failed += 1,
                Fate::Unchanged | Fate::Waits(_) => {}
            }
            match (fate, stage) {
                (Fate::Refused(error), _) | (Fate::Waits(error), Stage::First) => {
                    errors.push(error.clone());
                }
                (Fate::Waits(_), Stage::Again) | (_, Stage::First) => {}
                // It waited and is in.
                (_, Stage::Again) => errors.push(report::settled(row)),
            }
        }
        if stage == Stage::First {
            import.position += batch.len() as i64;
        }
        let kernel = self.stored(&import, errors, true);
        (import, settled, kernel)
    }

    fn stored(&self, import: &Import, errors: Vec<ImportError>, keep: bool) -> Vec<KernelWrite> {
        let mut kernel = vec![match self.hold {
            Hold::Claimed { fence, .. } => {
                KernelWrite::UpdateImport { import: import.clone(), fence, keep }
            }
            Hold::Own => KernelWrite::PutImport(import.clone()),
        }];
        if !errors.is_empty() {
            kernel.push(KernelWrite::AddImportErrors { import: import.id, errors });
        }
        kernel
    }

    /// Tries the rows that wait for others once more. Answers whether any of them went in.
    async fn take_waiting(&mut self) -> Result<bool> {
        let (mut after, mut progress) = (0, false);
        while let Some(errors) = self.errors_after(&mut after).await? {
            let waiting = errors.into_iter().filter(|error| report::waits_for(error).is_some());
            let rows = waiting
                .map(|error| rows::row_of_json(error.number, error.content))
                .collect::<Result<Vec<Row>>>()?;
            for batch in rows::batches(self.read(rows)) {
                self.refresh().await?;
                progress |= self.take(batch, Stage::Again).await? > 0;
            }
        }
        Ok(progress)
    }

    /// Gives up on the rows that still wait.
    async fn refuse_waiting(&mut self) -> Result<()> {
        let mut after = 0;
        while let Some(errors) = self.errors_after(&mut after).await? {
            let mut import = self.import.clone();
            let mut refused = Vec::new();
            for mut error in errors {
                if let Some(faults) = report::waits_for(&error).cloned() {
                    error.errors = faults;
                    import.failed += 1;
                    refused.push(error);
                }
            }
            if !refused.is_empty() {
                self.store(import, refused, true).await?;
            }
        }
        Ok(())
    }

    async fn errors_after(&self, after: &mut i64) -> Result<Option<Vec<ImportError>>> {
        let store = &self.context.workspace.store;
        let errors = store.import_errors(self.import.id, *after, BATCH as u32).await;
        let errors = errors.map_err(from_store)?;
        *after = errors.last().map_or(*after, |last| last.number);
        Ok((!errors.is_empty()).then_some(errors))
    }

    async fn store(&mut self, import: Import, errors: Vec<ImportError>, keep: bool) -> Result<()> {
        let kernel = self.stored(&import, errors, keep);
        let store = &self.context.workspace.store;
        store.write_kernel(kernel, self.context.now).await.map_err(from_store)?;
        self.import = import;
        Ok(())
    }

    fn is_over(&self) -> bool {
        match self.hold {
            Hold::Claimed { until, .. } => {
                self.rehearsal.is_none() && self.context.engine.now() >= until
            }
            Hold::Own => false,
        }
    }

    async fn give_back(&mut self) -> Result<Ended> {
        self.store(self.import.clone(), Vec::new(), false).await?;
        Ok(Ended::Paused)
    }

    async fn finish(&mut self) -> Result<()> {
        let import = Import { state: DONE.to_owned(), ..self.import.clone() };
        let mut kernel = self.stored(&import, Vec::new(), false);
        kernel.push(KernelWrite::ClearImportRows(import.id));
        let store = &self.context.workspace.store;
        store.write_kernel(kernel, self.context.now).await.map_err(from_store)?;
        self.import = import;
        Ok(())
    }
}

/// Takes one import that waits and carries on with it for a turn. Answers whether there was one.
pub(super) async fn turn(engine: &Engine, workspace: &Arc<crate::Workspace>) -> Result<bool> {
    let now = engine.now();
    let claimed = workspace.store.claim_import(LEASE_MS, now).await.map_err(from_store)?;
    let Some(Claimed { job: import, fence }) = claimed else { return Ok(false) };
    let hold = Hold::Claimed { fence, until: now + TURN_MS };
    let id = import.id;
    let outcome = match carry_on(engine, workspace, &import, hold).await {
        Ok(ended) => Ok(ended),
        Err(error) if report::passes(&error) => {
            // The hold runs out, and somebody tries again then.
            tracing::warn!(import = %id, %error, "an import has to wait");
            return Ok(true);
        }
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        tracing::error!(import = %id, %error, "an import stopped");
        stop(workspace, id, fence, &error, engine.now()).await?;
    }
    Ok(true)
}

async fn carry_on(
    engine: &Engine,
    workspace: &Arc<crate::Workspace>,
    import: &Import,
    hold: Hold,
) -> Result<Ended> {
    let context = context_of(engine, workspace, import).await?;
    let mut run = Run::new(context, import.clone(), hold)?;
    let source = Source::of_store(workspace.store.clone(), import.id, run.import.position);
    run.all(source, &mut |_| {}).await
}

/// How whoever started an import acts now: with the rights that they have now.
async fn context_of(
    engine: &Engine,
    workspace: &Arc<crate::Workspace>,
    import: &Import,
) -> Result<Context> {
    let text = |key: &str| import.actor[key].as_str().unwrap_or_default().to_owned();
    let id = |key: &str| Uuid::try_parse(&text(key)).unwrap_or_default();
    let actor = match import.actor["kind"].as_str() {
        Some("user") => Actor::User { id: id("id"), name: text("name") },
        Some("token") => Actor::Token { id: id("id"), name: text("name"), user: id("user") },
        _ => Actor::System { reason: "import" },
    };
    let cause = json!({"kind": "import", "id": import.id});
    let user = actor.user();
    let context = engine.unattended(workspace.clone(), actor, cause).await?;
    let snapshot = context.snapshot.clone();
    let context = context.on(snapshot.clone(), context.now).await?;
    let language = match user {
        Some(user) => workspace.person(&snapshot, user).await?.language,
        None => None,
    };
    Ok(Context { language: language.unwrap_or(workspace.language), ..context })
}

/// Ends an import that cannot go on, with the reason.
async fn stop(
    workspace: &crate::Workspace,
    id: Uuid,
    fence: i64,
    error: &Error,
    now: i64,
) -> Result<()> {
    let Some(mut import) = workspace.store.import(id).await.map_err(from_store)? else {
        return Ok(());
    };
    if import.state != READY {
        return Ok(());
    }
    import.state = FAILED.to_owned();
    import.mapping["failure"] = report::failure(error);
    import.updated_at = now;
    // The first write is refused where somebody else holds the import; the second then too.
    let kernel = vec![
        KernelWrite::UpdateImport { import: import.clone(), fence, keep: false },
        KernelWrite::PutImport(import),
    ];
    match workspace.store.write_kernel(kernel, now).await {
        Ok(()) | Err(store::Fault::LeaseLost) => Ok(()),
        Err(other) => Err(from_store(other)),
    }
}
