//! What the orders service does with the events of the payments service.

use std::time::Duration;

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use contracts::{DisputeStatus, OrderId, OrderStatus, PaymentId, Timestamp};
use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

use crate::service::{pay, refund};
use crate::store::OrderDispute;
use crate::{Order, OrdersConfig, OrdersError, store};

const SOURCE: &str = "payments";

/// Moves an order on as its payment does. For the source "payments".
///
/// An event that comes twice, or after a newer one of its payment, changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct OnPaymentEvent {
    payment_extension: Duration,
}

impl OnPaymentEvent {
    /// The reactions of a service with that configuration.
    #[must_use]
    pub fn new(config: &OrdersConfig) -> Self {
        Self {
            payment_extension: config.payment_extension,
        }
    }
}

impl Handler for OnPaymentEvent {
    fn subjects(&self) -> &'static [&'static str] {
        &[
            PaymentStarted::SUBJECT,
            PaymentCreated::SUBJECT,
            PaymentFailed::SUBJECT,
            PaymentRefunded::SUBJECT,
            PaymentDisputed::SUBJECT,
            PaymentDisputeClosed::SUBJECT,
        ]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            match event.subject.as_str() {
                PaymentStarted::SUBJECT => started(tx, &event.decode()?, self.payment_extension).await?,
                PaymentCreated::SUBJECT => created(tx, &event.decode()?).await?,
                PaymentFailed::SUBJECT => failed(tx, &event.decode()?).await?,
                PaymentRefunded::SUBJECT => refunded(tx, &event.decode()?).await?,
                PaymentDisputed::SUBJECT => disputed(tx, &event.decode()?).await?,
                PaymentDisputeClosed::SUBJECT => dispute_closed(tx, &event.decode()?).await?,
                other => return Err(ApplyError::Rejected(format!("no reaction to {other}"))),
            }
            Ok(())
        })
    }
}

async fn started(
    tx: &mut Transaction,
    event: &PaymentStarted,
    extension: Duration,
) -> Result<(), OrdersError> {
    let Some((order, now)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    match order.status {
        OrderStatus::Created => {
            pay::await_payment(tx, order, now, extension).await?;
        }
        OrderStatus::AwaitingPayment => {}
        // The payments service hears of its end by itself; if the money comes all the same, it is late money.
        OrderStatus::Complete | OrderStatus::Cancelled => return Ok(()),
    }
    store::note_open_payment(tx.connection(), event.order_id, Some(event.id)).await
}

async fn created(tx: &mut Transaction, event: &PaymentCreated) -> Result<(), OrdersError> {
    let Some((order, now)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    // The clock of payments is another one, or was: nothing is paid after it was heard of.
    let paid_at = event.succeeded_at.map_or(now, |at| at.min(now));
    let is_right_amount = event.amount == order.ticket.price;
    if is_right_amount {
        let completed = pay::complete(tx, order.clone(), event.id, paid_at, now).await?;
        if completed.is_some() {
            return Ok(());
        }
    }
    pay::reject(tx, order, event.id, now).await
}

async fn failed(tx: &mut Transaction, event: &PaymentFailed) -> Result<(), OrdersError> {
    let Some((order, _)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    if order.open_payment != Some(event.id) {
        return Ok(());
    }
    store::note_open_payment(tx.connection(), event.order_id, None).await
}

/// The money of a complete order went back without its having been given back here: the provider's own refund.
async fn refunded(tx: &mut Transaction, event: &PaymentRefunded) -> Result<(), OrdersError> {
    let Some((order, now)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    if order.open_payment == Some(event.id) {
        store::note_open_payment(tx.connection(), event.order_id, None).await?;
    }
    let is_its_payment = order
        .purchase
        .is_some_and(|purchase| purchase.payment == event.id);
    if is_its_payment && order.status == OrderStatus::Complete {
        refund::give_back(tx, order, now).await?;
    }
    Ok(())
}

/// The bank decides about the money. Until then the order is as it was, and is not given back.
async fn disputed(tx: &mut Transaction, event: &PaymentDisputed) -> Result<(), OrdersError> {
    let Some((order, _)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: order.id,
        payment: event.id,
        status: DisputeStatus::Open,
        bars_refund: event.bars_refund,
    };
    store::save_dispute(tx.connection(), &dispute).await
}

/// Where the money is with the buyer, that is told by `payment:refunded` as well.
async fn dispute_closed(tx: &mut Transaction, event: &PaymentDisputeClosed) -> Result<(), OrdersError> {
    let Some((order, _)) = news(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: order.id,
        payment: event.id,
        status: event.outcome,
        bars_refund: event.outcome == DisputeStatus::Lost,
    };
    store::save_dispute(tx.connection(), &dispute).await
}

/// The order of an event and the present instant; `None` for an event that is no news.
async fn news(
    tx: &mut Transaction,
    payment: PaymentId,
    version: i64,
    order: OrderId,
) -> Result<Option<(Order, Timestamp)>, OrdersError> {
    let is_new = tx
        .record_seen_version(SOURCE, &payment.to_string(), version)
        .await?;
    if !is_new {
        return Ok(None);
    }
    let order = store::find(tx.connection(), order)
        .await?
        .ok_or(OrdersError::NotFound)?;
    Ok(Some((order, Timestamp::from_millis(tx.now_ms()))))
}
