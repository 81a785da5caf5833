//! Browsers that are signed in.

use model::Uuid;

use super::Control;
use super::accounts::{Account, account};
use crate::database::Statement;
use crate::datum::{Cells, Datum, Kind, instant};
use crate::fault::Fault;

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's value.
    pub hash: [u8; 32],
    /// Who is signed in.
    pub account: Uuid,
    /// Which browser, in its own words.
    pub user_agent: String,
    /// When it signed in, in milliseconds UTC.
    pub created_at: i64,
    /// When it was last seen, in milliseconds UTC.
    pub last_seen_at: i64,
    /// When it ends, in milliseconds UTC.
    pub expires_at: i64,
}

const SESSION: &[Kind] =
    &[Kind::BYTES, Kind::ID, Kind::TEXT, Kind::INSTANT, Kind::INSTANT, Kind::INSTANT];
const SESSION_AND_ACCOUNT: &[Kind] = &[
    Kind::BYTES,
    Kind::ID,
    Kind::TEXT,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::ID,
    Kind::TEXT,
    Kind::TEXT,
    Kind::TEXT,
    Kind::INSTANT,
];

impl Control {
    /// Adds a session.
    pub async fn add_session(&self, session: &Session) -> Result<(), Fault> {
        let parameters = vec![
            Datum::from(&session.hash),
            session.account.into(),
            Datum::from(&session.user_agent),
            instant(session.created_at),
            instant(session.last_seen_at),
            instant(session.expires_at),
        ];
        self.insert(
            "insert into $.session
                 (hash, account, user_agent, created_at, last_seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
            parameters,
        )
        .await
    }

    /// The session with this hash and its account, unless it has ended or the account is disabled.
    pub async fn session(
        &self,
        hash: &[u8; 32],
        now: i64,
    ) -> Result<Option<(Session, Account)>, Fault> {
        let statement = Statement::new(
            "select s.hash, s.account, s.user_agent, s.created_at, s.last_seen_at, s.expires_at,
                    a.id, a.email, a.password_hash, a.state, a.created_at
             from $.session as s join $.account as a on a.id = s.account
             where s.hash = $1 and s.expires_at > $2 and a.state = 'active'",
            vec![Datum::from(hash), instant(now)],
        );
        let both = |cells: &mut Cells| Ok((session(cells)?, account(cells)?));
        self.one(statement.returning(SESSION_AND_ACCOUNT), both).await
    }

    /// The sessions of an account, the last seen first.
    pub async fn sessions(&self, account: Uuid) -> Result<Vec<Session>, Fault> {
        let statement = Statement::new(
            "select hash, account, user_agent, created_at, last_seen_at, expires_at
             from $.session where account = $1 order by last_seen_at desc",
            vec![account.into()],
        );
        self.all(statement.returning(SESSION), session).await
    }

    /// Notes that a session was seen, and lets it end later. Callers do so once in a while, not on
    /// every request.
    pub async fn touch_session(
        &self,
        hash: &[u8; 32],
        now: i64,
        expires_at: i64,
    ) -> Result<bool, Fault> {
        self.touched(
            "update $.session set last_seen_at = $2, expires_at = $3 where hash = $1
             returning account",
            vec![Datum::from(hash), instant(now), instant(expires_at)],
        )
        .await
    }

    /// Ends a session; `false` when it was not there.
    pub async fn revoke_session(&self, hash: &[u8; 32]) -> Result<bool, Fault> {
        self.touched(
            "delete from $.session where hash = $1 returning account",
            vec![Datum::from(hash)],
        )
        .await
    }

    /// Ends all sessions of an account but one.
    pub async fn revoke_sessions(
        &self,
        account: Uuid,
        but: Option<&[u8; 32]>,
    ) -> Result<(), Fault> {
        // A hash that no session has: SHA-256 never gives the empty text.
        let but = but.map_or(Datum::Bytes(Vec::new()), Datum::from);
        self.run(
            "delete from $.session where account = $1 and hash <> $2",
            vec![account.into(), but],
        )
        .await
    }

    /// Forgets what has ended: sessions, setup tokens, and failures older than `failures_before`.
    pub async fn purge(&self, now: i64, failures_before: i64) -> Result<(), Fault> {
        let statements = vec![
            Statement::new("delete from $.session where expires_at <= $1", vec![instant(now)]),
            Statement::new("delete from $.setup_token where expires_at <= $1", vec![instant(now)]),
            Statement::new(
                "delete from $.failure where since < $1",
                vec![instant(failures_before)],
            ),
        ];
        self.database.write(statements).await.map(drop)
    }
}

fn session(cells: &mut Cells) -> Result<Session, Fault> {
    Ok(Session {
        hash: cells.hash()?,
        account: cells.id()?,
        user_agent: cells.text()?,
        created_at: cells.int()?,
        last_seen_at: cells.int()?,
        expires_at: cells.int()?,
    })
}
