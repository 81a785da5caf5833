//! The bare server's SQLite: threads that read and one that writes, with the driver and the
//! settings of the store.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use rusqlite::types::{Null, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::format::{Cell, Kind};
use super::statements::{ACCOUNT, ACCOUNT_AT, Bind, CONTACT, Dialect, Maker, PAGE, TITLE_AT};
use super::{Ask, Created, Output, Statements, Write};
use crate::Failure;
use crate::seed::Seed;

/// Requests that one transaction commits at most, as in the store.
const BATCH: usize = 256;

/// A SQLite file with its threads.
pub struct Sqlite {
    place: Place,
    readers: Option<flume::Sender<(Ask, oneshot::Sender<Output>)>>,
    writer: flume::Sender<(Write, oneshot::Sender<Output>)>,
}

/// What a connection needs.
#[derive(Clone)]
struct Place {
    path: Arc<PathBuf>,
    statements: Arc<Statements>,
}

thread_local! {
    /// The connection of a thread of the runtime, when reading happens there.
    static OWN: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

impl Sqlite {
    /// Opens the workspace's file in a directory. Without threads to read, reading happens on the
    /// threads of the runtime.
    pub fn open(directory: &Path, seed: &Seed, threads: usize) -> Result<Sqlite, Failure> {
        let path = directory.join(format!("{}.sqlite", seed.workspace.simple()));
        let maker = Maker::new(Dialect::Sqlite, seed);
        let deep = {
            let statement = maker.deep_row();
            let connection = open(&path)?;
            let mut prepared = connection.prepare(&statement.sql)?;
            bind(&mut prepared, 1, &statement.fixed)?;
            let mut rows = prepared.raw_query();
            let row = rows.next()?.ok_or("too few rows for a deep page")?;
            let id: Vec<u8> = row.get(1)?;
            (row.get(0)?, Uuid::from_slice(&id)?)
        };
        let statements = Arc::new(Statements::new(&maker, seed, deep));
        let place = Place { path: Arc::new(path), statements };
        let (readers, asked) = flume::unbounded();
        for _ in 0..threads {
            let (reader, asked) = (Reader::open(&place)?, asked.clone());
            thread::spawn(move || reader.run(&asked));
        }
        let (writer, writes) = flume::unbounded();
        let own = Writer::open(&place)?;
        thread::spawn(move || own.run(&writes));
        Ok(Sqlite { place, readers: (threads > 0).then_some(readers), writer })
    }

    /// Answers a question.
    pub async fn ask(&self, ask: Ask) -> Output {
        let Some(readers) = &self.readers else {
            return OWN.with_borrow_mut(|own| {
                let reader = match own {
                    Some(reader) => reader,
                    None => own.insert(Reader::open(&self.place)?),
                };
                reader.answer(ask)
            });
        };
        let (reply, answer) = oneshot::channel();
        readers.send((ask, reply))?;
        answer.await?
    }

    /// Writes a row.
    pub async fn write(&self, write: Write) -> Output {
        let (reply, answer) = oneshot::channel();
        self.writer.send((write, reply))?;
        answer.await?
    }
}

fn open(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "pragma foreign_keys = on; pragma cell_size_check = on; pragma mmap_size = 0;
         pragma temp_store = memory; pragma cache_size = -8000;",
    )?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

impl ToSql for Bind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bind::Id(id) => ValueRef::Blob(id.as_bytes()),
            Bind::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Binds parameters from a number on.
fn bind(
    statement: &mut rusqlite::Statement<'_>,
    first: usize,
    fixed: &[Bind],
) -> rusqlite::Result<()> {
    for (offset, value) in fixed.iter().enumerate() {
        statement.raw_bind_parameter(first + offset, value)?;
    }
    Ok(())
}

/// A connection that reads.
struct Reader {
    connection: Connection,
    statements: Arc<Statements>,
}

impl Reader {
    fn open(place: &Place) -> Result<Reader, Failure> {
        let connection = open(&place.path)?;
        Ok(Reader { connection, statements: place.statements.clone() })
    }

    fn run(&self, asked: &flume::Receiver<(Ask, oneshot::Sender<Output>)>) {
        while let Ok((ask, reply)) = asked.recv() {
            // The client may have gone.
            let _ = reply.send(self.answer(ask));
        }
    }

    fn answer(&self, ask: Ask) -> Output {
        let all = &self.statements;
        match ask {
            Ask::Read(id) => self.read(id),
            Ask::List => self.page(&all.list.sql, &[], &all.list.fixed, false),
            Ask::Expand => self.page(&all.list.sql, &[], &all.list.fixed, true),
            Ask::First => self.page(&all.first.sql, &[], &all.first.fixed, false),
            Ask::Deep => self.page(&all.after.sql, &all.deep, &all.after.fixed, false),
            Ask::Count => self.count(),
            Ask::Aggregate => self.aggregate(),
        }
    }

    fn read(&self, id: Uuid) -> Output {
        let statement = &self.statements.read;
        let mut prepared = self.connection.prepare_cached(&statement.sql)?;
        prepared.raw_bind_parameter(1, Bind::Id(id))?;
        bind(&mut prepared, 2, &statement.fixed)?;
        let mut rows = prepared.raw_query();
        let row = rows.next()?.ok_or("no such row")?;
        let mut out = Vec::with_capacity(512);
        record(&self.statements, row, &mut out, &mut |_, _| false)?;
        Ok(out)
    }

    fn page(&self, sql: &str, before: &[Bind], fixed: &[Bind], expand: bool) -> Output {
        let mut prepared = self.connection.prepare_cached(sql)?;
        bind(&mut prepared, 1, before)?;
        bind(&mut prepared, 1 + before.len(), fixed)?;
        let mut out = Vec::with_capacity(128 + PAGE * 400);
        out.extend_from_slice(b"{\"records\":[");
        let mut count = 0;
        let mut links: Vec<(usize, Uuid)> = Vec::new();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            count += 1;
            if count > PAGE {
                break;
            }
            if count > 1 {
                out.push(b',');
            }
            record(&self.statements, row, &mut out, &mut |account, out: &mut Vec<u8>| {
                if expand {
                    links.push((out.len(), account));
                }
                expand
            })?;
        }
        super::finish_page(count > PAGE, &mut out);
        if !expand {
            return Ok(out);
        }
        self.expanded(&out, &links)
    }

    /// The page with the accounts put into the places that were left for them.
    fn expanded(&self, page: &[u8], links: &[(usize, Uuid)]) -> Output {
        let mut ids: Vec<Uuid> = links.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut prepared = self.connection.prepare_cached(&self.statements.accounts[ids.len()])?;
        for (index, id) in ids.iter().enumerate() {
            prepared.raw_bind_parameter(index + 1, Bind::Id(*id))?;
        }
        let mut accounts = Vec::with_capacity(ids.len());
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            let mut out = Vec::with_capacity(256);
            let cells = self.statements.account_keys.iter().zip(ACCOUNT);
            for (at, (key, (_, kind))) in cells.enumerate() {
                out.extend_from_slice(key);
                self.statements.write(kind, cell(row.get_ref(at)?)?, &mut out)?;
            }
            out.extend_from_slice(b",\"title\":");
            self.statements.write(Kind::Text, cell(row.get_ref(TITLE_AT)?)?, &mut out)?;
            out.push(b'}');
            let id = row.get_ref(0)?.as_blob()?;
            accounts.push((Uuid::from_slice(id)?, out));
        }
        Ok(super::put_in(page, links, &accounts))
    }

    fn count(&self) -> Output {
        let statement = &self.statements.count;
        let mut prepared = self.connection.prepare_cached(&statement.sql)?;
        bind(&mut prepared, 1, &statement.fixed)?;
        let mut rows = prepared.raw_query();
        let count: i64 = rows.next()?.ok_or("no count")?.get(0)?;
        Ok(super::count_reply(count))
    }

    fn aggregate(&self) -> Output {
        let statement = &self.statements.aggregate;
        let mut prepared = self.connection.prepare_cached(&statement.sql)?;
        bind(&mut prepared, 1, &statement.fixed)?;
        let mut groups = Vec::new();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            let mut group = Vec::new();
            self.statements.write(Kind::Segment, cell(row.get_ref(0)?)?, &mut group)?;
            groups.push((group, row.get(1)?, row.get(2)?));
        }
        Ok(super::aggregate_reply(&groups))
    }
}

/// A contact as JSON; `instead` may take the place of its account.
fn record(
    statements: &Statements,
    row: &rusqlite::Row<'_>,
    out: &mut Vec<u8>,
    instead: &mut dyn FnMut(Uuid, &mut Vec<u8>) -> bool,
) -> Result<(), Failure> {
    for (at, (key, (_, kind))) in statements.contact_keys.iter().zip(CONTACT).enumerate() {
        out.extend_from_slice(key);
        let cell = cell(row.get_ref(at)?)?;
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

fn cell(value: ValueRef<'_>) -> Result<Cell<'_>, Failure> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text)?),
        ValueRef::Blob(id) => Cell::Id(Uuid::from_slice(id)?),
        ValueRef::Real(_) => return Err("a number with a point".into()),
    })
}

/// The connection that writes.
struct Writer {
    connection: Connection,
    statements: Arc<Statements>,
}

impl Writer {
    fn open(place: &Place) -> Result<Writer, Failure> {
        let connection = open(&place.path)?;
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full;
             pragma journal_size_limit = 67108864; pragma wal_autocheckpoint = 4000;",
        )?;
        Ok(Writer { connection, statements: place.statements.clone() })
    }

    /// Commits what has queued in one transaction, again and again.
    fn run(&self, writes: &flume::Receiver<(Write, oneshot::Sender<Output>)>) {
        while let Ok(first) = writes.recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(next) = writes.try_recv()
            {
                batch.push(next);
            }
            let done = self.commit(&batch);
            let failed = done.as_ref().err().map(ToString::to_string);
            let mut outputs = done.unwrap_or_default().into_iter();
            for (_, reply) in batch {
                let lost = || failed.clone().unwrap_or_default();
                let _ = reply.send(outputs.next().ok_or_else(|| lost().into()));
            }
        }
    }

    fn commit(&self, batch: &[(Write, oneshot::Sender<Output>)]) -> Result<Vec<Vec<u8>>, Failure> {
        self.connection.prepare_cached("begin immediate")?.raw_execute()?;
        let rows = batch.iter().map(|(write, _)| match write {
            Write::Create(created) => self.create(created),
            Write::Update { id, score } => self.update(*id, *score),
        });
        let rows: Result<Vec<_>, Failure> = rows.collect();
        let end = if rows.is_ok() { "commit" } else { "rollback" };
        self.connection.prepare_cached(end)?.raw_execute()?;
        rows
    }

    fn create(&self, new: &Created) -> Output {
        let statements = &self.statements;
        let mut prepared = self.connection.prepare_cached(&statements.insert)?;
        let mut out = Vec::with_capacity(512);
        let mut place = 0;
        let mut put = |cell: Cell<'_>| -> rusqlite::Result<()> {
            place += 1;
            match cell {
                Cell::Null => prepared.raw_bind_parameter(place, Null),
                Cell::Integer(number) => prepared.raw_bind_parameter(place, number),
                Cell::Text(text) => prepared.raw_bind_parameter(place, text),
                Cell::Id(id) => prepared.raw_bind_parameter(place, Bind::Id(id)),
            }
        };
        for (at, (_, kind)) in CONTACT.iter().enumerate() {
            let cell = new.cell(at, statements);
            put(cell)?;
            if statements.keyed[at] {
                match cell {
                    Cell::Text(text) => put(Cell::Text(&text.to_ascii_lowercase()))?,
                    _ => put(Cell::Null)?,
                }
            }
            out.extend_from_slice(&statements.contact_keys[at]);
            statements.write(*kind, cell, &mut out)?;
        }
        prepared.raw_execute()?;
        out.push(b'}');
        Ok(out)
    }

    fn update(&self, id: Uuid, score: i64) -> Output {
        let statements = &self.statements;
        let mut prepared = self.connection.prepare_cached(&statements.update)?;
        prepared.raw_bind_parameter(1, super::now())?;
        prepared.raw_bind_parameter(2, Bind::Id(statements.me))?;
        prepared.raw_bind_parameter(3, score)?;
        prepared.raw_bind_parameter(4, Bind::Id(id))?;
        let mut rows = prepared.raw_query();
        let row = rows.next()?.ok_or("no such row")?;
        let mut out = Vec::with_capacity(512);
        record(statements, row, &mut out, &mut |_, _| false)?;
        // Only when the rows are read to their end is the change complete.
        while rows.next()?.is_some() {}
        Ok(out)
    }
}
