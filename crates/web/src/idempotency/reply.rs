//! Replies as they are recorded.

use axum::http::StatusCode;
use contracts::views::ErrorEnvelope;
use contracts::{FieldError, Refusal, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::status_of;

/// A reply to an idempotent request: a status, JSON, and its change of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: String,
    pub(super) session_change: Option<SessionChange>,
}

/// How a reply changes the caller's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum SessionChange {
    Begins {
        session_id: SessionId,
        /// Milliseconds UTC.
        started_at_ms: i64,
    },
    Ends,
}

impl Reply {
    /// A reply with this value as its body.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self {
            status,
            body: serde_json::to_string(value)?,
            session_change: None,
        })
    }

    /// A refusal in the envelope, with the status that goes with it.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn refusal(refusal: &Refusal) -> Result<Self, serde_json::Error> {
        let errors = refusal.codes().iter().copied().map(FieldError::from).collect();
        Self::json(
            status_of(refusal.first()),
            &ErrorEnvelope { errors, ticket: None },
        )
    }

    /// The reply begins a session; its body is the [`UserView`](contracts::views::UserView) of the account.
    ///
    /// The token itself is not recorded. A replay carries a fresh token of the same session, unless the session was ended or
    /// the first token would have expired in the meantime: then it has no cookie, and the user has to sign in again, with
    /// another key.
    #[must_use]
    pub fn beginning_session(self, session_id: SessionId, started_at: Timestamp) -> Self {
        let change = SessionChange::Begins {
            session_id,
            started_at_ms: started_at.as_millis(),
        };
        Self {
            session_change: Some(change),
            ..self
        }
    }

    /// The reply removes the session cookie.
    #[must_use]
    pub fn ending_session(self) -> Self {
        Self {
            session_change: Some(SessionChange::Ends),
            ..self
        }
    }
}
