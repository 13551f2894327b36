//! All SQL of the orders service.

/// Orders with all columns of an [`OrderRow`]; the argument is what follows `FROM orders`.
macro_rules! select_orders {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            OrderRow,
            "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version, ticket_title, ticket_price_cents,
             ticket_version, refund_hours, open_payment_id, payment_id, paid_at, completed_at, cancelled_at, created_at,
             updated_at
             FROM orders " + $rest,
            $($argument),*
        )
    };
}

mod disputes;
mod expired;
mod holds;
mod of_buyer;
mod payments;
mod replica;
mod sales;
mod tables;

use contracts::{
    CancelReason, OrderId, OrderStatus, PaymentId, Price, RefundWindow, TicketId, Timestamp, Title, UserId,
};
use sqlx::SqliteExecutor;

pub(crate) use disputes::OrderDispute;
pub(crate) use replica::ReplicatedTicket;
pub(crate) use tables::{DisputeStore, OrderStore, Queries, Tables, TicketReplica};

use crate::domain::{Order, OrderedTicket, Purchase};
use crate::error::OrdersError;
use crate::wanted::WantedTicket;

/// Sort before and after every id: ids are hexadecimal digits and hyphens.
const BEFORE_ALL: &str = "";
const AFTER_ALL: &str = "~";

/// A row of the table.
struct OrderRow {
    id: String,
    buyer_id: String,
    ticket_id: String,
    status: String,
    cancel_reason: Option<String>,
    expires_at: i64,
    version: i64,
    ticket_title: String,
    ticket_price_cents: i64,
    ticket_version: i64,
    refund_hours: i64,
    open_payment_id: Option<String>,
    payment_id: Option<String>,
    paid_at: Option<i64>,
    completed_at: Option<i64>,
    cancelled_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<OrderRow> for Order {
    type Error = OrdersError;

    fn try_from(row: OrderRow) -> Result<Self, OrdersError> {
        let corrupt = |reason: &str| OrdersError::Corrupt {
            id: row.id.clone(),
            reason: reason.to_owned(),
        };
        let cancel_reason = row.cancel_reason.as_deref().map(str::parse).transpose();
        let open_payment = row.open_payment_id.as_deref().map(PaymentId::parse).transpose();
        let payment = row.payment_id.as_deref().map(PaymentId::parse).transpose();
        let payment = payment.map_err(|_| corrupt("payment_id"))?;
        Ok(Self {
            id: OrderId::parse(&row.id).map_err(|_| corrupt("id"))?,
            buyer: UserId::parse(&row.buyer_id).map_err(|_| corrupt("buyer_id"))?,
            status: row.status.parse::<OrderStatus>().map_err(|_| corrupt("status"))?,
            cancel_reason: cancel_reason.map_err(|_| corrupt("cancel_reason"))?,
            expires_at: Timestamp::from_millis(row.expires_at),
            version: row.version,
            ticket: OrderedTicket {
                id: TicketId::parse(&row.ticket_id).map_err(|_| corrupt("ticket_id"))?,
                title: Title::parse(&row.ticket_title).map_err(|_| corrupt("ticket_title"))?,
                price: Price::from_cents(row.ticket_price_cents)
                    .ok_or_else(|| corrupt("ticket_price_cents"))?,
                version: row.ticket_version,
            },
            refund: RefundWindow::from_hours(row.refund_hours).ok_or_else(|| corrupt("refund_hours"))?,
            open_payment: open_payment.map_err(|_| corrupt("open_payment_id"))?,
            purchase: payment.zip(row.paid_at).map(|(payment, at)| Purchase {
                payment,
                at: Timestamp::from_millis(at),
                completed_at: Timestamp::from_millis(row.completed_at.unwrap_or(at)),
            }),
            cancelled_at: row.cancelled_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

/// What a new order needs besides its ticket.
pub(crate) struct Reservation {
    pub(crate) id: OrderId,
    pub(crate) buyer: UserId,
    pub(crate) ticket: WantedTicket,
    pub(crate) now: Timestamp,
    /// The age of the database, in milliseconds.
    pub(crate) age_ms: i64,
    pub(crate) expires_at: Timestamp,
}

async fn holder(db: impl SqliteExecutor<'_>, ticket_id: TicketId) -> Result<Option<Order>, OrdersError> {
    let ticket_id = ticket_id.to_string();
    let row = select_orders!(
        "WHERE ticket_id = $1 AND status IN ('created', 'awaiting:payment', 'complete')",
        ticket_id,
    )
    .fetch_optional(db)
    .await?;
    row.map(Order::try_from).transpose()
}

async fn find(db: impl SqliteExecutor<'_>, id: OrderId) -> Result<Option<Order>, OrdersError> {
    let id = id.to_string();
    let row = select_orders!("WHERE id = $1", id).fetch_optional(db).await?;
    row.map(Order::try_from).transpose()
}

impl OrderStore<'_> {
    /// Reserves a ticket with the title, the price and the version of this service's replica; `None` if it is
    /// unknown, is the buyer's own, its offer differs from the one that was shown, or a live order has it. The unique index decides
    /// about the latter, so that no race can bypass it.
    pub(crate) async fn reserve(&mut self, reservation: &Reservation) -> Result<Option<Order>, OrdersError> {
        let (id, buyer) = (reservation.id.to_string(), reservation.buyer.to_string());
        let ticket_id = reservation.ticket.id.to_string();
        let seen_version = reservation.ticket.seen_version;
        let (now, expires_at) = (reservation.now.as_millis(), reservation.expires_at.as_millis());
        let row = sqlx::query_as!(
            OrderRow,
            r#"INSERT INTO orders (id, buyer_id, seller_id, ticket_id, status, expires_at, version,
               ticket_title, ticket_price_cents, ticket_version, refund_hours, created_at, updated_at, reserved_at_age)
           SELECT $1, $2, seller_id, id, 'created', $4, 0, title, price_cents, version, refund_hours, $5, $5, $7
           FROM tickets WHERE id = $3 AND seller_id <> $2 AND ($6 IS NULL OR $6 BETWEEN offer_version AND version)
           ON CONFLICT DO NOTHING
           RETURNING id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
               ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
               completed_at, cancelled_at, created_at, updated_at"#,
            id,
            buyer,
            ticket_id,
            expires_at,
            now,
            seen_version,
            reservation.age_ms,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        row.map(Order::try_from).transpose()
    }

    /// The order that holds a ticket, or held it until its deadline and has not been closed yet.
    pub(crate) async fn holder(&mut self, ticket_id: TicketId) -> Result<Option<Order>, OrdersError> {
        holder(&mut *self.0, ticket_id).await
    }

    /// An order, as stored.
    pub(crate) async fn find(&mut self, id: OrderId) -> Result<Option<Order>, OrdersError> {
        find(&mut *self.0, id).await
    }

    /// Saves the next version of an order; the stored one must be at the version before.
    pub(crate) async fn save(&mut self, order: &Order) -> Result<(), OrdersError> {
        let (id, status) = (order.id.to_string(), order.status.as_str());
        let reason = order.cancel_reason.map(CancelReason::as_str);
        let (expires_at, updated_at) = (order.expires_at.as_millis(), order.updated_at.as_millis());
        let open_payment = order.open_payment.map(|id| id.to_string());
        let payment = order.purchase.map(|purchase| purchase.payment.to_string());
        let paid_at = order.purchase.map(|purchase| purchase.at.as_millis());
        let completed_at = order.purchase.map(|purchase| purchase.completed_at.as_millis());
        let cancelled_at = order.cancelled_at.map(Timestamp::as_millis);
        let done = sqlx::query!(
            "UPDATE orders SET status = $1, cancel_reason = $2, expires_at = $3, version = $4, updated_at = $5,
             open_payment_id = $6, payment_id = $7, paid_at = $8, completed_at = $9, cancelled_at = $10
         WHERE id = $11 AND version = $4 - 1",
            status,
            reason,
            expires_at,
            order.version,
            updated_at,
            open_payment,
            payment,
            paid_at,
            completed_at,
            cancelled_at,
            id,
        )
        .execute(&mut *self.0)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(OrdersError::Conflict(order.id))
        }
    }
}

impl Queries<'_> {
    /// The order that holds a ticket, or held it until its deadline and has not been closed yet.
    pub(crate) async fn holder(&self, ticket_id: TicketId) -> Result<Option<Order>, OrdersError> {
        holder(self.0, ticket_id).await
    }

    /// An order, as stored.
    pub(crate) async fn find(&self, id: OrderId) -> Result<Option<Order>, OrdersError> {
        find(self.0, id).await
    }
}
