//! Sessions, from their beginning to their end.

use contracts::events::SessionEnded;
use contracts::{SessionId, UserId};

use super::{Queries, SessionStore};
use crate::error::AuthError;

/// When a session begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionStart {
    /// By the clock, in milliseconds UTC.
    pub(crate) at_ms: i64,
    /// By the age of the database, in milliseconds.
    pub(crate) at_running_ms: i64,
}

fn session_id(text: &str) -> Result<SessionId, AuthError> {
    SessionId::parse(text).map_err(|_| AuthError::Corrupt {
        what: format!("the session {text}"),
    })
}

/// A session that is to be ended.
struct OverdueRow {
    id: String,
    user_id: String,
}

impl SessionStore<'_> {
    /// Inserts an open session.
    pub(crate) async fn insert(
        &mut self,
        id: SessionId,
        user: UserId,
        start: SessionStart,
    ) -> Result<(), AuthError> {
        let (id, user) = (id.to_string(), user.to_string());
        event_log::query!(
            "INSERT INTO sessions (id, user_id, created_at, began_at_age) VALUES ($1, $2, $3, $4)",
            id,
            user,
            start.at_ms,
            start.at_running_ms,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends a session; `false` if it has ended already or does not exist.
    pub(crate) async fn end(&mut self, id: SessionId, ended_at_ms: i64) -> Result<bool, AuthError> {
        let id = id.to_string();
        // The clock of the machine can have been set back since the session began.
        let ended = event_log::query!(
            "UPDATE sessions SET ended_at = CASE WHEN created_at > $1 THEN created_at ELSE $1 END WHERE id = $2 AND ended_at IS NULL",
            ended_at_ms,
            id,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(ended == 1)
    }

    /// At most `limit` open sessions that began at `began_by_running_time_ms` or before, although by the clock they began after
    /// `began_after_ms`.
    pub(crate) async fn overdue(
        &mut self,
        began_after_ms: i64,
        began_by_running_time_ms: i64,
        limit: u32,
    ) -> Result<Vec<SessionEnded>, AuthError> {
        let rows = event_log::query_as!(
            OverdueRow,
            "SELECT id, user_id FROM sessions
         WHERE ended_at IS NULL AND created_at > $1 AND began_at_age <= $2
         LIMIT $3",
            began_after_ms,
            began_by_running_time_ms,
            i64::from(limit),
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SessionEnded {
                    id: session_id(&row.id)?,
                    user_id: UserId::parse(&row.user_id).map_err(|_| AuthError::Corrupt {
                        what: format!("the user {}", row.user_id),
                    })?,
                })
            })
            .collect()
    }
}

impl Queries<'_> {
    /// At most `limit` sessions that were ever ended, in the order of their ids, after `after` if that is given.
    pub(crate) async fn ended_sessions(
        &self,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<SessionId>, AuthError> {
        // No id is the empty text.
        let after = after.map_or_else(String::new, |id| id.to_string());
        let ids = event_log::query_scalar!(
            "SELECT id FROM sessions WHERE ended_at IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
            after,
            i64::from(limit),
        )
        .fetch_all(self.0)
        .await?;
        ids.iter().map(|id| session_id(id)).collect()
    }
}
