//! The newest events of the log, in memory: those who follow it closely need no query.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Event;

/// How many events are kept: some hundred milliseconds of the busiest log, in about half a megabyte.
const LIMIT: usize = 1_024;

/// A gapless end of the log, as far as it is known to be one.
#[derive(Debug, Default)]
pub(super) struct RecentEvents(Mutex<VecDeque<Event>>);

impl RecentEvents {
    /// Adds the events of a transaction that has committed. They follow each other; transactions come in the order of their commits.
    pub(super) fn committed(&self, events: Vec<Event>) {
        let Some(first) = events.first() else { return };
        let mut recent = self.lock();
        let follows = recent
            .back()
            .is_some_and(|last| last.sequence + 1 == first.sequence);
        if !follows {
            // Between them another process has written, or a transaction whose commit was in doubt.
            recent.clear();
        }
        recent.extend(events);
        let surplus = recent.len().saturating_sub(LIMIT);
        recent.drain(..surplus);
    }

    /// At most `limit` events after a sequence, in order; `None` if the next one is not here, whether or not there is one.
    pub(super) fn after(&self, sequence: i64, limit: usize) -> Option<Vec<Event>> {
        let recent = self.lock();
        let skipped = usize::try_from(sequence + 1 - recent.front()?.sequence).ok()?;
        let events: Vec<_> = recent.iter().skip(skipped).take(limit).cloned().collect();
        (!events.is_empty()).then_some(events)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(sequences: std::ops::Range<i64>) -> Vec<Event> {
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
    fn events_after_a_sequence_are_found() {
        let recent = RecentEvents::default();
        assert_eq!(recent.after(0, 9), None);
        recent.committed(events(5..8));
        recent.committed(events(8..10));
        assert_eq!(recent.after(4, 9), Some(events(5..10)));
        assert_eq!(recent.after(6, 2), Some(events(7..9)));
        assert_eq!(recent.after(3, 9), None, "event 4 is not here");
        assert_eq!(recent.after(9, 9), None, "another process may have written");
    }

    #[test]
    fn gap_makes_what_is_before_it_unknown() {
        let recent = RecentEvents::default();
        recent.committed(events(1..4));
        recent.committed(events(5..6));
        assert_eq!(recent.after(1, 9), None);
        assert_eq!(recent.after(4, 9), Some(events(5..6)));
    }

    #[test]
    fn oldest_are_forgotten() {
        let recent = RecentEvents::default();
        recent.committed(events(1..1_020));
        recent.committed(events(1_020..1_030));
        assert_eq!(recent.after(4, 1), None);
        assert_eq!(recent.after(5, 1), Some(events(6..7)));
    }
}
