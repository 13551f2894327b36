//! Waiting for what another service is just hearing of.

use std::time::Duration;

/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// What was made a moment ago may not have reached the service that a button asks. A person who presses it is not told that
/// it does not exist: the button asks so many times, while the error is one that passes.
pub(super) async fn retry_while<T, E, F>(
    attempts: u32,
    is_transient: impl Fn(&E) -> bool,
    operation: impl Fn() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    for _ in 1..attempts {
        match operation().await {
            Err(error) if is_transient(&error) => tokio::time::sleep(PAUSE).await,
            result => return result,
        }
    }
    operation().await
}
