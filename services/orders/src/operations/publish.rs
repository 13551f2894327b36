//! Publishing the events of an order, with its change.

use contracts::events::{
    HeldTicket, OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated, ReservedTicket, TicketRef,
};
use contracts::{CancelReason, PaymentId};

use super::working_set::WorkingSet;
use crate::domain::Order;
use crate::error::OrdersError;

/// It was reserved.
pub(super) fn created(set: &mut WorkingSet, order: &Order) -> Result<(), OrdersError> {
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
    set.publish(order, event)
}

/// Its buyer has started to pay, or has paid.
pub(super) fn updated(set: &mut WorkingSet, order: &Order) -> Result<(), OrdersError> {
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
    set.publish(order, event)
}

/// It is cancelled, for whichever reason.
pub(super) fn cancelled(set: &mut WorkingSet, order: &Order) -> Result<(), OrdersError> {
    let event = OrderCancelled {
        id: order.id,
        version: order.version,
        reason: order.cancel_reason.unwrap_or(CancelReason::User),
        user_id: Some(order.buyer),
        ticket: TicketRef { id: order.ticket.id },
    };
    set.publish(order, event)
}

/// A payment arrived that it can no longer accept.
pub(super) fn payment_rejected(
    set: &mut WorkingSet,
    order: &Order,
    payment_id: PaymentId,
) -> Result<(), OrdersError> {
    let event = OrderPaymentRejected {
        id: order.id,
        version: order.version,
        payment_id,
    };
    set.publish(order, event)
}
