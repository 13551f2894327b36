//! This service's replica of the orders.

use contracts::{OrderId, OrderStatus, Price, Timestamp, UserId};
use sqlx::SqliteExecutor;

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

async fn find_order(db: impl SqliteExecutor<'_>, id: OrderId) -> Result<Option<PayableOrder>, PaymentsError> {
    let text = id.to_string();
    let row = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, price_cents, status, expires_at, version FROM orders WHERE id = $1",
        text,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let corrupt = |reason| PaymentsError::Corrupt {
        id: row.id.clone(),
        reason,
    };
    Ok(Some(PayableOrder {
        id,
        buyer: UserId::parse(&row.buyer_id).map_err(|_| corrupt("buyer_id"))?,
        price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
        status: row.status.parse().map_err(|_| corrupt("status"))?,
        expires_at: Timestamp::from_millis(row.expires_at),
        version: row.version,
    }))
}

impl OrderReplica<'_> {
    pub(crate) async fn find_order(&mut self, id: OrderId) -> Result<Option<PayableOrder>, PaymentsError> {
        find_order(&mut *self.0, id).await
    }

    /// Updates the replica of an order.
    pub(crate) async fn save(&mut self, order: &PayableOrder) -> Result<(), PaymentsError> {
        let (id, buyer) = (order.id.to_string(), order.buyer.to_string());
        let (price, status) = (order.price.cents(), order.status.as_str());
        let expires_at = order.expires_at.as_millis();
        sqlx::query!(
            "INSERT INTO orders (id, buyer_id, price_cents, status, expires_at, version) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at,
             version = excluded.version",
            id,
            buyer,
            price,
            status,
            expires_at,
            order.version,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

impl Queries<'_> {
    pub(crate) async fn find_order(&self, id: OrderId) -> Result<Option<PayableOrder>, PaymentsError> {
        find_order(self.0, id).await
    }
}
