//! Automations over a real store: started once, carried on after a crash, stopped in a loop.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use serde_json::{Value as Json, json};
use store::{MessageState, RunState, StepState};

use super::*;
use crate::testing::{House, NOW};

/// When a deal is won: a note about it, then a message.
fn on_won() -> Json {
    json!({
        "format": 1, "name": "on_won", "label": {"en": "Won"},
        "trigger": {"on": "updated", "entity": "deal", "fields": ["stage"]},
        "condition": {"field": "stage", "op": "eq", "value": "won"},
        "steps": [
            {"name": "note", "type": "create_record", "settings": {"entity": "note", "values": {
                "name": "Won: {record.name}", "deal": {"from": "record.id"}}}},
            {"name": "mark", "type": "update_record", "settings": {"values": {"cost": 7}}},
            {"name": "tell", "type": "webhook", "settings": {"endpoint": "erp"}},
        ],
    })
}

/// A signal that is never given, as long as the sender lives.
fn never(house: &House) -> Stop {
    house.engine.stop_signal()
}

async fn worker(house: &House) -> Worker {
    Worker::open(&house.engine, &house.workspace).await.unwrap()
}

/// Reads to the end of the log, past the publications in it; answers how many runs were started.
async fn read_on(worker: &mut Worker) -> usize {
    let mut started = 0;
    loop {
        let read = worker.reader.advance().await.unwrap();
        started += read.started;
        if !read.more {
            return started;
        }
    }
}

async fn work(house: &House, worker: &mut Worker) {
    worker.pass(Woken::Time, &never(house)).await.unwrap();
}

/// Does what there is to do after a start.
async fn work_anew(house: &House) {
    work(house, &mut worker(house).await).await;
}

/// Polls a future so often and then drops it, as a crash does between two steps of whatever it
/// was about; answers whether it came to its end.
async fn cut_off(future: impl Future, polls: usize) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}

async fn won_deal(house: &House, name: &str) -> Uuid {
    let deal = house.create("deal", json!({"name": name, "stage": "open"})).await;
    house.update("deal", deal, json!({"stage": "won"})).await;
    deal
}

async fn runs(house: &House) -> Vec<Run> {
    let mut runs = house.workspace.store.runs(None, 100).await.unwrap();
    runs.sort_by_key(|run| run.sequence);
    runs
}

#[tokio::test]
async fn a_won_deal_is_noted_once_and_told_under_one_id() {
    let house = House::new().await;
    let mut worker = worker(&house).await;
    house.put("automation", on_won()).await;
    let deal = won_deal(&house, "Big").await;
    house.update("deal", deal, json!({"name": "Bigger"})).await;
    work(&house, &mut worker).await;
    work(&house, &mut worker).await;

    let notes = house.all("note").await;
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["name"], "Won: Big", "the record as it was right after the change");
    assert_eq!(notes[0]["deal"], json!(deal));
    assert_eq!(notes[0]["created_by"], Json::Null);
    assert_eq!(house.all("deal").await[0]["cost"], 7);
    let runs = runs(&house).await;
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].state, runs[0].depth, runs[0].record), (RunState::Done, 1, deal));
    let steps = house.workspace.store.steps(runs[0].id).await.unwrap();
    assert!(steps.iter().all(|step| step.state == StepState::Done && step.attempts == 1));
    assert_eq!(steps[0].result["record"], notes[0]["id"]);
    let messages = house.workspace.store.messages(10).await.unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(steps[2].result["message"], json!(messages[0].id));
    let body = &messages[0].payload["body"];
    assert_eq!(body["type"], "automation.webhook");
    assert_eq!(body["workspace"], "demo");
    assert_eq!(body["record"]["id"], json!(deal));
    assert_eq!(body["record"]["values"]["stage"], "won");
    assert_eq!(body["record"]["values"]["name"], "Big");

    // The log says whose doing it was.
    let logged = house.workspace.store.changes_of(&runs[0].entity, deal, None, 1).await.unwrap();
    assert_eq!(logged[0].actor, json!({"kind": "automation", "name": "on_won"}));
    assert_eq!(logged[0].cause["run"], json!(runs[0].id));
    assert_eq!(logged[0].cause["depth"], 1);
}

#[tokio::test]
async fn whatever_is_cut_off_is_carried_on_and_nothing_is_done_twice() {
    let mut house = House::new().await;
    house.put("automation", on_won()).await;
    work_anew(&house).await;
    let (mut polls, mut whole) = (0, false);
    while !whole {
        polls += 1;
        let name = format!("Deal {polls}");
        let deal = won_deal(&house, &name).await;
        whole = {
            let stop = never(&house);
            let pass = async {
                let mut worker = worker(&house).await;
                worker.pass(Woken::Time, &stop).await.unwrap();
            };
            cut_off(pass, polls).await
        };
        house = house.reopen().await;
        carried_to_its_end(&house, deal, &format!("cut off after {polls} polls")).await;
    }
    assert!(polls > 3, "the pass must have been cut off at some places");
}

#[tokio::test]
async fn after_each_thing_that_is_stored_the_rest_is_carried_on() {
    let mut house = House::new().await;
    house.put("automation", on_won()).await;
    work_anew(&house).await;
    for stored in 0..=3 {
        let deal = won_deal(&house, &format!("Deal {stored}")).await;
        // The run itself is stored first, then one step after the other.
        let is_stored = async || {
            let run = runs(&house).await.into_iter().find(|run| run.record == deal);
            let Some(run) = run else { return false };
            house.workspace.store.steps(run.id).await.unwrap().len() >= stored
        };
        {
            let stop = never(&house);
            let mut pass = pin!(async {
                let mut worker = worker(&house).await;
                worker.pass(Woken::Time, &stop).await.unwrap();
            });
            while poll_once(pass.as_mut()).await.is_pending() && !is_stored().await {
                tokio::task::yield_now().await;
            }
        }
        house = house.reopen().await;
        carried_to_its_end(&house, deal, &format!("cut off after {stored} steps")).await;
    }
}

async fn poll_once<T>(mut future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

/// After the lease of whoever was cut off, everything about a deal is done, and done once.
async fn carried_to_its_end(house: &House, deal: Uuid, when: &str) {
    house.clock.advance(LEASE_MS);
    work_anew(house).await;
    let about = json!({"filter": {"field": "deal", "op": "eq", "value": deal}});
    let notes = house.list(&house.system().await, "note", about).await;
    assert_eq!(notes.len(), 1, "{when}");
    let mut about = runs(house).await;
    about.retain(|run| run.record == deal);
    assert_eq!(about.len(), 1, "{when}");
    assert_eq!(about[0].state, RunState::Done, "{when}");
    let messages = house.workspace.store.messages(1_000).await.unwrap();
    let own = messages.iter().filter(|m| m.payload["body"]["record"]["id"] == json!(deal));
    assert_eq!(own.count(), 1, "{when}");
}

#[tokio::test]
async fn only_what_happens_after_the_publication_counts() {
    let house = House::new().await;
    won_deal(&house, "Before").await;
    house.put("automation", on_won()).await;
    work_anew(&house).await;
    assert!(runs(&house).await.is_empty());

    // The log is read after the publication too, and the change before it still does not count.
    let mut worker = worker(&house).await;
    let mut other = on_won();
    other["name"] = json!("other");
    other["steps"].as_array_mut().unwrap().truncate(1);
    let early = won_deal(&house, "Early").await;
    house.put("automation", other).await;
    let late = won_deal(&house, "Late").await;
    work(&house, &mut worker).await;
    let started: Vec<(String, Uuid)> =
        runs(&house).await.into_iter().map(|run| (run.automation, run.record)).collect();
    let of = |name: &str, record| (name.to_owned(), record);
    assert_eq!(started.len(), 3);
    assert!(started.contains(&of("on_won", early)));
    assert!(started.contains(&of("on_won", late)) && started.contains(&of("other", late)));
}

#[tokio::test]
async fn the_condition_is_asked_of_the_record_as_the_change_left_it() {
    let house = House::new().await;
    house.put("automation", on_won()).await;
    let mut worker = worker(&house).await;
    let deal = won_deal(&house, "Short").await;
    house.update("deal", deal, json!({"name": "Renamed"})).await;
    house.update("deal", deal, json!({"stage": "lost"})).await;
    let gone = won_deal(&house, "Gone").await;
    let system = house.system().await;
    crate::records::delete(&system, "deal", &gone.to_string(), None).await.unwrap();
    work(&house, &mut worker).await;

    let runs = runs(&house).await;
    assert_eq!(runs.len(), 2, "each was won once, whatever happened then");
    assert_eq!(runs[0].state, RunState::Done);
    assert_eq!(house.all("note").await[0]["name"], "Won: Short");
    // A note about a deal that is gone cannot be written.
    assert_eq!((runs[1].record, runs[1].state), (gone, RunState::Failed));
    let error = runs[1].error.clone().unwrap();
    assert!(error.contains("deal points to no record") && error.contains('没'), "{error}");
    let steps = house.workspace.store.steps(runs[1].id).await.unwrap();
    assert_eq!(steps[0].state, StepState::Failed);
    assert_eq!(steps[0].result["error"]["errors"][0]["path"], "steps/0/settings/values/deal");
}

#[tokio::test]
async fn a_loop_of_automations_stops_and_says_so() {
    let house = House::new().await;
    let again = json!({
        "format": 1, "name": "again", "label": {"en": "Again"},
        "trigger": {"on": "created", "entity": "note"},
        "steps": [{"name": "note", "type": "create_record",
            "settings": {"entity": "note", "values": {"name": "{record.name}+"}}}],
    });
    house.put("automation", again).await;
    let mut worker = worker(&house).await;
    house.create("note", json!({"name": "n"})).await;
    work(&house, &mut worker).await;

    let notes = house.all("note").await;
    assert_eq!(notes.len() as i64, 1 + DEPTH_MAX);
    let runs = runs(&house).await;
    let (last, done) = runs.split_last().unwrap();
    assert!(done.iter().all(|run| run.state == RunState::Done));
    assert_eq!((last.state, last.depth), (RunState::Cancelled, DEPTH_MAX + 1));
    let error = last.error.clone().unwrap();
    assert!(error.contains("this run was stopped") && error.contains("已停止"), "{error}");
}

#[tokio::test]
async fn an_automation_that_is_switched_off_goes_no_further() {
    let house = House::new().await;
    house.put("automation", on_won()).await;
    let mut worker = worker(&house).await;
    won_deal(&house, "Big").await;
    assert_eq!(read_on(&mut worker).await, 1);
    let mut off = on_won();
    off["enabled"] = json!(false);
    house.put("automation", off).await;
    won_deal(&house, "Other").await;
    work(&house, &mut worker).await;

    let runs = runs(&house).await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].state, RunState::Cancelled);
    assert!(runs[0].error.as_ref().unwrap().contains("switched off"));
    assert!(house.all("note").await.is_empty());
}

#[tokio::test]
async fn a_step_that_fails_for_a_passing_reason_is_tried_again_and_then_given_up() {
    let house = House::new().await;
    // Without workers for scripts, whatever has a hook cannot be written.
    let hook = json!({"format": 1, "name": "note.before_save", "entity": "note",
        "hook": "before_save", "source": "()"});
    house.put("script", hook).await;
    house.put("automation", on_won()).await;
    let mut worker = worker(&house).await;
    won_deal(&house, "Big").await;
    work(&house, &mut worker).await;
    let first = runs(&house).await.remove(0);
    assert_eq!((first.state, first.attempts), (RunState::Ready, 1));
    assert!(first.not_before > NOW);
    let step = house.workspace.store.steps(first.id).await.unwrap().remove(0);
    assert_eq!((step.state, step.attempts), (StepState::Started, 1));
    assert_eq!(step.result["error"]["code"], "internal");
    for _ in 0..30 {
        house.clock.advance(10 * 60 * 1000);
        work(&house, &mut worker).await;
    }
    let last = runs(&house).await.remove(0);
    assert_eq!(last.state, RunState::Failed);
    assert!(last.attempts > 3 && last.attempts < 30);
}

#[tokio::test]
async fn a_worker_whose_lease_ran_out_changes_nothing() {
    let house = House::new().await;
    house.put("automation", on_won()).await;
    let mut worker = worker(&house).await;
    won_deal(&house, "Big").await;
    read_on(&mut worker).await;
    let store = &house.workspace.store;
    let late = store.claim_runs(1, LEASE_MS, NOW).await.unwrap().remove(0);
    house.clock.advance(LEASE_MS);
    let (engine, workspace) = (&house.engine, &house.workspace);
    let now = store.claim_runs(1, LEASE_MS, NOW + LEASE_MS).await.unwrap().remove(0);
    run::carry_on(engine, workspace, late, i64::MAX, &never(&house)).await;
    assert!(house.all("note").await.is_empty());
    run::carry_on(engine, workspace, now, i64::MAX, &never(&house)).await;
    assert_eq!(house.all("note").await.len(), 1);
    assert_eq!(runs(&house).await[0].state, RunState::Done);
}

#[tokio::test]
async fn runs_steps_and_messages_are_read_as_records_and_written_by_nobody() {
    let house = House::new().await;
    let mut worker = worker(&house).await;
    house.put("automation", on_won()).await;
    let deal = won_deal(&house, "Big").await;
    work(&house, &mut worker).await;
    let (_, admin) = house.person("ada", &["admin"]).await;
    let query = json!({"filter": {"and": [
            {"field": "automation", "op": "eq", "value": "on_won"},
            {"field": "state", "op": "eq", "value": "done"},
            {"field": "steps", "some": {"field": "name", "op": "eq", "value": "tell"}}]},
        "sort": ["automation", "-created_at"], "expand": ["steps"], "count": true});
    let found = house.list(&admin, "automation_run", query).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["record"], &found[0]["attempts"]), (&json!(deal), &json!(1)));
    assert_eq!(found[0]["steps"]["count"], 3);
    assert!(found[0].get("revision").is_none() && found[0].get("context").is_none());
    let id = found[0]["id"].as_str().unwrap();
    let one = crate::records::get(&admin, "automation_run", id, &Default::default()).await;
    assert!(String::from_utf8(one.unwrap().0).unwrap().contains("on_won"));
    let steps = house.list(&admin, "automation_step", json!({"sort": ["number"]})).await;
    let names: Vec<&Json> = steps.iter().map(|step| &step["name"]).collect();
    assert_eq!(names, ["note", "mark", "tell"]);
    assert_eq!(steps[0]["run"], found[0]["id"]);
    let messages = house.list(&admin, "outbox_message", json!({})).await;
    assert_eq!((&messages[0]["kind"], &messages[0]["state"]), (&json!("webhook"), &json!("ready")));
    assert!(house.list(&admin, "import", json!({})).await.is_empty());

    let refused = crate::records::create(&admin, "automation_run", json!({})).await.unwrap_err();
    assert_eq!(refused.code, model::Code::EntityForbidden);
    let (_, seller) = house.person("sam", &["own"]).await;
    let query = model::query::Query::default();
    let unknown = crate::records::list(&seller, "automation_run", &query).await.unwrap_err();
    assert_eq!(unknown.code, model::Code::EntityUnknown);
}

#[tokio::test]
async fn the_background_does_it_all_and_ends_when_it_is_told() {
    let house = House::new().await;
    house.put("automation", on_won()).await;
    work_anew(&house).await;
    house.engine.start_background();
    house.engine.start_background();
    let mut log = house.workspace.store.subscribe();
    won_deal(&house, "Big").await;
    // The message is written last; each look is woken by the log.
    while house.all("note").await.is_empty() {
        log.changed().await.unwrap();
    }
    house.engine.close().await;
    let house = house.reopen().await;
    house.clock.advance(LEASE_MS);
    work_anew(&house).await;
    assert_eq!(house.all("note").await.len(), 1);
    let messages = house.workspace.store.messages(10).await.unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].state, MessageState::Ready, "nobody has set the endpoint up");
}
