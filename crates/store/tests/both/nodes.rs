//! Opening, closing, opening again; several nodes on one database.

use std::time::Duration;

use model::{Uuid, Value};
use serde_json::json;
use store::{Condition, Fault, Op, Options, Select, Store};

use crate::support::*;

on_both!(
    what_was_written_is_there_after_closing,
    a_workspace_that_was_never_made_is_not_opened,
    workspaces_are_kept_apart,
    a_closed_store_says_so,
    workspaces_that_nobody_uses_are_closed_and_opened_again,
    a_database_of_a_newer_program_is_refused,
    two_nodes_write_one_chain_and_hear_each_other,
    a_read_that_takes_too_long_is_cut_off,
    a_dropped_workspace_is_gone,
    what_was_answered_survives_a_killed_program,
);

async fn people(workspace: &store::Workspace) -> u64 {
    workspace.count(&table("person_a"), &Condition::True).await.unwrap()
}

async fn what_was_written_is_there_after_closing(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    bench.write(vec![insert("person_a", Uuid::now_v7(), vec![])]).await.unwrap();
    bench.store.close().await;
    let store = Store::open(bench.location.clone(), Options::default()).await.unwrap();
    let workspace = store.workspace(bench.workspace.id()).await.unwrap();
    assert_eq!(people(&workspace).await, 1);
    store.ping().await.unwrap();
    store.close().await;
}

async fn a_workspace_that_was_never_made_is_not_opened(bench: Bench) {
    let absent = bench.store.workspace(Uuid::now_v7()).await;
    assert!(matches!(absent, Err(Fault::NoWorkspace)));
}

async fn workspaces_are_kept_apart(bench: Bench) {
    let other = bench.store.create_workspace(Uuid::now_v7()).await.unwrap();
    bench.publish(tables()).await.unwrap();
    bench.write(vec![insert("person_a", Uuid::now_v7(), vec![])]).await.unwrap();
    assert_eq!(other.head().await.unwrap().catalogue_revision, 0);
    assert!(other.count(&table("person_a"), &Condition::True).await.is_err());
}

async fn a_closed_store_says_so(bench: Bench) {
    bench.store.close().await;
    assert!(matches!(bench.workspace.head().await, Err(Fault::Closed)));
    let refused = bench.workspace.commit(commit(0)).await;
    assert!(matches!(refused, Err(Fault::Closed)), "{refused:?}");
    assert!(matches!(bench.store.workspace(Uuid::now_v7()).await, Err(Fault::Closed)));
}

async fn workspaces_that_nobody_uses_are_closed_and_opened_again(bench: Bench) {
    let options = Options { open_workspaces: 2, ..Options::default() };
    let store = Store::open(bench.location.clone(), options).await.unwrap();
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    let held = store.create_workspace(ids[0]).await.unwrap();
    for id in &ids[1..] {
        let workspace = store.create_workspace(*id).await.unwrap();
        let mut commit = commit(0);
        commit.changes = vec![change(*id, json!({}))];
        workspace.commit(commit).await.unwrap();
    }
    for id in &ids[1..] {
        let workspace = store.workspace(*id).await.unwrap();
        assert_eq!(workspace.last_sequence().await.unwrap(), 1);
    }
    // Whoever holds a workspace keeps it open.
    assert_eq!(held.last_sequence().await.unwrap(), 0);
    store.close().await;
}

async fn a_database_of_a_newer_program_is_refused(bench: Bench) {
    let id = bench.workspace.id();
    bench.store.close_workspace(id).await;
    match &bench.location {
        store::Location::Sqlite { directory } => {
            let file = directory.join(format!("{}.sqlite", id.simple()));
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.execute_batch("insert into sys_schema values (999)").unwrap();
        }
        store::Location::Postgres { url } => {
            use sqlx::Connection;
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            let sql = format!("insert into ws_{}.sys_schema values (999)", id.simple());
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
    }
    let refused = bench.store.workspace(id).await;
    assert!(matches!(refused, Err(Fault::TooNew { found: 999, .. })));
}

async fn two_nodes_write_one_chain_and_hear_each_other(bench: Bench) {
    if bench.is_sqlite() {
        // A directory belongs to one node.
        return;
    }
    bench.publish(tables()).await.unwrap();
    let options = Options { connections: 5, ..Options::default() };
    let other = Store::open(bench.location.clone(), options).await.unwrap();
    let theirs = other.workspace(bench.workspace.id()).await.unwrap();
    let mut heard = bench.workspace.subscribe();
    let mut tasks = Vec::new();
    for number in 0..60 {
        let workspace = if number % 2 == 0 { bench.workspace.clone() } else { theirs.clone() };
        tasks.push(tokio::spawn(async move {
            let id = Uuid::now_v7();
            let mut commit = commit(1);
            commit.rows = vec![insert("person_a", id, vec![(person::age(), Value::Int(number))])];
            commit.changes = vec![change(id, json!({"number": number}))];
            workspace.commit(commit).await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let all_heard = heard.wait_for(|sequence| *sequence == 60);
    tokio::time::timeout(Duration::from_secs(20), all_heard).await.unwrap().unwrap();
    let report = theirs.verify_chain(|_| {}).await.unwrap();
    assert_eq!((report.entries, report.broken), (60, None));

    // A publication by one node refuses what the other prepared before.
    bench.publish(vec![]).await.unwrap();
    let stale = theirs.commit(commit(1)).await;
    assert!(matches!(stale, Err(Fault::CatalogueMoved { found: 2 })));
    other.close().await;
}

async fn a_read_that_takes_too_long_is_cut_off(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let company = Uuid::now_v7();
    let mut rows = vec![insert("company_j", company, vec![])];
    for _ in 0..1_500 {
        let link = vec![(person::company(), Value::Id(company))];
        rows.push(insert("person_a", Uuid::now_v7(), link));
    }
    bench.write(rows).await.unwrap();
    let options = Options { read_deadline: Duration::from_millis(50), ..Options::default() };
    let hasty = Store::open(bench.location.clone(), options).await.unwrap();
    let workspace = hasty.workspace(bench.workspace.id()).await.unwrap();
    // On PostgreSQL the table is locked; SQLite walks from every person to every colleague.
    let held = hold(&bench).await;
    let every = Condition::Inverse {
        table: table("person_a"),
        column: person::company(),
        quantifier: store::Quantifier::Every,
        condition: Box::new(Condition::test(person::name(), Op::Ne, "x")),
    };
    let condition = Condition::Linked {
        column: person::company(),
        table: table("company_j"),
        condition: Box::new(every),
    };
    let select = Select { filter: condition, ..Select::new(table("person_a"), vec![], 2_000) };
    let cut = workspace.select(&select).await;
    assert!(matches!(cut, Err(Fault::TimedOut)), "{:?}", cut.map(|rows| rows.rows.len()));
    drop(held);
    hasty.ping().await.unwrap();
    hasty.close().await;
}

/// Keeps a table of a PostgreSQL workspace locked as long as the connection lives.
async fn hold(bench: &Bench) -> Option<sqlx::PgConnection> {
    use sqlx::Connection;
    let store::Location::Postgres { url } = &bench.location else { return None };
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let id = bench.workspace.id().simple();
    let sql = format!("begin; lock table ws_{id}.person_a in access exclusive mode");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    Some(connection)
}

async fn a_dropped_workspace_is_gone(bench: Bench) {
    let id = bench.workspace.id();
    bench.store.drop_workspace(id).await.unwrap();
    assert!(matches!(bench.store.workspace(id).await, Err(Fault::NoWorkspace)));
    let anew = bench.store.create_workspace(id).await.unwrap();
    assert_eq!(anew.last_sequence().await.unwrap(), 0);
}

/// Variables that tell the program to be killed what to write to.
const VICTIM: &str = "TESSERA_TEST_VICTIM";

/// Not a test: the program that the test below kills. It prints the id of each row when the
/// commit was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test"]
async fn victim() {
    let Ok(target) = std::env::var(VICTIM) else { return };
    let (workspace, location) = target.split_once(' ').unwrap();
    let location = match location.starts_with("postgres") {
        true => store::Location::Postgres { url: location.to_owned() },
        false => store::Location::Sqlite { directory: location.into() },
    };
    let store =
        Store::open(location, Options { connections: 5, ..Options::default() }).await.unwrap();
    let workspace = store.workspace(Uuid::parse_str(workspace).unwrap()).await.unwrap();
    for _ in 0..8 {
        let workspace = workspace.clone();
        tokio::spawn(async move {
            loop {
                let id = Uuid::now_v7();
                let mut commit = commit(1);
                commit.rows = vec![insert("person_a", id, vec![])];
                commit.changes = vec![change(id, json!({}))];
                workspace.commit(commit).await.unwrap();
                println!("written {id}");
            }
        });
    }
    std::future::pending().await
}

async fn what_was_answered_survives_a_killed_program(bench: Bench) {
    use std::io::BufRead;
    bench.publish(tables()).await.unwrap();
    let id = bench.workspace.id();
    bench.store.close_workspace(id).await;
    let location = match &bench.location {
        store::Location::Sqlite { directory } => directory.to_string_lossy().into_owned(),
        store::Location::Postgres { url } => url.clone(),
    };
    let mut victim = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "nodes::victim", "--nocapture"])
        .env(VICTIM, format!("{id} {location}"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(victim.stdout.take().unwrap()).lines();
    let mut answered: Vec<Uuid> = Vec::new();
    for line in lines.map_while(Result::ok) {
        // The test harness prints its own words before the first line.
        if let Some((_, id)) = line.split_once("written ") {
            answered.extend(Uuid::parse_str(id.trim()));
        }
        if answered.len() == 200 {
            victim.kill().unwrap();
        }
    }
    victim.wait().unwrap();
    assert!(answered.len() >= 200);
    let workspace = bench.store.workspace(id).await.unwrap();
    // Waits for what the server may still be doing for the killed program.
    workspace.commit(commit(1)).await.unwrap();
    let columns = [store::Column::id()];
    let found = workspace.get_many(&table("person_a"), &columns, &answered).await.unwrap();
    assert_eq!(found.len(), answered.len());
    // Rows and log agree, whatever was under way.
    let report = workspace.verify_chain(|_| {}).await.unwrap();
    assert_eq!((report.entries, report.broken), (people(&workspace).await, None));
}
