//! The step that creates a record. Its id follows from the run and the step, so that there is one
//! record however often the step is tried.

use model::Result;
use model::document::automation::CreateRecord;
use serde_json::json;

use super::write;
use crate::automations::ids::{Purpose, derive};
use crate::automations::run::Job;
use crate::records::Input;

pub(super) async fn perform(job: &Job<'_>, settings: &CreateRecord) -> Result<()> {
    let mut values = job.source.fill(job.context, &settings.values).await?;
    let id = derive(job.run, job.number, Purpose::Record);
    values.insert("id".to_owned(), json!(id));
    let result = json!({"entity": settings.entity, "record": id});
    write(job, &settings.entity, Input::Create { values }, result).await
}
