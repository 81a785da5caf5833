//! One run: its steps in order, each done once, whatever happens in between.

use std::sync::Arc;

use model::document::{AutomationDocument, Step};
use model::error::Kind;
use model::{Code, Entity, Error, Fault, Language, Result, Value};
use serde_json::{Map, Value as Json, json};
use store::{Claimed, KernelWrite, LoggedChange, Run, RunState, StepState};

use super::steps;
use super::values::Source;
use crate::background::Stop;
use crate::context::{Actor, Context};
use crate::engine::Engine;
use crate::faults::from_store;
use crate::records::stored;
use crate::workspace::Workspace;

/// How often a run is taken before a step that fails for a passing reason is given up.
const ATTEMPTS_MAX: i64 = 12;
/// The longest wait before a run is taken again, in milliseconds.
const WAIT_MS_MAX: i64 = 5 * 60 * 1000;

/// What a run does, as it was when it was started: a later change of the automation changes
/// nothing in the middle of a run.
pub(super) struct Plan {
    steps: Json,
    /// The record by the ids of its fields, in the form of the change log.
    record: Map<String, Json>,
    /// When the change happened, in milliseconds UTC.
    time: i64,
}

impl Plan {
    /// What an automation does about a change.
    pub(super) fn made(
        automation: &AutomationDocument,
        entity: &Entity,
        row: &[Value],
        change: &LoggedChange,
    ) -> Plan {
        let filled = entity.fields.iter().zip(row).filter(|(_, value)| !value.is_null());
        let record = filled.map(|(field, value)| (field.id.clone(), stored::to_json(value)));
        Plan { steps: json!(automation.steps), record: record.collect(), time: change.time }
    }

    /// As it is stored with the run.
    pub(super) fn to_json(&self) -> Json {
        json!({"steps": self.steps, "record": self.record, "time": self.time})
    }

    fn of(run: &Run) -> Result<(Plan, Vec<Step>)> {
        let steps = run.context["steps"].clone();
        let record = run.context["record"].as_object().cloned().unwrap_or_default();
        let time = run.context["time"].as_i64().unwrap_or(run.created_at);
        let read = serde_json::from_value(steps.clone()).map_err(Error::internal)?;
        Ok((Plan { steps, record, time }, read))
    }
}

/// One step of a run that is about to be done.
pub(super) struct Job<'a> {
    pub(super) context: &'a Context,
    pub(super) run: &'a Run,
    pub(super) source: &'a Source,
    pub(super) step: &'a Step,
    pub(super) number: i64,
    /// When the change happened that started the run, in milliseconds UTC.
    pub(super) time: i64,
    fence: i64,
    attempts: i64,
    last: bool,
}

impl Job<'_> {
    /// That the step is done, and with the last one the run; to be stored together with what the
    /// step did. It is refused when somebody else holds the run.
    pub(super) fn done(&self, result: Json) -> Vec<KernelWrite> {
        let state = if self.last { RunState::Done } else { RunState::Ready };
        vec![
            self.put(StepState::Done, result),
            KernelWrite::UpdateRun {
                id: self.run.id,
                fence: Some(self.fence),
                state,
                not_before: self.run.not_before,
                error: None,
                keep: !self.last,
            },
        ]
    }

    fn put(&self, state: StepState, result: Json) -> KernelWrite {
        KernelWrite::PutStep(store::Step {
            run: self.run.id,
            number: self.number,
            name: self.step.name.clone(),
            state,
            result,
            attempts: self.attempts,
            updated_at: self.context.now,
        })
    }
}

/// Carries a claimed run on as far as it goes, until a time (ms UTC) at which it is given back.
pub(super) async fn carry_on(
    engine: &Engine,
    workspace: &Arc<Workspace>,
    claimed: Claimed<Run>,
    until: i64,
    stop: &Stop,
) {
    let carrier = Carrier { engine, workspace, run: &claimed.job, fence: claimed.fence };
    let run = claimed.job.id;
    match carrier.steps(until, stop).await {
        Ok(()) => {}
        // It is taken again when the lease ends; by then whatever is wrong may be over.
        Err(error) => tracing::warn!(workspace = %workspace.id, %run, %error, "a run has to wait"),
    }
}

struct Carrier<'a> {
    engine: &'a Engine,
    workspace: &'a Arc<Workspace>,
    run: &'a Run,
    fence: i64,
}

impl Carrier<'_> {
    async fn steps(&self, until: i64, stop: &Stop) -> Result<()> {
        let context = self.context().await?;
        if let Err(error) = self.may_go_on(&context) {
            return self.end(RunState::Cancelled, Some(both_languages(&error))).await;
        }
        let (plan, steps) = Plan::of(self.run)?;
        let Some(entity) = context.catalogue().entity_by_id(&self.run.entity).cloned() else {
            let error = Error::new(Code::EntityUnknown).with("name", &self.run.entity);
            return self.end(RunState::Failed, Some(both_languages(&error))).await;
        };
        let row = entity.fields.iter().map(|field| match plan.record.get(&field.id) {
            Some(value) => stored::from_json(field, value),
            None => Value::Null,
        });
        let source = Source { row: row.collect(), entity };
        let known = self.workspace.store.steps(self.run.id).await.map_err(from_store)?;
        for (number, step) in (0..).zip(&steps) {
            let before = known.iter().find(|known| known.number == number);
            if before.is_some_and(|known| known.state == StepState::Done) {
                continue;
            }
            if stop.is_asked() || self.engine.now() >= until {
                return self.give_back().await;
            }
            let job = Job {
                context: &Context { now: self.engine.now(), ..context.clone() },
                run: self.run,
                source: &source,
                step,
                number,
                time: plan.time,
                fence: self.fence,
                attempts: before.map_or(0, |known| known.attempts) + 1,
                last: number + 1 == steps.len() as i64,
            };
            if let Err(error) = steps::perform(&job).await {
                let at = format!("steps/{number}/settings");
                return self.fail(&job, error.under(&at)).await;
            }
        }
        Ok(())
    }

    /// Whose doing the writes of this run are.
    async fn context(&self) -> Result<Context> {
        let name = &self.run.automation;
        let actor = Actor::Automation { name: name.clone() };
        let cause = json!({"kind": "automation", "automation": name, "run": self.run.id});
        let mut context = self.engine.unattended(self.workspace.clone(), actor, cause).await?;
        context.depth = self.run.depth;
        context.request.request_id = self.run.id.to_string();
        Ok(context)
    }

    /// An automation that was switched off does nothing any more.
    fn may_go_on(&self, context: &Context) -> Result<()> {
        let mut automations = context.catalogue().automations().iter();
        let stands = automations.any(|known| known.name == self.run.automation && known.enabled);
        match stands {
            true => Ok(()),
            false => Err(Error::new(Code::AutomationStopped).with("name", &self.run.automation)),
        }
    }

    async fn fail(&self, job: &Job<'_>, error: Error) -> Result<()> {
        let again = is_passing(&error) && self.run.attempts < ATTEMPTS_MAX;
        let (run, step) = (self.run.id, &job.step.name);
        tracing::warn!(workspace = %self.workspace.id, %run, step, %error, again, "a step failed");
        let now = self.engine.now();
        let exponent = u32::try_from(self.run.attempts.clamp(0, 16)).unwrap_or(0);
        let wait = (250 << exponent).min(WAIT_MS_MAX);
        let (state, step) = match again {
            true => (RunState::Ready, StepState::Started),
            false => (RunState::Failed, StepState::Failed),
        };
        let put = job.put(step, json!({"error": error_json(&error)}));
        let not_before = if again { now + wait } else { self.run.not_before };
        let update = self.update(state, not_before, Some(both_languages(&error)));
        self.write(vec![put, update]).await
    }

    /// Lets somebody else go on at once.
    async fn give_back(&self) -> Result<()> {
        self.end(RunState::Ready, self.run.error.clone()).await
    }

    async fn end(&self, state: RunState, error: Option<String>) -> Result<()> {
        self.write(vec![self.update(state, self.run.not_before, error)]).await
    }

    fn update(&self, state: RunState, not_before: i64, error: Option<String>) -> KernelWrite {
        let (id, fence) = (self.run.id, Some(self.fence));
        KernelWrite::UpdateRun { id, fence, state, not_before, error, keep: false }
    }

    async fn write(&self, writes: Vec<KernelWrite>) -> Result<()> {
        match self.workspace.store.write_kernel(writes, self.engine.now()).await {
            // Somebody else holds the run and knows better.
            Ok(()) | Err(store::Fault::LeaseLost) => Ok(()),
            Err(other) => Err(from_store(other)),
        }
    }
}

/// Whether another attempt could end differently.
fn is_passing(error: &Error) -> bool {
    error.code == Code::RecordBusy || matches!(error.kind(), Kind::Unavailable | Kind::Internal)
}

/// An error as a text in both languages, one per line, with what is wrong in detail.
pub(crate) fn both_languages(error: &Error) -> String {
    let text = |language: Language| {
        let faults = error.faults.iter().map(|fault| fault.message(language));
        let faults: Vec<String> = faults.collect();
        match (faults.is_empty(), language) {
            (true, _) => error.message(language),
            (false, Language::En) => faults.join(" "),
            (false, Language::ZhCn) => faults.concat(),
        }
    };
    format!("{}\n{}", text(Language::En), text(Language::ZhCn))
}

/// An error as it is stored with a step.
fn error_json(error: &Error) -> Json {
    let fault = |fault: &Fault| {
        json!({"path": fault.path, "code": fault.code.as_str(),
            "message": {"en": fault.message(Language::En), "zh-CN": fault.message(Language::ZhCn)}})
    };
    let faults: Vec<Json> = error.faults.iter().map(fault).collect();
    json!({"code": error.code.as_str(), "errors": faults,
        "message": {"en": error.message(Language::En), "zh-CN": error.message(Language::ZhCn)}})
}
