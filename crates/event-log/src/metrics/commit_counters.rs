//! Counters that count what was committed, and nothing that was rolled back.

use std::any::{Any, TypeId};
use std::fmt;

use prometheus_client::metrics::counter::Counter;

type Choose = dyn Fn(&dyn Any) -> Option<Counter> + Send + Sync;

/// Which counter a fact counts in, by the type of the fact.
///
/// Every event that a transaction [appends](crate::Transaction::append) is a fact, and so is whatever it is
/// [asked to count](crate::Transaction::count). The counters are incremented after the commit: a transaction that is rolled back counts
/// nothing, and one whose caller has gone counts all the same.
#[derive(Default)]
pub struct CommitCounters {
    /// A few, so that looking through them takes less than hashing.
    rules: Vec<(TypeId, Box<Choose>)>,
}

impl CommitCounters {
    /// Counts nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, which also counts the facts of a type, in the counter that is chosen for each; `None` counts it nowhere.
    #[must_use]
    pub fn on<T: Any>(mut self, choose: impl Fn(&T) -> Option<Counter> + Send + Sync + 'static) -> Self {
        let choose = move |fact: &dyn Any| fact.downcast_ref::<T>().and_then(&choose);
        self.rules.push((TypeId::of::<T>(), Box::new(choose)));
        self
    }

    /// The counters of a fact.
    pub(crate) fn of(&self, fact: &dyn Any) -> impl Iterator<Item = Counter> {
        let id = fact.type_id();
        let rules = self.rules.iter().filter(move |(known, _)| *known == id);
        rules.filter_map(move |(_, choose)| choose(fact))
    }
}

impl fmt::Debug for CommitCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommitCounters")
            .field("rules", &self.rules.len())
            .finish()
    }
}
