//! The worker that ends sessions which have outlived their maximum age because of a wrong clock.

use std::time::Duration;

use service::Worker;

use crate::error::AuthError;
use crate::operations::Auth;

/// Sessions ended in one write.
const BATCH: u32 = 100;

/// How much longer than allowed such a session can last.
const INTERVAL: Duration = Duration::from_mins(5);

/// The worker that ends sessions which began longer ago than a session may live, by time that has certainly passed, and whose
/// tokens could still be accepted by the clock.
///
/// There are such sessions only where the clock was wrong: a session that began while it was a year ahead has a token whose
/// time begins in a year.
pub(crate) fn session_expiry_worker(auth: &Auth) -> Worker {
    let auth = auth.clone();
    Worker::repeating("overdue-sessions", move || end_overdue_sessions(auth.clone()))
}

async fn end_overdue_sessions(auth: Auth) -> Result<Duration, AuthError> {
    let sessions = auth.end_overdue_sessions(BATCH).await?;
    if sessions == 0 {
        return Ok(INTERVAL);
    }
    tracing::warn!(
        sessions,
        "ended sessions that outlived their maximum age because of a wrong clock"
    );
    Ok(Duration::ZERO)
}
