//! The beginning and the end of a session, in a transaction.

use contracts::events::SessionEnded;
use contracts::views::UserView;
use contracts::{Email, SessionId, Timestamp, UserId};
use event_log::Transaction;

use crate::error::AuthError;
use crate::store;
use crate::store::Tables;

/// A session that has just been created.
pub(crate) struct NewSession {
    /// Its user.
    pub(crate) user: UserView,
    pub(crate) id: SessionId,
    pub(crate) started_at: Timestamp,
}

pub(super) async fn begin_session(
    tx: &mut Transaction,
    user: UserId,
    email: &Email,
) -> Result<NewSession, AuthError> {
    let id = SessionId::from_uuid(tx.next_id());
    let start = store::SessionStart {
        at_ms: tx.now_ms(),
        at_running_ms: tx.running_time_ms(),
    };
    tx.sessions().insert(id, user, start).await?;
    Ok(NewSession {
        user: UserView {
            id: user,
            email: email.to_string(),
        },
        id,
        started_at: Timestamp::from_millis(start.at_ms),
    })
}

/// Ends a session and publishes it, unless it has ended already.
pub(super) async fn end_session(tx: &mut Transaction, event: SessionEnded) -> Result<(), AuthError> {
    let now_ms = tx.now_ms();
    if tx.sessions().end(event.id, now_ms).await? {
        tx.append(SessionEnded::SUBJECT, &event.id.to_string(), 0, &event)
            .await?;
    }
    Ok(())
}
