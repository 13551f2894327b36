//! Reserving a ticket.

use contracts::{OrderStatus, UserId};

use super::working_set::{Keys, WorkingSet};
use super::{OrdersConfig, cancel, holds, publish};
use crate::domain::{Order, OrderedTicket};
use crate::error::OrdersError;
use crate::store::Offered;
use crate::wanted::WantedTicket;

/// What the decision needs.
pub(super) fn keys(keys: &mut Keys, buyer: UserId, ticket: WantedTicket, config: &OrdersConfig) {
    keys.ticket(ticket.id);
    holds::keys(keys, buyer, config);
}

/// Reserves a ticket for a buyer, or says why not. A hold on it that has expired is closed first.
pub(super) fn reserve(
    set: &mut WorkingSet,
    buyer: UserId,
    ticket: WantedTicket,
    config: &OrdersConfig,
) -> Result<Order, OrdersError> {
    let now = set.now();
    let holder = set.holder(ticket.id);
    if holder.is_some_and(|order| !order.is_expired(now)) {
        return Err(OrdersError::Reserved);
    }
    let (expired, offered) = (holder.cloned(), offer_to(set, buyer, ticket)?.clone());
    let expires_at = now.plus(config.hold);
    // Checked last, so that a ticket that does not exist or is reserved is reported first.
    holds::check(set, buyer, expires_at, config)?;
    if !config.minimum_price.allows(offered.ticket.price) {
        return Err(OrdersError::BelowMinimum);
    }
    if let Some(expired) = expired {
        cancel::close(set, expired)?;
    }
    let seller = offered.ticket.user_id;
    let order = Order {
        id: set.next_order_id(),
        buyer,
        status: OrderStatus::Created,
        cancel_reason: None,
        expires_at,
        version: 0,
        refund: offered.ticket.refund_hours,
        ticket: OrderedTicket {
            id: offered.ticket.id,
            title: offered.ticket.title,
            price: offered.ticket.price,
            version: offered.ticket.version,
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

/// The offer of a ticket that nobody holds, if this buyer can accept it: it is known here, it is not the buyer's own, and it is the
/// one that was shown.
fn offer_to(set: &WorkingSet, buyer: UserId, ticket: WantedTicket) -> Result<&Offered, OrdersError> {
    let offered = set.offer(ticket.id).ok_or(OrdersError::TicketNotFound)?;
    if offered.ticket.user_id == buyer {
        return Err(OrdersError::OwnTicket);
    }
    let shown = offered.offer_version..=offered.ticket.version;
    if ticket.seen_version.is_none_or(|seen| shown.contains(&seen)) {
        Ok(offered)
    } else {
        Err(OrdersError::OfferChanged(Box::new(offered.ticket.clone())))
    }
}
