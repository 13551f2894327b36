//! Disputes about payments.

use contracts::{OrderId, PaymentId, Timestamp};
use serde::Serialize;

use super::{DisputeStore, Queries};
use crate::dispute::Dispute;
use crate::error::PaymentsError;

/// Disputes with all columns of a [`DisputeRow`]; the argument is what follows `FROM disputes`.
macro_rules! select_disputes {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        event_log::query_as!(
            DisputeRow,
            r#"SELECT id, payment_id, status, bars_refund AS "bars_refund!: bool", is_whole AS "is_whole!: bool", reason,
             opened_at, closed_at
             FROM disputes "# + $rest,
            $($argument),*
        )
    };
}

/// A row of the table.
struct DisputeRow {
    id: String,
    payment_id: String,
    status: String,
    bars_refund: bool,
    is_whole: bool,
    reason: Option<String>,
    opened_at: i64,
    closed_at: Option<i64>,
}

impl TryFrom<DisputeRow> for Dispute {
    type Error = PaymentsError;

    fn try_from(row: DisputeRow) -> Result<Self, PaymentsError> {
        let corrupt = |reason| PaymentsError::Corrupt {
            id: row.id.clone(),
            reason,
        };
        Ok(Self {
            payment: PaymentId::parse(&row.payment_id).map_err(|_| corrupt("payment_id"))?,
            status: row.status.parse().map_err(|_| corrupt("status"))?,
            id: row.id,
            blocks_refund: row.bars_refund,
            is_full_amount: row.is_whole,
            reason: row.reason,
            opened_at: Timestamp::from_millis(row.opened_at),
            closed_at: row.closed_at.map(Timestamp::from_millis),
        })
    }
}

/// A dispute as it is to be stored.
#[derive(Serialize)]
struct DisputeRecord<'d> {
    id: &'d str,
    payment_id: PaymentId,
    status: &'static str,
    bars_refund: u8,
    is_whole: u8,
    reason: Option<&'d str>,
    opened_at: i64,
    closed_at: Option<i64>,
}

impl<'d> From<&'d Dispute> for DisputeRecord<'d> {
    fn from(dispute: &'d Dispute) -> Self {
        Self {
            id: &dispute.id,
            payment_id: dispute.payment,
            status: dispute.status.as_str(),
            bars_refund: dispute.blocks_refund.into(),
            is_whole: dispute.is_full_amount.into(),
            reason: dispute.reason.as_deref(),
            opened_at: dispute.opened_at.as_millis(),
            closed_at: dispute.closed_at.map(Timestamp::as_millis),
        }
    }
}

impl DisputeStore<'_> {
    /// Disputes by the provider's ids. One that is unknown here is left out.
    pub(crate) async fn find_all(&mut self, ids: &[String]) -> Result<Vec<Dispute>, PaymentsError> {
        let ids = serde_json::to_string(ids)?;
        let rows = select_disputes!("WHERE id IN (SELECT r.value FROM json_each($1) AS r)", ids)
            .fetch_all(&mut *self.0)
            .await?;
        rows.into_iter().map(Dispute::try_from).collect()
    }

    /// Saves disputes. The open ones are next checked at that instant.
    pub(crate) async fn save_all(
        &mut self,
        disputes: &[&Dispute],
        next_check_at: Timestamp,
    ) -> Result<(), PaymentsError> {
        if disputes.is_empty() {
            return Ok(());
        }
        let disputes: Vec<_> = disputes
            .iter()
            .map(|dispute| DisputeRecord::from(*dispute))
            .collect();
        let (disputes, next_check_at) = (serde_json::to_string(&disputes)?, next_check_at.as_millis());
        event_log::query!(
            "INSERT INTO disputes (id, payment_id, status, bars_refund, is_whole, reason, opened_at, closed_at, next_check_at)
             SELECT r.value->>'id', r.value->>'payment_id', r.value->>'status', CAST(r.value->>'bars_refund' AS BOOLEAN),
                 CAST(r.value->>'is_whole' AS BOOLEAN), r.value->>'reason', CAST(r.value->>'opened_at' AS BIGINT),
                 CAST(r.value->>'closed_at' AS BIGINT), CASE r.value->>'status' WHEN 'open' THEN CAST($2 AS BIGINT) END
             FROM jsonb_each($1) AS r WHERE true ORDER BY r.key
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, bars_refund = excluded.bars_refund,
                 is_whole = excluded.is_whole, reason = excluded.reason, closed_at = excluded.closed_at,
                 next_check_at = excluded.next_check_at",
            disputes,
            next_check_at,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Schedules the next check of the open disputes about payments.
    pub(crate) async fn postpone_all(
        &mut self,
        payments: &[PaymentId],
        next_check_at: Timestamp,
    ) -> Result<(), PaymentsError> {
        if payments.is_empty() {
            return Ok(());
        }
        let (payments, next_check_at) = (serde_json::to_string(payments)?, next_check_at.as_millis());
        event_log::query!(
            "UPDATE disputes SET next_check_at = $2
             WHERE payment_id IN (SELECT r.value FROM json_each($1) AS r) AND next_check_at IS NOT NULL",
            payments,
            next_check_at,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

impl Queries<'_> {
    /// Every dispute about payments of an order, in the order in which they were recorded.
    pub(crate) async fn disputes_of_order(&self, order: OrderId) -> Result<Vec<Dispute>, PaymentsError> {
        let order = order.to_string();
        let rows = event_log::query_as!(
            DisputeRow,
            r#"SELECT disputes.id, payment_id, disputes.status, bars_refund AS "bars_refund!: bool",
               is_whole AS "is_whole!: bool", reason, opened_at, closed_at
           FROM payments JOIN disputes ON disputes.payment_id = payments.id
           WHERE order_id = $1 ORDER BY opened_at, disputes.id"#,
            order,
        )
        .fetch_all(self.0)
        .await?;
        rows.into_iter().map(Dispute::try_from).collect()
    }

    /// Every dispute about a payment.
    pub(crate) async fn disputes_of(&self, payment: PaymentId) -> Result<Vec<Dispute>, PaymentsError> {
        let payment = payment.to_string();
        let rows = select_disputes!("WHERE payment_id = $1 ORDER BY opened_at, id", payment)
            .fetch_all(self.0)
            .await?;
        rows.into_iter().map(Dispute::try_from).collect()
    }

    /// Every undecided dispute.
    pub(crate) async fn open_disputes(&self) -> Result<Vec<Dispute>, PaymentsError> {
        let rows = select_disputes!("WHERE next_check_at IS NOT NULL ORDER BY opened_at, id")
            .fetch_all(self.0)
            .await?;
        rows.into_iter().map(Dispute::try_from).collect()
    }

    /// The payments of a provider with a dispute that is due to be checked, the longest overdue first. A time later than
    /// `horizon` was written by a wrong clock, and counts as due.
    pub(crate) async fn due_disputes(
        &self,
        provider: &str,
        now: Timestamp,
        horizon: Timestamp,
        limit: i64,
    ) -> Result<Vec<PaymentId>, PaymentsError> {
        let (now, horizon) = (now.as_millis(), horizon.as_millis());
        let ids = event_log::query_scalar!(
            r#"SELECT payment_id AS "payment_id!" FROM disputes JOIN payments ON payments.id = payment_id
         WHERE provider = $1 AND disputes.next_check_at IS NOT NULL
             AND (disputes.next_check_at <= $2 OR disputes.next_check_at > $3)
         GROUP BY payment_id ORDER BY min(disputes.next_check_at) LIMIT $4"#,
            provider,
            now,
            horizon,
            limit,
        )
        .fetch_all(self.0)
        .await?;
        let corrupt = |id: &str| PaymentsError::Corrupt {
            id: id.to_owned(),
            reason: "id",
        };
        ids.into_iter()
            .map(|id| PaymentId::parse(&id).map_err(|_| corrupt(&id)))
            .collect()
    }
}
