//! Workspaces and who belongs to them.

use model::Uuid;

use super::Control;
use crate::database::Statement;
use crate::datum::{Cells, Datum, Kind, instant};
use crate::fault::Fault;

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

const WORKSPACE: &[Kind] =
    &[Kind::ID, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::TEXT, Kind::INSTANT];
const MEMBERSHIP: &[Kind] = &[Kind::ID, Kind::ID, Kind::ID];

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
