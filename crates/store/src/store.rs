//! A deployment's data: the control store and the workspaces that are open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::Uuid;
use sqlx::postgres::PgPool;

use crate::control::Control;
use crate::database::{Database, Engine, Statement};
use crate::dialect::{Home, Texts};
use crate::fault::Fault;
use crate::migrate::Schema;
use crate::postgres::{self, Listener, Postgres};
use crate::sql::rows::Shapes;
use crate::sqlite::{self, Sqlite};
use crate::workspace::Workspace;

/// How a deployment's data is reached.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// Files in a directory, one per workspace.
    Sqlite {
        /// The directory; made when it is not there.
        directory: PathBuf,
    },
    /// Schemas of a PostgreSQL database, shared by any number of nodes.
    Postgres {
        /// Connection URL, with its password.
        url: String,
    },
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Sqlite { directory } => write!(f, "Sqlite({})", directory.display()),
            // The URL holds a password.
            Location::Postgres { .. } => f.write_str("Postgres(…)"),
        }
    }
}

/// Sizes that deployments may tune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// SQLite: threads that read one workspace at the same time.
    pub reader_threads: usize,
    /// Workspaces kept open while nobody uses them.
    pub open_workspaces: usize,
    /// PostgreSQL: connections of this node.
    pub connections: u32,
    /// How long one read may take.
    pub read_deadline: Duration,
    /// Requests that one transaction commits at most.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            reader_threads: 2,
            open_workspaces: 64,
            connections: 16,
            read_deadline: Duration::from_secs(10),
            batch: 256,
        }
    }
}

/// A deployment's data. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Backend,
    options: Options,
    control: Control,
    open: Mutex<HashMap<Uuid, Open>>,
    /// One workspace is opened at a time; those that are open do not wait for it.
    opening: tokio::sync::Mutex<()>,
    uses: AtomicU64,
    closed: AtomicBool,
}

#[derive(Debug)]
enum Backend {
    Sqlite { directory: PathBuf },
    Postgres { pool: PgPool, listener: Listener },
}

/// An open workspace and when it was last asked for.
#[derive(Debug)]
struct Open {
    workspace: Arc<Workspace>,
    used: u64,
}

impl Store {
    /// Opens a deployment and migrates its control store. Errors: [`Fault::TooNew`] when a newer
    /// program wrote it.
    pub async fn open(location: Location, options: Options) -> Result<Store, Fault> {
        let (backend, control) = match location {
            Location::Sqlite { directory } => {
                sqlite::check_library()?;
                make_private(&directory)?;
                let path = directory.join("control.sqlite");
                let control = open_sqlite(path, Schema::Control, true, &options).await?;
                (Backend::Sqlite { directory }, control)
            }
            Location::Postgres { url } => {
                let pool = postgres::connect(&url, &options).await?;
                let home = Home::control();
                let (control, _) =
                    open_postgres(&pool, home, Schema::Control, true, &options).await?;
                let listener = Listener::start(pool.clone());
                (Backend::Postgres { pool, listener }, control)
            }
        };
        let inner = Inner {
            backend,
            options,
            control: Control { database: control },
            open: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            uses: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// Accounts, sessions, tokens, workspaces and memberships.
    pub fn control(&self) -> &Control {
        &self.inner.control
    }

    /// Makes the tables of a workspace; harmless when they are there. Listing it is up to
    /// [`Control::add_workspace`].
    pub async fn create_workspace(&self, id: Uuid) -> Result<Arc<Workspace>, Fault> {
        self.open_workspace(id, true).await
    }

    /// Opens a workspace, or answers the open one. Whoever follows it ([`Workspace::subscribe`])
    /// holds on to what this answers; it may be closed otherwise. Errors:
    /// [`Fault::NoWorkspace`], [`Fault::TooNew`].
    pub async fn workspace(&self, id: Uuid) -> Result<Arc<Workspace>, Fault> {
        match self.opened(id) {
            Some(workspace) => Ok(workspace),
            None => self.open_workspace(id, false).await,
        }
    }

    /// Closes a workspace, so that it is opened anew when it is next asked for.
    pub async fn close_workspace(&self, id: Uuid) {
        let _opening = self.inner.opening.lock().await;
        self.close_one(id).await;
    }

    /// Removes a workspace with everything in it.
    pub async fn drop_workspace(&self, id: Uuid) -> Result<(), Fault> {
        let _opening = self.inner.opening.lock().await;
        self.close_one(id).await;
        match &self.inner.backend {
            Backend::Sqlite { directory } => {
                for ending in ["sqlite", "sqlite-wal", "sqlite-shm"] {
                    let path = directory.join(format!("{}.{ending}", id.simple()));
                    match std::fs::remove_file(path) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            return Err(Fault::broken(error));
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
            Backend::Postgres { pool, .. } => postgres::drop_schema(pool, id).await,
        }
    }

    /// Whether the database answers, for `/readyz`.
    pub async fn ping(&self) -> Result<(), Fault> {
        let statement = Statement::new("select 1", Vec::new());
        self.inner.control.database.read(statement).await.map(drop)
    }

    /// Finishes queued writes and closes every database. Later calls are [`Fault::Closed`].
    pub async fn close(&self) {
        let _opening = self.inner.opening.lock().await;
        self.inner.closed.store(true, Ordering::SeqCst);
        let open: Vec<Open> = match self.inner.open.lock() {
            Ok(mut open) => open.drain().map(|(_, open)| open).collect(),
            Err(_) => Vec::new(),
        };
        for open in open {
            open.workspace.close().await;
        }
        self.inner.control.database.close().await;
        if let Backend::Postgres { pool, .. } = &self.inner.backend {
            pool.close().await;
        }
    }

    /// The workspace, if it is open.
    fn opened(&self, id: Uuid) -> Option<Arc<Workspace>> {
        let used = self.inner.uses.fetch_add(1, Ordering::Relaxed);
        let mut open = self.inner.open.lock().ok()?;
        let found = open.get_mut(&id)?;
        found.used = used;
        Some(Arc::clone(&found.workspace))
    }

    async fn open_workspace(&self, id: Uuid, create: bool) -> Result<Arc<Workspace>, Fault> {
        let _opening = self.inner.opening.lock().await;
        if let Some(workspace) = self.opened(id) {
            return Ok(workspace);
        }
        if self.inner.closed.load(Ordering::SeqCst) {
            return Err(Fault::Closed);
        }
        let options = &self.inner.options;
        let database = match &self.inner.backend {
            Backend::Sqlite { directory } => {
                let path = directory.join(format!("{}.sqlite", id.simple()));
                open_sqlite(path, Schema::Workspace, create, options).await?
            }
            Backend::Postgres { pool, listener } => {
                let home = Home::workspace(id);
                let (database, postgres) =
                    open_postgres(pool, home, Schema::Workspace, create, options).await?;
                listener.follow(id, postgres.announcer());
                database
            }
        };
        let workspace = Arc::new(Workspace::new(id, database));
        let used = self.inner.uses.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut open) = self.inner.open.lock() {
            open.insert(id, Open { workspace: Arc::clone(&workspace), used });
        }
        self.close_unused().await;
        Ok(workspace)
    }

    /// Closes the workspaces that were not asked for longest, as long as there are too many.
    async fn close_unused(&self) {
        while let Some((id, unused)) = self.take_unused() {
            self.forget(id);
            unused.close().await;
        }
    }

    /// Takes an unused workspace off the list. Nobody can ask for it meanwhile, since that needs
    /// the list too.
    fn take_unused(&self) -> Option<(Uuid, Arc<Workspace>)> {
        let mut open = self.inner.open.lock().ok()?;
        if open.len() <= self.inner.options.open_workspaces.max(1) {
            return None;
        }
        // Somebody who holds a workspace still uses it.
        let unused = open.iter().filter(|(_, open)| Arc::strong_count(&open.workspace) == 1);
        let id = unused.min_by_key(|(_, open)| open.used).map(|(id, _)| *id)?;
        open.remove(&id).map(|open| (id, open.workspace))
    }

    /// Hears no longer of what other nodes write to a workspace.
    fn forget(&self, id: Uuid) {
        if let Backend::Postgres { listener, .. } = &self.inner.backend {
            listener.forget(id);
        }
    }

    async fn close_one(&self, id: Uuid) {
        let open = self.inner.open.lock().ok().and_then(|mut open| open.remove(&id));
        self.forget(id);
        if let Some(open) = open {
            open.workspace.close().await;
        }
    }
}

/// Makes a directory that only we may read.
fn make_private(directory: &Path) -> Result<(), Fault> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(Fault::broken)
}

async fn open_sqlite(
    path: PathBuf,
    schema: Schema,
    create: bool,
    options: &Options,
) -> Result<Database, Fault> {
    let home = Arc::new(Home::sqlite());
    let shapes = Arc::new(Shapes::new(Home::sqlite()));
    let texts = Arc::new(Texts::new(Home::sqlite()));
    let (options, for_writer) = (options.clone(), Arc::clone(&shapes));
    let open = move || Sqlite::open(&path, schema, create, texts, for_writer, &options);
    let sqlite = tokio::task::spawn_blocking(open).await.map_err(Fault::broken)??;
    Ok(Database { home, shapes, engine: Engine::Sqlite(sqlite) })
}

async fn open_postgres(
    pool: &PgPool,
    home: Home,
    schema: Schema,
    create: bool,
    options: &Options,
) -> Result<(Database, Postgres), Fault> {
    let shapes = Arc::new(Shapes::new(home.clone()));
    let for_writer = Arc::clone(&shapes);
    let postgres = Postgres::open(pool, &home, schema, create, for_writer, options).await?;
    let engine = Engine::Postgres(postgres.clone());
    Ok((Database { home: Arc::new(home), shapes, engine }, postgres))
}
