//! Writing rows and reading them back.

use model::{Uuid, Value};
use serde_json::json;
use store::{Column, Condition, Fault, Guard, Idempotency, Order, RowWrite, SchemaStep, Select};

use crate::support::*;

on_both!(
    every_storage_survives_the_way_in_and_out,
    an_update_moves_the_revision_and_refuses_a_stale_one,
    a_deleted_row_comes_back_as_it_was,
    a_unique_index_names_itself_and_ignores_case_and_empty_values,
    an_id_exists_once,
    a_link_needs_its_row_and_keeps_it,
    a_guard_refuses_what_was_read_and_changed,
    a_repeated_request_gets_the_first_answer,
    another_catalogue_refuses_the_commit,
    a_refused_request_leaves_nothing_and_spares_its_neighbours,
    many_writers_at_once_lose_nothing,
    rows_come_in_the_order_of_their_ids,
    text_with_a_nul_is_refused,
);

fn full_row() -> Vec<(Column, Value)> {
    vec![
        (person::name(), "Łukasz 张三".into()),
        (person::age(), Value::Int(i64::MIN)),
        (person::active(), Value::Bool(true)),
        (person::born(), Value::Date(-25_567)),
        (person::seen(), Value::Instant(-1)),
        (person::notes(), Value::Json(json!({"b": [1, null], "a": {"deep": "\u{0}"}}))),
        (person::stage(), "k3".into()),
    ]
}

async fn every_storage_survives_the_way_in_and_out(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (id, empty) = (Uuid::now_v7(), Uuid::now_v7());
    // PostgreSQL's JSON cannot hold a NUL, which the fields' own check refuses long before.
    let mut values = full_row();
    values[5].1 = Value::Json(json!({"b": [1, null], "a": {"deep": true}}));
    bench
        .write(vec![insert("person_a", id, values.clone()), insert("person_a", empty, vec![])])
        .await
        .unwrap();
    let columns = person::own();
    let row = bench.workspace.get(&table("person_a"), &columns, id).await.unwrap().unwrap();
    let expected: Vec<Value> = values.into_iter().map(|(_, value)| value).collect();
    assert_eq!(row, expected);
    let row = bench.workspace.get(&table("person_a"), &columns, empty).await.unwrap().unwrap();
    assert_eq!(row, vec![Value::Null; columns.len()]);
    let absent = bench.workspace.get(&table("person_a"), &columns, Uuid::now_v7()).await;
    assert_eq!(absent.unwrap(), None);
}

fn built_in() -> Vec<Column> {
    use model::Storage::{Id, Instant};
    vec![
        Column::revision(),
        Column::new("created_at", Instant),
        Column::new("created_by", Id),
        Column::new("updated_at", Instant),
        Column::new("updated_by", Id),
    ]
}

async fn an_update_moves_the_revision_and_refuses_a_stale_one(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (id, ada, bob) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut commit = bench.commit().await;
    commit.actor_id = Some(ada);
    commit.rows = vec![insert("person_a", id, full_row()[..1].to_vec())];
    bench.workspace.commit(commit).await.unwrap();
    let update = |revision, age| RowWrite::Update {
        table: table("person_a"),
        id,
        revision,
        values: vec![(person::age(), Value::Int(age))],
    };
    let mut commit = bench.commit().await;
    commit.actor_id = Some(bob);
    commit.time = NOW + 5;
    commit.rows = vec![update(1, 30), update(2, 31)];
    bench.workspace.commit(commit).await.unwrap();

    let columns: Vec<Column> =
        built_in().into_iter().chain([person::age(), person::name()]).collect();
    let row = bench.workspace.get(&table("person_a"), &columns, id).await.unwrap().unwrap();
    let expected = vec![
        Value::Int(3),
        Value::Instant(NOW),
        Value::Id(ada),
        Value::Instant(NOW + 5),
        Value::Id(bob),
        Value::Int(31),
        "Łukasz 张三".into(),
    ];
    assert_eq!(row, expected);

    let stale = bench.write(vec![update(2, 99)]).await;
    assert!(matches!(stale, Err(Fault::Conflict { id: of, .. }) if of == id), "{stale:?}");
    let other = Uuid::now_v7();
    let absent = RowWrite::Delete { table: table("person_a"), id: other, revision: 1 };
    let missing = bench.write(vec![absent]).await;
    assert!(matches!(missing, Err(Fault::Missing { id, .. }) if id == other), "{missing:?}");
}

async fn a_deleted_row_comes_back_as_it_was(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (id, ada) = (Uuid::now_v7(), Uuid::now_v7());
    bench.write(vec![insert("person_a", id, vec![])]).await.unwrap();
    let delete = RowWrite::Delete { table: table("person_a"), id, revision: 1 };
    bench.write(vec![delete]).await.unwrap();
    let gone = bench.workspace.get(&table("person_a"), &built_in(), id).await.unwrap();
    assert_eq!(gone, None);
    let restore = RowWrite::Restore {
        table: table("person_a"),
        id,
        revision: 2,
        created_at: NOW - 100,
        created_by: Some(ada),
        values: vec![],
    };
    bench.write(vec![restore]).await.unwrap();
    let row = bench.workspace.get(&table("person_a"), &built_in(), id).await.unwrap().unwrap();
    assert_eq!(row[..3], [Value::Int(2), Value::Instant(NOW - 100), Value::Id(ada)]);
}

async fn a_unique_index_names_itself_and_ignores_case_and_empty_values(bench: Bench) {
    let mut steps = tables();
    steps.push(SchemaStep::CreateIndex {
        index: "person_name_unique".into(),
        table: table("person_a"),
        columns: vec![person::name(), person::age()],
        unique: true,
    });
    bench.publish(steps).await.unwrap();
    let named = |name: &str, age: Option<i64>| {
        let age = age.map_or(Value::Null, Value::Int);
        let values = vec![(person::name(), name.into()), (person::age(), age)];
        insert("person_a", Uuid::now_v7(), values)
    };
    bench.write(vec![named("Ada", Some(1)), named("ADA", None)]).await.unwrap();
    bench.write(vec![named("ada", None), named("ada", Some(2))]).await.unwrap();
    let clash = bench.write(vec![named("ａｄａ", Some(1))]).await;
    let Err(Fault::Unique { index }) = clash else { panic!("{clash:?}") };
    assert_eq!(index, "person_name_unique");
    // Beyond the length of a key, texts still differ.
    let long = "x".repeat(200);
    let one = named(&format!("{long}1"), Some(1));
    let two = named(&format!("{long}2"), Some(1));
    bench.write(vec![one, two]).await.unwrap();
}

async fn an_id_exists_once(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let id = Uuid::now_v7();
    bench.write(vec![insert("person_a", id, vec![])]).await.unwrap();
    let other = insert("person_a", Uuid::now_v7(), vec![]);
    let again = bench.write(vec![other, insert("person_a", id, vec![])]).await;
    let Err(Fault::Exists { table: of, id: exists }) = again else { panic!("{again:?}") };
    assert_eq!((of.as_str(), exists), ("person_a", id));
}

async fn a_link_needs_its_row_and_keeps_it(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (company, person) = (Uuid::now_v7(), Uuid::now_v7());
    let link = vec![(person::company(), Value::Id(company))];
    let dangling = bench.write(vec![insert("person_a", person, link.clone())]).await;
    let Err(Fault::ForeignKey { table: of, id }) = dangling else { panic!("{dangling:?}") };
    assert_eq!((of.as_str(), id), ("person_a", Some(person)));
    let both = vec![insert("company_j", company, vec![]), insert("person_a", person, link)];
    bench.write(both).await.unwrap();
    let delete = RowWrite::Delete { table: table("company_j"), id: company, revision: 1 };
    let held = bench.write(vec![delete.clone()]).await;
    assert!(matches!(held, Err(Fault::ForeignKey { .. })), "{held:?}");
    let unlink = RowWrite::Update {
        table: table("person_a"),
        id: person,
        revision: 1,
        values: vec![(person::company(), Value::Null)],
    };
    bench.write(vec![unlink, delete]).await.unwrap();
}

async fn a_guard_refuses_what_was_read_and_changed(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let (id, absent) = (Uuid::now_v7(), Uuid::now_v7());
    bench.write(vec![insert("person_a", id, vec![])]).await.unwrap();
    let guard = |id, revision| Guard { table: table("person_a"), id, revision };
    let guarded = async |guards: Vec<Guard>| {
        let mut commit = bench.commit().await;
        commit.guards = guards;
        commit.rows = vec![insert("person_a", Uuid::now_v7(), vec![])];
        bench.workspace.commit(commit).await
    };
    guarded(vec![guard(id, Some(1)), guard(absent, None)]).await.unwrap();
    for wrong in [guard(id, Some(2)), guard(id, None), guard(absent, Some(1))] {
        let refused = guarded(vec![wrong.clone()]).await;
        assert!(matches!(refused, Err(Fault::Conflict { id, .. }) if id == wrong.id));
    }
    let count = bench.workspace.count(&table("person_a"), &Condition::True).await.unwrap();
    assert_eq!(count, 2);
}

async fn a_repeated_request_gets_the_first_answer(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let send = async |digest: u8, id| {
        let mut commit = bench.commit().await;
        commit.idempotency = Some(Idempotency {
            scope: "account 1".to_owned(),
            key: "k".to_owned(),
            body_digest: [digest; 32],
            status: 201,
            reply: b"{\"id\":1}".to_vec(),
        });
        commit.rows = vec![insert("person_a", id, vec![])];
        bench.workspace.commit(commit).await
    };
    bench.workspace.check_idempotency("account 1", "k", &[1; 32]).await.unwrap();
    send(1, Uuid::now_v7()).await.unwrap();
    let replayed = send(1, Uuid::now_v7()).await;
    let Err(Fault::Replayed { status, reply }) = replayed else { panic!("{replayed:?}") };
    assert_eq!((status, reply.as_slice()), (201, &b"{\"id\":1}"[..]));
    assert!(matches!(send(2, Uuid::now_v7()).await, Err(Fault::IdempotencyMismatch)));
    let check = bench.workspace.check_idempotency("account 1", "k", &[1; 32]).await;
    assert!(matches!(check, Err(Fault::Replayed { status: 201, .. })));
    let count = bench.workspace.count(&table("person_a"), &Condition::True).await.unwrap();
    assert_eq!(count, 1);
    // The key is older than the catalogue: the first answer still stands.
    bench.publish(vec![]).await.unwrap();
    assert!(matches!(send(1, Uuid::now_v7()).await, Err(Fault::Replayed { .. })));
    assert_eq!(bench.workspace.purge_idempotency(NOW).await.unwrap(), 0);
    assert_eq!(bench.workspace.purge_idempotency(NOW + 1).await.unwrap(), 1);
    send(2, Uuid::now_v7()).await.unwrap();
}

async fn another_catalogue_refuses_the_commit(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let mut stale = commit(0);
    stale.rows = vec![insert("person_a", Uuid::now_v7(), vec![])];
    let refused = bench.workspace.commit(stale).await;
    assert!(matches!(refused, Err(Fault::CatalogueMoved { found: 1 })), "{refused:?}");
    let head = bench.workspace.head().await.unwrap();
    assert_eq!((head.catalogue_revision, head.suffix), (1, 10));
}

async fn a_refused_request_leaves_nothing_and_spares_its_neighbours(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let shared = Uuid::now_v7();
    let mut tasks = Vec::new();
    for number in 0..40 {
        let workspace = bench.workspace.clone();
        let mut commit = bench.commit().await;
        let id = Uuid::now_v7();
        commit.rows = vec![insert("person_a", id, vec![])];
        if number % 4 == 0 {
            // Only one of these can win.
            commit.rows.push(insert("person_a", shared, vec![]));
        }
        commit.changes = vec![change(id, json!({"number": number}))];
        tasks.push(tokio::spawn(async move { workspace.commit(commit).await }));
    }
    let mut refused = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => {}
            Err(Fault::Exists { id, .. }) if id == shared => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 9);
    let count = bench.workspace.count(&table("person_a"), &Condition::True).await.unwrap();
    assert_eq!(count, 40 - 9 + 1);
    assert_eq!(bench.workspace.last_sequence().await.unwrap(), 40 - 9);
    let report = bench.workspace.verify_chain(|_| {}).await.unwrap();
    assert_eq!((report.entries, report.broken), (31, None));
}

async fn many_writers_at_once_lose_nothing(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let counter = Uuid::now_v7();
    let zero = vec![(person::age(), Value::Int(0))];
    bench.write(vec![insert("person_a", counter, zero)]).await.unwrap();
    let revision = bench.workspace.head().await.unwrap().catalogue_revision;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let workspace = bench.workspace.clone();
        tasks.push(tokio::spawn(async move {
            let columns = [Column::revision(), person::age()];
            let mut done = 0;
            while done < 10 {
                let row = workspace.get(&table("person_a"), &columns, counter).await.unwrap();
                let row = row.unwrap();
                let mut commit = commit(revision);
                commit.rows = vec![RowWrite::Update {
                    table: table("person_a"),
                    id: counter,
                    revision: row[0].as_int().unwrap(),
                    values: vec![(person::age(), Value::Int(row[1].as_int().unwrap() + 1))],
                }];
                commit.changes = vec![change(counter, json!({"age": row[1].as_int()}))];
                match workspace.commit(commit).await {
                    Ok(_) => done += 1,
                    Err(Fault::Conflict { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let columns = [Column::revision(), person::age()];
    let row = bench.workspace.get(&table("person_a"), &columns, counter).await.unwrap().unwrap();
    assert_eq!(row, [Value::Int(81), Value::Int(80)]);
    assert_eq!(bench.workspace.last_sequence().await.unwrap(), 80);
    assert_eq!(bench.workspace.verify_chain(|_| {}).await.unwrap().broken, None);
}

async fn rows_come_in_the_order_of_their_ids(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    let rows = ids.iter().map(|id| insert("person_a", *id, vec![]));
    bench.write(rows.collect()).await.unwrap();
    let wanted = [ids[3], Uuid::now_v7(), ids[0], ids[3]];
    let columns = [Column::id()];
    let rows = bench.workspace.get_many(&table("person_a"), &columns, &wanted).await.unwrap();
    assert_eq!(rows, [ids[3], ids[0], ids[3]].map(|id| vec![Value::Id(id)]));
    let mut newest = Select::new(table("person_a"), vec![Column::id()], 2);
    newest.order = vec![Order { column: Column::id(), descending: true }];
    let rows = bench.workspace.select(&newest).await.unwrap();
    assert_eq!(rows.rows, [ids[4], ids[3]].map(|id| vec![Value::Id(id)]));
}

async fn text_with_a_nul_is_refused(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let nul = vec![(person::name(), Value::from("a\0b"))];
    let refused = bench.write(vec![insert("person_a", Uuid::now_v7(), nul)]).await;
    assert!(matches!(refused, Err(Fault::Invalid(_))), "{refused:?}");
}
