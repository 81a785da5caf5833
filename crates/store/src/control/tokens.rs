//! Tokens of programs, and the one that begins a deployment.

use model::Uuid;
use serde_json::Value as Json;

use super::Control;
use crate::database::Statement;
use crate::datum::{Cells, Datum, Kind, instant, optional_instant};
use crate::fault::Fault;

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
