//! Who may sign in.

use model::Uuid;

use super::Control;
use crate::database::Statement;
use crate::datum::{Cells, Datum, Kind, instant};
use crate::fault::Fault;
use crate::kernel::words;

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

pub(super) const ACCOUNT: &[Kind] = &[Kind::ID, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::INSTANT];

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

/// One address is one account, whatever its case and width.
fn email_key(email: &str) -> String {
    model::fold(email.trim())
}

pub(super) fn account(cells: &mut Cells) -> Result<Account, Fault> {
    Ok(Account {
        id: cells.id()?,
        email: cells.text()?,
        password_hash: cells.optional_text()?,
        state: cells.word(AccountState::parse)?,
        created_at: cells.int()?,
    })
}
