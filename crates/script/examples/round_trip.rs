//! Measures what a hook costs through a warm worker: `cargo run --release --example round_trip`.
//! Its workers are this program itself, as in the product.

use script::{
    Context, Draft, EntityShape, FieldShape, Hook, Kind, Limits, NoHost, Pool, PoolConfig, Request,
    Script, User,
};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SOURCE: &str = r#"
    if record.stage == "won" && changed("stage") {
        if record.amount == () || record.amount <= 0 { fail("amount", "A won deal needs an amount."); }
        if record.close_date == () { record.close_date = today(); }
        record.total = round(record.amount * record.count * 1.19, 2);
    }
"#;

fn request(drafts: usize) -> Request {
    let mut fields: Vec<FieldShape> =
        (0..20).map(|n| FieldShape::new(format!("text_{n}"), Kind::Text)).collect();
    fields.extend([
        FieldShape::new("stage", Kind::Text),
        FieldShape::new("count", Kind::Integer),
        FieldShape::new("close_date", Kind::Date),
        FieldShape::decimal("amount", 2),
        FieldShape::decimal("total", 2),
    ]);
    let mut new: Map<String, Value> = (0..20)
        .map(|n| (format!("text_{n}"), Value::from(format!("some text, number {n}"))))
        .collect();
    let mut old = new.clone();
    old.insert("stage".to_owned(), "open".into());
    new.insert("stage".to_owned(), "won".into());
    new.insert("amount".to_owned(), "1250.50".into());
    new.insert("count".to_owned(), 3.into());
    let draft = Draft { old: Some(old), new };
    Request {
        invocation: "bench".to_owned(),
        script: Script::new("deal.before_save", "deal.before_save", SOURCE),
        hook: Hook::BeforeSave,
        entity: Arc::new(EntityShape { name: "deal".to_owned(), fields }),
        drafts: vec![draft; drafts],
        context: Context {
            now_ms: 1_795_975_200_123,
            today: "2026-11-30".to_owned(),
            seed: 1,
            user: User { id: "u".to_owned(), name: "Lin".to_owned() },
            time_zone: "Asia/Shanghai".to_owned(),
        },
        limits: Limits::of_hook(drafts),
    }
}

async fn one(pool: &Pool, request: &Request) -> Duration {
    let start = Instant::now();
    let reply = pool.run(request, &NoHost).await.expect("the hook runs");
    assert_eq!(reply.drafts[0].changes["total"], "4464.29");
    start.elapsed()
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("script-worker") {
        script::worker_main();
    }
    tokio::runtime::Runtime::new().expect("a runtime").block_on(measure());
}

#[allow(clippy::print_stdout, reason = "a program that prints its measurements")]
async fn measure() {
    let pool = Pool::new(PoolConfig::this_program(2));
    let start = Instant::now();
    let hello = pool.warm().await.expect("this program is a worker too");
    println!("start of a worker: {:?}, {:?}", start.elapsed(), hello.confinement);
    let single = request(1);
    let mut times = Vec::new();
    for _ in 0..5_000 {
        times.push(one(&pool, &single).await);
    }
    times.sort();
    println!("one draft: median {:?}, p99 {:?}", times[2_500], times[4_950]);
    let batch = request(500);
    let mut times = Vec::new();
    for _ in 0..50 {
        times.push(one(&pool, &batch).await);
    }
    times.sort();
    println!("500 drafts: median {:?}, {:?} each", times[25], times[25] / 500);
    let start = Instant::now();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (pool, request) = (pool.clone(), request(1));
            tokio::spawn(async move {
                for _ in 0..500 {
                    one(&pool, &request).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task panics");
    }
    let rate = 16_000.0 / start.elapsed().as_secs_f64();
    println!("32 at a time, 2 workers: {rate:.0} hooks/s");
    for process in pool.idle_process_ids() {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        for line in
            status.lines().filter(|line| line.starts_with("Rss") || line.starts_with("VmSize"))
        {
            println!("idle worker {process}: {line}");
        }
    }
}
