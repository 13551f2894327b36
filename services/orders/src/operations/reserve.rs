//! Reserving a ticket.

use contracts::{OrderId, Timestamp, UserId};
use event_log::Transaction;

use super::cancel::close;
use super::{OrdersConfig, holds, publish};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::Reservation;
use crate::store::Tables;
use crate::wanted::WantedTicket;

pub(super) async fn reserve(
    tx: &mut Transaction,
    buyer: UserId,
    ticket: WantedTicket,
    config: &OrdersConfig,
) -> Result<Order, OrdersError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let reservation = Reservation {
        id: OrderId::from_uuid(tx.next_id()),
        buyer,
        ticket,
        now,
        age_ms: tx.age_ms(),
        expires_at: now.plus(config.hold),
    };
    // Most tickets have no holder, so the insertion is tried first: it is the only statement then.
    let order = match tx.orders().reserve(&reservation).await? {
        Some(order) => order,
        None => {
            let Some(holder) = tx.orders().holder(ticket.id).await? else {
                return Err(not_offered(tx, buyer, ticket).await?);
            };
            if !holder.is_expired(now) {
                return Err(OrdersError::Reserved);
            }
            close(tx, holder, now).await?;
            match tx.orders().reserve(&reservation).await? {
                Some(order) => order,
                None => return Err(not_offered(tx, buyer, ticket).await?),
            }
        }
    };
    holds::limit(tx, buyer, config, now).await?;
    publish::created(tx, &order).await?;
    Ok(order)
}

/// Why a ticket without a holder cannot be reserved: it is unknown here, it is the buyer's own, or its offer differs from the one
/// that was shown.
async fn not_offered(
    tx: &mut Transaction,
    buyer: UserId,
    ticket: WantedTicket,
) -> Result<OrdersError, OrdersError> {
    let offered = tx.tickets().offer(ticket.id).await?;
    Ok(match offered {
        None => OrdersError::TicketNotFound,
        Some(offered) if offered.user_id == buyer => OrdersError::OwnTicket,
        Some(offered) => OrdersError::OfferChanged(Box::new(offered)),
    })
}
