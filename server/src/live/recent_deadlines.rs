//! Recent deadlines, for pages that were rendered before one and subscribed after it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use contracts::Timestamp;

use super::Change;

/// How many changes are remembered.
const CAPACITY: usize = 2_048;

/// The changes of deadlines, the oldest first.
#[derive(Debug)]
pub(super) struct RecentDeadlines {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// After this instant, everything is remembered.
    covers_since: Timestamp,
    changes: VecDeque<(Timestamp, Change)>,
}

impl RecentDeadlines {
    /// Remembers from that instant on.
    pub(super) fn since(now: Timestamp) -> Self {
        let inner = Inner {
            covers_since: now,
            changes: VecDeque::new(),
        };
        Self {
            inner: Mutex::new(inner),
        }
    }

    /// Adds the change of a deadline.
    pub(super) fn insert(&self, deadline: Timestamp, change: Change) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.changes.push_back((deadline, change));
        if inner.changes.len() > CAPACITY
            && let Some((dropped, _)) = inner.changes.pop_front()
        {
            inner.covers_since = inner.covers_since.max(dropped);
        }
    }

    /// The changes after that instant; `None` if some of them are forgotten.
    pub(super) fn after(&self, at: Timestamp) -> Option<Vec<(Timestamp, Change)>> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = inner.changes.iter().filter(|(deadline, _)| *deadline > at);
        (at >= inner.covers_since).then(|| passed.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::TicketId;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn change() -> Change {
        Change::Listed {
            id: TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
        }
    }

    #[test]
    fn deadlines_after_an_instant_are_returned() {
        let recent = RecentDeadlines::since(at(100));
        recent.insert(at(150), change());
        recent.insert(at(200), change());
        assert_eq!(recent.after(at(150)), Some(vec![(at(200), change())]));
        assert_eq!(recent.after(at(200)), Some(vec![]));
        assert_eq!(
            recent.after(at(99)),
            None,
            "the time before it began is not known"
        );
    }

    #[test]
    fn forgotten_deadlines_are_reported_as_unknown() {
        let recent = RecentDeadlines::since(at(0));
        for millis in 1..=3_000 {
            recent.insert(at(millis), change());
        }
        assert_eq!(recent.after(at(500)), None);
        assert_eq!(recent.after(at(2_000)).map(|changes| changes.len()), Some(1_000));
    }
}
