//! Measures the store on this machine: durable creates and point reads at 32 callers, pages of a
//! large table. `cargo run --release -p store --example measure [directory | postgres://…]`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use model::{Storage, Uuid, Value};
use serde_json::json;
use store::{
    Change, Column, ColumnDefinition, Commit, Condition, Fault, KernelWrite, Location, Op,
    Operation, Options, Order, Page, Revision, RowWrite, SchemaStep, Select, Store, TableName,
    Workspace,
};

const CALLERS: usize = 32;
const LASTS: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let target = std::env::args().nth(1).unwrap_or_else(|| "/tmp/tessera-measure".to_owned());
    let location = match target.starts_with("postgres") {
        true => Location::Postgres { url: target },
        false => Location::Sqlite { directory: target.into() },
    };
    let store = Store::open(location, Options::default()).await?;
    let workspace = store.create_workspace(Uuid::now_v7()).await?;
    publish(&workspace).await?;
    let ids: Vec<Uuid> = (0..20_000).map(|_| Uuid::now_v7()).collect();
    for chunk in ids.chunks(1_000) {
        let mut commit = commit();
        commit.rows = chunk.iter().map(|id| insert(*id)).collect();
        workspace.commit(commit).await?;
    }
    let ids = Arc::new(ids);

    measure("durable creates", &workspace, |workspace, _| async move {
        let id = Uuid::now_v7();
        let mut commit = commit();
        commit.rows = vec![insert(id)];
        commit.changes = vec![Change {
            entity: "deal_a".to_owned(),
            record: id,
            operation: Operation::Create,
            before: serde_json::Value::Null,
            after: json!({"name": "Acme 张三", "stage": "k", "amount": "125.00", "closed": null}),
        }];
        workspace.commit(commit).await.map(drop)
    })
    .await?;
    let columns = Arc::new(columns());
    let (of, which) = (Arc::clone(&ids), Arc::clone(&columns));
    measure("point reads", &workspace, move |workspace, number| {
        let (ids, columns) = (Arc::clone(&of), Arc::clone(&which));
        async move {
            let id = ids[number * 7_919 % ids.len()];
            workspace.get(&TableName::from("deal_a"), &columns, id).await.map(drop)
        }
    })
    .await?;
    let pages = [
        ("pages of 50 by amount", Condition::True, Page::Start),
        (
            "pages of 50 by amount, filtered",
            Condition::test(name(), Op::Contains, "acme"),
            Page::Start,
        ),
        (
            "later pages of 50 by amount",
            Condition::True,
            Page::After(vec![Value::Int(500), Value::Id(ids[10])]),
        ),
    ];
    for (what, filter, page) in pages {
        let order = vec![Order { column: amount(), descending: true }];
        let select = Select::new(TableName::from("deal_a"), columns.to_vec(), 50);
        let select = Arc::new(Select { filter, order, page, ..select });
        measure(what, &workspace, move |workspace, _| {
            let select = Arc::clone(&select);
            async move { workspace.select(&select).await.map(drop) }
        })
        .await?;
    }
    let begun = Instant::now();
    let report = workspace.verify_chain(|_| {}).await?;
    println!("chain of {} verified in {:?}: {:?}", report.entries, begun.elapsed(), report.broken);
    store.close().await;
    Ok(())
}

/// Calls something from many tasks for a while and prints how often it was done.
async fn measure<F>(
    what: &str,
    workspace: &Arc<Workspace>,
    call: impl Fn(Arc<Workspace>, usize) -> F + Clone + Send + 'static,
) -> Result<(), Fault>
where
    F: Future<Output = Result<(), Fault>> + Send,
{
    let (done, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let mut tasks = Vec::new();
    for _ in 0..CALLERS {
        let (workspace, call) = (Arc::clone(workspace), call.clone());
        let (done, stop) = (Arc::clone(&done), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let number = done.fetch_add(1, Ordering::Relaxed);
                call(Arc::clone(&workspace), number).await?;
            }
            Ok::<(), Fault>(())
        }));
    }
    tokio::time::sleep(LASTS).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.map_err(|error| Fault::Broken(Box::new(error)))??;
    }
    let done = done.load(Ordering::Relaxed) as f64;
    let per_second = done / begun.elapsed().as_secs_f64();
    let cpu = (cpu_seconds() - cpu) / done * 1e6;
    println!("{what}: {per_second:.0}/s, {cpu:.1} µs of processor each");
    Ok(())
}

/// Processor time of this process, as Linux counts it in hundredths of a second; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / 100.0
}

fn name() -> Column {
    Column::text("name_b")
}

fn amount() -> Column {
    Column::new("amount_c", Storage::Integer)
}

fn columns() -> Vec<Column> {
    let instant = |name: &str| Column::new(name, Storage::Instant);
    vec![
        Column::id(),
        Column::revision(),
        instant("created_at"),
        instant("updated_at"),
        name(),
        amount(),
        Column::new("stage_d", Storage::Text),
        Column::new("close_e", Storage::Date),
    ]
}

fn commit() -> Commit {
    Commit::new(1, 1_760_000_000_000, json!({"id": "u1", "name": "Ada"}), json!({"request": "r1"}))
}

fn insert(id: Uuid) -> RowWrite {
    let values = vec![
        (name(), "Acme 张三".into()),
        (amount(), Value::Int((id.as_u128() % 1_000) as i64)),
        (Column::new("stage_d", Storage::Text), "k".into()),
        (Column::new("close_e", Storage::Date), Value::Date(20_000)),
    ];
    RowWrite::Insert { table: TableName::from("deal_a"), id, values }
}

async fn publish(workspace: &Workspace) -> Result<(), Fault> {
    let own = columns().into_iter().skip(4);
    let definitions = own.map(|column| ColumnDefinition {
        name: column.name,
        storage: column.storage,
        key: column.key,
        references: None,
    });
    let table = TableName::from("deal_a");
    let mut commit = commit();
    commit.catalogue_revision = 0;
    commit.schema = vec![
        SchemaStep::CreateTable { table: table.clone(), columns: definitions.collect() },
        SchemaStep::CreateIndex {
            index: "deal_a__amount_c__i".into(),
            table,
            columns: vec![amount()],
            unique: false,
        },
    ];
    let revision = Revision {
        number: 1,
        time: 0,
        actor: json!(null),
        summary: String::new(),
        operations: json!([]),
        inverse: json!([]),
        steps: json!([]),
    };
    commit.kernel = vec![KernelWrite::Publish { revision, suffix: 1 }];
    workspace.commit(commit).await.map(drop)
}
