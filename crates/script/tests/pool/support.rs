//! Requests, hosts and pools for the tests.

use script::{
    BoxFuture, Context, Draft, EntityShape, FieldShape, Hook, Host, HostCall, Kind, Limits, NoHost,
    Pool, PoolConfig, Refusal, Reply, Request, Row, Rows, Script, ScriptFault, User,
};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A pool of so many workers of the test program.
pub fn pool(workers: usize) -> Pool {
    Pool::new(PoolConfig {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_script-worker")),
        args: Vec::new(),
        environment: Vec::new(),
        workers,
    })
}

/// A request over one empty draft, with the steps of a hook and more time than a busy machine needs.
pub fn request(source: &str) -> Request {
    Request {
        invocation: "test".to_owned(),
        script: Script::new("s", "deal.before_save", source),
        hook: Hook::BeforeSave,
        entity: shape(),
        drafts: vec![Draft::default()],
        context: Context {
            now_ms: 1_795_975_200_123,
            today: "2026-11-30".to_owned(),
            seed: 42,
            user: User { id: "u1".to_owned(), name: "Lin".to_owned() },
            time_zone: "Asia/Shanghai".to_owned(),
        },
        limits: Limits { deadline_ms: 10_000, ..Limits::of_hook(1) },
    }
}

fn shape() -> Arc<EntityShape> {
    Arc::new(EntityShape {
        name: "deal".to_owned(),
        fields: vec![
            FieldShape::new("id", Kind::Id).read_only(),
            FieldShape::new("name", Kind::Text),
            FieldShape::new("stage", Kind::Text),
            FieldShape::decimal("amount", 2),
            FieldShape::new("count", Kind::Integer),
            FieldShape::new("close_date", Kind::Date),
            FieldShape::new("account", Kind::Id),
            FieldShape::new("extra", Kind::Json),
        ],
    })
}

/// A draft of a new record.
pub fn draft(value: Value) -> Draft {
    Draft { old: None, new: object(value) }
}

/// The object in a JSON value.
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is not an object"),
    }
}

/// Runs a source text over one empty draft without a host.
pub async fn run(pool: &Pool, source: &str) -> Result<Reply, ScriptFault> {
    pool.run(&request(source), &NoHost).await
}

/// Proves that the pool still works: a plain script runs and gives the right answer.
pub async fn still_fine(pool: &Pool) {
    let reply = run(pool, "record.amount = 0.1 + 0.2;").await.expect("a plain script runs");
    assert_eq!(reply.drafts[0].changes["amount"], "0.30");
}

/// A host with accounts 1 to 9; `secret` is refused, whatever is asked about it.
#[derive(Default)]
pub struct Accounts {
    /// What it was asked.
    pub asked: Mutex<Vec<HostCall>>,
}

impl Host for Accounts {
    fn answer<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Result<Rows, Refusal>> {
        self.asked.lock().expect("no test panics with the lock").push(call.clone());
        let fields = Arc::new(vec![
            FieldShape::new("id", Kind::Id),
            FieldShape::new("name", Kind::Text),
            FieldShape::decimal("credit", 2),
        ]);
        let row = |id: &str| Row {
            id: id.to_owned(),
            revision: 3,
            values: object(json!({"id": id, "name": format!("Account {id}"), "credit": "100.00"})),
        };
        let answer = match call {
            HostCall::Get { entity, .. } | HostCall::Query { entity, .. } if entity == "secret" => {
                Err(Refusal {
                    code: "entity_unknown".to_owned(),
                    message: script::Bilingual::new("No entity secret.", "没有 secret。"),
                })
            }
            HostCall::Get { id, .. } if id.len() == 1 => Ok(vec![row(id)]),
            HostCall::Get { .. } => Ok(Vec::new()),
            HostCall::Query { limit, .. } => {
                Ok((1..=limit.unwrap_or(3)).map(|id| row(&id.to_string())).collect())
            }
        };
        Box::pin(async move { answer.map(|rows| Rows { fields, rows }) })
    }
}

/// A host that never answers.
pub struct Silent;

impl Host for Silent {
    fn answer<'a>(&'a self, _: &'a HostCall) -> BoxFuture<'a, Result<Rows, Refusal>> {
        Box::pin(std::future::pending())
    }
}
