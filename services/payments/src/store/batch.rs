//! Reads and writes for many payments at once: a statement each, however many payments there are.

use contracts::{OrderId, PaymentFailure, PaymentId, Timestamp, UserId};
use serde::Serialize;

use super::{PaymentRow, PaymentStore};
use crate::domain::{Method, Payment};
use crate::error::PaymentsError;

/// A payment as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredPayment {
    pub(crate) payment: Payment,
    /// The running time of the database, in milliseconds, when a charge was last requested: time that has certainly passed since.
    pub(crate) charge_requested_at_running_ms: i64,
}

/// A payment as it is to be stored.
#[derive(Serialize)]
pub(crate) struct PaymentRecord<'p> {
    id: PaymentId,
    order_id: OrderId,
    buyer_id: UserId,
    amount_cents: i64,
    status: &'static str,
    failure: Option<&'static str>,
    provider: &'p str,
    token: Option<&'p str>,
    return_url: Option<&'p str>,
    reference: Option<&'p str>,
    redirect_url: Option<&'p str>,
    succeeded_at: Option<i64>,
    refund_failed_at: Option<i64>,
    may_be_charged_until: i64,
    version: i64,
    revision: i64,
    /// The revision that is stored, which this one replaces; `None` for a new payment.
    stored_revision: Option<i64>,
    next_check_at: Option<i64>,
    attempts: u32,
    last_error: Option<&'p str>,
    created_at: i64,
    updated_at: i64,
    charge_requested_at_age: i64,
}

impl<'p> PaymentRecord<'p> {
    /// A payment that was started in this transaction, or has changed since it was loaded with that revision.
    pub(crate) fn of(stored: &'p StoredPayment, stored_revision: Option<i64>) -> Self {
        let payment = &stored.payment;
        let (token, return_url) = match &payment.method {
            Method::Token(token) => (Some(token.as_str()), None),
            Method::Hosted(url) => (None, Some(url.as_str())),
        };
        Self {
            id: payment.id,
            order_id: payment.order,
            buyer_id: payment.buyer,
            amount_cents: payment.amount.cents(),
            status: payment.status.as_str(),
            failure: payment.failure.map(PaymentFailure::as_str),
            provider: &payment.provider,
            token,
            return_url,
            reference: payment.reference.as_deref(),
            redirect_url: payment.redirect_url.as_deref(),
            succeeded_at: payment.succeeded_at.map(Timestamp::as_millis),
            refund_failed_at: payment.refund_failed_at.map(Timestamp::as_millis),
            may_be_charged_until: payment.may_be_charged_until.as_millis(),
            version: payment.version,
            revision: payment.revision,
            stored_revision,
            next_check_at: payment.next_check_at.map(Timestamp::as_millis),
            attempts: payment.attempts,
            last_error: payment.last_error.as_deref(),
            created_at: payment.created_at.as_millis(),
            updated_at: payment.updated_at.as_millis(),
            charge_requested_at_age: stored.charge_requested_at_running_ms,
        }
    }
}

impl TryFrom<PaymentRow> for StoredPayment {
    type Error = PaymentsError;

    fn try_from(row: PaymentRow) -> Result<Self, PaymentsError> {
        Ok(Self {
            charge_requested_at_running_ms: row.charge_requested_at_age,
            payment: row.try_into()?,
        })
    }
}

impl PaymentStore<'_> {
    /// Every payment of these orders, and of the orders of these payments, the oldest first.
    pub(crate) async fn find_all(
        &mut self,
        orders: &[OrderId],
        payments: &[PaymentId],
    ) -> Result<Vec<StoredPayment>, PaymentsError> {
        let (orders, payments) = (serde_json::to_string(orders)?, serde_json::to_string(payments)?);
        let rows = select_payments!(
            "WHERE order_id IN (
                 SELECT r.value FROM json_each($1) AS r
                 UNION ALL
                 SELECT wanted.order_id FROM payments AS wanted WHERE wanted.id IN (SELECT r.value FROM json_each($2) AS r))
             ORDER BY id",
            orders,
            payments,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(StoredPayment::try_from).collect()
    }

    /// Inserts payments. A second open one of the same order violates a unique index.
    pub(crate) async fn insert_all(&mut self, payments: &[PaymentRecord<'_>]) -> Result<(), PaymentsError> {
        if payments.is_empty() {
            return Ok(());
        }
        let payments = serde_json::to_string(payments)?;
        event_log::query!(
            "INSERT INTO payments (id, order_id, buyer_id, amount_cents, status, failure, provider, token, return_url, reference,
                 redirect_url, succeeded_at, refund_failed_at, may_be_charged_until, version, revision, next_check_at, attempts,
                 last_error, created_at, updated_at, charge_requested_at_age)
             SELECT r.value->>'id', r.value->>'order_id', r.value->>'buyer_id', CAST(r.value->>'amount_cents' AS BIGINT),
                 r.value->>'status', r.value->>'failure', r.value->>'provider', r.value->>'token', r.value->>'return_url',
                 r.value->>'reference', r.value->>'redirect_url', CAST(r.value->>'succeeded_at' AS BIGINT),
                 CAST(r.value->>'refund_failed_at' AS BIGINT), CAST(r.value->>'may_be_charged_until' AS BIGINT),
                 CAST(r.value->>'version' AS BIGINT), CAST(r.value->>'revision' AS BIGINT),
                 CAST(r.value->>'next_check_at' AS BIGINT), CAST(r.value->>'attempts' AS BIGINT), r.value->>'last_error',
                 CAST(r.value->>'created_at' AS BIGINT), CAST(r.value->>'updated_at' AS BIGINT),
                 CAST(r.value->>'charge_requested_at_age' AS BIGINT)
             FROM jsonb_each($1) AS r
             ORDER BY r.key",
            payments,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Saves payments that have changed. Each stored one must be at the revision that it was loaded with. A second successful payment
    /// of an order violates a unique index.
    ///
    /// Within one statement rows are updated in no particular order, so that a payment that takes the place of another one is saved
    /// after it: by another call.
    pub(crate) async fn save_all(&mut self, payments: &[PaymentRecord<'_>]) -> Result<(), PaymentsError> {
        let (count, first) = (payments.len(), payments.first().map(|payment| payment.id));
        let Some(first) = first else { return Ok(()) };
        let payments = serde_json::to_string(payments)?;
        let done = event_log::query!(
            "UPDATE payments SET status = r.value->>'status', failure = r.value->>'failure', reference = r.value->>'reference',
                 redirect_url = r.value->>'redirect_url', succeeded_at = CAST(r.value->>'succeeded_at' AS BIGINT),
                 refund_failed_at = CAST(r.value->>'refund_failed_at' AS BIGINT),
                 may_be_charged_until = CAST(r.value->>'may_be_charged_until' AS BIGINT),
                 version = CAST(r.value->>'version' AS BIGINT), revision = CAST(r.value->>'revision' AS BIGINT),
                 next_check_at = CAST(r.value->>'next_check_at' AS BIGINT), attempts = CAST(r.value->>'attempts' AS BIGINT),
                 last_error = r.value->>'last_error', updated_at = CAST(r.value->>'updated_at' AS BIGINT),
                 charge_requested_at_age = CAST(r.value->>'charge_requested_at_age' AS BIGINT)
             FROM jsonb_each($1) AS r
             WHERE payments.id = r.value->>'id' AND payments.revision = CAST(r.value->>'stored_revision' AS BIGINT)",
            payments,
        )
        .execute(&mut *self.0)
        .await?;
        if usize::try_from(done) == Ok(count) {
            Ok(())
        } else {
            Err(PaymentsError::Conflict(first))
        }
    }
}
