//! This service's replica of the orders.

use contracts::{OrderId, OrderStatus, PaymentId, Price, Timestamp, UserId};
use serde::Serialize;

use super::{OrderReplica, Queries};
use crate::error::PaymentsError;

/// The data of an order that a payment needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PayableOrder {
    pub(crate) id: OrderId,
    pub(crate) buyer: UserId,
    pub(crate) price: Price,
    pub(crate) status: OrderStatus,
    pub(crate) expires_at: Timestamp,
    pub(crate) version: i64,
}

impl PayableOrder {
    /// Whether it has ended without having been paid.
    pub(crate) fn has_ended(&self, now: Timestamp) -> bool {
        match self.status {
            OrderStatus::Cancelled => true,
            OrderStatus::Created | OrderStatus::AwaitingPayment => self.expires_at <= now,
            OrderStatus::Complete => false,
        }
    }
}

struct OrderRow {
    id: String,
    buyer_id: String,
    price_cents: i64,
    status: String,
    expires_at: i64,
    version: i64,
}

impl TryFrom<OrderRow> for PayableOrder {
    type Error = PaymentsError;

    fn try_from(row: OrderRow) -> Result<Self, PaymentsError> {
        let corrupt = |reason| PaymentsError::Corrupt {
            id: row.id.clone(),
            reason,
        };
        Ok(Self {
            id: OrderId::parse(&row.id).map_err(|_| corrupt("id"))?,
            buyer: UserId::parse(&row.buyer_id).map_err(|_| corrupt("buyer_id"))?,
            price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
            status: row.status.parse().map_err(|_| corrupt("status"))?,
            expires_at: Timestamp::from_millis(row.expires_at),
            version: row.version,
        })
    }
}

/// An order as it is to be stored.
#[derive(Serialize)]
struct OrderRecord {
    id: OrderId,
    buyer_id: UserId,
    price_cents: i64,
    status: &'static str,
    expires_at: i64,
    version: i64,
}

impl From<&PayableOrder> for OrderRecord {
    fn from(order: &PayableOrder) -> Self {
        Self {
            id: order.id,
            buyer_id: order.buyer,
            price_cents: order.price.cents(),
            status: order.status.as_str(),
            expires_at: order.expires_at.as_millis(),
            version: order.version,
        }
    }
}

impl OrderReplica<'_> {
    /// Updates the replica of orders.
    pub(crate) async fn save_all(&mut self, orders: &[&PayableOrder]) -> Result<(), PaymentsError> {
        if orders.is_empty() {
            return Ok(());
        }
        let orders: Vec<_> = orders.iter().map(|order| OrderRecord::from(*order)).collect();
        let orders = serde_json::to_string(&orders)?;
        event_log::query!(
            "INSERT INTO orders (id, buyer_id, price_cents, status, expires_at, version)
             SELECT r.value->>'id', r.value->>'buyer_id', CAST(r.value->>'price_cents' AS BIGINT), r.value->>'status',
                 CAST(r.value->>'expires_at' AS BIGINT), CAST(r.value->>'version' AS BIGINT)
             FROM jsonb_each($1) AS r WHERE true ORDER BY r.key
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at,
                 version = excluded.version",
            orders,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// These orders, and those of these payments. One that is unknown here is left out.
    pub(crate) async fn find_all(
        &mut self,
        orders: &[OrderId],
        payments: &[PaymentId],
    ) -> Result<Vec<PayableOrder>, PaymentsError> {
        let (orders, payments) = (serde_json::to_string(orders)?, serde_json::to_string(payments)?);
        let rows = event_log::query_as!(
            OrderRow,
            "SELECT id, buyer_id, price_cents, status, expires_at, version FROM orders
             WHERE id IN (
                 SELECT r.value FROM json_each($1) AS r
                 UNION ALL
                 SELECT paid.order_id FROM payments AS paid WHERE paid.id IN (SELECT r.value FROM json_each($2) AS r))",
            orders,
            payments,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(PayableOrder::try_from).collect()
    }
}

impl Queries<'_> {
    /// One order, if it is known here.
    pub(crate) async fn find_order(&self, id: OrderId) -> Result<Option<PayableOrder>, PaymentsError> {
        let id = id.to_string();
        let row = event_log::query_as!(
            OrderRow,
            "SELECT id, buyer_id, price_cents, status, expires_at, version FROM orders WHERE id = $1",
            id,
        )
        .fetch_optional(self.0)
        .await?;
        row.map(PayableOrder::try_from).transpose()
    }
}
