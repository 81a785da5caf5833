//! Credentials that were found good a moment ago, so that a request need not ask the store.
//!
//! An entry is good for [`TTL_MS`] at most; what this node revokes is forgotten at once, what
//! another node revokes is noticed when the entry ends.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use model::Uuid;

use crate::context::{Credential, Principal};
use crate::engine::lock;

/// How long a credential is believed without asking again, in milliseconds.
const TTL_MS: i64 = 1_000;
/// Parts with a lock of their own, so that threads seldom wait for each other.
const SHARDS: usize = 16;
/// Credentials kept per part; a server with more at the same time asks the store more often.
const SHARD_SIZE_MAX: usize = 2_048;

/// The credentials.
#[derive(Debug)]
pub(super) struct Cache {
    shards: [Mutex<HashMap<[u8; 32], Entry>>; SHARDS],
    /// Grows whenever something is forgotten, so that a read which began before is not kept.
    generation: AtomicU64,
}

#[derive(Debug)]
struct Entry {
    principal: Arc<Principal>,
    checked_at: i64,
}

impl Default for Cache {
    fn default() -> Cache {
        Cache { shards: std::array::from_fn(|_| Mutex::default()), generation: AtomicU64::new(0) }
    }
}

impl Cache {
    fn shard(&self, hash: &[u8; 32]) -> &Mutex<HashMap<[u8; 32], Entry>> {
        &self.shards[usize::from(hash[0]) % SHARDS]
    }

    /// Who showed this credential, if that was found out a moment ago.
    pub fn get(&self, hash: &[u8; 32], now: i64) -> Option<Arc<Principal>> {
        let shard = lock(self.shard(hash));
        shard.get(hash).filter(|entry| entry.is_fresh(now)).map(|entry| entry.principal.clone())
    }

    /// To be taken before the store is asked and given to [`Cache::put`].
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Keeps what the store said, unless something was revoked since it was asked.
    pub fn put(&self, hash: [u8; 32], principal: Arc<Principal>, now: i64, generation: u64) {
        let mut shard = lock(self.shard(&hash));
        if self.generation() != generation {
            return;
        }
        if shard.len() >= SHARD_SIZE_MAX {
            shard.retain(|_, entry| entry.is_fresh(now));
        }
        if shard.len() < SHARD_SIZE_MAX {
            shard.insert(hash, Entry { principal, checked_at: now });
        }
    }

    /// Forgets a session.
    pub fn forget_session(&self, hash: &[u8; 32]) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        lock(self.shard(hash)).remove(hash);
    }

    /// Forgets a token.
    pub fn forget_token(&self, token: Uuid) {
        self.forget(|principal| match &principal.credential {
            Credential::Token { id, .. } => *id == token,
            Credential::Session { .. } => false,
        });
    }

    /// Forgets everything of an account.
    pub fn forget_account(&self, account: Uuid) {
        self.forget(|principal| principal.account == account);
    }

    fn forget(&self, which: impl Fn(&Principal) -> bool) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        for shard in &self.shards {
            lock(shard).retain(|_, entry| !which(&entry.principal));
        }
    }
}

impl Entry {
    fn is_fresh(&self, now: i64) -> bool {
        // A clock that was set back must not make an entry live longer.
        (0..TTL_MS).contains(&(now - self.checked_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal() -> Arc<Principal> {
        let credential = Credential::Session { hash: [1; 32] };
        let (account, email) = (Uuid::now_v7(), "ada@example.com".to_owned());
        Arc::new(Principal { account, email, credential })
    }

    #[test]
    fn a_credential_is_believed_for_a_second_and_no_longer() {
        let cache = Cache::default();
        cache.put([1; 32], principal(), 5_000, cache.generation());
        assert!(cache.get(&[1; 32], 5_999).is_some());
        assert!(cache.get(&[1; 32], 6_000).is_none());
        assert!(cache.get(&[1; 32], 4_999).is_none());
        assert!(cache.get(&[2; 32], 5_000).is_none());
    }

    #[test]
    fn what_is_revoked_is_forgotten_at_once_even_while_it_is_read() {
        let (cache, principal) = (Cache::default(), principal());
        let before = cache.generation();
        cache.put([1; 32], principal.clone(), 0, before);
        cache.forget_account(principal.account);
        assert!(cache.get(&[1; 32], 0).is_none());
        cache.put([1; 32], principal, 0, before);
        assert!(cache.get(&[1; 32], 0).is_none());
    }

    #[test]
    fn the_cache_does_not_grow_without_bound() {
        let cache = Cache::default();
        let principal = principal();
        for number in 0..10_000_u32 {
            let mut hash = [0; 32];
            hash[1..5].copy_from_slice(&number.to_be_bytes());
            cache.put(hash, principal.clone(), 0, 0);
        }
        assert_eq!(lock(&cache.shards[0]).len(), SHARD_SIZE_MAX);
    }
}
