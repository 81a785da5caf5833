//! Ids that follow from a run and a step, so that what is tried again is the same thing.

use model::Uuid;
use sha2::{Digest, Sha256};
use store::Run;
use uuid::Builder;

/// What an id is for; one step may need several.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// The record that a step creates.
    Record,
    /// The message that a step sends.
    Message,
}

/// The id for something that a step does: UUID version 7 with the time of the run.
pub(super) fn derive(run: &Run, number: i64, purpose: Purpose) -> Uuid {
    let purpose: &[u8] = match purpose {
        Purpose::Record => b"record",
        Purpose::Message => b"message",
    };
    let mut hash = Sha256::new();
    hash.update(b"tessera automation 1");
    hash.update(run.id.as_bytes());
    hash.update(number.to_be_bytes());
    hash.update(purpose);
    let mut random = [0; 10];
    random.copy_from_slice(&hash.finalize()[..10]);
    let time = u64::try_from(run.created_at).unwrap_or(0);
    Builder::from_unix_timestamp_millis(time, &random).into_uuid()
}
