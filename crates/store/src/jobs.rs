//! Work that outlives a request: automation runs, the outbox, imports; claimed with leases.

use model::Uuid;

use crate::database::Statement;
use crate::datum::{Cells, Datum, Kind, instant};
use crate::fault::Fault;
use crate::kernel::{
    Claimed, Endpoint, Import, ImportError, ImportRow, Message, MessageState, Run, RunState, Step,
    StepState,
};
use crate::workspace::Workspace;

const MESSAGE: &[Kind] = &[
    Kind::ID,
    Kind::TEXT,
    Kind::JSON,
    Kind::TEXT,
    Kind::INT,
    Kind::TEXT,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::INT,
];
const RUN: &[Kind] = &[
    Kind::ID,
    Kind::TEXT,
    Kind::TEXT,
    Kind::ID,
    Kind::INT,
    Kind::TEXT,
    Kind::INT,
    Kind::JSON,
    Kind::TEXT,
    Kind::INSTANT,
    Kind::INT,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::INT,
];
const STEP: &[Kind] =
    &[Kind::ID, Kind::INT, Kind::TEXT, Kind::TEXT, Kind::JSON, Kind::INT, Kind::INSTANT];
const IMPORT: &[Kind] = &[
    Kind::ID,
    Kind::TEXT,
    Kind::TEXT,
    Kind::JSON,
    Kind::INT,
    Kind::INT,
    Kind::INT,
    Kind::INT,
    Kind::INT,
    Kind::JSON,
    Kind::INSTANT,
    Kind::INSTANT,
    Kind::INT,
];
const ENDPOINT: &[Kind] = &[Kind::TEXT, Kind::TEXT, Kind::BYTES, Kind::INSTANT];

/// The outbox.
impl Workspace {
    /// Takes up to `limit` messages that are due, for `lease` milliseconds from `now`.
    pub async fn claim_messages(
        &self,
        limit: u32,
        lease: i64,
        now: i64,
    ) -> Result<Vec<Claimed<Message>>, Fault> {
        let claim = Statement::new(
            "update $.sys_outbox set lease_until = $2, fence = fence + 1, attempts = attempts + 1
             where id in (
                 select id from $.sys_outbox
                 where state = 'ready' and not_before <= $1
                     and (lease_until is null or lease_until <= $1)
                 order by not_before limit $3 /*pg for update skip locked */)
             returning id, kind, payload, state, attempts, last_error, not_before, created_at,
                 fence",
            vec![instant(now), instant(now + lease), i64::from(limit).into()],
        );
        self.claim(claim.returning(MESSAGE), message).await
    }

    /// One message.
    pub async fn message(&self, id: Uuid) -> Result<Option<Message>, Fault> {
        let statement = Statement::new(
            "select id, kind, payload, state, attempts, last_error, not_before, created_at
             from $.sys_outbox where id = $1",
            vec![id.into()],
        );
        self.one(statement.returning(unclaimed(MESSAGE)), message).await
    }

    /// Messages, newest first.
    pub async fn messages(&self, limit: u32) -> Result<Vec<Message>, Fault> {
        let statement = Statement::new(
            "select id, kind, payload, state, attempts, last_error, not_before, created_at
             from $.sys_outbox order by id desc limit $1",
            vec![i64::from(limit).into()],
        );
        self.all(statement.returning(unclaimed(MESSAGE)), message).await
    }
}

/// Automations.
impl Workspace {
    /// Takes up to `limit` runs that are due, for `lease` milliseconds from `now`.
    pub async fn claim_runs(
        &self,
        limit: u32,
        lease: i64,
        now: i64,
    ) -> Result<Vec<Claimed<Run>>, Fault> {
        let claim = Statement::new(
            "update $.sys_run set lease_until = $2, fence = fence + 1, attempts = attempts + 1
             where id in (
                 select id from $.sys_run
                 where state = 'ready' and not_before <= $1
                     and (lease_until is null or lease_until <= $1)
                 order by not_before limit $3 /*pg for update skip locked */)
             returning id, automation, entity, record, sequence, state, depth, context, error,
                 not_before, attempts, created_at, updated_at, fence",
            vec![instant(now), instant(now + lease), i64::from(limit).into()],
        );
        self.claim(claim.returning(RUN), run).await
    }

    /// One run.
    pub async fn run(&self, id: Uuid) -> Result<Option<Run>, Fault> {
        let statement = Statement::new(
            "select id, automation, entity, record, sequence, state, depth, context, error,
                 not_before, attempts, created_at, updated_at
             from $.sys_run where id = $1",
            vec![id.into()],
        );
        self.one(statement.returning(unclaimed(RUN)), run).await
    }

    /// Runs, newest first, of one automation or of all.
    pub async fn runs(&self, automation: Option<&str>, limit: u32) -> Result<Vec<Run>, Fault> {
        let statement = match automation {
            Some(automation) => Statement::new(
                "select id, automation, entity, record, sequence, state, depth, context, error,
                     not_before, attempts, created_at, updated_at
                 from $.sys_run where automation = $1 order by sequence desc limit $2",
                vec![automation.into(), i64::from(limit).into()],
            ),
            None => Statement::new(
                "select id, automation, entity, record, sequence, state, depth, context, error,
                     not_before, attempts, created_at, updated_at
                 from $.sys_run order by id desc limit $1",
                vec![i64::from(limit).into()],
            ),
        };
        self.all(statement.returning(unclaimed(RUN)), run).await
    }

    /// The steps of a run, in order.
    pub async fn steps(&self, run: Uuid) -> Result<Vec<Step>, Fault> {
        let statement = Statement::new(
            "select run, number, name, state, result, attempts, updated_at
             from $.sys_step where run = $1 order by number",
            vec![run.into()],
        );
        self.all(statement.returning(STEP), step).await
    }

    /// Where a reader of the change log stands; 0 when it never read.
    pub async fn cursor(&self, name: &str) -> Result<i64, Fault> {
        let statement =
            Statement::new("select sequence from $.sys_cursor where name = $1", vec![name.into()]);
        Ok(self.one(statement.returning(&[Kind::INT]), Cells::int).await?.unwrap_or(0))
    }
}

/// Imports.
impl Workspace {
    /// Takes the oldest import in state `ready`, for `lease` milliseconds from `now`.
    pub async fn claim_import(
        &self,
        lease: i64,
        now: i64,
    ) -> Result<Option<Claimed<Import>>, Fault> {
        let claim = Statement::new(
            "update $.sys_import set lease_until = $2, fence = fence + 1
             where id in (
                 select id from $.sys_import
                 where state = 'ready' and (lease_until is null or lease_until <= $1)
                 order by created_at limit 1 /*pg for update skip locked */)
             returning id, entity, state, mapping, total, position, created, updated, failed,
                 actor, created_at, updated_at, fence",
            vec![instant(now), instant(now + lease)],
        );
        Ok(self.claim(claim.returning(IMPORT), import).await?.pop())
    }

    /// One import.
    pub async fn import(&self, id: Uuid) -> Result<Option<Import>, Fault> {
        let statement = Statement::new(
            "select id, entity, state, mapping, total, position, created, updated, failed,
                 actor, created_at, updated_at
             from $.sys_import where id = $1",
            vec![id.into()],
        );
        self.one(statement.returning(unclaimed(IMPORT)), import).await
    }

    /// Imports, newest first.
    pub async fn imports(&self, limit: u32) -> Result<Vec<Import>, Fault> {
        let statement = Statement::new(
            "select id, entity, state, mapping, total, position, created, updated, failed,
                 actor, created_at, updated_at
             from $.sys_import order by id desc limit $1",
            vec![i64::from(limit).into()],
        );
        self.all(statement.returning(unclaimed(IMPORT)), import).await
    }

    /// Rows of an imported file after a number, in order.
    pub async fn import_rows(
        &self,
        import: Uuid,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ImportRow>, Fault> {
        let statement = Statement::new(
            "select number, content from $.sys_import_row
             where import = $1 and number > $2 order by number limit $3",
            vec![import.into(), after.into(), i64::from(limit).into()],
        );
        let row =
            |cells: &mut Cells| Ok(ImportRow { number: cells.int()?, content: cells.json()? });
        self.all(statement.returning(&[Kind::INT, Kind::JSON]), row).await
    }

    /// Refused rows of an imported file after a number, in order.
    pub async fn import_errors(
        &self,
        import: Uuid,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ImportError>, Fault> {
        let statement = Statement::new(
            "select number, content, errors from $.sys_import_error
             where import = $1 and number > $2 order by number limit $3",
            vec![import.into(), after.into(), i64::from(limit).into()],
        );
        let row = |cells: &mut Cells| {
            let (number, content, errors) = (cells.int()?, cells.json()?, cells.json()?);
            Ok(ImportError { number, content, errors })
        };
        self.all(statement.returning(&[Kind::INT, Kind::JSON, Kind::JSON]), row).await
    }
}

/// Webhook endpoints, and what workers need to know.
impl Workspace {
    /// Where webhooks go, by name.
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, Fault> {
        let statement = Statement::new(
            "select name, url, secret, updated_at from $.sys_endpoint order by name",
            Vec::new(),
        );
        self.all(statement.returning(ENDPOINT), endpoint).await
    }

    /// One webhook endpoint.
    pub async fn endpoint(&self, name: &str) -> Result<Option<Endpoint>, Fault> {
        let statement = Statement::new(
            "select name, url, secret, updated_at from $.sys_endpoint where name = $1",
            vec![name.into()],
        );
        self.one(statement.returning(ENDPOINT), endpoint).await
    }

    /// When the next message, run or import is due (ms UTC), so that a worker need not poll.
    pub async fn next_due(&self) -> Result<Option<i64>, Fault> {
        let statement = Statement::new(
            "select min(due) from (
                 select min(case when lease_until > not_before then lease_until
                     else not_before end) as due from $.sys_outbox where state = 'ready'
                 union all
                 select min(case when lease_until > not_before then lease_until
                     else not_before end) from $.sys_run where state = 'ready'
                 union all
                 select min(coalesce(lease_until, created_at)) from $.sys_import
                     where state = 'ready') as work",
            Vec::new(),
        );
        let due = self.one(statement.returning(&[Kind::INSTANT]), Cells::optional_int).await?;
        Ok(due.flatten())
    }

    /// Forgets messages and runs that ended before `before` (ms UTC); answers how many.
    pub async fn purge_jobs(&self, before: i64) -> Result<u64, Fault> {
        let messages = self
            .touched(
                "delete from $.sys_outbox where state <> 'ready' and updated_at < $1
                 returning kind",
                vec![instant(before)],
            )
            .await?;
        let runs = self
            .touched(
                "delete from $.sys_run where state <> 'ready' and updated_at < $1
                 returning automation",
                vec![instant(before)],
            )
            .await?;
        Ok(messages + runs)
    }

    /// Runs a claim; the last column of each row is its fence.
    async fn claim<T>(
        &self,
        claim: Statement,
        read: impl Fn(&mut Cells) -> Result<T, Fault>,
    ) -> Result<Vec<Claimed<T>>, Fault> {
        let results = self.database.write(vec![claim]).await?;
        let rows: Vec<Vec<Datum>> = results.into_iter().flatten().collect();
        let claimed = rows.into_iter().map(|row| {
            let mut cells = Cells::of(row);
            Ok(Claimed { job: read(&mut cells)?, fence: cells.int()? })
        });
        claimed.collect()
    }
}

/// The columns of a job that is only looked at: all but the fence.
fn unclaimed(kinds: &'static [Kind]) -> &'static [Kind] {
    &kinds[..kinds.len() - 1]
}

fn message(cells: &mut Cells) -> Result<Message, Fault> {
    Ok(Message {
        id: cells.id()?,
        kind: cells.text()?,
        payload: cells.json()?,
        state: cells.word(MessageState::parse)?,
        attempts: cells.int()?,
        last_error: cells.optional_text()?,
        not_before: cells.int()?,
        created_at: cells.int()?,
    })
}

fn run(cells: &mut Cells) -> Result<Run, Fault> {
    Ok(Run {
        id: cells.id()?,
        automation: cells.text()?,
        entity: cells.text()?,
        record: cells.id()?,
        sequence: cells.int()?,
        state: cells.word(RunState::parse)?,
        depth: cells.int()?,
        context: cells.json()?,
        error: cells.optional_text()?,
        not_before: cells.int()?,
        attempts: cells.int()?,
        created_at: cells.int()?,
        updated_at: cells.int()?,
    })
}

fn step(cells: &mut Cells) -> Result<Step, Fault> {
    Ok(Step {
        run: cells.id()?,
        number: cells.int()?,
        name: cells.text()?,
        state: cells.word(StepState::parse)?,
        result: cells.json()?,
        attempts: cells.int()?,
        updated_at: cells.int()?,
    })
}

fn import(cells: &mut Cells) -> Result<Import, Fault> {
    Ok(Import {
        id: cells.id()?,
        entity: cells.text()?,
        state: cells.text()?,
        mapping: cells.json()?,
        total: cells.int()?,
        position: cells.int()?,
        created: cells.int()?,
        updated: cells.int()?,
        failed: cells.int()?,
        actor: cells.json()?,
        created_at: cells.int()?,
        updated_at: cells.int()?,
    })
}

fn endpoint(cells: &mut Cells) -> Result<Endpoint, Fault> {
    Ok(Endpoint {
        name: cells.text()?,
        url: cells.text()?,
        secret: cells.bytes()?,
        updated_at: cells.int()?,
    })
}
