//! How many unpaid orders there are.

use contracts::Timestamp;

use super::Queries;
use crate::error::OrdersError;

/// Unpaid orders that were not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HoldCounts {
    /// Those before their deadline, which hold their ticket.
    pub(crate) live: i64,
    /// Those past their deadline, which hold nothing.
    pub(crate) overdue: i64,
}

impl Queries<'_> {
    /// Counts them. It reads as many rows as there are unpaid orders, by the two indexes that the expiry worker goes by.
    pub(crate) async fn count_holds(&self, now: Timestamp) -> Result<HoldCounts, OrdersError> {
        let now = now.as_millis();
        let counts = event_log::query_as!(
            HoldCounts,
            r#"SELECT count(*) FILTER (WHERE expires_at > $1) AS "live!: i64",
                   count(*) FILTER (WHERE expires_at <= $1) AS "overdue!: i64"
               FROM (
                   SELECT expires_at FROM orders
                   WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL
                   UNION ALL
                   SELECT expires_at FROM orders
                   WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL
               ) AS unpaid"#,
            now,
        )
        .fetch_one(self.0)
        .await?;
        Ok(counts)
    }
}
