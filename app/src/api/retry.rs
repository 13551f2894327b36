//! Retries while another service has not consumed an event yet.

use std::time::Duration;

/// The time between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// Something that was just created may not have reached the service that a form uses. Rather than report that it does not
/// exist, retries up to `attempts` times while the error is transient.
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
