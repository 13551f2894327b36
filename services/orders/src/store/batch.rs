//! Reads and writes for many orders at once: a statement per table, however many orders there are.

use contracts::{CancelReason, OrderId, TicketId, Timestamp, UserId};
use serde::Serialize;

use super::{DisputeStore, OrderRow, OrderStore};
use crate::domain::Order;
use crate::error::OrdersError;

/// An order as it is to be stored.
#[derive(Serialize)]
pub(crate) struct OrderRecord<'o> {
    id: OrderId,
    buyer_id: UserId,
    /// The seller of its ticket. Read for new orders only.
    seller_id: Option<UserId>,
    ticket_id: TicketId,
    status: &'static str,
    cancel_reason: Option<&'static str>,
    expires_at: i64,
    version: i64,
    /// The version that is stored, which this one replaces; `None` for a new order.
    stored_version: Option<i64>,
    ticket_title: &'o str,
    ticket_price_cents: i64,
    ticket_version: i64,
    refund_hours: u16,
    open_payment_id: Option<String>,
    payment_id: Option<String>,
    paid_at: Option<i64>,
    completed_at: Option<i64>,
    cancelled_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl<'o> OrderRecord<'o> {
    /// An order that was reserved in this transaction.
    pub(crate) fn inserted(order: &'o Order, seller: UserId) -> Self {
        Self {
            seller_id: Some(seller),
            ..Self::of(order, None)
        }
    }

    /// An order that has changed since it was loaded with that version.
    pub(crate) fn updated(order: &'o Order, stored_version: i64) -> Self {
        Self::of(order, Some(stored_version))
    }

    fn of(order: &'o Order, stored_version: Option<i64>) -> Self {
        let purchase = order.purchase;
        Self {
            id: order.id,
            buyer_id: order.buyer,
            seller_id: None,
            ticket_id: order.ticket.id,
            status: order.status.as_str(),
            cancel_reason: order.cancel_reason.map(CancelReason::as_str),
            expires_at: order.expires_at.as_millis(),
            version: order.version,
            stored_version,
            ticket_title: order.ticket.title.as_str(),
            ticket_price_cents: order.ticket.price.cents(),
            ticket_version: order.ticket.version,
            refund_hours: order.refund_window.hours(),
            open_payment_id: order.open_payment.map(|id| id.to_string()),
            payment_id: purchase.map(|purchase| purchase.payment.to_string()),
            paid_at: purchase.map(|purchase| purchase.paid_at.as_millis()),
            completed_at: purchase.map(|purchase| purchase.completed_at.as_millis()),
            cancelled_at: order.cancelled_at.map(Timestamp::as_millis),
            created_at: order.created_at.as_millis(),
            updated_at: order.updated_at.as_millis(),
        }
    }
}

impl OrderStore<'_> {
    /// Orders, as stored. One that does not exist is left out.
    pub(crate) async fn find_all(&mut self, ids: &[OrderId]) -> Result<Vec<Order>, OrdersError> {
        let ids = serde_json::to_string(ids)?;
        let rows = select_orders!("WHERE id IN (SELECT r.value FROM json_each($1) AS r)", ids)
            .fetch_all(&mut *self.0)
            .await?;
        rows.into_iter().map(Order::try_from).collect()
    }

    /// The orders that hold these tickets, or held them until their deadlines and have not been closed yet.
    pub(crate) async fn holders(&mut self, tickets: &[TicketId]) -> Result<Vec<Order>, OrdersError> {
        let tickets = serde_json::to_string(tickets)?;
        let rows = select_orders!(
            "WHERE ticket_id IN (SELECT r.value FROM json_each($1) AS r)
             AND status IN ('created', 'awaiting:payment', 'complete')",
            tickets,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(Order::try_from).collect()
    }

    /// Inserts orders that were reserved at this running time of the database. The unique index decides that no ticket has two.
    pub(crate) async fn insert_all(
        &mut self,
        orders: &[OrderRecord<'_>],
        running_time_ms: i64,
    ) -> Result<(), OrdersError> {
        if orders.is_empty() {
            return Ok(());
        }
        let orders = serde_json::to_string(orders)?;
        event_log::query!(
            "INSERT INTO orders (id, buyer_id, seller_id, ticket_id, status, cancel_reason, expires_at, version,
                 ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, cancelled_at, created_at,
                 updated_at, reserved_at_age)
             SELECT r.value->>'id', r.value->>'buyer_id', r.value->>'seller_id', r.value->>'ticket_id', r.value->>'status',
                 r.value->>'cancel_reason', CAST(r.value->>'expires_at' AS BIGINT), CAST(r.value->>'version' AS BIGINT),
                 r.value->>'ticket_title', CAST(r.value->>'ticket_price_cents' AS BIGINT),
                 CAST(r.value->>'ticket_version' AS BIGINT), CAST(r.value->>'refund_hours' AS BIGINT),
                 r.value->>'open_payment_id', CAST(r.value->>'cancelled_at' AS BIGINT),
                 CAST(r.value->>'created_at' AS BIGINT), CAST(r.value->>'updated_at' AS BIGINT), $2
             FROM jsonb_each($1) AS r
             ORDER BY r.key",
            orders,
            running_time_ms,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Saves orders that have changed. Each stored one must be at the version that it was loaded with.
    ///
    /// Within one statement rows are updated in no particular order, so that an order that takes a ticket is saved after the one
    /// that releases it: by another call.
    pub(crate) async fn save_all(&mut self, orders: &[OrderRecord<'_>]) -> Result<(), OrdersError> {
        let (count, first) = (orders.len(), orders.first().map(|order| order.id));
        let Some(first) = first else { return Ok(()) };
        let orders = serde_json::to_string(orders)?;
        let done = event_log::query!(
            "UPDATE orders SET status = r.value->>'status', cancel_reason = r.value->>'cancel_reason',
                 expires_at = CAST(r.value->>'expires_at' AS BIGINT), version = CAST(r.value->>'version' AS BIGINT),
                 updated_at = CAST(r.value->>'updated_at' AS BIGINT), open_payment_id = r.value->>'open_payment_id',
                 payment_id = r.value->>'payment_id', paid_at = CAST(r.value->>'paid_at' AS BIGINT),
                 completed_at = CAST(r.value->>'completed_at' AS BIGINT),
                 cancelled_at = CAST(r.value->>'cancelled_at' AS BIGINT)
             FROM jsonb_each($1) AS r
             WHERE orders.id = r.value->>'id' AND orders.version = CAST(r.value->>'stored_version' AS BIGINT)",
            orders,
        )
        .execute(&mut *self.0)
        .await?;
        if usize::try_from(done) == Ok(count) {
            Ok(())
        } else {
            Err(OrdersError::Conflict(first))
        }
    }
}

impl DisputeStore<'_> {
    /// Those of these orders whose refund a dispute prevents.
    pub(crate) async fn refund_barred(&mut self, orders: &[OrderId]) -> Result<Vec<OrderId>, OrdersError> {
        let orders = serde_json::to_string(orders)?;
        let barred = event_log::query_scalar!(
            "SELECT DISTINCT order_id FROM disputes
             WHERE order_id IN (SELECT r.value FROM json_each($1) AS r) AND bars_refund = true",
            orders,
        )
        .fetch_all(&mut *self.0)
        .await?;
        let parse = |id: String| {
            OrderId::parse(&id).map_err(|_| OrdersError::Corrupt {
                id,
                reason: "order_id of a dispute".to_owned(),
            })
        };
        barred.into_iter().map(parse).collect()
    }
}
