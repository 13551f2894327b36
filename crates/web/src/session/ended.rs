//! Sessions that have ended.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError, RwLock};

use contracts::SessionId;
use tokio_util::sync::CancellationToken;

/// Ended sessions are remembered forever.
///
/// One could be removed once its last token has expired, if that were certain. But only a clock can tell, and a clock
/// that is ahead for a moment would revive the session. A session takes some thirty bytes here.
#[derive(Debug, Default)]
pub(super) struct EndedSessions {
    ids: RwLock<HashSet<SessionId>>,
    /// Sessions whose end is being watched.
    watched: Mutex<HashMap<SessionId, Watched>>,
}

#[derive(Debug, Default)]
struct Watched {
    ended: CancellationToken,
    watchers: usize,
}

impl EndedSessions {
    /// Records that a session has ended, and notifies its watchers.
    pub(super) fn insert(&self, id: SessionId) {
        self.ids
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        // After the insertion: a watch that begins in between finds it there.
        if let Some(watched) = self.watched().get(&id) {
            watched.ended.cancel();
        }
    }

    pub(super) fn contains(&self, id: SessionId) -> bool {
        self.ids
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&id)
    }

    /// A token that is cancelled when the session ends. To be paired with [`Self::unwatch`].
    pub(super) fn watch(&self, id: SessionId) -> CancellationToken {
        let mut all = self.watched();
        let watched = all.entry(id).or_default();
        watched.watchers += 1;
        watched.ended.clone()
    }

    pub(super) fn unwatch(&self, id: SessionId) {
        let mut all = self.watched();
        let Some(watched) = all.get_mut(&id) else { return };
        watched.watchers = watched.watchers.saturating_sub(1);
        if watched.watchers == 0 {
            all.remove(&id);
        }
    }

    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> SessionId {
        SessionId::parse(&format!("01890a5d-ac96-774b-bcce-b302099a80{number:02x}")).unwrap()
    }

    #[test]
    fn ending_a_session_notifies_its_watchers() {
        let ended = EndedSessions::default();
        let (first, second, other) = (ended.watch(id(1)), ended.watch(id(1)), ended.watch(id(2)));
        ended.unwatch(id(1));
        ended.insert(id(1));
        assert!(first.is_cancelled() && second.is_cancelled() && !other.is_cancelled());
        assert!(ended.contains(id(1)) && !ended.contains(id(2)));
    }

    #[test]
    fn watchers_are_removed_when_dropped() {
        let ended = EndedSessions::default();
        let _watching = (ended.watch(id(1)), ended.watch(id(1)));
        ended.unwatch(id(1));
        assert_eq!(ended.watched().len(), 1);
        ended.unwatch(id(1));
        ended.unwatch(id(1));
        assert!(ended.watched().is_empty());
    }
}
