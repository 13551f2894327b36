//! Which version of the tickets on sale something shows.

use contracts::Timestamp;
use tickets::{Tickets, TicketsError};

/// A version of the tickets on sale. It is current until something changes, which is an event, or a hold ends, which is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListVersion {
    /// The newest event of tickets that is in it. Later ones may be, too.
    sequence: i64,
    /// When it was taken.
    at: Timestamp,
    /// When the next hold ends.
    until: Option<Timestamp>,
}

impl ListVersion {
    /// The current version. It has to be taken before what it is the version of is read, which is then as new or newer.
    ///
    /// # Errors
    /// If the end of the next hold cannot be read.
    pub async fn take(tickets: &Tickets) -> Result<Self, TicketsError> {
        let (sequence, at) = (tickets.events().head(), tickets.now());
        let until = tickets.next_hold_end(at).await?;
        Ok(Self { sequence, at, until })
    }

    /// Whether something of this version is what a reader would find who begins now, after seeing the events up to `sequence`. A
    /// clock that was set back makes it outdated: holds that had ended run again.
    #[must_use]
    pub fn is_current(&self, sequence: i64, now: Timestamp) -> bool {
        self.sequence >= sequence && self.at <= now && self.until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_current_until_an_event_or_the_end_of_a_hold() {
        let at = Timestamp::from_millis;
        let version = ListVersion {
            sequence: 7,
            at: at(1_000),
            until: Some(at(2_000)),
        };
        assert!(version.is_current(7, at(1_000)) && version.is_current(6, at(1_999)));
        assert!(!version.is_current(8, at(1_000)), "an event");
        assert!(!version.is_current(7, at(2_000)), "a hold has ended");
        assert!(!version.is_current(7, at(999)), "the clock was set back");
        let without_holds = ListVersion {
            until: None,
            ..version
        };
        assert!(without_holds.is_current(7, at(i64::MAX)));
    }
}
