//! Passwords: which are good enough, and how they are hashed without stopping everything else.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use model::{Code, Error, Fault, Label, Result};
use tokio::sync::Semaphore;

/// Characters that a password has at least.
const LENGTH_MIN: usize = 10;
/// Characters that a password has at most.
const LENGTH_MAX: usize = 256;
/// Different characters that a password has at least.
const DIFFERENT_MIN: usize = 4;

/// Passwords hashed at the same time: each takes [`MEMORY_KIB`] and a core.
const AT_ONCE: usize = 2;
/// Passwords that wait for their turn; more are refused, so that a flood of sign-ins costs the
/// flood and not everybody else.
const WAITING_MAX: usize = 32;

/// Memory of one hash: with two passes and one lane this is what OWASP recommends for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of a password that nobody knows, made with the parameters above: an account that does
/// not exist is refused after the same work as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$6eHAnGSHMkKM1Q9VPgmZSA$\
                      c3vN6P3tKaMBzK5Fz5mWmB2c6tCnGW5p1yc2mFZ4wKo";

/// Passwords that are tried first, of those that are long enough.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Checks that a new password is good enough for an account. Errors with the path `password`:
/// `password_weak`, `text_too_long`, `password_common`.
pub(super) fn check(password: &str, email: &str, path: &str) -> Result<()> {
    let length = password.chars().count();
    if length < LENGTH_MIN {
        return Err(Fault::new(path, Code::PasswordWeak).with("length", LENGTH_MIN).into());
    }
    if length > LENGTH_MAX {
        let fault = Fault::new(path, Code::TextTooLong).with("length", LENGTH_MAX);
        return Err(fault.with_label("field", &Label::new("Password", "密码")).into());
    }
    let folded = model::fold(password);
    let different: HashSet<char> = folded.chars().collect();
    let email = model::fold(email.trim());
    let own = folded == email || email.split('@').next().is_some_and(|local| folded == local);
    if own || different.len() < DIFFERENT_MIN || COMMON.contains(folded.as_str()) {
        return Err(Fault::new(path, Code::PasswordCommon).into());
    }
    Ok(())
}

/// Hashes passwords on threads of their own, a few at a time.
#[derive(Debug)]
pub(super) struct Hasher {
    places: Semaphore,
    turns: Semaphore,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher { places: Semaphore::new(AT_ONCE + WAITING_MAX), turns: Semaphore::new(AT_ONCE) }
    }
}

/// What comparing a password with a hash found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// It is the password.
    pub good: bool,
    /// It is, and its hash was made with other parameters than today's.
    pub outdated: bool,
}

impl Hasher {
    /// Hashes a password with a fresh salt. Errors: `busy`.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || {
            let hash = argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Compares a password with a stored hash. Without one the work is the same and the verdict
    /// is no. Errors: `busy`.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict> {
        let (password, known) = (password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(NOBODY).to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&stored).map_err(Error::internal)?;
            let good = argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && known;
            Ok(Verdict { good, outdated: good && !is_current(&hash) })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.places.try_acquire().map_err(|_| Error::new(Code::Busy))?;
        let _turn = self.turns.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_current(hash: &PasswordHash) -> bool {
    let today = (MEMORY_KIB, PASSES, LANES);
    Params::try_from(hash).is_ok_and(|old| (old.m_cost(), old.t_cost(), old.p_cost()) == today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_common_and_endless_passwords_are_refused() {
        let code = |password: &str| check(password, "ada@example.com", "password").err();
        let code = |password: &str| code(password).map(|error| error.faults[0].code);
        assert_eq!(code("short"), Some(Code::PasswordWeak));
        assert_eq!(code(&"long".repeat(100)), Some(Code::TextTooLong));
        assert_eq!(code("Password123"), Some(Code::PasswordCommon));
        assert_eq!(code("ababababababa"), Some(Code::PasswordCommon));
        assert_eq!(code("Ada@Example.com"), Some(Code::PasswordCommon));
        assert_eq!(code("correct horse battery"), None);
        assert_eq!(code("一二三四五六七八九十"), None);
    }

    #[test]
    fn the_list_of_common_passwords_holds_only_what_the_other_rules_let_pass() {
        for line in include_str!("common_passwords.txt").lines() {
            assert_eq!(line, model::fold(line), "is not folded");
            assert!(line.chars().count() >= LENGTH_MIN, "{line} is too short anyway");
        }
    }

    #[tokio::test]
    async fn only_the_password_matches_its_hash() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let good = Verdict { good: true, outdated: false };
        assert_eq!(hasher.verify("correct horse", Some(&hash)).await.unwrap(), good);
        assert!(!hasher.verify("correct horsE", Some(&hash)).await.unwrap().good);
    }

    #[tokio::test]
    async fn nobody_is_refused_by_the_same_parameters() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        assert!(is_current(&hash));
        assert!(!Hasher::default().verify("", None).await.unwrap().good);
    }

    #[tokio::test]
    async fn an_older_hash_still_opens_and_is_noticed() {
        let weaker = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weaker = Argon2::new(Algorithm::Argon2id, Version::V0x13, weaker);
        let hash = weaker.hash_password(b"correct horse").unwrap().to_string();
        let verdict = Hasher::default().verify("correct horse", Some(&hash)).await.unwrap();
        assert_eq!(verdict, Verdict { good: true, outdated: true });
    }

    #[tokio::test]
    async fn a_flood_is_refused_while_the_first_are_served() {
        let hasher = Hasher::default();
        let _places = hasher.places.acquire_many((AT_ONCE + WAITING_MAX) as u32).await.unwrap();
        assert_eq!(hasher.hash("correct horse").await.unwrap_err().code, Code::Busy);
    }
}
