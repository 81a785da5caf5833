//! Data to measure on: made once through the engine, by the path that every write takes, and
//! kept under `target/bench` for later runs.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use engine::records::{Batch, Change, Input};
use engine::{Context, Engine, Settings, SystemClock, accounts, packages, records, workspaces};
use futures_util::{StreamExt, TryStreamExt, stream};
use model::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::Failure;
use crate::people::{
    CITIES, account_id, account_name, accounts as account_count, contact_id, person,
};

/// Grows when seeded data of an earlier benchmark is of no use any more.
pub const FORMAT: u32 = 1;
/// Name of the workspace in addresses.
pub const SLUG: &str = "bench";

const EMAIL: &str = "agent@example.com";
/// Records per write.
const BATCH: u64 = 1_000;
/// Writes prepared at the same time.
const AHEAD: usize = 3;

/// What the other processes must know of seeded data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seed {
    /// Contacts in it.
    pub rows: u64,
    /// The workspace, which names its file or schema.
    pub workspace: Uuid,
    /// The user record of the agent.
    pub me: Uuid,
    /// The agent's bearer token.
    pub token: String,
    /// By entity: physical names.
    pub entities: HashMap<String, Names>,
}

/// Physical names of an entity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Names {
    /// The table.
    pub table: String,
    /// By field: the column.
    pub columns: HashMap<String, String>,
    /// Fields whose column has companions.
    pub keyed: Vec<String>,
    /// By option of `segment`: what is stored.
    pub segments: HashMap<String, String>,
}

/// Makes a workspace with the benchmark's app and so many contacts.
pub async fn make(location: store::Location, rows: u64) -> Result<Seed, Failure> {
    let engine = Engine::open(Settings {
        location,
        options: store::Options::default(),
        clock: Arc::new(SystemClock),
        scripts: None,
        egress: outreach::EgressPolicy::default(),
        base_url: None,
    });
    let engine = engine.await.map_err(said)?;
    let seed = fill(&engine, rows).await;
    engine.close().await;
    seed
}

async fn fill(engine: &Engine, rows: u64) -> Result<Seed, Failure> {
    let new = workspaces::NewWorkspace {
        slug: SLUG.to_owned(),
        name: "Benchmark".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        currency: "USD".to_owned(),
        language: Language::En,
    };
    let base = files(Path::new("apps/base"))?;
    let entry = workspaces::create(engine, &new, &base).await.map_err(said)?;
    let context = engine.system_context(entry.id, "benchmark").await.map_err(said)?;
    packages::install(&context, &files(Path::new("bench/app"))?).await.map_err(said)?;
    let context = engine.system_context(entry.id, "benchmark").await.map_err(said)?;

    let account = accounts::NewAccount { email: EMAIL, password: None };
    accounts::create_account(engine, account).await.map_err(said)?;
    let member = accounts::add_member(engine, EMAIL, &entry, "Agent", &["agent"]);
    member.await.map_err(said)?;
    let new = accounts::NewToken { name: "bench", scope: Default::default(), expires_at: None };
    let token = accounts::create_token_for(engine, EMAIL, &entry, new).await.map_err(said)?;
    let me = agent(&context).await?;

    let made = account_count(rows);
    write(&context, "account", made, &|number| account_values(number)).await?;
    let contact = |number: u64| {
        let mut values = person(number, rows).values(me);
        values.insert("id".to_owned(), json!(contact_id(number)));
        values
    };
    write(&context, "contact", rows, &contact).await?;

    let names = ["account", "contact", "lead"];
    let names = names.map(|name| names_of(&context, name).map(|names| (name.to_owned(), names)));
    Ok(Seed {
        rows,
        workspace: entry.id,
        me,
        token: token["token"].as_str().unwrap_or_default().to_owned(),
        entities: names.into_iter().collect::<Option<_>>().ok_or("the app lacks an entity")?,
    })
}

fn account_values(number: u64) -> Map<String, Json> {
    let values = json!({
        "id": account_id(number),
        "name": account_name(number),
        "city": CITIES[(number % CITIES.len() as u64) as usize],
        "employees": number % 900 + 1,
    });
    values.as_object().cloned().unwrap_or_default()
}

/// Writes so many records of an entity.
async fn write(
    context: &Context,
    entity: &str,
    count: u64,
    values: &(dyn Fn(u64) -> Map<String, Json> + Sync),
) -> Result<(), Failure> {
    let batches = (0..count.div_ceil(BATCH)).map(|batch| {
        let numbers = batch * BATCH..count.min((batch + 1) * BATCH);
        let change = |number| Change {
            entity: entity.to_owned(),
            input: Input::Create { values: values(number) },
        };
        let batch = Batch { changes: numbers.map(change).collect(), atomic: true };
        let context = context.clone();
        tokio::spawn(async move {
            let reply = |_: &[model::Result<records::Outcome>]| engine::Reply {
                status: 201,
                body: Vec::new(),
                revision: None,
                created: None,
            };
            records::write(&context, &batch, &reply).await.map(drop)
        })
    });
    let written = stream::iter(batches).buffered(AHEAD).map(|written| match written {
        Ok(written) => written.map_err(said),
        Err(error) => Err(error.into()),
    });
    written.try_collect().await
}

async fn agent(context: &Context) -> Result<Uuid, Failure> {
    let query = json!({"filter": {"field": "email", "op": "eq", "value": EMAIL}});
    let query = model::query::Query::from_json(&query).map_err(said)?;
    let found = records::list(context, "user", &query).await.map_err(said)?;
    let found: Json = serde_json::from_slice(&found)?;
    let id = found["records"][0]["id"].as_str().ok_or("the agent has no record")?;
    Ok(Uuid::parse_str(id)?)
}

fn names_of(context: &Context, name: &str) -> Option<Names> {
    let entity = context.catalogue().entity(name)?;
    let columns = entity.fields.iter().map(|field| (field.name.clone(), field.id.clone()));
    let keyed = entity.fields.iter().filter(|field| field.kind.keyed());
    let segments = entity.field("segment").and_then(|field| field.kind.options());
    let segments = segments.into_iter().flat_map(|options| options.all());
    let segments = segments.map(|choice| (choice.name.clone(), choice.stored().to_owned()));
    Some(Names {
        table: entity.id.clone(),
        columns: columns.collect(),
        keyed: keyed.map(|field| field.name.clone()).collect(),
        segments: segments.collect(),
    })
}

/// The files of an app's folder, by their path within it.
fn files(root: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            found.push((name, std::fs::read(path)?));
        }
    }
    Ok(found)
}

/// A refusal of the engine with its faults, for the person who runs the benchmark.
fn said(error: model::Error) -> Failure {
    let faults = error
        .faults
        .iter()
        .map(|fault| format!("\n  {}: {}", fault.path, fault.message(Language::En)));
    format!("{}{}", error.message(Language::En), faults.collect::<String>()).into()
}
