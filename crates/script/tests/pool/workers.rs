//! Workers are confined, reused, replaced and never mixed up.

use crate::support::{Accounts, Silent, draft, pool, request, run, still_fine};
use script::{
    CheckRequest, FaultKind, Hook, HostCall, Limits, NoHost, Pool, PoolConfig, Read, limits,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_worker_reports_what_holds_for_it() {
    let hello = pool(1).warm().await.expect("a worker starts");
    let holds = &hello.confinement;
    assert_eq!(holds.address_space_bytes, limits::ADDRESS_SPACE_BYTES);
    assert_eq!(holds.open_files, limits::OPEN_FILES);
    assert!(holds.processor_seconds > 0 && holds.no_core_dumps && holds.no_new_privileges);
    assert_eq!(holds.environment, 0, "nothing of the host's environment is there");
    assert!(["full", "partial", "none"].contains(&holds.landlock.as_str()));
    assert_eq!(hello.profile.operations, limits::HOOK_OPERATIONS);
}

#[tokio::test]
async fn a_hook_changes_its_draft_and_refuses_with_errors_beside_fields() {
    let mut request = request(
        r#"
        if record.stage == "won" {
            if record.amount == () { fail("amount", #{ "en": "Needed.", "zh-CN": "必填。" }); }
            record.close_date = today();
        }
        "#,
    );
    request.drafts =
        vec![draft(json!({"stage": "won"})), draft(json!({"stage": "won", "amount": "5.00"}))];
    let reply = pool(1).run(&request, &NoHost).await.expect("it runs");
    assert_eq!(reply.drafts[0].errors[0].field.as_deref(), Some("amount"));
    assert_eq!(reply.drafts[0].errors[0].message.zh, "必填。");
    assert!(reply.drafts[1].errors.is_empty());
    assert_eq!(Value::Object(reply.drafts[1].changes.clone()), json!({"close_date": "2026-11-30"}));
    assert!(reply.operations > 0 && reply.reads.is_empty() && reply.calls == 0);
}

#[tokio::test]
async fn five_hundred_drafts_travel_in_one_request_and_one_more_is_refused() {
    let pool = pool(1);
    let mut request = request("record.amount = record.count * 1.5;");
    request.drafts = (0..500).map(|count| draft(json!({"count": count}))).collect();
    request.limits = Limits::of_hook(500);
    let reply = pool.run(&request, &NoHost).await.expect("it runs");
    assert_eq!(reply.drafts.len(), 500);
    assert_eq!(reply.drafts[499].changes["amount"], "748.50");
    request.drafts.push(draft(json!({})));
    let fault = pool.run(&request, &NoHost).await.expect_err("too many");
    assert_eq!(fault.kind, FaultKind::Request);
    request.drafts.clear();
    assert_eq!(pool.run(&request, &NoHost).await.expect("nothing to do").drafts, []);
}

#[tokio::test]
async fn what_a_script_read_comes_back_for_the_guard_of_the_write() {
    let host = Accounts::default();
    let source = r#"
        let account = get("account", "7");
        record.name = account.name;
        record.amount = account.credit * 2;
        get("account", "none at all");
        for row in query("account", #{ field: "name", op: "ne", value: today() }, #{ limit: 2 }) {
            record.count = record.count ?? 0;
            record.count += 1;
        }
    "#;
    let reply = pool(1).run(&request(source), &host).await.expect("it runs");
    assert_eq!(reply.drafts[0].fault, None);
    assert_eq!(
        Value::Object(reply.drafts[0].changes.clone()),
        json!({"name": "Account 7", "amount": "200.00", "count": 2})
    );
    let read =
        |id: &str, revision| Read { entity: "account".to_owned(), id: id.to_owned(), revision };
    assert_eq!(
        reply.reads,
        [read("7", Some(3)), read("none at all", None), read("1", Some(3)), read("2", Some(3))]
    );
    assert_eq!(reply.calls, 3);
    let asked = host.asked.lock().expect("no panic");
    let HostCall::Query { filter, limit, .. } = &asked[2] else { panic!("{asked:?}") };
    assert_eq!(*filter, json!({"field": "name", "op": "ne", "value": "2026-11-30"}));
    assert_eq!(*limit, Some(2));
}

#[tokio::test]
async fn a_question_that_the_principal_may_not_ask_fails_the_draft_with_the_hosts_words() {
    let pool = pool(1);
    let host = Accounts::default();
    for source in ["get(\"secret\", \"1\")", "query(\"secret\", ())"] {
        let reply = pool.run(&request(source), &host).await.expect("it runs");
        let fault = reply.drafts[0].fault.clone().expect("refused");
        assert_eq!((fault.kind, fault.message.zh.as_str()), (FaultKind::Runtime, "没有 secret。"));
        assert!(reply.reads.is_empty(), "a refusal tells nothing about what exists");
    }
    let reply = run(&pool, "get(\"account\", \"1\")").await.expect("it runs");
    assert!(reply.drafts[0].fault.is_some(), "a run without a host reads nothing");
}

#[tokio::test]
async fn a_worker_serves_many_requests_and_is_replaced_after_its_share() {
    let pool = pool(1);
    still_fine(&pool).await;
    let first = pool.idle_process_ids();
    for _ in 2..limits::RUNS_PER_WORKER {
        still_fine(&pool).await;
    }
    assert_eq!(pool.idle_process_ids(), first);
    still_fine(&pool).await;
    assert!(pool.idle_process_ids().is_empty(), "the worker has done its share");
    still_fine(&pool).await;
    assert_ne!(pool.idle_process_ids(), first);
}

#[tokio::test]
async fn no_more_workers_than_allowed_serve_a_crowd() {
    let pool = pool(2);
    let runs = (0..40).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move { still_fine(&pool).await })
    });
    for run in runs.collect::<Vec<_>>() {
        run.await.expect("every one is served");
    }
    assert!(pool.idle_process_ids().len() <= 2);
}

#[tokio::test]
async fn a_worker_that_waits_too_long_is_killed_shortly_after_the_deadline() {
    let pool = pool(1);
    pool.warm().await.expect("a worker starts");
    let before = pool.idle_process_ids();
    let mut request = request("get(\"account\", \"1\")");
    request.limits = Limits::of_hook(1);
    let start = Instant::now();
    let fault = pool.run(&request, &Silent).await.expect_err("late");
    assert_eq!(fault.kind, FaultKind::Deadline);
    assert!(start.elapsed() >= Duration::from_millis(limits::HOOK_DEADLINE_MS));
    assert!(pool.idle_process_ids().is_empty());
    still_fine(&pool).await;
    assert_ne!(pool.idle_process_ids(), before);
}

#[tokio::test]
async fn a_run_that_nobody_waits_for_takes_its_worker_along() {
    let pool = pool(1);
    let request = request("get(\"account\", \"1\")");
    let abandoned = pool.run(&request, &Silent);
    let waited = tokio::time::timeout(Duration::from_millis(100), abandoned).await;
    assert!(waited.is_err());
    assert!(pool.idle_process_ids().is_empty());
    still_fine(&pool).await;
}

#[tokio::test]
async fn a_worker_that_died_while_idle_is_not_used() {
    let pool = pool(1);
    still_fine(&pool).await;
    let [process] = pool.idle_process_ids()[..] else { panic!("one worker") };
    let process = rustix::process::Pid::from_raw(process.cast_signed()).expect("a process id");
    rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("ours");
    // The next request comes after the kernel has reported the death.
    let _ = rustix::process::waitid(
        rustix::process::WaitId::Pid(process),
        rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT,
    );
    still_fine(&pool).await;
}

#[tokio::test]
async fn limits_that_no_hook_needs_are_refused() {
    let mut request = request("1");
    request.limits.deadline_ms = limits::DEADLINE_MS_MAX + 1;
    let fault = pool(1).run(&request, &NoHost).await.expect_err("too long");
    assert_eq!(fault.kind, FaultKind::Request);
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_not_used() {
    for executable in ["/does/not/exist", "/bin/true"] {
        let config = PoolConfig {
            executable: PathBuf::from(executable),
            args: Vec::new(),
            ..PoolConfig::this_program(1)
        };
        let fault = run(&Pool::new(config), "1").await.expect_err("no worker");
        assert_eq!(fault.kind, FaultKind::Unavailable);
    }
}

#[tokio::test]
async fn a_text_is_checked_in_a_worker() {
    let pool = pool(1);
    let check = async |source: &str| {
        let request = CheckRequest {
            source: source.to_owned(),
            hook: Hook::BeforeSave,
            entity: Some(request("").entity),
        };
        pool.check(&request).await.expect("a worker looks at it")
    };
    assert_eq!(check("record.amount = 1;").await, []);
    let problems = check("record.amount = 1;\nrecord.amuont = 2;").await;
    assert_eq!((problems[0].line, problems[0].column), (2, 8));
    let problems = check("let x = (1 + ;").await;
    assert_eq!((problems[0].line, problems.len()), (1, 1));
}

#[tokio::test]
async fn a_changed_text_under_the_same_id_is_compiled_anew() {
    let pool = pool(1);
    for count in 0..3 {
        let reply = run(&pool, &format!("record.count = {count};")).await.expect("it runs");
        assert_eq!(reply.drafts[0].changes["count"], count);
    }
}

#[tokio::test]
async fn the_same_invocation_gives_the_same_reply_in_every_worker() {
    let source = "record.count = random(1, 1000000000); print(now()); \
                  let m = #{ b: 1, a: 2 }; record.extra = m; record.name = `${m.keys()}`;";
    let first = run(&pool(1), source).await.expect("it runs");
    let second = run(&pool(1), source).await.expect("it runs");
    assert_eq!(first, second);
}
