//! The change log: complete, ordered, sealed, erasable but not changeable.

use model::Uuid;
use serde_json::{Value as Json, json};
use store::{Change, Operation};

use crate::support::*;

on_both!(
    entries_are_read_as_they_were_written,
    a_record_has_its_history_newest_first,
    an_erased_entry_keeps_the_chain,
    the_database_refuses_to_change_entries,
    a_changed_entry_breaks_the_chain,
    followers_hear_of_every_batch,
);

async fn log(bench: &Bench, changes: Vec<Change>) -> store::Committed {
    let mut commit = bench.commit().await;
    commit.changes = changes;
    bench.workspace.commit(commit).await.unwrap()
}

async fn entries_are_read_as_they_were_written(bench: Bench) {
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let after = json!({"z": "12.50", "a": {"deep": [1, null, "张\u{0}"]}, "n": 1e300});
    let first = log(&bench, vec![change(one, after.clone())]).await;
    assert_eq!((first.first_sequence, first.last_sequence), (1, 1));
    let update = Change {
        operation: Operation::Update,
        before: json!({"z": "12.50"}),
        after: json!({"z": null}),
        ..change(two, Json::Null)
    };
    let second = log(&bench, vec![update.clone(), change(two, json!(3))]).await;
    assert_eq!((second.first_sequence, second.last_sequence), (2, 3));
    let none = log(&bench, vec![]).await;
    assert_eq!((none.first_sequence, none.last_sequence), (4, 3));

    let entries = bench.workspace.changes(0, 10).await.unwrap();
    assert_eq!(entries.len(), 3);
    let entry = &entries[0];
    assert_eq!((entry.sequence, entry.time, entry.record), (1, NOW, one));
    assert_eq!((&entry.actor, &entry.cause), (&json!({"name": "Ada"}), &json!({"request": "r1"})));
    assert_eq!((&entry.before, &entry.after), (&Json::Null, &after));
    assert_eq!((entry.operation, entry.erased), (Operation::Create, false));
    assert_eq!((&entries[1].before, &entries[1].after), (&update.before, &update.after));
    let later = bench.workspace.changes(1, 1).await.unwrap();
    assert_eq!(later, entries[1..2]);
    assert_eq!(bench.workspace.last_sequence().await.unwrap(), 3);
}

async fn a_record_has_its_history_newest_first(bench: Bench) {
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    for number in 0..6 {
        let record = if number % 2 == 0 { one } else { two };
        log(&bench, vec![change(record, json!({"number": number}))]).await;
    }
    let history = bench.workspace.changes_of("person_a", one, None, 2).await.unwrap();
    let sequences: Vec<i64> = history.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [5, 3]);
    let older = bench.workspace.changes_of("person_a", one, Some(3), 2).await.unwrap();
    assert_eq!(older.len(), 1);
    assert_eq!(older[0].sequence, 1);
    assert_eq!(bench.workspace.changes_of("other", one, None, 2).await.unwrap(), []);
}

async fn an_erased_entry_keeps_the_chain(bench: Bench) {
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    for record in [one, two, one] {
        log(&bench, vec![change(record, json!({"secret": "12345"}))]).await;
    }
    assert_eq!(bench.workspace.erase_changes(Some(one), 1, 2).await.unwrap(), 1);
    assert_eq!(bench.workspace.erase_changes(Some(one), 1, 3).await.unwrap(), 1);
    let entries = bench.workspace.changes(0, 10).await.unwrap();
    let erased: Vec<bool> = entries.iter().map(|entry| entry.erased).collect();
    assert_eq!(erased, [true, false, true]);
    assert_eq!(entries[0].after, Json::Null);
    let mut reached = Vec::new();
    let report = bench.workspace.verify_chain(|sequence| reached.push(sequence)).await.unwrap();
    assert_eq!((report.entries, report.erased, report.broken), (3, 2, None));
    assert_eq!(reached, [3]);
    assert_eq!(bench.workspace.erase_changes(None, 1, 3).await.unwrap(), 1);
}

/// Runs SQL beside the store, as somebody with access to the database could.
async fn beside(bench: &Bench, sql: &str) -> Result<(), String> {
    match &bench.location {
        store::Location::Sqlite { directory } => {
            let file = directory.join(format!("{}.sqlite", bench.workspace.id().simple()));
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.execute_batch(&sql.replace("$.", "")).map_err(|error| error.to_string())
        }
        store::Location::Postgres { url } => {
            use sqlx::Connection;
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            let schema = format!("ws_{}.", bench.workspace.id().simple());
            let sql = sqlx::AssertSqlSafe(sql.replace("$.", &schema));
            let done = sqlx::raw_sql(sql).execute(&mut connection).await;
            done.map(drop).map_err(|error| error.to_string())
        }
    }
}

async fn the_database_refuses_to_change_entries(bench: Bench) {
    log(&bench, vec![change(Uuid::now_v7(), json!({"a": 1}))]).await;
    for forbidden in [
        "delete from $.sys_change",
        "update $.sys_change set payload = '{}'",
        "update $.sys_change set payload = null",
        "update $.sys_change set payload = null, salt = null, entity = 'other'",
        "update $.sys_change set hash = digest",
    ] {
        let refused = beside(&bench, forbidden).await.unwrap_err();
        assert!(refused.contains("change log"), "{forbidden}: {refused}");
    }
    assert_eq!(bench.workspace.verify_chain(|_| {}).await.unwrap().broken, None);
}

async fn a_changed_entry_breaks_the_chain(bench: Bench) {
    for number in 0..3 {
        log(&bench, vec![change(Uuid::now_v7(), json!({"number": number}))]).await;
    }
    let without_guard = |change: &str| match bench.is_sqlite() {
        true => format!("drop trigger sys_change_stays; drop trigger sys_change_keeps; {change}"),
        false => format!("alter table $.sys_change disable trigger all; {change}"),
    };
    let change = "update $.sys_change set entity = 'forged' where sequence = 2";
    beside(&bench, &without_guard(change)).await.unwrap();
    let report = bench.workspace.verify_chain(|_| {}).await.unwrap();
    assert_eq!(report.broken, Some((2, "the entry was changed")));
    beside(&bench, "delete from $.sys_change where sequence = 1").await.unwrap();
    let report = bench.workspace.verify_chain(|_| {}).await.unwrap();
    assert_eq!(report.broken, Some((1, "the entry is missing")));
}

async fn followers_hear_of_every_batch(bench: Bench) {
    let mut heard = bench.workspace.subscribe();
    assert_eq!(*heard.borrow_and_update(), 0);
    log(&bench, vec![change(Uuid::now_v7(), json!(1)), change(Uuid::now_v7(), json!(2))]).await;
    heard.changed().await.unwrap();
    assert_eq!(*heard.borrow_and_update(), 2);
    log(&bench, vec![]).await;
    assert!(!heard.has_changed().unwrap());
}
