//! Reserving a ticket.

use std::time::Duration;

use contracts::{OrderId, TicketId, Timestamp, UserId};
use event_log::Transaction;

use super::announce;
use super::cancel::close;
use crate::store::{self, Reservation};
use crate::{Order, OrdersError};

pub(super) async fn reserve(
    tx: &mut Transaction,
    buyer: UserId,
    ticket_id: TicketId,
    hold: Duration,
) -> Result<Order, OrdersError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let reservation = Reservation {
        id: OrderId::from_uuid(tx.next_id()),
        buyer,
        ticket_id,
        now,
        expires_at: now.plus(hold),
    };
    // Most tickets have no order in the way, so the insertion is tried first: it is the only statement then.
    let order = match store::reserve(tx.connection(), &reservation).await? {
        Some(order) => order,
        None => {
            let holder = store::holder(tx.connection(), ticket_id)
                .await?
                .ok_or(OrdersError::TicketNotFound)?;
            if !holder.has_run_out(now) {
                return Err(OrdersError::Reserved);
            }
            close(tx, holder, now).await?;
            store::reserve(tx.connection(), &reservation)
                .await?
                .ok_or(OrdersError::Reserved)?
        }
    };
    announce::created(tx, &order).await?;
    Ok(order)
}
