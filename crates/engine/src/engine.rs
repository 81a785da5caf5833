//! The running house: its store, its workers, its open workspaces.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use model::{Code, Error, Language, Result, Uuid};
use outreach::{Egress, EgressPolicy};
use script::{Pool, PoolConfig};
use serde_json::{Value as Json, json};
use store::Store;

use crate::access::Access;
use crate::background::Background;
use crate::clock::Clock;
use crate::context::{Actor, Caller, Context, Credential, Principal, RequestInfo};
use crate::faults::from_store;
use crate::workspace::Workspace;

/// What an engine is opened with.
pub struct Settings {
    /// Where the data lives.
    pub location: store::Location,
    /// Sizes of the store.
    pub options: store::Options,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How scripts are run; without it, records with hooks cannot be written.
    pub scripts: Option<PoolConfig>,
    /// Which addresses may be called.
    pub egress: EgressPolicy,
    /// The address under which people reach the server.
    pub base_url: Option<String>,
}

/// The running house. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) scripts: Option<Pool>,
    pub(crate) egress: Egress,
    pub(crate) cursor_key: [u8; 32],
    pub(crate) accounts: crate::accounts::Accounts,
    pub(crate) background: Background,
    /// Whether other nodes may write to the same store.
    pub(crate) shared: bool,
    workspaces: Mutex<HashMap<Uuid, Arc<Workspace>>>,
    slugs: Mutex<HashMap<String, store::WorkspaceEntry>>,
}

/// The name of the setting that holds the key that cursors are signed with.
const CURSOR_KEY: &str = "cursor_key";

impl Engine {
    /// Opens the store and everything around it.
    pub async fn open(settings: Settings) -> Result<Engine> {
        let shared = matches!(settings.location, store::Location::Postgres { .. });
        let store = Store::open(settings.location, settings.options).await.map_err(from_store)?;
        let cursor_key = cursor_key(&store).await?;
        Ok(Engine {
            inner: Arc::new(Inner {
                store,
                clock: settings.clock,
                scripts: settings.scripts.map(Pool::new),
                egress: Egress::new(settings.egress),
                cursor_key,
                accounts: crate::accounts::Accounts::default(),
                background: Background::default(),
                shared,
                workspaces: Mutex::default(),
                slugs: Mutex::default(),
            }),
        })
    }

    /// The store underneath.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        self.inner.clock.now()
    }

    /// Finishes what has begun and closes every database.
    pub async fn close(&self) {
        self.stop_background().await;
        self.inner.store.close().await;
    }

    /// The circumstances of a request. Errors: `workspace_unknown`, also for a workspace that the
    /// principal does not belong to.
    pub async fn context(
        &self,
        principal: &Principal,
        slug: &str,
        request: RequestInfo,
    ) -> Result<Context> {
        let entry = self.entry(slug).await?;
        if let Credential::Token { workspace, .. } = &principal.credential
            && *workspace != entry.id
        {
            return Err(Error::new(Code::WorkspaceUnknown));
        }
        let workspace = self.open_workspace(&entry).await?;
        let Some(user) = workspace.user_of(principal.account).await? else {
            return Err(Error::new(Code::WorkspaceUnknown));
        };
        let snapshot = workspace.snapshot();
        let now = self.now();
        let person = workspace.person(&snapshot, user).await?;
        let actor = match &principal.credential {
            Credential::Session { .. } => Actor::User { id: user, name: person.name.clone() },
            Credential::Token { id, name, .. } => {
                Actor::Token { id: *id, name: name.clone(), user }
            }
        };
        let mut access = workspace.access_of(&snapshot, &actor, now).await?;
        if let Credential::Token { scope, .. } = &principal.credential
            && scope.read_only
        {
            access = Arc::new(access.read_only());
        }
        let language = person.language.or(request.language).unwrap_or(workspace.language);
        let cause = json!({"kind": "request", "id": request.request_id});
        let caller = Some(Caller::of(principal));
        let context =
            self.assemble(workspace, snapshot, access, actor, cause, request, language, now);
        Ok(Context { caller, ..context })
    }

    /// The circumstances of the house's own doing, for a reason; it may do everything that the
    /// rules of records allow.
    pub async fn system_context(&self, workspace: Uuid, reason: &'static str) -> Result<Context> {
        let workspace = self.workspace(workspace).await?;
        let actor = Actor::System { reason };
        let cause = json!({"kind": "system", "reason": reason});
        self.unattended(workspace, actor, cause).await
    }

    /// The circumstances of an automation or of the house itself.
    pub(crate) async fn unattended(
        &self,
        workspace: Arc<Workspace>,
        actor: Actor,
        cause: Json,
    ) -> Result<Context> {
        let snapshot = workspace.snapshot();
        let access = Arc::new(Access::everything(&snapshot.catalogue));
        let (language, now) = (workspace.language, self.now());
        let request = RequestInfo::default();
        Ok(self.assemble(workspace, snapshot, access, actor, cause, request, language, now))
    }

    /// The same circumstances with every right, to find out what a refusal is about.
    pub(crate) fn unattended_access(&self, context: &Context) -> Context {
        let access = Arc::new(Access::everything(context.catalogue()));
        Context { access, ..context.clone() }
    }

    #[allow(clippy::too_many_arguments)]
    fn assemble(
        &self,
        workspace: Arc<Workspace>,
        snapshot: Arc<crate::workspace::Snapshot>,
        access: Arc<Access>,
        actor: Actor,
        cause: Json,
        request: RequestInfo,
        language: Language,
        now: i64,
    ) -> Context {
        let engine = self.clone();
        let depth = 0;
        Context {
            engine,
            workspace,
            snapshot,
            access,
            actor,
            cause,
            request,
            language,
            now,
            depth,
            caller: None,
        }
    }

    /// An open workspace by its id.
    pub async fn workspace(&self, id: Uuid) -> Result<Arc<Workspace>> {
        let entry = self.store().control().workspace(id).await.map_err(from_store)?;
        self.open_workspace(&entry.ok_or_else(|| Error::new(Code::WorkspaceUnknown))?).await
    }

    /// The control store's entry of a slug.
    pub async fn entry(&self, slug: &str) -> Result<store::WorkspaceEntry> {
        if let Some(entry) = lock(&self.inner.slugs).get(slug) {
            return Ok(entry.clone());
        }
        let found = self.store().control().workspace_by_slug(slug).await.map_err(from_store)?;
        let entry = found.ok_or_else(|| Error::new(Code::WorkspaceUnknown))?;
        lock(&self.inner.slugs).insert(slug.to_owned(), entry.clone());
        Ok(entry)
    }

    /// Opens a workspace once; its store may be closed and opened again underneath.
    pub(crate) async fn open_workspace(
        &self,
        entry: &store::WorkspaceEntry,
    ) -> Result<Arc<Workspace>> {
        if let Some(open) = lock(&self.inner.workspaces).get(&entry.id) {
            return Ok(open.clone());
        }
        let opened = Workspace::open(&self.inner.store, entry).await?;
        let mut workspaces = lock(&self.inner.workspaces);
        Ok(workspaces.entry(entry.id).or_insert(opened).clone())
    }
}

/// A lock whose holder panicked still guards plain data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The key that cursors are signed with, the same on every node.
async fn cursor_key(store: &Store) -> Result<[u8; 32]> {
    let fresh: [u8; 32] = rand::random();
    let stored = store.control().setting_or(CURSOR_KEY, &fresh).await.map_err(from_store)?;
    <[u8; 32]>::try_from(stored).map_err(|_| Error::internal("the key of cursors has a wrong size"))
}
