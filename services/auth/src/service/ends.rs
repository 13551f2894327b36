//! Sessions that were ended, and those that are to be.

use super::{Auth, end_session};
use crate::{AuthError, store};

/// Ended sessions that are read at once at the start.
const RESTORED_AT_ONCE: u32 = 10_000;

impl Auth {
    /// To be called at start-up: tries signing out and tells [`Sessions`] of every session that was ever ended.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn restore_ended_sessions(&self) -> Result<(), AuthError> {
        self.sessions.self_test()?;
        let mut last = None;
        loop {
            let ended = store::ended_sessions(self.db.internal_reader(), last, RESTORED_AT_ONCE).await?;
            let Some(newest) = ended.last() else { return Ok(()) };
            last = Some(*newest);
            ended.into_iter().for_each(|id| self.sessions.end(id));
        }
    }

    /// Ends sessions, at most `limit`, that have lived longer than a session may, by time that has certainly passed, and
    /// whose tokens could still be accepted by the clock: they began while it was wrong. Gives how many there were.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn end_overdue_sessions(&self, limit: u32) -> Result<usize, AuthError> {
        let max = i64::try_from(self.sessions.max_life().as_millis()).unwrap_or(i64::MAX);
        let ended = self.db.write(move |tx| {
            Box::pin(async move {
                let (since_ms, by_age) = (tx.now_ms().saturating_sub(max), tx.age_ms().saturating_sub(max));
                let overdue = store::overdue_sessions(tx.connection(), since_ms, by_age, limit).await?;
                for session in &overdue {
                    end_session(tx, session.clone()).await?;
                }
                Ok::<_, AuthError>(overdue)
            })
        });
        let ended = ended.await?;
        ended.iter().for_each(|session| self.sessions.end(session.id));
        Ok(ended.len())
    }
}
