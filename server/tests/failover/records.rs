//! What the servers acknowledged.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

/// What happened to a thing, by which it is counted.
pub(crate) const KINDS: [&str; 6] = ["account", "ticket", "order", "payment", "cancellation", "refund"];

/// A number for each of them.
pub(crate) type Counts = [usize; KINDS.len()];

/// What was acknowledged, and what was not.
#[derive(Default)]
pub(crate) struct Records {
    acknowledged: Mutex<BTreeMap<&'static str, Vec<String>>>,
    unknown: Mutex<BTreeMap<String, usize>>,
    /// Acknowledged now, and not before: not the kept answer to a request that was repeated.
    fresh: Mutex<usize>,
}

/// The records that people share.
pub(crate) type Shared = Arc<Records>;

impl Records {
    /// A thing of this kind was acknowledged: a text that stands for it, and for what is known of it.
    pub(crate) fn acknowledge(&self, kind: &'static str, what: String) {
        lock(&self.acknowledged).entry(kind).or_default().push(what);
    }

    /// A request was answered by nothing that tells whether it had its effect.
    pub(crate) fn unknown(&self, reason: &str) {
        *lock(&self.unknown).entry(reason.to_owned()).or_default() += 1;
    }

    /// A write was executed.
    pub(crate) fn wrote(&self) {
        *lock(&self.fresh) += 1;
    }

    /// How many writes were executed.
    pub(crate) fn writes(&self) -> usize {
        *lock(&self.fresh)
    }

    /// What was acknowledged of a kind, sorted.
    pub(crate) fn of(&self, kind: &str) -> Vec<String> {
        let mut things = lock(&self.acknowledged).get(kind).cloned().unwrap_or_default();
        things.sort();
        things
    }

    /// How many there are of each kind, in the order of [`KINDS`].
    pub(crate) fn counts(&self) -> Counts {
        KINDS.map(|kind| self.of(kind).len())
    }

    /// Whether there are so many more of each kind than there were, except of accounts.
    pub(crate) fn has_more_than(&self, before: Counts, more: usize) -> bool {
        let mut counts = self.counts().into_iter().zip(before).skip(1);
        counts.all(|(count, before)| count >= before + more)
    }
}

impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("acknowledged:")?;
        for (kind, count) in KINDS.into_iter().zip(self.counts()) {
            write!(f, " {count} {kind}s,")?;
        }
        write!(f, " requests repeated after {:?}", lock(&self.unknown))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
