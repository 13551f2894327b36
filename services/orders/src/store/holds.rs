//! The unpaid orders of buyers, active and past.

use contracts::{OrderId, Timestamp, UserId};

use super::OrderStore;
use crate::error::OrdersError;

/// An unpaid order that holds its ticket.
pub(crate) struct LiveHold {
    pub(crate) buyer: UserId,
    pub(crate) order: OrderId,
    pub(crate) expires_at: Timestamp,
}

/// A hold that its buyer abandoned.
pub(crate) struct AbandonedHold {
    pub(crate) buyer: UserId,
    /// When it ended.
    pub(crate) ended_at: Timestamp,
}

/// A row of the table, as far as it says that a buyer holds something.
struct LiveHoldRow {
    id: String,
    buyer_id: String,
    expires_at: i64,
}

/// A row of [`OrderStore::abandoned_holds`].
struct AbandonedHoldRow {
    buyer_id: String,
    ended_at: i64,
}

impl OrderStore<'_> {
    /// The live unpaid orders of buyers.
    pub(crate) async fn live_holds(
        &mut self,
        buyers: &[UserId],
        now: Timestamp,
    ) -> Result<Vec<LiveHold>, OrdersError> {
        let (buyers, now) = (serde_json::to_string(buyers)?, now.as_millis());
        let rows = event_log::query_as!(
            LiveHoldRow,
            "SELECT id, buyer_id, expires_at FROM orders
             WHERE buyer_id IN (SELECT r.value FROM json_each($1) AS r) AND payment_id IS NULL AND expires_at > $2
                 AND status IN ('created', 'awaiting:payment')",
            buyers,
            now,
        )
        .fetch_all(&mut *self.0)
        .await?;
        let holds = rows.into_iter().map(|row| {
            Ok(LiveHold {
                buyer: buyer(&row.buyer_id)?,
                order: OrderId::parse(&row.id).map_err(|_| corrupt(&row.id, "id"))?,
                expires_at: Timestamp::from_millis(row.expires_at),
            })
        });
        holds.collect()
    }

    /// The holds that buyers abandoned: those that expired without an open payment, and those that were cancelled later than
    /// `late_ms`, since the buyer's last payment or since `since`, whichever is later.
    pub(crate) async fn abandoned_holds(
        &mut self,
        buyers: &[UserId],
        since: Timestamp,
        now: Timestamp,
        late_ms: i64,
    ) -> Result<Vec<AbandonedHold>, OrdersError> {
        let (buyers, since, now) = (serde_json::to_string(buyers)?, since.as_millis(), now.as_millis());
        // A hold that ended recently had its deadline recently, or still has it ahead. An end in the future was recorded by a wrong
        // clock, and is ignored.
        let rows = event_log::query_as!(
            AbandonedHoldRow,
            r#"SELECT buyer_id, ended_at AS "ended_at!: i64" FROM (
               SELECT buyer_id, CASE WHEN cancel_reason = 'user' THEN cancelled_at ELSE expires_at END AS ended_at
               FROM orders
               WHERE buyer_id IN (SELECT r.value FROM json_each($1) AS r) AND payment_id IS NULL AND expires_at > $2
                 AND open_payment_id IS NULL
                 AND (status IN ('created', 'awaiting:payment') OR cancel_reason = 'expired'
                      OR cancel_reason = 'user' AND cancelled_at - created_at >= $4)
           ) AS holds
           WHERE ended_at > $2 AND ended_at <= $3 AND ended_at > coalesce(
               (SELECT max(paid.paid_at) FROM orders AS paid
                WHERE paid.buyer_id = holds.buyer_id AND paid.payment_id IS NOT NULL AND paid.paid_at <= $3), 0)"#,
            buyers,
            since,
            now,
            late_ms,
        )
        .fetch_all(&mut *self.0)
        .await?;
        let holds = rows.into_iter().map(|row| {
            Ok(AbandonedHold {
                buyer: buyer(&row.buyer_id)?,
                ended_at: Timestamp::from_millis(row.ended_at),
            })
        });
        holds.collect()
    }
}

fn buyer(id: &str) -> Result<UserId, OrdersError> {
    UserId::parse(id).map_err(|_| corrupt(id, "buyer_id"))
}

fn corrupt(id: &str, column: &str) -> OrdersError {
    OrdersError::Corrupt {
        id: id.to_owned(),
        reason: column.to_owned(),
    }
}
