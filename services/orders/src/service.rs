//! The operations on orders.

pub(crate) mod announce;
mod cancel;
mod expire;
mod holds;
mod lists;
pub(crate) mod pay;
pub(crate) mod refund;
mod reserve;

use std::time::Duration;

use contracts::{MinimumPrice, OrderId, TicketId, Timestamp, UserId};
use event_log::Database;
use web::Keep;

use crate::{HistoryEntry, Order, OrdersError, WantedTicket, history, store};

/// How the service behaves. Whole milliseconds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrdersConfig {
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    /// By how much a hold becomes longer, once, when its buyer starts to pay.
    pub payment_extension: Duration,
    /// How long after its deadline an order with a payment under way is left open, so that the payments service can ask
    /// the provider first. The order holds nothing in that time.
    pub payment_patience: Duration,
    /// The least that can be paid. A ticket that costs less is not reserved: its buyer would hold what cannot be bought.
    pub minimum_price: MinimumPrice,
    /// How many unpaid orders one buyer may have at a time; 0 for no limit, and no pause either for who lets one after the
    /// other expire.
    pub holds_per_buyer: u32,
}

/// A hold of fifteen minutes, ten more for paying, a minute's patience, and twenty unpaid orders per buyer.
impl Default for OrdersConfig {
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(15 * 60),
            payment_extension: Duration::from_secs(10 * 60),
            payment_patience: Duration::from_secs(60),
            minimum_price: MinimumPrice::default(),
            holds_per_buyer: 20,
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

    /// How the service behaves.
    #[must_use]
    pub fn config(&self) -> &OrdersConfig {
        &self.config
    }

    /// The present instant, as this service sees it: countdowns run to [`Order::expires_at`] from it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// Reserves a ticket for a buyer, as it is offered now, which must be as the buyer saw it. Of any number of buyers at once
    /// one gets it.
    ///
    /// # Errors
    /// `TicketNotFound`, `OwnTicket`, `Reserved`, `OfferChanged`, `TooManyHolds`, `HoldsPaused`, `BelowMinimum`.
    pub async fn reserve(
        &self,
        buyer: UserId,
        ticket: impl Into<WantedTicket>,
    ) -> Result<Order, OrdersError> {
        self.reserve_keeping(buyer, ticket.into(), Keep::nothing()).await
    }

    /// The same, for a request that may be sent again.
    pub(crate) async fn reserve_keeping(
        &self,
        buyer: UserId,
        ticket: WantedTicket,
        keep: Keep<Order>,
    ) -> Result<Order, OrdersError> {
        // A crowd after one ticket is turned away here, on the readers, instead of queueing for the writer. What was
        // committed before this call is reason enough for a refusal; whether there is none is decided by the write.
        let holder = store::holder(self.db.reader(), ticket.id).await?;
        if holder.is_some_and(|order| !order.has_run_out(self.now())) {
            return Err(OrdersError::Reserved);
        }
        let config = self.config;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let order = reserve::reserve(tx, buyer, ticket, &config).await?;
                    if !config.minimum_price.allows(order.ticket.price) {
                        return Err(OrdersError::BelowMinimum);
                    }
                    keep.keep(tx, &order).await?;
                    Ok(order)
                })
            })
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

    /// The order with which a buyer holds a ticket, or has bought it; `None` if nobody or somebody else does.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn held_by(&self, buyer: UserId, ticket: TicketId) -> Result<Option<Order>, OrdersError> {
        let holder = store::holder(self.db.reader(), ticket).await?;
        let now = self.now();
        Ok(holder.filter(|order| order.buyer == buyer && !order.has_run_out(now)))
    }

    /// Gives up one's own order; its ticket is free at once. Doing it again changes nothing and is no error.
    ///
    /// # Errors
    /// `NotFound`, `Complete`, `NotOwner`, looked at in this order.
    pub async fn cancel(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        self.db
            .write(move |tx| Box::pin(cancel::cancel(tx, buyer, id)))
            .await
    }

    /// Begins the payment of one's own order: it becomes `awaiting:payment`, and its hold longer, once. An order that is
    /// there already stays as it is.
    ///
    /// # Errors
    /// `NotFound`, `Cancelled` (also when its time has run out), `Complete`, `NotOwner`, looked at in this order.
    pub async fn start_payment(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        let extension = self.config.payment_extension;
        self.db
            .write(move |tx| Box::pin(pay::start_payment(tx, buyer, id, extension)))
            .await
    }

    /// Gives one's own complete order back: its ticket is free at once, and the payments service returns the money.
    /// Doing it again changes nothing and is no error.
    ///
    /// # Errors
    /// `NotFound`, `NotComplete`, `RefundTooLate`, `Disputed`, `NotOwner`, looked at in this order.
    pub async fn refund(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        self.refund_keeping(buyer, id, Keep::nothing()).await
    }

    /// The same, for a request that may be sent again.
    pub(crate) async fn refund_keeping(
        &self,
        buyer: UserId,
        id: OrderId,
        keep: Keep<Order>,
    ) -> Result<Order, OrdersError> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let order = refund::refund(tx, buyer, id).await?;
                    keep.keep(tx, &order).await?;
                    Ok(order)
                })
            })
            .await
    }

    /// What has happened to an order so far, the first thing first. Whose it is must have been looked at.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn history(&self, order: &Order) -> Result<Vec<HistoryEntry>, OrdersError> {
        let events = self.db.events_of(&order.id.to_string()).await?;
        history::read(&events, order, self.now())
    }

    /// Writes down that orders have run out, and tells of it: the longest overdue first, at most `limit` with a payment under
    /// way and as many without. Nothing waits for this: such orders hold nothing and read as cancelled already. Returns how
    /// many there were.
    ///
    /// It goes by time that has certainly passed ([`Database::age_ms`]) and not by the clock, for what is closed stays closed. An
    /// order with a payment under way is left open a little longer, see [`OrdersConfig::payment_patience`].
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn close_run_out(&self, limit: u32) -> Result<usize, OrdersError> {
        let patience = self.config.payment_patience;
        self.db
            .write(move |tx| Box::pin(expire::close_run_out(tx, patience, limit)))
            .await
    }

    /// When the next order is to be closed if the clock goes on as time does, `None` while there is none.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn next_deadline(&self) -> Result<Option<Timestamp>, OrdersError> {
        let unpaid = store::next_deadline(self.db.internal_reader()).await?;
        let being_paid = store::next_deadline_while_being_paid(self.db.internal_reader()).await?;
        let patience_ms = i64::try_from(self.config.payment_patience.as_millis()).unwrap_or(i64::MAX);
        let being_paid = being_paid.map(|age_ms| age_ms.saturating_add(patience_ms));
        let next_ms = [unpaid, being_paid].into_iter().flatten().min();
        let now_less_age_ms = self.now().as_millis().saturating_sub(self.db.age_ms());
        Ok(next_ms.map(|age_ms| Timestamp::from_millis(now_less_age_ms.saturating_add(age_ms))))
    }

    /// The database, for those who wait for its commits.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.db
    }
}
