//! All SQL of the orders service.

mod disputes;
mod expired;
mod holds;
mod of_buyer;
mod payments;
mod replica;
mod sales;

use contracts::{
    CancelReason, OrderId, OrderStatus, PaymentId, Price, RefundWindow, TicketId, Timestamp, Title, UserId,
};
use sqlx::{SqliteConnection, SqliteExecutor};

pub(crate) use disputes::{OrderDispute, is_refund_barred, save_dispute};
pub(crate) use expired::{
    expired, expired_with_open_payment, next_deadline, next_deadline_with_open_payment,
};
pub(crate) use holds::{abandoned_holds, over_limit_until};
pub(crate) use of_buyer::of_buyer;
pub(crate) use payments::{record_seen_version, set_open_payment};
pub(crate) use replica::{ReplicatedTicket, offered_ticket, save_ticket, ticket_version};
pub(crate) use sales::{earnings_of, sales_of};

use crate::{Order, OrderedTicket, OrdersError, Purchase, WantedTicket};

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

/// Reserves a ticket with the title, the price and the version of this service's replica; `None` if it is
/// unknown, is the buyer's own, its offer differs from the one that was shown, or a live order has it. The unique index decides
/// about the latter, so that no race can bypass it.
pub(crate) async fn reserve(
    db: &mut SqliteConnection,
    reservation: &Reservation,
) -> Result<Option<Order>, OrdersError> {
    let (id, buyer) = (reservation.id.to_string(), reservation.buyer.to_string());
    let ticket_id = reservation.ticket.id.to_string();
    let seen_version = reservation.ticket.seen_version;
    let (now, expires_at) = (reservation.now.as_millis(), reservation.expires_at.as_millis());
    let row = sqlx::query_as!(
        OrderRow,
        r#"INSERT INTO orders (id, buyer_id, seller_id, ticket_id, status, expires_at, version,
               ticket_title, ticket_price_cents, ticket_version, refund_hours, created_at, updated_at, reserved_at_age)
           SELECT ?1, ?2, seller_id, id, 'created', ?4, 0, title, price_cents, version, refund_hours, ?5, ?5, ?7
           FROM tickets WHERE id = ?3 AND seller_id <> ?2 AND (?6 IS NULL OR ?6 BETWEEN offer_version AND version)
           ON CONFLICT DO NOTHING
           RETURNING id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
               ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
               completed_at, created_at, updated_at"#,
        id,
        buyer,
        ticket_id,
        expires_at,
        now,
        seen_version,
        reservation.age_ms,
    )
    .fetch_optional(db)
    .await?;
    row.map(Order::try_from).transpose()
}

/// The order that holds a ticket, or held it until its deadline and has not been closed yet.
pub(crate) async fn holder(
    db: impl SqliteExecutor<'_>,
    ticket_id: TicketId,
) -> Result<Option<Order>, OrdersError> {
    let ticket_id = ticket_id.to_string();
    let row = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders WHERE ticket_id = ? AND status IN ('created', 'awaiting:payment', 'complete')",
        ticket_id,
    )
    .fetch_optional(db)
    .await?;
    row.map(Order::try_from).transpose()
}

/// An order, as stored.
pub(crate) async fn find(db: impl SqliteExecutor<'_>, id: OrderId) -> Result<Option<Order>, OrdersError> {
    let id = id.to_string();
    let row = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders WHERE id = ?",
        id,
    )
    .fetch_optional(db)
    .await?;
    row.map(Order::try_from).transpose()
}

/// Saves the next version of an order; the stored one must be at the version before.
pub(crate) async fn save(db: &mut SqliteConnection, order: &Order) -> Result<(), OrdersError> {
    let (id, status) = (order.id.to_string(), order.status.as_str());
    let reason = order.cancel_reason.map(CancelReason::as_str);
    let (expires_at, updated_at) = (order.expires_at.as_millis(), order.updated_at.as_millis());
    let open_payment = order.open_payment.map(|id| id.to_string());
    let payment = order.purchase.map(|purchase| purchase.payment.to_string());
    let paid_at = order.purchase.map(|purchase| purchase.at.as_millis());
    let completed_at = order.purchase.map(|purchase| purchase.completed_at.as_millis());
    let done = sqlx::query!(
        "UPDATE orders SET status = $1, cancel_reason = $2, expires_at = $3, version = $4, updated_at = $5,
             open_payment_id = $6, payment_id = $7, paid_at = $8, completed_at = $9
         WHERE id = $10 AND version = $4 - 1",
        status,
        reason,
        expires_at,
        order.version,
        updated_at,
        open_payment,
        payment,
        paid_at,
        completed_at,
        id,
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(OrdersError::Conflict(order.id))
    }
}
