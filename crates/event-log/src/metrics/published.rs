//! How many events of each subject were committed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::metrics::counter::Counter;

/// Counts the events that this process has committed to a log, by their subjects, which are words of the program.
#[derive(Clone, Debug, Default)]
pub struct PublishedEvents(Arc<Mutex<Vec<(&'static str, Counter)>>>);

impl PublishedEvents {
    /// The counter of a subject.
    pub(crate) fn of(&self, subject: &'static str) -> Counter {
        let mut subjects = self.subjects();
        if let Some((_, counter)) = subjects.iter().find(|(known, _)| *known == subject) {
            return counter.clone();
        }
        let counter = Counter::default();
        subjects.push((subject, counter.clone()));
        counter
    }

    /// Every subject so far, and how many events of it were committed.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let subjects = self.subjects();
        subjects
            .iter()
            .map(|(subject, counter)| (*subject, counter.get()))
            .collect()
    }

    /// Held for as long as a few words are compared.
    fn subjects(&self) -> MutexGuard<'_, Vec<(&'static str, Counter)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
