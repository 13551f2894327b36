//! The operations on orders.

use std::time::Duration;

use contracts::events::{OrderCancelled, OrderCreated, ReleasedTicket, ReservedTicket};
use contracts::{CancelReason, OrderId, OrderStatus, TicketId, Timestamp, UserId};
use event_log::{Database, Transaction};

use crate::store::{self, Reservation};
use crate::{Order, OrdersError};

/// How the service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrdersConfig {
    /// How long a reservation holds its ticket; whole milliseconds count.
    pub hold: Duration,
}

/// Fifteen minutes.
impl Default for OrdersConfig {
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(15 * 60),
        }
    }
}

/// The orders service: who has reserved which ticket, and what became of it.
#[derive(Clone)]
pub struct Orders {
    db: Database,
    config: OrdersConfig,
}

impl Orders {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, config: OrdersConfig) -> Self {
        Self { db, config }
    }

    /// The present instant, as this service sees it: countdowns run to [`Order::expires_at`] from it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// Reserves a ticket for a buyer, at the price it has now. Of any number of buyers at once one gets it.
    ///
    /// # Errors
    /// `TicketNotFound`, `Reserved`.
    pub async fn reserve(&self, buyer: UserId, ticket_id: TicketId) -> Result<Order, OrdersError> {
        // A crowd after one ticket is turned away here, on the readers, instead of queueing for the writer. What was
        // committed before this call is reason enough for a refusal; whether there is none is decided by the write.
        let holder = store::holder(self.db.reader(), ticket_id).await?;
        if holder.is_some_and(|order| !order.has_run_out(self.now())) {
            return Err(OrdersError::Reserved);
        }
        let hold = self.config.hold;
        self.db
            .write(move |tx| Box::pin(reserve(tx, buyer, ticket_id, hold)))
            .await
    }

    /// One order of the buyer's, as of now: past its deadline it reads as cancelled.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn find(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        let order = store::find(self.db.reader(), id)
            .await?
            .ok_or(OrdersError::NotFound)?;
        if order.buyer != buyer {
            return Err(OrdersError::NotOwner);
        }
        Ok(order.as_of(self.now()))
    }

    /// Every order of a buyer, in any status, as of now, the oldest first.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn of_buyer(&self, buyer: UserId) -> Result<Vec<Order>, OrdersError> {
        let orders = store::of_buyer(self.db.reader(), buyer).await?;
        let now = self.now();
        Ok(orders.into_iter().map(|order| order.as_of(now)).collect())
    }

    /// Gives up one's own order; its ticket is free at once. Doing it again changes nothing and is no error.
    ///
    /// # Errors
    /// `NotFound`, `Complete`, `NotOwner`, looked at in this order.
    pub async fn cancel(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        self.db.write(move |tx| Box::pin(cancel(tx, buyer, id))).await
    }

    /// Writes down that orders have run out, at most `limit` of them, the longest overdue first, and tells of it.
    /// Nothing waits for this: such orders hold nothing and read as cancelled already. Returns how many there were.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn close_run_out(&self, limit: u32) -> Result<usize, OrdersError> {
        self.db.write(move |tx| Box::pin(close_run_out(tx, limit))).await
    }
}

async fn reserve(
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
    tx.append(
        OrderCreated::SUBJECT,
        &order.id.to_string(),
        order.version,
        &event,
    )
    .await?;
    Ok(order)
}

async fn cancel(tx: &mut Transaction, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
    let order = store::find(tx.connection(), id)
        .await?
        .ok_or(OrdersError::NotFound)?;
    if order.status == OrderStatus::Complete {
        return Err(OrdersError::Complete);
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if order.status == OrderStatus::Cancelled {
        return Ok(order);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    close(tx, order, now).await
}

async fn close_run_out(tx: &mut Transaction, limit: u32) -> Result<usize, OrdersError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let orders = store::run_out(tx.connection(), now, limit).await?;
    let count = orders.len();
    for order in orders {
        close(tx, order, now).await?;
    }
    Ok(count)
}

/// Cancels an order, for its deadline if that has passed and for its buyer otherwise, and tells of it.
async fn close(tx: &mut Transaction, order: Order, now: Timestamp) -> Result<Order, OrdersError> {
    let order = order.cancelled(now)?;
    store::save(tx.connection(), &order).await?;
    let event = OrderCancelled {
        id: order.id,
        version: order.version,
        reason: order.cancel_reason.unwrap_or(CancelReason::User),
        ticket: ReleasedTicket { id: order.ticket.id },
    };
    tx.append(
        OrderCancelled::SUBJECT,
        &order.id.to_string(),
        order.version,
        &event,
    )
    .await?;
    Ok(order)
}
