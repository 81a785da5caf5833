//! Backups: one portable file that holds a whole workspace as it was at one moment, and restoring
//! it on either database.
//!
//! The archive holds everything that the workspace holds, secrets of webhook endpoints included;
//! hashes of passwords only where they are asked for. Keep it as the database is kept.

mod archive;
mod values;

use std::path::Path;

use model::{Code, Error, Fault, Result, Uuid, name, time};
use serde_json::{Value as Json, json};
use store::{Account, AccountState, Membership, SnapshotChunk, Store, WorkspaceEntry};
use tokio::sync::mpsc;

use archive::{Archive, FORMAT, Piece, Writer, invalid};

use crate::engine::Engine;
use crate::faults::from_store;

/// What a backup came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the archive, as its last line has it.
    pub sha256: String,
}

/// Writes a workspace into an archive. It is consistent, whatever is written meanwhile, and takes
/// its place only when it is whole and on the disk. `passwords` adds the hashes of the members'
/// passwords, so that they can sign in elsewhere.
pub async fn backup(
    engine: &Engine,
    workspace: &WorkspaceEntry,
    file: &Path,
    passwords: bool,
) -> Result<Saved> {
    let people = people(engine.store(), workspace.id, passwords).await?;
    let opened = engine.store().workspace(workspace.id).await.map_err(from_store)?;
    let mut snapshot = opened.snapshot().await.map_err(from_store)?;
    let head = head(workspace, engine.now());
    let (sender, chunks) = mpsc::channel(2);
    let file = file.to_owned();
    let writing = tokio::task::spawn_blocking(move || write(&file, &head, &people, chunks));
    let mut failed = None;
    loop {
        match snapshot.next().await {
            Ok(None) => break,
            Ok(Some(chunk)) => {
                // The writer is gone when it has failed; it says why.
                if sender.send(Some(chunk)).await.is_err() {
                    break;
                }
            }
            Err(fault) => {
                failed = Some(from_store(fault));
                break;
            }
        }
    }
    if failed.is_none() {
        // Without this last word the archive is not finished.
        let _ = sender.send(None).await;
    }
    drop(sender);
    let written = writing.await.map_err(Error::internal)?;
    match failed {
        Some(error) => Err(error),
        None => written,
    }
}

fn write(
    file: &Path,
    head: &Json,
    people: &[Json],
    mut chunks: mpsc::Receiver<Option<SnapshotChunk>>,
) -> Result<Saved> {
    let mut writer = Writer::create(file, head)?;
    writer.people(people)?;
    loop {
        match chunks.blocking_recv() {
            Some(Some(chunk)) => writer.chunk(&chunk)?,
            Some(None) => break,
            None => return Err(Error::internal("a snapshot ended before its end")),
        }
    }
    let written = writer.finish()?;
    Ok(Saved { rows: written.rows, bytes: written.bytes, sha256: written.sha256 })
}

fn head(workspace: &WorkspaceEntry, now: i64) -> Json {
    json!({
        "tessera_archive": FORMAT,
        "program": env!("CARGO_PKG_VERSION"),
        "created_at": time::format_instant(now),
        "workspace": {
            "slug": workspace.slug,
            "name": workspace.name,
            "time_zone": workspace.time_zone,
            "currency": workspace.currency,
            "language": workspace.language,
            "created_at": workspace.created_at,
        },
    })
}

/// Who belongs to a workspace, by e-mail address.
async fn people(store: &Store, workspace: Uuid, passwords: bool) -> Result<Vec<Json>> {
    let control = store.control();
    let mut people = Vec::new();
    for member in control.members(workspace).await.map_err(from_store)? {
        let account = control.account(member.account).await.map_err(from_store)?;
        let Some(account) = account else { continue };
        let mut person = json!({"email": account.email, "user": member.user,
            "state": account.state.as_str()});
        if passwords {
            person["password_hash"] = json!(account.password_hash);
        }
        people.push(person);
    }
    Ok(people)
}

/// What a restoration came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The workspace that was made.
    pub workspace: WorkspaceEntry,
    /// Rows of all tables.
    pub rows: u64,
    /// Members for whom an account was made.
    pub new_accounts: Vec<String>,
    /// Members whose account has no password yet.
    pub without_password: Vec<String>,
}

/// Makes a workspace of an archive, under a slug that is free. Everything about the archive is
/// checked before anything is written; when something fails later, nothing stays. Members get
/// their accounts by e-mail address; those that have none yet get one, which cannot sign in until
/// it has a password. Errors: `archive_invalid`, `name_taken`, `name_invalid`.
pub async fn restore(engine: &Engine, file: &Path, slug: &str) -> Result<Restored> {
    name::check_name(slug, "slug")?;
    let control = engine.store().control();
    if control.workspace_by_slug(slug).await.map_err(from_store)?.is_some() {
        return Err(taken(slug));
    }
    let path = file.to_owned();
    let check = move || check(&path);
    let (archive, people) = tokio::task::spawn_blocking(check).await.map_err(Error::internal)??;
    let entry = entry(&archive.head["workspace"], slug)?;

    engine.store().create_workspace(entry.id).await.map_err(from_store)?;
    let made = fill(engine, &entry, archive).await;
    let listed = match made {
        Ok(rows) => list(engine, &entry).await.map(|()| rows),
        Err(error) => Err(error),
    };
    match listed {
        Ok(rows) => admit(engine, entry, rows, people).await,
        Err(error) => {
            if let Err(fault) = engine.store().drop_workspace(entry.id).await {
                tracing::error!(workspace = %entry.id, %fault, "an unfinished workspace is left");
            }
            Err(error)
        }
    }
}

/// Reads an archive from end to end.
fn check(file: &Path) -> Result<(Archive, Vec<Person>)> {
    let archive = Archive::open(file)?;
    let mut people = Vec::new();
    let mut pieces = archive.pieces()?;
    while let Some(piece) = pieces.next()? {
        if let Piece::People(members) = piece {
            let read = members.iter().map(Person::from_json);
            let damaged = || invalid("its members are not readable", "成员信息无法读取");
            people = read.collect::<Option<_>>().ok_or_else(damaged)?;
        }
    }
    Ok((archive, people))
}

fn entry(head: &Json, slug: &str) -> Result<WorkspaceEntry> {
    let text = |key: &str| {
        let text = head[key].as_str().map(str::to_owned);
        text.ok_or_else(|| invalid("its first line is not complete", "首行信息不完整"))
    };
    let entry = WorkspaceEntry {
        id: Uuid::now_v7(),
        slug: slug.to_owned(),
        name: text("name")?,
        time_zone: text("time_zone")?,
        currency: text("currency")?,
        language: text("language")?,
        created_at: head["created_at"].as_i64().unwrap_or_default(),
    };
    match jiff::tz::TimeZone::get(&entry.time_zone) {
        Ok(_) => Ok(entry),
        Err(_) => Err(invalid("its time zone is unknown", "时区未知")),
    }
}

/// Writes the rows of an archive into an empty workspace.
async fn fill(engine: &Engine, entry: &WorkspaceEntry, archive: Archive) -> Result<u64> {
    let workspace = engine.store().workspace(entry.id).await.map_err(from_store)?;
    let mut restore = workspace.restore().await.map_err(from_store)?;
    let (sender, mut chunks) = mpsc::channel(2);
    let reading = tokio::task::spawn_blocking(move || -> Result<()> {
        let mut pieces = archive.pieces()?;
        while let Some(piece) = pieces.next()? {
            let Piece::Chunk(chunk) = piece else { continue };
            if sender.blocking_send(chunk).is_err() {
                // Whoever writes has failed and says why.
                return Ok(());
            }
        }
        Ok(())
    });
    let mut rows = 0;
    while let Some(chunk) = chunks.recv().await {
        rows += chunk.rows.len() as u64;
        restore.write(chunk).await.map_err(unfit)?;
    }
    reading.await.map_err(Error::internal)??;
    restore.finish().await.map_err(unfit)?;
    drop(workspace);
    engine.store().close_workspace(entry.id).await;
    Ok(rows)
}

/// What a store says of rows that do not fit together.
fn unfit(fault: store::Fault) -> Error {
    match fault {
        store::Fault::Invalid(reason) => invalid(reason, "内容与表结构不符"),
        store::Fault::Unique { .. } | store::Fault::ForeignKey { .. } => {
            invalid("its rows contradict each other", "数据相互矛盾").caused_by(fault)
        }
        other => from_store(other),
    }
}

async fn list(engine: &Engine, entry: &WorkspaceEntry) -> Result<()> {
    match engine.store().control().add_workspace(entry).await {
        Ok(()) => Ok(()),
        Err(store::Fault::Taken) => Err(taken(&entry.slug)),
        Err(other) => Err(from_store(other)),
    }
}

fn taken(slug: &str) -> Error {
    Fault::new("slug", Code::NameTaken).with("name", slug).into()
}

/// A member as an archive has them.
struct Person {
    email: String,
    user: Uuid,
    state: AccountState,
    password_hash: Option<String>,
}

impl Person {
    fn from_json(json: &Json) -> Option<Person> {
        Some(Person {
            email: json["email"].as_str()?.to_owned(),
            user: Uuid::try_parse(json["user"].as_str()?).ok()?,
            state: AccountState::parse(json["state"].as_str()?)?,
            password_hash: json["password_hash"].as_str().map(str::to_owned),
        })
    }
}

/// Lets the members in. An account that is there already is as it is.
async fn admit(
    engine: &Engine,
    workspace: WorkspaceEntry,
    rows: u64,
    people: Vec<Person>,
) -> Result<Restored> {
    let control = engine.store().control();
    let (mut new_accounts, mut without_password) = (Vec::new(), Vec::new());
    for person in people {
        let found = control.account_by_email(&person.email).await.map_err(from_store)?;
        let account = match found {
            Some(account) => account,
            None => {
                let account = Account {
                    id: Uuid::now_v7(),
                    email: person.email,
                    password_hash: person.password_hash,
                    state: person.state,
                    created_at: engine.now(),
                };
                control.add_account(&account).await.map_err(from_store)?;
                new_accounts.push(account.email.clone());
                account
            }
        };
        if account.password_hash.is_none() {
            without_password.push(account.email.clone());
        }
        let membership =
            Membership { account: account.id, workspace: workspace.id, user: person.user };
        control.put_membership(&membership).await.map_err(from_store)?;
    }
    engine.workspace_made();
    Ok(Restored { workspace, rows, new_accounts, without_password })
}
