//! What the orders service does with the events of the payments service.

use std::time::Duration;

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use contracts::{DisputeStatus, OrderId, OrderStatus, PaymentId, Timestamp};
use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

use crate::service::{pay, refund};
use crate::store::OrderDispute;
use crate::store::Tables;
use crate::{Order, OrdersConfig, OrdersError, store};

/// Advances an order with its payment. For the source "payments".
///
/// A duplicate event, or one older than the last of its payment, changes nothing.
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
    let Some((order, now)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    match order.status {
        OrderStatus::Created => {
            pay::await_payment(tx, order, now, extension).await?;
        }
        OrderStatus::AwaitingPayment => {}
        // The payments service learns of its end by event; if the payment succeeds all the same, it is a late payment.
        OrderStatus::Complete | OrderStatus::Cancelled => return Ok(()),
    }
    tx.orders().set_open_payment(event.order_id, Some(event.id)).await
}

async fn created(tx: &mut Transaction, event: &PaymentCreated) -> Result<(), OrdersError> {
    let Some((order, now)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    // The clock of payments may differ: no payment succeeds after its event arrives.
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
    let Some((order, _)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    if order.open_payment != Some(event.id) {
        return Ok(());
    }
    tx.orders().set_open_payment(event.order_id, None).await
}

/// The payment of a complete order was refunded without a request here: by the provider.
async fn refunded(tx: &mut Transaction, event: &PaymentRefunded) -> Result<(), OrdersError> {
    let Some((order, now)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    if order.open_payment == Some(event.id) {
        tx.orders().set_open_payment(event.order_id, None).await?;
    }
    let is_its_payment = order
        .purchase
        .is_some_and(|purchase| purchase.payment == event.id);
    if is_its_payment && order.status == OrderStatus::Complete {
        refund::record_refund(tx, order, now).await?;
    }
    Ok(())
}

/// The bank decides about the money. Until then the order stays as it is, and cannot be refunded.
async fn disputed(tx: &mut Transaction, event: &PaymentDisputed) -> Result<(), OrdersError> {
    let Some((order, _)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: order.id,
        payment: event.id,
        status: DisputeStatus::Open,
        bars_refund: event.bars_refund,
    };
    tx.disputes().save(&dispute).await
}

/// If the buyer got the money, `payment:refunded` is published as well.
async fn dispute_closed(tx: &mut Transaction, event: &PaymentDisputeClosed) -> Result<(), OrdersError> {
    let Some((order, _)) = load_if_new(tx, event.id, event.version, event.order_id).await? else {
        return Ok(());
    };
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: order.id,
        payment: event.id,
        status: event.outcome,
        bars_refund: event.outcome == DisputeStatus::Lost,
    };
    tx.disputes().save(&dispute).await
}

/// The order of an event and the current instant; `None` if the event is a duplicate or outdated.
async fn load_if_new(
    tx: &mut Transaction,
    payment: PaymentId,
    version: i64,
    order: OrderId,
) -> Result<Option<(Order, Timestamp)>, OrdersError> {
    if !store::record_seen_version(tx.connection(), payment, version).await? {
        return Ok(None);
    }
    let order = tx.orders().find(order).await?.ok_or(OrdersError::NotFound)?;
    Ok(Some((order, Timestamp::from_millis(tx.now_ms()))))
}
