//! A small house for tests of what goes on beside requests: one workspace with deals and notes,
//! at a time that stands still until it is moved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Language, Uuid};
use serde_json::{Value as Json, json};

use crate::accounts::{self, NewAccount};
use crate::clock::{Clock, FixedClock};
use crate::context::{Context, Credential, Principal, RequestInfo};
use crate::engine::{Engine, Settings};
use crate::workspace::Workspace;
use crate::workspaces::{self, NewWorkspace};
use crate::{documents, packages, records};

/// A time at which ids made by the machine's clock lie in the past.
pub(crate) const NOW: i64 = 4_000_000_000_000;

pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) workspace: Arc<Workspace>,
    egress: String,
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn new() -> House {
        House::that_may_call("").await
    }

    /// A house whose operator names some places that may be called.
    pub(crate) async fn that_may_call(egress: &str) -> House {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(NOW));
        let engine = open(folder.path(), clock.clone(), egress).await;
        let new = NewWorkspace {
            slug: "demo".into(),
            name: "Demo".into(),
            time_zone: "Asia/Shanghai".into(),
            currency: "CNY".into(),
            language: Language::En,
        };
        let entry = workspaces::create(&engine, &new, &base()).await.unwrap();
        let workspace = engine.workspace(entry.id).await.unwrap();
        let egress = egress.to_owned();
        let house = House { engine, clock, workspace, egress, folder };
        packages::install(&house.system().await, &deals()).await.unwrap();
        house
    }

    /// Ends at once, as a crash does for everything that was not stored, and starts again.
    pub(crate) async fn reopen(self) -> House {
        let id = self.workspace.id;
        self.engine.close().await;
        let engine = open(self.folder.path(), self.clock.clone(), &self.egress).await;
        let workspace = engine.workspace(id).await.unwrap();
        House { engine, workspace, ..self }
    }

    pub(crate) async fn system(&self) -> Context {
        self.engine.system_context(self.workspace.id, "test").await.unwrap()
    }

    /// A person with roles, and what they show.
    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> (Principal, Context) {
        let email = format!("{name}@example.com");
        let new = NewAccount { email: &email, password: None };
        let account = accounts::create_account(&self.engine, new).await.unwrap();
        let entry = self.engine.entry("demo").await.unwrap();
        accounts::add_member(&self.engine, &email, &entry, name, roles).await.unwrap();
        let hash = rand::random();
        let session = store::Session {
            hash,
            account: account.id,
            user_agent: "test".into(),
            created_at: NOW,
            last_seen_at: NOW,
            expires_at: i64::MAX / 2,
        };
        self.engine.store().control().add_session(&session).await.unwrap();
        let credential = Credential::Session { hash };
        let principal = Principal { account: account.id, email, credential };
        let context = self.engine.context(&principal, "demo", RequestInfo::default()).await;
        (principal, context.unwrap())
    }

    /// Publishes a document.
    pub(crate) async fn put(&self, kind: &str, document: Json) {
        let system = self.system().await.refreshed().await.unwrap();
        let body = json!({"base_revision": system.catalogue().revision,
            "operations": [{"op": "put", "kind": kind, "document": document}]});
        documents::change(&system, &body, false).await.unwrap();
    }

    /// Creates a record as the house and answers its id.
    pub(crate) async fn create(&self, entity: &str, values: Json) -> Uuid {
        let reply = records::create(&self.system().await, entity, values).await.unwrap();
        reply.created.unwrap()
    }

    /// Changes a record as the house.
    pub(crate) async fn update(&self, entity: &str, id: Uuid, values: Json) {
        let context = self.system().await;
        records::update(&context, entity, &id.to_string(), values, None).await.unwrap();
    }

    /// Records as a person sees them.
    pub(crate) async fn list(&self, context: &Context, entity: &str, query: Json) -> Vec<Json> {
        let query = model::query::Query::from_json(&query).unwrap();
        let found = records::list(context, entity, &query).await.unwrap();
        let found: Json = serde_json::from_slice(&found).unwrap();
        found["records"].as_array().unwrap().clone()
    }

    /// All records of an entity, the oldest first.
    pub(crate) async fn all(&self, entity: &str) -> Vec<Json> {
        self.list(&self.system().await, entity, json!({"sort": ["created_at"]})).await
    }
}

async fn open(folder: &Path, clock: Arc<FixedClock>, egress: &str) -> Engine {
    let allow_private = outreach::EgressPolicy::parse_allowances(egress).unwrap();
    let settings = Settings {
        location: store::Location::Sqlite { directory: folder.to_owned() },
        options: store::Options::default(),
        clock: clock as Arc<dyn Clock>,
        scripts: None,
        egress: outreach::EgressPolicy { allow_private, ..Default::default() },
        base_url: None,
    };
    Engine::open(settings).await.unwrap()
}

/// The files of the app `base`.
pub(crate) fn base() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/base");
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
    files
}

/// An app with deals and notes about them, two roles, and no automation yet.
fn deals() -> Vec<(String, Vec<u8>)> {
    let label = |text: &str| json!({"en": text, "zh-CN": text});
    let field = |name: &str, kind: &str| json!({"name": name, "type": kind, "label": label(name)});
    let mut stage = field("stage", "select");
    let option = |name: &str| json!({"name": name, "label": label(name)});
    stage["settings"] = json!({"options": [option("open"), option("won"), option("lost")]});
    let mut about = field("deal", "link");
    about["settings"] = json!({"to": "deal", "on_delete": "cascade",
        "inverse": {"name": "notes", "label": label("Notes")}});
    let mut owner = field("owner", "user");
    owner["indexed"] = json!(true);
    let file = |path: &str, body: Json| (path.to_owned(), body.to_string().into_bytes());
    let entity = |name: &str, fields: Vec<Json>| {
        let body = json!({"format": 1, "name": name, "label": label(name), "title_field": "name",
            "fields": fields});
        file(&format!("{name}/entity.json"), body)
    };
    let role = |name: &str, deal: Json| {
        let entities = json!({"deal": deal, "user": {"rights": ["read"]}});
        let body = json!({"format": 1, "name": name, "label": label(name), "entities": entities});
        file(&format!("roles/{name}.json"), body)
    };
    let own = json!({"field": "owner", "op": "eq", "value": {"var": "me"}});
    vec![
        file(
            "app.json",
            json!({"format": 1, "name": "deals", "label": label("Deals"), "version": "1.0.0",
                "depends": ["base"]}),
        ),
        entity("deal", vec![field("name", "text"), stage, field("cost", "integer"), owner]),
        entity("note", vec![field("name", "text"), about]),
        role("all_but_cost", json!({"rights": ["read"], "fields": {"cost": "hidden"}})),
        role("own", json!({"rights": ["read", "update"], "rows": own})),
    ]
}
