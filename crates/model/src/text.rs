//! How text is compared, sorted and cleaned, the same on both databases and in memory.

use pinyin::ToPinyin;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::limits::TEXT_KEY_LENGTH;

/// Folds text for comparison: NFKC, then lower case by simple Unicode mapping, so that width,
/// compatibility forms and case do not matter.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Characters of a [`text_key`] that are the text itself when the text is longer than a key.
pub const KEY_HEAD: usize = TEXT_KEY_LENGTH - 12;

/// The key that text is sorted and compared by: folded, Chinese by pinyin and then by code point,
/// at most 64 characters. A longer text keeps its first 52 characters and ends in 12 of a digest
/// of the whole, so that equal keys mean equal texts (but for case and width) at any length.
pub fn text_key(text: &str) -> String {
    let key = spell(text.trim());
    if key.is_ascii() && key.len() <= TEXT_KEY_LENGTH || key.chars().count() <= TEXT_KEY_LENGTH {
        return key;
    }
    let digest = Sha256::digest(key.as_bytes());
    let tail = digest[..12].iter().map(|byte| DIGITS[(byte % 32) as usize] as char);
    key.chars().take(KEY_HEAD).chain(tail).collect()
}

/// What the key of every text that starts with `needle` starts with. For needles beyond 52
/// characters it is only necessary, so the caller also compares the folded texts.
pub fn key_prefix(needle: &str) -> String {
    spell(needle.trim_start()).chars().take(KEY_HEAD).collect()
}

const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Folds, and puts the sound before each Chinese character: the sound orders, the character
/// itself keeps different characters apart.
fn spell(text: &str) -> String {
    let folded = fold(text);
    if folded.is_ascii() {
        return folded;
    }
    let mut key = String::with_capacity(folded.len() * 2);
    for letter in folded.chars() {
        if let Some(sound) = letter.to_pinyin() {
            key.push_str(sound.plain());
        }
        key.push(letter);
    }
    key
}

/// Cleans text that came in: no NUL and no control characters but tab and line break; line
/// breaks become `\n`; outer white space goes. `None` when something else is inside.
pub fn clean(text: &str) -> Option<String> {
    let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || is_noncharacter(c);
    if text.chars().any(bad) {
        return None;
    }
    let trimmed = text.trim();
    if trimmed.contains('\r') {
        return Some(trimmed.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Some(trimmed.to_owned())
}

/// Code points that are never characters (U+FFFE and friends).
fn is_noncharacter(c: char) -> bool {
    let code = c as u32;
    (code & 0xFFFE) == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_compatibility_forms_do_not_matter() {
        assert_eq!(text_key("ＡＢＣ"), text_key("abc"));
        assert_eq!(text_key("ﬁne"), text_key("FINE"));
        assert_eq!(text_key("Straße"), text_key("STRAßE"));
    }

    #[test]
    fn chinese_sorts_by_pinyin_and_stays_distinct() {
        assert!(text_key("安徽") < text_key("北京"));
        assert!(text_key("北京") < text_key("重庆"));
        assert_ne!(text_key("张"), text_key("章"));
    }

    #[test]
    fn long_texts_that_differ_late_have_different_keys() {
        let url = |tail: &str| format!("https://example.com/{}{tail}", "a".repeat(100));
        assert_ne!(text_key(&url("x")), text_key(&url("y")));
        assert_eq!(text_key(&url("x")), text_key(&url("X")));
        assert!(text_key(&url("x")).starts_with(&key_prefix("https://EXAMPLE.com")));
    }

    #[test]
    fn keys_are_short() {
        assert_eq!(text_key(&"长".repeat(500)).chars().count(), TEXT_KEY_LENGTH);
    }

    #[test]
    fn control_characters_are_not_text() {
        assert_eq!(clean("a\0b"), None);
        assert_eq!(clean("a\u{1b}[31m"), None);
        assert_eq!(clean(" a\r\nb "), Some("a\nb".to_owned()));
    }
}
