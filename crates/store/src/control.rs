//! The control store: who may sign in, and which workspaces there are.

use model::Uuid;
use serde_json::Value as Json;

use crate::database::{Database, Statement};
use crate::datum::{Cells, Datum, Kind, instant, optional_instant};
use crate::fault::Fault;
use crate::kernel::words;

/// Accounts, sessions, tokens, workspaces, memberships and operator settings.
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) database: Database,
}

words! {
    /// Whether an account may sign in.
    AccountState {
        /// It may.
        Active = "active",
        /// It may not; its sessions and tokens do not count.
        Disabled = "disabled",
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// The address as it was typed; unique whatever its case.
    pub email: String,
    /// The password's hash with its parameters; `None`: cannot sign in with a password.
    pub password_hash: Option<String>,
    /// Whether it may sign in.
    pub state: AccountState,
    /// When it was made, in milliseconds UTC.
    pub created_at: i64,
}

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

/// A bearer token of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// What people call it.
    pub name: String,
    /// Whose rights it has.
    pub account: Uuid,
    /// The one workspace that it opens.
    pub workspace: Uuid,
    /// What it may do there.
    pub scope: Json,
    /// When it was made, in milliseconds UTC.
    pub created_at: i64,
    /// When it ends, in milliseconds UTC.
    pub expires_at: Option<i64>,
    /// When it was last used, in milliseconds UTC.
    pub last_used_at: Option<i64>,
}

/// A workspace as the control store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceEntry {
    /// Its id, which names its files and schemas.
    pub id: Uuid,
    /// Its name in URLs, unique.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// Its ISO 4217 currency.
    pub currency: String,
    /// Its language tag.
    pub language: String,
    /// When it was made, in milliseconds UTC.
    pub created_at: i64,
}

/// An account that belongs to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The account.
    pub account: Uuid,
    /// The workspace.
    pub workspace: Uuid,
    /// The record of entity `user` there.
    pub user: Uuid,
}

/// Failed attempts in the current window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// When the first of them was, in milliseconds UTC.
    pub since: i64,
}

const ACCOUNT: &[Kind] = &[Kind::ID, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::INSTANT];
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
const TOKEN: &[Kind] = &[
    Kind::ID,
    Kind::BYTES,
    Kind::TEXT,
    Kind::ID,
    Kind::ID,
    Kind::JSON,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::INSTANT,
];
const WORKSPACE: &[Kind] =
    &[Kind::ID, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::INSTANT];
const MEMBERSHIP: &[Kind] = &[Kind::ID, Kind::ID, Kind::ID];

/// Accounts.
impl Control {
    /// Adds an account. Errors: [`Fault::Taken`] when the address has one.
    pub async fn add_account(&self, account: &Account) -> Result<(), Fault> {
        let parameters = vec![
            account.id.into(),
            Datum::from(&account.email),
            Datum::from(&email_key(&account.email)),
            account.password_hash.as_deref().into(),
            account.state.as_str().into(),
            instant(account.created_at),
        ];
        self.insert(
            "insert into $.account (id, email, email_key, password_hash, state, created_at)
             values ($1, $2, $3, $4, $5, $6)",
            parameters,
        )
        .await
    }

    /// The account with this id.
    pub async fn account(&self, id: Uuid) -> Result<Option<Account>, Fault> {
        let statement = Statement::new(
            "select id, email, password_hash, state, created_at from $.account where id = $1",
            vec![id.into()],
        );
        self.one(statement.returning(ACCOUNT), account).await
    }

    /// The account with this address, whatever its case.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>, Fault> {
        let statement = Statement::new(
            "select id, email, password_hash, state, created_at from $.account
             where email_key = $1",
            vec![Datum::from(&email_key(email))],
        );
        self.one(statement.returning(ACCOUNT), account).await
    }

    /// Every account, by address.
    pub async fn accounts(&self) -> Result<Vec<Account>, Fault> {
        let statement = Statement::new(
            "select id, email, password_hash, state, created_at from $.account
             order by email_key",
            Vec::new(),
        );
        self.all(statement.returning(ACCOUNT), account).await
    }

    /// Changes the password's hash; `false` when there is no such account.
    pub async fn set_password(&self, account: Uuid, hash: &str) -> Result<bool, Fault> {
        self.touched(
            "update $.account set password_hash = $2 where id = $1 returning id",
            vec![account.into(), hash.into()],
        )
        .await
    }

    /// Lets an account sign in, or not; `false` when there is no such account.
    pub async fn set_account_state(
        &self,
        account: Uuid,
        state: AccountState,
    ) -> Result<bool, Fault> {
        self.touched(
            "update $.account set state = $2 where id = $1 returning id",
            vec![account.into(), state.as_str().into()],
        )
        .await
    }
}

/// Sessions.
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

/// Tokens of programs, and the one that begins a deployment.
impl Control {
    /// Adds a token.
    pub async fn add_token(&self, token: &Token) -> Result<(), Fault> {
        let parameters = vec![
            token.id.into(),
            Datum::from(&token.hash),
            Datum::from(&token.name),
            token.account.into(),
            token.workspace.into(),
            Datum::from(&token.scope),
            instant(token.created_at),
            optional_instant(token.expires_at),
        ];
        self.insert(
            "insert into $.token
                 (id, hash, name, account, workspace, scope, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            parameters,
        )
        .await
    }

    /// The token with this hash, unless it has ended or its account is disabled.
    pub async fn token(&self, hash: &[u8; 32], now: i64) -> Result<Option<Token>, Fault> {
        let statement = Statement::new(
            "select t.id, t.hash, t.name, t.account, t.workspace, t.scope, t.created_at,
                    t.expires_at, t.last_used_at
             from $.token as t join $.account as a on a.id = t.account
             where t.hash = $1 and (t.expires_at is null or t.expires_at > $2)
                 and a.state = 'active'",
            vec![Datum::from(hash), instant(now)],
        );
        self.one(statement.returning(TOKEN), token).await
    }

    /// The tokens of an account, by name.
    pub async fn tokens(&self, account: Uuid) -> Result<Vec<Token>, Fault> {
        let statement = Statement::new(
            "select id, hash, name, account, workspace, scope, created_at, expires_at,
                    last_used_at
             from $.token where account = $1 order by name, id",
            vec![account.into()],
        );
        self.all(statement.returning(TOKEN), token).await
    }

    /// Notes that a token was used. Callers do so once in a while, not on every request.
    pub async fn touch_token(&self, id: Uuid, now: i64) -> Result<bool, Fault> {
        self.touched(
            "update $.token set last_used_at = $2 where id = $1 returning id",
            vec![id.into(), instant(now)],
        )
        .await
    }

    /// Ends a token of an account; `false` when it was not there.
    pub async fn revoke_token(&self, account: Uuid, id: Uuid) -> Result<bool, Fault> {
        self.touched(
            "delete from $.token where id = $1 and account = $2 returning id",
            vec![id.into(), account.into()],
        )
        .await
    }

    /// Stores the hash of a token that begins a deployment, instead of any earlier one.
    pub async fn put_setup_token(&self, hash: &[u8; 32], expires_at: i64) -> Result<(), Fault> {
        let statements = vec![
            Statement::new("delete from $.setup_token", Vec::new()),
            Statement::new(
                "insert into $.setup_token (hash, expires_at) values ($1, $2)",
                vec![Datum::from(hash), instant(expires_at)],
            ),
        ];
        self.database.write(statements).await.map(drop)
    }

    /// Uses a setup token; `true` once, when it is known and has not ended.
    pub async fn consume_setup_token(&self, hash: &[u8; 32], now: i64) -> Result<bool, Fault> {
        self.touched(
            "delete from $.setup_token where hash = $1 and expires_at > $2 returning hash",
            vec![Datum::from(hash), instant(now)],
        )
        .await
    }
}

/// Workspaces and who belongs to them.
impl Control {
    /// Lists a workspace. Errors: [`Fault::Taken`] when the slug is another's.
    pub async fn add_workspace(&self, workspace: &WorkspaceEntry) -> Result<(), Fault> {
        let parameters = vec![
            workspace.id.into(),
            Datum::from(&workspace.slug),
            Datum::from(&workspace.name),
            Datum::from(&workspace.time_zone),
            Datum::from(&workspace.currency),
            Datum::from(&workspace.language),
            instant(workspace.created_at),
        ];
        self.insert(
            "insert into $.workspace (id, slug, name, time_zone, currency, language, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            parameters,
        )
        .await
    }

    /// Changes everything of a workspace but its id, slug and age; `false` when it is not there.
    pub async fn update_workspace(&self, workspace: &WorkspaceEntry) -> Result<bool, Fault> {
        let parameters = vec![
            workspace.id.into(),
            Datum::from(&workspace.name),
            Datum::from(&workspace.time_zone),
            Datum::from(&workspace.currency),
            Datum::from(&workspace.language),
        ];
        self.touched(
            "update $.workspace set name = $2, time_zone = $3, currency = $4, language = $5
             where id = $1 returning id",
            parameters,
        )
        .await
    }

    /// Takes a workspace off the list, with its memberships and tokens; its data stays.
    pub async fn remove_workspace(&self, id: Uuid) -> Result<bool, Fault> {
        self.touched("delete from $.workspace where id = $1 returning id", vec![id.into()]).await
    }

    /// Every workspace, by slug.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceEntry>, Fault> {
        let statement = Statement::new(
            "select id, slug, name, time_zone, currency, language, created_at
             from $.workspace order by slug",
            Vec::new(),
        );
        self.all(statement.returning(WORKSPACE), workspace).await
    }

    /// The workspaces that an account belongs to, by slug.
    pub async fn workspaces_of(&self, account: Uuid) -> Result<Vec<WorkspaceEntry>, Fault> {
        let statement = Statement::new(
            "select w.id, w.slug, w.name, w.time_zone, w.currency, w.language, w.created_at
             from $.membership as m join $.workspace as w on w.id = m.workspace
             where m.account = $1 order by w.slug",
            vec![account.into()],
        );
        self.all(statement.returning(WORKSPACE), workspace).await
    }

    /// The workspace with this slug.
    pub async fn workspace_by_slug(&self, slug: &str) -> Result<Option<WorkspaceEntry>, Fault> {
        let statement = Statement::new(
            "select id, slug, name, time_zone, currency, language, created_at
             from $.workspace where slug = $1",
            vec![slug.into()],
        );
        self.one(statement.returning(WORKSPACE), workspace).await
    }

    /// The workspace with this id.
    pub async fn workspace(&self, id: Uuid) -> Result<Option<WorkspaceEntry>, Fault> {
        let statement = Statement::new(
            "select id, slug, name, time_zone, currency, language, created_at
             from $.workspace where id = $1",
            vec![id.into()],
        );
        self.one(statement.returning(WORKSPACE), workspace).await
    }

    /// Lets an account into a workspace, or links it to another user record there.
    pub async fn put_membership(&self, membership: &Membership) -> Result<(), Fault> {
        self.run(
            "insert into $.membership (account, workspace, member) values ($1, $2, $3)
             on conflict (account, workspace) do update set member = excluded.member",
            vec![membership.account.into(), membership.workspace.into(), membership.user.into()],
        )
        .await
    }

    /// Puts an account out of a workspace, with its tokens for it; `false` when it was not in.
    pub async fn remove_membership(&self, account: Uuid, workspace: Uuid) -> Result<bool, Fault> {
        let statements = vec![
            Statement::new(
                "delete from $.token where account = $1 and workspace = $2",
                vec![account.into(), workspace.into()],
            ),
            Statement::new(
                "delete from $.membership where account = $1 and workspace = $2
                 returning account",
                vec![account.into(), workspace.into()],
            )
            .returning(&[Kind::ID]),
        ];
        let results = self.database.write(statements).await?;
        Ok(results.last().is_some_and(|rows| !rows.is_empty()))
    }

    /// The membership of an account in a workspace.
    pub async fn membership(
        &self,
        account: Uuid,
        workspace: Uuid,
    ) -> Result<Option<Membership>, Fault> {
        let statement = Statement::new(
            "select account, workspace, member from $.membership
             where account = $1 and workspace = $2",
            vec![account.into(), workspace.into()],
        );
        self.one(statement.returning(MEMBERSHIP), membership).await
    }

    /// Who belongs to a workspace.
    pub async fn members(&self, workspace: Uuid) -> Result<Vec<Membership>, Fault> {
        let statement = Statement::new(
            "select account, workspace, member from $.membership
             where workspace = $1 order by account",
            vec![workspace.into()],
        );
        self.all(statement.returning(MEMBERSHIP), membership).await
    }
}

/// Operator settings and counters.
impl Control {
    /// A setting of the deployment.
    pub async fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let statement =
            Statement::new("select value from $.setting where name = $1", vec![name.into()]);
        self.one(statement.returning(&[Kind::BYTES]), Cells::bytes).await
    }

    /// Stores a setting of the deployment.
    pub async fn put_setting(&self, name: &str, value: &[u8]) -> Result<(), Fault> {
        self.run(
            "insert into $.setting (name, value) values ($1, $2)
             on conflict (name) do update set value = excluded.value",
            vec![name.into(), value.into()],
        )
        .await
    }

    /// A setting, which becomes `value` when it is not there yet. All nodes get the same answer,
    /// so this is how a signing key is made.
    pub async fn setting_or(&self, name: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        if let Some(stored) = self.setting(name).await? {
            return Ok(stored);
        }
        self.run(
            "insert into $.setting (name, value) values ($1, $2) on conflict (name) do nothing",
            vec![name.into(), value.into()],
        )
        .await?;
        self.setting(name).await?.ok_or_else(|| Fault::broken("a setting vanished"))
    }

    /// Counts a failed attempt under a name (`login:…`, `address:…`); a window that began more
    /// than `window` milliseconds ago begins anew.
    pub async fn count_failure(
        &self,
        name: &str,
        now: i64,
        window: i64,
    ) -> Result<Failures, Fault> {
        let statement = Statement::new(
            "insert into $.failure as f (name, count, since) values ($1, 1, $2)
             on conflict (name) do update set
                 count = case when f.since < $3 then 1 else f.count + 1 end,
                 since = case when f.since < $3 then excluded.since else f.since end
             returning count, since",
            vec![name.into(), instant(now), instant(now - window)],
        )
        .returning(&[Kind::INT, Kind::INSTANT]);
        let results = self.database.write(vec![statement]).await?;
        let row = results.into_iter().flatten().next();
        failures(&mut Cells::of(row.ok_or_else(|| Fault::broken("a counter vanished"))?))
    }

    /// Failed attempts under a name in the current window.
    pub async fn failures(&self, name: &str, now: i64, window: i64) -> Result<Failures, Fault> {
        let statement = Statement::new(
            "select count, since from $.failure where name = $1 and since >= $2",
            vec![name.into(), instant(now - window)],
        );
        let found = self.one(statement.returning(&[Kind::INT, Kind::INSTANT]), failures).await?;
        Ok(found.unwrap_or_default())
    }

    /// Forgets failed attempts, after a success.
    pub async fn clear_failures(&self, name: &str) -> Result<(), Fault> {
        self.run("delete from $.failure where name = $1", vec![name.into()]).await
    }
}

/// The few shapes that all of the above have.
impl Control {
    async fn insert(&self, text: &'static str, parameters: Vec<Datum>) -> Result<(), Fault> {
        self.run(text, parameters).await.map_err(|fault| match fault {
            Fault::Unique { .. } | Fault::Exists { .. } => Fault::Taken,
            other => other,
        })
    }

    async fn run(&self, text: &'static str, parameters: Vec<Datum>) -> Result<(), Fault> {
        self.database.write(vec![Statement::new(text, parameters)]).await.map(drop)
    }

    /// Whether a statement, which returns something of each row it touched, touched any.
    async fn touched(&self, text: &'static str, parameters: Vec<Datum>) -> Result<bool, Fault> {
        // What is returned is not read, so its kind does not matter.
        let rows = self.database.write(vec![Statement::new(text, parameters)]).await?;
        Ok(rows.into_iter().flatten().next().is_some())
    }

    async fn one<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().next().map(|row| read(&mut Cells::of(row))).transpose()
    }

    async fn all<T>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let rows = self.database.read(statement).await?;
        rows.into_iter().map(|row| read(&mut Cells::of(row))).collect()
    }
}

/// One address is one account, whatever its case and width.
fn email_key(email: &str) -> String {
    model::fold(email.trim())
}

fn account(cells: &mut Cells) -> Result<Account, Fault> {
    Ok(Account {
        id: cells.id()?,
        email: cells.text()?,
        password_hash: cells.optional_text()?,
        state: cells.word(AccountState::parse)?,
        created_at: cells.int()?,
    })
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

fn token(cells: &mut Cells) -> Result<Token, Fault> {
    Ok(Token {
        id: cells.id()?,
        hash: cells.hash()?,
        name: cells.text()?,
        account: cells.id()?,
        workspace: cells.id()?,
        scope: cells.json()?,
        created_at: cells.int()?,
        expires_at: cells.optional_int()?,
        last_used_at: cells.optional_int()?,
    })
}

fn workspace(cells: &mut Cells) -> Result<WorkspaceEntry, Fault> {
    Ok(WorkspaceEntry {
        id: cells.id()?,
        slug: cells.text()?,
        name: cells.text()?,
        time_zone: cells.text()?,
        currency: cells.text()?,
        language: cells.text()?,
        created_at: cells.int()?,
    })
}

fn membership(cells: &mut Cells) -> Result<Membership, Fault> {
    Ok(Membership { account: cells.id()?, workspace: cells.id()?, user: cells.id()? })
}

fn failures(cells: &mut Cells) -> Result<Failures, Fault> {
    Ok(Failures { count: cells.int()?, since: cells.int()? })
}
