//! The hash chain of the change log: each entry seals the one before it.

use sha2::{Digest, Sha256};

use crate::commit::Operation;
use model::Uuid;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// The way hashes are computed; a new way gets a new number.
const VERSION: u8 = 1;

/// What an entry seals besides its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub sequence: i64,
    pub time: i64,
    /// Canonical JSON.
    pub actor: &'a str,
    /// Canonical JSON.
    pub cause: &'a str,
    pub entity: &'a str,
    pub record: Uuid,
    pub operation: Operation,
    /// Seals the content, so that the content can be erased and the chain still holds.
    pub digest: &'a Hash,
}

/// Seals the content of an entry. The salt keeps an erased content from being guessed.
pub(crate) fn digest(salt: &[u8], payload: &str) -> Hash {
    let mut sha = Sha256::new();
    sha.update(salt);
    sha.update(payload.as_bytes());
    sha.finalize().into()
}

/// Seals an entry and, through `previous`, every entry before it.
pub(crate) fn hash(previous: &Hash, entry: &Entry<'_>) -> Hash {
    let mut sha = Sha256::new();
    sha.update([VERSION]);
    sha.update(previous);
    sha.update(entry.sequence.to_be_bytes());
    sha.update(entry.time.to_be_bytes());
    let texts = [entry.actor, entry.cause, entry.entity, entry.operation.as_str()];
    for text in texts {
        // The length keeps neighbours apart.
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text.as_bytes());
    }
    sha.update(entry.record.as_bytes());
    sha.update(entry.digest);
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'a>(actor: &'a str, cause: &'a str, digest: &'a Hash) -> Entry<'a> {
        let operation = Operation::Create;
        let record = Uuid::nil();
        Entry { sequence: 1, time: 2, actor, cause, entity: "e", record, operation, digest }
    }

    #[test]
    fn neighbouring_texts_cannot_trade_characters() {
        let digest = [7; 32];
        let one = hash(&[0; 32], &entry("ab", "c", &digest));
        let other = hash(&[0; 32], &entry("a", "bc", &digest));
        assert_ne!(one, other);
    }

    #[test]
    fn a_hash_depends_on_the_one_before() {
        let digest = [7; 32];
        let entry = entry("a", "b", &digest);
        assert_ne!(hash(&[0; 32], &entry), hash(&[1; 32], &entry));
    }
}
