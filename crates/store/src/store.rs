//! A deployment's data: the control store and the workspaces that are open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::Uuid;

use crate::control::Control;
use crate::fault::Fault;
use crate::workspace::Workspace;

/// How a deployment's data is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Sizes that deployments may tune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// SQLite: threads that read one workspace at the same time.
    pub reader_threads: usize,
    /// SQLite: workspaces kept open while nobody uses them.
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
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    control: Control,
}

impl Store {
    /// Opens a deployment and migrates its control store. Errors: [`Fault::TooNew`] when a newer
    /// program wrote it.
    pub async fn open(_location: Location, _options: Options) -> Result<Store, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Accounts, sessions, tokens, workspaces and memberships.
    pub fn control(&self) -> &Control {
        &self.inner.control
    }

    /// Makes the tables of a workspace; harmless when they are there. Listing it is up to
    /// [`Control::add_workspace`].
    pub async fn create_workspace(&self, _id: Uuid) -> Result<Arc<Workspace>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Opens a workspace, or answers the open one. Errors: [`Fault::NoWorkspace`],
    /// [`Fault::TooNew`].
    pub async fn workspace(&self, _id: Uuid) -> Result<Arc<Workspace>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Removes a workspace with everything in it.
    pub async fn drop_workspace(&self, _id: Uuid) -> Result<(), Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Whether the database answers, for `/readyz`.
    pub async fn ping(&self) -> Result<(), Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Finishes queued writes and closes every database. Later calls are [`Fault::Closed`].
    pub async fn close(&self) {}
}
