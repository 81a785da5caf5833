//! Work that outlives a request: automation runs, the outbox, imports; claimed with leases.

use model::Uuid;

use crate::fault::Fault;
use crate::kernel::{Claimed, Endpoint, Import, ImportError, ImportRow, Message, Run, Step};
use crate::workspace::Workspace;

impl Workspace {
    /// Takes up to `limit` messages that are due, for `lease` milliseconds from `now`.
    pub async fn claim_messages(
        &self,
        _limit: u32,
        _lease: i64,
        _now: i64,
    ) -> Result<Vec<Claimed<Message>>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Takes up to `limit` runs that are due, for `lease` milliseconds from `now`.
    pub async fn claim_runs(
        &self,
        _limit: u32,
        _lease: i64,
        _now: i64,
    ) -> Result<Vec<Claimed<Run>>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Takes the oldest import in state `ready`, for `lease` milliseconds from `now`.
    pub async fn claim_import(
        &self,
        _lease: i64,
        _now: i64,
    ) -> Result<Option<Claimed<Import>>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// One message.
    pub async fn message(&self, _id: Uuid) -> Result<Option<Message>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Messages, newest first.
    pub async fn messages(&self, _limit: u32) -> Result<Vec<Message>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// One run.
    pub async fn run(&self, _id: Uuid) -> Result<Option<Run>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Runs, newest first, of one automation or of all.
    pub async fn runs(&self, _automation: Option<&str>, _limit: u32) -> Result<Vec<Run>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// The steps of a run, in order.
    pub async fn steps(&self, _run: Uuid) -> Result<Vec<Step>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Where a reader of the change log stands; 0 when it never read.
    pub async fn cursor(&self, _name: &str) -> Result<i64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// One import.
    pub async fn import(&self, _id: Uuid) -> Result<Option<Import>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Imports, newest first.
    pub async fn imports(&self, _limit: u32) -> Result<Vec<Import>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Rows of an imported file after a number, in order.
    pub async fn import_rows(
        &self,
        _import: Uuid,
        _after: i64,
        _limit: u32,
    ) -> Result<Vec<ImportRow>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Refused rows of an imported file after a number, in order.
    pub async fn import_errors(
        &self,
        _import: Uuid,
        _after: i64,
        _limit: u32,
    ) -> Result<Vec<ImportError>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Where webhooks go, by name.
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// One webhook endpoint.
    pub async fn endpoint(&self, _name: &str) -> Result<Option<Endpoint>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// When the next message, run or import is due (ms UTC), so that a worker need not poll.
    pub async fn next_due(&self) -> Result<Option<i64>, Fault> {
        Err(Fault::Invalid("not built yet"))
    }

    /// Forgets messages and runs that ended before `before` (ms UTC); answers how many.
    pub async fn purge_jobs(&self, _before: i64) -> Result<u64, Fault> {
        Err(Fault::Invalid("not built yet"))
    }
}
