//! Settings of the deployment, and counters of failed attempts that all nodes share.

use super::Control;
use crate::database::Statement;
use crate::datum::{Cells, Kind, instant};
use crate::fault::Fault;

/// Failed attempts in the current window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// When the first of them was, in milliseconds UTC.
    pub since: i64,
}

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

fn failures(cells: &mut Cells) -> Result<Failures, Fault> {
    Ok(Failures { count: cells.int()?, since: cells.int()? })
}
