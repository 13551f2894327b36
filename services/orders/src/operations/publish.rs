//! Publishing the events of an order, in the transaction of the change.

use contracts::events::{
    DomainEvent, HeldTicket, OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated,
    ReservedTicket, TicketRef,
};
use contracts::{CancelReason, PaymentId};
use event_log::{DatabaseError, Transaction};

use crate::domain::Order;

/// It was reserved.
pub(super) async fn created(tx: &mut Transaction, order: &Order) -> Result<(), DatabaseError> {
    let event = OrderCreated {
        id: order.id,
        version: order.version,
        status: order.status,
        user_id: order.buyer,
        expires_at: order.expires_at,
        ticket: ReservedTicket {
            id: order.ticket.id,
            price: order.ticket.price,
            version: order.ticket.version,
        },
    };
    append(tx, order, &event).await
}

/// Its buyer has started to pay, or has paid.
pub(super) async fn updated(tx: &mut Transaction, order: &Order) -> Result<(), DatabaseError> {
    let event = OrderUpdated {
        id: order.id,
        version: order.version,
        status: order.status,
        user_id: order.buyer,
        expires_at: order.expires_at,
        ticket: HeldTicket {
            id: order.ticket.id,
            version: Some(order.ticket.version),
        },
        payment_id: order.purchase.map(|purchase| purchase.payment),
    };
    append(tx, order, &event).await
}

/// It is cancelled, for whichever reason.
pub(super) async fn cancelled(tx: &mut Transaction, order: &Order) -> Result<(), DatabaseError> {
    let event = OrderCancelled {
        id: order.id,
        version: order.version,
        reason: order.cancel_reason.unwrap_or(CancelReason::User),
        user_id: Some(order.buyer),
        ticket: TicketRef { id: order.ticket.id },
    };
    append(tx, order, &event).await
}

/// A payment came that it cannot accept any more.
pub(super) async fn payment_rejected(
    tx: &mut Transaction,
    order: &Order,
    payment_id: PaymentId,
) -> Result<(), DatabaseError> {
    let event = OrderPaymentRejected {
        id: order.id,
        version: order.version,
        payment_id,
    };
    append(tx, order, &event).await
}

async fn append<E: DomainEvent + Sync>(
    tx: &mut Transaction,
    order: &Order,
    event: &E,
) -> Result<(), DatabaseError> {
    tx.append(E::SUBJECT, &order.id.to_string(), order.version, event)
        .await?;
    Ok(())
}
