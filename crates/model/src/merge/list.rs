//! Undoing a change of a list whose items have keys: what was added goes, what was taken out comes
//! back to its place, what was moved moves back; what came later stays where it is.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::Merge;

/// What a list's items are told apart by, the surest first.
const KEYS: [&str; 3] = ["id", "name", "field"];

impl Merge {
    pub(super) fn list(&mut self, before: &[Json], after: &[Json], current: &[Json]) -> Vec<Json> {
        let lists = [before, after, current];
        let key = KEYS.into_iter().find(|key| lists.iter().all(|list| is_key(list, key)));
        if let Some(key) = key {
            return Keyed::new(key, before, after, current).undo(self);
        }
        let objects = lists.iter().all(|list| list.iter().all(Json::is_object));
        if objects && before.len() == after.len() && after.len() == current.len() {
            let merge_one = |(index, item): (usize, &Json)| {
                self.under(&index.to_string(), |merge| {
                    merge.value(Some(&before[index]), Some(&after[index]), Some(item))
                })
            };
            return current.iter().enumerate().filter_map(merge_one).collect();
        }
        self.conflict();
        current.to_vec()
    }
}

/// Whether a key tells all items of a list apart.
fn is_key(list: &[Json], key: &str) -> bool {
    let mut seen = HashSet::new();
    list.iter().all(|item| item[key].as_str().is_some_and(|value| seen.insert(value)))
}

struct Keyed<'a> {
    key: &'static str,
    before: &'a [Json],
    after: &'a [Json],
    current: &'a [Json],
    /// Items that only got another key: the old and the new one.
    renamed: Vec<(&'a str, &'a str)>,
}

impl<'a> Keyed<'a> {
    fn new(
        key: &'static str,
        before: &'a [Json],
        after: &'a [Json],
        current: &'a [Json],
    ) -> Keyed<'a> {
        let mut keyed = Keyed { key, before, after, current, renamed: Vec::new() };
        let pairs = before.iter().zip(after);
        let renamed = pairs.filter(|(was, is)| {
            let (old, new) = (keyed.key_of(was), keyed.key_of(is));
            old != new
                && keyed.find(after, old).is_none()
                && keyed.find(before, new).is_none()
                && keyed.same_but_key(was, is)
        });
        let renamed = renamed.map(|(was, is)| (keyed.key_of(was), keyed.key_of(is))).collect();
        keyed.renamed = renamed;
        keyed
    }

    fn key_of(&self, item: &'a Json) -> &'a str {
        item[self.key].as_str().unwrap_or_default()
    }

    fn find(&self, list: &'a [Json], key: &str) -> Option<&'a Json> {
        list.iter().find(|item| self.key_of(item) == key)
    }

    fn same_but_key(&self, a: &Json, b: &Json) -> bool {
        let mut a = a.clone();
        a[self.key] = b[self.key].clone();
        a == *b
    }

    /// The key that an item had before, of one that it has after.
    fn old_key(&self, key: &'a str) -> &'a str {
        self.renamed.iter().find(|(_, new)| *new == key).map_or(key, |(old, _)| *old)
    }

    fn undo(&self, merge: &mut Merge) -> Vec<Json> {
        let later = self.current.iter().any(|item| {
            let key = self.key_of(item);
            self.find(self.before, key).is_none() && self.find(self.after, key).is_none()
        });
        for item in self.after {
            let key = self.key_of(item);
            let gone = self.find(self.current, key).is_none();
            let added = self.find(self.before, self.old_key(key)).is_none();
            // Something that the revision added and that is not there any more may have got
            // another name, unless names do not tell it apart.
            let lost = if added { later && self.key != "id" } else { self.touched(item) };
            if gone && lost && self.find(self.current, self.old_key(key)).is_none() {
                merge.under(key, Merge::conflict);
            }
        }
        let mut merged: Vec<(&str, Json)> = Vec::new();
        for item in self.ordered(merge) {
            let key = self.key_of(item);
            let old = self.old_key(key);
            let (before, after) = (self.find(self.before, old), self.find(self.after, key));
            if let Some(item) = merge.under(key, |merge| merge.value(before, after, Some(item))) {
                merged.push((old, item));
            }
        }
        self.bring_back(&mut merged);
        merged.into_iter().map(|(_, item)| item).collect()
    }

    /// Whether the revision changed an item that stayed.
    fn touched(&self, item: &'a Json) -> bool {
        let before = self.find(self.before, self.old_key(self.key_of(item)));
        before.is_some_and(|before| before != item)
    }

    /// The current items, with those that the revision moved where they were.
    fn ordered(&self, merge: &mut Merge) -> Vec<&'a Json> {
        let old = |list: &'a [Json]| list.iter().map(|item| self.old_key(self.key_of(item)));
        let after: Vec<&str> = old(self.after).collect();
        let current: Vec<&str> = old(self.current).collect();
        let common: Vec<&str> = self
            .before
            .iter()
            .map(|item| self.key_of(item))
            .filter(|key| after.contains(key) && current.contains(key))
            .collect();
        let in_order = |list: &[&'a str]| -> Vec<&'a str> {
            list.iter().filter(|key| common.contains(key)).copied().collect()
        };
        let (moved, now) = (in_order(&after), in_order(&current));
        if moved == common || now == common {
            return self.current.iter().collect();
        }
        if now != moved {
            merge.conflict();
            return self.current.iter().collect();
        }
        // The places of the common items are filled in the order from before.
        let mut next = common.iter();
        let place = |key: &&'a str| match common.contains(key) {
            true => next.next().copied().unwrap_or(key),
            false => key,
        };
        let places: Vec<&str> = current.iter().map(place).collect();
        let item =
            |key: &&str| self.current.iter().find(|item| self.old_key(self.key_of(item)) == *key);
        places.iter().filter_map(item).collect()
    }

    /// Puts what the revision took out behind what it stood behind.
    fn bring_back(&self, merged: &mut Vec<(&'a str, Json)>) {
        for (index, item) in self.before.iter().enumerate() {
            let key = self.key_of(item);
            let stayed = self.after.iter().any(|item| self.old_key(self.key_of(item)) == key);
            if stayed || merged.iter().any(|(other, _)| *other == key) {
                continue;
            }
            let ahead: Vec<&str> =
                self.before[..index].iter().map(|item| self.key_of(item)).collect();
            let place = merged.iter().rposition(|(other, _)| ahead.contains(other));
            merged.insert(place.map_or(0, |place| place + 1), (key, item.clone()));
        }
    }
}
