//! Where seeded data lies, and the copies that a run works on: what was seeded stays as it is.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};

use crate::seed::{self, FORMAT, Seed};
use crate::{Failure, Location};

impl Location {
    /// As the store has it.
    pub fn store(&self) -> store::Location {
        match self {
            Location::Sqlite(directory) => store::Location::Sqlite { directory: directory.clone() },
            Location::Postgres(url) => store::Location::Postgres { url: url.clone() },
        }
    }
}

/// Which of the two databases, and where it keeps seeds.
#[derive(Debug, Clone)]
pub enum Database {
    /// Files below a folder.
    Sqlite(PathBuf),
    /// Databases of a cluster, reached by a URL.
    Postgres(String),
}

impl Database {
    /// Its name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Data of so many contacts, seeded now unless an earlier run did.
    pub async fn seeded(&self, rows: u64) -> Result<Seed, Failure> {
        let name = seed_name(rows);
        match self {
            Database::Sqlite(folder) => {
                let (ready, making) = (folder.join(&name), folder.join("making"));
                if let Ok(text) = std::fs::read(ready.join("seed.json")) {
                    return Ok(serde_json::from_slice(&text)?);
                }
                remove(&making)?;
                let seed = make(&Location::Sqlite(making.clone()), rows).await?;
                std::fs::write(making.join("seed.json"), serde_json::to_vec(&seed)?)?;
                remove(&ready)?;
                std::fs::rename(&making, &ready)?;
                Ok(seed)
            }
            Database::Postgres(url) => {
                let mut admin = connect(url).await?;
                let text = "select shobj_description(oid, 'pg_database') from pg_database
                            where datname = $1";
                let found = sqlx::query(text).bind(&name).fetch_optional(&mut admin).await?;
                // The database carries its description, so it is right for any cluster.
                if let Some(row) = found {
                    let text: Option<String> = row.try_get(0)?;
                    return Ok(serde_json::from_str(&text.unwrap_or_default())?);
                }
                let making = "tessera_bench_making";
                replace(&mut admin, making, None).await?;
                let seed = make(&Location::Postgres(database(url, making)), rows).await?;
                let mut made = connect(&database(url, making)).await?;
                run(&mut made, "vacuum analyze".to_owned()).await?;
                made.close().await?;
                let text = serde_json::to_string(&seed)?.replace('\'', "''");
                run(&mut admin, format!("comment on database \"{making}\" is '{text}'")).await?;
                run(&mut admin, format!("alter database \"{making}\" rename to \"{name}\""))
                    .await?;
                run(&mut admin, "checkpoint".to_owned()).await?;
                Ok(seed)
            }
        }
    }

    /// A copy of seeded data, to be changed as one likes.
    pub async fn copy(&self, rows: u64, purpose: &str) -> Result<Location, Failure> {
        let name = seed_name(rows);
        match self {
            Database::Sqlite(folder) => {
                let target = folder.join(format!("run-{purpose}"));
                remove(&target)?;
                let copied = Command::new("cp")
                    .args(["-r", "--reflink=auto"])
                    .args([folder.join(name), target.clone()])
                    .status()?;
                match copied.success() {
                    true => Ok(Location::Sqlite(target)),
                    false => Err("seeded data could not be copied".into()),
                }
            }
            Database::Postgres(url) => {
                let target = format!("tessera_bench_run_{purpose}");
                let mut admin = connect(url).await?;
                replace(&mut admin, &target, Some(&name)).await?;
                run(&mut admin, "checkpoint".to_owned()).await?;
                Ok(Location::Postgres(database(url, &target)))
            }
        }
    }

    /// Removes a copy.
    pub async fn discard(&self, copy: &Location) -> Result<(), Failure> {
        match (self, copy) {
            (Database::Postgres(url), Location::Postgres(copy)) => {
                let name = copy.rsplit('/').next().unwrap_or_default();
                let name = name.split('?').next().unwrap_or_default();
                let mut admin = connect(url).await?;
                run(&mut admin, format!("drop database if exists \"{name}\" with (force)")).await
            }
            (_, Location::Sqlite(directory)) => remove(directory),
            _ => Ok(()),
        }
    }
}

fn seed_name(rows: u64) -> String {
    format!("tessera_bench_v{FORMAT}_{rows}")
}

/// Seeds, on threads of a runtime of its own: that of the load generator has one only.
async fn make(location: &Location, rows: u64) -> Result<Seed, Failure> {
    eprintln!("seeding {rows} contacts, once");
    let (location, begin) = (location.store(), std::time::Instant::now());
    let seeded = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(seed::make(location, rows))
    });
    let seed = seeded.await??;
    let seconds = begin.elapsed().as_secs_f64();
    eprintln!("seeded in {seconds:.1} s, {:.0} rows/s", rows as f64 / seconds);
    Ok(seed)
}

fn remove(directory: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

async fn connect(url: &str) -> Result<PgConnection, Failure> {
    Ok(PgConnectOptions::from_str(url)?.connect().await?)
}

/// Runs a statement that names a database of ours.
async fn run(on: &mut PgConnection, sql: String) -> Result<(), Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(on).await?;
    Ok(())
}

/// Makes a database anew, perhaps as a copy.
async fn replace(
    admin: &mut PgConnection,
    name: &str,
    template: Option<&str>,
) -> Result<(), Failure> {
    run(admin, format!("drop database if exists \"{name}\" with (force)")).await?;
    let template = template.unwrap_or("template0");
    let copy = format!("create database \"{name}\" template \"{template}\" strategy file_copy");
    run(admin, copy).await
}

/// The URL of another database of the same cluster.
fn database(url: &str, name: &str) -> String {
    let (start, query) = match url.split_once('?') {
        Some((start, query)) => (start, format!("?{query}")),
        None => (url, String::new()),
    };
    let host = start.find("://").map_or(0, |at| at + 3);
    let end = start[host..].find('/').map_or(start.len(), |at| host + at);
    format!("{}/{name}{query}", &start[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_led_to_another_database() {
        assert_eq!(database("postgres://a@h:1/b?c=d", "e"), "postgres://a@h:1/e?c=d");
        assert_eq!(database("postgres://a@h:1", "e"), "postgres://a@h:1/e");
    }
}
