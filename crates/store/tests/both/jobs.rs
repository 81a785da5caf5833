//! Work that outlives requests: claimed once, fenced, resumable.

use model::Uuid;
use serde_json::json;
use store::{
    Endpoint, Fault, Import, ImportError, ImportRow, KernelWrite, Message, MessageState,
    OutboxMessage, Outcome, Run, RunState, Step, StepState,
};

use crate::support::*;

on_both!(
    a_message_is_claimed_by_one_worker_until_its_lease_ends,
    a_message_is_retried_when_it_is_due_and_given_up_in_the_end,
    a_cause_starts_a_run_once,
    a_run_keeps_its_steps_and_is_carried_on,
    a_cursor_moves_only_from_where_it_stands,
    an_import_resumes_where_it_stopped,
    endpoints_are_known_by_name,
    workers_know_when_there_is_something_to_do,
    many_workers_never_share_a_message,
    runs_are_read_like_records,
);

async fn send(bench: &Bench, not_before: i64) -> Uuid {
    let id = Uuid::now_v7();
    let mut commit = bench.commit().await;
    commit.outbox = vec![OutboxMessage {
        id,
        kind: "webhook".to_owned(),
        payload: json!({"to": "erp"}),
        not_before,
    }];
    bench.workspace.commit(commit).await.unwrap();
    id
}

async fn finish(bench: &Bench, id: Uuid, fence: i64, outcome: Outcome) -> Result<(), Fault> {
    let write = KernelWrite::FinishMessage { id, fence, outcome };
    bench.workspace.write_kernel(vec![write], NOW + 77).await
}

async fn a_message_is_claimed_by_one_worker_until_its_lease_ends(bench: Bench) {
    let id = send(&bench, NOW).await;
    assert_eq!(bench.workspace.claim_messages(5, 1000, NOW - 1).await.unwrap(), []);
    let claimed = bench.workspace.claim_messages(5, 1000, NOW).await.unwrap();
    let expected = Message {
        id,
        kind: "webhook".to_owned(),
        payload: json!({"to": "erp"}),
        state: MessageState::Ready,
        attempts: 1,
        last_error: None,
        not_before: NOW,
        created_at: NOW,
    };
    assert_eq!(claimed[0].job, expected);
    assert_eq!(bench.workspace.claim_messages(5, 1000, NOW + 999).await.unwrap(), []);
    let again = bench.workspace.claim_messages(5, 1000, NOW + 1000).await.unwrap();
    assert_eq!(again.len(), 1);
    assert!(again[0].fence > claimed[0].fence);
    let late = finish(&bench, id, claimed[0].fence, Outcome::Done).await;
    assert!(matches!(late, Err(Fault::LeaseLost)), "{late:?}");
    finish(&bench, id, again[0].fence, Outcome::Done).await.unwrap();
    let twice = finish(&bench, id, again[0].fence, Outcome::Done).await;
    assert!(matches!(twice, Err(Fault::LeaseLost)), "{twice:?}");
    assert_eq!(bench.workspace.claim_messages(5, 1000, NOW + 9000).await.unwrap(), []);
    assert_eq!(bench.workspace.purge_jobs(NOW + 77).await.unwrap(), 0);
    assert_eq!(bench.workspace.purge_jobs(NOW + 78).await.unwrap(), 1);
    assert_eq!(bench.workspace.message(id).await.unwrap(), None);
}

async fn a_message_is_retried_when_it_is_due_and_given_up_in_the_end(bench: Bench) {
    let id = send(&bench, NOW).await;
    let claimed = bench.workspace.claim_messages(1, 1000, NOW).await.unwrap().remove(0);
    let retry = Outcome::Retry { at: NOW + 5000, error: "HTTP 503".to_owned() };
    finish(&bench, id, claimed.fence, retry).await.unwrap();
    assert_eq!(bench.workspace.claim_messages(1, 1000, NOW + 4999).await.unwrap(), []);
    let claimed = bench.workspace.claim_messages(1, 1000, NOW + 5000).await.unwrap().remove(0);
    assert_eq!((claimed.job.attempts, claimed.job.last_error.as_deref()), (2, Some("HTTP 503")));
    let failed = Outcome::Failed { error: "HTTP 410".to_owned() };
    finish(&bench, id, claimed.fence, failed).await.unwrap();
    let message = bench.workspace.message(id).await.unwrap().unwrap();
    assert_eq!(message.state, MessageState::Failed);
    assert_eq!(message.last_error.as_deref(), Some("HTTP 410"));
    assert_eq!(bench.workspace.messages(10).await.unwrap(), [message]);
}

fn run(sequence: i64) -> Run {
    Run {
        id: Uuid::now_v7(),
        automation: "on_won".to_owned(),
        entity: "person_a".to_owned(),
        record: Uuid::now_v7(),
        sequence,
        state: RunState::Ready,
        depth: 1,
        context: json!({"record": {"name": "Ada"}}),
        error: None,
        not_before: NOW,
        attempts: 0,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn a_cause_starts_a_run_once(bench: Bench) {
    let first = run(7);
    let start = |run: &Run| vec![KernelWrite::StartRun(run.clone())];
    bench.workspace.write_kernel(start(&first), NOW).await.unwrap();
    bench.workspace.write_kernel(start(&run(7)), NOW).await.unwrap();
    assert_eq!(bench.workspace.runs(None, 10).await.unwrap(), std::slice::from_ref(&first));
    let other = Run { automation: "other".to_owned(), ..run(7) };
    bench.workspace.write_kernel(start(&other), NOW).await.unwrap();
    assert_eq!(bench.workspace.runs(Some("other"), 10).await.unwrap(), [other]);
    assert_eq!(bench.workspace.run(first.id).await.unwrap(), Some(first));
}

async fn a_run_keeps_its_steps_and_is_carried_on(bench: Bench) {
    let run = run(1);
    bench.workspace.write_kernel(vec![KernelWrite::StartRun(run.clone())], NOW).await.unwrap();
    let claimed = bench.workspace.claim_runs(5, 1000, NOW).await.unwrap().remove(0);
    assert_eq!(claimed.job, Run { attempts: 1, ..run.clone() });
    let mut step = Step {
        run: run.id,
        number: 0,
        name: "note".to_owned(),
        state: StepState::Started,
        result: json!(null),
        attempts: 1,
        updated_at: NOW,
    };
    let update = |fence, state, keep| KernelWrite::UpdateRun {
        id: run.id,
        fence,
        state,
        not_before: NOW + 10,
        error: None,
        keep,
    };
    let keeping = update(Some(claimed.fence), RunState::Ready, true);
    let writes = vec![KernelWrite::PutStep(step.clone()), keeping];
    bench.workspace.write_kernel(writes, NOW).await.unwrap();
    assert_eq!(bench.workspace.claim_runs(5, 1000, NOW + 10).await.unwrap(), []);

    step.state = StepState::Done;
    step.result = json!({"id": "r1"});
    let writes = vec![
        KernelWrite::PutStep(step.clone()),
        update(Some(claimed.fence), RunState::Ready, false),
    ];
    bench.workspace.write_kernel(writes, NOW + 1).await.unwrap();
    assert_eq!(bench.workspace.steps(run.id).await.unwrap(), [step.clone()]);
    let again = bench.workspace.claim_runs(5, 1000, NOW + 10).await.unwrap().remove(0);

    // A person stops it; the worker that holds it notices, and its step is not kept.
    let stop = vec![update(None, RunState::Cancelled, false)];
    bench.workspace.write_kernel(stop, NOW + 2).await.unwrap();
    step.number = 1;
    let late = vec![KernelWrite::PutStep(step), update(Some(again.fence), RunState::Done, false)];
    let refused = bench.workspace.write_kernel(late, NOW + 3).await;
    assert!(matches!(refused, Err(Fault::LeaseLost)), "{refused:?}");
    assert_eq!(bench.workspace.steps(run.id).await.unwrap().len(), 1);
    let stopped = bench.workspace.run(run.id).await.unwrap().unwrap();
    assert_eq!(stopped.state, RunState::Cancelled);
    assert_eq!(bench.workspace.purge_jobs(NOW + 100).await.unwrap(), 1);
    assert_eq!(bench.workspace.steps(run.id).await.unwrap(), []);
}

async fn a_cursor_moves_only_from_where_it_stands(bench: Bench) {
    let go = async |from, to| {
        let cursor = KernelWrite::MoveCursor { name: "automations".to_owned(), from, to };
        bench.workspace.write_kernel(vec![cursor], NOW).await
    };
    assert_eq!(bench.workspace.cursor("automations").await.unwrap(), 0);
    go(0, 5).await.unwrap();
    assert!(matches!(go(0, 6).await, Err(Fault::CursorMoved)));
    assert!(matches!(go(4, 6).await, Err(Fault::CursorMoved)));
    go(5, 9).await.unwrap();
    assert_eq!(bench.workspace.cursor("automations").await.unwrap(), 9);
}

async fn an_import_resumes_where_it_stopped(bench: Bench) {
    let mut import = Import {
        id: Uuid::now_v7(),
        entity: "person_a".to_owned(),
        state: "ready".to_owned(),
        mapping: json!({"Name": "name"}),
        total: 2500,
        position: 0,
        created: 0,
        updated: 0,
        failed: 0,
        actor: json!({"name": "Ada"}),
        created_at: NOW,
        updated_at: NOW,
    };
    let rows = (1..=2500).map(|number| ImportRow { number, content: json!([number, "x"]) });
    let writes = vec![
        KernelWrite::PutImport(import.clone()),
        KernelWrite::AddImportRows { import: import.id, rows: rows.collect() },
    ];
    bench.workspace.write_kernel(writes, NOW).await.unwrap();
    let claimed = bench.workspace.claim_import(1000, NOW).await.unwrap().unwrap();
    assert_eq!(claimed.job, import);
    assert_eq!(bench.workspace.claim_import(1000, NOW).await.unwrap(), None);
    let rows = bench.workspace.import_rows(import.id, 2000, 200).await.unwrap();
    assert_eq!(rows.len(), 200);
    assert_eq!(rows[0], ImportRow { number: 2001, content: json!([2001, "x"]) });

    import.position = 200;
    import.created = 199;
    import.failed = 1;
    let error =
        ImportError { number: 3, content: json!([3, "x"]), errors: json!([{"path": "name"}]) };
    let mut commit = bench.commit().await;
    commit.kernel = vec![
        KernelWrite::UpdateImport { import: import.clone(), fence: claimed.fence, keep: false },
        KernelWrite::AddImportErrors { import: import.id, errors: vec![error.clone()] },
    ];
    bench.workspace.commit(commit).await.unwrap();
    let again = bench.workspace.claim_import(1000, NOW + 1).await.unwrap().unwrap();
    assert_eq!((again.job.position, again.job.created, again.job.failed), (200, 199, 1));
    let errors = bench.workspace.import_errors(import.id, 0, 10).await.unwrap();
    assert_eq!(errors, [error]);
    import.state = "done".to_owned();
    let writes = vec![
        KernelWrite::UpdateImport { import: import.clone(), fence: again.fence, keep: false },
        KernelWrite::ClearImportRows(import.id),
    ];
    bench.workspace.write_kernel(writes, NOW).await.unwrap();
    assert_eq!(bench.workspace.import_rows(import.id, 0, 10).await.unwrap(), []);
    assert_eq!(bench.workspace.claim_import(1000, NOW + 9000).await.unwrap(), None);
    assert_eq!(bench.workspace.imports(10).await.unwrap().len(), 1);
    assert_eq!(bench.workspace.import(import.id).await.unwrap().unwrap().state, "done");
}

async fn endpoints_are_known_by_name(bench: Bench) {
    let mut endpoint = Endpoint {
        name: "erp".to_owned(),
        url: "https://erp.example.org/hook".to_owned(),
        secret: vec![0, 255, 7],
        updated_at: NOW,
    };
    let put = |endpoint: &Endpoint| vec![KernelWrite::PutEndpoint(endpoint.clone())];
    bench.workspace.write_kernel(put(&endpoint), NOW).await.unwrap();
    endpoint.secret = vec![1];
    bench.workspace.write_kernel(put(&endpoint), NOW).await.unwrap();
    assert_eq!(bench.workspace.endpoint("erp").await.unwrap(), Some(endpoint.clone()));
    assert_eq!(bench.workspace.endpoints().await.unwrap(), [endpoint]);
    let remove = vec![KernelWrite::RemoveEndpoint("erp".to_owned())];
    bench.workspace.write_kernel(remove, NOW).await.unwrap();
    assert_eq!(bench.workspace.endpoint("erp").await.unwrap(), None);
}

async fn workers_know_when_there_is_something_to_do(bench: Bench) {
    assert_eq!(bench.workspace.next_due().await.unwrap(), None);
    send(&bench, NOW + 500).await;
    assert_eq!(bench.workspace.next_due().await.unwrap(), Some(NOW + 500));
    let later = Run { not_before: NOW + 100, ..run(1) };
    bench.workspace.write_kernel(vec![KernelWrite::StartRun(later)], NOW).await.unwrap();
    assert_eq!(bench.workspace.next_due().await.unwrap(), Some(NOW + 100));
    bench.workspace.claim_runs(1, 5000, NOW + 100).await.unwrap();
    assert_eq!(bench.workspace.next_due().await.unwrap(), Some(NOW + 500));
}

async fn many_workers_never_share_a_message(bench: Bench) {
    for _ in 0..40 {
        send(&bench, NOW).await;
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        let workspace = bench.workspace.clone();
        workers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = workspace.claim_messages(3, 60_000, NOW).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|claimed| claimed.job.id));
            }
        }));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    // A worker may find the last messages locked by another and stop; none is claimed twice.
    all.extend(bench.workspace.claim_messages(100, 1, NOW).await.unwrap().iter().map(|c| c.job.id));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40);
}

async fn runs_are_read_like_records(bench: Bench) {
    use store::{Column, Condition, Op, Order, Select};
    let text = |name: &str| Column::new(name, model::Storage::Text);
    for sequence in 1..=3 {
        let start = vec![KernelWrite::StartRun(run(sequence))];
        bench.workspace.write_kernel(start, NOW).await.unwrap();
    }
    let sequence = Column::new("sequence", model::Storage::Integer);
    let mut select = Select::new(table("sys_run"), vec![sequence.clone(), text("state")], 2);
    select.filter = Condition::test(text("automation"), Op::Contains, "WON");
    select.order = vec![Order { column: sequence, descending: true }];
    let rows = bench.workspace.select(&select).await.unwrap().rows;
    assert_eq!(rows, [3, 2].map(|n| vec![model::Value::Int(n), "ready".into()]));
}
