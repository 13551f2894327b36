//! Sessions that have ended, and those that must end.

use contracts::events::SessionEnded;

use super::Auth;
use super::session::end_session;
use crate::error::AuthError;
use crate::store;
use crate::store::Tables;

/// Ended sessions that are read per query at start-up.
const RESTORE_BATCH: u32 = 10_000;

impl Auth {
    /// Tests signing and marks every session that was ever ended in [`Sessions`](web::Sessions). To be called at start-up.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn restore_ended_sessions(&self) -> Result<(), AuthError> {
        self.sessions.self_test()?;
        // First, so that none is missed that another process ends in the meantime.
        let sessions = self.sessions.clone();
        self.db.listen_to_others(move |events| {
            for event in events
                .iter()
                .filter(|event| event.subject == SessionEnded::SUBJECT)
            {
                match serde_json::from_str::<SessionEnded>(&event.payload) {
                    Ok(ended) => sessions.end(ended.id),
                    Err(error) => {
                        tracing::error!(event.id, %error, "a session that has ended cannot be read");
                    }
                }
            }
        });
        let mut last = None;
        loop {
            let ended = store::Queries::on(self.db.background_reader())
                .ended_sessions(last, RESTORE_BATCH)
                .await?;
            let Some(newest) = ended.last() else { return Ok(()) };
            last = Some(*newest);
            for id in ended {
                self.sessions.end(id);
            }
        }
    }

    /// Ends sessions, at most `limit`, that are older than a session may get, by time that has certainly passed, but
    /// whose tokens the clock would still accept: they began while it was wrong. Returns how many there were.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn end_overdue_sessions(&self, limit: u32) -> Result<usize, AuthError> {
        let max = i64::try_from(self.sessions.max_life().as_millis()).unwrap_or(i64::MAX);
        let ended = self.db.write(move |tx| {
            Box::pin(async move {
                let (since_ms, by_running_time) = (
                    tx.now_ms().saturating_sub(max),
                    tx.running_time_ms().saturating_sub(max),
                );
                let overdue = tx.sessions().overdue(since_ms, by_running_time, limit).await?;
                for session in &overdue {
                    end_session(tx, session.clone()).await?;
                }
                Ok::<_, AuthError>(overdue)
            })
        });
        let ended = ended.await?;
        for session in &ended {
            self.sessions.end(session.id);
        }
        Ok(ended.len())
    }
}
