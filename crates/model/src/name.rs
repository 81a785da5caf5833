//! Machine names and the suffixes that make physical names unique for ever.

use crate::error::{Code, Fault};
use crate::limits;

/// Names that every record already has; no field may take them.
pub const BUILT_IN_FIELDS: [&str; 6] =
    ["id", "revision", "created_at", "created_by", "updated_at", "updated_by"];

/// Names that the list and record URLs use, so no entity may take them.
const RESERVED_ENTITIES: [&str; 6] = ["p", "build", "query", "aggregate", "batch", "me"];

/// Beginnings that kernel tables and the databases themselves use.
const RESERVED_PREFIXES: [&str; 3] = ["sys_", "sqlite_", "pg_"];

/// Whether a text is a machine name: `^[a-z][a-z0-9_]{0,39}$`.
pub fn is_name(text: &str) -> bool {
    text.len() <= limits::NAME_LENGTH_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Checks the name of a field.
pub fn check_field_name(name: &str, path: &str) -> Result<(), Fault> {
    check_name(name, path)?;
    if BUILT_IN_FIELDS.contains(&name) || is_reserved(name) {
        return Err(Fault::new(path, Code::NameReserved).with("name", name));
    }
    Ok(())
}

/// Checks the name of an entity.
pub fn check_entity_name(name: &str, path: &str) -> Result<(), Fault> {
    check_name(name, path)?;
    if RESERVED_ENTITIES.contains(&name) || is_reserved(name) {
        return Err(Fault::new(path, Code::NameReserved).with("name", name));
    }
    Ok(())
}

fn is_reserved(name: &str) -> bool {
    RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Checks any machine name.
pub fn check_name(name: &str, path: &str) -> Result<(), Fault> {
    if is_name(name) {
        return Ok(());
    }
    Err(Fault::new(path, Code::NameInvalid).with("name", name).expected("^[a-z][a-z0-9_]{0,39}$"))
}

/// Gives out suffixes that are never reused within a workspace: base 32 of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffixes {
    next: u64,
}

impl Suffixes {
    /// Continues after the last suffix that the workspace has given out.
    pub fn starting_at(next: u64) -> Suffixes {
        Suffixes { next }
    }

    /// The counter to store, so that the next changeset continues from it.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// A fresh suffix, such as `k3f`.
    pub fn take(&mut self) -> String {
        const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut rest = self.next;
        self.next += 1;
        let mut text = Vec::new();
        loop {
            text.push(DIGITS[(rest % 32) as usize] as char);
            rest /= 32;
            if rest == 0 {
                break;
            }
        }
        text.iter().rev().collect()
    }

    /// A physical name: the machine name with a fresh suffix.
    pub fn physical(&mut self, name: &str) -> String {
        format!("{name}_{}", self.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words() {
        assert!(is_name("close_value2"));
        for wrong in ["", "Close", "2nd", "naïve", "a-b", "a b", &"a".repeat(41)] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn suffixes_never_repeat() {
        let mut suffixes = Suffixes::starting_at(0);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..5_000 {
            assert!(seen.insert(suffixes.take()));
        }
    }
}
