//! Compiled scripts, kept by script and hash of the text; the least recently used ones give way.

use crate::limits;
use rhai::AST;
use std::collections::HashMap;
use std::rc::Rc;

struct Entry {
    ast: Rc<AST>,
    bytes: usize,
    used: u64,
}

/// The cache of one worker.
#[derive(Default)]
pub(crate) struct Cache {
    entries: HashMap<(String, String), Entry>,
    bytes: usize,
    clock: u64,
}

impl Cache {
    /// The compiled script, if it is there.
    pub(crate) fn get(&mut self, id: &str, hash: &str) -> Option<Rc<AST>> {
        self.clock += 1;
        let entry = self.entries.get_mut(&(id.to_owned(), hash.to_owned()))?;
        entry.used = self.clock;
        Some(entry.ast.clone())
    }

    /// Keeps a compiled script whose source has so many bytes.
    pub(crate) fn put(&mut self, id: &str, hash: &str, bytes: usize, ast: AST) -> Rc<AST> {
        self.clock += 1;
        let ast = Rc::new(ast);
        let entry = Entry { ast: ast.clone(), bytes, used: self.clock };
        self.bytes += bytes;
        if let Some(before) = self.entries.insert((id.to_owned(), hash.to_owned()), entry) {
            self.bytes -= before.bytes;
        }
        while self.entries.len() > limits::CACHE_SCRIPTS || self.bytes > limits::CACHE_SOURCE_BYTES
        {
            self.drop_oldest();
        }
        ast
    }

    fn drop_oldest(&mut self) {
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
        let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
        if let Some(entry) = self.entries.remove(&key) {
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_script_gives_way() {
        let mut cache = Cache::default();
        for number in 0..limits::CACHE_SCRIPTS {
            cache.put(&number.to_string(), "h", 1, AST::empty());
        }
        assert!(cache.get("0", "h").is_some());
        cache.put("new", "h", 1, AST::empty());
        assert!(cache.get("0", "h").is_some());
        assert!(cache.get("1", "h").is_none());
        assert!(cache.get("0", "another text").is_none());
    }

    #[test]
    fn long_scripts_push_out_more_than_one() {
        let mut cache = Cache::default();
        for number in 0..100 {
            cache.put(&number.to_string(), "h", limits::SOURCE_BYTES_MAX, AST::empty());
        }
        assert!(cache.bytes <= limits::CACHE_SOURCE_BYTES);
        assert_eq!(cache.entries.len(), limits::CACHE_SOURCE_BYTES / limits::SOURCE_BYTES_MAX);
    }
}
