//! Follows the event table of payments and publishes to the feed.

use contracts::OrderId;
use contracts::events::{PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded};
use event_log::Event;
use payments::{Payments, PaymentsError};
use tokio_util::sync::CancellationToken;

use super::follow::{SharedTail, next};
use super::{Change, ChangeSource, EventLog, Feed};

/// Runs until cancelled. The start or success of a payment is published by its order.
pub(super) async fn follow_payments(feed: Feed, shared_tail: SharedTail, stop: CancellationToken) {
    let mut tail = shared_tail.lock().await;
    while let Some(batch) = next(&mut tail, &stop).await {
        for event in &batch {
            match payment_change(&feed.payments, event).await {
                Ok(Some(change)) => {
                    feed.publish(change, ChangeSource::Event(EventLog::Payments, event.sequence));
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "the live feed could not read a payment"),
            }
        }
    }
}

/// The order whose page shows an event.
fn order_of(event: &Event) -> Option<OrderId> {
    match event.subject.as_str() {
        PaymentFailed::SUBJECT => event.decode().ok().map(|failed: PaymentFailed| failed.order_id),
        PaymentRefunded::SUBJECT => event
            .decode()
            .ok()
            .map(|refunded: PaymentRefunded| refunded.order_id),
        PaymentDisputed::SUBJECT => event.decode().ok().map(|opened: PaymentDisputed| opened.order_id),
        PaymentDisputeClosed::SUBJECT => event
            .decode()
            .ok()
            .map(|closed: PaymentDisputeClosed| closed.order_id),
        _ => None,
    }
}

/// The change of a payments event. The events do not name the buyer; the payments do.
pub(super) async fn payment_change(
    payments: &Payments,
    event: &Event,
) -> Result<Option<Change>, PaymentsError> {
    let Some(order) = order_of(event) else {
        return Ok(None);
    };
    let buyer = payments.buyer_of(order).await?;
    Ok(buyer.map(|buyer| Change::Payment { order, buyer }))
}
