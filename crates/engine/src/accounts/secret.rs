//! Random secrets, and the only form in which they are stored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Characters of 256 random bits as unpadded URL-safe base64.
pub(super) const RANDOM_LENGTH: usize = 43;

/// Something that opens a door. It has no `Display` and shows nothing when it is debugged, so that
/// it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// 256 fresh bits of the operating system after a prefix.
    pub(super) fn random(prefix: &str) -> Secret {
        let bits: [u8; 32] = rand::random();
        Secret(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits)))
    }

    /// The secret itself, to be handed to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The hash under which a secret is looked up; `None` when the text cannot be one of ours, so that
/// nothing else ever reaches the store.
pub(super) fn lookup(text: &str, prefix: &str) -> Option<[u8; 32]> {
    let random = text.strip_prefix(prefix)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (random.len() == RANDOM_LENGTH && random.bytes().all(plain)).then(|| hash(text))
}

/// SHA-256. A fast hash is right here: 256 random bits cannot be guessed.
pub(super) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_own_text_only() {
        let secret = Secret::random("tsr_");
        assert_eq!(lookup(secret.expose(), "tsr_"), Some(secret.hash()));
        assert_eq!(lookup(secret.expose(), ""), None);
        for wrong in ["", "null", "0", "[]", "tsr_", &secret.expose()[..46], "tsr_äää"] {
            assert_eq!(lookup(wrong, "tsr_"), None, "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
