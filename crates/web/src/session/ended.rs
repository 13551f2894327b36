//! The sessions that were ended while a token of theirs could still be alive.

use std::collections::{HashSet, VecDeque};
use std::sync::{PoisonError, RwLock};

use contracts::{SessionId, Timestamp};

/// A set that forgets each session once its last token has run out by itself.
#[derive(Debug, Default)]
pub(super) struct EndedSessions(RwLock<Ended>);

#[derive(Debug, Default)]
struct Ended {
    ids: HashSet<SessionId>,
    /// The same ids with the instant from which they need not be remembered, the earliest at the front.
    forgetting: VecDeque<(Timestamp, SessionId)>,
}

impl EndedSessions {
    /// Remembers a session until an instant; forgets the ones whose instant has come.
    pub(super) fn insert(&self, id: SessionId, until: Timestamp, now: Timestamp) {
        let mut ended = self.0.write().unwrap_or_else(PoisonError::into_inner);
        ended.forget(now);
        if ended.ids.insert(id) {
            // Sessions end one after the other, so the place is nearly always the last.
            let place = ended.forgetting.partition_point(|(other, _)| *other <= until);
            ended.forgetting.insert(place, (until, id));
        }
    }

    pub(super) fn contains(&self, id: SessionId) -> bool {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .ids
            .contains(&id)
    }
}

impl Ended {
    fn forget(&mut self, now: Timestamp) {
        while let Some((until, id)) = self.forgetting.front().copied() {
            if until > now {
                return;
            }
            self.forgetting.pop_front();
            self.ids.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> SessionId {
        SessionId::parse(&format!("01890a5d-ac96-774b-bcce-b302099a80{number:02x}")).unwrap()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_session_is_remembered_until_its_instant() {
        let ended = EndedSessions::default();
        ended.insert(id(1), at(200), at(0));
        ended.insert(id(2), at(100), at(0));
        ended.insert(id(2), at(100), at(0));
        assert!(ended.contains(id(1)) && ended.contains(id(2)) && !ended.contains(id(3)));
        ended.insert(id(3), at(300), at(100));
        assert!(ended.contains(id(1)) && !ended.contains(id(2)) && ended.contains(id(3)));
        ended.insert(id(4), at(400), at(299));
        assert!(!ended.contains(id(1)) && ended.contains(id(3)));
        assert_eq!(
            ended.0.read().unwrap().forgetting.len(),
            2,
            "nothing is kept twice"
        );
    }
}
