//! The unpaid orders of a buyer, active and past.

use contracts::{Timestamp, UserId};

use super::OrderStore;
use crate::error::OrdersError;

impl OrderStore<'_> {
    /// When a buyer with more than `limit` live unpaid orders is within the limit again; `None` if they are now.
    pub(crate) async fn over_limit_until(
        &mut self,
        buyer: UserId,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, OrdersError> {
        let (buyer, now) = (buyer.to_string(), now.as_millis());
        let until = sqlx::query_scalar!(
            "SELECT expires_at FROM orders
         WHERE buyer_id = $1 AND payment_id IS NULL AND expires_at > $2 AND status IN ('created', 'awaiting:payment')
         ORDER BY expires_at DESC LIMIT 1 OFFSET $3",
            buyer,
            now,
            limit,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(until.map(Timestamp::from_millis))
    }

    /// The holds that a buyer abandoned, the last first: those that expired without an open payment, and
    /// those that were cancelled later than `late_ms`, since the buyer's last payment or since `since`, whichever is later. Each is given as
    /// the instant at which it ended.
    pub(crate) async fn abandoned_holds(
        &mut self,
        buyer: UserId,
        since: Timestamp,
        now: Timestamp,
        late_ms: i64,
        limit: u32,
    ) -> Result<Vec<Timestamp>, OrdersError> {
        let (buyer, since, now) = (buyer.to_string(), since.as_millis(), now.as_millis());
        // A hold that ended recently had its deadline recently, or still has it ahead. An end in the future was recorded by a wrong
        // clock, and is ignored.
        let ended = sqlx::query_scalar!(
            r#"SELECT ended_at AS "ended_at!: i64" FROM (
               SELECT CASE WHEN cancel_reason = 'user' THEN cancelled_at ELSE expires_at END AS ended_at
               FROM orders
               WHERE buyer_id = $1 AND payment_id IS NULL AND expires_at > $2 AND open_payment_id IS NULL
                 AND (status IN ('created', 'awaiting:payment') OR cancel_reason = 'expired'
                      OR cancel_reason = 'user' AND cancelled_at - created_at >= $4)
           ) AS holds
           WHERE ended_at > $2 AND ended_at <= $3 AND ended_at > coalesce(
               (SELECT max(paid_at) FROM orders WHERE buyer_id = $1 AND payment_id IS NOT NULL AND paid_at <= $3), 0)
           ORDER BY ended_at DESC LIMIT $5"#,
            buyer,
            since,
            now,
            late_ms,
            limit,
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(ended.into_iter().map(Timestamp::from_millis).collect())
    }
}
