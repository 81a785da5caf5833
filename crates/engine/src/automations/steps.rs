//! What steps do, one file each. A step's effect and the note that it is done are one commit.

mod create_record;
mod update_record;
mod webhook;

use model::document::StepAction;
use model::{Code, Error, Result};
use serde_json::Value as Json;

use super::run::Job;
use crate::faults::from_store;
use crate::records::{Batch, Change, Input, Outcome, Reply, write_also};

/// Does a step and stores that it is done. Faults have paths within the step's settings.
pub(super) async fn perform(job: &Job<'_>) -> Result<()> {
    match &job.step.action {
        StepAction::CreateRecord(settings) => create_record::perform(job, settings).await,
        StepAction::UpdateRecord(settings) => update_record::perform(job, settings).await,
        StepAction::Webhook(settings) => webhook::perform(job, settings).await,
    }
}

/// Writes one record by the path of every write, together with the note that the step is done.
async fn write(job: &Job<'_>, entity: &str, input: Input, result: Json) -> Result<()> {
    let change = Change { entity: entity.to_owned(), input };
    let batch = Batch { changes: vec![change], atomic: true };
    let answer = |_: &[Result<Outcome<'_>>]| Reply {
        status: 200,
        body: Vec::new(),
        revision: None,
        created: None,
    };
    let also = |_: &[Result<Outcome<'_>>]| job.done(result.clone());
    match write_also(job.context, &batch, &answer, &also).await {
        // An earlier attempt came further than it could tell.
        Err(error) if error.code == Code::RecordExists => note(job, result).await,
        Ok(_) => Ok(()),
        Err(error) => Err(below_values(error)),
    }
}

/// Stores that a step is done which left nothing else to store.
async fn note(job: &Job<'_>, result: Json) -> Result<()> {
    let (store, now) = (&job.context.workspace.store, job.context.now);
    store.write_kernel(job.done(result), now).await.map_err(from_store)
}

/// The faults of a record stand below the values that a step writes.
fn below_values(error: Error) -> Error {
    error.under("values")
}
