//! The bare server: what the same requests cost without authentication, parsing and permission.
//!
//! It has the same drivers, number of threads, statements and reply bytes as ours, and an axum
//! router in front. Writes go through a group commit of the row alone.

pub mod format;
mod postgres;
mod sqlite;
pub mod statements;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;

use crate::people::{Person, account_id, person};
use crate::seed::Seed;
use crate::{Failure, Location};

use format::{Cell, Kind};
use statements::{ACCOUNT, Bind, CONTACT, Maker, PAGE, Statement};

/// An answer's body.
pub type Output = Result<Vec<u8>, Failure>;

/// A question.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// One contact.
    Read(Uuid),
    /// A filtered, sorted page.
    List,
    /// The same with accounts.
    Expand,
    /// The first page by name.
    First,
    /// A page far down.
    Deep,
    /// A number of contacts.
    Count,
    /// Figures by segment.
    Aggregate,
}

/// A row to write.
pub enum Write {
    /// A new contact.
    Create(Box<Created>),
    /// Another score.
    Update {
        /// Of whom.
        id: Uuid,
        /// Which.
        score: i64,
    },
}

/// A new contact.
pub struct Created {
    id: Uuid,
    now: i64,
    person: Person,
    birthday: String,
}

impl Created {
    fn new(number: u64, rows: u64) -> Created {
        let mut person = person(number, rows);
        person.email = format!("b{number}@example.com");
        let birthday = model::time::format_date(person.birthday);
        Created { id: Uuid::now_v7(), now: now(), person, birthday }
    }

    /// The cell of a field by its place in [`CONTACT`].
    fn cell<'a>(&'a self, at: usize, statements: &'a Statements) -> Cell<'a> {
        let person = &self.person;
        let nobody = if person.own { Cell::Id(statements.me) } else { Cell::Null };
        match CONTACT[at].0 {
            "id" => Cell::Id(self.id),
            "revision" => Cell::Integer(1),
            "created_at" | "updated_at" => Cell::Integer(self.now),
            "created_by" | "updated_by" => Cell::Id(statements.me),
            "name" => Cell::Text(&person.name),
            "email" => Cell::Text(&person.email),
            "phone" => Cell::Text(&person.phone),
            "city" => Cell::Text(person.city),
            "segment" => Cell::Text(statements.stored(person.segment)),
            "score" => Cell::Integer(person.score as i64),
            "amount" => Cell::Integer(person.amount as i64),
            "birthday" => Cell::Text(&self.birthday),
            "subscribed" => Cell::Integer(i64::from(person.subscribed)),
            "account" => Cell::Id(account_id(person.account)),
            _ => nobody,
        }
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as i64
}

/// Every statement, and what goes around the cells of its rows.
struct Statements {
    read: Statement,
    list: Statement,
    first: Statement,
    after: Statement,
    count: Statement,
    aggregate: Statement,
    /// By the number of accounts asked for.
    accounts: Vec<Arc<str>>,
    insert: Arc<str>,
    update: Arc<str>,
    /// The row after which the deep page starts.
    deep: [Bind; 2],
    me: Uuid,
    /// `{"id":`, `,"revision":` and so on.
    contact_keys: Vec<Vec<u8>>,
    account_keys: Vec<Vec<u8>>,
    /// Which fields of a contact have companions.
    keyed: Vec<bool>,
    /// What is stored for an option, and its name.
    segments: Vec<(String, String)>,
}

impl Statements {
    fn new(maker: &Maker<'_>, seed: &Seed, (key, id): (String, Uuid)) -> Statements {
        let names = seed.entities["contact"].segments.iter();
        Statements {
            read: maker.read(),
            list: maker.list(),
            first: maker.page(false),
            after: maker.page(true),
            count: maker.count(),
            aggregate: maker.aggregate(),
            accounts: (0..=PAGE).map(|count| maker.accounts(count)).collect(),
            insert: maker.insert(),
            update: maker.update(),
            deep: [Bind::Text(key), Bind::Id(id)],
            me: seed.me,
            contact_keys: keys(&CONTACT),
            account_keys: keys(&ACCOUNT),
            keyed: CONTACT.iter().map(|(field, _)| maker.is_keyed(field)).collect(),
            segments: names.map(|(name, stored)| (stored.clone(), name.clone())).collect(),
        }
    }

    /// What is stored for an option.
    fn stored(&self, name: &str) -> &str {
        let found = self.segments.iter().find(|(_, of)| of == name);
        found.map_or("", |(stored, _)| stored)
    }

    /// Appends a cell as JSON.
    fn write(&self, kind: Kind, cell: Cell<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        match (kind, cell) {
            (_, Cell::Null) => out.extend_from_slice(b"null"),
            (Kind::Integer, Cell::Integer(number)) => format::integer(number, out),
            (Kind::Instant, Cell::Integer(number)) => format::instant(number, out),
            (Kind::Money, Cell::Integer(cents)) => format::money(cents, out),
            (Kind::Date, Cell::Integer(days)) => format::date(days, out),
            (Kind::Truth, Cell::Integer(0)) => out.extend_from_slice(b"false"),
            (Kind::Truth, Cell::Integer(_)) => out.extend_from_slice(b"true"),
            (Kind::Text | Kind::Date, Cell::Text(text)) => format::text(text, out),
            (Kind::Id, Cell::Id(id)) => format::id(id, out),
            (Kind::Segment, Cell::Text(stored)) => {
                let found = self.segments.iter().find(|(of, _)| of == stored);
                format::text(found.map_or("", |(_, name)| name), out);
            }
            _ => return Err("a cell of another kind".into()),
        }
        Ok(())
    }
}

fn keys(fields: &[(&str, Kind)]) -> Vec<Vec<u8>> {
    let key = |(at, (name, _)): (usize, &(&str, Kind))| {
        let mark = if at == 0 { '{' } else { ',' };
        format!("{mark}\"{name}\":").into_bytes()
    };
    fields.iter().enumerate().map(key).collect()
}

/// Ends a page. A cursor of ours is signed; here it is as many bytes.
fn finish_page(more: bool, out: &mut Vec<u8>) {
    const CURSOR: [u8; 100] = [b'c'; 100];
    out.extend_from_slice(b"],\"next_cursor\":");
    match more {
        true => {
            out.push(b'"');
            out.extend_from_slice(&CURSOR);
            out.push(b'"');
        }
        false => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"count\":null}");
}

/// A page with accounts at the places that were left for them.
fn put_in(page: &[u8], links: &[(usize, Uuid)], accounts: &[(Uuid, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len() + links.len() * 300);
    let mut from = 0;
    for (at, id) in links {
        out.extend_from_slice(&page[from..*at]);
        from = *at;
        // They were read in the order of their ids.
        if let Ok(found) = accounts.binary_search_by(|(of, _)| of.cmp(id)) {
            out.extend_from_slice(&accounts[found].1);
        }
    }
    out.extend_from_slice(&page[from..]);
    out
}

fn count_reply(count: i64) -> Vec<u8> {
    format!("{{\"groups\":[{{\"group\":{{}},\"measures\":[{count}]}}]}}").into_bytes()
}

/// Segment as JSON, number, sum in cents.
fn aggregate_reply(groups: &[(Vec<u8>, i64, i64)]) -> Vec<u8> {
    let mut out = b"{\"groups\":[".to_vec();
    for (index, (segment, count, sum)) in groups.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"group\":{\"segment\":");
        out.extend_from_slice(segment);
        out.extend_from_slice(b"},\"measures\":[");
        format::integer(*count, &mut out);
        out.push(b',');
        format::money(*sum, &mut out);
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"]}");
    out
}

enum Database {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// What handlers share.
struct Bare {
    database: Database,
    rows: u64,
    created: AtomicU64,
}

impl Bare {
    async fn ask(&self, ask: Ask) -> Response {
        reply(
            StatusCode::OK,
            match &self.database {
                Database::Sqlite(sqlite) => sqlite.ask(ask).await,
                Database::Postgres(postgres) => postgres.ask(ask).await,
            },
        )
    }

    async fn write(&self, status: StatusCode, write: Write) -> Response {
        reply(
            status,
            match &self.database {
                Database::Sqlite(sqlite) => sqlite.write(write).await,
                Database::Postgres(postgres) => postgres.write(write).await,
            },
        )
    }
}

fn reply(status: StatusCode, output: Output) -> Response {
    let (status, body) = match output {
        Ok(body) => (status, body),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into_bytes()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

type Shared = State<Arc<Bare>>;

async fn create(State(bare): Shared, _body: Bytes) -> Response {
    let number = bare.rows + bare.created.fetch_add(1, Ordering::Relaxed);
    let created = Box::new(Created::new(number, bare.rows));
    bare.write(StatusCode::CREATED, Write::Create(created)).await
}

async fn update(
    State(bare): Shared,
    Path((id, score)): Path<(Uuid, i64)>,
    _body: Bytes,
) -> Response {
    bare.write(StatusCode::OK, Write::Update { id, score }).await
}

/// Serves until killed.
pub async fn serve(
    listen: SocketAddr,
    location: &Location,
    seed: &Seed,
    readers: usize,
) -> Result<(), Failure> {
    let database = match location {
        Location::Sqlite(directory) => {
            Database::Sqlite(sqlite::Sqlite::open(directory, seed, readers)?)
        }
        Location::Postgres(url) => Database::Postgres(postgres::Postgres::open(url, seed).await?),
    };
    let bare = Arc::new(Bare { database, rows: seed.rows, created: AtomicU64::new(0) });
    let asking = |ask: Ask| get(move |State(bare): Shared| async move { bare.ask(ask).await });
    let read =
        |State(bare): Shared, Path(id): Path<Uuid>| async move { bare.ask(Ask::Read(id)).await };
    let router = Router::new()
        .route("/read/{id}", get(read))
        .route("/list", asking(Ask::List))
        .route("/expand", asking(Ask::Expand))
        .route("/first", asking(Ask::First))
        .route("/deep", asking(Ask::Deep))
        .route("/count", asking(Ask::Count))
        .route("/aggregate", asking(Ask::Aggregate))
        .route("/create", post(create))
        .route("/update/{id}/{score}", post(update))
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
