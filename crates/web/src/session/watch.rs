//! Sessions of what outlasts a request.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Session, Sessions};

/// The longest sleep before checking the expiry of a token again: a clock jump is detected within it.
const MAX_SLEEP: Duration = Duration::from_secs(5);

/// The session of something long-lived, such as a stream: it was verified when that began, and is verified
/// again whenever it matters. From [`Sessions::watch`].
#[derive(Debug)]
pub struct SessionWatch {
    sessions: Sessions,
    session: Session,
    ended: CancellationToken,
}

impl SessionWatch {
    pub(super) fn new(sessions: Sessions, session: Session, ended: CancellationToken) -> Self {
        Self {
            sessions,
            session,
            ended,
        }
    }

    /// The session, as it was when it was verified.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whether the session is no longer valid: it has ended, or its token has expired.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.sessions.is_alive(&self.session)
    }

    /// Waits until the session is over.
    pub async fn ended(&self) {
        while !self.is_over() {
            let sleep = self.sessions.time_left(&self.session).min(MAX_SLEEP);
            tokio::select! {
                () = self.ended.cancelled() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }
}

impl Drop for SessionWatch {
    fn drop(&mut self) {
        self.sessions.unwatch(self.session.session_id);
    }
}
