//! Payments that are not settled.

use contracts::{OrderId, Timestamp};

use super::{PaymentRow, Queries};
use crate::domain::Payment;
use crate::error::PaymentsError;

/// The state of all payments of an order together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderPaymentState {
    /// How many there are.
    pub(crate) attempts: i64,
    /// Whether one has succeeded.
    pub(crate) is_paid: bool,
    /// Whether one is undecided.
    pub(crate) is_open: bool,
}

impl Queries<'_> {
    /// The state of all payments of an order together.
    pub(crate) async fn order_payment_state(
        &self,
        order: OrderId,
    ) -> Result<OrderPaymentState, PaymentsError> {
        let order = order.to_string();
        let state = event_log::query_as!(
            OrderPaymentState,
            r#"SELECT count(*) AS "attempts!: i64",
                   count(*) FILTER (WHERE status = 'succeeded') > 0 AS "is_paid!: bool",
                   count(*) FILTER (WHERE status IN ('intended', 'processing')) > 0 AS "is_open!: bool"
               FROM payments WHERE order_id = $1"#,
            order,
        )
        .fetch_one(self.0)
        .await?;
        Ok(state)
    }

    /// Payments of a provider that are due to be checked, the longest overdue first: those that are being refunded, or the
    /// others. A time later than `horizon` was written by a wrong clock, and counts as due.
    pub(crate) async fn due(
        &self,
        provider: &str,
        are_refunds: bool,
        now: Timestamp,
        horizon: Timestamp,
        limit: i64,
    ) -> Result<Vec<Payment>, PaymentsError> {
        let (now, horizon) = (now.as_millis(), horizon.as_millis());
        let rows = select_payments!("WHERE provider = $1 AND next_check_at IS NOT NULL AND (next_check_at <= $2 OR next_check_at > $3)
             AND (status = 'refunding') = $4
         ORDER BY next_check_at LIMIT $5",
            provider,
            now,
            horizon,
            are_refunds,
            limit,
        )
        .fetch_all(self.0)
        .await?;
        rows.into_iter().map(Payment::try_from).collect()
    }

    /// When the next payment of a provider is due to be checked.
    pub(crate) async fn next_due(&self, provider: &str) -> Result<Option<Timestamp>, PaymentsError> {
        let next = event_log::query_scalar!(
            "SELECT next_check_at FROM payments
         WHERE provider = $1 AND next_check_at IS NOT NULL ORDER BY next_check_at LIMIT 1",
            provider,
        )
        .fetch_optional(self.0)
        .await?;
        Ok(next.flatten().map(Timestamp::from_millis))
    }

    /// When the next payment becomes due that is not due yet.
    pub(crate) async fn next_due_after(
        &self,
        provider: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, PaymentsError> {
        let now = now.as_millis();
        let next = event_log::query_scalar!(
            "SELECT next_check_at FROM payments
         WHERE provider = $1 AND next_check_at > $2 ORDER BY next_check_at LIMIT 1",
            provider,
            now,
        )
        .fetch_optional(self.0)
        .await?;
        Ok(next.flatten().map(Timestamp::from_millis))
    }

    /// Payments that stay unsettled, in the order of their next check: checked at least that often, while the provider does not
    /// respond, does not refund, or does not decide although the order has ended; and, however often they were checked, those
    /// whose refund failed, and those of another provider. A slow buyer on the provider's page does not count.
    pub(crate) async fn unresolved(
        &self,
        provider: &str,
        now: Timestamp,
        attempts: u32,
    ) -> Result<Vec<Payment>, PaymentsError> {
        let now = now.as_millis();
        let rows = select_payments!(
            "WHERE next_check_at IS NOT NULL AND (provider <> $1
             OR (status = 'refunding' AND refund_failed_at IS NOT NULL)
             OR (attempts >= $2 AND (last_error IS NOT NULL OR status = 'refunding' OR EXISTS (
                 SELECT 1 FROM orders WHERE orders.id = order_id
                     AND (orders.status IN ('complete', 'cancelled') OR orders.expires_at <= $3)))))
             ORDER BY next_check_at",
            provider,
            i64::from(attempts),
            now,
        )
        .fetch_all(self.0)
        .await?;
        rows.into_iter().map(Payment::try_from).collect()
    }
}
