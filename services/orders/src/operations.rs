//! The operations on orders.

mod cancel;
mod command;
mod expire;
mod holds;
mod lists;
mod pay;
pub(crate) mod payment_events;
mod publish;
mod refund;
pub(crate) mod replica;
mod reserve;
pub(crate) mod working_set;

use std::time::Duration;

use contracts::views::OrderView;
use contracts::{MinimumPrice, OrderId, Timestamp, UserId};
use event_log::{BatchQueue, Database, EventSource};
use web::Caller;

use self::command::{Command, Commands, Request};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::history::HistoryEntry;
use crate::metrics::OrdersMetrics;
use crate::reservation_request::ReservationRequest;
use crate::store::HoldCounts;
use crate::views::OrderDetails;
use crate::{history, store};

/// How the service behaves. Whole milliseconds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrdersConfig {
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    /// How much a hold is extended, once, when its buyer starts to pay.
    pub payment_extension: Duration,
    /// How long after its deadline an order with an open payment is left open, so that the payments service can check it with
    /// the provider first. The order holds nothing in that time.
    pub payment_grace_period: Duration,
    /// How long after its deadline any order is left open: by how much the running times of several processes can differ
    /// ([`Database::running_time_ms`]), because one that is behind reserves with an earlier deadline in the eyes of the others. The order
    /// holds nothing in that time. Zero with one process.
    pub closing_delay: Duration,
    /// The lowest price that can be charged. A cheaper ticket cannot be reserved: its buyer could not pay for it.
    pub minimum_price: MinimumPrice,
    /// How many unpaid orders one buyer may have at a time; 0 for no limit, and no pause after abandoned reservations
    /// either.
    pub holds_per_buyer: u32,
}

/// A hold of fifteen minutes, ten more for paying, a grace period of one minute, and twenty unpaid orders per buyer.
impl Default for OrdersConfig {
    fn default() -> Self {
        Self {
            hold: Duration::from_mins(15),
            payment_extension: Duration::from_mins(10),
            payment_grace_period: Duration::from_mins(1),
            closing_delay: Duration::ZERO,
            minimum_price: MinimumPrice::default(),
            holds_per_buyer: 20,
        }
    }
}

/// The orders service: reservations, orders and their refunds.
#[derive(Clone)]
pub struct Orders {
    db: Database,
    config: OrdersConfig,
    commands: BatchQueue<Commands>,
    metrics: OrdersMetrics,
}

impl Orders {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, config: OrdersConfig) -> Self {
        let metrics = OrdersMetrics::default();
        let db = db.counting(metrics.of_commits());
        Self {
            commands: BatchQueue::new(db.clone(), Commands { config }),
            db,
            config,
            metrics,
        }
    }

    /// How the service behaves.
    #[must_use]
    pub fn config(&self) -> &OrdersConfig {
        &self.config
    }

    pub(crate) fn metrics(&self) -> &OrdersMetrics {
        &self.metrics
    }

    /// The current instant, as this service sees it: countdowns run to [`OrderDetails::expires_at`] from it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// Reserves a ticket for the caller at its current offer, which must be the one they were shown. Of any number of concurrent
    /// buyers one gets it.
    ///
    /// # Errors
    /// `TicketNotFound`, `OwnTicket`, `Reserved`, `OfferChanged`, `TooManyHolds`, `HoldsPaused`, `BelowMinimum`.
    pub async fn reserve(
        &self,
        caller: impl Into<Caller<OrderView>>,
        ticket: impl Into<ReservationRequest>,
    ) -> Result<OrderView, OrdersError> {
        let reserving = self.reserve_ticket(caller.into(), ticket.into());
        reserving
            .await
            .inspect_err(|error| self.metrics.not_reserved(error))
    }

    /// The same, for a form that may be submitted twice: a buyer who has the ticket already gets that order.
    ///
    /// # Errors
    /// Those of [`Orders::reserve`].
    pub async fn reserve_from_form(
        &self,
        buyer: UserId,
        ticket: ReservationRequest,
    ) -> Result<OrderId, OrdersError> {
        match self.reserve(buyer, ticket).await {
            Err(OrdersError::Reserved) => {
                let holding_order = store::Queries::on(self.db.reader())
                    .live_order_of_ticket(ticket.id)
                    .await?;
                let now = self.now();
                let own = holding_order.filter(|order| order.buyer == buyer && !order.is_expired(now));
                own.map(|order| order.id).ok_or(OrdersError::Reserved)
            }
            reserved => Ok(reserved?.id),
        }
    }

    /// An order of this buyer, as of now: past its deadline it reads as cancelled.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn find(&self, buyer: UserId, id: OrderId) -> Result<OrderDetails, OrdersError> {
        let order = self.load(buyer, id).await?;
        Ok(order.as_of(self.now()).details())
    }

    /// The same, as the REST API shows it.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub(crate) async fn view(&self, buyer: UserId, id: OrderId) -> Result<OrderView, OrdersError> {
        let order = self.load(buyer, id).await?;
        Ok(order.as_of(self.now()).view())
    }

    /// An order of this buyer, as it is stored.
    async fn load(&self, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
        let order = store::Queries::on(self.db.reader())
            .find(id)
            .await?
            .ok_or(OrdersError::NotFound)?;
        if order.buyer != buyer {
            return Err(OrdersError::NotOwner);
        }
        Ok(order)
    }

    /// Cancels an order of this buyer; its ticket is available at once. Repeating it changes nothing and is not an error.
    ///
    /// # Errors
    /// `NotFound`, `Complete`, `NotOwner`, checked in this order.
    #[tracing::instrument(level = "debug", skip_all, fields(order.id = %id))]
    pub async fn cancel(&self, buyer: UserId, id: OrderId) -> Result<OrderView, OrdersError> {
        self.execute(buyer.into(), Command::Cancel(id)).await
    }

    /// Starts the payment of an order of this buyer: it becomes `awaiting:payment`, and its hold is extended once. An order that
    /// is awaiting its payment already stays as it is.
    ///
    /// # Errors
    /// `NotFound`, `Cancelled` (also if it has expired), `Complete`, `NotOwner`, checked in this order.
    #[tracing::instrument(level = "debug", skip_all, fields(order.id = %id))]
    pub async fn start_payment(&self, buyer: UserId, id: OrderId) -> Result<OrderView, OrdersError> {
        self.execute(buyer.into(), Command::StartPayment(id)).await
    }

    /// Refunds a complete order of the caller: its ticket is available at once, and the payments service refunds the payment.
    /// Repeating it changes nothing and is not an error.
    ///
    /// # Errors
    /// `NotFound`, `NotComplete`, `RefundTooLate`, `Disputed`, `NotOwner`, checked in this order.
    #[tracing::instrument(level = "debug", skip_all, fields(order.id = %id))]
    pub async fn refund(
        &self,
        caller: impl Into<Caller<OrderView>>,
        id: OrderId,
    ) -> Result<OrderView, OrdersError> {
        self.execute(caller.into(), Command::Refund(id)).await
    }

    /// The history of an order of this buyer, as of now, the oldest entry first.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn history(&self, buyer: UserId, id: OrderId) -> Result<Vec<HistoryEntry>, OrdersError> {
        let order = self.load(buyer, id).await?;
        let events = self.db.events_of(&id.to_string()).await?;
        history::read(&events, &order, self.now())
    }

    /// Records and publishes that orders have expired: the longest overdue first, at most `limit` with an open payment
    /// and as many without. Nothing waits for this: such orders hold nothing and read as cancelled already. Returns how
    /// many there were.
    ///
    /// It goes by time that has certainly passed ([`Database::running_time_ms`]) and not by the clock, since an expired order stays expired. An
    /// order with an open payment is left open a little longer, see [`OrdersConfig::payment_grace_period`].
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn expire_due(&self, limit: u32) -> Result<usize, OrdersError> {
        let (grace_period, delay) = (self.config.payment_grace_period, self.config.closing_delay);
        self.db
            .write(move |tx| Box::pin(expire::expire_due(tx, grace_period, delay, limit)))
            .await
    }

    /// When the next order is to be closed by the current clock, `None` if there is none.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn next_deadline(&self) -> Result<Option<Timestamp>, OrdersError> {
        let unpaid = store::Queries::on(self.db.background_reader())
            .next_deadline()
            .await?;
        let with_open_payment = store::Queries::on(self.db.background_reader())
            .next_deadline_with_open_payment()
            .await?;
        let grace_period_ms = millis(self.config.payment_grace_period);
        let with_open_payment =
            with_open_payment.map(|running_time_ms| running_time_ms.saturating_add(grace_period_ms));
        let next_ms = [unpaid, with_open_payment].into_iter().flatten().min();
        let started_ms = self.now().as_millis().saturating_sub(self.db.running_time_ms());
        let started_ms = started_ms.saturating_add(millis(self.config.closing_delay));
        Ok(next_ms.map(|running_time_ms| Timestamp::from_millis(started_ms.saturating_add(running_time_ms))))
    }

    /// How many unpaid orders hold their ticket, and how many have expired without being closed.
    pub(crate) async fn count_holds(&self) -> Result<HoldCounts, OrdersError> {
        store::Queries::on(self.db.background_reader())
            .count_holds(self.now())
            .await
    }

    #[tracing::instrument(name = "reserve", level = "debug", skip_all, fields(ticket.id = %ticket.id))]
    async fn reserve_ticket(
        &self,
        caller: Caller<OrderView>,
        ticket: ReservationRequest,
    ) -> Result<OrderView, OrdersError> {
        self.execute(caller, Command::Reserve(ticket)).await
    }

    async fn execute(&self, caller: Caller<OrderView>, command: Command) -> Result<OrderView, OrdersError> {
        let Caller { user, recorder } = caller;
        self.commands
            .submit(Request {
                user,
                command,
                recorder,
            })
            .await
    }

    /// The events of this service, to read and to follow.
    #[must_use]
    pub fn events(&self) -> EventSource {
        self.db.events()
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
