//! The worker that ends sessions which are too old although the clock says otherwise.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Auth;

/// Sessions ended in one write.
const BATCH: u32 = 100;

/// How much longer than allowed such a session can last.
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// Ends sessions that began longer ago than a session may live, by time that has certainly passed, and whose tokens could
/// still be accepted by the clock; until `stop` is cancelled.
///
/// There are such sessions only where the clock was wrong: a session that began while it was a year ahead has a token whose
/// time begins in a year.
pub async fn run_session_expiry_worker(auth: Auth, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match auth.end_overdue_sessions(BATCH).await {
            Ok(0) => PAUSE,
            Ok(sessions) => {
                tracing::warn!(sessions, "ended sessions that began while the clock was wrong");
                Duration::ZERO
            }
            Err(error) => {
                tracing::error!(%error, "sessions that have lived too long could not be ended; trying again");
                PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
