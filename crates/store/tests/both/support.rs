//! What every test needs: a store with one empty workspace, and short ways to fill it.

use std::sync::Arc;

use model::{Storage, Uuid, Value};
use serde_json::{Value as Json, json};
use store::{
    Change, Column, ColumnDefinition, Commit, Committed, Fault, KernelWrite, Location, Operation,
    Options, Revision, RowWrite, SchemaStep, Store, TableName, Workspace,
};

/// Declares tests that run on both databases. Each is an `async fn(Bench)`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::Bench::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(bench) = crate::support::Bench::postgres().await {
                    super::$name(bench).await;
                }
            })+
        }
    };
}

/// A point in time, in milliseconds.
pub const NOW: i64 = 1_760_000_000_123;

/// A store with one empty workspace.
pub struct Bench {
    pub store: Store,
    pub workspace: Arc<Workspace>,
    pub location: Location,
    /// Removed when the test ends.
    _directory: Option<tempfile::TempDir>,
}

impl Bench {
    pub async fn sqlite() -> Bench {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { directory: directory.path().join("data") };
        Bench::at(location, Some(directory)).await
    }

    /// `None` when there is no PostgreSQL to test with.
    pub async fn postgres() -> Option<Bench> {
        let url = std::env::var("TESSERA_TEST_POSTGRES").ok()?;
        Some(Bench::at(Location::Postgres { url }, None).await)
    }

    async fn at(location: Location, directory: Option<tempfile::TempDir>) -> Bench {
        let options = Options { connections: 5, ..Options::default() };
        let store = Store::open(location.clone(), options).await.unwrap();
        let workspace = store.create_workspace(Uuid::now_v7()).await.unwrap();
        Bench { store, workspace, location, _directory: directory }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite { .. })
    }

    /// Publishes steps as the next revision.
    pub async fn publish(&self, schema: Vec<SchemaStep>) -> Result<Committed, Fault> {
        let revision = self.workspace.head().await?.catalogue_revision;
        let mut commit = commit(revision);
        commit.schema = schema;
        commit.kernel.push(publication(revision + 1));
        self.workspace.commit(commit).await
    }

    /// A commit prepared with the catalogue as it is.
    pub async fn commit(&self) -> Commit {
        commit(self.workspace.head().await.unwrap().catalogue_revision)
    }

    /// Writes rows without logging them.
    pub async fn write(&self, rows: Vec<RowWrite>) -> Result<Committed, Fault> {
        let mut commit = self.commit().await;
        commit.rows = rows;
        self.workspace.commit(commit).await
    }
}

pub fn commit(catalogue_revision: i64) -> Commit {
    Commit::new(catalogue_revision, NOW, json!({"name": "Ada"}), json!({"request": "r1"}))
}

pub fn publication(number: i64) -> KernelWrite {
    let revision = Revision {
        number,
        time: NOW,
        actor: json!({"name": "Ada"}),
        summary: format!("revision {number}"),
        operations: json!([]),
        inverse: json!([]),
        steps: json!([]),
    };
    KernelWrite::Publish { revision, suffix: number * 10 }
}

pub fn change(record: Uuid, after: Json) -> Change {
    Change {
        entity: "person_a".to_owned(),
        record,
        operation: Operation::Create,
        before: Json::Null,
        after,
    }
}

pub fn table(name: &str) -> TableName {
    TableName::from(name)
}

pub fn definition(column: &Column) -> ColumnDefinition {
    ColumnDefinition {
        name: column.name.clone(),
        storage: column.storage,
        key: column.key,
        references: None,
    }
}

pub fn link(name: &str, target: &str) -> ColumnDefinition {
    ColumnDefinition {
        name: name.into(),
        storage: Storage::Id,
        key: false,
        references: Some(table(target)),
    }
}

pub fn insert(of: &str, id: Uuid, values: Vec<(Column, Value)>) -> RowWrite {
    RowWrite::Insert { table: table(of), id, values }
}

/// Columns of `person_a`, one of each storage.
pub mod person {
    use super::*;

    pub fn name() -> Column {
        Column::text("name_b")
    }
    pub fn age() -> Column {
        Column::new("age_c", Storage::Integer)
    }
    pub fn active() -> Column {
        Column::new("active_d", Storage::Bool)
    }
    pub fn born() -> Column {
        Column::new("born_e", Storage::Date)
    }
    pub fn seen() -> Column {
        Column::new("seen_f", Storage::Instant)
    }
    pub fn notes() -> Column {
        Column::new("notes_g", Storage::Json)
    }
    pub fn stage() -> Column {
        Column::new("stage_h", Storage::Text)
    }
    pub fn company() -> Column {
        Column::new("company_i", Storage::Id)
    }

    /// All but the link.
    pub fn own() -> Vec<Column> {
        vec![name(), age(), active(), born(), seen(), notes(), stage()]
    }
}

/// Columns of `company_j`.
pub mod company {
    use super::*;

    pub fn name() -> Column {
        Column::text("name_k")
    }
    pub fn size() -> Column {
        Column::new("size_l", Storage::Integer)
    }
}

/// The tables `company_j` and `person_a`, which links to it.
pub fn tables() -> Vec<SchemaStep> {
    let mut columns: Vec<ColumnDefinition> = person::own().iter().map(definition).collect();
    columns.push(link("company_i", "company_j"));
    vec![
        SchemaStep::CreateTable {
            table: table("company_j"),
            columns: vec![definition(&company::name()), definition(&company::size())],
        },
        SchemaStep::CreateTable { table: table("person_a"), columns },
    ]
}

/// A small generator of random numbers, so that tests repeat exactly.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize].clone()
    }
}
