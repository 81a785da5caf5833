//! The step that posts a signed message. The message goes into the outbox together with the note
//! that the step is done; its id follows from the run and the step and is the delivery id.

use model::document::automation::Webhook;
use model::{Code, Error, Result, time};
use serde_json::json;
use store::OutboxMessage;

use crate::automations::ids::{Purpose, derive};
use crate::automations::run::Job;
use crate::faults::from_store;
use crate::outbox;
use crate::records::begin_commit;

/// How often the commit is made anew when others publish in between.
const ATTEMPTS: usize = 3;

pub(super) async fn perform(job: &Job<'_>, settings: &Webhook) -> Result<()> {
    let mut context = job.context.clone();
    let id = derive(job.run, job.number, Purpose::Message);
    let entity = &job.source.entity;
    // Made here once, so that every attempt to deliver it posts the same bytes.
    let body = json!({
        "type": "automation.webhook",
        "automation": job.run.automation,
        "run": job.run.id,
        "step": job.step.name,
        "workspace": context.workspace.slug,
        "record": {
            "entity": entity.name,
            "id": job.run.record,
            "values": job.source.show(),
        },
        "time": time::format_instant(job.time),
    });
    let payload = json!({"endpoint": settings.endpoint, "body": body});
    let kind = outbox::WEBHOOK.to_owned();
    for _ in 0..ATTEMPTS {
        let mut commit = begin_commit(&context);
        let message = OutboxMessage {
            id,
            kind: kind.clone(),
            payload: payload.clone(),
            not_before: context.now,
        };
        commit.outbox.push(message);
        commit.kernel = job.done(json!({"endpoint": settings.endpoint, "message": id}));
        match context.workspace.store.commit(commit).await {
            Ok(_) => {
                context.workspace.work.stir();
                return Ok(());
            }
            Err(store::Fault::CatalogueMoved { .. }) => context = context.refreshed().await?,
            Err(other) => return Err(from_store(other)),
        }
    }
    Err(Error::new(Code::CatalogueBusy))
}
