//! What was made of the catalog a moment ago.

use std::collections::HashMap;
use std::hash::Hash;

/// Values that were made of one generation of the catalog, of a bounded total weight. Those of another generation are forgotten, and all
/// of them when a new one does not fit.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    generation: u64,
    values: HashMap<K, V>,
    weight: usize,
    most: usize,
}

impl<K: Hash + Eq, V: Clone> Recent<K, V> {
    /// Nothing, with room for that weight.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            generation: 0,
            values: HashMap::new(),
            weight: 0,
            most,
        }
    }

    /// The value of a key, if it was made of that generation.
    pub(crate) fn get(&self, generation: u64, key: &K) -> Option<V> {
        let value = self.values.get(key).filter(|_| self.generation == generation);
        value.cloned()
    }

    /// Remembers a value, if it is not heavier than all of them may be.
    pub(crate) fn insert(&mut self, generation: u64, key: K, value: V, weight: usize) {
        if weight > self.most || generation < self.generation {
            return;
        }
        if generation != self.generation || self.weight + weight > self.most {
            self.values.clear();
            (self.generation, self.weight) = (generation, 0);
        }
        if self.values.insert(key, value).is_none() {
            self.weight += weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_generation_are_remembered_as_long_as_they_fit() {
        let mut recent = Recent::new(10);
        recent.insert(1, "a", 'a', 6);
        recent.insert(1, "b", 'b', 4);
        assert_eq!((recent.get(1, &"a"), recent.get(1, &"b")), (Some('a'), Some('b')));
        assert_eq!(recent.get(2, &"a"), None);
        // It does not fit beside the others.
        recent.insert(1, "c", 'c', 1);
        assert_eq!((recent.get(1, &"a"), recent.get(1, &"c")), (None, Some('c')));
        recent.insert(1, "d", 'd', 11);
        assert_eq!((recent.get(1, &"d"), recent.get(1, &"c")), (None, Some('c')));
        recent.insert(2, "e", 'e', 1);
        // A slow request made this of an earlier generation.
        recent.insert(1, "c", 'c', 1);
        assert_eq!((recent.get(1, &"c"), recent.get(2, &"e")), (None, Some('e')));
    }
}
