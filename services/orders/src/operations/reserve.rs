//! Reserving a ticket.

use contracts::{OrderStatus, UserId};

use super::working_set::{Keys, WorkingSet};
use super::{OrdersConfig, cancel, holds, publish};
use crate::domain::{Order, OrderedTicket};
use crate::error::OrdersError;
use crate::reservation_request::ReservationRequest;
use crate::store::ReplicatedTicket;

/// The rows that the decision needs.
pub(super) fn keys(keys: &mut Keys, buyer: UserId, ticket: ReservationRequest, config: &OrdersConfig) {
    keys.ticket(ticket.id);
    holds::keys(keys, buyer, config);
}

/// Reserves a ticket for a buyer, or returns the reason why not. An expired hold on it is closed first.
pub(super) fn reserve(
    set: &mut WorkingSet,
    buyer: UserId,
    ticket: ReservationRequest,
    config: &OrdersConfig,
) -> Result<Order, OrdersError> {
    let now = set.now();
    let holding_order = set.live_order_of_ticket(ticket.id);
    if holding_order.is_some_and(|order| !order.is_expired(now)) {
        return Err(OrdersError::Reserved);
    }
    let (expired, offered) = (holding_order.cloned(), offered_to(set, buyer, ticket)?.clone());
    let expires_at = now.plus(config.hold);
    // Checked last, so that a ticket that does not exist or is reserved is reported first.
    holds::check(set, buyer, expires_at, config)?;
    if !config.minimum_price.allows(offered.price) {
        return Err(OrdersError::BelowMinimum);
    }
    if let Some(expired) = expired {
        cancel::cancel_or_expire(set, expired)?;
    }
    let seller = offered.seller;
    let order = Order {
        id: set.next_order_id(),
        buyer,
        status: OrderStatus::Created,
        cancel_reason: None,
        expires_at,
        version: 0,
        refund_window: offered.refund_window,
        ticket: OrderedTicket {
            id: offered.id,
            title: offered.title,
            price: offered.price,
            version: offered.version,
        },
        open_payment: None,
        purchase: None,
        cancelled_at: None,
        created_at: now,
        updated_at: now,
    };
    publish::created(set, &order)?;
    set.insert(order.clone(), seller);
    Ok(order)
}

/// A ticket that nobody holds, if this buyer can accept its offer: it is known here, it is not the buyer's own, and its offer is the one
/// that was shown.
fn offered_to(
    set: &WorkingSet,
    buyer: UserId,
    wanted: ReservationRequest,
) -> Result<&ReplicatedTicket, OrdersError> {
    let ticket = set.ticket(wanted.id).ok_or(OrdersError::TicketNotFound)?;
    if ticket.seller == buyer {
        return Err(OrdersError::OwnTicket);
    }
    let shown = ticket.offer_version..=ticket.version;
    if wanted.shown_version.is_none_or(|seen| shown.contains(&seen)) {
        Ok(ticket)
    } else {
        Err(OrdersError::OfferChanged(Box::new(ticket.view())))
    }
}
