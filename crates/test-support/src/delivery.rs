//! Relays that are run by hand.

use event_log::{Database, Handler, Relay, RelayOptions, RelayStatus};

/// Delivers the events of one database to a handler of another, when the test calls it.
///
/// A test that uses it ends it with [`Delivery::assert_settled`] or [`Delivery::leave`]: an event that was forgotten, or that
/// the handler could not apply, must not go undetected.
pub struct Delivery {
    source: Database,
    consumer: Database,
    relay: Relay,
    is_ended: bool,
}

impl Delivery {
    /// A relay that waits to be swept.
    #[must_use]
    pub fn new(source: &Database, consumer: &Database, handler: impl Handler) -> Self {
        let relay = Relay::new(source.clone(), consumer.clone(), handler, RelayOptions::default());
        Self {
            source: source.clone(),
            consumer: consumer.clone(),
            relay,
            is_ended: false,
        }
    }

    /// Delivers all that is pending.
    pub async fn deliver_pending(&self) {
        self.relay.deliver_pending().await.unwrap();
    }

    /// Delivers everything pending, and returns the consumer's status.
    pub async fn status(&self) -> RelayStatus {
        self.deliver_pending().await;
        event_log::status(&self.source, &self.consumer).await.unwrap()
    }

    /// Ends the delivery: everything is delivered, and nothing waits in the retry queue.
    pub async fn assert_settled(mut self) {
        self.is_ended = true;
        let status = self.status().await;
        assert_eq!(
            (status.lag, status.retrying, status.dead_lettered),
            (0, 0, 0),
            "{status:?}"
        );
    }

    /// Ends the delivery of a test that intentionally leaves events.
    pub fn leave(mut self) {
        self.is_ended = true;
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        assert!(
            self.is_ended || std::thread::panicking(),
            "a delivery ended without `assert_settled` or `leave`: events may have been forgotten"
        );
    }
}
