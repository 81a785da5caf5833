//! Changes of tables, documents and their revisions.

use model::{Uuid, Value};
use serde_json::json;
use store::{Column, Document, Fault, KernelWrite, SchemaStep, Select, Trash};

use crate::support::*;

on_both!(
    a_publication_that_fails_leaves_nothing,
    columns_come_and_go_with_their_indexes,
    tables_go_with_their_rows,
    an_index_that_rows_refuse_is_not_made,
    tables_change_only_with_a_revision,
    names_that_no_catalogue_gives_out_are_refused,
    documents_swap_names_in_one_commit,
    revisions_and_trash_are_kept,
);

fn index(name: &str, columns: Vec<Column>, unique: bool) -> SchemaStep {
    SchemaStep::CreateIndex { index: name.into(), table: table("person_a"), columns, unique }
}

async fn a_publication_that_fails_leaves_nothing(bench: Bench) {
    let mut steps = tables();
    steps.push(index("ix", vec![Column::text("nosuch_z")], false));
    let refused = bench.publish(steps).await;
    assert!(matches!(refused, Err(Fault::Broken(_))), "{refused:?}");
    assert_eq!(bench.workspace.head().await.unwrap().catalogue_revision, 0);
    bench.publish(tables()).await.unwrap();
}

async fn columns_come_and_go_with_their_indexes(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let id = Uuid::now_v7();
    bench.write(vec![insert("person_a", id, vec![])]).await.unwrap();
    let city = Column::text("city_m");
    bench
        .publish(vec![
            SchemaStep::AddColumn { table: table("person_a"), column: definition(&city) },
            SchemaStep::AddColumn { table: table("person_a"), column: link("boss_n", "person_a") },
            index("city_index", vec![city.clone(), person::age()], false),
            index("city_unique", vec![city.clone()], true),
        ])
        .await
        .unwrap();
    let row =
        bench.workspace.get(&table("person_a"), std::slice::from_ref(&city), id).await.unwrap();
    assert_eq!(row, Some(vec![Value::Null]));
    let boss = Column::new("boss_n", model::Storage::Id);
    let values = vec![(city.clone(), "Köln".into()), (boss, Value::Id(id))];
    bench.write(vec![insert("person_a", Uuid::now_v7(), values)]).await.unwrap();
    bench
        .publish(vec![
            SchemaStep::DropIndex { index: "city_unique".into(), table: table("person_a") },
            SchemaStep::DropIndex { index: "city_unique".into(), table: table("person_a") },
            SchemaStep::DropColumn { table: table("person_a"), column: definition(&city) },
            SchemaStep::DropColumn { table: table("person_a"), column: link("boss_n", "person_a") },
        ])
        .await
        .unwrap();
    let gone = bench.workspace.get(&table("person_a"), &[city], id).await;
    assert!(matches!(gone, Err(Fault::Broken(_))), "{gone:?}");
    let ages = Select::new(table("person_a"), vec![person::age()], 10);
    assert_eq!(bench.workspace.select(&ages).await.unwrap().rows.len(), 2);
}

async fn tables_go_with_their_rows(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let company = Uuid::now_v7();
    let link = vec![(person::company(), Value::Id(company))];
    let rows = vec![insert("company_j", company, vec![]), insert("person_a", Uuid::now_v7(), link)];
    bench.write(rows).await.unwrap();
    let drop = |name: &str| SchemaStep::DropTable { table: table(name) };
    bench.publish(vec![drop("person_a"), drop("company_j")]).await.unwrap();
    bench.publish(tables()).await.unwrap();
    let people = Select::new(table("person_a"), vec![person::age()], 10);
    assert_eq!(bench.workspace.select(&people).await.unwrap().rows.len(), 0);
}

async fn an_index_that_rows_refuse_is_not_made(bench: Bench) {
    bench.publish(tables()).await.unwrap();
    let named =
        |name: &str| insert("person_a", Uuid::now_v7(), vec![(person::name(), name.into())]);
    bench.write(vec![named("Ada"), named("ada")]).await.unwrap();
    let refused = bench.publish(vec![index("name_unique", vec![person::name()], true)]).await;
    let Err(Fault::Unique { index: of }) = refused else { panic!("{refused:?}") };
    assert_eq!(of, "name_unique");
    assert_eq!(bench.workspace.head().await.unwrap().catalogue_revision, 1);
}

async fn tables_change_only_with_a_revision(bench: Bench) {
    let mut commit = bench.commit().await;
    commit.schema = tables();
    assert!(matches!(bench.workspace.commit(commit).await, Err(Fault::Invalid(_))));
}

async fn names_that_no_catalogue_gives_out_are_refused(bench: Bench) {
    for name in ["sys_head", "Person", "a\"b", "", "1a", "sqlite_x", &"a".repeat(64)] {
        let step = SchemaStep::CreateTable { table: table(name), columns: vec![] };
        let refused = bench.publish(vec![step]).await;
        assert!(matches!(refused, Err(Fault::Invalid(_))), "{name}: {refused:?}");
    }
}

fn document(id: &str, name: &str) -> Document {
    Document {
        id: id.to_owned(),
        kind: "view".to_owned(),
        name: name.to_owned(),
        app: "crm".to_owned(),
        body: json!({"format": 1, "name": name}),
    }
}

async fn put(bench: &Bench, writes: Vec<KernelWrite>) -> Result<(), Fault> {
    let mut commit = bench.commit().await;
    commit.kernel = writes;
    bench.workspace.commit(commit).await.map(drop)
}

async fn documents_swap_names_in_one_commit(bench: Bench) {
    let put_all = |documents: Vec<Document>| vec![KernelWrite::PutDocuments(documents)];
    let first = put_all(vec![document("a", "one"), document("b", "two"), document("c", "three")]);
    put(&bench, first).await.unwrap();
    let mut swap = put_all(vec![document("a", "two"), document("b", "one")]);
    swap.push(KernelWrite::RemoveDocuments(vec!["c".to_owned()]));
    put(&bench, swap).await.unwrap();
    let (head, documents) = bench.workspace.documents().await.unwrap();
    assert_eq!(documents, [document("b", "one"), document("a", "two")]);
    assert_eq!(head.catalogue_revision, 0);
    let clash = put(&bench, put_all(vec![document("d", "one")])).await;
    assert!(matches!(clash, Err(Fault::Unique { index }) if index == "sys_document"));
}

async fn revisions_and_trash_are_kept(bench: Bench) {
    for _ in 0..3 {
        bench.publish(vec![]).await.unwrap();
    }
    let numbers = |all: Vec<store::Revision>| all.iter().map(|r| r.number).collect::<Vec<_>>();
    let workspace = &bench.workspace;
    assert_eq!(numbers(workspace.revisions(None, 2).await.unwrap()), [3, 2]);
    assert_eq!(numbers(workspace.revisions(Some(2), 2).await.unwrap()), [1]);
    assert_eq!(numbers(workspace.revisions_after(1).await.unwrap()), [2, 3]);
    assert_eq!(workspace.revision(2).await.unwrap().unwrap().summary, "revision 2");
    assert_eq!(workspace.revision(4).await.unwrap(), None);
    let trash = Trash {
        id: "city_m".to_owned(),
        kind: "field".to_owned(),
        entity: "person_a".to_owned(),
        body: json!({"name": "city"}),
        revision: 3,
        removed_at: NOW,
        purge_at: NOW + 1000,
    };
    put(&bench, vec![KernelWrite::PutTrash(trash.clone())]).await.unwrap();
    assert_eq!(workspace.trash().await.unwrap(), [trash]);
    put(&bench, vec![KernelWrite::RemoveTrash("city_m".to_owned())]).await.unwrap();
    assert_eq!(workspace.trash().await.unwrap(), []);
}
