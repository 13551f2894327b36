//! What other processes have committed, for those who keep something in memory.

use std::collections::VecDeque;
use std::fmt;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::Event;
use crate::panic_message::panic_message;

type Listener = dyn Fn(&[Event]) + Send + Sync;

/// Who wants to know what other processes have committed, and what this one has.
#[derive(Default)]
pub(super) struct Others {
    listeners: RwLock<Vec<Arc<Listener>>>,
    /// The sequences of this process' own commits that were not met yet in the log.
    own: Mutex<VecDeque<RangeInclusive<i64>>>,
}

impl Others {
    pub(super) fn add(&self, listener: impl Fn(&[Event]) + Send + Sync + 'static) {
        let mut listeners = self.listeners.write().unwrap_or_else(PoisonError::into_inner);
        listeners.push(Arc::new(listener));
    }

    /// This process is about to commit events with these sequences. Called before the commit, so that they are known to be its own when
    /// they are met in the log.
    pub(super) fn committing(&self, sequences: RangeInclusive<i64>) {
        self.own().push_back(sequences);
    }

    /// That commit has failed. Events with these sequences are another process' or, if the commit was in doubt and took place, as unknown
    /// to this one as if they were.
    pub(super) fn not_committed(&self, sequences: &RangeInclusive<i64>) {
        self.own().retain(|own| own != sequences);
    }

    /// Events of the log, in its order. The listeners are notified of those that are not this process' own.
    pub(super) fn met(&self, events: Vec<Event>) {
        let mut foreign = events;
        {
            let mut own = self.own();
            foreign.retain(|event| {
                while own.front().is_some_and(|first| *first.end() < event.sequence) {
                    own.pop_front();
                }
                !own.front().is_some_and(|first| first.contains(&event.sequence))
            });
        }
        if foreign.is_empty() {
            return;
        }
        let listeners = self.listeners.read();
        for listener in &listeners.unwrap_or_else(PoisonError::into_inner).clone() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| listener(&foreign))) {
                let reason = panic_message(&*panic);
                tracing::error!(reason, "a listener of other processes' commits panicked");
            }
        }
    }

    fn own(&self) -> MutexGuard<'_, VecDeque<RangeInclusive<i64>>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Others").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(sequences: RangeInclusive<i64>) -> Vec<Event> {
        let event = |sequence: i64| Event {
            sequence,
            id: sequence.to_string(),
            subject: "lamp:lit".to_owned(),
            aggregate_id: "lamp".to_owned(),
            aggregate_version: sequence,
            occurred_at_ms: 0,
            payload: "{}".to_owned(),
        };
        sequences.map(event).collect()
    }

    #[test]
    fn listeners_are_notified_of_what_others_have_committed() {
        let others = Others::default();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listening = Arc::clone(&seen);
        others.add(move |events| {
            let sequences = events.iter().map(|event| event.sequence);
            listening.lock().unwrap().extend(sequences);
        });
        others.add(|_| panic!("as a listener must not"));
        others.committing(2..=3);
        others.committing(5..=5);
        others.committing(7..=8);
        others.not_committed(&(7..=8));
        others.met(events(1..=4));
        assert_eq!(*seen.lock().unwrap(), [1, 4]);
        others.met(events(5..=8));
        assert_eq!(*seen.lock().unwrap(), [1, 4, 6, 7, 8]);
        others.met(events(9..=9));
        assert!(others.own().is_empty());
    }
}
