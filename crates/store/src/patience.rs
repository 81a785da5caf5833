//! How long a writer waits for company. Callers who were just answered mostly ask again at once;
//! a transaction that does not wait for them commits a few requests alone, and theirs after it,
//! which costs each of them a second sync of the disk.

use std::time::Duration;

/// What a writer waits for before it begins a transaction.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    /// How many requests may come.
    pub expected: usize,
    /// How long to wait for them, at most.
    pub most: Duration,
}

/// Nobody waits longer than this, however slow the disk.
const MOST: Duration = Duration::from_millis(1);

impl Patience {
    /// After a transaction that took `lasted`, with `known` callers answered by it or queued
    /// since. Waiting is worth a fraction of what another transaction would cost.
    pub fn after(known: usize, lasted: Duration) -> Patience {
        Patience { expected: known, most: (lasted / 4).min(MOST) }
    }
}
