//! The step that changes the record that started the run. It sets values, so that doing it again
//! changes nothing.

use model::Result;
use model::document::automation::UpdateRecord;
use serde_json::json;

use super::write;
use crate::automations::run::Job;
use crate::records::Input;

pub(super) async fn perform(job: &Job<'_>, settings: &UpdateRecord) -> Result<()> {
    let values = job.source.fill(job.context, &settings.values).await?;
    let (entity, id) = (&job.source.entity.name, job.run.record);
    let result = json!({"entity": entity, "record": id});
    write(job, entity, Input::Update { id, values, if_match: None }, result).await
}
