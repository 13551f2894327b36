//! Signing out.

use contracts::events::SessionEnded;
use tracing::Instrument;
use web::{ReplyRecorder, Session};

use super::Auth;
use super::session::end_session;
use crate::error::AuthError;

impl Auth {
    /// Ends a session: from now on every token of it is refused, including copies. Ending it again changes nothing.
    ///
    /// # Errors
    /// Internal ones only.
    #[tracing::instrument(level = "debug", skip_all, fields(user.id = %session.user.id, session.id = %session.session_id))]
    pub async fn sign_out(&self, session: &Session, recorder: ReplyRecorder<()>) -> Result<(), AuthError> {
        let (auth, id, user_id) = (self.clone(), session.session_id, session.user.id);
        // A separate task: a client that disconnects must not leave a session ended in the table and alive in memory.
        let ending = async move {
            auth.db
                .write(move |tx| {
                    Box::pin(async move {
                        end_session(tx, SessionEnded { id, user_id }).await?;
                        recorder.record(tx, &()).await?;
                        Ok::<_, AuthError>(())
                    })
                })
                .await?;
            auth.sessions.end(id);
            tracing::info!(user.id = %user_id, session.id = %id, "signed out");
            Ok(())
        };
        tokio::spawn(ending.in_current_span()).await?
    }
}
