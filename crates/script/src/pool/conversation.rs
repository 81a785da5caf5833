//! One request's exchange with its worker: the questions that come in between are answered by the
//! host, counted, and what they read is gathered for the guard of the write.

use super::Host;
use super::process::Worker;
use crate::fault::{Bilingual, ScriptFault};
use crate::frame;
use crate::limits;
use crate::protocol::{
    Done, FromWorker, HostCall, Problem, Read, Refusal, Reply, Rows, ToWorkerRef,
};
use std::collections::HashSet;
use std::io;

/// How a conversation ended.
pub(super) enum Ending {
    Done(Done),
    Failed(ScriptFault),
    Checked(Vec<Problem>),
}

/// The host's half of one conversation.
pub(super) struct Conversation<'h> {
    host: &'h dyn Host,
    /// Questions left. The worker counts per draft and ends the script with a clear error; this is
    /// the bound that holds even if the worker does not.
    calls_left: u32,
    calls: u32,
    reads: Vec<Read>,
    seen: HashSet<(String, String)>,
}

impl<'h> Conversation<'h> {
    /// A conversation about so many drafts.
    pub(super) fn new(host: &'h dyn Host, drafts: usize) -> Self {
        let drafts = u32::try_from(drafts).unwrap_or(u32::MAX);
        Self {
            host,
            calls_left: limits::CALLS_PER_DRAFT_MAX.saturating_mul(drafts),
            calls: 0,
            reads: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Sends the request and answers questions until the worker is done. Also tells whether the
    /// worker wants to be replaced.
    pub(super) async fn hold(
        &mut self,
        worker: &mut Worker,
        frame: &[u8],
    ) -> io::Result<(Ending, bool)> {
        worker.begin(frame).await?;
        loop {
            match worker.receive().await? {
                FromWorker::Call(call) => {
                    let answer = self.answer(&call).await?;
                    worker.send(&answer).await?;
                }
                FromWorker::Done(done) => {
                    let tired = done.tired;
                    return Ok((Ending::Done(done), tired));
                }
                FromWorker::Failed { fault, tired } => return Ok((Ending::Failed(fault), tired)),
                FromWorker::Checked(problems) => return Ok((Ending::Checked(problems), false)),
                FromWorker::Hello(_) | FromWorker::Unfit(_) => {
                    return Err(io::Error::other("the worker introduced itself twice"));
                }
            }
        }
    }

    /// The reply that the engine gets.
    pub(super) fn reply(self, done: Done) -> Reply {
        Reply {
            drafts: done.outcomes,
            log: done.log,
            reads: self.reads,
            operations: done.operations,
            calls: self.calls,
        }
    }

    async fn answer(&mut self, call: &HostCall) -> io::Result<Vec<u8>> {
        self.calls_left = self
            .calls_left
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("the worker asks without an end"))?;
        self.calls += 1;
        let answer = self.host.answer(call).await;
        let frame = frame::encode(&ToWorkerRef::Answer(&answer));
        let frame = match frame {
            Ok(frame) if frame.len() <= limits::ANSWER_BYTES_MAX => frame,
            _ => return frame::encode(&ToWorkerRef::Answer(&Err(too_much()))),
        };
        if let Ok(rows) = &answer {
            self.note(call, rows);
        }
        Ok(frame)
    }

    /// Remembers what was read. The first reading counts: if a later one differs, the guard of the
    /// write sees that the record has changed since the first.
    fn note(&mut self, call: &HostCall, rows: &Rows) {
        let entity = call.entity();
        for row in &rows.rows {
            self.note_one(entity, &row.id, Some(row.revision));
        }
        if let HostCall::Get { id, .. } = call
            && rows.rows.is_empty()
        {
            self.note_one(entity, id, None);
        }
    }

    fn note_one(&mut self, entity: &str, id: &str, revision: Option<i64>) {
        if self.seen.insert((entity.to_owned(), id.to_owned())) {
            self.reads.push(Read { entity: entity.to_owned(), id: id.to_owned(), revision });
        }
    }
}

fn too_much() -> Refusal {
    let max = limits::ANSWER_BYTES_MAX / (1024 * 1024);
    Refusal {
        code: "too_large".to_owned(),
        message: Bilingual::new(
            format!("The answer is larger than {max} MiB; ask for fewer records or fields."),
            format!("结果超过 {max} MiB，请减少记录或字段。"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::NoHost;
    use super::*;
    use crate::protocol::Row;

    #[test]
    fn each_record_is_noted_once_with_the_revision_of_its_first_reading() {
        let mut conversation = Conversation::new(&NoHost, 1);
        let get = |id: &str| HostCall::Get { entity: "account".to_owned(), id: id.to_owned() };
        let rows = |revision: i64| {
            let row = Row { id: "a".to_owned(), revision, values: serde_json::Map::new() };
            Rows { fields: std::sync::Arc::default(), rows: vec![row] }
        };
        conversation.note(&get("a"), &rows(3));
        conversation.note(&get("a"), &rows(4));
        let none = Rows { fields: std::sync::Arc::default(), rows: Vec::new() };
        conversation.note(&get("b"), &none);
        let reads: Vec<_> =
            conversation.reads.iter().map(|read| (read.id.as_str(), read.revision)).collect();
        assert_eq!(reads, [("a", Some(3)), ("b", None)]);
    }
}
