//! How many payments are not settled.

use contracts::Timestamp;

use super::Queries;
use crate::error::PaymentsError;

/// Payments that are not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenCounts {
    /// Those that are not decided.
    pub(crate) undecided: i64,
    /// Those of them whose provider did not answer the last time, or not in time.
    pub(crate) in_doubt: i64,
    /// When the oldest of these was started, in milliseconds UTC.
    pub(crate) in_doubt_since: Option<i64>,
    /// Those that are being refunded.
    pub(crate) refunds: i64,
    /// Those of them whose refund failed.
    pub(crate) failing_refunds: i64,
}

impl Queries<'_> {
    /// Counts them. It reads as many rows as there are such payments, by the index that the reconciler goes by.
    pub(crate) async fn count_open(&self, now: Timestamp) -> Result<OpenCounts, PaymentsError> {
        let now = now.as_millis();
        let counts = event_log::query_as!(
            OpenCounts,
            r#"SELECT count(*) FILTER (WHERE is_undecided) AS "undecided!: i64",
                   count(*) FILTER (WHERE is_in_doubt) AS "in_doubt!: i64",
                   min(created_at) FILTER (WHERE is_in_doubt) AS "in_doubt_since: i64",
                   count(*) FILTER (WHERE is_refund) AS "refunds!: i64",
                   count(*) FILTER (WHERE is_refund AND refund_failed_at IS NOT NULL) AS "failing_refunds!: i64"
               FROM (
                   SELECT created_at, refund_failed_at,
                       status IN ('intended', 'processing') AS is_undecided,
                       status IN ('intended', 'processing')
                           AND (last_error IS NOT NULL OR (status = 'intended' AND next_check_at <= $1)) AS is_in_doubt,
                       status = 'refunding' AS is_refund
                   FROM payments WHERE next_check_at IS NOT NULL
               ) AS open_payments"#,
            now,
        )
        .fetch_one(self.0)
        .await?;
        Ok(counts)
    }
}
