//! Snapshots: consistent, complete, and restored on either database.

use model::{Uuid, Value};
use serde_json::json;
use store::{
    Column, Condition, Datum, Fault, KernelWrite, Op, OutboxMessage, SchemaStep, Select,
    SnapshotChunk,
};

use crate::support::*;

on_both!(
    a_copy_restored_on_either_database_is_the_same_workspace,
    a_snapshot_does_not_see_later_writes,
    only_an_empty_workspace_can_be_restored,
    a_restoration_that_is_not_finished_leaves_nothing,
);

async fn fill(bench: &Bench) {
    let mut steps = tables();
    steps.push(SchemaStep::AddColumn {
        table: table("company_j"),
        column: link("owner_o", "person_a"),
    });
    steps.push(SchemaStep::CreateIndex {
        index: "name_unique".into(),
        table: table("person_a"),
        columns: vec![person::name()],
        unique: true,
    });
    bench.publish(steps).await.unwrap();
    let company = Uuid::now_v7();
    let owner = Column::new("owner_o", model::Storage::Id);
    let mut commit = bench.commit().await;
    commit.rows.push(insert("company_j", company, vec![(company::name(), "Acme".into())]));
    for number in 0..2_300 {
        let id = Uuid::now_v7();
        let values = vec![
            (person::name(), Value::Text(format!("Ada 张 {number}"))),
            (person::age(), Value::Int(number)),
            (person::active(), Value::Bool(number % 2 == 0)),
            (person::born(), Value::Date(number as i32)),
            (person::seen(), Value::Instant(NOW + number)),
            (person::notes(), Value::Json(json!({"n": number, "null": null}))),
            (person::company(), Value::Id(company)),
        ];
        commit.rows.push(insert("person_a", id, values));
        commit.changes.push(change(id, json!({"number": number})));
        if number == 0 {
            // Tables that link each other, whichever is filled first.
            commit.rows.push(store::RowWrite::Update {
                table: table("company_j"),
                id: company,
                revision: 1,
                values: vec![(owner.clone(), Value::Id(id))],
            });
        }
    }
    commit.outbox = vec![OutboxMessage {
        id: Uuid::now_v7(),
        kind: "mail".to_owned(),
        payload: json!(null),
        not_before: NOW,
    }];
    let endpoint = store::Endpoint {
        name: "erp".to_owned(),
        url: "https://erp.example.org".to_owned(),
        secret: vec![0, 1, 255],
        updated_at: NOW,
    };
    commit.kernel = vec![KernelWrite::PutEndpoint(endpoint)];
    bench.workspace.commit(commit).await.unwrap();
    bench.workspace.erase_changes(None, 5, 5).await.unwrap();
}

async fn read_all(bench: &Bench) -> Vec<SnapshotChunk> {
    let mut snapshot = bench.workspace.snapshot().await.unwrap();
    let mut chunks = Vec::new();
    while let Some(chunk) = snapshot.next().await.unwrap() {
        chunks.push(chunk);
    }
    chunks
}

/// The way through an archive: every value as JSON and back.
fn archived(chunk: &SnapshotChunk) -> SnapshotChunk {
    let kinds = || chunk.table.columns.iter().map(|column| column.kind);
    let rows = chunk.rows.iter().map(|row| {
        let cells = row.iter().zip(kinds()).map(|(datum, kind)| {
            assert_eq!(store::Kind::parse(kind.as_str()), Some(kind));
            let text = datum.to_json().to_string();
            Datum::from_json(kind, serde_json::from_str(&text).unwrap()).unwrap()
        });
        cells.collect()
    });
    SnapshotChunk { table: chunk.table.clone(), rows: rows.collect() }
}

async fn a_copy_restored_on_either_database_is_the_same_workspace(bench: Bench) {
    fill(&bench).await;
    let chunks = read_all(&bench).await;
    let people: usize = chunks
        .iter()
        .filter(|chunk| &*chunk.table.name == "person_a")
        .map(|chunk| chunk.rows.len())
        .sum();
    assert_eq!(people, 2_300);
    let mut others = vec![Bench::sqlite().await];
    others.extend(Bench::postgres().await);
    for mut other in others {
        let mut restore = other.workspace.restore().await.unwrap();
        for chunk in &chunks {
            restore.write(archived(chunk)).await.unwrap();
        }
        restore.finish().await.unwrap();
        let id = other.workspace.id();
        other.store.close_workspace(id).await;
        other.workspace = other.store.workspace(id).await.unwrap();

        let mut again = read_all(&other).await;
        assert_eq!(again.len(), chunks.len());
        for (again, chunk) in again.iter_mut().zip(&chunks) {
            assert_eq!(again, chunk);
        }
        let report = other.workspace.verify_chain(|_| {}).await.unwrap();
        assert_eq!((report.entries, report.erased, report.broken), (2_300, 1, None));
        // Companions, indexes and links are there.
        let mut select = Select::new(table("person_a"), vec![person::age()], 20);
        select.filter = Condition::test(person::name(), Op::Starts, "ADA 张 229");
        assert_eq!(other.workspace.select(&select).await.unwrap().rows.len(), 11);
        select.filter = Condition::test(person::name(), Op::Contains, "张 2299");
        assert_eq!(other.workspace.select(&select).await.unwrap().rows.len(), 1);
        let name = vec![(person::name(), "ada 张 7".into())];
        let clash = other.write(vec![insert("person_a", Uuid::now_v7(), name)]).await;
        assert!(matches!(clash, Err(Fault::Unique { index }) if index == "name_unique"));
        let link = vec![(person::company(), Value::Id(Uuid::now_v7()))];
        let dangling = other.write(vec![insert("person_a", Uuid::now_v7(), link)]).await;
        assert!(matches!(dangling, Err(Fault::ForeignKey { .. })));
    }
}

async fn a_snapshot_does_not_see_later_writes(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    bench.write(vec![insert("person_a", Uuid::now_v7(), vec![])]).await.unwrap();
    let mut snapshot = bench.workspace.snapshot().await.unwrap();
    bench.write(vec![insert("person_a", Uuid::now_v7(), vec![])]).await.unwrap();
    let mut people = 0;
    while let Some(chunk) = snapshot.next().await.unwrap() {
        if &*chunk.table.name == "person_a" {
            people += chunk.rows.len();
        }
    }
    assert_eq!(people, 1);
}

async fn only_an_empty_workspace_can_be_restored(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    assert!(matches!(bench.workspace.restore().await, Err(Fault::Invalid(_))));
}

async fn a_restoration_that_is_not_finished_leaves_nothing(bench: Bench) {
    let other =
        if bench.is_sqlite() { Some(Bench::sqlite().await) } else { Bench::postgres().await };
    let other = other.unwrap();
    fill(&other).await;
    let mut restore = bench.workspace.restore().await.unwrap();
    for chunk in read_all(&other).await {
        restore.write(chunk).await.unwrap();
    }
    drop(restore);
    assert_eq!(bench.workspace.head().await.unwrap().catalogue_revision, 0);
    bench.publish(tables()).await.unwrap();
}
