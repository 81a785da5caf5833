//! What integration tests share: a house on either database, with the apps that ship, people with
//! roles, and short ways to read and write records.

pub mod http;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::accounts::{self, NewAccount};
use engine::{Clock, Context, Credential, Engine, Principal, RequestInfo, Settings, SystemClock};
use futures_util::{Stream, TryStreamExt, pin_mut};
use model::query::{Aggregate, Query};
use model::{Error, Language, Result, Uuid};
use serde_json::{Value as Json, json};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Files in a temporary directory.
    Sqlite,
    /// A database of its own on the server that `TESSERA_TEST_POSTGRES` names.
    Postgres,
}

/// Makes two tests of one asynchronous function: one per database.
#[macro_export]
macro_rules! on_both {
    ($($(#[$about:meta])* $name:ident($house:ident) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[allow(dead_code)]
            async fn run($house: $crate::House) $body

            $(#[$about])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::House::build($crate::Place::Sqlite).await).await;
            }

            $(#[$about])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::House::build($crate::Place::Postgres).await).await;
            }
        })*
    };
}

/// A running house with one workspace, `demo`, in which the apps `base` and `crm` are installed.
pub struct House {
    /// The engine.
    pub engine: Engine,
    /// The workspace.
    pub workspace: store::WorkspaceEntry,
    /// Where it lives.
    pub place: Place,
    location: store::Location,
    _directory: tempfile::TempDir,
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The real data sets beside the project, where they are there.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// A program that the build has made, beside the test binary.
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    let profile = own.parent().and_then(Path::parent).expect("tests live in deps");
    let path = profile.join(name);
    assert!(path.exists(), "{} is missing: cargo build --workspace", path.display());
    path
}

/// The files of an app that ships, with paths relative to its folder.
pub fn app_files(app: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("apps").join(app);
    let mut files = Vec::new();
    collect(&folder, &folder, &mut files);
    files.sort();
    files
}

fn collect(base: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("the app's folder is there") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(base, &path, files);
        } else {
            let name = path.strip_prefix(base).expect("below its base");
            let content = std::fs::read(&path).expect("a readable file");
            files.push((name.to_string_lossy().into_owned(), content));
        }
    }
}

/// Makes an empty database on the PostgreSQL for tests and answers its URL.
async fn fresh_postgres() -> String {
    let server = std::env::var("TESSERA_TEST_POSTGRES")
        .expect("TESSERA_TEST_POSTGRES names a PostgreSQL: export it from scripts/postgres");
    let name = format!("t_{}", Uuid::now_v7().simple());
    let output = tokio::process::Command::new("psql")
        .args([&server, "-qAtc", &format!("create database {name}")])
        .output()
        .await
        .expect("psql comes with PostgreSQL");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (base, _) = server.rsplit_once('/').expect("the URL ends in a database");
    format!("{base}/{name}")
}

impl House {
    /// Builds a house with the app `crm`.
    pub async fn build(place: Place) -> House {
        let house = House::bare(place).await;
        house.install("crm").await;
        house
    }

    /// Builds a house with the app `base` only.
    pub async fn bare(place: Place) -> House {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let location = match place {
            Place::Sqlite => store::Location::Sqlite { directory: directory.path().join("data") },
            Place::Postgres => store::Location::Postgres { url: fresh_postgres().await },
        };
        let engine = open(&location, Arc::new(SystemClock)).await;
        let new = engine::workspaces::NewWorkspace {
            slug: "demo".into(),
            name: "Demo".into(),
            time_zone: "Asia/Shanghai".into(),
            currency: "USD".into(),
            language: Language::En,
        };
        let base = app_files("base");
        let workspace = engine::workspaces::create(&engine, &new, &base).await.expect("workspace");
        House { engine, workspace, place, location, _directory: directory }
    }

    /// Where its data is.
    pub fn location(&self) -> &store::Location {
        &self.location
    }

    /// Installs an app that ships.
    pub async fn install(&self, app: &str) {
        let system = self.system().await;
        engine::packages::install(&system, &app_files(app)).await.expect("the app installs");
    }

    /// Closes the house and opens it again, as a restart does.
    pub async fn restart(self) -> House {
        self.restart_at(Arc::new(SystemClock)).await
    }

    /// Closes the house and opens it again at another time.
    pub async fn restart_at(self, clock: Arc<dyn Clock>) -> House {
        self.engine.close().await;
        let engine = open(&self.location, clock).await;
        House { engine, ..self }
    }

    /// Another program over the same data, where the database allows several.
    pub async fn another_node(&self) -> Engine {
        assert_eq!(self.place, Place::Postgres, "a SQLite file belongs to one program");
        open(&self.location, Arc::new(SystemClock)).await
    }

    /// The house's own circumstances.
    pub async fn system(&self) -> Context {
        self.engine.system_context(self.workspace.id, "test").await.expect("a context")
    }

    /// A person with roles, and how they act.
    pub async fn person(&self, name: &str, roles: &[&str]) -> Context {
        let email = format!("{name}@example.com");
        let new = NewAccount { email: &email, password: None };
        let account = accounts::create_account(&self.engine, new).await.expect("an account");
        accounts::add_member(&self.engine, &email, &self.workspace, name, roles)
            .await
            .expect("a member");
        self.context(&account, RequestInfo::default()).await.expect("a context")
    }

    /// How an account acts.
    pub async fn context(&self, account: &store::Account, request: RequestInfo) -> Result<Context> {
        let principal = Principal {
            account: account.id,
            email: account.email.clone(),
            credential: Credential::Session { hash: [0; 32] },
        };
        self.engine.context(&principal, "demo", request).await
    }
}

async fn open(location: &store::Location, clock: Arc<dyn Clock>) -> Engine {
    let scripts = script::PoolConfig {
        executable: program("script-worker"),
        args: Vec::new(),
        environment: Vec::new(),
        workers: 2,
    };
    let settings = Settings {
        location: location.clone(),
        options: store::Options::default(),
        clock,
        scripts: Some(scripts),
        egress: Default::default(),
        base_url: None,
    };
    Engine::open(settings).await.expect("the house opens")
}

/// Creates a record and answers it.
pub async fn create(context: &Context, entity: &str, values: Json) -> Json {
    let reply = engine::records::create(context, entity, values).await;
    let reply = reply.unwrap_or_else(|error| panic!("{entity}: {error}"));
    serde_json::from_slice(&reply.body).expect("JSON")
}

/// Tries to create a record.
pub async fn try_create(context: &Context, entity: &str, values: Json) -> Result<Json, Error> {
    let reply = engine::records::create(context, entity, values).await?;
    Ok(serde_json::from_slice(&reply.body).expect("JSON"))
}

/// Changes a record and answers it, or the refusal.
pub async fn update(context: &Context, entity: &str, id: &Json, values: Json) -> Result<Json> {
    let id = id.as_str().expect("an id");
    let reply = engine::records::update(context, entity, id, values, None).await?;
    Ok(serde_json::from_slice(&reply.body).expect("JSON"))
}

/// One record.
pub async fn get(context: &Context, entity: &str, id: &Json) -> Result<Json> {
    let id = id.as_str().expect("an id");
    let (body, _) = engine::records::get(context, entity, id, &Query::default()).await?;
    Ok(serde_json::from_slice(&body).expect("JSON"))
}

/// A list, asked for as a JSON body.
pub async fn list(context: &Context, entity: &str, query: Json) -> Result<Json> {
    let query = Query::from_json(&query)?;
    let body = engine::records::list(context, entity, &query).await?;
    Ok(serde_json::from_slice(&body).expect("JSON"))
}

/// Figures, asked for as a JSON body.
pub async fn aggregate(context: &Context, entity: &str, query: Json) -> Result<Json> {
    engine::records::aggregate(context, entity, &Aggregate::from_json(&query)?).await
}

/// Everything that a stream of pieces brings.
pub async fn bytes_of(pieces: impl Stream<Item = Result<Vec<u8>>>) -> Result<Vec<u8>> {
    pin_mut!(pieces);
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The values of one field of a list.
pub fn column(list: &Json, field: &str) -> Vec<Json> {
    let records = list["records"].as_array().expect("records");
    records.iter().map(|record| record[field].clone()).collect()
}

/// Publishes operations on the newest revision.
pub async fn publish(context: &Context, operations: Json) -> Result<Json> {
    let (revision, _) = engine::documents::meta(context, None)?;
    let body = json!({"base_revision": revision, "operations": operations});
    engine::documents::change(context, &body, false).await
}
