//! All SQL of the payments service.

/// Payments with all columns of a [`PaymentRow`]; the argument is what follows `FROM payments`.
macro_rules! select_payments {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            PaymentRow,
            "SELECT id, order_id, buyer_id, amount_cents, status, failure, provider, token, return_url, reference, redirect_url,
             succeeded_at, refund_failed_at, may_be_charged_until, version, revision, next_check_at, attempts, last_error,
             created_at, updated_at
             FROM payments " + $rest,
            $($argument),*
        )
    };
}

mod charge_requests;
mod disputes;
mod inbox;
mod open;
mod open_counts;
mod orders;
mod refunds;
mod tables;

use contracts::{OrderId, PaymentFailure, PaymentId, Price, Timestamp, UserId};
use sqlx::SqliteExecutor;

pub(crate) use open::OrderPaymentState;
pub(crate) use open_counts::OpenCounts;
pub(crate) use orders::PayableOrder;
pub(crate) use tables::{DisputeStore, OrderReplica, PaymentStore, Queries, Tables, WebhookInbox};

use crate::domain::{Method, Payment};
use crate::error::PaymentsError;

/// A row of the table.
struct PaymentRow {
    id: String,
    order_id: String,
    buyer_id: String,
    amount_cents: i64,
    status: String,
    failure: Option<String>,
    provider: String,
    token: Option<String>,
    return_url: Option<String>,
    reference: Option<String>,
    redirect_url: Option<String>,
    succeeded_at: Option<i64>,
    refund_failed_at: Option<i64>,
    may_be_charged_until: i64,
    version: i64,
    revision: i64,
    next_check_at: Option<i64>,
    attempts: i64,
    last_error: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = PaymentsError;

    fn try_from(row: PaymentRow) -> Result<Self, PaymentsError> {
        let corrupt = |reason| PaymentsError::Corrupt {
            id: row.id.clone(),
            reason,
        };
        let failure = row
            .failure
            .as_deref()
            .map(str::parse::<PaymentFailure>)
            .transpose();
        let method = match (row.token, row.return_url) {
            (Some(token), None) => Method::Token(token),
            (None, Some(url)) => Method::Hosted(url),
            _ => return Err(corrupt("token")),
        };
        Ok(Self {
            id: PaymentId::parse(&row.id).map_err(|_| corrupt("id"))?,
            order: OrderId::parse(&row.order_id).map_err(|_| corrupt("order_id"))?,
            buyer: UserId::parse(&row.buyer_id).map_err(|_| corrupt("buyer_id"))?,
            amount: Price::from_cents(row.amount_cents).ok_or_else(|| corrupt("amount_cents"))?,
            status: row.status.parse().map_err(|_| corrupt("status"))?,
            failure: failure.map_err(|_| corrupt("failure"))?,
            provider: row.provider,
            method,
            reference: row.reference,
            redirect_url: row.redirect_url,
            succeeded_at: row.succeeded_at.map(Timestamp::from_millis),
            refund_failed_at: row.refund_failed_at.map(Timestamp::from_millis),
            may_be_charged_until: Timestamp::from_millis(row.may_be_charged_until),
            version: row.version,
            revision: row.revision,
            next_check_at: row.next_check_at.map(Timestamp::from_millis),
            attempts: u32::try_from(row.attempts).map_err(|_| corrupt("attempts"))?,
            last_error: row.last_error,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

async fn find(db: impl SqliteExecutor<'_>, id: PaymentId) -> Result<Option<Payment>, PaymentsError> {
    let id = id.to_string();
    let row = select_payments!("WHERE id = $1", id).fetch_optional(db).await?;
    row.map(Payment::try_from).transpose()
}

async fn of_order(db: impl SqliteExecutor<'_>, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
    let order = order.to_string();
    let rows = select_payments!("WHERE order_id = $1 ORDER BY id", order)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Payment::try_from).collect()
}

impl PaymentStore<'_> {
    /// Inserts a payment. A second open one of the same order violates a unique index.
    pub(crate) async fn insert(&mut self, payment: &Payment) -> Result<(), PaymentsError> {
        let (id, order, buyer) = (
            payment.id.to_string(),
            payment.order.to_string(),
            payment.buyer.to_string(),
        );
        let (amount, status) = (payment.amount.cents(), payment.status.as_str());
        let (token, return_url) = match &payment.method {
            Method::Token(token) => (Some(token), None),
            Method::Hosted(url) => (None, Some(url)),
        };
        let next_check_at = payment.next_check_at.map(Timestamp::as_millis);
        let created_at = payment.created_at.as_millis();
        let may_be_charged_until = payment.may_be_charged_until.as_millis();
        sqlx::query!(
            "INSERT INTO payments (id, order_id, buyer_id, amount_cents, status, provider, token, return_url,
             version, next_check_at, attempts, created_at, updated_at, may_be_charged_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $11, $12)",
            id,
            order,
            buyer,
            amount,
            status,
            payment.provider,
            token,
            return_url,
            payment.version,
            next_check_at,
            created_at,
            may_be_charged_until,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Saves a change of a payment as its next revision, unless something else was saved since it was read. A second
    /// successful payment of the same order violates a unique index.
    pub(crate) async fn save(&mut self, payment: Payment) -> Result<Payment, PaymentsError> {
        let (id, status) = (payment.id.to_string(), payment.status.as_str());
        let failure = payment.failure.map(PaymentFailure::as_str);
        let succeeded_at = payment.succeeded_at.map(Timestamp::as_millis);
        let refund_failed_at = payment.refund_failed_at.map(Timestamp::as_millis);
        let may_be_charged_until = payment.may_be_charged_until.as_millis();
        let next_check_at = payment.next_check_at.map(Timestamp::as_millis);
        let updated_at = payment.updated_at.as_millis();
        let done = sqlx::query!(
            "UPDATE payments SET status = $1, failure = $2, reference = $3, redirect_url = $4, succeeded_at = $5,
             refund_failed_at = $6, may_be_charged_until = $7, version = $8, next_check_at = $9, attempts = $10,
             last_error = $11, updated_at = $12, revision = revision + 1
         WHERE id = $13 AND revision = $14",
            status,
            failure,
            payment.reference,
            payment.redirect_url,
            succeeded_at,
            refund_failed_at,
            may_be_charged_until,
            payment.version,
            next_check_at,
            payment.attempts,
            payment.last_error,
            updated_at,
            id,
            payment.revision,
        )
        .execute(&mut *self.0)
        .await?;
        if done.rows_affected() == 1 {
            Ok(Payment {
                revision: payment.revision + 1,
                ..payment
            })
        } else {
            Err(PaymentsError::Conflict(payment.id))
        }
    }

    /// One payment.
    pub(crate) async fn find(&mut self, id: PaymentId) -> Result<Option<Payment>, PaymentsError> {
        find(&mut *self.0, id).await
    }

    /// Every payment of an order, the oldest first.
    pub(crate) async fn of_order(&mut self, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
        of_order(&mut *self.0, order).await
    }
}

impl Queries<'_> {
    /// One payment.
    pub(crate) async fn find(&self, id: PaymentId) -> Result<Option<Payment>, PaymentsError> {
        find(self.0, id).await
    }

    /// Every payment of an order, the oldest first.
    pub(crate) async fn of_order(&self, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
        of_order(self.0, order).await
    }

    /// The payment with that reference at a provider.
    pub(crate) async fn by_reference(
        &self,
        provider: &str,
        reference: &str,
    ) -> Result<Option<PaymentId>, PaymentsError> {
        let id = sqlx::query_scalar!(
            "SELECT id FROM payments WHERE reference = $1 AND provider = $2",
            reference,
            provider,
        )
        .fetch_optional(self.0)
        .await?;
        id.map(|id| {
            PaymentId::parse(&id).map_err(|_| PaymentsError::Corrupt {
                id: id.clone(),
                reason: "id",
            })
        })
        .transpose()
    }
}
