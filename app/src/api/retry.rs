//! Waits briefly for another service to consume an event.

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

/// Polls up to `attempts` times until a condition holds. Returns whether it does.
pub(super) async fn poll<F>(attempts: u32, condition: impl Fn() -> F) -> bool
where
    F: Future<Output = bool>,
{
    let check = async || condition().await.then_some(()).ok_or(());
    retry_while(attempts, |()| true, check).await.is_ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn polling_ends_when_the_condition_holds_or_after_the_last_attempt() {
        let count = Cell::new(0);
        let holds_at = |number: u32| {
            let count = &count;
            move || {
                count.set(count.get() + 1);
                let holds = count.get() >= number;
                async move { holds }
            }
        };
        assert!(poll(3, holds_at(2)).await);
        assert_eq!(count.take(), 2);
        assert!(!poll(3, holds_at(4)).await);
        assert_eq!(count.take(), 3);
    }
}
