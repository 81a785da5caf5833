//! Hears of what other nodes wrote: by notices, and by looking when a notice may be lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Storage, Uuid, Value};
use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::rows::{self, Parameters};
use super::run;
use crate::dialect::Home;
use crate::fault::Fault;

/// Where the writers announce: `<workspace id> <sequence>`.
pub(super) const CHANNEL: &str = "tessera_changes";

/// How often workspaces that somebody follows are looked at, in case a notice was lost.
const LOOK_EVERY: Duration = Duration::from_secs(3);

type Followed = Arc<Mutex<HashMap<Uuid, Arc<watch::Sender<i64>>>>>;

/// The listener of this node.
#[derive(Debug)]
pub(crate) struct Listener {
    followed: Followed,
    task: JoinHandle<()>,
}

impl Listener {
    /// Begins to listen.
    pub fn start(pool: PgPool) -> Listener {
        let followed = Followed::default();
        let task = tokio::spawn(listen(pool, Arc::clone(&followed)));
        Listener { followed, task }
    }

    /// Announces what is written to a workspace from now on.
    pub fn follow(&self, workspace: Uuid, announce: Arc<watch::Sender<i64>>) {
        if let Ok(mut followed) = self.followed.lock() {
            followed.insert(workspace, announce);
        }
    }

    /// No longer.
    pub fn forget(&self, workspace: Uuid) {
        if let Ok(mut followed) = self.followed.lock() {
            followed.remove(&workspace);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(pool: PgPool, followed: Followed) {
    loop {
        if let Err(error) = listen_once(&pool, &followed).await {
            if matches!(error, Fault::Closed) {
                return;
            }
            tracing::warn!(%error, "listening for changes failed; trying again");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Listens until the connection fails.
async fn listen_once(pool: &PgPool, followed: &Followed) -> Result<(), Fault> {
    let mut listener = PgListener::connect_with(pool).await.map_err(run::fault)?;
    listener.listen(CHANNEL).await.map_err(run::fault)?;
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            notice = listener.try_recv() => match notice.map_err(run::fault)? {
                Some(notice) => hear(followed, notice.payload()),
                // The connection was lost and made anew; what was said meanwhile is looked up.
                None => look(pool, followed).await?,
            },
            _ = looks.tick() => look(pool, followed).await?,
        }
    }
}

fn hear(followed: &Followed, payload: &str) {
    let Some((workspace, sequence)) = payload.split_once(' ') else { return };
    let (Ok(workspace), Ok(sequence)) = (Uuid::parse_str(workspace), sequence.parse()) else {
        return;
    };
    let announce = followed.lock().ok().and_then(|all| all.get(&workspace).cloned());
    if let Some(announce) = announce {
        raise(&announce, sequence);
    }
}

fn raise(announce: &watch::Sender<i64>, sequence: i64) {
    announce.send_if_modified(|last| {
        let later = sequence > *last;
        *last = sequence.max(*last);
        later
    });
}

/// Looks where the workspaces stand that somebody follows.
async fn look(pool: &PgPool, followed: &Followed) -> Result<(), Fault> {
    let all: Vec<(Uuid, Arc<watch::Sender<i64>>)> = match followed.lock() {
        Ok(all) => all
            .iter()
            .filter(|(_, announce)| announce.receiver_count() > 0)
            .map(|(id, announce)| (*id, Arc::clone(announce)))
            .collect(),
        Err(_) => return Ok(()),
    };
    for (id, announce) in all {
        let text = Home::workspace(id).statement("select sequence from $.sys_head");
        match run::rows(pool, text.into(), Parameters::default()).await {
            Ok(found) => {
                let row = found.first().map(|row| rows::values(row, &[Storage::Integer]));
                if let Some([Value::Int(sequence)]) = row.transpose()?.as_deref() {
                    raise(&announce, *sequence);
                }
            }
            Err(Fault::Closed) => return Err(Fault::Closed),
            // A workspace may have been dropped by another node.
            Err(error) => tracing::debug!(%error, "a workspace could not be looked at"),
        }
    }
    Ok(())
}
