//! The bare server's PostgreSQL: the same statements through one pool, and one task that writes
//! what has queued with one statement.

use std::sync::Arc;

use sqlx::postgres::{PgArguments, PgPool, PgPoolOptions, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Row, ValueRef};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::format::{self, Cell, Kind};
use super::statements::{
    ACCOUNT, ACCOUNT_AT, Bind, CONTACT, Dialect, Maker, PAGE, Statement, TITLE_AT,
};
use super::{Ask, Created, Output, Statements, Write};
use crate::Failure;
use crate::seed::Seed;

/// Connections, as many as the server has by default.
const CONNECTIONS: u32 = 16;
/// Requests that one transaction commits at most, as in the store.
const BATCH: usize = 256;
/// PostgreSQL counts from 2000-01-01.
const EPOCH_DAYS: i64 = 10_957;
const EPOCH_MILLISECONDS: i64 = 946_684_800_000;

/// A schema with its writer.
pub struct Postgres {
    pool: PgPool,
    statements: Arc<Statements>,
    writer: flume::Sender<(Write, oneshot::Sender<Output>)>,
}

impl Postgres {
    /// Connects.
    pub async fn open(url: &str, seed: &Seed) -> Result<Postgres, Failure> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .connect(url)
            .await?;
        let maker = Maker::new(Dialect::Postgres, seed);
        let statement = maker.deep_row();
        let rows = run(&pool, &statement.sql, &[], &statement.fixed).await?;
        let row = rows.first().ok_or("too few rows for a deep page")?;
        let deep = (row.try_get(0)?, row.try_get(1)?);
        let statements = Arc::new(Statements::new(&maker, seed, deep));
        let (writer, writes) = flume::unbounded();
        tokio::spawn(write_all(pool.clone(), statements.clone(), writes));
        Ok(Postgres { pool, statements, writer })
    }

    /// Answers a question.
    pub async fn ask(&self, ask: Ask) -> Output {
        let all = &*self.statements;
        match ask {
            Ask::Read(id) => self.read(id).await,
            Ask::List => self.page(&all.list, &[], false).await,
            Ask::Expand => self.page(&all.list, &[], true).await,
            Ask::First => self.page(&all.first, &[], false).await,
            Ask::Deep => self.page(&all.after, &all.deep, false).await,
            Ask::Count => {
                let rows = run(&self.pool, &all.count.sql, &[], &all.count.fixed).await?;
                let count = rows.first().ok_or("no count")?.try_get(0)?;
                Ok(super::count_reply(count))
            }
            Ask::Aggregate => self.aggregate().await,
        }
    }

    /// Writes a row.
    pub async fn write(&self, write: Write) -> Output {
        let (reply, answer) = oneshot::channel();
        self.writer.send((write, reply))?;
        answer.await?
    }

    async fn read(&self, id: Uuid) -> Output {
        let statement = &self.statements.read;
        let rows = run(&self.pool, &statement.sql, &[Bind::Id(id)], &statement.fixed).await?;
        let row = rows.first().ok_or("no such row")?;
        let mut out = Vec::with_capacity(512);
        record(&self.statements, row, &mut out, &mut |_, _| false)?;
        Ok(out)
    }

    async fn page(&self, statement: &Statement, before: &[Bind], expand: bool) -> Output {
        let rows = run(&self.pool, &statement.sql, before, &statement.fixed).await?;
        let mut out = Vec::with_capacity(128 + PAGE * 400);
        out.extend_from_slice(b"{\"records\":[");
        let mut links: Vec<(usize, Uuid)> = Vec::new();
        for (index, row) in rows.iter().take(PAGE).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            record(&self.statements, row, &mut out, &mut |account, out: &mut Vec<u8>| {
                if expand {
                    links.push((out.len(), account));
                }
                expand
            })?;
        }
        super::finish_page(rows.len() > PAGE, &mut out);
        if !expand {
            return Ok(out);
        }
        self.expanded(&out, &links).await
    }

    /// The page with the accounts put into the places that were left for them.
    async fn expanded(&self, page: &[u8], links: &[(usize, Uuid)]) -> Output {
        let mut ids: Vec<Uuid> = links.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let binds: Vec<Bind> = ids.iter().map(|id| Bind::Id(*id)).collect();
        let sql = &self.statements.accounts[ids.len()];
        let mut accounts = Vec::with_capacity(ids.len());
        for row in &run(&self.pool, sql, &binds, &[]).await? {
            let mut out = Vec::with_capacity(256);
            let cells = self.statements.account_keys.iter().zip(ACCOUNT);
            for (at, (key, (_, kind))) in cells.enumerate() {
                out.extend_from_slice(key);
                self.statements.write(kind, cell(row, at, kind)?, &mut out)?;
            }
            out.extend_from_slice(b",\"title\":");
            self.statements.write(Kind::Text, cell(row, TITLE_AT, Kind::Text)?, &mut out)?;
            out.push(b'}');
            accounts.push((row.try_get(0)?, out));
        }
        Ok(super::put_in(page, links, &accounts))
    }

    async fn aggregate(&self) -> Output {
        let statement = &self.statements.aggregate;
        let rows = run(&self.pool, &statement.sql, &[], &statement.fixed).await?;
        let groups = rows.iter().map(|row| {
            let mut group = Vec::new();
            self.statements.write(Kind::Segment, cell(row, 0, Kind::Segment)?, &mut group)?;
            Ok((group, row.try_get(1)?, row.try_get(2)?))
        });
        let groups: Result<Vec<_>, Failure> = groups.collect();
        Ok(super::aggregate_reply(&groups?))
    }
}

async fn run(
    pool: &PgPool,
    sql: &Arc<str>,
    before: &[Bind],
    fixed: &[Bind],
) -> Result<Vec<PgRow>, Failure> {
    let mut arguments = PgArguments::default();
    for bind in before.iter().chain(fixed) {
        match bind {
            Bind::Id(id) => arguments.add(*id)?,
            Bind::Text(text) => arguments.add(text.as_str())?,
        }
    }
    // The text is made of names that the store gave out.
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments);
    Ok(query.fetch_all(pool).await?)
}

/// A contact as JSON; `instead` may take the place of its account.
fn record(
    statements: &Statements,
    row: &PgRow,
    out: &mut Vec<u8>,
    instead: &mut dyn FnMut(Uuid, &mut Vec<u8>) -> bool,
) -> Result<(), Failure> {
    for (at, (key, (_, kind))) in statements.contact_keys.iter().zip(CONTACT).enumerate() {
        out.extend_from_slice(key);
        let cell = cell(row, at, kind)?;
        if at == ACCOUNT_AT
            && let Cell::Id(id) = cell
            && instead(id, out)
        {
            continue;
        }
        statements.write(kind, cell, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// A cell from its binary form.
fn cell(row: &PgRow, at: usize, kind: Kind) -> Result<Cell<'_>, Failure> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let bytes = value.as_bytes()?;
    Ok(match kind {
        Kind::Id => Cell::Id(Uuid::from_slice(bytes)?),
        Kind::Integer | Kind::Money => Cell::Integer(i64::from_be_bytes(bytes.try_into()?)),
        Kind::Instant => {
            let microseconds = i64::from_be_bytes(bytes.try_into()?);
            Cell::Integer(microseconds.div_euclid(1_000) + EPOCH_MILLISECONDS)
        }
        Kind::Date => Cell::Integer(i64::from(i32::from_be_bytes(bytes.try_into()?)) + EPOCH_DAYS),
        Kind::Truth => Cell::Integer(i64::from(bytes == [1])),
        Kind::Text | Kind::Segment => Cell::Text(std::str::from_utf8(bytes)?),
    })
}

/// Writes what has queued, again and again.
async fn write_all(
    pool: PgPool,
    statements: Arc<Statements>,
    writes: flume::Receiver<(Write, oneshot::Sender<Output>)>,
) {
    while let Ok(first) = writes.recv_async().await {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = writes.try_recv()
        {
            batch.push(next);
        }
        let done = write_batch(&pool, &statements, &batch).await;
        let failed = done.as_ref().err().map(ToString::to_string);
        let mut outputs = done.unwrap_or_default().into_iter();
        for (_, reply) in batch {
            let lost = || failed.clone().unwrap_or_else(|| "no such row".to_owned());
            // The client may have gone.
            let _ = reply.send(outputs.next().flatten().ok_or_else(|| lost().into()));
        }
    }
}

type Outputs = Vec<Option<Vec<u8>>>;

async fn write_batch(
    pool: &PgPool,
    statements: &Statements,
    batch: &[(Write, oneshot::Sender<Output>)],
) -> Result<Outputs, Failure> {
    let mut outputs: Outputs = vec![None; batch.len()];
    let mut created: Vec<(usize, &Created)> = Vec::new();
    let mut updated: Vec<(usize, Uuid, i64)> = Vec::new();
    for (index, (write, _)) in batch.iter().enumerate() {
        match write {
            Write::Create(new) => created.push((index, new)),
            Write::Update { id, score } => updated.push((index, *id, *score)),
        }
    }
    if !created.is_empty() {
        let rows: Vec<&Created> = created.iter().map(|(_, new)| *new).collect();
        insert(pool, statements, &rows).await?;
        for (index, new) in created {
            outputs[index] = Some(shown(statements, new)?);
        }
    }
    if !updated.is_empty() {
        let mut arguments = PgArguments::default();
        arguments.add(timestamp(super::now()))?;
        arguments.add(statements.me)?;
        arguments.add(updated.iter().map(|(_, _, score)| *score).collect::<Vec<i64>>())?;
        arguments.add(updated.iter().map(|(_, id, _)| *id).collect::<Vec<Uuid>>())?;
        let query = sqlx::query_with(AssertSqlSafe(statements.update.clone()), arguments);
        for row in &query.fetch_all(pool).await? {
            let id: Uuid = row.try_get(0)?;
            let mut out = Vec::with_capacity(512);
            record(statements, row, &mut out, &mut |_, _| false)?;
            for (index, _, _) in updated.iter().filter(|(_, of, _)| *of == id) {
                outputs[*index] = Some(out.clone());
            }
        }
    }
    Ok(outputs)
}

fn shown(statements: &Statements, new: &Created) -> Output {
    let mut out = Vec::with_capacity(512);
    for (at, (_, kind)) in CONTACT.iter().enumerate() {
        out.extend_from_slice(&statements.contact_keys[at]);
        statements.write(*kind, new.cell(at, statements), &mut out)?;
    }
    out.push(b'}');
    Ok(out)
}

/// Inserts rows, an array for each column.
async fn insert(pool: &PgPool, statements: &Statements, rows: &[&Created]) -> Result<(), Failure> {
    let mut arguments = PgArguments::default();
    for (at, (_, kind)) in CONTACT.iter().enumerate() {
        let cells: Vec<Cell<'_>> = rows.iter().map(|new| new.cell(at, statements)).collect();
        let integers = || {
            cells.iter().map(|cell| match cell {
                Cell::Integer(number) => Some(*number),
                _ => None,
            })
        };
        let texts = |change: fn(&str) -> String| -> Vec<Option<String>> {
            let text = |cell: &Cell<'_>| match cell {
                Cell::Text(text) => Some(change(text)),
                _ => None,
            };
            cells.iter().map(text).collect()
        };
        match kind {
            Kind::Id => {
                let id = |cell: &Cell<'_>| match cell {
                    Cell::Id(id) => Some(*id),
                    _ => None,
                };
                arguments.add(cells.iter().map(id).collect::<Vec<Option<Uuid>>>())?;
            }
            Kind::Integer | Kind::Money => arguments.add(integers().collect::<Vec<_>>())?,
            Kind::Truth => {
                let truths = integers().map(|number| number.map(|number| number != 0));
                arguments.add(truths.collect::<Vec<Option<bool>>>())?;
            }
            Kind::Instant => {
                let instants = integers().map(|number| number.map(timestamp));
                arguments.add(instants.collect::<Vec<Option<String>>>())?;
            }
            Kind::Text | Kind::Segment | Kind::Date => arguments.add(texts(str::to_owned))?,
        }
        if statements.keyed[at] {
            arguments.add(texts(str::to_ascii_lowercase))?;
            arguments.add(texts(str::to_ascii_lowercase))?;
        }
    }
    sqlx::query_with(AssertSqlSafe(statements.insert.clone()), arguments).execute(pool).await?;
    Ok(())
}

/// Milliseconds as text that PostgreSQL reads.
fn timestamp(milliseconds: i64) -> String {
    let mut out = Vec::with_capacity(32);
    format::instant(milliseconds, &mut out);
    String::from_utf8_lossy(&out).trim_matches('"').to_owned()
}
