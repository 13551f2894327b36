//! All SQL of the orders service.

/// Orders with all columns of an [`OrderRow`]; the argument is what follows `FROM orders`.
macro_rules! select_orders {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        event_log::query_as!(
            OrderRow,
            "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version, ticket_title, ticket_price_cents,
             ticket_version, refund_hours, open_payment_id, payment_id, paid_at, completed_at, cancelled_at, created_at,
             updated_at
             FROM orders " + $rest,
            $($argument),*
        )
    };
}

mod batch;
mod disputes;
mod expired;
mod hold_counts;
mod holds;
mod of_buyer;
mod replica;
mod sales;
mod tables;

pub(crate) use batch::OrderRecord;
use contracts::{OrderId, OrderStatus, PaymentId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};
pub(crate) use disputes::OrderDispute;
pub(crate) use hold_counts::HoldCounts;
pub(crate) use replica::ReplicatedTicket;
pub(crate) use tables::{DisputeStore, OrderStore, Queries, Tables, TicketReplica};

use crate::domain::{Order, OrderedTicket, Purchase};
use crate::error::OrdersError;

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
            refund_window: RefundWindow::from_hours(row.refund_hours)
                .ok_or_else(|| corrupt("refund_hours"))?,
            open_payment: open_payment.map_err(|_| corrupt("open_payment_id"))?,
            purchase: payment.zip(row.paid_at).map(|(payment, at)| Purchase {
                payment,
                paid_at: Timestamp::from_millis(at),
                completed_at: Timestamp::from_millis(row.completed_at.unwrap_or(at)),
            }),
            cancelled_at: row.cancelled_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

impl Queries<'_> {
    /// The order that holds a ticket, or held it until its deadline and has not been closed yet.
    pub(crate) async fn live_order_of_ticket(
        &self,
        ticket_id: TicketId,
    ) -> Result<Option<Order>, OrdersError> {
        let ticket_id = ticket_id.to_string();
        let row = select_orders!(
            "WHERE ticket_id = $1 AND status IN ('created', 'awaiting:payment', 'complete')",
            ticket_id,
        )
        .fetch_optional(self.0)
        .await?;
        row.map(Order::try_from).transpose()
    }

    /// An order, as stored.
    pub(crate) async fn find(&self, id: OrderId) -> Result<Option<Order>, OrdersError> {
        let id = id.to_string();
        let row = select_orders!("WHERE id = $1", id).fetch_optional(self.0).await?;
        row.map(Order::try_from).transpose()
    }
}
